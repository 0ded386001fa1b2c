"""Parcels: what staff ships is seen, what TikTok ships is written, and no parcel becomes two."""

from __future__ import annotations

import pytest

from tests.conformance.plans import plan, row
from tests.conformance.world import World, units
from tokbridge.core.errors import OutsideError, Unknown
from tokbridge.core.plan import PlanLine
from tokbridge.stores.nouns import Parcel, ParcelItem, StoreOrder


def ordered(world: World) -> StoreOrder:
    """An order of 3 cups and 1 hat."""
    cup, hat = world.products({"sku": "CUP", "stock": 1000}, {"sku": "HAT", "stock": 1000})
    return world.create(plan(world.marker(), row(cup, 1000, 3), row(hat, 500, 1)))


def items(order: StoreOrder, **wanted: int) -> list[ParcelItem]:
    rows = {line.sku: line for line in order.lines}
    return [ParcelItem(rows[sku].ref, sku, quantity) for sku, quantity in wanted.items()]


def seen(world: World, order: StoreOrder) -> Parcel:
    (parcel,) = world.parcels(order.ref)
    return parcel


def test_staff_ships_everything(world: World) -> None:
    order = ordered(world)
    assert world.parcels(order.ref) == []
    world.staff(order, "ship", carrier="UPS", number="1Z0001")
    parcel = seen(world, order)
    assert (parcel.number, parcel.order_ref) == ("1Z0001", order.ref)
    assert "UPS" in parcel.carrier.upper()
    assert units([parcel]) == {"CUP": 3, "HAT": 1}
    assert {item.line_ref for item in parcel.items} == {line.ref for line in order.lines}
    assert parcel.ref


def test_staff_ships_in_parts(world: World) -> None:
    world.needs("partial_parcel")
    order = ordered(world)
    world.staff(order, "ship", carrier="UPS", number="1Z0001", items=[{"sku": "CUP", "quantity": 2}])
    assert units([seen(world, order)]) == {"CUP": 2}
    world.staff(order, "ship", carrier="FedEx", number="77")
    parcels = {parcel.number: units([parcel]) for parcel in world.parcels(order.ref)}
    assert parcels == {"1Z0001": {"CUP": 2}, "77": {"CUP": 1, "HAT": 1}}
    assert len({parcel.ref for parcel in world.parcels(order.ref)}) == 2


def test_a_late_number(world: World) -> None:
    world.needs("late_number")
    order = ordered(world)
    world.staff(order, "ship")
    first = seen(world, order)
    assert first.number == ""
    world.staff(order, "track", carrier="UPS", number="1Z0001")
    second = seen(world, order)
    assert (second.number, second.ref) == ("1Z0001", first.ref)
    assert units([second]) == units([first]) == {"CUP": 3, "HAT": 1}


def test_a_changed_number(world: World) -> None:
    world.needs("changed_number")
    order = ordered(world)
    world.staff(order, "ship", carrier="UPS", number="1Z0001")
    first = seen(world, order)
    world.staff(order, "track", carrier="UPS", number="1Z0002")
    second = seen(world, order)
    assert (second.number, second.ref) == ("1Z0002", first.ref)


def test_staff_takes_a_shipment_back(world: World) -> None:
    world.needs("unship")
    order = ordered(world)
    world.staff(order, "ship", carrier="UPS", number="1Z0001")
    assert seen(world, order).number == "1Z0001"
    world.staff(order, "unship")
    assert world.parcels(order.ref) == []


def test_our_parcel_with_everything(world: World) -> None:
    order = ordered(world)
    with world.silent():
        made = world.store.add_parcel(order.ref, "UPS", "1Z0001", items(order, CUP=3, HAT=1))
    assert (made.number, made.order_ref, made.cancelled) == ("1Z0001", order.ref, False)
    assert units([made]) == {"CUP": 3, "HAT": 1}
    assert seen(world, order).ref == made.ref
    (booked,) = world.shipments(order.marker)
    assert [one["number"] for one in booked["tracking"]] == ["1Z0001"]


def test_our_parcels_in_parts(world: World) -> None:
    world.needs("partial_parcel")
    order = ordered(world)
    first = world.store.add_parcel(order.ref, "UPS", "1Z0001", items(order, CUP=2))
    second = world.store.add_parcel(order.ref, "UPS", "1Z0002", items(order, CUP=1, HAT=1))
    assert first.ref != second.ref
    assert [units([one]) for one in (first, second)] == [{"CUP": 2}, {"CUP": 1, "HAT": 1}]
    assert len(world.shipments(order.marker)) == 2


def test_the_same_parcel_twice(world: World) -> None:
    order = ordered(world)
    wanted = items(order, CUP=3, HAT=1)
    first = world.store.add_parcel(order.ref, "UPS", "1Z0001", wanted)
    again = world.store.add_parcel(order.ref, "UPS", "1Z0001", wanted)
    assert again.ref == first.ref
    assert len(world.shipments(order.marker)) == 1


@pytest.mark.parametrize("kind", ["drop_before", "drop_after"])
def test_a_parcel_broken_at_every_call(world: World, kind: str) -> None:
    for n in range(30):
        order = ordered(world) if n == 0 else world.create(plan(world.marker(), *_rows(world)))
        wanted = items(order, CUP=3, HAT=1)
        world.fault(kind=kind, skip=n, times=1)
        for _ in range(3):
            try:
                world.store.add_parcel(order.ref, "UPS", f"1Z{n:04d}", wanted)
                break
            except OutsideError:
                continue
        hit = world.peace()
        (booked,) = world.shipments(order.marker)
        assert [one["number"] for one in booked["tracking"]] == [f"1Z{n:04d}"], f"broken at call {n}"
        if not hit:
            assert n > 0
            return
    raise AssertionError("a parcel of more than 30 calls")


def _rows(world: World) -> list[PlanLine]:
    found = world.store.find_products(["CUP", "HAT"])
    return [row(found["CUP"][0], 1000, 3), row(found["HAT"][0], 500, 1)]


def test_a_lost_answer_is_a_doubt(world: World) -> None:
    order = ordered(world)
    at = world.writes_at(lambda: world.store.add_parcel(order.ref, "UPS", "1Z0001", items(order, CUP=3, HAT=1)))[0]
    second = world.create(plan(world.marker(), *_rows(world)))
    with world.struck(kind="drop_after", skip=at), pytest.raises(Unknown):
        world.store.add_parcel(second.ref, "UPS", "1Z0002", items(second, CUP=3, HAT=1))


def test_more_than_there_is_to_ship(world: World) -> None:
    world.needs("partial_parcel")
    order = ordered(world)
    world.staff(order, "ship", carrier="UPS", number="1Z0001")
    with pytest.raises(OutsideError) as caught:
        world.store.add_parcel(order.ref, "UPS", "1Z0002", items(order, CUP=1))
    assert not isinstance(caught.value, Unknown)
    assert [one["tracking"][0]["number"] for one in world.shipments(order.marker)] == ["1Z0001"]
