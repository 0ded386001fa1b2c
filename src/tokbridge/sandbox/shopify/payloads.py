"""Webhook bodies in the shape of REST resources: snake_case, numeric ids, money as text (reference 4.5)."""

from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from tokbridge.sandbox.shopify.fulfil import find
from tokbridge.sandbox.shopify.parts import parcel, refund_line_sums, unfulfilled
from tokbridge.sandbox.shopify.shop import Shop, rest_word
from tokbridge.sandbox.shopify.totals import financial_status, fulfillment_status
from tokbridge.sandbox.shopify.values import Doc, gid, plain_money


def body_of(shop: Shop, topic: str, subject: Doc, order: Doc) -> Doc:
    """The body of an event."""
    match topic.split("/", maxsplit=1)[0]:
        case "orders":
            return order_body(shop, order)
        case "fulfillments":
            return fulfillment_body(shop, order, subject)
        case "refunds":
            return refund_body(shop, order, subject)
        case "fulfillment_orders":
            part = {"id": gid("FulfillmentOrder", subject["id"]), "status": subject["status"].lower()}
            return {"fulfillment_order": part}
        case "inventory_levels":
            return _level_body(shop, subject)
        case "products":
            return {
                "id": subject["id"],
                "admin_graphql_api_id": gid("Product", subject["id"]),
                "title": subject["title"],
            }
        case _:
            return {"id": shop.settings["shop_id"], "myshopify_domain": shop.settings["shop_domain"]}


def _level_body(shop: Shop, subject: Doc) -> Doc:
    variant = subject["variant"]
    key = f"{gid('InventoryLevel', subject['level']['id'])}?inventory_item_id={variant['itemId']}"
    return {
        "inventory_item_id": variant["itemId"],
        "location_id": subject["location"],
        "available": subject["level"]["available"],
        "updated_at": local(shop, subject["level"]["updatedAt"]),
        "admin_graphql_api_id": key,
    }


def local(shop: Shop, at: float | None) -> str | None:
    """A time with the shop's UTC offset."""
    if at is None:
        return None
    return datetime.fromtimestamp(at, ZoneInfo(shop.settings["timezone"])).isoformat(timespec="seconds")


def order_body(shop: Shop, order: Doc) -> Doc:
    """orders/*"""
    totals = {name: plain_money(Decimal(text)) for name, text in order["totals"].items()}
    status = rest_word(fulfillment_status(order))
    return {
        "id": order["id"],
        "admin_graphql_api_id": gid("Order", order["id"]),
        "name": order["name"],
        "order_number": order["number"],
        "email": order["email"] or "",
        "phone": order["phone"],
        "created_at": local(shop, order["createdAt"]),
        "processed_at": local(shop, order["processedAt"]),
        "updated_at": local(shop, order["updatedAt"]),
        "cancelled_at": local(shop, order["cancelledAt"]),
        "cancel_reason": order["cancelReason"].lower() if order["cancelReason"] else None,
        "closed_at": local(shop, order["closedAt"]),
        "currency": order["currency"],
        "financial_status": (financial_status(order) or "").lower() or None,
        "fulfillment_status": status if status in ("fulfilled", "partial") else None,
        "note": order["note"],
        "note_attributes": [{"name": one["key"], "value": one["value"]} for one in order["customAttributes"]],
        "source_name": order["sourceName"],
        "source_identifier": order["sourceIdentifier"],
        "source_url": order["sourceUrl"],
        "tags": ", ".join(order["tags"]),
        "taxes_included": order["taxesIncluded"],
        "test": order["test"],
        "total_price": totals["total"],
        "subtotal_price": totals["subtotal"],
        "total_tax": totals["tax"],
        "total_discounts": totals["discounts"],
        "current_total_price": totals["current_total"],
        "line_items": [line_body(order, line, line["quantity"]) for line in order["lines"]],
        "shipping_lines": [
            {
                "id": line["id"],
                "title": line["title"],
                "code": line["code"],
                "price": plain_money(Decimal(line["price"])),
            }
            for line in order["shippingLines"]
        ],
        "fulfillments": [fulfillment_body(shop, order, one) for one in order["fulfillments"]],
        "refunds": [refund_body(shop, order, one) for one in order["refunds"]],
    }


