"""What the tables make of a row: its columns, their lengths, the zeroes they fill in (reference magento-rest.md 6, 7)."""

from tokbridge.sandbox.magento.fields import ITEM, ORDER, columns
from tokbridge.sandbox.magento.shop import Shop
from tokbridge.sandbox.magento.values import Doc, kept_text

ZEROES = [
    "amount_refunded",
    "base_amount_refunded",
    "base_cost",
    "base_discount_amount",
    "base_discount_invoiced",
    "base_price",
    "base_row_invoiced",
    "base_row_total",
    "base_tax_amount",
    "base_tax_invoiced",
    "discount_amount",
    "discount_invoiced",
    "discount_percent",
    "free_shipping",
    "no_discount",
    "price",
    "qty_backordered",
    "qty_canceled",
    "qty_invoiced",
    "qty_ordered",
    "qty_refunded",
    "qty_shipped",
    "row_invoiced",
    "row_total",
    "row_weight",
    "tax_amount",
    "tax_invoiced",
    "tax_percent",
    "weight",
]
"""Columns of an order item that the table fills with 0."""
LENGTHS = {"ext_order_id": 32, "ext_customer_id": 32, "state": 32, "status": 32}
HEADER = columns(ORDER)
ITEMS = columns(ITEM)
DERIVED = ("total_due", "base_total_due", "total_item_count", "store_name", "protect_code", "updated_at", "entity_id")


def store_order(shop: Shop, doc: Doc) -> None:
    """Turn what was given into what the tables keep."""
    doc["row"] = stored(shop, doc["row"], {**LENGTHS, "increment_id": increment_length(shop)})
    doc["items"] = [stored(shop, {**dict.fromkeys(ZEROES, 0), **one}, {}) for one in doc["items"]]
    for kind in ("billing", "shipping"):
        if doc[kind]:
            doc[kind] = stored(shop, doc[kind], {})
    doc["histories"] = [stored(shop, one, {"comment": None}) for one in doc["histories"]]


def stored(shop: Shop, row: Doc, lengths: dict[str, int | None]) -> Doc:
    """A row with its texts cut to the columns (255 when not told otherwise) and without four-byte characters."""
    wide = shop.since("2.4.8")
    lengths = {"additional_data": None, "product_options": None, "customer_note": None, **lengths}
    return {
        key: kept_text(value, lengths.get(key, 255), wide)
        if isinstance(value, str)
        else [kept_text(one, 255, wide) if isinstance(one, str) else one for one in value]
        if isinstance(value, list)
        else value
        for key, value in row.items()
    }


def increment_length(shop: Shop) -> int:
    """Length of the column increment_id: 32, and 50 from 2.4.5."""
    return 50 if shop.since("2.4.5") else 32
