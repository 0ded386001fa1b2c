"""What an audit needs to know of the shop."""

from tokbridge.sandbox.magento.shop import Shop
from tokbridge.sandbox.magento.values import Doc, dec, num


def book(shop: Shop) -> Doc:
    """{orders, stock, sources, reservations (sums by SKU and stock)}"""
    stocks: dict[str, list[Doc]] = {}
    for product in shop.products:
        row = product["row"]
        stocks[row["sku"]] = [_level(shop, row, stock) for stock in shop.inventory.stocks.values() if stock["channels"]]
    return {
        "version": shop.settings["version"],
        "orders": [order(shop, one) for one in shop.orders],
        "stock": stocks,
        "source_items": [
            {name: one[name] for name in ("sku", "source_code", "quantity")} for one in shop.inventory.items.values()
        ],
        "reservations": len(shop.inventory.reservations),
    }


def _level(shop: Shop, row: Doc, stock: Doc) -> Doc:
    inventory = shop.inventory
    return {
        "variant": str(row["entity_id"]),
        "stock": stock["stock_id"],
        "available": num(inventory.salable(row["sku"], stock)),
        "on_hand": num(inventory.on_hand(row["sku"], stock)),
    }


def order(shop: Shop, doc: Doc) -> Doc:
    """One order: `ref` is its entity_id as text."""
    row = doc["row"]
    shipments = shop.shipments.by("order_id", row["entity_id"])
    canceled = row.get("state") == "canceled"
    return {
        "ref": str(row["entity_id"]),
        "number": row["increment_id"],
        "source_identifier": row.get("ext_order_id"),
        "store_id": row.get("store_id"),
        "total": str(dec(row.get("grand_total"))),
        "paid": str(dec(row.get("total_paid"))),
        "refunded": str(dec(row.get("total_refunded"))),
        "currency": row.get("order_currency_code"),
        "created_at": _utc(row["created_at"]),
        "updated_at": _utc(row["updated_at"]),
        "cancelled_at": _utc(row["updated_at"]) if canceled or (not shipments and _given_back(row)) else None,
        "state": row.get("state"),
        "status": row.get("status"),
        "email": row.get("customer_email"),
        "shipping_address": doc["shipping"],
        "comments": [one.get("comment") for one in doc["histories"]],
        "lines": [_line(one) for one in doc["items"]],
        "invoices": [one["row"]["increment_id"] for one in shop.invoices.by("order_id", row["entity_id"])],
        "fulfillments": [_fulfillment(one) for one in shipments],
    }


def _utc(stamp: str) -> str:
    return stamp.replace(" ", "T") + "Z"


def _given_back(row: Doc) -> bool:
    """A billed order whose money was given back whole: without a shipment that is how staff cancels it."""
    return row.get("state") == "closed" and dec(row.get("total_refunded")) > 0


def _line(item: Doc) -> Doc:
    gone = dec(item["qty_canceled"]) + dec(item["qty_refunded"])
    return {
        "id": item["item_id"],
        "sku": item.get("sku"),
        "variant": str(item["product_id"]) if item.get("product_id") is not None else None,
        "quantity": item["qty_ordered"],
        "current_quantity": num(max(dec(item["qty_ordered"]) - gone, dec(0))),
        "price": str(dec(item.get("price"))),
        "discount": str(dec(item.get("discount_amount"))),
        "shipped": item["qty_shipped"],
    }


def _fulfillment(doc: Doc) -> Doc:
    return {
        "id": str(doc["row"]["entity_id"]),
        "status": "SUCCESS",
        "source": doc["source"],
        "tracking": [
            {"company": one.get("title") or one.get("carrier_code"), "number": one.get("track_number"), "url": None}
            for one in doc["tracks"]
        ],
        "lines": [{"line": one["order_item_id"], "quantity": one["qty"]} for one in doc["items"]],
    }
