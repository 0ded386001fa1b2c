"""What an audit needs to know of the shop."""

from tokbridge.sandbox.shopify import stock
from tokbridge.sandbox.shopify.shop import Shop
from tokbridge.sandbox.shopify.subscriptions import Subscriptions
from tokbridge.sandbox.shopify.totals import financial_status, fulfillment_status
from tokbridge.sandbox.shopify.values import Doc, gid, utc


def book(shop: Shop, subscriptions: Subscriptions) -> Doc:
    """{orders: [...], stock: {sku: [...]}, subscriptions: [...], definitions: [...]}"""
    stocks: dict[str, list[Doc]] = {}
    for variant in shop.variants.values():
        levels = variant["levels"].values()
        stocks.setdefault(variant["sku"] or "", []).append(
            {
                "variant": gid("ProductVariant", variant["id"]),
                "available": sum(one["available"] for one in levels),
                "committed": sum(one["committed"] for one in levels),
                "on_hand": sum(stock.on_hand(one) for one in levels),
            }
        )
    return {
        "orders": [_order(one) for one in shop.orders.values()],
        "stock": stocks,
        "subscriptions": [{"topic": one["topic"], "uri": one["uri"]} for one in subscriptions.list()],
        "definitions": [f"{one['namespace']}.{one['key']}" for one in shop.definitions.values()],
    }


def _order(order: Doc) -> Doc:
    return {
        "ref": gid("Order", order["id"]),
        "number": order["name"],
        "source_identifier": order["sourceIdentifier"],
        "metafields": {f"{one['namespace']}.{one['key']}": one["value"] for one in order["metafields"]},
        "total": order["totals"]["total"],
        "current_total": order["totals"]["current_total"],
        "currency": order["currency"],
        "status": " / ".join(word for word in (financial_status(order), fulfillment_status(order)) if word),
        "financial_status": financial_status(order),
        "fulfillment_status": fulfillment_status(order),
        "created_at": utc(order["createdAt"]),
        "cancelled_at": utc(order["cancelledAt"]),
        "cancel_reason": order["cancelReason"],
        "tags": order["tags"],
        "email": order["email"],
        "shipping_address": order["shippingAddress"],
        "shipping_titles": [line["title"] for line in order["shippingLines"]],
        "lines": [
            {
                "id": line["id"],
                "sku": line["sku"],
                "variant": gid("ProductVariant", line["variantId"]) if line["variantId"] else None,
                "quantity": line["quantity"],
                "current_quantity": line["currentQuantity"],
                "price": line["price"],
                "discount": line["discount"],
            }
            for line in order["lines"]
        ],
        "transactions": [
            {"kind": one["kind"], "status": one["status"], "gateway": one["gateway"], "amount": one["amount"]}
            for one in order["transactions"]
        ],
        "fulfillments": [
            {
                "id": gid("Fulfillment", one["id"]),
                "status": one["status"],
                "display_status": one["displayStatus"],
                "tracking": one["tracking"],
                "lines": [{"line": part["lineId"], "quantity": part["quantity"]} for part in one["lines"]],
            }
            for one in order["fulfillments"]
        ],
    }
