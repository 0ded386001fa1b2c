"""What a person asks at the desk: refused at once with reasons, or done by the normal flow."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sync.world import World
from tokbridge.core.errors import Retry
from tokbridge.records.models import Attempt, Binding, Instruction, Order, Problem
from tokbridge.sync import outcome
from tokbridge.sync.asked import Asked, NotPossible
from tokbridge.sync.desk import find, instruct
from tokbridge.sync.dryrun import validate
from tokbridge.sync.lease import Lease
from tokbridge.sync.outcome import Came, State, came, follow
from tokbridge.sync.shipping import ship
from tokbridge.sync.work import work

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _no_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outcome, "WORKER_STARTS", 0.0)
    monkeypatch.setattr(outcome, "LOOK_EVERY", 0.005)


@pytest.fixture
def world(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> World:
    return World(monkeypatch, policy={"create_automatically": False})


class Nowhere:
    """A journal for a creation that nobody of us made."""

    def save(self, key: str, value: str) -> None:
        pass

    def get(self, key: str) -> str | None:
        return None


def one(asked: list[Asked], **more: Any) -> Came:
    (result,) = follow(asked, lambda _came: None, **more)
    return result


def test_create_is_done_by_the_asking_process_when_no_worker_runs(world: World) -> None:
    row = world.take()
    result = one(instruct([row.pk], "create"))
    assert (result.state, result.words) == (State.DONE, f"created as TTS-{row.tiktok_id}")
    assert world.store.markers == [row.tiktok_id]


def test_a_store_that_no_worker_ever_prepared_is_prepared_before_its_first_order(world: World) -> None:
    first, second = world.take(), world.take(id="579000000000000009", status="ON_HOLD", line_items=[])
    assert one(instruct([first.pk], "create")).state is State.DONE
    one(instruct([second.pk], "sync"))
    assert world.store_wire.sent.count("prepare") == 1


def test_asking_twice_creates_once(world: World) -> None:
    row = world.take()
    asked = [*instruct([row.pk], "create"), *instruct([row.pk], "create")]
    assert Instruction.objects.count() == 1
    assert {came.state for came in follow(asked, lambda _came: None)} == {State.DONE}
    assert Attempt.objects.filter(step="create").count() == 1
    (again,) = instruct([row.pk], "create")
    assert again.refused == f"it is already in the store as TTS-{row.tiktok_id}"


def test_create_of_an_order_that_is_found_in_the_store_fulfils_the_wish(world: World) -> None:
    row = world.take()
    plan = validate(row.pk).plan
    assert plan is not None
    world.store.create_order(plan, Nowhere())
    assert one(instruct([row.pk], "create")).state is State.DONE
    assert len(world.store.made) == 1


def test_a_missing_sku_blocks_with_the_problem_and_a_second_request_tries_at_once(world: World) -> None:
    world.store.skus = set()
    row = world.take()
    result = one(instruct([row.pk], "create"))
    assert result.state is State.BLOCKED
    assert result.problem is not None and result.problem.code == "unmatched_sku"
    assert "MUG-BLUE" in result.words
    problem = Problem.objects.get(closed_at=None)
    assert problem.next_at is not None and problem.next_at > problem.last_at + 30
    world.store.skus = None
    from tokbridge.sync.catalogue import forget_products

    forget_products()
    assert one(instruct([row.pk], "create")).state is State.DONE
    assert not Problem.objects.filter(closed_at=None).exists()


def test_create_on_hold_waits_and_says_so(world: World) -> None:
    row = world.take(status="ON_HOLD")
    result = one(instruct([row.pk], "create"))
    assert (result.state, result.words) == (State.WAITING, "TikTok holds it for an hour")
    assert not world.store.made


def test_trouble_that_outlasts_the_patience_is_not_called_done(world: World) -> None:
    row = world.take()
    world.store.errors["find_order"] = Retry("http 503", "busy")
    result = one(instruct([row.pk], "create"), patience=0.3)
    assert result.state is State.WAITING
    assert result.words == "busy"


def test_a_running_worker_is_left_to_its_work(world: World) -> None:
    row = world.take()
    asked = instruct([row.pk], "create")
    lease = Lease.take(row.pk)
    assert lease is not None
    assert one(asked, patience=0.2).state is State.WORKING
    assert not world.store.made
    lease.release(0)
    work(row.pk, "worker")
    assert came(asked[0]).state is State.DONE


def test_reject_cancels_on_tiktok_with_an_offered_reason(world: World) -> None:
    row = world.take()
    result = one(instruct([row.pk], "reject", reason="pricing error"))
    words = "cancellation sent to TikTok, reason seller_cancel_reason_wrong_price"
    assert (result.state, result.words) == (State.DONE, words)
    attempt = Attempt.objects.get(step="cancel on tiktok")
    assert attempt.request == "seller_cancel_reason_wrong_price"
    assert Order.objects.get(pk=row.pk).status == "CANCELLED"
    assert instruct([row.pk], "reject", reason="out of stock")[0].refused == "it is cancelled on TikTok"


def test_a_reason_that_tiktok_does_not_offer_blocks(world: World) -> None:
    row = world.take()
    result = one(instruct([row.pk], "reject", reason="unable to deliver"))
    assert result.state is State.BLOCKED
    assert "seller_cancel_reason_out_of_stock" in result.words


def test_cancelled_by_somebody_else_meanwhile_counts_as_done(world: World) -> None:
    row = world.take()
    asked = instruct([row.pk], "reject", reason="out of stock")
    raw = world.tiktok.orders[row.tiktok_id]
    world.take(status="CANCELLED", update_time=raw["update_time"] + 1)
    assert one(asked).words == "TikTok shows it as cancelled"
    assert not Instruction.objects.filter(done_at=None).exists()
    assert "orders.cancel" not in world.tiktok_wire.sent


@pytest.mark.parametrize("reason", ["", "too cheap", "buyer asked"])
def test_reject_takes_only_a_sellers_reason(world: World, reason: str) -> None:
    row = world.take()
    with pytest.raises(NotPossible, match="out of stock, pricing error, unable to deliver"):
        instruct([row.pk], "reject", reason=reason)


def test_an_unknown_verb_names_the_choices(world: World) -> None:
    with pytest.raises(NotPossible, match="accept, archive, cancel, create, decline, reject, restore, sync"):
        instruct([world.take().pk], "delete")


def test_sync_reads_from_tiktok(world: World) -> None:
    row = world.take()
    assert one(instruct([row.pk], "sync")).words == "read from TikTok"
    assert world.tiktok_wire.sent == ["orders.read"]


def test_archive_and_restore(world: World) -> None:
    row = world.take()
    assert one(instruct([row.pk], "archive")).state is State.DONE
    work(row.pk, "worker")
    assert Order.objects.get(pk=row.pk).tokbridge_status == "archived"
    assert "restore it first" in instruct([row.pk], "create")[0].refused
    with pytest.raises(NotPossible, match="archived"):
        ship(row.pk, "Royal Mail", "RM123456789GB")
    assert not instruct([row.pk], "restore")[0].refused
    work(row.pk, "worker")
    assert Order.objects.get(pk=row.pk).tokbridge_status != "archived"
    assert instruct([row.pk], "restore")[0].refused == "it is not archived"


def test_an_order_whose_creation_is_in_doubt_is_not_archived(world: World) -> None:
    row = world.take()
    Binding.objects.create(
        order=row, store=world.channel.store, marker=row.tiktok_id, number="N", view="", expected_total=1, intended_at=0
    )
    assert "looked up" in instruct([row.pk], "archive")[0].refused


def test_bulk_refuses_order_by_order(world: World) -> None:
    good, gone = world.take(), world.take(id="579000000000000009", status="CANCELLED", line_items=[])
    asked = instruct([good.pk, gone.pk], "create")
    assert [item.refused for item in asked] == ["", "it is cancelled on TikTok"]
    assert [result.state for result in follow(asked, lambda _came: None)] == [State.DONE, State.BLOCKED]


def test_find_by_any_id(world: World) -> None:
    row = world.take()
    Order.objects.filter(pk=row.pk).update(store_number="100000012")
    for key in (row.tiktok_id, "100000012", str(row.pk), f"#{row.pk}", f" {row.tiktok_id} "):
        assert [found.pk for found in find([key])] == [row.pk]
    assert len(find([row.tiktok_id, str(row.pk)])) == 1
    with pytest.raises(NotPossible, match=r"4711 is not known.*#0 is not known"):
        find(["4711", row.tiktok_id, "#0"])


def test_an_ambiguous_key_is_refused_with_the_candidates(world: World) -> None:
    first, second = world.take(), world.take(id="579000000000000009", line_items=[])
    Order.objects.filter(pk=second.pk).update(store_number=str(first.pk))
    with pytest.raises(NotPossible, match="name it by its #"):
        find([str(first.pk)])
    assert find([f"#{first.pk}"])[0].pk == first.pk
