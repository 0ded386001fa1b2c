"""Runs that fetch: what they bring, what they say of it, and what interrupts them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sync.running import die_at, form, lease_runs_out
from tests.sync.world import Crash, World
from tokbridge.core.errors import Refused, Retry
from tokbridge.core.wire import Request, Response
from tokbridge.records.models import Account, Order, Run, RunState
from tokbridge.sync import runs
from tokbridge.sync.run_work import advance

pytestmark = pytest.mark.django_db(transaction=True)


def fetched(what: dict[str, Any]) -> Run:
    run = runs.start_fetch(what, token=form(), by=None)
    for _ in range(10):
        advance(run.pk)
        run.refresh_from_db()
        if run.ended_at is not None:
            break
    return run


def test_fetch_brings_what_is_new(world: World) -> None:
    world.tiktok.put(update_time=world.tiktok.now())
    run = fetched({})
    assert run.state == RunState.FINISHED
    (account,) = run.progress["accounts"]
    assert (account["name"], account["stored"], account["total"], account["done"]) == ("Mugs", 1, 1, True)
    assert run.progress["new"] == 1
    assert world.woken == [Order.objects.get().pk]


def test_fetch_of_a_range_and_of_ids(world: World) -> None:
    raw = world.tiktok.put(update_time=1_700_000_000)
    assert fetched({"start": 1_600_000_000, "end": 1_650_000_000}).progress["new"] == 0
    assert fetched({"start": 1_699_999_999, "end": None}).progress["new"] == 1
    assert fetched({"ids": [raw["id"], "579"]}).progress["not_found"] == ["579"]


def second_shop(world: World) -> Account:
    """Its name puts it behind the first one, "Mugs"."""
    return Account.objects.create(
        authorisation=world.authorisation, shop_id="7495000000000000002", name="Plates", region="GB", cipher="cipher-2"
    )


def sold(world: World, n: int, cipher: str = "cipher") -> list[str]:
    """So many orders of the shop with this cipher."""
    ids = [world.order() for _ in range(n)]
    world.tiktok.ciphers.update(dict.fromkeys(ids, cipher))
    return ids


def told(run: Run) -> list[tuple[str, int, int, str]]:
    return [(one["name"], one["stored"], one["total"], one["words"]) for one in run.progress["accounts"]]


def test_ids_of_several_shops_are_found_each_in_its_own(world: World) -> None:
    """TikTok refuses a whole call for one order that is another seller's, or nobody's."""
    plates = second_shop(world)
    (mug,), (plate,) = sold(world, 1), sold(world, 1, "cipher-2")
    run = fetched({"ids": [mug, plate, "579"]})
    assert run.state == RunState.FINISHED
    assert set(Order.objects.values_list("tiktok_id", "account")) == {(mug, world.account.pk), (plate, plates.pk)}
    assert told(run) == [("Mugs", 1, 3, ""), ("Plates", 1, 2, "")]
    assert (run.progress["new"], run.progress["not_found"], run.progress["not_settled"]) == (2, ["579"], [])
    assert sorted(world.woken) == sorted(Order.objects.values_list("pk", flat=True))


def test_many_ids_of_several_shops_are_all_found_and_the_unknown_ones_named(world: World) -> None:
    second_shop(world)
    mugs, plates = sold(world, 70), sold(world, 60, "cipher-2")
    unknown = [f"5800000000{n:08d}" for n in range(5)]
    ids = sorted(mugs + plates + unknown, key=lambda one: one[::-1])
    run = fetched({"ids": ids})
    assert (run.state, told(run)) == (RunState.FINISHED, [("Mugs", 70, 135, ""), ("Plates", 60, 65, "")])
    assert run.progress["new"] == Order.objects.count() == 130
    assert sorted(run.progress["not_found"]) == unknown


def test_an_account_is_not_asked_for_what_others_have(world: World) -> None:
    second_shop(world)
    run = fetched({"ids": sold(world, 2)})
    assert told(run) == [("Mugs", 2, 2, ""), ("Plates", 0, 0, "")]
    assert world.tiktok_wire.sent.count("orders.read") == 1


def test_ids_that_no_shop_has_are_unknown_and_no_trouble(world: World) -> None:
    second_shop(world)
    sold(world, 1)
    run = fetched({"ids": ["579", "580"]})
    assert (run.state, told(run)) == (RunState.FINISHED, [("Mugs", 0, 2, ""), ("Plates", 0, 2, "")])
    assert run.progress["not_found"] == ["579", "580"]


def test_nothing_is_called_unknown_before_every_account_was_asked_for_it(world: World) -> None:
    second_shop(world)
    (mug,) = sold(world, 1)

    def gone(request: Request) -> Response:
        if "cipher-2" in request.url:
            raise Refused("36009004", "no such shop")
        return world.tiktok(request)

    world.tiktok_wire.handler = gone
    run = fetched({"ids": [mug, "579"]})
    assert told(run) == [("Mugs", 1, 2, ""), ("Plates", 0, 1, "36009004: no such shop")]
    assert (run.progress["not_found"], run.progress["not_settled"]) == ([], ["579"])
    assert fetched({"ids": ["579"], "shop": world.account.shop_id}).progress["not_found"] == ["579"]


def test_a_fetch_by_id_goes_on_where_trouble_has_cut_it_short(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    ids = [*sold(world, 3), "579"]
    asked: list[str] = []

    def busy_once(request: Request) -> Response:
        asked.append(request.url.split("ids=")[1].split("&")[0])
        if len(asked) == 4:
            raise Retry("http 503", "busy", after=0)
        return world.tiktok(request)

    world.tiktok_wire.handler = busy_once
    run = fetched({"ids": ids})
    assert (run.state, told(run)) == (RunState.FINISHED, [("Mugs", 3, 4, "")])
    assert run.progress["not_found"] == ["579"]
    assert [len(one.replace("%2C", ",").split(",")) for one in asked] == [4, 2, 2, 1, 2, 1, 1]


def test_a_fetch_that_dies_reads_the_account_again(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.tiktok.put(update_time=1_700_000_000)
    run = runs.start_fetch({"start": 1, "end": None}, token="t", by=None)
    with monkeypatch.context() as patch:
        die_at(patch, 2)
        with pytest.raises(Crash):
            advance(run.pk)
    lease_runs_out(world)
    advance(run.pk)
    run.refresh_from_db()
    assert run.state == RunState.FINISHED
    assert Order.objects.count() == 1


def test_a_fetch_says_what_went_wrong(world: World) -> None:
    world.tiktok.answers["orders.search"] = Refused("36009004", "no such shop")
    run = fetched({"start": 1, "end": None})
    assert run.state == RunState.FAILED
    assert run.progress["accounts"][0]["words"] == "36009004: no such shop"
    assert fetched({"shop": "1"}).progress["words"].startswith("No shop 1 is connected")


def test_a_fetch_tries_again_when_tiktok_is_busy_and_gives_up_after_a_while(world: World) -> None:
    world.tiktok.answers["orders.search"] = Retry("http 503", "busy", after=0)
    run = runs.start_fetch({"start": 1, "end": None}, token="t", by=None)
    advance(run.pk)
    run.refresh_from_db()
    assert (run.state, run.words) == (RunState.RUNNING, "http 503: busy")
    for _ in range(4):
        advance(run.pk)
    run.refresh_from_db()
    assert run.state == RunState.FAILED


def test_a_fetch_can_be_stopped(world: World) -> None:
    run = runs.start_fetch({}, token="t", by=None)
    runs.stop(run)
    advance(run.pk)
    run.refresh_from_db()
    assert run.state == RunState.STOPPED
    assert not world.tiktok_wire.sent
