"""`orders`, `order`, `create`, `reject`, `ship`, `sync`; and `recreate`."""

from __future__ import annotations

import pytest

from tests.cli.conftest import Run
from tests.sync.world import World
from tokbridge.core.errors import Retry
from tokbridge.records.models import Instruction, Note, Order
from tokbridge.sync.work import work

pytestmark = pytest.mark.django_db(transaction=True)

NAME = "Ada Byron"


def test_create_says_the_store_number(world: World, run: Run) -> None:
    row = world.take()
    ran = run("create", row.tiktok_id)
    assert (ran.code, ran.out) == (0, f"create {row.tiktok_id}: created as TTS-{row.tiktok_id}\n")


def test_create_that_is_blocked_says_what_who_and_what_to_do(world: World, run: Run) -> None:
    world.store.skus = set()
    row = world.take()
    ran = run("create", f"#{row.pk}")
    assert (ran.code, ran.out) == (1, "")
    for words in ("SKU not found in the store", "MUG-BLUE", "Who must act: operator", "Correct the SKU"):
        assert words in ran.err
    found = run("create", f"#{row.pk}", "--json")
    assert found.code == 1
    assert found.json[0]["state"] == "blocked"
    assert (found.json[0]["problem"]["code"], found.json[0]["problem"]["who"]) == ("unmatched_sku", "operator")


def test_create_without_waiting_only_asks(world: World, run: Run) -> None:
    row = world.take()
    ran = run("create", row.tiktok_id, "--no-wait", "--json")
    assert (ran.code, ran.json[0]["state"]) == (0, "working")
    assert not world.store.made
    assert world.woken == [row.pk]
    assert Instruction.objects.get(order=row).done_at is None


def test_a_dry_run_shows_the_rows_and_creates_nothing(world: World, run: Run) -> None:
    row = world.take()
    ran = run("create", row.tiktok_id, "--dry-run")
    assert ran.code == 0
    assert f"TTS-{row.tiktok_id}" in ran.out and "2 × MUG-BLUE" in ran.out
    plan = run("create", row.tiktok_id, "--dry-run", "--json").json[0]["plan"]
    assert (plan["lines"][0]["sku"], plan["lines"][0]["quantity"]) == ("MUG-BLUE", 2)
    assert not world.store.made and not Instruction.objects.exists()


def test_an_unknown_order_is_an_error_in_words(world: World, run: Run) -> None:
    ran = run("order", "4711", "--json")
    assert (ran.code, ran.out) == (1, "")
    assert "4711 is not known" in ran.err


def test_recreate_only_what_is_gone(world: World, run: Run) -> None:
    row = world.take()
    run("create", row.tiktok_id)
    alive = run("recreate", row.tiktok_id)
    assert alive.code == 1
    assert f"its store order TTS-{row.tiktok_id} is not known to be cancelled or gone" in alive.err
    world.store.made.clear()
    gone = run("sync", row.tiktok_id)
    assert gone.code == 1
    assert "Store order is gone" in gone.err and "Create it again" in gone.err
    ran = run("recreate", row.tiktok_id)
    assert (ran.code, ran.out) == (0, f"recreate {row.tiktok_id}: created as TTS-{row.tiktok_id}-2\n")


def test_reject(world: World, run: Run) -> None:
    row = world.take()
    assert "out of stock, pricing error" in run("reject", row.tiktok_id, "--reason", "dislike").err
    assert run("reject", row.tiktok_id, "--reason", "out of stock", "--json").json[0]["state"] == "done"
    again = run("reject", row.tiktok_id, "--reason", "out of stock")
    assert again.code == 1
    assert "it is cancelled on TikTok" in again.err


def test_ship(world: World, run: Run) -> None:
    row = world.take()
    wrong = run("ship", row.tiktok_id, "--carrier", "Hermes", "--number", "RM123456789GB")
    assert (wrong.code, wrong.out) == (1, "")
    assert "it takes: DPD, Royal Mail" in wrong.err
    ran = run("ship", row.tiktok_id, "--carrier", "dpd", "--number", "RM123456789GB")
    assert (ran.code, ran.out) == (0, f"ship {row.tiktok_id}: TikTok has parcel RM123456789GB as package 115000001\n")


