"""Shopify's answers -> the contract's orders, parcels and changes. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from tokbridge.core import money
from tokbridge.stores.nouns import Base, Change, Parcel, ParcelItem, StoreLine, StoreOrder
from tokbridge.stores.shopify.mapping import LINE_IDS, PLACEHOLDER

Node = Mapping[str, Any]


def store_order(node: Node, shop_currency: str) -> StoreOrder:
    """An Order node of documents.ORDER. The total is the current one: less what was taken off after creation.

    We write orders in TikTok's currency as shop money. Where that is the shop's own currency the total is the base
    total too; for an order in another one Shopify tells no amount in the shop's. `shop_currency`: "" = not known yet.
    """
    told = node["currentTotalPriceSet"]["shopMoney"]
    currency = told["currencyCode"]
    total = money.parse(told["amount"], currency)
    rows = node["lineItems"]["nodes"]
    return StoreOrder(
        ref=node["id"],
        number=node["name"],
        marker=node.get("sourceIdentifier") or "",
        currency=currency,
        total=total,
        cancelled=node.get("cancelledAt") is not None,
        status=status_words(node),
        lines=tuple(_store_line(row) for row in rows),
        updated_at=moment(node.get("updatedAt")),
        unlinked=tuple(_name_of(row) for row in rows if _lost_variant(row)),
        base=Base(total, currency, "1") if currency == shop_currency else None,
    )


def status_words(node: Node) -> str:
    """ "PAID / UNFULFILLED"; the financial status may be null (reference 2.2)."""
    words = (node.get("displayFinancialStatus"), node.get("displayFulfillmentStatus"))
    return " / ".join(word for word in words if word)


def change(node: Node) -> Change:
    return Change(
        ref=node["id"],
        marker=node.get("sourceIdentifier") or "",
        status=status_words(node),
        cancelled=node.get("cancelledAt") is not None,
        cancel_reason=node.get("cancelReason") or "",
        parcels=tuple(parcels(node)),
        updated_at=moment(node.get("updatedAt")),
    )


def parcels(order: Node) -> list[Parcel]:
    """Every fulfilment of an order node that succeeded or was cancelled; ERROR and FAILURE never left the house."""
    found: list[Parcel] = []
    for fulfilment in order.get("fulfillments") or ():
        found.extend(fulfilment_parcels(order["id"], fulfilment))
    return found


def fulfilment_parcels(order_ref: str, fulfilment: Node) -> list[Parcel]:
    """One parcel per tracking entry, all with the fulfilment's items: Shopify doesn't say which box holds what."""
    status = fulfilment["status"]
    if status not in {"SUCCESS", "CANCELLED"}:
        return []
    entries = fulfilment.get("trackingInfo") or [{}]
    items = tuple(_parcel_item(item) for item in fulfilment["fulfillmentLineItems"]["nodes"])
    return [
        Parcel(
            ref=fulfilment["id"] if len(entries) == 1 else f"{fulfilment['id']}#{position}",
            order_ref=order_ref,
            carrier=entry.get("company") or "",
            number=entry.get("number") or "",
            url=entry.get("url") or "",
            items=items,
            cancelled=status == "CANCELLED",
            updated_at=moment(fulfilment.get("updatedAt")),
        )
        for position, entry in enumerate(entries, start=1)
    ]


def moment(text: str | None) -> float:
    """A DateTime as Unix seconds; 0.0 for null."""
    return datetime.fromisoformat(text).timestamp() if text else 0.0


def _store_line(row: Node) -> StoreLine:
    variant = row.get("variant") or {}
    return StoreLine(
        ref=row["id"],
        sku=row.get("sku") or "",
        variant=variant.get("id") or "",
        quantity=row["quantity"],
        current_quantity=row["currentQuantity"],
        line_ids=_line_ids(row),
    )


def _parcel_item(item: Node) -> ParcelItem:
    """The TikTok units are known when the whole row is inside; of a part nobody knows which of the equal units."""
    row, quantity = item["lineItem"], item.get("quantity") or 0
    line_ids = _line_ids(row)
    return ParcelItem(
        line_ref=row["id"],
        sku=row.get("sku") or "",
        quantity=quantity,
        line_ids=line_ids if quantity == row["quantity"] == len(line_ids) else (),
    )


def _line_ids(row: Node) -> tuple[str, ...]:
    return tuple(part for part in _property(row, LINE_IDS).split(",") if part)


def _property(row: Node, name: str) -> str:
    return next((a["value"] or "" for a in row.get("customAttributes") or () if a["key"] == name), "")


def _lost_variant(row: Node) -> bool:
    """A row of ours (it carries TikTok's line ids) that was made with a variant and has none."""
    return row.get("variant") is None and bool(_line_ids(row)) and not _property(row, PLACEHOLDER)


def _name_of(row: Node) -> str:
    return str(row.get("sku") or row.get("title") or row["id"])
