"""Orders: list, detail, and the store's own number written back (reference tiktok-shop-api.md 3.1-3.3, 3.9).

Orders come as TikTok's raw objects: they are stored as they are, and `mapping.to_order` reads them one by one, so
that one unreadable order never hides the others of its page.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tokbridge.core.errors import OutsideError
from tokbridge.tiktok import reading
from tokbridge.tiktok.errors import Unreadable, part_faults
from tokbridge.tiktok.reading import Count, Many, Shape, Text
from tokbridge.tiktok.shop import Shop, checked
from tokbridge.tiktok.transport import Client

READ_LIMIT = 50
REFERENCE_LIMIT = 100

Reference = tuple[str, str, str, Sequence[tuple[str, str]]]


@dataclass(frozen=True, slots=True)
class OrderPage:
    """One page of raw orders, oldest change first. `next_page_token` is "" on the last page; it is opaque and
    belongs to the same search. An order may carry an update_time after `update_to`: data moves while one pages."""

    orders: tuple[dict[str, Any], ...]
    total_count: int
    next_page_token: str
    server_time: float | None


@dataclass(frozen=True, slots=True)
class ReadOrders:
    """Raw orders as asked by id; an id that TikTok did not return is simply not there."""

    orders: tuple[dict[str, Any], ...]
    server_time: float | None


class _Page(Shape):
    orders: Many[dict[str, Any]] = ()
    total_count: Count = 0
    next_page_token: Text = ""


def search(
    client: Client,
    shop: Shop,
    *,
    update_from: int,
    update_to: int | None = None,
    page_token: str = "",
    page_size: int = 100,
) -> OrderPage:
    """Orders changed in [update_from, update_to), Unix seconds of TikTok's clock; without an end: until now."""
    span = _span("update_time", update_from, update_to)
    return _search(client, shop, "update_time", span, page_token=page_token, page_size=page_size)


def search_created(
    client: Client,
    shop: Shop,
    *,
    create_from: int,
    create_to: int | None = None,
    page_token: str = "",
    page_size: int = 100,
) -> OrderPage:
    """Orders placed in [create_from, create_to), oldest first."""
    span = _span("create_time", create_from, create_to)
    return _search(client, shop, "create_time", span, page_token=page_token, page_size=page_size)


def _span(field: str, start: int, end: int | None) -> dict[str, int]:
    span = {f"{field}_ge": start}
    if end is not None:
        span[f"{field}_lt"] = end
    return span


def _search(
    client: Client, shop: Shop, field: str, span: dict[str, int], *, page_token: str, page_size: int
) -> OrderPage:
    query = {"page_size": str(page_size), "sort_field": field, "sort_order": "ASC"}
    if page_token:
        query["page_token"] = page_token
    answer = client.call(
        "orders.search", "POST", "/order/202309/orders/search", query=query, body=span, cipher=shop.cipher
    )
    page = reading.read(_Page, answer.data)
    if page.orders and "total_count" not in page.model_fields_set:
        raise Unreadable("total_count", "missing beside orders")
    return OrderPage(page.orders, page.total_count, page.next_page_token, answer.server_time)


def read(client: Client, shop: Shop, ids: Sequence[str]) -> ReadOrders:
    """At most 50 orders by id, with the fields that only the detail has."""
    if not 0 < len(ids) <= READ_LIMIT:
        raise ValueError(f"between 1 and {READ_LIMIT} ids")
    query = {"ids": ",".join(checked(order_id) for order_id in ids)}
    answer = client.call("orders.read", "GET", "/order/202507/orders", query=query, cipher=shop.cipher)
    return ReadOrders(reading.read(_Page, answer.data).orders, answer.server_time)


def add_references(client: Client, shop: Shop, references: Sequence[Reference]) -> dict[str, OutsideError]:
    """Tell TikTok the store's numbers: (order id, store number, platform, [(line id, store's line id)]), at most 100.

    `platform` is one of TikTok's words (SHOPIFY, MAGENTO …; there is none for PrestaShop: ORDER_MANAGEMENT_SYSTEM).
    The same order and platform again replaces the number. Returns the refused orders; all others are written.
    """
    if not 0 < len(references) <= REFERENCE_LIMIT:
        raise ValueError(f"between 1 and {REFERENCE_LIMIT} references")
    body = {
        "orders": [
            {
                "id": order_id,
                "external_order": {
                    "id": external_id,
                    "platform": platform,
                    "line_items": [{"id": line_id, "origin_id": origin_id} for line_id, origin_id in lines],
                },
            }
            for order_id, external_id, platform, lines in references
        ]
    }
    path = "/order/202406/orders/external_orders"
    answer = client.call("orders.references", "POST", path, body=body, cipher=shop.cipher, write=True)
    return part_faults(answer.data, "order_id")