def test_trouble_of_tiktoks_is_told_in_its_words(world: World, run: Run) -> None:
    row = world.take()
    world.tiktok.answers["providers.list"] = Retry("http 503", "TikTok is busy")
    ran = run("ship", row.tiktok_id, "--carrier", "DPD", "--number", "RM123456789GB")
    assert ran.code == 1
    assert "TikTok is busy" in ran.err and "Try it again later" in ran.err


def test_sync_reads_and_does_what_is_due(world: World, run: Run) -> None:
    row = world.take(status="ON_HOLD")
    raw = world.tiktok.orders[row.tiktok_id]
    raw |= {"status": "AWAITING_SHIPMENT", "update_time": raw["update_time"] + 1}
    assert run("sync", row.tiktok_id).code == 0
    assert world.store.markers == [row.tiktok_id]


def test_orders_filters(world: World, run: Run) -> None:
    first = world.take()
    second = world.take(id="579000000000000009", status="CANCELLED", line_items=[])
    third = world.take(id="579000000000000010", line_items=[{"id": "1"}])

    def ids(*args: str) -> set[str]:
        return {row["tiktok_id"] for row in run("orders", "--json", *args).json}

    work(third.pk, "test")
    assert ids() == {first.tiktok_id, second.tiktok_id, third.tiktok_id}
    assert ids("--status", "cancelled") == {second.tiktok_id}
    assert ids("--problem") == {third.tiktok_id}
    assert ids("--standing", "blocked") == {third.tiktok_id}
    assert len(ids("--limit", "1")) == 1
    Order.objects.filter(pk=first.pk).update(archived_at=1.0, tokbridge_status="archived")
    assert first.tiktok_id not in ids()
    assert ids("--standing", "archived") == {first.tiktok_id}
    table = run("orders").out
    assert second.tiktok_id in table and "Cannot be read" in table


def test_buyers_are_shown_only_on_demand(world: World, run: Run) -> None:
    row = world.take()
    for args in (["orders"], ["order", row.tiktok_id]):
        for more in ([], ["--json"]):
            assert NAME not in run(*args, *more).out
    assert NAME in run("order", row.tiktok_id, "--show-buyer").out
    assert run("orders", "--json", "--show-buyer").json[0]["customer"] == NAME


def test_order_shows_everything(world: World, run: Run) -> None:
    row = world.take()
    run("create", row.tiktok_id)
    run("ship", row.tiktok_id, "--carrier", "DPD", "--number", "RM123456789GB")
    Note.objects.create(order=row, at=1.0, text="[red]packed[/] twice")
    found = run("order", f"TTS-{row.tiktok_id}", "--json").json
    assert [note["text"] for note in found["notes"]] == ["[red]packed[/] twice"]
    assert (found["tiktok_status"], found["store_status"]) == ("AWAITING_SHIPMENT", "PAID")
    assert (found["buyer_total"], found["seller_total"]) == ("21.49", "23.49")
    assert found["store"]["total"] == "23.49"
    assert [(line["quantity"], line["sku"], line["price"]) for line in found["lines"]] == [(2, "MUG-BLUE", "9.50")]
    assert found["parcels"][0]["number"] == "RM123456789GB"
    assert [attempt["step"] for attempt in found["attempts"]] == ["create", "ship", "add parcel"]
    assert [asked["verb"] for asked in found["asked"]] == ["create", "ship"]
    text = run("order", row.tiktok_id).out
    for words in ("21.49", "23.49", "MUG-BLUE", "RM123456789GB", "so-1", "[red]packed[/] twice"):
        assert words in text


def test_order_shows_the_problem_and_the_raw_record(world: World, run: Run) -> None:
    world.store.skus = set()
    row = world.take()
    run("create", row.tiktok_id)
    text = run("order", row.tiktok_id).out
    assert "SKU not found in the store" in text and "Who must act: operator" in text
    assert run("order", row.tiktok_id, "--json", "--raw").json["raw"] == world.tiktok.orders[row.tiktok_id]
    assert '"payment_method_name": "Card"' in run("order", row.tiktok_id, "--raw").out
