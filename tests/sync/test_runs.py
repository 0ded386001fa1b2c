"""Runs: an action on many orders, whatever happens to the workers that advance it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sync.running import begin, carry, die_at, lease_runs_out, states, take
from tests.sync.world import Crash, World, together
from tokbridge.core.errors import Retry
from tokbridge.records.models import Attempt, Instruction, ItemState, Order, Parcel, Run, RunState
from tokbridge.sync import desk, run_ask, run_work, runs
from tokbridge.sync.asked import NotPossible
from tokbridge.sync.catalogue import forget_products
from tokbridge.sync.run_lease import RunLease
from tokbridge.sync.run_work import advance

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> World:
    return World(monkeypatch, policy={"create_automatically": False})


def test_a_run_creates_each_order_once_and_tells_the_result_of_each(world: World) -> None:
    good, gone = take(world, 2), take(world, 1, status="CANCELLED")
    run = carry(world, begin("create", [*good, *gone]))
    assert run.state == RunState.FINISHED
    assert states(run) == ["done", "done", "refused"]
    words = list(run.items.order_by("id").values_list("words", flat=True))
    assert words == [*(f"created as TTS-{row.tiktok_id}" for row in good), "it is cancelled on TikTok"]
    assert Attempt.objects.filter(step="create").count() == 2


def test_what_a_problem_blocks_is_told_and_can_be_asked_again_alone(world: World) -> None:
    rows = take(world, 3)
    world.store.skus = set()
    run = carry(world, begin("create", rows))
    assert states(run) == ["blocked"] * 3
    item = run.items.first()
    assert item is not None and item.code == "unmatched_sku" and "MUG-BLUE" in item.words
    with pytest.raises(NotPossible, match="no order was chosen"):
        runs.again(run, ["done"], token="t1", by=None)
    world.store.skus = {"MUG-BLUE"}
    forget_products()
    once_more = runs.again(run, runs.FAILED, token="t2", by=None)
    assert (once_more.again_of, once_more.total) == (run, 3)
    assert states(carry(world, once_more)) == ["done"] * 3


def test_a_form_sent_twice_starts_one_run(world: World) -> None:
    rows = take(world, 2)
    first, second = begin("archive", rows, token="same"), begin("archive", rows, token="same")
    assert first.pk == second.pk
    carry(world, first)
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


@pytest.mark.parametrize("verb", ["create", "sync", "ship", "validate", "archive"])
@pytest.mark.parametrize("nth", [1, 2, 3, 4, 5])
def test_a_worker_that_dies_anywhere_leaves_nothing_asked_twice(
    world: World, monkeypatch: pytest.MonkeyPatch, verb: str, nth: int
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
            with pytest.raises(Crash):
                advance(run.pk)
        assert Run.objects.get(pk=run.pk).lease_until > world.clock()
        advance(run.pk)
        assert Run.objects.get(pk=run.pk).ended_at is None  # the dead worker's lease still holds
        lease_runs_out(world)
        carry(world, run)
    assert states(run) == ["done"] * 4
    assert [item.order_id for item in run.items.order_by("id")] == [row.pk for row in rows]
    if verb != "validate":
        assert Instruction.objects.filter(verb=verb).count() == 4
    if verb == "ship":
        assert Parcel.objects.count() == world.tiktok_wire.sent.count("orders.mark_shipped") == 4
    if verb == "create":
        assert len(world.store.made) == Attempt.objects.filter(step="create").count() == 4


def test_a_worker_that_starts_again_frees_what_it_held(world: World, settings: Any) -> None:
    run = begin("archive", take(world, 1))
    assert RunLease.take(run.pk) is not None
    assert RunLease.take(run.pk) is None
    assert runs.free_runs_of(settings.WORKER_NAME) == 1
    assert RunLease.take(run.pk) is not None


def test_two_workers_ask_each_order_once(world: World) -> None:
    rows = take(world, 30)
    run = begin("create", rows)

    def worker() -> None:
        for _ in range(5):
            advance(run.pk)

    assert together(worker, worker) == []
    carry(world, run)
    assert states(run) == ["done"] * 30
    assert Instruction.objects.filter(verb="create").count() == 30
    assert len(world.store.made) == 30


def test_a_worker_that_lost_its_lease_commits_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    run = begin("archive", take(world, 2))

    def ask(one: Run, lease: RunLease, room: int) -> int:
        Run.objects.filter(pk=run.pk).update(lease_token="other:1", lease_until=world.clock() + 60)
        return run_ask._instruct(one, lease, room)

    monkeypatch.setattr(run_work, "ASK", {"archive": ask})
    advance(run.pk)
    assert states(run) == ["waiting", "waiting"]
    assert not Instruction.objects.exists()
    assert Run.objects.get(pk=run.pk).lease_token == "other:1"


def test_no_more_orders_are_on_their_way_than_allowed(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run_work, "MOST_ASKED", 3)
    run = begin("create", take(world, 8))
    advance(run.pk)
    assert runs.counts(run)["asked"] == 3
    assert states(carry(world, run)) == ["done"] * 8


def test_stop_asks_no_further_order_and_follows_what_was_asked(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run_work, "MOST_ASKED", 2)
    run = begin("create", take(world, 5))
    advance(run.pk)
    runs.stop(run)
    carry(world, run)
    assert run.state == RunState.STOPPED
    assert states(run) == ["done", "done", "waiting", "waiting", "waiting"]
    assert len(world.store.made) == 2
    assert states(carry(world, runs.again(run, ["waiting"], token="rest", by=None))) == ["done"] * 3


def test_a_run_that_is_not_over_is_not_asked_again(world: World) -> None:
    with pytest.raises(NotPossible, match="not over"):
        runs.again(begin("create", take(world, 1)), runs.FAILED, token="t", by=None)


def test_what_waits_for_something_later_ends_the_run(world: World) -> None:
    run = carry(world, begin("create", take(world, 1, status="ON_HOLD")))
    item = run.items.get()
    assert (item.state, item.words) == ("later", "TikTok holds it for an hour")


def test_what_nobody_takes_up_is_not_followed_for_ever(world: World) -> None:
    run = begin("create", take(world, 1))
    advance(run.pk)
    assert states(run) == ["asked"]
    Order.objects.update(due_at=world.clock() + 5)
    advance(run.pk)
    assert states(run) == ["asked"]
    world.clock.sleep(run_work.MOST_PATIENCE + 1)
    Order.objects.update(due_at=world.clock() + 5)  # still put off for a few seconds only
    advance(run.pk)
    assert states(run) == ["later"]
    assert Run.objects.get(pk=run.pk).state == RunState.FINISHED


def test_a_run_waits_while_tiktok_does_not_answer_and_says_so(world: World) -> None:
    run = begin("sync", take(world, 2))
    world.tiktok.answers["orders.read"] = Retry("http 503", "busy", after=7)
    advance(run.pk)
    run.refresh_from_db()
    assert (run.words, states(run)) == ("http 503: busy", ["waiting", "waiting"])
    assert run.next_at > world.clock() + 5
    del world.tiktok.answers["orders.read"]
    assert states(carry(world, run)) == ["done", "done"]
    assert run.words == ""


@pytest.mark.parametrize(("verb", "more"), [("reject", {}), ("delete", {}), ("cancel", {"reason": "too cheap"})])
def test_what_makes_no_sense_starts_nothing(world: World, verb: str, more: dict[str, str]) -> None:
    with pytest.raises(NotPossible):
        begin(verb, take(world, 1), **more)
    assert not Run.objects.exists()


def test_orders_nobody_knows_are_left_out_and_each_is_taken_once(world: World) -> None:
    (row,) = take(world, 1)
    run = runs.start("archive", [row.pk, row.pk, 999_999], token="t", by=None, chosen="selected")
    assert (run.total, states(carry(world, run))) == (1, ["done"])


def test_a_bug_is_shown_and_the_run_goes_on(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    run = begin("archive", take(world, 1))
    with monkeypatch.context() as patch:
        patch.setattr(run_work, "ask", lambda *_args: 1 / 0)
        advance(run.pk)
    run.refresh_from_db()
    assert run.words == "unexpected error: ZeroDivisionError"
    assert states(carry(world, run)) == ["done"]


def test_states_of_items_are_all_counted() -> None:
    assert set(ItemState.values) == {"waiting", "asked", "done", "refused", "blocked", "later"}
