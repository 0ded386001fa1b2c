"""Parcels that the store's feed of changes never shows, asked for order by order."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.sync.world import Made, World
from tokbridge.core.errors import Retry
from tokbridge.core.status import Status
from tokbridge.records.models import Binding, Order, Store
from tokbridge.sync.watch import watch


@pytest.fixture
def quiet(world: World) -> World:
    """A store in which shipments move no order's date of change, as in Magento and PrestaShop."""
    world.store.quiet_parcels = world.store.poll_parcels = True
    return world


def one(world: World, units: int = 2) -> tuple[str, Made]:
    """An order in the store, so long ago that the feed's overlap no longer shows it."""
    order_id = world.order(units)
    made = world.bring(order_id)
    world.clock.sleep(60)
    world.watch()
    world.clock.sleep(60)
    return order_id, made


def numbers(world: World, order_id: str) -> list[str]:
    return [line.get("tracking_number", "") for line in world.tiktok.orders[order_id]["line_items"]]


def many(world: World, count: int, status: Status = Status.AWAITING_SHIPMENT, **columns: object) -> list[Binding]:
    """Orders that are in the store, as rows alone."""
    start = Order.objects.count()
    orders = Order.objects.bulk_create(
        Order(
            account=world.account,
            channel=world.channel,
            tiktok_id=f"58{start + at:016d}",
            status=status.value,
            placed_at=0,
            imported_at=0,
            updated_at=0,
            read_at=world.clock(),
            update_time=0,
        )
        for at in range(count)
    )
    plain = {"state": "bound", "number": "N", "view": "", "expected_total": 1, "intended_at": 0}
    return Binding.objects.bulk_create(
        Binding(order=row, store=world.store_row, marker=row.tiktok_id, ref=f"x-{row.tiktok_id}", **(plain | columns))
        for row in orders
    )


def asked(world: World) -> list[str]:
    """The store orders asked for since the last time this was asked."""
    refs = [ref for batch in world.store.parcels_asked for ref in batch]
    world.store.parcels_asked.clear()
    return refs


def test_a_number_that_comes_late_reaches_tiktok(quiet: World) -> None:
    world = quiet
    order_id, made = one(world)
    ref = world.store.staff_ship(made, world.units(order_id), "")
    assert world.watch() == [world.row(order_id).pk]
    world.carry(order_id)
    assert numbers(world, order_id) == ["", ""]
    world.store.staff_number(made, ref, "RM 7")
    assert world.watch() == [world.row(order_id).pk]
    world.carry(order_id)
    assert numbers(world, order_id) == ["RM 7", "RM 7"]
    assert world.watch() == [], "found again without a change"


def test_a_shipment_in_the_middle_of_an_order_reaches_tiktok(quiet: World) -> None:
    world = quiet
    order_id, made = one(world, 3)
    units = world.units(order_id)
    for unit, number in zip(units, ("RM 1", "RM 2", "RM 3"), strict=True):
        world.store.staff_ship(made, [unit], number)
        assert world.watch() == [world.row(order_id).pk]
        world.carry(order_id)
    assert numbers(world, order_id) == ["RM 1", "RM 2", "RM 3"]
    assert len(world.parcels(order_id)) == 3


def test_what_the_poll_found_is_looked_at_even_if_nobody_hears_of_it(quiet: World) -> None:
    world = quiet
    order_id, made = one(world)
    world.store.staff_ship(made, world.units(order_id), "RM 1")
    world.watch()
    due_at = world.row(order_id).due_at
    assert due_at is not None and due_at <= world.clock()


def test_a_store_that_tells_of_its_parcels_is_not_asked(quiet: World) -> None:
    world = quiet
    world.store.poll_parcels = False
    order_id, made = one(world)
    world.store.staff_ship(made, world.units(order_id), "RM 1")
    assert world.watch() == []
    assert asked(world) == []


def test_a_batch_is_fifty_orders(quiet: World) -> None:
    many(quiet, 120)
    quiet.watch()
    assert [len(batch) for batch in quiet.store.parcels_asked] == [50, 50, 20]


def test_a_round_is_a_thousand_orders_and_the_rest_come_first_in_the_next(quiet: World) -> None:
    world = quiet
    refs = [str(binding.ref) for binding in many(world, 1070)]
    world.watch()
    first = asked(world)
    assert sorted(first) == sorted(refs[:1000])
    world.clock.sleep(60)
    world.watch()
    second = asked(world)
    assert (sorted(second[:70]), len(second)) == (sorted(refs[1000:]), 1000)
    assert set(first) | set(second) == set(refs)
    assert set(second[70:]) <= set(first)


