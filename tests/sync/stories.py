"""What may happen to an order, up to the moment at which one step is due, and what is right after it."""

from __future__ import annotations

from typing import Any

from tests.sync.world import World
from tokbridge.core.status import Status
from tokbridge.records.models import Attempt, Store


def creation(world: World) -> str:
    return world.order(3)


def first_of_the_day(world: World) -> str:
    world.store.stock_to_prove = True
    Store.objects.update(stock_proof={})
    return world.order(3)


def parcel(world: World) -> str:
    order_id = world.order(2)
    made = world.bring(order_id)
    world.store.staff_ship(made, world.units(order_id), "RM 1")
    world.watch()
    return order_id


def seller_center(world: World) -> str:
    order_id = world.order(2)
    world.bring(order_id)
    world.tiktok.ship(order_id, world.units(order_id), "SC 1")
    return order_id


def cancelled(world: World) -> str:
    order_id = world.order(2)
    world.bring(order_id)
    world.tiktok.cancel(order_id)
    return order_id


def unit_cancelled(world: World) -> str:
    order_id = world.order(3)
    world.bring(order_id)
    world.tiktok.cancel(order_id, world.units(order_id)[:1])
    return order_id


def staff_cancelled(world: World) -> str:
    world.clock.sleep(100)  # fewer than ten in ten minutes
    order_id = world.order(2)
    world.store.staff_cancel(world.bring(order_id))
    world.watch()
    return order_id


def wish(world: World) -> str:
    order_id = world.order(2)
    world.bring(order_id)
    world.wish(order_id, "reject", reason="pricing error")
    return order_id


def moved(world: World) -> str:
    order_id = world.order(2)
    world.bring(order_id)
    raw = world.tiktok.orders[order_id]
    world.tiktok.touch(order_id, recipient_address={**raw["recipient_address"], "address_line1": "2 Mill Lane"})
    return order_id


def status(world: World) -> str:
    world.set_policy(statuses=[("IN_TRANSIT", "SHIPPED")])
    order_id = world.order(2)
    world.bring(order_id)
    world.tiktok.set_status(order_id, Status.IN_TRANSIT)
    return order_id


def invoiced(world: World) -> str:
    world.store.invoices = True
    order_id = world.order(3)
    made = world.bring(order_id)
    world.store.staff_ship(made, world.units(order_id)[:2], "RM 1")
    world.watch()
    return order_id


STORIES = [
    creation,
    first_of_the_day,
    parcel,
    seller_center,
    cancelled,
    unit_cancelled,
    staff_cancelled,
    wish,
    moved,
    status,
    invoiced,
]


def is_right(world: World, order_id: str, story: Any) -> None:
    (made,) = world.store_orders(order_id)
    raw = world.tiktok.orders[order_id]
    binding = world.binding(order_id)
    assert binding.ref == made.ref
    assert binding.expected_total == made.plan.total == len(raw["line_items"]) * 1000 + 200
    assert world.problems(order_id) == []
    shown = {line.get("tracking_number", "") for line in raw["line_items"]}
    if story is parcel:
        assert shown == {"RM 1"}
        assert [(p.number, p.tiktok_number) for p in world.parcels(order_id)] == [("RM 1", "RM 1")]
        assert len({line["package_id"] for line in raw["line_items"]}) == 1
    if story is seller_center:
        assert [parcel.number for parcel in made.parcels] == ["SC 1"]
        assert [parcel.number for parcel in world.parcels(order_id)] == ["SC 1"]
    if story in {cancelled, staff_cancelled, wish}:
        assert made.cancelled
        assert raw["status"] == "CANCELLED"
        assert world.row(order_id).tokbridge_status == "cancelled"
        assert made.restocked == (story is not staff_cancelled)
        assert len([one for one in world.tiktok.cancellations.values() if one["order_id"] == order_id]) == 1
    else:
        assert not made.cancelled
    assert sorted(made.units_off) == (world.units(order_id)[:1] if story is unit_cancelled else [])
    assert made.statuses == (["SHIPPED"] if story is status else [])
    assert made.invoices == ([tuple(world.units(order_id)[:2])] if story is invoiced else [])
    if story is moved:
        assert made.address is not None
        assert made.address.line1 == "2 Mill Lane"
    assert (
        not Attempt.objects.filter(order__tiktok_id=order_id, outcome="done").exclude(ended_at__isnull=False).exists()
    )


def afterwards(world: World, order_id: str, story: Any) -> None:
    world.read(order_id)
    world.watch()
    world.carry(order_id)
    world.read(order_id)  # the echo of what was written
    world.carry(order_id)
    is_right(world, order_id, story)
