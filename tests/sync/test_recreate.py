"""A person has an order created again whose store order is cancelled or gone: one living store order, never two."""

from __future__ import annotations

import pytest

from tests.sync.world import Crash, World
from tests.sync.world.shop import Made
from tokbridge.core.errors import Retry
from tokbridge.records.models import Attempt, Binding, BindingState, Instruction, Order
from tokbridge.sync.asked import Asked
from tokbridge.sync.desk import instruct
from tokbridge.sync.outcome import State, came
from tokbridge.sync.watch import watch


def delete(world: World, made: Made) -> None:
    """Staff delete it; nobody is told, so it is noticed when it is read."""
    world.store.made.remove(made)


def gone(world: World, units: int = 2) -> str:
    """An order whose store order was deleted, which Tokbridge has noticed."""
    order_id = world.order(units)
    delete(world, world.bring(order_id))
    world.wish(order_id, "sync")
    world.look(order_id)
    assert world.problems(order_id) == ["store_order_gone"]
    return order_id


def ask(world: World, order_id: str) -> Asked:
    (asked,) = instruct([world.row(order_id).pk], "recreate")
    return asked


def living(world: World, order_id: str) -> list[str]:
    """The marks of the order's living store orders."""
    marks = (order_id, *(f"{order_id}-{n}" for n in range(2, 9)))
    return [made.plan.marker for made in world.store.made if made.plan.marker in marks and not made.cancelled]


def released(order_id: str) -> int:
    return Binding.objects.filter(order__tiktok_id=order_id, state=BindingState.RELEASED).count()


def test_a_deleted_store_order_is_created_again_under_a_mark_of_its_own(world: World) -> None:
    order_id = gone(world)
    asked = ask(world, order_id)
    assert asked.refused == ""
    world.carry(order_id)
    assert living(world, order_id) == [f"{order_id}-2"]
    row = world.row(order_id)
    number = world.store.made[-1].plan.number
    assert number.endswith(f"{order_id}-2")
    assert (row.store_number, row.tokbridge_status) == (number, "created")
    assert world.problems(order_id) == []
    result = came(asked)
    assert (result.state, result.words) == (State.DONE, f"created as {number}")
    assert released(order_id) == 1
    steps = list(Attempt.objects.filter(order=row).order_by("id").values_list("step", "outcome"))
    assert steps[-2:] == [("release", "done"), ("create", "done")]


def test_a_store_may_give_a_deleted_orders_id_away_again(world: World) -> None:
    order_id = gone(world)
    world.store.ever_made = 0
    ask(world, order_id)
    world.carry(order_id)
    old, new = Binding.objects.order_by("id")
    assert (old.state, old.ref) == (BindingState.RELEASED, None)
    assert (new.state, new.ref) == (BindingState.BOUND, "so-1")


def test_every_further_one_has_the_next_number(world: World) -> None:
    order_id = gone(world)
    ask(world, order_id)
    world.carry(order_id)
    delete(world, world.store.made[-1])
    world.wish(order_id, "sync")
    world.look(order_id)
    ask(world, order_id)
    world.carry(order_id)
    assert living(world, order_id) == [f"{order_id}-3"]
    assert released(order_id) == 2


def test_a_store_order_that_was_cancelled_there_stays_as_it_is(world: World) -> None:
    world.set_policy(cancel_to_tiktok=False)
    order_id = world.order()
    made = world.bring(order_id)
    world.store.staff_cancel(made)
    watch(world.store_row.pk, 60)
    world.carry(order_id)
    assert world.row(order_id).tokbridge_status == "cancelled"
    ask(world, order_id)
    world.carry(order_id)
    assert living(world, order_id) == [f"{order_id}-2"]
    assert made in world.store.made and made.cancelled
    assert Binding.objects.get(state=BindingState.RELEASED).ref == made.ref
    world.store.staff_status(made, "DONE")  # whatever staff do to the old one is nobody's business
    watch(world.store_row.pk, 60)
    assert world.row(order_id).store_status == "PAID"
    assert world.tiktok.orders[order_id]["status"] == "AWAITING_SHIPMENT"


