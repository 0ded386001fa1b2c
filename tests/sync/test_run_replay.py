"""Trying orders again as a run: what it does to each, and what it tells of it."""

from __future__ import annotations

import time

import pytest

from tests.sync.running import carry, carry_all, form, states, take
from tests.sync.world import World
from tests.web import factory
from tokbridge.core.errors import Retry
from tokbridge.records.models import Instruction, Order, Problem, Run
from tokbridge.sync import desk, runs, trouble
from tokbridge.sync.catalogue import forget_products
from tokbridge.sync.replay import replay
from tokbridge.sync.run_work import advance

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> World:
    return World(monkeypatch)


def blocked(world: World, n: int) -> list[Order]:
    """So many orders whose product the store does not have."""
    world.store.skus = set()
    rows = take(world, n)
    for row in rows:
        world.look(row.tiktok_id)
    assert Problem.objects.filter(code="unmatched_sku", closed_at=None).count() == n
    world.woken.clear()
    return rows


def begin(rows: list[Order]) -> Run:
    return runs.start_replay([row.pk for row in rows], token=form(), by=None, chosen="links", cause="a test")


def test_what_was_solved_is_done_and_what_was_not_is_blocked(world: World) -> None:
    solved, not_solved = blocked(world, 2)
    raw = world.tiktok.orders[not_solved.tiktok_id]
    units = [{**unit, "seller_sku": "MUG-GONE"} for unit in raw["line_items"]]
    raw |= {"line_items": units, "update_time": raw["update_time"] + 1}
    world.store.skus = {"MUG-BLUE"}
    forget_products()
    world.clock.sleep(61)  # until what was read is old
    run = carry(world, begin([solved, not_solved]))
    first, second = run.items.order_by("id")
    assert (first.state, first.words) == ("done", "nothing stands in its way any more")
    assert (second.state, second.code) == ("blocked", "unmatched_sku") and "MUG-GONE" in second.words
    assert len(world.store.made) == 1
    again = runs.again(run, runs.FAILED, token=form(), by=None)
    assert (again.total, again.args) == (1, run.args)


def test_each_record_says_who_tried_it_again_and_why(world: World) -> None:
    rows, ada = blocked(world, 3), factory.user()
    assert replay([row.pk for row in rows], by=ada, cause="its products were linked", chosen="links") == 3
    carry_all(world)
    asked = Instruction.objects.filter(verb="replay")
    assert {row.order_id for row in asked} == {row.pk for row in rows}
    assert all(row.by == ada and row.done_at and row.result == "its products were linked" for row in asked)


def test_only_the_orders_of_the_run_are_tried_and_archived_ones_are_left_alone(world: World) -> None:
    mine, other, archived = blocked(world, 3)
    desk.instruct([archived.pk], "archive")
    before = Problem.objects.get(order=other, closed_at=None).next_at
    run = carry(world, begin([mine, archived]))
    assert states(run) == ["blocked", "refused"]
    assert run.items.get(order=archived).words == "it is archived; restore it first"
    assert Problem.objects.get(order=other, closed_at=None).next_at == before is not None


def test_nothing_is_written_before_a_worker_does_and_no_more_at_once_than_a_run_asks(world: World) -> None:
    rows = blocked(world, 3)
    Order.objects.update(due_at=None)
    run = begin(rows)
    assert not Order.objects.filter(due_at__isnull=False).exists()
    advance(run.pk)
    assert Order.objects.filter(due_at__lte=time.time()).count() == 3
    assert sorted(world.woken) == sorted(row.pk for row in rows)


def test_an_order_is_not_done_before_it_was_looked_at_though_nothing_is_in_its_way(world: World) -> None:
    run = begin(take(world, 1))
    advance(run.pk)
    assert states(run) == ["asked"]
    assert states(carry(world, run)) == ["done"]


def test_a_replay_for_later_is_begun_then(world: World) -> None:
    (row,) = blocked(world, 1)
    assert replay([row.pk], by=None, cause="test", chosen="carriers", after=30) == 1
    assert Run.objects.get().next_at >= world.clock() + 29


def test_no_orders_are_no_run(world: World) -> None:
    assert replay([], by=None, cause="test", chosen="links") == 0
    assert not Run.objects.exists()


def test_what_the_connection_stops_goes_on_later(world: World) -> None:
    (row,) = blocked(world, 1)
    world.store.errors["find_products"] = Retry("http 503", "busy", after=900)
    forget_products()
    assert states(carry(world, begin([row]))) == ["later"]


def test_a_group_is_tried_again_as_a_whole(world: World) -> None:
    rows = blocked(world, 3)
    (group,) = trouble.groups()
    run = trouble.replay_group(group.cause, None, form())
    world.store.skus = {"MUG-BLUE"}
    forget_products()
    assert states(carry(world, run)) == ["done"] * len(rows)
    assert trouble.groups() == []
