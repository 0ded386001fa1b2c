"""A connection that is refused or gone: one banner, no other connection harmed, everything caught up afterwards."""

from __future__ import annotations

import pytest

from tests.sync.world import World
from tokbridge.records.models import Connection, Problem
from tokbridge.sync.rounds import poll_feed


def state(world: World, side: str) -> str:
    row = world.authorisation.connection_id if side == "tiktok" else world.store_row.connection_id
    return Connection.objects.values_list("state", flat=True).get(pk=row)


def test_a_store_that_is_gone_gets_one_banner_and_is_caught_up(world: World) -> None:
    orders = [world.order() for _ in range(25)]
    world.poll()
    world.store_wire.faults = lambda _request: "down"
    for _ in range(4):
        for order_id in orders:
            world.look(order_id)
        world.clock.sleep(5)
    assert (state(world, "store"), state(world, "tiktok")) == ("broken", "healthy")
    assert {world.row(order_id).problem_code for order_id in orders} == {None}
    assert not Problem.objects.filter(closed_at__isnull=True, code__in=["retry", "outcome_unknown"]).exclude(
        actor="nobody"
    )
    waiting = [order_id for order_id in orders if not world.problems(order_id)]
    assert len(waiting) >= 15, "each order got a problem of its own"
    world.store_wire.faults = lambda _request: ""
    for order_id in orders:
        world.carry(order_id)
    assert state(world, "store") == "healthy"
    assert all(len(world.store_orders(order_id)) == 1 for order_id in orders)
    assert not Problem.objects.filter(closed_at__isnull=True).exists()


def test_while_it_is_down_only_a_probe_goes_through(world: World) -> None:
    orders = [world.order() for _ in range(12)]
    world.poll()
    asked: list[float] = []
    world.store_wire.faults = lambda _request: asked.append(world.clock()) or "down"  # type: ignore[func-returns-value]
    for order_id in orders:
        world.look(order_id)
    opened = len(asked)
    assert opened == 8
    for order_id in orders:
        world.look(order_id)
    assert len(asked) == opened
    world.clock.sleep(16)
    for order_id in orders:
        world.look(order_id)
    assert len(asked) == opened + 1


def test_a_refused_authorisation_stops_tiktok_and_not_the_store(world: World) -> None:
    made = world.bring(order_id := world.order())
    other = world.bring(second := world.order())
    world.tiktok.ship(second, world.units(second), "SC 1")
    world.read(second)
    world.store.staff_ship(made, world.units(order_id), "RM 1")
    from tokbridge.sync.watch import watch

    watch(world.store_row.pk, 60)
    world.tiktok.ended = True
    world.look(order_id)
    assert (state(world, "tiktok"), state(world, "store")) == ("refused", "healthy")
    assert world.problems(order_id) == []
    assert list(Problem.objects.values_list("order", "code")) == [(None, "credential")], "one banner, nothing else"
    world.look(second)
    assert [parcel.number for parcel in other.parcels] == ["SC 1"]
    sent = len(world.tiktok_wire.sent)
    for _ in range(5):
        world.look(order_id)
    poll_feed(world.account.pk, "orders")
    assert len(world.tiktok_wire.sent) == sent, "a refused connection was asked again at once"
    world.tiktok.ended = False
    world.carry(order_id)
    assert state(world, "tiktok") == "healthy"
    assert world.parcels(order_id)[0].tiktok_number == "RM 1"
    assert world.problems(order_id) == []
    poll_feed(world.account.pk, "orders")
    assert not Problem.objects.filter(closed_at__isnull=True).exists(), "the banner goes when TikTok answers again"


@pytest.mark.parametrize("times", [3, 12])
def test_one_problem_however_often_the_authorisation_is_refused(world: World, times: int) -> None:
    world.tiktok.token = world.tiktok.refresh_token = "of somebody else"
    for _ in range(times):
        poll_feed(world.account.pk, "orders")
        world.clock.sleep(61)
    assert Problem.objects.filter(closed_at__isnull=True).count() == 1
