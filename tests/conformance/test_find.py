"""Finding an order by its marker, and never making it twice."""

from __future__ import annotations

import pytest

from tests.conformance.plans import plan, row
from tests.conformance.world import Notes, World
from tokbridge.core.errors import OutsideError


def test_only_the_order_with_exactly_this_marker(world: World) -> None:
    cup = world.product("CUP")
    marker = world.marker()
    assert world.store.find_order(marker) is None
    made = world.create(plan(marker, row(cup)))
    for absent in (marker[:-1], f"{marker}1", f"{marker}-2", marker[1:], f"%{marker[1:]}"):
        assert world.store.find_order(absent) is None, absent
    second = world.create(plan(f"{marker}-2", row(cup)))
    found = [world.store.find_order(one) for one in (marker, f"{marker}-2")]
    assert [one.ref for one in found if one] == [made.ref, second.ref]
    assert made.ref != second.ref


def test_an_order_that_is_not_there(world: World) -> None:
    cup = world.product("CUP")
    made = world.create(plan(world.marker(), row(cup)))
    assert world.store.read_order(f"{made.ref}999") is None


@pytest.mark.parametrize("same_journal", [True, False], ids=["same journal", "fresh journal"])
def test_the_same_creation_twice(world: World, same_journal: bool) -> None:
    cup = world.product("CUP")
    wanted, journal = plan(world.marker(), row(cup)), Notes()
    made = world.carry(wanted, journal)
    try:
        again = world.store.create_order(wanted, journal if same_journal else Notes())
    except OutsideError:
        again = made
    assert again.ref == made.ref
    world.the_order(wanted.marker)
    found = world.store.find_order(wanted.marker)
    assert found is not None
    assert found.ref == made.ref
