"""Cancellations between both sides: exactly the units that were meant, once, and never a whole shop by mistake."""

from __future__ import annotations

import pytest

from tests.sync.world import Crash, Made, World
from tokbridge.core.errors import Refused, Retry
from tokbridge.sync import desk
from tokbridge.sync.watch import watch


def one_off_in_doubt(world: World) -> tuple[str, Made, str, str]:
    """The first of four units was taken off in the store, and the answer was lost; another unit to go on with."""
    order_id = world.order(4)
    made = world.bring(order_id)
    first, second = world.units(order_id)[:2]
    world.tiktok.cancel(order_id, [first])
    world.read(order_id)
    world.store_wire.faults = lambda request: "after" if request.operation == "cancel_lines" else ""
    world.look(order_id)
    world.store_wire.faults = lambda _request: ""
    return order_id, made, first, second


def test_units_cancelled_one_after_the_other_around_a_crash_come_off_once(world: World) -> None:
    """The store knows a cancellation by its key alone; three units of which two go are one row there."""
    order_id, made, first, second = one_off_in_doubt(world)
    world.tiktok.cancel(order_id, [second])
    world.read(order_id)
    world.carry(order_id)
    assert sorted(made.units_off) == [first, second]
    assert sorted(world.binding(order_id).cancelled_lines) == [first, second]


@pytest.mark.parametrize("code", ["unreachable", "refused"])
def test_a_failure_after_a_lost_answer_forgets_nothing(world: World, code: str) -> None:
    """The first call took the unit off and its answer was lost; that the next one did nothing says nothing of it."""
    order_id, made, first, second = one_off_in_doubt(world)
    world.store.errors["cancel_lines"] = Refused("shipped", "no") if code == "refused" else Retry("down", "no")
    sent = len(world.store_wire.sent)
    world.clock.sleep(3600)
    world.look(order_id)
    assert "cancel_lines" in world.store_wire.sent[sent:]
    world.store.errors.clear()
    world.tiktok.cancel(order_id, [second])
    world.read(order_id)
    world.clock.sleep(3600)
    world.carry(order_id)
    assert sorted(made.units_off) == [first, second]
    assert sorted(world.binding(order_id).cancelled_lines) == [first, second]


def test_a_crash_and_another_unit(world: World) -> None:
    at, died = 0, True
    while died:
        at += 1
        order_id = world.order(4)
        made = world.bring(order_id)
        first, second = world.units(order_id)[:2]
        world.tiktok.cancel(order_id, [first])
        world.read(order_id)
        try:
            with world.dying(at):
                world.look(order_id)
            died = False
        except Crash:
            world.new_process()
        world.tiktok.cancel(order_id, [second])
        world.read(order_id)
        world.carry(order_id)
        assert sorted(made.units_off) == [first, second]


def test_a_cancelled_unit_is_not_a_cancelled_order(world: World) -> None:
    order_id = world.order(3)
    made = world.bring(order_id)
    world.tiktok.cancel(order_id, world.units(order_id)[:1])
    world.read(order_id)
    world.carry(order_id)
    world.store.staff_cancel(made)
    watch(world.store_row.pk, 60)
    world.carry(order_id)
    assert world.tiktok.orders[order_id]["status"] == "CANCELLED"


def test_a_cancelled_unit_whose_news_has_not_come_is_not_a_cancelled_order_either(world: World) -> None:
    order_id = world.order(3)
    made = world.bring(order_id)
    world.tiktok.cancel(order_id, world.units(order_id)[:1])
    world.store.staff_cancel(made)
    watch(world.store_row.pk, 60)
    world.carry(order_id)
    assert world.tiktok.orders[order_id]["status"] == "CANCELLED"
    assert world.problems(order_id) == []


def test_deleted_in_the_store_while_its_cancellation_is_in_doubt(world: World) -> None:
    order_id = world.order(2)
    world.store.made.remove(world.bring(order_id))
    world.tiktok.cancel(order_id)
    world.read(order_id)
    world.store_wire.faults = lambda request: "before" if request.operation == "cancel_order" else ""
    world.look(order_id)
    world.store_wire.faults = lambda _request: ""
    world.carry(order_id)
    assert world.problems(order_id) == []
    assert world.row(order_id).tokbridge_status == "cancelled"


