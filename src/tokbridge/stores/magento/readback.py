"""Magento's orders and shipments -> the contract's. Pure.

Null fields are simply absent in Magento's answers (reference magento-rest.md 1): everything is read as optional.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

from tokbridge.core import money
from tokbridge.core.errors import Retry
from tokbridge.core.saying import say
from tokbridge.stores.magento.carriers import shown
from tokbridge.stores.magento.mapping import LINE_IDS, UNPAID
from tokbridge.stores.nouns import Base, Change, Parcel, ParcelItem, StoreLine, StoreOrder

Node = Mapping[str, Any]

# What a list of orders needs to tell; reading one order whole needs no such list.
CHANGE_FIELDS = (
    "items[entity_id,increment_id,ext_order_id,state,status,updated_at,created_at,"
    "items[item_id,parent_item_id,qty_ordered,qty_canceled,qty_shipped,qty_refunded]],total_count"
)


@dataclass(frozen=True, slots=True)
class Row:
    """A row of an order with its counters, in units."""

    ref: str
    sku: str
    virtual: bool
    ordered: int
    canceled: int
    invoiced: int
    shipped: int
    refunded: int

    @property
    def live(self) -> int:
        return max(0, self.ordered - self.canceled - self.refunded)

    @property
    def to_invoice(self) -> int:
        return max(0, self.ordered - self.canceled - self.invoiced)

    @property
    def to_ship(self) -> int:
        """A refund may have been of shipped units or of others; Magento itself does not say which."""
        return 0 if self.virtual else max(0, self.ordered - self.canceled - max(self.shipped, self.refunded))


def rows_of(order: Node) -> list[Row]:
    """Rows that can be shipped and invoiced; children of a configurable parent (staff may add such) are left out,
    Magento counts on the parent."""
    return [_row(item) for item in order.get("items") or () if not item.get("parent_item_id")]


def store_order(order: Node) -> StoreOrder:
    """The total is the current one: less what was cancelled and refunded after creation."""
    currency = _text(order, "order_currency_code")
    return StoreOrder(
        ref=_text(order, "entity_id"),
        number=_text(order, "increment_id"),
        marker=str(order.get("ext_order_id") or ""),
        currency=currency,
        total=_left(order, "", currency),
        cancelled=cancelled(order),
        status=status_of(order),
        lines=tuple(_store_line(item) for item in order.get("items") or () if not item.get("parent_item_id")),
        updated_at=moment(order.get("updated_at")),
        base=_base(order),
    )


def _base(order: Node) -> Base | None:
    """Every amount stands beside its `base_` twin; the rate is order currency per base (reference 7)."""
    currency = str(order.get("base_currency_code") or "")
    if order.get("base_grand_total") is None or not money.known(currency):
        return None
    return Base(_left(order, "base_", currency), currency, money.rate(order.get("base_to_order_rate")))


def _left(order: Node, kind: str, currency: str) -> int:
    gone = ("total_canceled", "total_refunded")
    total = minor(order.get(f"{kind}grand_total"), currency)
    return total - sum(minor(order.get(f"{kind}{name}"), currency) for name in gone)


def cancelled(order: Node) -> bool:
    """Cancelled, or taken off whole before anything was shipped: an invoiced order can only be refunded, which closes
    it (reference 8). A shipped order that is refunded is a return, not a cancellation."""
    if state_of(order) == "canceled":
        return True
    rows = rows_of(order)
    untouched = bool(rows) and all(row.shipped == 0 for row in rows)
    return untouched and (state_of(order) == "closed" or all(row.ordered and not row.live for row in rows))


def change(order: Node, parcels: Sequence[Parcel]) -> Change:
    return Change(
        ref=_text(order, "entity_id"),
        marker=str(order.get("ext_order_id") or ""),
        status=status_of(order),
        cancelled=cancelled(order),
        cancel_reason="",  # Magento keeps none
        parcels=tuple(parcels),
        updated_at=moment(order.get("updated_at")),
    )


def state_of(order: Node) -> str:
    return str(order.get("state") or "")


def status_of(order: Node) -> str:
    return str(order.get("status") or "")


def unpaid(order: Node) -> bool:
    """Whether we created it as not paid yet (cash on delivery)."""
    return UNPAID in ((order.get("payment") or {}).get("additional_information") or ())


def comments_of(order: Node) -> list[str]:
    """Oldest first; Magento lists the newest first."""
    rows = [row for row in order.get("status_histories") or () if isinstance(row, dict)]
    return [str(row.get("comment") or "") for row in sorted(rows, key=lambda row: int(row.get("entity_id") or 0))]


def shipment_parcels(shipment: Node) -> list[Parcel]:
    """One parcel per track, all with the shipment's items: Magento doesn't say which box holds what. The first keeps
    the shipment's own id as its reference, so that a number given late, or given anew, belongs to the same parcel."""
    ref = _text(shipment, "entity_id")
    tracks = sorted(
        (track for track in shipment.get("tracks") or () if isinstance(track, dict)),
        key=lambda track: int(track.get("entity_id") or 0),
    )
    items = tuple(_parcel_item(item) for item in shipment.get("items") or ())
    return [
        Parcel(
            ref=ref if position == 1 else f"{ref}#{position}",
            order_ref=_text(shipment, "order_id"),
            carrier=shown(str(track.get("carrier_code") or ""), str(track.get("title") or "")),
            number=str(track.get("track_number") or ""),
            url="",
            items=items,
            cancelled=False,  # Magento can't cancel a shipment
            updated_at=max(moment(shipment.get("updated_at")), moment(track.get("updated_at"))),
        )
        for position, track in enumerate(tracks or [{}], start=1)
    ]


