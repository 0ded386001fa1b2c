"""The columns of orders and units that TikTok owns, and how its record fills them. Every other column of an order belongs
to whoever holds its lease, and is not written again once the order is there."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any

from tokbridge.core.books import books
from tokbridge.core.identities import DoesNotAddUp
from tokbridge.core.order import Order as Neutral
from tokbridge.core.status import Status
from tokbridge.records.direct import Upsert
from tokbridge.records.models import Account, Document, Line, Order
from tokbridge.sync.news import Record

_OWNED = (
    "status",
    "placed_at",
    "paid_at",
    "update_time",
    "ship_by",
    "currency",
    "buyer_total",
    "seller_total",
    "fulfilment_type",
    "logistic_mode",
    "kind",
    "customer",
    "buyer_id",
    "warehouse_id",
    "delivery_option",
    "units",
    "is_cod",
    "on_hold_shop",
    "buyer_requests_cancel",
    "cancel_reason",
    "cancel_initiator",
    "address_digest",
    "updated_at",
    "read_at",
    "due_at",
    "ready_at",
    "unreadable",
)
_LINE_OWNED = (
    "seller_sku",
    "product_name",
    "sku_name",
    "image",
    "sale_price",
    "cancelled",
    "package_id",
    "tracking_number",
    "provider_name",
)
ORDERS = Upsert(Order, unique=("account_id", "tiktok_id"), update=_OWNED)
DOCUMENTS = Upsert(Document, unique=("order_id",), update=("raw",))
LINES = Upsert(Line, unique=("order_id", "tiktok_id"), update=_LINE_OWNED)

LONGEST_ADDRESS = 500  # of a picture; a part of an address leads nowhere
_BEFORE_READY = frozenset({Status.UNPAID, Status.ON_HOLD, Status.CANCELLED})

Columns = dict[str, Any]


def order_columns(account: Account, item: Record, old: Order | None, read_at: float, now: float) -> Columns:
    """The row of an order, by column. `imported_at` counts only if it is not there yet."""
    order = item.order
    row: Columns = {
        "account_id": account.pk,
        "tiktok_id": item.id,
        "imported_at": now,
        "updated_at": now,
        "read_at": read_at,
        "due_at": now,
    }
    if order is None:
        return {**row, "unreadable": item.words[:200]}
    ready_at = old.ready_at if old is not None else None
    if ready_at is None and order.status not in _BEFORE_READY:
        ready_at = now  # where the shop has no on-hold, the end of our own wait counts
    return row | {
        "status": order.status.value,
        "placed_at": order.create_time,
        "paid_at": order.paid_time,
        "update_time": order.update_time,
        "ship_by": order.ship_by,
        "currency": order.currency,
        "buyer_total": order.payment.total_amount,
        "seller_total": _seller_total(order),
        "fulfilment_type": order.fulfilment_type.value,
        "logistic_mode": order.logistic_mode.value,
        "kind": order.kind.value,
        "customer": (order.recipient.name if order.recipient else "") or order.buyer_nickname,
        "buyer_id": order.buyer_id,
        "warehouse_id": order.warehouse_id,
        "delivery_option": order.delivery_option_name,
        "units": len(order.lines),
        "is_cod": order.is_cod,
        "on_hold_shop": order.on_hold_shop,
        "buyer_requests_cancel": order.buyer_requests_cancel,
        "cancel_reason": order.cancel_reason[:300],
        "cancel_initiator": order.cancel_initiator,
        "address_digest": address_digest(order),
        "ready_at": ready_at,
    }


def line_columns(order_id: int, order: Neutral) -> Iterable[Columns]:
    """The rows of an order's units, in TikTok's order."""
    for position, line in enumerate(order.lines):
        yield {
            "order_id": order_id,
            "tiktok_id": line.id,
            "position": position,
            "product_id": line.product_id,
            "sku_id": line.sku_id,
            "seller_sku": line.seller_sku[:120],
            "product_name": line.product_name[:500],
            "sku_name": line.sku_name[:300],
            "image": line.image if len(line.image) <= LONGEST_ADDRESS else "",
            "sale_price": line.sale_price,
            "is_gift": line.is_gift,
            "cancelled": line.cancelled,
            "package_id": line.package_id,
            "tracking_number": line.tracking_number[:60],
            "provider_name": line.provider_name[:120],
        }


def address_digest(order: Neutral) -> str:
    """Changes when the buyer's address changes; "" while TikTok hides it."""
    if order.recipient is None or order.recipient.masked:
        return ""
    return hashlib.sha256(repr(order.recipient).encode()).hexdigest()[:32]


def _seller_total(order: Neutral) -> int | None:
    try:
        return books(order).seller_view
    except DoesNotAddUp:
        return None
