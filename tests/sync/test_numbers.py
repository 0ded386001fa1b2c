"""Tracking numbers that staff give late, correct, change over, or replace by another shipment."""

from __future__ import annotations

from tests.sync.test_watch import numbers, one, seen
from tests.sync.world import World


def test_the_number_comes_later(world: World) -> None:
    order_id, made = one(world)
    ref = world.store.staff_ship(made, world.units(order_id), "")
    seen(world)
    world.carry(order_id)
    assert numbers(world, order_id) == ["", ""]
    world.store.staff_number(made, ref, "RM 7")
    assert seen(world) == [world.row(order_id).pk]
    world.carry(order_id)
    assert numbers(world, order_id) == ["RM 7", "RM 7"]


def test_a_number_that_nobody_gives_is_a_problem_until_somebody_does(world: World) -> None:
    order_id = world.order(2)
    made = world.bring(order_id)
    ref = world.store.staff_ship(made, world.units(order_id), "")
    world.watch()
    world.carry(order_id, seconds=600.0)
    assert world.problems(order_id) == []
    row = world.row(order_id)
    assert row.due_at is not None and 800 < row.due_at - world.clock() <= 900, "looked at again when patience is over"
    world.carry(order_id, seconds=901.0)
    assert world.problems(order_id) == ["shipped_without_tracking"]
    assert world.row(order_id).problem_code == "shipped_without_tracking"
    world.store.staff_number(made, ref, "RM 9")
    world.watch()
    world.carry(order_id)
    assert numbers(world, order_id) == ["RM 9", "RM 9"]
    assert world.problems(order_id) == [] and world.row(order_id).problem_code is None


def test_the_number_is_corrected(world: World) -> None:
    order_id, made = one(world)
    ref = world.store.staff_ship(made, world.units(order_id), "RM 1")
    seen(world)
    world.carry(order_id)
    world.store.staff_number(made, ref, "RM 2")
    seen(world)
    world.carry(order_id)
    world.read(order_id)
    world.carry(order_id)
    assert numbers(world, order_id) == ["RM 2", "RM 2"]
    assert [parcel.tiktok_number for parcel in world.parcels(order_id)] == ["RM 2"]


def test_the_number_is_corrected_after_tiktok_has_shown_the_first(world: World) -> None:
    """The first one is no parcel of TikTok's own: nothing is added to the store."""
    order_id, made = one(world)
    ref = world.store.staff_ship(made, world.units(order_id), "RM 1")
    for number in ("RM 2", "RM 3"):
        seen(world)
        world.carry(order_id)
        world.read(order_id)
        world.carry(order_id)
        world.store.staff_number(made, ref, number)
    seen(world)
    world.carry(order_id)
    assert numbers(world, order_id) == ["RM 3", "RM 3"]
    assert [parcel.number for parcel in made.parcels] == ["RM 3"]
    assert len(world.parcels(order_id)) == 1


def test_the_number_is_corrected_before_the_answer_to_the_first_is_known(world: World) -> None:
    order_id, made = one(world)
    ref = world.store.staff_ship(made, world.units(order_id), "RM 1")
    seen(world)
    world.tiktok_wire.faults = lambda request: "after" if request.operation == "orders.mark_shipped" else ""
    world.look(order_id)
    world.tiktok_wire.faults = lambda _request: ""
    world.store.staff_number(made, ref, "RM 2")
    seen(world)
    world.carry(order_id)
    assert numbers(world, order_id) == ["RM 2", "RM 2"]
    assert [parcel.number for parcel in made.parcels] == ["RM 2"]


def test_numbers_are_changed_over(world: World) -> None:
    """Staff gave two parcels each other's number, and correct that."""
    order_id, made = one(world, 4)
    units = world.units(order_id)
    refs = [
        world.store.staff_ship(made, units[:2], "RM 1"),
        world.store.staff_ship(made, units[2:], "RM 2"),
    ]
    seen(world)
    world.carry(order_id)
    world.read(order_id)
    world.carry(order_id)
    for ref, number in zip(refs, ("RM 2", "RM 1"), strict=True):
        world.store.staff_number(made, ref, number)
    seen(world)
    world.carry(order_id)
    world.read(order_id)
    world.carry(order_id)
    assert numbers(world, order_id) == ["RM 2", "RM 2", "RM 1", "RM 1"]
    assert [parcel.number for parcel in made.parcels] == ["RM 2", "RM 1"]


def test_taken_back_and_shipped_again_under_another_number(world: World) -> None:
    order_id, made = one(world, 3)
    units = world.units(order_id)
    ref = world.store.staff_ship(made, units[:2], "RM 1")
    seen(world)
    world.carry(order_id)
    world.read(order_id)
    world.carry(order_id)
    world.store.staff_take_back(made, ref)
    world.store.staff_ship(made, units[:2], "RM 2")
    made.parcels.reverse()
    seen(world)
    world.carry(order_id)
    assert numbers(world, order_id) == ["RM 2", "RM 2", ""]
    assert world.problems(order_id) == []
    assert [(one.number, one.cancelled) for one in world.parcels(order_id)] == [("RM 1", True), ("RM 2", False)]


def test_a_number_of_signs_alone(world: World) -> None:
    """Shipped in Seller Center under something that is hardly a number: one parcel, however often it is looked at."""
    order_id, made = one(world)
    world.tiktok.ship(order_id, world.units(order_id), "--- / ---")
    for _ in range(3):
        world.read(order_id)
        world.carry(order_id)
    assert [parcel.number for parcel in world.parcels(order_id)] == ["--- / ---"]
    assert [parcel.number for parcel in made.parcels] == ["--- / ---"]
