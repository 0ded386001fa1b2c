"""A second store order for a TikTok order whose first one is cancelled: told apart by mark and number, never mixed up."""

from __future__ import annotations

from tests.conformance.plans import plan, row
from tests.conformance.test_cancel import cancelled
from tests.conformance.world import World


def test_both_are_found_by_their_own_marks(world: World) -> None:
    world.needs("cancel_order")
    (cup,) = world.products({"sku": "CUP", "stock": 10})
    marker = world.marker()
    first = world.create(plan(marker, row(cup, 1000, 2)))
    cancelled(world, first)
    again = f"{marker}-2"
    assert world.store.find_order(again) is None
    second = world.create(plan(again, row(cup, 1000, 2)))
    assert second.ref != first.ref
    assert second.number != first.number
    assert second.total == first.total
    old, new = world.store.find_order(marker), world.store.find_order(again)
    assert old is not None and new is not None
    assert (old.ref, old.cancelled, new.ref, new.cancelled) == (first.ref, True, second.ref, False)
    assert (old.marker, new.marker) == (marker, again)
    changes = {change.ref: change for change in (world.change_of(first.ref), world.change_of(second.ref))}
    assert {ref: change.marker for ref, change in changes.items()} == {first.ref: marker, second.ref: again}
