"""What staff do in the store: by poll and by webhook, early, late and twice."""

from __future__ import annotations

import contextlib
from dataclasses import replace

from tests.sync.world import Crash, Made, World
from tokbridge.sync.watch import look_at, watch


def seen(world: World) -> list[int]:
    return watch(world.store_row.pk, 60) or []


def numbers(world: World, order_id: str) -> list[str]:
    return [line.get("tracking_number", "") for line in world.tiktok.orders[order_id]["line_items"]]


def one(world: World, units: int = 2) -> tuple[str, Made]:
    order_id = world.order(units)
    return order_id, world.bring(order_id)


def test_by_webhook_and_again_by_poll(world: World) -> None:
    order_id, made = one(world)
    world.store.staff_ship(made, world.units(order_id), "RM 1")
    assert look_at(world.store_row.pk, [made.ref, "not ours"]) == [world.row(order_id).pk]
    world.carry(order_id)
    assert numbers(world, order_id) == ["RM 1", "RM 1"]
    assert seen(world) == []
    world.read(order_id)
    world.carry(order_id)
    assert len(world.parcels(order_id)) == 1
    assert world.tiktok_wire.sent.count("orders.mark_shipped") == 1


def test_our_own_parcel_comes_back_before_we_have_written_it_down(world: World) -> None:
    order_id, made = one(world)
    world.tiktok.ship(order_id, world.units(order_id), "SC-1")
    world.read(order_id)
    original = world.store.add_parcel

    def echo(*args: object) -> object:
        added = original(*args)  # type: ignore[arg-type]
        seen(world)
        return added

    world.monkeypatch.setattr(world.store, "add_parcel", echo)
    world.carry(order_id)
    assert [parcel.number for parcel in made.parcels] == ["SC-1"]
    (parcel,) = world.parcels(order_id)
    assert (parcel.origin, parcel.in_store, parcel.store_ref) == ("tiktok", True, made.parcels[0].ref)
    assert "orders.mark_shipped" not in world.tiktok_wire.sent


def test_two_parcels_of_one_order(world: World) -> None:
    order_id, made = one(world, 3)
    units = world.units(order_id)
    world.store.staff_ship(made, units[:1], "RM 1")
    seen(world)
    world.carry(order_id)
    assert world.tiktok.orders[order_id]["status"] == "PARTIALLY_SHIPPING"
    world.store.staff_ship(made, units[1:], "PP 2", "DPD")
    seen(world)
    world.carry(order_id)
    assert numbers(world, order_id) == ["RM 1", "PP 2", "PP 2"]
    assert world.tiktok.orders[order_id]["status"] == "AWAITING_COLLECTION"


def test_two_shipments_with_one_number_are_one_parcel_and_come_to_rest(world: World) -> None:
    order_id, made = one(world, 3)
    units = world.units(order_id)
    world.store.staff_ship(made, units[:1], "RM 1")
    world.store.staff_ship(made, units[1:], "RM 1")
    assert seen(world) == [world.row(order_id).pk]
    world.carry(order_id)
    assert seen(world) == [], "the two shipments change each other for ever"
    assert numbers(world, order_id) == ["RM 1"] * 3


def test_a_second_shipment_under_a_number_already_told(world: World) -> None:
    order_id, made = one(world, 3)
    units = world.units(order_id)
    world.store.staff_ship(made, units[:1], "RM 1")
    seen(world)
    world.carry(order_id)
    world.store.staff_ship(made, units[1:], "RM 1")
    seen(world)
    world.read(order_id)
    world.carry(order_id)
    assert numbers(world, order_id) == ["RM 1"] * 3
    assert seen(world) == []


def test_a_cancelled_shipment_is_not_told(world: World) -> None:
    order_id, made = one(world)
    world.store.staff_ship(made, world.units(order_id), "RM 1")
    made.parcels = [replace(made.parcels[0], cancelled=True)]
    assert seen(world) == []
    world.carry(order_id)
    assert world.parcels(order_id) == []
    assert numbers(world, order_id) == ["", ""]


def test_an_unmapped_carrier_waits_for_the_map(world: World) -> None:
    order_id, made = one(world)
    world.store.staff_ship(made, world.units(order_id), "X 1", "Uncle Bob")
    seen(world)
    world.carry(order_id)
    assert world.problems(order_id) == ["unmapped_carrier"]
    world.channel.policy = {"carriers": [["uncle bob", "DPD"]]}
    world.channel.save()
    world.clock.sleep(3600)
    from tokbridge.sync.channels import forget_channels

    forget_channels()
    world.carry(order_id)
    assert numbers(world, order_id) == ["X 1", "X 1"]
    assert world.problems(order_id) == []


def test_a_corrected_parcel_is_told_at_once(world: World) -> None:
    """What stood in its way may be just what was corrected: the back-off of its step is over."""
    order_id, made = one(world)
    world.store.staff_ship(made, world.units(order_id), "X 1", "Uncle Bob")
    seen(world)
    world.carry(order_id)
    assert world.problems(order_id) == ["unmapped_carrier"]
    made.parcels = [replace(made.parcels[0], carrier="DPD")]
    made.updated_at = world.clock()
    assert seen(world) == [world.row(order_id).pk]
    world.carry(order_id)
    assert numbers(world, order_id) == ["X 1", "X 1"]
    assert world.problems(order_id) == []


def test_shipped_before_anybody_knew_whose_order_it_is(world: World) -> None:
    """The process dies when the store has just made it; staff ship at once, and the store's feed tells of it too early."""
    for at in range(1, 100):
        order_id = world.order(2)
        world.read(order_id)
        with contextlib.suppress(Crash), world.dying(at):
            world.look(order_id)
        world.new_process()
        if world.store_orders(order_id):
            break
        world.carry(order_id)
    assert world.binding(order_id).state == "intended"
    world.store.staff_ship(world.store_orders(order_id)[0], world.units(order_id), "RM 1")
    assert seen(world) == []
    world.clock.sleep(600)
    assert seen(world) == []
    world.carry(order_id)
    assert numbers(world, order_id) == ["RM 1", "RM 1"]
