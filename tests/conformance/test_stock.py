"""Stock: read and set, absolutely."""

from __future__ import annotations

import pytest

from tests.conformance.plans import plan, row
from tests.conformance.world import World
from tokbridge.core.errors import Refused


def test_figures(world: World) -> None:
    cup, hat = world.products({"sku": "CUP", "stock": 12}, {"sku": "HAT", "stock": 0})
    found = world.store.stock([cup.ref, hat.ref])
    assert {ref: (one.variant, one.sku, one.available, one.on_hand) for ref, one in found.items()} == {
        cup.ref: (cup.ref, "CUP", 12, 12),
        hat.ref: (hat.ref, "HAT", 0, 0),
    }


def test_as_in_the_book_after_an_order(world: World) -> None:
    cup = world.product("CUP", stock=12)
    world.create(plan(world.marker(), row(cup, 1000, 5)))
    world.remedy()
    found, booked = world.store.stock([cup.ref])[cup.ref], world.stock_of("CUP")
    assert (found.available, found.on_hand) == (booked["available"], booked["on_hand"])
    assert found.available == 7


def test_unknown_variants_are_absent(world: World) -> None:
    cup = world.product("CUP")
    assert set(world.store.stock([f"{cup.ref}999", cup.ref])) == {cup.ref}
    assert world.store.stock([]) == {}


def test_sixty_at_once(world: World) -> None:
    variants = world.products(*({"sku": f"CUP-{n:03d}", "stock": n} for n in range(60)))
    found = world.store.stock([one.ref for one in variants])
    assert [found[one.ref].available for one in variants] == list(range(60))


@pytest.mark.parametrize("units", [0, 3, 40])
def test_set(world: World, units: int) -> None:
    cup = world.product("CUP", stock=12)
    world.product("HAT", stock=5)
    for _ in range(2):
        world.store.set_stock(cup.ref, units)
        assert world.store.stock([cup.ref])[cup.ref].on_hand == units
        assert world.stock_of("CUP")["on_hand"] == units
    assert world.stock_of("HAT")["on_hand"] == 5


def test_set_beside_reserved_units(world: World) -> None:
    """`on_hand` counts the reserved ones where the platform keeps both figures."""
    world.needs("two_stock_figures")
    cup = world.product("CUP", stock=12)
    world.create(plan(world.marker(), row(cup, 1000, 5)))
    world.remedy()
    world.store.set_stock(cup.ref, 20)
    found = world.store.stock([cup.ref])[cup.ref]
    assert (found.available, found.on_hand) == (15, 20)


def test_what_cannot_be_set(world: World) -> None:
    cup = world.product("CUP", stock=12)
    mark = len(world.wire.sent)
    with pytest.raises(Refused):
        world.store.set_stock(f"{cup.ref}999", 3)
    with pytest.raises(Refused):
        world.store.set_stock(cup.ref, -1)
    assert world.wire.writes(mark) == []
    assert world.stock_of("CUP")["on_hand"] == 12