def line_body(order: Doc, line: Doc, quantity: int) -> Doc:
    """A line item as orders and fulfilments show it."""
    left = unfulfilled(order, line)
    return {
        "id": line["id"],
        "admin_graphql_api_id": gid("LineItem", line["id"]),
        "variant_id": line["variantId"],
        "product_id": line["productId"],
        "title": line["title"],
        "variant_title": line["variantTitle"],
        "name": " - ".join(part for part in (line["title"], line["variantTitle"]) if part),
        "sku": line["sku"],
        "vendor": line["vendor"],
        "quantity": quantity,
        "current_quantity": line["currentQuantity"],
        "fulfillable_quantity": left,
        "fulfillment_status": None if left == line["quantity"] else ("partial" if left else "fulfilled"),
        "price": plain_money(Decimal(line["price"])),
        "requires_shipping": line["requiresShipping"],
        "properties": [{"name": one["key"], "value": one["value"]} for one in line["properties"]],
    }


def fulfillment_body(shop: Shop, order: Doc, one: Doc) -> Doc:
    """fulfillments/*: names no source identifier of the order, only order_id."""
    parcels = [parcel(entry) for entry in one["tracking"]]
    numbers = [entry["number"] for entry in parcels if entry["number"]]
    urls = [entry["url"] for entry in parcels if entry["url"]]
    return {
        "id": one["id"],
        "order_id": order["id"],
        "status": one["status"].lower(),
        "created_at": local(shop, one["createdAt"]),
        "service": "manual",
        "updated_at": local(shop, one["updatedAt"]),
        "tracking_company": parcels[0]["company"] if parcels else None,
        "shipment_status": one["displayStatus"].lower() if one["events"] and one["status"] == "SUCCESS" else None,
        "location_id": one["locationId"],
        "origin_address": None,
        "email": order["email"],
        "destination": _place(order["shippingAddress"]),
        "line_items": [
            line_body(order, find(order["lines"], entry["lineId"]), entry["quantity"]) for entry in one["lines"]
        ],
        "tracking_number": numbers[0] if numbers else None,
        "tracking_numbers": numbers,
        "tracking_url": urls[0] if urls else None,
        "tracking_urls": urls,
        "receipt": {},
        "name": f"{order['name']}.{one['sequence']}",
        "admin_graphql_api_id": gid("Fulfillment", one["id"]),
    }


def _place(one: Doc | None) -> Doc | None:
    if one is None:
        return None
    return {
        "first_name": one["firstName"], "last_name": one["lastName"], "name": one["name"], "company": one["company"],
        "address1": one["address1"], "address2": one["address2"], "city": one["city"], "zip": one["zip"],
        "phone": one["phone"], "province": one["province"], "province_code": one["provinceCode"],
        "country": one["country"], "country_code": one["countryCode"],
    }  # fmt: skip


def refund_body(shop: Shop, order: Doc, refund: Doc) -> Doc:
    """refunds/create"""
    items = []
    for entry in refund["lines"]:
        line = find(order["lines"], entry["lineId"])
        subtotal, tax = refund_line_sums(order, entry)
        items.append(
            {
                "id": entry["id"],
                "line_item_id": entry["lineId"],
                "location_id": entry["locationId"],
                "quantity": entry["quantity"],
                "restock_type": entry["restockType"].lower(),
                "subtotal": float(subtotal),
                "total_tax": float(tax),
                "line_item": line_body(order, line, line["quantity"]),
            }
        )
    entries = [find(order["transactions"], key) for key in refund["transactionIds"]]
    return {
        "id": refund["id"],
        "admin_graphql_api_id": gid("Refund", refund["id"]),
        "order_id": order["id"],
        "created_at": local(shop, refund["createdAt"]),
        "processed_at": local(shop, refund["createdAt"]),
        "note": refund["note"],
        "user_id": None,
        "restock": any(entry["restockType"] in ("RETURN", "CANCEL") for entry in refund["lines"]),
        "duties": [],
        "order_adjustments": [],
        "refund_line_items": items,
        "transactions": [
            {
                "id": entry["id"], "kind": "refund", "gateway": entry["gateway"], "status": "success",
                "parent_id": entry["parentId"], "amount": plain_money(Decimal(entry["amount"])),
                "currency": order["currency"],
            }
            for entry in entries
        ],
    }  # fmt: skip
