"""A store order that staff deleted: reading finds nothing, and a write says so by the one error that people can act on."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.conformance.plans import ADDRESS
from tests.conformance.world import World
from tokbridge.core.errors import OrderGone
from tokbridge.stores.base import Store
from tokbridge.stores.nouns import ParcelItem

WRITES: dict[str, Callable[[Store, str, str], object]] = {
    "cancel_order": lambda store, ref, _code: store.cancel_order(ref, "Buyer changed mind", True),
    "cancel_lines": lambda store, ref, _code: store.cancel_lines(ref, [ParcelItem("1", "CUP", 1)], True, "key"),
    "add_parcel": lambda store, ref, _code: store.add_parcel(ref, "UPS", "1Z999", [ParcelItem("1", "CUP", 1)]),
    "update_address": lambda store, ref, _code: store.update_address(ref, ADDRESS),
    "set_status": lambda store, ref, code: store.set_status(ref, code),
}


def unknown(world: World) -> str:
    """What an order of this platform could be called, and none is."""
    return "gid://shopify/Order/987654321" if world.subject.name == "shopify" else "987654321"


@pytest.mark.parametrize("verb", sorted(WRITES))
def test_a_write_to_it_says_that_it_is_gone(world: World, verb: str) -> None:
    if verb in {"cancel_order", "cancel_lines", "update_address"}:
        world.needs(verb)
    with pytest.raises(OrderGone) as refused:
        WRITES[verb](world.store, unknown(world), world.subject.statuses[0])
    assert refused.value.code == "store_order_gone"
    assert refused.value.words


def test_reading_it_finds_nothing(world: World) -> None:
    assert world.store.read_order(unknown(world)) is None
    assert list(world.store.parcels_of([unknown(world)])) == []