def test_orders_that_a_whole_stores_cancellation_stopped_are_not_cancelled_on_tiktok(world: World) -> None:
    orders = [world.order() for _ in range(12)]
    world.poll()
    for order_id in orders:
        world.store.staff_cancel(world.bring(order_id))
    watch(world.store_row.pk, 60)
    for order_id in orders:
        world.look(order_id)
    stopped = [one for one in orders if world.problems(one) == ["many_cancellations"]]
    assert len(stopped) == 2
    for order_id in stopped:
        ask(world, order_id)
        world.carry(order_id)
        assert living(world, order_id) == [f"{order_id}-2"]
        assert world.tiktok.orders[order_id]["status"] == "AWAITING_SHIPMENT"
        assert world.problems(order_id) == []


@pytest.mark.parametrize("state", ["alive", "never", "unknown", "cancelled on tiktok", "archived"])
def test_what_cannot_be_created_again_is_refused_at_once(world: World, state: str) -> None:
    order_id = world.order()
    words = {
        "alive": f"its store order TTS-{order_id} is not known to be cancelled or gone",
        "never": "it has no store order yet",
        "unknown": "its creation was begun and the outcome is being looked up",
        "cancelled on tiktok": "it is cancelled on TikTok",
        "archived": "it is archived; restore it first",
    }[state]
    world.read(order_id)
    if state == "unknown":
        world.store.lag = 1e6
        world.store_wire.faults = lambda request: "after" if request.operation == "create_order" else ""
        world.look(order_id)
    elif state != "never":
        world.carry(order_id)
    if state == "cancelled on tiktok":
        world.tiktok.cancel(order_id)
        world.read(order_id)
    if state == "archived":
        instruct([world.row(order_id).pk], "archive")
    number = world.row(order_id).store_number or ""
    assert ask(world, order_id).refused == words.replace(f"TTS-{order_id}", number)
    assert not Instruction.objects.filter(verb="recreate").exists()


def test_one_that_turns_out_to_be_alive_is_left_alone_and_the_person_is_told(world: World) -> None:
    """Staff took their cancellation back, which nobody had noticed."""
    world.set_policy(cancel_to_tiktok=False)
    order_id = world.order()
    made = world.bring(order_id)
    world.store.staff_cancel(made)
    watch(world.store_row.pk, 60)
    made.cancelled = False
    asked = ask(world, order_id)
    world.carry(order_id)
    assert living(world, order_id) == [order_id]
    result = came(asked)
    assert result.state is State.BLOCKED
    assert result.words == f"the store order {made.plan.number} is not cancelled there; cancel it first"
    assert released(order_id) == 0
    assert Attempt.objects.get(step="release").outcome == "refused"


def test_another_store_order_with_the_same_mark_is_found_before_a_second_one_is_made(world: World) -> None:
    """Entered again by hand, or restored from a copy, under another id."""
    order_id = world.order()
    made = world.bring(order_id)
    made.ref = "so-restored"
    world.wish(order_id, "sync")
    world.look(order_id)
    assert world.problems(order_id) == ["store_order_gone"]
    asked = ask(world, order_id)
    world.carry(order_id)
    assert came(asked).state is State.BLOCKED
    assert living(world, order_id) == [order_id]


def test_cancelled_on_tiktok_meanwhile_ends_the_wish_without_a_store_order(world: World) -> None:
    order_id = gone(world)
    asked = ask(world, order_id)
    world.tiktok.cancel(order_id)
    world.read(order_id)
    world.look(order_id)
    assert living(world, order_id) == []
    result = came(asked)
    assert (result.state, result.words) == (State.BLOCKED, "it is cancelled on TikTok")


def test_a_store_that_does_not_answer_is_asked_again(world: World) -> None:
    order_id = gone(world)
    asked = ask(world, order_id)
    world.store.errors["read_order"] = Retry("HTTP 503", "busy", after=30)
    world.look(order_id)
    assert came(asked).state is not State.DONE
    assert released(order_id) == 0
    world.store.errors.clear()
    world.carry(order_id)
    assert living(world, order_id) == [f"{order_id}-2"]


