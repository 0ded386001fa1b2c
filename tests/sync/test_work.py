"""Carrying orders: whatever comes late, twice or wrong, one order becomes one store order, right to the cent."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sync.world import World
from tokbridge.core.status import Status
from tokbridge.records.models import Attempt, Binding, Order
from tokbridge.stores.nouns import Base


def test_an_order_is_carried_and_rests(world: World) -> None:
    order_id = world.order(3)
    made = world.bring(order_id)
    assert made.plan.total == 3200
    row = world.row(order_id)
    assert (row.tokbridge_status, row.store_number) == ("created", made.plan.number)
    assert world.problems(order_id) == []
    before = len(world.store_wire.sent)
    world.poll()
    world.carry(order_id)
    assert len(world.store_wire.sent) == before, "its own echo made it ask the store again"


def test_the_total_in_the_stores_currency_is_kept_as_the_store_tells_it(world: World) -> None:
    def kept() -> tuple[object, ...]:
        row = world.row(order_id)
        return row.base_total, row.base_currency, row.base_rate

    order_id = world.order(3)
    world.store.base = Base(3765, "EUR", "0.85")
    made = world.bring(order_id)
    assert kept() == (3765, "EUR", "0.85")
    world.store.base = Base(3700, "EUR", "0.86")
    world.wish(order_id, "sync")
    world.carry(order_id)
    assert kept() == (3700, "EUR", "0.86")
    world.store.base = Base(0, "EUR", "0.86")
    world.store.staff_cancel(made)
    world.wish(order_id, "sync")
    world.carry(order_id)
    assert kept() == (3700, "EUR", "0.86"), "nothing is left of a cancelled order; what it was worth stays"


def test_a_store_that_shows_orders_late_gets_no_second_one(world: World) -> None:
    world.store.lag = 100
    order_id = world.order()
    world.poll()
    world.store_wire.faults = lambda request: "after" if request.operation == "create_order" else ""
    world.look(order_id)
    assert world.row(order_id).tokbridge_status == "unknown"
    world.carry(order_id)
    assert len(world.store_orders(order_id)) == 1
    assert world.row(order_id).tokbridge_status == "created"


def test_an_empty_look_after_the_settle_time_permits_another_creation(world: World) -> None:
    order_id = world.order()
    world.poll()
    lost = iter(["before"])
    world.store_wire.faults = lambda request: next(lost, "") if request.operation == "create_order" else ""
    began = world.clock()
    world.carry(order_id)
    (made,) = world.store_orders(order_id)
    assert made.visible_at >= began + world.store.settle


def test_cancelled_while_the_outcome_is_unknown_it_is_bound_and_cancelled(world: World) -> None:
    world.store.lag = 60
    order_id = world.order()
    world.poll()
    world.store_wire.faults = lambda request: "after" if request.operation == "create_order" else ""
    world.look(order_id)
    world.tiktok.cancel(order_id)
    world.poll()
    world.carry(order_id)
    (made,) = world.store_orders(order_id)
    assert made.cancelled
    assert world.row(order_id).tokbridge_status == "cancelled"


def test_a_cancellation_during_the_planning_wins(world: World) -> None:
    order_id = world.order()
    world.poll()

    def cancel(request: Any) -> None:
        if request.operation == "find_order":
            world.store_wire.on_send = lambda _request: None
            world.tiktok.cancel(order_id)
            world.poll()

    world.store_wire.on_send = cancel
    world.carry(order_id)
    assert world.store_orders(order_id) == []
    assert world.row(order_id).tokbridge_status == "cancelled"


def test_stale_facts_are_read_again_before_creating(world: World) -> None:
    order_id = world.order()
    world.poll()
    world.clock.sleep(300)
    world.tiktok.cancel(order_id)
    world.carry(order_id)
    assert world.store_orders(order_id) == []


def test_a_lease_lost_before_the_write_sends_nothing(world: World) -> None:
    order_id = world.order()
    world.poll()

    def stolen(request: Any) -> None:
        if request.operation == "find_order":
            Order.objects.filter(tiktok_id=order_id).update(lease_token="other:1", lease_until=world.clock() + 60)

    world.store_wire.on_send = stolen
    world.look(order_id)
    assert "create_order" not in world.store_wire.sent
    assert not Binding.objects.exists()
    assert world.row(order_id).lease_token == "other:1", "released a lease that was not its own"


def test_a_lease_lost_during_the_write_commits_nothing_and_the_next_worker_finds_it(world: World) -> None:
    order_id = world.order()
    world.poll()

    def stolen(request: Any) -> None:
        if request.operation == "create_order":
            Order.objects.filter(tiktok_id=order_id).update(lease_token="other:1", lease_until=world.clock() + 60)

    world.store_wire.on_send = stolen
    world.look(order_id)
    assert world.binding(order_id).state == "intended"
    world.store_wire.on_send = lambda _request: None
    world.clock.sleep(61)
    world.carry(order_id)
    assert len(world.store_orders(order_id)) == 1
    assert world.binding(order_id).state == "bound"


def test_only_one_works_on_an_order(world: World) -> None:
    from tokbridge.sync.work import work

    order_id = world.order()
    world.poll()
    answers: list[bool] = []
    world.store_wire.on_send = lambda _request: answers.append(work(world.row(order_id).pk, "at once"))
    world.look(order_id)
    assert answers
    assert not any(answers)
    assert len(world.store_orders(order_id)) == 1


def test_a_store_total_a_cent_off_stays_bound_with_both_figures(world: World) -> None:
    world.store.cents_off = 1
    order_id = world.order()
    world.poll()
    world.carry(order_id)
    assert len(world.store_orders(order_id)) == 1
    binding = world.binding(order_id)
    assert (binding.expected_total, binding.read_total) == (2200, 2201)
    assert world.problems(order_id) == ["total_differs"]
    assert world.row(order_id).tokbridge_status == "blocked"


def test_a_refused_parcel_is_kept_and_never_delays_a_cancellation(world: World) -> None:
    order_id = world.order(3)
    made = world.bring(order_id)
    world.store.staff_ship(made, world.units(order_id)[1:2], "BAD 1")
    world.watch()
    world.look(order_id)
    assert world.problems(order_id) == ["21011019"]
    assert world.row(order_id).tokbridge_status == "blocked"
    world.tiktok.cancel(order_id, world.units(order_id)[:1])
    world.poll()
    world.look(order_id)
    assert made.units_off == world.units(order_id)[:1]
    assert world.problems(order_id) == ["21011019"]
    world.store.staff_number(made, made.parcels[0].ref, "RM 9")
    world.watch()
    world.carry(order_id)
    assert world.problems(order_id) == []
    assert {line.get("tracking_number") for line in world.tiktok.orders[order_id]["line_items"]} == {None, "RM 9"}


def test_an_unknown_sku_blocks_until_it_exists(world: World) -> None:
    world.store.skus = set()
    order_id = world.order()
    world.poll()
    world.look(order_id)
    assert world.problems(order_id) == ["unmatched_sku"]
    world.store.skus = None
    from tokbridge.sync.catalogue import forget_products

    forget_products()
    world.carry(order_id)
    assert len(world.store_orders(order_id)) == 1
    assert world.problems(order_id) == []


def test_a_store_that_cancels_in_its_own_time(world: World) -> None:
    world.store.cancels_later = True
    order_id = world.order()
    made = world.bring(order_id)
    world.tiktok.cancel(order_id)
    world.poll()
    world.carry(order_id)
    assert made.cancelled
    assert made.restocked == 1
    assert world.row(order_id).tokbridge_status == "cancelled"
    assert world.problems(order_id) == []


def test_a_bug_is_seen_and_does_not_stop_the_worker(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    order_id = world.order()
    world.poll()
    monkeypatch.setattr(world.store, "find_order", lambda marker: {}["no such key"])
    world.look(order_id)
    row = world.row(order_id)
    assert (row.tokbridge_status, world.problems(order_id)) == ("blocked", ["bug"])
    assert row.due_at is not None
    assert row.lease_token == ""


@pytest.mark.parametrize("status", [Status.UNPAID, Status.ON_HOLD])
def test_not_yet(world: World, status: Status) -> None:
    order_id = world.order(status=status)
    world.poll()
    world.carry(order_id)
    assert world.store_orders(order_id) == []
    world.tiktok.set_status(order_id, Status.AWAITING_SHIPMENT)
    world.bring(order_id)


@pytest.mark.parametrize(("units", "told"), [(1, "1 unit"), (2, "2 units")])
def test_the_record_counts_as_people_do(world: World, units: int, told: str) -> None:
    order_id = world.order(units)
    made = world.bring(order_id)
    world.store.staff_ship(made, world.units(order_id), "RM 1", "Royal Mail")
    world.watch()
    world.carry(order_id)
    assert ": 1 row, total" in Attempt.objects.get(step="create").request
    assert Attempt.objects.get(step="ship").request.endswith(f", {told}")
