"""What may happen to a run while it goes on: workers that die or come twice, orders that go away, a stop in the midst."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sync.running import begin, carry, die_at, form, lease_runs_out, states, take
from tests.sync.world import Crash, World
from tokbridge.core.errors import Refused
from tokbridge.core.wire import Request, Response
from tokbridge.records.models import Instruction, Order, Run, RunItem, RunState
from tokbridge.sync import desk, run_ask, run_work, runs
from tokbridge.sync.asked import NotPossible
from tokbridge.sync.run_lease import LEASE, RunLease
from tokbridge.sync.run_work import advance
from tokbridge.sync.runs import PATIENCE, unattended
from tokbridge.tiktok.errors import NOT_YOURS

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> World:
    return World(monkeypatch, policy={"create_automatically": False})


@pytest.mark.parametrize("nth", [3, 5, 8])
def test_a_sync_taken_over_in_the_midst_works_no_order_twice_and_its_figures_add_up(
    world: World, monkeypatch: pytest.MonkeyPatch, nth: int
) -> None:
    rows = take(world, 24)
    monkeypatch.setattr(run_work, "LAID_AT_ONCE", 10)
    monkeypatch.setattr(run_ask, "DETAILS", 5)
    run = begin("sync", rows)
    with monkeypatch.context() as death:
        die_at(death, nth)
        with pytest.raises(Crash):
            advance(run.pk)
    told = runs.counts(Run.objects.get(pk=run.pk))
    assert sum(told.values()) == 24 and 0 <= told["done"] < 24
    lease_runs_out(world)
    carry(world, run)
    assert runs.counts(run) == {"waiting": 0, "asked": 0, "done": 24, "refused": 0, "blocked": 0, "later": 0}
    assert Instruction.objects.filter(verb="sync").count() == 24
    assert RunItem.objects.values("order").distinct().count() == 24
    assert world.tiktok_wire.sent.count("orders.read") <= 6  # one chunk was read, and not yet written down


def test_one_order_that_is_not_the_sellers_spoils_no_other(world: World) -> None:
    """TikTok refuses the whole call for it."""
    rows = take(world, 9)
    strange = rows[4].tiktok_id

    def refuse(request: Request) -> Response:
        if request.operation == "orders.read" and strange in request.url:
            raise Refused(NOT_YOURS, "The order does not belong to the current seller.")
        return world.tiktok(request)

    world.tiktok_wire.handler = refuse
    run = carry(world, begin("sync", rows))
    assert states(run) == ["done"] * 4 + ["refused"] + ["done"] * 4
    assert "does not belong to the current seller" in run.items.get(order=rows[4]).words
    assert world.tiktok_wire.sent.count("orders.read") == 7


def test_orders_erased_before_or_while_a_run_goes_on_are_left_out(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second, third, fourth = take(world, 4)
    run = begin("create", [first, second, third, fourth])
    Order.objects.filter(pk=first.pk).delete()
    monkeypatch.setattr(run_work, "MOST_ASKED", 2)
    advance(run.pk)
    assert states(run) == ["asked", "asked", "waiting"]
    Order.objects.filter(pk__in=[second.pk, fourth.pk]).delete()
    world.woken.clear()
    world.woken.append(third.pk)
    carry(world, run)
    assert (run.state, run.total, states(run)) == (RunState.FINISHED, 1, ["done"])
    assert sum(runs.counts(run).values()) == 1


def test_an_order_erased_while_its_outcome_is_read_stops_no_other(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone, stays = take(world, 2)
    run = begin("create", [gone, stays])
    advance(run.pk)
    told = run_work.came_of

    def later(asked: Any) -> Any:
        Order.objects.filter(pk=gone.pk).delete()
        return told(asked)

    monkeypatch.setattr(run_work, "came_of", later)
    advance(run.pk)
    world.woken.remove(gone.pk)
    carry(world, run)
    assert (states(run), run.words) == (["done"], "")


def test_an_order_archived_before_it_is_asked_or_afterwards_has_its_result(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run_work, "MOST_ASKED", 1)
    first, second = take(world, 2)
    run = begin("create", [first, second])
    advance(run.pk)
    assert states(run) == ["asked", "waiting"]
    desk.instruct([first.pk, second.pk], "archive")
    carry(world, run)
    assert list(run.items.order_by("id").values_list("state", "words")) == [
        ("refused", "it was archived meanwhile"),
        ("refused", "it is archived; restore it first"),
    ]


def test_no_run_begins_without_orders(world: World) -> None:
    for none in ([], [999_999]):
        with pytest.raises(NotPossible, match="no order was chosen"):
            runs.start("archive", none, token=form(), by=None, chosen="selected")
    assert not Run.objects.exists()


def test_a_run_whose_orders_are_all_erased_ends(world: World) -> None:
    rows = take(world, 2)
    run = begin("archive", rows)
    Order.objects.all().delete()
    carry(world, run)
    assert (run.state, run.total) == (RunState.FINISHED, 0)
    assert set(runs.counts(run).values()) == {0}


def test_stopped_before_anything_was_asked(world: World) -> None:
    run = begin("create", take(world, 3))
    runs.stop(run)
    carry(world, run)
    assert (run.state, states(run)) == (RunState.STOPPED, ["waiting"] * 3)
    assert not Instruction.objects.exists()


def test_stopped_while_orders_are_on_their_way_with_a_worker_that_dies(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run_work, "MOST_ASKED", 2)
    run = begin("create", take(world, 4))
    advance(run.pk)
    runs.stop(run)
    with monkeypatch.context() as death:
        die_at(death, 1)
        with pytest.raises(Crash):
            advance(run.pk)
    lease_runs_out(world)
    carry(world, run)
    assert (run.state, states(run)) == (RunState.STOPPED, ["done", "done", "waiting", "waiting"])


def test_a_stop_that_comes_when_all_is_over_changes_nothing(world: World) -> None:
    run = carry(world, begin("archive", take(world, 1)))
    runs.stop(run)
    assert Run.objects.get(pk=run.pk).state == RunState.FINISHED


def test_a_run_that_no_worker_looks_at_is_known(world: World, settings: Any) -> None:
    run = begin("create", take(world, 1))
    assert unattended(run) == 0
    world.clock.sleep(PATIENCE + 1)
    assert unattended(run) == pytest.approx(PATIENCE + 1, abs=1)
    assert RunLease.take(run.pk) is not None
    run.refresh_from_db()
    assert unattended(run) == 0
    world.clock.sleep(LEASE + PATIENCE + 1)  # its worker died
    assert unattended(run) == pytest.approx(LEASE + PATIENCE + 1, abs=1)
    runs.stop(run)
    runs.free_runs_of(settings.WORKER_NAME)
    run.refresh_from_db()
    assert unattended(run) == 0  # somebody has just asked something of the workers
    carry(world, run)
    assert unattended(run) == 0
