"""The feed of changes: nothing is lost over pages, whatever happens between them."""

from __future__ import annotations

from tests.conformance.plans import plan, row
from tests.conformance.world import World
from tokbridge.stores.nouns import StoreOrder

LONGEST_CURSOR = 200


def many(world: World, count: int) -> list[StoreOrder]:
    cup = world.product("CUP", stock=10_000)
    return [world.create(plan(world.marker(), row(cup, 1000, 1))) for _ in range(count)]


def test_nothing_at_first(world: World) -> None:
    changes, cursor = world.changes()
    assert changes == []
    assert cursor
    assert world.changes(cursor)[0] == []


def test_a_new_order_is_a_change(world: World) -> None:
    _, cursor = world.changes()
    (order,) = many(world, 1)
    (change,) = {change.ref: change for change in world.changes(cursor)[0]}.values()
    assert (change.ref, change.marker, change.cancelled) == (order.ref, order.marker, False)
    read = world.store.read_order(order.ref)
    assert read is not None
    assert change.status == read.status
    assert change.updated_at > 0


def test_nothing_is_lost_over_pages(world: World) -> None:
    orders = _enough(world)
    seen: dict[str, bool] = {}
    cursor, pages = "", 0
    while True:
        page = world.store.changes_since(cursor)
        seen |= {change.ref: change.cancelled for change in page.changes}
        cursor, pages = page.cursor, pages + 1
        assert len(cursor) <= LONGEST_CURSOR
        if pages == 1:
            # Between two pages an order of the first one and one of the second change their place.
            for order in (orders[0], orders[-1]):
                world.staff(order, "cancel", reason="OTHER", restock=False)
        if not page.more:
            break
        assert pages < world.subject.page
    assert pages > 1
    late, cursor = world.changes(cursor)
    seen |= {change.ref: change.cancelled for change in late}
    assert set(seen) == {order.ref for order in orders}
    assert {ref for ref, cancelled in seen.items() if cancelled} == {orders[0].ref, orders[-1].ref}


def _enough(world: World) -> list[StoreOrder]:
    """Orders whose changes need more than one page."""
    bustle = world.subject.bustle
    orders = many(world, (world.subject.page + 3) // (bustle + 1) + 1 if bustle else world.subject.page + 3)
    for order in orders:
        for turn in range(bustle):
            world.staff(order, "status", status=world.subject.statuses[turn % 2])
    return orders


def test_the_same_cursor_again(world: World) -> None:
    """Overlap is allowed, loss is not: a cursor that was kept gives everything since, however often."""
    orders = many(world, 3)
    _, cursor = world.changes()
    for order in orders:
        world.staff(order, "cancel", reason="OTHER", restock=False)
    for _ in range(2):
        found = {change.ref for change in world.changes(cursor)[0] if change.cancelled}
        assert found == {order.ref for order in orders}


def test_orders_of_others_are_not_ours(world: World) -> None:
    """Whatever the feed shows has one of our markers, or none that could be mistaken for one."""
    orders = many(world, 2)
    assert {change.marker for change in world.changes()[0]} == {order.marker for order in orders}