def test_tiktok_says_yes_and_does_nothing(world: World) -> None:
    """After a while a person is told; when it shows as cancelled at last, nothing is left to say."""
    world.tiktok.lag = True
    order_id = world.order(2)
    world.store.staff_cancel(world.bring(order_id))
    watch(world.store_row.pk, 60)
    world.carry(order_id)
    assert world.problems(order_id) == ["not_cancelled_on_tiktok"]
    assert world.tiktok_wire.sent.count("orders.cancel") == 1
    world.tiktok.lag = False
    world.tiktok.cancel(order_id)
    world.read(order_id)
    world.carry(order_id)
    assert world.problems(order_id) == []


def test_tiktok_is_asked_once_even_when_its_order_follows_late(world: World) -> None:
    world.tiktok.lag = True
    order_id = world.order(2)
    world.store.staff_cancel(world.bring(order_id))
    watch(world.store_row.pk, 60)
    world.carry(order_id)
    world.read(order_id)
    world.carry(order_id)
    assert world.tiktok_wire.sent.count("orders.cancel") == 1


def test_our_own_cancellation_does_not_come_back(world: World) -> None:
    order_id = world.order(2)
    world.bring(order_id)
    world.tiktok.cancel(order_id)
    world.read(order_id)
    world.carry(order_id)
    assert watch(world.store_row.pk, 60) == []
    world.carry(order_id)
    assert "orders.cancel" not in world.tiktok_wire.sent


def test_what_tiktok_does_not_allow_is_a_problem_in_its_words(world: World) -> None:
    order_id = world.order(2)
    world.bring(order_id)
    world.tiktok.ship(order_id, world.units(order_id), "SC 1")
    world.read(order_id)
    world.wish(order_id, "cancel", reason="out of stock")
    world.look(order_id)
    assert world.problems(order_id) == ["cancel_refused"]
    assert "25001001: status does not allow it" in world.row(order_id).problems.get().words


def test_more_than_ten_at_once_stop_and_ask_a_person(world: World) -> None:
    orders = [world.order() for _ in range(13)]
    world.poll()
    for order_id in orders:
        world.store.staff_cancel(world.bring(order_id))
    watch(world.store_row.pk, 60)
    for order_id in orders:
        world.look(order_id)
    cancelled = [one for one in orders if world.tiktok.orders[one]["status"] == "CANCELLED"]
    assert len(cancelled) == 10
    world.clock.sleep(3600)
    for order_id in orders[10:]:
        world.carry(order_id)
        assert world.tiktok.orders[order_id]["status"] == "AWAITING_SHIPMENT", "went on without asking"
        assert world.problems(order_id) == ["many_cancellations"]
    for order_id in orders[10:]:
        world.wish(order_id, "cancel", reason="out of stock")
        world.carry(order_id)
        assert world.tiktok.orders[order_id]["status"] == "CANCELLED"
        assert world.problems(order_id) == []
    later = world.order()
    world.store.staff_cancel(world.bring(later))
    world.clock.sleep(700)
    watch(world.store_row.pk, 60)
    world.carry(later)
    assert world.tiktok.orders[later]["status"] == "CANCELLED"


def stopped(world: World, count: int) -> list[str]:
    """So many orders cancelled in the store at once, of which ten went on; returns those that were stopped."""
    orders = [world.order() for _ in range(count)]
    world.poll()
    for order_id in orders:
        world.store.staff_cancel(world.bring(order_id))
    watch(world.store_row.pk, 60)
    for order_id in orders:
        world.look(order_id)
    return [one for one in orders if world.tiktok.orders[one]["status"] != "CANCELLED"]


def test_a_person_who_tries_them_again_gets_as_many_as_the_channel_allows(world: World) -> None:
    """None of them is refused for the others that are stopped as well, nor for its own problem."""
    left = stopped(world, 22)
    assert len(left) == 12

    def try_again() -> list[str]:
        world.clock.sleep(1)
        desk.try_again([world.row(one).pk for one in left], "replay", "tried again with all", None)
        for one in left:
            world.look(one)
        return [one for one in left if world.tiktok.orders[one]["status"] != "CANCELLED"]

    assert try_again() == left, "the ten minutes are not over"
    world.clock.sleep(700)
    still = try_again()
    assert len(still) == 2
    for one in still:
        assert world.problems(one) == ["many_cancellations"]
    for _ in range(3):  # by themselves they stay, however long
        world.clock.sleep(3600)
        for one in still:
            world.carry(one)
            assert world.tiktok.orders[one]["status"] == "AWAITING_SHIPMENT", "went on without asking"
    left = still
    assert try_again() == []
    for one in still:
        world.carry(one)
        assert world.problems(one) == []
