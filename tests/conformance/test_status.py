"""Statuses: given once, seen when staff gives them, unknown ones refused before anything is sent."""

from __future__ import annotations

import pytest

from tests.conformance.plans import plan, row
from tests.conformance.world import World
from tokbridge.core.errors import Refused


def test_every_status_that_applies(world: World) -> None:
    told = {status.code for status in world.store.statuses()}
    applies = world.subject.statuses
    assert applies
    assert set(applies) <= told
    cup = world.product("CUP", stock=1000)
    for code in applies:
        order = world.create(plan(world.marker(), row(cup, 1000, 1)))
        world.staff(order, "ship", carrier="UPS", number="1Z0001")
        with world.silent():
            world.store.set_status(order.ref, code)
        mark = len(world.wire.sent)
        before = world.the_order(order.marker)
        world.store.set_status(order.ref, code)
        assert world.wire.writes(mark) == [], f"{code} was given twice"
        assert world.the_order(order.marker) == before


@pytest.mark.parametrize("code", ["no such status", "", "987654321"])
def test_an_unknown_status(world: World, code: str) -> None:
    """Refused before anything is sent."""
    order = world.create(plan(world.marker(), row(world.product("CUP"))))
    before = world.the_order(order.marker)["status"]
    mark = len(world.wire.sent)
    with pytest.raises(Refused):
        world.store.set_status(order.ref, code)
    assert world.wire.writes(mark) == []
    assert world.the_order(order.marker)["status"] == before


def test_an_unknown_order(world: World) -> None:
    order = world.create(plan(world.marker(), row(world.product("CUP"))))
    mark = len(world.wire.sent)
    with pytest.raises(Refused):
        world.store.set_status(f"{order.ref}999", world.subject.statuses[0])
    assert world.wire.writes(mark) == []


def test_staff_gives_a_status(world: World) -> None:
    world.needs("staff_status")
    order = world.create(plan(world.marker(), row(world.product("CUP"))))
    _, cursor = world.changes()
    before = world.change_of(order.ref).status
    world.staff(order, "status", status=world.subject.fresh)
    after = world.change_of(order.ref, cursor)
    assert after.status != before
    read = world.store.read_order(order.ref)
    assert read is not None
    assert read.status == after.status


def test_our_status_is_seen_as_a_change(world: World) -> None:
    world.needs("staff_status")
    order = world.create(plan(world.marker(), row(world.product("CUP"))))
    before = world.change_of(order.ref).status
    world.store.set_status(order.ref, world.subject.fresh)
    assert world.change_of(order.ref).status != before
