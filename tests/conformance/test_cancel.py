"""Cancelling: whole orders from both sides, and single units, each once."""

from __future__ import annotations

import pytest

from tests.conformance.plans import plan, row
from tests.conformance.world import PATIENCE, World
from tokbridge.core.errors import OutsideError
from tokbridge.stores.nouns import ParcelItem, StoreOrder


def ordered(world: World, quantity: int = 3) -> StoreOrder:
    """An order of cups (10 were there) and a hat."""
    cup, hat = world.products({"sku": "CUP", "stock": 10}, {"sku": "HAT"})
    return world.create(plan(world.marker(), row(cup, 1000, quantity), row(hat, 500, 1), shipping=250))


def cancelled(world: World, order: StoreOrder, *, restock: bool = True) -> None:
    """As sync does: ask until the store says that it is done."""
    for _ in range(PATIENCE):
        try:
            if world.store.cancel_order(order.ref, "Buyer changed mind", restock):
                return
        except OutsideError as error:
            assert error.code, error
            continue
    raise AssertionError("the cancellation never came about")


def cups(order: StoreOrder, quantity: int = 1) -> list[ParcelItem]:
    line = next(line for line in order.lines if line.sku == "CUP")
    return [ParcelItem(line.ref, "CUP", quantity)]


def left(world: World, order: StoreOrder) -> tuple[int, int]:
    """Cups that are not cancelled: as read, as booked."""
    read = world.store.read_order(order.ref)
    assert read is not None
    booked = world.the_order(order.marker)["lines"]
    return (
        sum(line.current_quantity for line in read.lines if line.sku == "CUP"),
        sum(line["current_quantity"] for line in booked if line["sku"] == "CUP"),
    )


def test_we_cancel(world: World) -> None:
    world.needs("cancel_order")
    order = ordered(world)
    with world.silent():
        cancelled(world, order)
    read = world.store.read_order(order.ref)
    assert read is not None
    assert read.cancelled
    assert world.the_order(order.marker)["cancelled_at"]
    assert world.change_of(order.ref).cancelled
    found = world.store.find_order(order.marker)
    assert found is not None
    assert found.cancelled


def test_units_go_back_to_stock_once(world: World) -> None:
    world.needs("cancel_order")
    world.needs("restock")
    order = ordered(world)
    world.remedy()
    assert world.stock_of("CUP")["available"] == 7
    for _ in range(3):
        cancelled(world, order)
    world.remedy()
    assert world.stock_of("CUP")["available"] == 10


def test_cancelling_again_changes_nothing(world: World) -> None:
    world.needs("cancel_order")
    order = ordered(world)
    cancelled(world, order)
    before = world.the_order(order.marker)
    mark = len(world.wire.sent)
    assert world.store.cancel_order(order.ref, "Buyer changed mind", True) is True
    assert world.wire.writes(mark) == []
    assert world.the_order(order.marker) == before


@pytest.mark.parametrize("kind", ["drop_before", "drop_after"])
def test_a_cancellation_broken_at_every_call(world: World, kind: str) -> None:
    world.needs("cancel_order")
    first = ordered(world, 1)
    for n in range(30):
        order = first if n == 0 else world.create(plan(world.marker(), row(world.product(f"CUP-{n}"), 700, 2)))
        world.fault(kind=kind, skip=n, times=1)
        cancelled(world, order)
        hit = world.peace()
        assert world.the_order(order.marker)["cancelled_at"], f"broken at call {n}"
        if not hit:
            assert n > 0
            return
    raise AssertionError("a cancellation of more than 30 calls")


def test_staff_cancels(world: World) -> None:
    order = ordered(world)
    _, cursor = world.changes()
    world.staff(order, "cancel", reason="INVENTORY", restock=True)
    change = world.change_of(order.ref, cursor)
    assert (change.cancelled, change.marker) == (True, order.marker)
    mark = len(world.wire.sent)
    if "cancel_order" not in world.subject.cannot:
        assert world.store.cancel_order(order.ref, "Buyer changed mind", True) is True
        assert world.wire.writes(mark) == []


def test_we_take_units_off_once_per_key(world: World) -> None:
    world.needs("cancel_lines")
    order = ordered(world)
    for _ in range(3):
        world.store.cancel_lines(order.ref, cups(order), True, "cancel-1")
        assert left(world, order) == (2, 2)
    with world.silent():
        world.store.cancel_lines(order.ref, cups(order), True, "cancel-2")
    assert left(world, order) == (1, 1)
    read = world.store.read_order(order.ref)
    assert read is not None
    assert not read.cancelled


def test_units_taken_off_go_back_to_stock(world: World) -> None:
    world.needs("cancel_lines")
    world.needs("restock")
    order = ordered(world)
    world.remedy()
    world.store.cancel_lines(order.ref, cups(order, 2), True, "cancel-1")
    world.remedy()
    assert world.stock_of("CUP")["available"] == 9


@pytest.mark.parametrize("kind", ["drop_before", "drop_after"])
def test_units_taken_off_broken_at_every_call(world: World, kind: str) -> None:
    world.needs("cancel_lines")
    cup = world.product("CUP", stock=1000)
    for n in range(30):
        order = world.create(plan(world.marker(), row(cup, 1000, 3)))
        world.fault(kind=kind, skip=n, times=1)
        for _ in range(3):
            try:
                world.store.cancel_lines(order.ref, cups(order), True, f"cancel-{n}")
                break
            except OutsideError:
                continue
        hit = world.peace()
        assert left(world, order) == (2, 2), f"broken at call {n}"
        if not hit:
            assert n > 0
            return
    raise AssertionError("a cancellation of more than 30 calls")
