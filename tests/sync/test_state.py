"""What the store order is told of its own state. Crashes and lost answers at every moment are in test_stories."""

from __future__ import annotations

import pytest

from tests.sync.world import Made, World
from tokbridge.core.errors import Refused, Retry
from tokbridge.core.status import Status
from tokbridge.records.models import Attempt

MAP = [("AWAITING_SHIPMENT", "PACKING"), ("PARTIALLY_SHIPPING", "PACKING"), ("IN_TRANSIT", "SHIPPED")]


def one(world: World, units: int = 2) -> tuple[str, Made]:
    order_id = world.order(units)
    return order_id, world.bring(order_id)


def moved(world: World, order_id: str, status: Status) -> None:
    world.tiktok.set_status(order_id, status)
    world.read(order_id)
    world.carry(order_id)


@pytest.fixture
def mapped(world: World) -> World:
    world.set_policy(statuses=MAP)
    return world


def test_each_status_of_the_map_is_given_once_and_shown(mapped: World) -> None:
    world = mapped
    order_id, made = one(world)
    assert (made.statuses, world.row(order_id).store_status) == (["PACKING"], "PACKING")
    moved(world, order_id, Status.AWAITING_COLLECTION)
    assert made.statuses == ["PACKING"]
    moved(world, order_id, Status.IN_TRANSIT)
    moved(world, order_id, Status.DELIVERED)
    moved(world, order_id, Status.COMPLETED)
    assert (made.statuses, world.row(order_id).store_status) == (["PACKING", "SHIPPED"], "SHIPPED")
    assert world.store_wire.sent.count("set_status") == 2
    assert world.row(order_id).tokbridge_status == "finished"


def test_what_staff_make_of_it_stays_until_tiktok_says_something_new(mapped: World) -> None:
    world = mapped
    order_id, made = one(world)
    world.store.staff_status(made, "DONE")
    for _ in range(3):
        world.clock.sleep(7 * 3600)
        world.watch()
        world.poll()
        world.carry(order_id)
    moved(world, order_id, Status.PARTIALLY_SHIPPING)  # the same store status by the map: nothing new
    assert (made.status, world.row(order_id).store_status) == ("DONE", "DONE")
    moved(world, order_id, Status.IN_TRANSIT)
    assert made.statuses == ["PACKING", "DONE", "SHIPPED"]


def test_a_lost_answer_is_looked_at_and_the_status_given_again(mapped: World) -> None:
    world = mapped
    lost = iter(["after"])
    world.store_wire.faults = lambda request: next(lost, "") if request.operation == "set_status" else ""
    order_id, made = one(world)
    outcomes = Attempt.objects.filter(step="update status").order_by("id").values_list("outcome", flat=True)
    assert list(outcomes) == ["unknown", "done"]
    sent = world.store_wire.sent
    first = sent.index("set_status")
    assert "read_order" in sent[first : sent.index("set_status", first + 1)], "done again without a look"
    assert made.statuses == ["PACKING"]
    assert world.problems(order_id) == []


def test_a_given_status_is_not_given_again_because_reading_it_back_failed(mapped: World) -> None:
    world = mapped
    world.store.errors["read_order"] = Retry("http 503", "busy")
    order_id = world.order()
    world.read(order_id)
    world.look(order_id)
    (made,) = world.store_orders(order_id)
    world.store.staff_status(made, "DONE")
    del world.store.errors["read_order"]
    world.carry(order_id)
    assert made.statuses == ["PACKING", "DONE"]
    assert Attempt.objects.get(step="update status").outcome == "done"
    assert world.problems(order_id) == []


def test_a_status_that_the_store_refuses_is_a_problem_until_the_map_is_right(world: World) -> None:
    world.set_policy(statuses=[("AWAITING_SHIPMENT", "BOXED")])
    order_id, made = one(world)
    assert world.problems(order_id) == ["no such status"]
    assert "BOXED" in world.row(order_id).problems.get().words
    assert world.row(order_id).tokbridge_status == "blocked"
    world.set_policy(statuses=MAP)
    world.carry(order_id)
    assert (made.statuses, world.problems(order_id)) == (["PACKING"], [])


