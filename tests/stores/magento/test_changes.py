"""The feed of changes: everything is told once the shop has committed it, and nothing over and over."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.stores.magento.fake import (
    NOW,
    FakeHttp,
    config_with,
    order,
    raw,
    rows,
    shipment,
    store_with,
    track,
)
from tokbridge.core.errors import Refused, Retry
from tokbridge.core.wire import Request, Response
from tokbridge.stores.magento import MagentoStore
from tokbridge.stores.magento.mapping import utc
from tokbridge.stores.nouns import Change


class Shop:
    """A small Magento that answers the two lists from rows in memory; filters as asked, pages as Magento does."""

    def __init__(self) -> None:
        self.orders: list[dict[str, Any]] = []
        self.shipments: list[dict[str, Any]] = []
        self.http = FakeHttp([])

    def send(self, request: Request) -> Response:
        self.http.requests.append(request)
        asked = self.http.asked()
        table = self.orders if self.http.path() == "orders" else self.shipments
        found = [row for row in table if all(_fits(row, *where) for where in self.http.filters())]
        keys = [
            asked[f"searchCriteria[sortOrders][{n}][field]"]
            for n in range(2)
            if f"searchCriteria[sortOrders][{n}][field]" in asked
        ]
        found.sort(key=lambda row: [row[key] for key in keys])
        size, page = int(asked["searchCriteria[pageSize]"]), int(asked["searchCriteria[currentPage]"])
        return rows(*found[(page - 1) * size : page * size], total=len(found))


def _fits(row: dict[str, Any], field: str, condition: str, value: str) -> bool:
    if condition == "notnull":
        return bool(row.get(field))
    if condition == "in":
        return str(row[field]) in value.split(",")
    assert condition == "gteq"
    return bool(row[field] >= value)


def read_all(store: MagentoStore, cursor: str) -> tuple[list[Change], str]:
    changes: list[Change] = []
    for _ in range(50):
        page = store.changes_since(cursor)
        changes += page.changes
        cursor = page.cursor
        assert len(cursor) <= 200
        if not page.more:
            return changes, cursor
    raise AssertionError("the feed does not end")


def changed(number: int, at: float, **other: Any) -> dict[str, Any]:
    return order(entity_id=number, updated_at=utc(at), created_at=utc(at), **other)


def connected(shop: Shop, clock: list[float]) -> MagentoStore:
    return MagentoStore(shop, config_with(), lambda: clock[0])


def test_everything_changed_is_told_with_its_parcels() -> None:
    shop, clock = Shop(), [NOW]
    shop.orders = [changed(n, NOW - 600 + n) for n in range(1, 251)]
    shop.orders.append(changed(900, NOW - 50, ext_order_id=None))  # the shop's own
    shop.orders.append(changed(901, NOW - 100_000))  # over a day ago
    shop.shipments = [shipment(n, track(n), order_id=n, created_at=utc(NOW - 500)) for n in (3, 4)]
    changes, _ = read_all(connected(shop, clock), "")
    assert {change.ref for change in changes} == {str(n) for n in range(1, 251)}
    assert {change.ref for change in changes if change.parcels} == {"3", "4"}


def test_a_middle_shipment_and_a_cancellation_come_next() -> None:
    shop, clock = Shop(), [NOW]
    shop.orders = [changed(1, NOW - 90_000), changed(2, NOW - 4000), changed(3, NOW - 4000, ext_order_id=None)]
    store = connected(shop, clock)
    _, cursor = read_all(store, "")
    shop.shipments = [shipment(n, order_id=n, created_at=utc(NOW + 30)) for n in (1, 3)]
    shop.orders[1] |= {"updated_at": utc(NOW + 40), "state": "canceled", "status": "canceled"}
    clock[0] = NOW + 60
    changes, _ = read_all(store, cursor)
    assert {(change.ref, change.cancelled) for change in changes} == {("1", False), ("2", True)}


def test_orders_of_one_second_are_all_read() -> None:
    shop, clock = Shop(), [NOW]
    shop.orders = [changed(n, NOW - 100) for n in range(1, 351)]
    changes, _ = read_all(connected(shop, clock), "")
    assert len({change.ref for change in changes}) == 350


def test_an_order_that_moves_while_we_read_hides_no_other() -> None:
    shop, clock = Shop(), [NOW]
    shop.orders = [changed(n, NOW - 1000 + n) for n in range(1, 151)]
    store = connected(shop, clock)
    first = store.changes_since("")
    shop.orders[0]["updated_at"] = utc(NOW)  # now the last: by page number the 101st would be passed over
    rest, _ = read_all(store, first.cursor)
    assert {change.ref for change in (*first.changes, *rest)} == {str(n) for n in range(1, 151)}


def test_what_commits_late_is_seen() -> None:
    shop, clock = Shop(), [NOW]
    shop.orders = [changed(1, NOW - 10)]
    store = connected(shop, clock)
    _, cursor = read_all(store, "")
    shop.orders.append(changed(2, NOW - 100))
    clock[0] = NOW + 60
    changes, _ = read_all(store, cursor)
    assert "2" in {change.ref for change in changes}


def test_a_quiet_shop_is_not_read_over_and_over() -> None:
    shop, clock = Shop(), [NOW]
    shop.orders = [changed(n, NOW - 300 + n) for n in range(1, 101)]
    store = connected(shop, clock)
    cursor = ""
    for minute in range(10):
        clock[0] = NOW + 60 * minute
        changes, cursor = read_all(store, cursor)
    assert [change.ref for change in changes] == ["100"]  # those of the newest second only


def test_the_shops_clock_counts_and_not_ours() -> None:
    """The shop's clock is an hour behind ours: what it writes next is not skipped."""
    shop, clock = Shop(), [NOW]
    shop.orders = [changed(1, NOW - 3600)]
    store = connected(shop, clock)
    _, cursor = read_all(store, "")
    for minute in range(30):
        clock[0] = NOW + 60 * minute
        _, cursor = read_all(store, cursor)
    shop.orders.append(changed(2, NOW - 3600 + 1800))
    changes, _ = read_all(store, cursor)
    assert "2" in {change.ref for change in changes}


def test_a_cursor_that_is_none() -> None:
    for text in ("x", "[]", '["orders", 1]', json.dumps({"a": 1})):
        with pytest.raises(Refused, match="not a cursor"):
            store_with()[0].changes_since(text)


def test_the_shop_does_not_answer() -> None:
    store, _ = store_with(raw(503, b"<html>"))
    with pytest.raises(Retry):
        store.changes_since("")
