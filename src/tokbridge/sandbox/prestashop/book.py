"""What an audit needs to know of the shop: orders made since the fresh shop, and stock."""

from decimal import Decimal

from tokbridge.sandbox.prestashop import stock
from tokbridge.sandbox.prestashop.schema import Row
from tokbridge.sandbox.prestashop.shop import Shop
from tokbridge.sandbox.prestashop.view import order_rows
from tokbridge.sandbox.wire import Json


def new_orders(shop: Shop) -> list[Row]:
    """The orders that do not belong to the fresh shop."""
    first = int(shop.notes.get("seeded_order", 0))
    return [row for row in shop.table("orders") if row["id"] > first]


def book(shop: Shop) -> Json:
    """{orders: [...], stock: {sku: [...]}, mails: n}"""
    levels: dict[str, list[Json]] = {}
    for sku, row in skus(shop):
        level = int(row["quantity"])
        variant = f"{row['id_product']}-{row['id_product_attribute']}"
        levels.setdefault(sku, []).append({"variant": variant, "available": level, "on_hand": level})
    return {"orders": [order(shop, row) for row in new_orders(shop)], "stock": levels, "mails": len(shop.mails)}


def skus(shop: Shop) -> list[tuple[str, Row]]:
    """(SKU, stock row) of everything that is sold: combinations, and products without any."""
    found = []
    for product in shop.table("products"):
        combinations = shop.table("combinations").find(id_product=product["id"])
        pairs = [(str(one["id"]), str(one["reference"])) for one in combinations] or [("0", str(product["reference"]))]
        for attribute, sku in pairs:
            row = stock.level(shop, product["id"], attribute)
            if row is not None:
                found.append((sku, row))
    return found


def order(shop: Shop, row: Row) -> Json:
    """One order as the book shows it."""
    currency = shop.table("currencies").rows[int(row["id_currency"])]
    customer = shop.table("customers").get(row["id_customer"])
    state = shop.table("order_states").rows[int(row["current_state"])]
    lines = order_rows(shop, row)
    return {
        "ref": str(row["id"]),
        "number": row["reference"],
        "source_identifier": row["gift_message"],
        "total": _amount(row["total_paid"], currency),
        "total_paid_real": _amount(row["total_paid_real"], currency),
        "currency": currency["iso_code"],
        "created_at": shop.utc(row["date_add"]),
        "cancelled_at": _cancelled_at(shop, row),
        "status": state["name"]["1"],
        "state": int(state["id"]),
        "email": customer["email"] if customer else "",
        "note": row["note"],
        "payments": [
            {key: one[key] for key in ("amount", "payment_method", "transaction_id")}
            for one in shop.table("order_payments").find(order_reference=row["reference"])
        ],
        "shipping_address": shop.table("addresses").get(row["id_address_delivery"]),
        "lines": [_line(shop, one) for one in lines],
        "tracking_numbers": [
            one["tracking_number"]
            for one in shop.table("order_carriers").find(id_order=row["id"])
            if one["tracking_number"]
        ],
        "fulfillments": _fulfillments(shop, row, lines),
    }


def _amount(text: str, currency: Row) -> str:
    return str(Decimal(text).quantize(Decimal(1).scaleb(-int(currency["precision"]))))


def _line(shop: Shop, line: Row) -> Json:
    known = shop.table("products").get(line["product_id"]) is not None
    return {
        "id": str(line["id"]),
        "sku": line["product_reference"],
        "variant": f"{line['product_id']}-{line['product_attribute_id']}" if known else None,
        "quantity": int(line["product_quantity"]),
        "current_quantity": int(line["product_quantity"]) - int(line["product_quantity_refunded"]),
        "price": line["unit_price_tax_incl"],
        "total": line["total_price_tax_incl"],
    }


def _cancelled_at(shop: Shop, row: Row) -> str | None:
    """When the order entered the cancelled state it is in."""
    cancelled = shop.config("PS_OS_CANCELED")
    if row["current_state"] != cancelled:
        return None
    lines = shop.table("order_histories").find(id_order=row["id"], id_order_state=cancelled)
    return shop.utc(lines[-1]["date_add"] if lines else row["date_upd"])


def was_shipped(shop: Shop, row: Row) -> bool:
    """Whether the order was ever in a state with the flag `shipped`."""
    states = shop.table("order_states")
    lines = shop.table("order_histories").find(id_order=row["id"])
    return any(states.rows[int(line["id_order_state"])]["shipped"] == "1" for line in lines)


def is_shipped(shop: Shop, row: Row) -> bool:
    """Whether the order's state has the flag `shipped`."""
    return bool(shop.table("order_states").rows[int(row["current_state"])]["shipped"] == "1")


def _fulfillments(shop: Shop, row: Row, lines: list[Row]) -> list[Json]:
    """One shipment per carrier row of an order that is or was shipped; PrestaShop knows no parts (reference 7)."""
    if not was_shipped(shop, row):
        return []
    status = "SUCCESS" if is_shipped(shop, row) else "CANCELLED"
    parts = [{"line": str(one["id"]), "quantity": int(one["product_quantity"])} for one in lines]
    return [
        {"id": str(one["id"]), "status": status, "tracking": _tracking(shop, one), "lines": parts}
        for one in shop.table("order_carriers").find(id_order=row["id"])
    ]


def _tracking(shop: Shop, one: Row) -> list[Json]:
    number = one["tracking_number"]
    if not number:
        return []
    carrier = shop.table("carriers").get(one["id_carrier"]) or {"name": "", "url": ""}
    url = carrier["url"].replace("@", number) if carrier["url"] else None
    return [{"company": carrier["name"], "number": number, "url": url}]