def hidden(world: World, order_id: str) -> None:
    """The store shows this app no orders of that age, living or not."""
    world.set_policy(oldest=50 * 86400)
    Order.objects.filter(tiktok_id=order_id).update(placed_at=int(world.clock()) - 51 * 86400)


def test_one_that_the_store_may_hide_for_its_age_is_not_taken_for_gone(world: World) -> None:
    order_id = gone(world)
    hidden(world, order_id)
    asked = ask(world, order_id)
    world.carry(order_id)
    result = came(asked)
    assert result.state is State.BLOCKED
    assert result.words == "the store may hide orders placed more than 50 days ago, so nobody knows that it is gone"
    assert released(order_id) == 0
    world.tiktok.cancel(order_id)
    world.read(order_id)
    hidden(world, order_id)
    world.look(order_id)
    stuck = world.row(order_id).problems.filter(step="cancel", closed_at=None)
    assert [one.code for one in stuck] == ["store_order_gone"], "its cancellation there would fail in silence"
    assert world.binding(order_id).cancelled_at is None


def test_while_the_store_cannot_be_asked_its_cancellation_is_not_carried_over(world: World) -> None:
    order_id = world.order()
    world.store.staff_cancel(world.bring(order_id))
    world.store.errors["read_order"] = Retry("HTTP 503", "busy", after=30)
    Binding.objects.update(cancelled_at=world.clock())
    assert ask(world, order_id).refused == ""
    world.look(order_id)
    world.store.errors.clear()
    world.carry(order_id)
    assert living(world, order_id) == [f"{order_id}-2"]
    assert "orders.cancel" not in world.tiktok_wire.sent


def test_cancelled_on_tiktok_needs_no_cancelling_of_a_store_order_that_is_gone(world: World) -> None:
    order_id = gone(world)
    world.tiktok.cancel(order_id)
    world.read(order_id)
    world.carry(order_id)
    assert world.row(order_id).tokbridge_status == "cancelled"
    assert world.problems(order_id) == []


def test_parcels_follow_the_order_and_those_only_the_old_one_knew_are_forgotten(world: World) -> None:
    order_id = world.order(2)
    made = world.bring(order_id)
    first, second = world.units(order_id)
    world.store.staff_ship(made, [first], "RM 1")
    world.watch()
    world.carry(order_id)
    assert [parcel.tiktok_number for parcel in world.parcels(order_id)] == ["RM 1"]
    world.store.staff_ship(made, [second], "RM 2", carrier="Nobody's")
    world.watch()
    delete(world, made)
    world.wish(order_id, "sync")
    world.look(order_id)
    ask(world, order_id)
    world.carry(order_id)
    new = world.store.made[-1]
    assert [parcel.number for parcel in new.parcels] == ["RM 1"], "what the buyer was told of stands in the new one"
    told, forgotten = world.parcels(order_id)
    assert (told.in_store, told.cancelled) == (True, False)
    assert (forgotten.in_store, forgotten.cancelled) == (False, True)
    world.store.staff_ship(new, [second], "RM 2")
    world.watch()
    world.carry(order_id)
    assert world.tiktok.orders[order_id]["status"] == "AWAITING_COLLECTION"


def test_a_crash_anywhere_leaves_one_living_store_order(world: World) -> None:
    at, died = 0, True
    while died:
        at += 1
        order_id = gone(world)
        ask(world, order_id)
        try:
            with world.dying(at):
                world.look(order_id)
            died = False
        except Crash:
            world.new_process()
        world.carry(order_id)
        assert living(world, order_id) == [f"{order_id}-2"], f"died at {at}"
        assert released(order_id) == 1
    assert at > 10


def test_an_answer_that_is_lost_makes_no_second_one(world: World) -> None:
    for operation in ("read_order", "find_order", "create_order"):
        order_id = gone(world)
        ask(world, order_id)
        world.store_wire.faults = lambda request, lost=operation: "after" if request.operation == lost else ""
        world.look(order_id)
        world.store_wire.faults = lambda _request: ""
        world.carry(order_id)
        assert living(world, order_id) == [f"{order_id}-2"], operation
