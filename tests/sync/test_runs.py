"""Runs: an action on many orders, whatever happens to the workers that advance it."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from tests.sync.fakes import World, build_world

from tokbridge.core.errors import Refused, Retry
from tokbridge.records.models import (
    Attempt,
    Cancellation,
    Instruction,
    ItemState,
    Order,
    Parcel,
    Problem,
    Run,
    RunItem,
    RunState,
)
from tokbridge.sync import desk, offers, queue, run_ask, run_work, runs
from tokbridge.sync.asked import NotPossible
from tokbridge.sync.run_lease import RunLease
from tokbridge.sync.run_work import advance
from tokbridge.sync.work import work

pytestmark = pytest.mark.django_db(transaction=True)
_numbers = itertools.count(1)


@pytest.fixture(autouse=True)
def woken(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Orders that were woken; the test is their worker."""
    ids: list[int] = []
    monkeypatch.setattr(queue, "wake", lambda order_ids, _why: ids.extend(order_ids))
    monkeypatch.setattr(queue, "advance_run", lambda _run_id: None)
    return ids


@pytest.fixture
def world() -> World:
    return build_world(policy={"create_automatically": False})


def take(world: World, n: int, **changes: Any) -> list[Order]:
    return [world.take(id=f"5790000000001{next(_numbers):05}", **_own_lines(changes)) for _ in range(n)]


def _own_lines(changes: dict[str, Any]) -> dict[str, Any]:
    from tests.tiktok.given import line

    fresh = [line(id=f"57900000000020{next(_numbers):05}") for _ in range(2)]
    return {"line_items": fresh, **changes}


def begin(verb: str, orders: list[Order], **more: Any) -> Run:
    more.setdefault("token", f"form-{next(_numbers)}")
    return runs.start(verb, [order.pk for order in orders], by=None, chosen="selected", **more)


def states(run: Run) -> list[str]:
    return list(run.items.order_by("id").values_list("state", flat=True))


def carry(run: Run, woken: list[int]) -> Run:
    """Workers do what is to do, until the run is over."""
    for _ in range(50):
        advance(run.pk)
        while woken:
            work(woken.pop(), "worker")
        run.refresh_from_db()
        if run.ended_at is not None:
            return run
    raise AssertionError(f"the run does not end: {runs.counts(run)}, {run.words}")


def test_a_run_creates_each_order_once_and_tells_the_result_of_each(world: World, woken: list[int]) -> None:
    good, gone = take(world, 2), take(world, 1, status="CANCELLED")
    run = carry(begin("create", [*good, *gone]), woken)
    assert run.state == RunState.FINISHED
    assert states(run) == ["done", "done", "refused"]
    words = list(run.items.order_by("id").values_list("words", flat=True))
    assert words == [*(f"created as TTS-{row.tiktok_id}" for row in good), "it is cancelled on TikTok"]
    assert Attempt.objects.filter(step="create").count() == 2


def test_what_a_problem_blocks_is_told_and_can_be_asked_again_alone(world: World, woken: list[int]) -> None:
    rows = take(world, 3)
    world.store.products.clear()
    run = carry(begin("create", rows), woken)
    assert states(run) == ["blocked"] * 3
    item = run.items.first()
    assert item is not None and item.code == "unmatched_sku" and "MUG-BLUE" in item.words
    with pytest.raises(NotPossible, match="no order was chosen"):
        runs.again(run, ["done"], token="t1", by=None)
    world.store.products.add("MUG-BLUE")
    from tokbridge.sync.catalogue import forget_products

    forget_products()
    once_more = runs.again(run, runs.FAILED, token="t2", by=None)
    assert (once_more.again_of, once_more.total) == (run, 3)
    assert states(carry(once_more, woken)) == ["done"] * 3


def test_a_form_sent_twice_starts_one_run(world: World, woken: list[int]) -> None:
    rows = take(world, 2)
    first, second = begin("archive", rows, token="same"), begin("archive", rows, token="same")
    assert first.pk == second.pk
    carry(first, woken)
    assert Instruction.objects.filter(verb="archive").count() == 2