def test_a_store_order_that_staff_cancelled_is_given_nothing(world: World) -> None:
    world.set_policy(statuses=MAP, cancel_to_tiktok=False)
    order_id, made = one(world)
    world.store.staff_cancel(made)
    world.watch()
    moved(world, order_id, Status.IN_TRANSIT)
    assert made.statuses == ["PACKING"]
    assert world.store_wire.sent.count("set_status") == 1


def test_each_parcel_is_invoiced_once(world: World) -> None:
    world.store.invoices = True
    order_id, made = one(world, 3)
    units = world.units(order_id)
    assert made.invoices == []
    world.store.staff_ship(made, units[:1], "RM 1")
    world.watch()
    world.carry(order_id)
    assert made.invoices == [(units[0],)]
    world.store.staff_ship(made, units[1:], "")
    world.watch()
    world.carry(order_id)
    world.watch()
    world.carry(order_id)
    assert made.invoices == [(units[0],), tuple(units[1:])]
    assert world.store_wire.sent.count("book_shipped") == 2
    assert sorted(world.binding(order_id).invoiced_lines) == units


def test_a_parcel_first_seen_on_tiktok_is_invoiced_once_it_is_in_the_store(world: World) -> None:
    world.store.invoices = True
    order_id, made = one(world)
    world.tiktok.ship(order_id, world.units(order_id), "SC 1")
    world.read(order_id)
    world.carry(order_id)
    assert made.invoices == [tuple(world.units(order_id))]
    sent = world.store_wire.sent
    assert sent.index("add_parcel") < sent.index("book_shipped")


def test_a_store_that_has_no_invoices_is_not_asked(world: World) -> None:
    order_id, made = one(world)
    world.store.staff_ship(made, world.units(order_id), "RM 1")
    world.watch()
    world.carry(order_id)
    assert made.invoices == []
    assert "book_shipped" not in world.store_wire.sent


def test_a_lost_answer_makes_no_second_invoice(world: World) -> None:
    world.store.invoices = True
    order_id, made = one(world)
    world.store.staff_ship(made, world.units(order_id), "RM 1")
    world.watch()
    lost = iter(["after"])
    world.store_wire.faults = lambda request: next(lost, "") if request.operation == "book_shipped" else ""
    world.carry(order_id)
    assert made.invoices == [tuple(world.units(order_id))]
    assert world.store_wire.sent.count("book_shipped") == 2
    assert world.problems(order_id) == []


def test_an_invoice_that_the_store_refuses_is_a_problem_and_delays_no_parcel(world: World) -> None:
    world.store.invoices = True
    world.store.errors["book_shipped"] = Refused("no invoice", "the order has no payment")
    order_id, made = one(world)
    world.store.staff_ship(made, world.units(order_id), "RM 1")
    world.watch()
    world.carry(order_id, seconds=30)
    assert world.problems(order_id) == ["no invoice"]
    assert {line["tracking_number"] for line in world.tiktok.orders[order_id]["line_items"]} == {"RM 1"}
    del world.store.errors["book_shipped"]
    world.clock.sleep(120)
    world.carry(order_id)
    assert made.invoices == [tuple(world.units(order_id))]
    assert world.problems(order_id) == []


def test_an_order_whose_cancellation_waits_gets_no_invoice_meanwhile(world: World) -> None:
    world.store.invoices = True
    order_id, made = one(world)
    world.store.staff_ship(made, world.units(order_id)[:1], "")
    world.watch()
    world.tiktok.cancel(order_id)
    world.read(order_id)
    world.store.errors["cancel_order"] = Retry("http 503", "busy")
    world.look(order_id)
    del world.store.errors["cancel_order"]
    world.carry(order_id)
    assert (made.cancelled, made.invoices) == (True, [])
