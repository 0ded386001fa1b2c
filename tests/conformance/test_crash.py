"""A creation that breaks at any of its calls is begun again as sync begins it, and ends as exactly one right order."""

from __future__ import annotations

import pytest

from tests.conformance.plans import plan, row
from tests.conformance.world import Notes, World, minor

MOST = 60  # calls of one creation, far more than any platform needs


@pytest.mark.parametrize("kind", ["drop_before", "drop_after"])
def test_broken_at_every_call(world: World, kind: str) -> None:
    cup, hat = world.products({"sku": "CUP", "stock": 5000}, {"sku": "HAT", "stock": 5000})
    struck = 0
    for n in range(MOST):
        wanted = plan(world.marker(), row(cup, 1999, 2), row(hat, 350, 1), shipping=499, fees=(27,))
        world.fault(kind=kind, skip=n, times=1)
        made = world.carry(wanted, Notes())
        hit = world.peace()
        booked = world.the_order(wanted.marker)
        assert (made.ref, made.total) == (booked["ref"], wanted.total), f"broken at call {n}"
        assert minor(booked["total"], wanted.currency) == wanted.total, f"broken at call {n}"
        if not hit:
            break
        struck += 1
    else:
        raise AssertionError(f"a creation of more than {MOST} calls")
    assert struck >= 2
    world.remedy()
    assert world.stock_of("CUP")["available"] == 5000 - 2 * (struck + 1)
    assert world.stock_of("HAT")["available"] == 5000 - (struck + 1)


@pytest.mark.parametrize("kind", ["drop_before", "drop_after"])
def test_broken_twice_in_a_row(world: World, kind: str) -> None:
    cup = world.product("CUP", stock=5000)
    learnt = plan(world.marker(), row(cup))
    first = world.writes_at(lambda: world.carry(learnt, Notes()))[0]
    for skip in range(first + 2):
        wanted = plan(world.marker(), row(cup, 1234, 3), shipping=5)
        world.fault(kind=kind, skip=skip, times=2)
        made = world.carry(wanted, Notes())
        world.peace()
        booked = world.the_order(wanted.marker)
        assert (made.ref, made.total) == (booked["ref"], wanted.total)
        assert minor(booked["total"], wanted.currency) == wanted.total