def test_a_form_sent_twice_at_once_starts_one_run(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = take(world, 1)
    known = runs._known

    def both(orders: list[Any]) -> list[Any]:
        """The other request has looked for the token as well, and is a little faster."""
        monkeypatch.setattr(runs, "_known", known)
        begin("archive", rows, token="same")
        return known(orders)

    monkeypatch.setattr(runs, "_known", both)
    begin("archive", rows, token="same")
    assert Run.objects.count() == 1


class Killed(BaseException):
    """What kill -9 is to a program: nothing after it is done."""


def die_at(monkeypatch: pytest.MonkeyPatch, nth: int) -> Callable[[], None]:
    """The worker dies when it renews the lease of a run for the nth time; returns how to bring it to life."""
    real, count = RunLease.check, itertools.count(1)

    def check(self: RunLease) -> None:
        if next(count) == nth:
            raise Killed
        real(self)

    monkeypatch.setattr(RunLease, "check", check)
    monkeypatch.setattr(RunLease, "release", lambda *_args: None)
    return monkeypatch.undo


@pytest.mark.parametrize("verb", ["create", "sync", "ship", "validate", "archive"])
@pytest.mark.parametrize("nth", [1, 2, 3, 4, 5])
def test_a_worker_that_dies_anywhere_leaves_nothing_asked_twice(
    world: World, woken: list[int], monkeypatch: pytest.MonkeyPatch, verb: str, nth: int
) -> None:
    rows = take(world, 4)
    each = {row.pk: {"carrier": "DPD", "number": f"RM-{row.pk:06}"} for row in rows} if verb == "ship" else None
    run = begin(verb, rows, each=each)
    with monkeypatch.context() as patch:
        patch.setattr(desk, "AT_ONCE", 2)
        patch.setattr(run_ask, "AT_ONCE", 2)
        patch.setattr(run_work, "LAID_AT_ONCE", 2)
        with patch.context() as death:
            die_at(death, nth)
            with pytest.raises(Killed):
                advance(run.pk)
        assert Run.objects.get(pk=run.pk).lease_until > time.time()
        advance(run.pk)
        assert Run.objects.get(pk=run.pk).ended_at is None  # the dead worker's lease still holds
        Run.objects.filter(pk=run.pk).update(lease_until=0)
        carry(run, woken)
    assert states(run) == ["done"] * 4
    assert [item.order_id for item in run.items.order_by("id")] == [row.pk for row in rows]
    if verb != "validate":
        assert Instruction.objects.filter(verb=verb).count() == 4
    if verb == "ship":
        assert Parcel.objects.count() == world.tiktok.sent.count("orders.mark_shipped") == 4
    if verb == "create":
        assert len(world.store.orders) == Attempt.objects.filter(step="create").count() == 4


def test_a_worker_that_starts_again_frees_what_it_held(world: World, settings: Any) -> None:
    run = begin("archive", take(world, 1))
    assert RunLease.take(run.pk) is not None
    assert RunLease.take(run.pk) is None
    assert runs.free_runs_of(settings.WORKER_NAME) == 1
    assert RunLease.take(run.pk) is not None


def test_two_workers_ask_each_order_once(world: World, woken: list[int]) -> None:
    rows = take(world, 30)
    run = begin("create", rows)
    from django.db import connection

    def worker() -> None:
        for _ in range(5):
            advance(run.pk)
        connection.close()

    both = [threading.Thread(target=worker) for _ in range(2)]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()
    carry(run, woken)
    assert states(run) == ["done"] * 30
    assert Instruction.objects.filter(verb="create").count() == 30
    assert len(world.store.orders) == 30


def test_a_worker_that_lost_its_lease_commits_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    run = begin("archive", take(world, 2))
    real = run_ask.desk.instruct

    def slow(*args: Any, **more: Any) -> Any:
        Run.objects.filter(pk=run.pk).update(lease_token="other:1")
        return real(*args, **more)

    def ask(one: Run, lease: RunLease, room: int) -> int:
        Run.objects.filter(pk=run.pk).update(lease_token="other:1", lease_until=time.time() + 60)
        return run_ask._instruct(one, lease, room)

    monkeypatch.setattr(run_work, "ASK", {"archive": ask})
    advance(run.pk)
    assert states(run) == ["waiting", "waiting"]
    assert not Instruction.objects.exists()
    assert Run.objects.get(pk=run.pk).lease_token == "other:1"


def test_no_more_orders_are_on_their_way_than_allowed(
    world: World, woken: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run_work, "MOST_ASKED", 3)
    run = begin("create", take(world, 8))
    advance(run.pk)
    assert runs.counts(run)["asked"] == 3
    assert states(carry(run, woken)) == ["done"] * 8


def test_stop_asks_no_further_order_and_follows_what_was_asked(
    world: World, woken: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run_work, "MOST_ASKED", 2)
    run = begin("create", take(world, 5))
    advance(run.pk)
    runs.stop(run)
    carry(run, woken)
    assert run.state == RunState.STOPPED
    assert states(run) == ["done", "done", "waiting", "waiting", "waiting"]
    assert len(world.store.orders) == 2
    assert states(carry(runs.again(run, ["waiting"], token="rest", by=None), woken)) == ["done"] * 3


def test_a_run_that_is_not_over_is_not_asked_again(world: World) -> None:
    with pytest.raises(NotPossible, match="not over"):
        runs.again(begin("create", take(world, 1)), runs.FAILED, token="t", by=None)


def test_what_waits_for_something_later_ends_the_run(world: World, woken: list[int]) -> None:
    run = carry(begin("create", take(world, 1, status="ON_HOLD")), woken)
    item = run.items.get()
    assert (item.state, item.words) == ("later", "TikTok holds it for an hour")


def test_what_nobody_takes_up_is_not_followed_for_ever(world: World, woken: list[int]) -> None:
    run = begin("create", take(world, 1))
    advance(run.pk)
    assert states(run) == ["asked"]
    Order.objects.update(due_at=time.time() + 5)
    advance(run.pk)
    assert states(run) == ["asked"]
    RunItem.objects.update(asked_at=time.time() - run_work.MOST_PATIENCE - 1)
    advance(run.pk)
    assert states(run) == ["later"]
    assert Run.objects.get(pk=run.pk).state == RunState.FINISHED


def many(world: World, n: int) -> list[int]:
    """Rows and TikTok's records of n cancelled orders, made quickly."""
    raw = world.tiktok.put(status="CANCELLED", line_items=[])
    ids = [f"58{at:016}" for at in range(n)]
    world.tiktok.orders = {one: {**raw, "id": one} for one in ids}
    Order.objects.bulk_create(
        [
            Order(
                account=world.account,
                channel=world.channel,
                tiktok_id=one,
                status="CANCELLED",
                update_time=raw["update_time"],
                imported_at=0,
                updated_at=0,
            )
            for one in ids
        ],
        batch_size=500,
    )
    return list(Order.objects.order_by("id").values_list("pk", flat=True))


def test_sync_of_5000_orders_asks_tiktok_100_times(world: World, woken: list[int]) -> None:
    ids = many(world, 5000)
    run = runs.start("sync", ids, token="t", by=None, chosen="all")
    while run.ended_at is None:
        advance(run.pk)
        run.refresh_from_db()
    assert world.tiktok.sent == ["orders.read"] * 100
    assert runs.counts(run) == {"waiting": 0, "asked": 0, "done": 5000, "refused": 0, "blocked": 0, "later": 0}
    assert run.orders == []
    assert set(woken) == set(ids)


def test_sync_of_orders_in_the_store_reads_tiktok_together_and_the_store_each(world: World, woken: list[int]) -> None:
    rows = take(world, 3)
    carry(begin("create", rows), woken)
    world.tiktok.sent.clear()
    for raw in world.tiktok.orders.values():
        raw |= {"update_time": raw["update_time"] + 1, "status": "ON_HOLD"}
    run = carry(begin("sync", rows), woken)
    assert states(run) == ["done"] * 3
    assert world.tiktok.sent.count("orders.read") == 1
    assert all(row.store_read_at for row in Order.objects.all())


def test_sync_tells_what_tiktok_does_not_know_and_what_it_refuses(world: World, woken: list[int]) -> None:
    here, lost = take(world, 2)
    (away,) = take(world, 1)
    carry(begin("archive", [away]), woken)
    del world.tiktok.orders[lost.tiktok_id]
    run = carry(begin("sync", [here, lost, away]), woken)
    words = list(run.items.order_by("id").values_list("state", "words"))
    assert words == [
        ("done", "read from TikTok"),
        ("refused", "TikTok does not know it"),
        ("refused", "it is archived; restore it first"),
    ]
    world.tiktok.answers["orders.read"] = Refused("11000", "no")
    assert carry(begin("sync", [here]), woken).items.get().words == "11000: no"


def test_a_run_waits_while_tiktok_does_not_answer_and_says_so(world: World, woken: list[int]) -> None:
    run = begin("sync", take(world, 2))
    world.tiktok.answers["orders.read"] = Retry("http 503", "busy", after=7)
    advance(run.pk)
    run.refresh_from_db()
    assert (run.words, states(run)) == ("http 503: busy", ["waiting", "waiting"])
    assert run.next_at > time.time() + 5
    del world.tiktok.answers["orders.read"]
    assert states(carry(run, woken)) == ["done", "done"]
    assert run.words == ""


def test_sync_clears_the_back_off_of_what_stands_in_the_way(world: World, woken: list[int]) -> None:
    (row,) = take(world, 1)
    world.store.products.clear()
    carry(begin("create", [row]), woken)
    assert Problem.objects.get(closed_at=None).next_at is not None
    run = begin("sync", [row])
    advance(run.pk)
    assert Problem.objects.get(closed_at=None).next_at is None
    assert woken == [row.pk]


def test_ship_tells_tiktok_of_each_parcel(world: World, woken: list[int]) -> None:
    first, second, third = take(world, 3)
    each = {
        first.pk: {"carrier": "royal mail", "number": " RM123456789GB "},
        second.pk: {"carrier": "Hermes", "number": "H-000001"},
        third.pk: {"carrier": "DPD", "number": "D-000001"},
    }
    world.take(id=third.tiktok_id, status="IN_TRANSIT", line_items=[], update_time=10**10)
    run = carry(begin("ship", [first, second, third], each=each), woken)
    assert states(run) == ["done", "refused", "refused"]
    told = list(run.items.order_by("id").values_list("words", flat=True))
    assert told[0] == "TikTok has parcel RM123456789GB as package 1153"
    assert "it takes: DPD, Royal Mail" in told[1]
    assert "it is IN_TRANSIT" in told[2]
    assert world.tiktok.sent.count("providers.list") == 1


def test_ship_checks_every_number_before_anything_is_sent(world: World) -> None:
    first, second = take(world, 2)
    each = {first.pk: {"carrier": "DPD", "number": "D-000001"}, second.pk: {"carrier": "DPD", "number": "no good"}}
    with pytest.raises(NotPossible, match="'no good' is not a tracking number"):
        begin("ship", [first, second], each=each)
    assert not Run.objects.exists()


def test_validate_says_what_would_be_created_or_why_not(world: World, woken: list[int]) -> None:
    (good,) = take(world, 1)
    (gone,) = take(world, 1, status="CANCELLED")
    run = carry(begin("validate", [good, gone]), woken)
    first, second = run.items.order_by("id")
    assert first.state == "done" and f"would be created as TTS-{good.tiktok_id}, total" in first.words
    assert (second.state, second.words) == ("refused", "it is cancelled on TikTok")
    assert not world.store.orders and not Instruction.objects.exists()


def test_reject_shows_the_reason_name_of_tiktok(world: World, woken: list[int]) -> None:
    run = carry(begin("reject", take(world, 1), reason="out of stock"), woken)
    assert run.items.get().words == "cancellation sent to TikTok, reason seller_cancel_reason_out_of_stock"


@pytest.mark.parametrize(("verb", "more"), [("reject", {}), ("delete", {}), ("cancel", {"reason": "too cheap"})])
def test_what_makes_no_sense_starts_nothing(world: World, verb: str, more: dict[str, str]) -> None:
    with pytest.raises(NotPossible):
        begin(verb, take(world, 1), **more)
    assert not Run.objects.exists()


def test_orders_nobody_knows_are_left_out_and_each_is_taken_once(world: World, woken: list[int]) -> None:
    (row,) = take(world, 1)
    run = runs.start("archive", [row.pk, row.pk, 999_999], token="t", by=None, chosen="selected")
    assert (run.total, states(carry(run, woken))) == (1, ["done"])


def test_a_bug_is_shown_and_the_run_goes_on(world: World, woken: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    run = begin("archive", take(world, 1))
    with monkeypatch.context() as patch:
        patch.setattr(run_work, "ask", lambda *_args: 1 / 0)
        advance(run.pk)
    run.refresh_from_db()
    assert run.words == "unexpected error: ZeroDivisionError"
    assert states(carry(run, woken)) == ["done"]


def buyer_asks(world: World, row: Order) -> dict[str, Any]:
    """The buyer asks to cancel, and TikTok's answers follow what it is told."""
    raw = world.tiktok.orders[row.tiktok_id]
    raw |= {"is_buyer_request_cancel": True, "update_time": raw["update_time"] + 1}
    world.take(**raw)
    request: dict[str, Any] = {
        "cancel_id": "4035000000000000001",
        "order_id": row.tiktok_id,
        "cancel_type": "BUYER_CANCEL",
        "cancel_status": "CANCELLATION_REQUEST_PENDING",
        "role": "BUYER",
        "create_time": 1,
        "update_time": 1,
        "seller_next_action_response": [{"action": "SELLER_RESPOND_BUYER_CANCEL", "deadline": 1_900_000_000}],
    }
    told = {"cancellations": [request], "total_count": 1}
    world.tiktok.answers["cancellations.search"] = told
    reasons = [{"name": "seller_reject_apply_package_shipped", "text": "The package was shipped"}]
    world.tiktok.answers["cancellations.reject_reasons"] = {"reasons": reasons}
    world.tiktok.answers["cancellations.approve"] = world.tiktok.answers["cancellations.reject"] = {}
    return request


@pytest.mark.parametrize(
    ("verb", "operation", "words"),
    [("accept", "cancellations.approve", "accepted"), ("decline", "cancellations.reject", "declined")],
)
def test_a_buyers_request_is_answered(world: World, woken: list[int], verb: str, operation: str, words: str) -> None:
    (row,) = take(world, 1)
    buyer_asks(world, row)
    run = carry(begin(verb, [row]), woken)
    assert list(run.items.values_list("state", "words")) == [("done", words)]
    assert world.tiktok.sent.count(operation) == 1
    assert Cancellation.objects.get().answer_by == 1_900_000_000
    assert Attempt.objects.get(step="answer buyer").outcome == "done"


def test_a_request_that_ended_meanwhile_is_not_answered(world: World, woken: list[int]) -> None:
    (row,) = take(world, 1)
    request = buyer_asks(world, row)
    request["cancel_status"] = "CANCELLATION_REQUEST_SUCCESS"
    run = carry(begin("decline", [row]), woken)
    assert list(run.items.values_list("state", "words")) == [("refused", "TikTok shows the request as accepted")]
    assert "cancellations.reject" not in world.tiktok.sent


def test_declining_needs_one_of_tiktoks_reasons(world: World, woken: list[int]) -> None:
    (row,) = take(world, 1)
    buyer_asks(world, row)
    names = [{"name": "a", "text": "First"}, {"name": "b", "text": "Second"}]
    world.tiktok.answers["cancellations.reject_reasons"] = {"reasons": names}
    run = carry(begin("decline", [row]), woken)
    item = run.items.get()
    assert (item.state, item.code) == ("blocked", "decline_reason")
    assert "a (First), b (Second)" in item.words
    assert states(carry(begin("decline", [row], reason="second"), woken)) == ["done"]
    assert Attempt.objects.get(step="answer buyer").request.endswith(": b")


def test_nobody_asks_to_cancel(world: World, woken: list[int]) -> None:
    run = carry(begin("accept", take(world, 1)), woken)
    assert run.items.get().words == "the buyer does not ask to cancel it"


def test_a_request_that_the_feed_has_not_brought_yet_is_asked_for_once(world: World) -> None:
    (row,) = take(world, 1)
    buyer_asks(world, row)
    assert offers.decline_reasons(row.pk) == ()
    offers.read_requests([row.pk])
    offers.read_requests([row.pk])
    assert world.tiktok.sent.count("cancellations.search") == 1
    assert Cancellation.objects.get().answer_by == 1_900_000_000
    assert [one.text for one in offers.decline_reasons(row.pk)] == ["The package was shipped"]


def test_both_answers_are_not_asked_at_once(world: World) -> None:
    (row,) = take(world, 1)
    buyer_asks(world, row)
    desk.instruct([row.pk], "accept")
    assert desk.instruct([row.pk], "decline")[0].refused == "the opposite was asked and is on its way"


def test_an_answer_whose_outcome_is_lost_is_looked_up_not_repeated(world: World, woken: list[int]) -> None:
    from tokbridge.core.errors import Unknown

    (row,) = take(world, 1)
    request = buyer_asks(world, row)
    world.tiktok.answers["cancellations.approve"] = Unknown("timeout", "no answer")
    run = begin("accept", [row])
    advance(run.pk)
    work(woken.pop(), "worker")
    assert Attempt.objects.get(step="answer buyer").outcome == "unknown"
    request["cancel_status"] = "CANCELLATION_REQUEST_COMPLETE"
    Attempt.objects.update(began_at=time.time() - 10)
    Problem.objects.update(next_at=None)
    Order.objects.update(due_at=0)
    woken.append(row.pk)
    carry(run, woken)
    assert run.items.get().words == "TikTok shows the request as accepted"
    assert world.tiktok.sent.count("cancellations.approve") == 1


def test_states_of_items_are_all_counted() -> None:
    assert set(ItemState.values) == {"waiting", "asked", "done", "refused", "blocked", "later"}


def fetched(what: dict[str, Any]) -> Run:
    run = runs.start_fetch(what, token=f"f-{next(_numbers)}", by=None)
    for _ in range(10):
        advance(run.pk)
        run.refresh_from_db()
        if run.ended_at is not None:
            break
    return run


def test_fetch_brings_what_is_new(woken: list[int]) -> None:
    world = build_world()
    world.tiktok.put(update_time=int(time.time()))
    run = fetched({})
    assert run.state == RunState.FINISHED
    (account,) = run.progress["accounts"]
    assert (account["name"], account["stored"], account["total"], account["done"]) == ("Mugs", 1, 1, True)
    assert run.progress["new"] == 1
    assert woken == [Order.objects.get().pk]


def test_fetch_of_a_range_and_of_ids(world: World) -> None:
    raw = world.tiktok.put(update_time=1_700_000_000)
    assert fetched({"start": 1_600_000_000, "end": 1_650_000_000}).progress["new"] == 0
    assert fetched({"start": 1_699_999_999, "end": None}).progress["new"] == 1
    assert fetched({"ids": [raw["id"], "579"]}).progress["not_found"] == ["579"]


def test_a_fetch_that_dies_reads_the_account_again(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.tiktok.put(update_time=1_700_000_000)
    run = runs.start_fetch({"start": 1, "end": None}, token="t", by=None)
    with monkeypatch.context() as patch:
        die_at(patch, 2)
        with pytest.raises(Killed):
            advance(run.pk)
    Run.objects.update(lease_until=0)
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
    assert not world.tiktok.sent