def test_those_not_asked_for_longest_come_first(quiet: World) -> None:
    world = quiet
    now = world.clock()
    late, never, early = (many(world, 1, parcels_read_at=at)[0] for at in (now - 10, 0, now - 100))
    world.watch()
    assert asked(world) == [never.ref, early.ref, late.ref]


@pytest.mark.parametrize("status", [Status.AWAITING_COLLECTION, Status.IN_TRANSIT])
def test_an_order_on_its_way_is_asked_for_every_hour(quiet: World, status: Status) -> None:
    world = quiet
    (binding,) = many(world, 1, status)
    hits = []
    for _ in range(27):
        world.watch()
        hits.append(asked(world) == [binding.ref])
        world.clock.sleep(290)
    assert [at for at, hit in enumerate(hits) if hit] == [0, 13, 26]


def test_a_number_corrected_on_the_way_reaches_tiktok(quiet: World) -> None:
    world = quiet
    order_id, made = one(world)
    ref = world.store.staff_ship(made, world.units(order_id), "RM 1")
    world.watch()
    world.carry(order_id)
    world.read(order_id)
    world.store.staff_number(made, ref, "RM 2")
    world.watch()
    world.carry(order_id)
    assert numbers(world, order_id) == ["RM 2", "RM 2"], "shipped a moment ago: asked at once"
    world.clock.sleep(3700)
    world.read(order_id)
    world.watch()
    world.store.staff_number(made, ref, "RM 3")
    world.watch()
    world.carry(order_id)
    assert numbers(world, order_id) == ["RM 2", "RM 2"], "asked within the hour"
    world.clock.sleep(3700)
    world.watch()
    world.carry(order_id)
    assert numbers(world, order_id) == ["RM 3", "RM 3"]


def test_only_orders_that_may_still_get_a_parcel(quiet: World) -> None:
    world = quiet
    for status in set(Status) - {
        Status.AWAITING_SHIPMENT,
        Status.PARTIALLY_SHIPPING,
        Status.AWAITING_COLLECTION,
        Status.IN_TRANSIT,
    }:
        many(world, 1, status)
    many(world, 1, cancelled_at=1.0)
    many(world, 1, state="intended")
    (archived,) = many(world, 1)
    Order.objects.filter(pk=archived.order_id).update(archived_at=1.0)
    (partly,) = many(world, 1, Status.PARTIALLY_SHIPPING)
    world.watch()
    assert asked(world) == [partly.ref]


def test_trouble_in_the_middle_keeps_what_was_read_and_goes_on_with_the_rest(quiet: World) -> None:
    world = quiet
    refs = [str(binding.ref) for binding in many(world, 70)]
    calls = 0

    def second_fails(request: object) -> str:
        nonlocal calls
        calls += getattr(request, "operation", "") == "parcels_of"
        return "down" if calls == 2 else ""

    world.store_wire.faults = second_fails
    with pytest.raises(Retry):
        watch(world.store_row.pk, 60)
    assert asked(world) == refs[:50]
    world.store_wire.faults = lambda _request: ""
    world.watch()
    assert sorted(asked(world)[:20]) == refs[50:]


def test_a_round_longer_than_its_lease_keeps_it_and_ends_when_another_took_it(quiet: World) -> None:
    world = quiet
    many(world, 120)
    store = Store.objects.filter(pk=world.store_row.pk)
    left = []

    def slowly(request: object) -> None:
        if getattr(request, "operation", "") == "parcels_of":
            left.append(store.values_list("lease_until", flat=True)[0] - world.clock())
            world.clock.sleep(50)

    world.store_wire.on_send = slowly
    world.watch()
    assert len(left) == 3
    assert min(left) > 59
    asked(world)

    def taken(request: object) -> None:
        if getattr(request, "operation", "") == "parcels_of":
            store.update(lease_token="another")

    world.store_wire.on_send = taken
    world.watch()
    assert len(world.store.parcels_asked) == 1, "went on under a lease that another has"
    assert store.values_list("lease_token", flat=True)[0] == "another"


def test_a_cancelled_shipment_is_seen(quiet: World) -> None:
    world = quiet
    order_id, made = one(world)
    world.store.staff_ship(made, world.units(order_id), "")
    world.watch()
    made.parcels = [replace(made.parcels[0], cancelled=True)]
    assert world.watch() == [world.row(order_id).pk]
    (parcel,) = world.parcels(order_id)
    assert (parcel.cancelled, parcel.in_store) == (True, False)
