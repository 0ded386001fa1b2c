"""PrestaShop's rows -> the contract's orders and parcels (reference prestashop-webservice.md 6, 7). Pure but for the
look-ups of names."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal

from tokbridge.core import money
from tokbridge.stores.nouns import Base, Parcel, ParcelItem, StoreLine, StoreOrder
from tokbridge.stores.prestashop import record as records
from tokbridge.stores.prestashop.mapping import marker_of
from tokbridge.stores.prestashop.pricing import decimal_of, minor_of
from tokbridge.stores.prestashop.shopfacts import ShopFacts
from tokbridge.stores.prestashop.transport import Row


def order_rows(order: Row) -> list[Row]:
    associations = order.get("associations")
    rows = associations.get("order_rows") if isinstance(associations, dict) else None
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def variant_ref(row: Row) -> str:
    return f"{row.get('product_id') or '0'}-{row.get('product_attribute_id') or '0'}"


def has_note(order: Row) -> bool:
    return "note" in order  # from 1.7.8


def note_lines(order: Row) -> list[str]:
    return str(order.get("note") or "").splitlines()


def store_order(order: Row, record: records.Record | None, facts: ShopFacts) -> StoreOrder:
    """An orders row asked with display=full. `number` is the shop's reference, shown in its back office."""
    currency = facts.currency_code(order.get("id_currency"))
    state = str(order.get("current_state") or "0")
    units = record.units if record else {}
    rows = order_rows(order)
    return StoreOrder(
        ref=str(order["id"]),
        number=str(order.get("reference") or order["id"]),
        marker=marker_of(order.get("gift_message")),
        currency=currency,
        total=minor_of(order.get("total_paid"), currency),
        cancelled=facts.cancelled(state),
        status=facts.status(state),
        lines=tuple(_line(row, units.get(variant_ref(row), ())) for row in rows),
        updated_at=moment(order.get("date_upd"), facts),
        unlinked=tuple(str(row.get("product_reference") or row["id"]) for row in rows if not _linked(row)),
        base=_base(minor_of(order.get("total_paid"), currency), currency, order.get("conversion_rate"), facts),
    )


def _base(total: int, currency: str, told: object, facts: ShopFacts) -> Base | None:
    """The shop keeps the rate with the order, as order currency per default currency, and no amount (reference 5.5):
    the total divided by it, rounded once."""
    default = facts.default_currency
    if currency == default:
        return Base(total, currency, "1")
    rate = money.rate(told)
    if not rate or not money.known(default):
        return None
    exact = (decimal_of(total, currency) / Decimal(rate)).scaleb(money.exponent(default))
    return Base(int(exact.quantize(Decimal(1), rounding=ROUND_HALF_UP)), default, rate)


def _line(row: Row, units: Sequence[str]) -> StoreLine:
    """A row of ours keeps only what is left of it; what was ordered is known from its TikTok units."""
    left = int(row.get("product_quantity") or 0)
    return StoreLine(
        ref=str(row["id"]),
        sku=str(row.get("product_reference") or ""),
        variant=variant_ref(row),
        quantity=max(left, len(units)),
        current_quantity=left,
        line_ids=tuple(units),
    )


def _linked(row: Row) -> bool:
    return str(row.get("product_id") or "0") != "0"


def moment(text: object, facts: ShopFacts) -> float:
    """The shop's local time in Unix seconds; 0 for none."""
    try:
        return datetime.fromisoformat(str(text)).replace(tzinfo=facts.zone).timestamp()
    except (ValueError, OverflowError, OSError):
        return 0.0


def local(seconds: float, facts: ShopFacts) -> str:
    return datetime.fromtimestamp(seconds, facts.zone).strftime("%Y-%m-%d %H:%M:%S")


def parcels(order: Row, rows: Sequence[Row], facts: ShopFacts) -> list[Parcel]:
    """One parcel per order_carriers row with a number; one without a number when the order's state says shipped. What is
    in it cannot be said in PrestaShop: the first holds everything, further ones nothing (reference 7).

    An order that was prepared or shipped and is not now gives its row without number as cancelled.
    """
    ref = str(order["id"])
    state = str(order.get("current_state") or "0")
    shipped = facts.shipped(state)
    was = str(order.get("delivery_number") or "0") != "0"
    own = sorted((row for row in rows if str(row.get("id_order")) == ref), key=lambda row: int(row["id"]))
    numbered = [row for row in own if str(row.get("tracking_number") or "").strip()]
    shown = numbered or ((own[:1] or [{"id": f"order-{ref}"}]) if shipped or was else [])
    items = tuple(
        ParcelItem(str(row["id"]), str(row.get("product_reference") or ""), int(row.get("product_quantity") or 0))
        for row in order_rows(order)
    )
    return [parcel(order, row, items if place == 0 else (), facts, living=shipped) for place, row in enumerate(shown)]


def parcel(order: Row, row: Row, items: Sequence[ParcelItem], facts: ShopFacts, *, living: bool) -> Parcel:
    number = str(row.get("tracking_number") or "").strip()
    carrier = row.get("id_carrier") or order.get("id_carrier")
    return Parcel(
        ref=str(row["id"]),
        order_ref=str(order["id"]),
        carrier=facts.carriers.name(carrier),
        number=number,
        url=facts.carriers.tracking_url(carrier, number),
        items=tuple(items),
        cancelled=not number and not living,
        updated_at=moment(order.get("date_upd"), facts),
    )