def moment(text: object) -> float:
    """ "2026-11-22 00:13:02", UTC, as Unix seconds; 0.0 for an absent one."""
    if not text:
        return 0.0
    try:
        return datetime.fromisoformat(str(text)).replace(tzinfo=UTC).timestamp()
    except ValueError as error:
        raise Retry("not a time", say("Magento answered {text} for a time", text=repr(str(text)[:40]))) from error


def minor(value: object, currency: str) -> int:
    """A JSON number with up to four decimals in minor units; absent is 0."""
    if value is None:
        return 0
    try:
        scaled = Decimal(str(value)).scaleb(money.exponent(currency))
        return int(scaled.to_integral_value(ROUND_HALF_UP))
    except (InvalidOperation, ValueError) as error:
        told = f"{str(value)[:40]!r} {currency[:8]}"
        raise Retry("not an amount", say("Magento answered {text} for an amount", text=told)) from error


def line_ids(item: Node) -> tuple[str, ...]:
    """The TikTok units that a row was created for."""
    longer = str(item.get("additional_data") or "")
    joined = longer.removeprefix(LINE_IDS) if longer.startswith(LINE_IDS) else str(item.get("ext_order_item_id") or "")
    return tuple(part for part in joined.split(",") if part)


def _row(item: Node) -> Row:
    return Row(
        ref=_text(item, "item_id"),
        sku=str(item.get("sku") or ""),
        virtual=bool(item.get("is_virtual")) or item.get("product_type") in {"virtual", "downloadable"},
        ordered=_units(item, "qty_ordered"),
        canceled=_units(item, "qty_canceled"),
        invoiced=_units(item, "qty_invoiced"),
        shipped=_units(item, "qty_shipped"),
        refunded=_units(item, "qty_refunded"),
    )


def _store_line(item: Node) -> StoreLine:
    row = _row(item)
    product = item.get("product_id")
    return StoreLine(
        ref=row.ref,
        sku=row.sku,
        variant=f"{product}:{row.sku}" if product else "",
        quantity=row.ordered,
        current_quantity=row.live,
        line_ids=line_ids(item),
    )


def _parcel_item(item: Node) -> ParcelItem:
    """Which of the equal units of a row are inside nobody knows."""
    return ParcelItem(_text(item, "order_item_id"), str(item.get("sku") or ""), _units(item, "qty"))


def _units(item: Node, name: str) -> int:
    """Quantities are JSON numbers, 2 or 2.0."""
    value = item.get(name)
    try:
        return int(Decimal(str(value))) if value is not None else 0
    except InvalidOperation as error:
        words = say("Magento answered {text} for {name}", text=repr(str(value)[:40]), name=name)
        raise Retry("not a quantity", words) from error


def _text(node: Node, name: str) -> str:
    """A field without which the answer is of no use."""
    value = node.get(name)
    if value in (None, ""):
        raise Retry("field missing", say("Magento's answer lacks {name}", name=name))
    return str(value)


def parcels_by_order(shipments: Iterable[Node]) -> dict[str, list[Parcel]]:
    found: dict[str, list[Parcel]] = {}
    for shipment in shipments:
        for parcel in shipment_parcels(shipment):
            found.setdefault(parcel.order_ref, []).append(parcel)
    return found
