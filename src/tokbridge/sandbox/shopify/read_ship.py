"""Resolvers of fulfilment orders, fulfilments and refunds."""

from decimal import Decimal
from typing import Any

from tokbridge.sandbox.shopify import access
from tokbridge.sandbox.shopify.context import Context, Types, picks
from tokbridge.sandbox.shopify.fulfil import find
from tokbridge.sandbox.shopify.paging import page
from tokbridge.sandbox.shopify.parts import parcel, refund_line_sums, refund_total
from tokbridge.sandbox.shopify.read_order import first_of, fulfillment_name, owned, parts_page
from tokbridge.sandbox.shopify.subset import LATER
from tokbridge.sandbox.shopify.values import Doc, bag, gid, total, utc


def _line(part: Doc) -> Doc:
    return owned(part["order"], find(part["order"]["lines"], part["lineId"]))


def _actions(one: Doc, context: Context) -> list[Doc]:
    can_ship = access.allowed(context.token, access.MUTATION_SCOPES["fulfillmentCancel"])
    match one["status"]:
        case "ON_HOLD":
            names = ["RELEASE_HOLD", "HOLD", "MOVE"]
        case "OPEN" | "IN_PROGRESS":
            many = sum(part["remaining"] for part in one["lines"]) > 1
            progress = ["REPORT_PROGRESS"] if context.version >= LATER["FulfillmentOrderAction.REPORT_PROGRESS"] else []
            names = ["CREATE_FULFILLMENT", *progress, "MOVE", "HOLD", *(["SPLIT"] if many else [])]
            names = names if can_ship else ["MOVE", "HOLD"]
        case _:
            names = []
    return [{"action": name, "externalUrl": None} for name in names]


def _destination(one: Doc, context: Context) -> Doc | None:
    place: Doc | None = one["order"]["shippingAddress"]
    if place is None:
        return None
    return {**place, "id": gid("FulfillmentOrderDestination", place["id"]), "email": one["order"]["email"]}


def _assigned(one: Doc, context: Context) -> Doc:
    location = context.shop.locations[one["locationId"]]
    empty = dict.fromkeys(("address1", "address2", "city", "phone", "province", "zip"))
    return {**empty, "name": location["name"], "countryCode": context.shop.settings["country"], "location": location}


def _fulfillment_parts(fulfillment: Doc, context: Context, **args: Any) -> Doc:
    order = fulfillment["order"]
    chosen = [one for one in order["fulfillmentOrders"] if one["id"] in fulfillment["fulfillmentOrderIds"]]
    return parts_page(order, chosen, args)


def _shipments(one: Doc, context: Context, **args: Any) -> Doc:
    order = one["order"]
    return parts_page(order, [ship for ship in order["fulfillments"] if one["id"] in ship["fulfillmentOrderIds"]], args)


def _events(fulfillment: Doc, context: Context, **args: Any) -> Doc:
    by_time = args.get("sortKey") == "HAPPENED_AT"
    return page(fulfillment["events"], args, lambda one: (one["happenedAt"] if by_time else one["id"], one["id"]))


def _refund_transactions(refund: Doc, context: Context, **args: Any) -> Doc:
    order = refund["order"]
    return parts_page(order, [find(order["transactions"], key) for key in refund["transactionIds"]], args)


def _suggested(order: Doc, context: Context, **args: Any) -> Doc:
    """order.suggestedRefund: amounts for the given lines (or all) and the sale they would go back to."""
    from_input = [
        {"lineId": int(str(one["lineItemId"]).rpartition("/")[2]), "quantity": one["quantity"],
         "restockType": one.get("restockType") or "NO_RESTOCK"}
        for one in args.get("refundLineItems") or []
    ]  # fmt: skip
    everything = [
        {"lineId": line["id"], "quantity": line["currentQuantity"], "restockType": "NO_RESTOCK"}
        for line in order["lines"]
    ]
    chosen = everything if args.get("suggestFullRefund") else from_input
    lines = [{"id": None, "locationId": None, **one, "order": order} for one in chosen if one["quantity"]]
    sums = [refund_line_sums(order, one) for one in lines]
    subtotal, tax = total([one for one, _ in sums]), total([one for _, one in sums])
    with_shipping = args.get("refundShipping") or args.get("suggestFullRefund")
    shipping = Decimal(order["totals"]["current_shipping"])
    amount = subtotal + (Decimal(0) if order["taxesIncluded"] else tax) + (shipping if with_shipping else Decimal(0))
    currency = order["currency"]
    sale = next((one for one in order["transactions"] if one["kind"] in ("SALE", "CAPTURE")), None)
    most = Decimal(sale["amount"]) if sale else Decimal(0)
    entry = {
        "amountSet": bag(amount, currency), "maximumRefundableSet": bag(most, currency), "kind": "SUGGESTED_REFUND",
        "gateway": sale["gateway"] if sale else None, "parentTransaction": owned(order, sale) if sale else None,
    }  # fmt: skip
    return {
        "amountSet": bag(amount, currency),
        "maximumRefundableSet": bag(most, currency),
        "subtotalSet": bag(subtotal, currency),
        "totalTaxSet": bag(tax, currency),
        "refundLineItems": lines,
        "shipping": {
            "amountSet": bag(shipping if with_shipping else Decimal(0), currency),
            "maximumRefundableSet": bag(shipping, currency),
        },
        "suggestedTransactions": [entry] if sale else [],
    }


SHIP: Types = {
    "Order": {"suggestedRefund": _suggested},
    "FulfillmentOrder": {
        **picks("status", "requestStatus"),
        "id": lambda one, context: gid("FulfillmentOrder", one["id"]),
        "createdAt": lambda one, context: utc(one["createdAt"]),
        "updatedAt": lambda one, context: utc(one["updatedAt"]),
        "order": lambda one, context: one["order"],
        "orderId": lambda one, context: gid("Order", one["order"]["id"]),
        "orderName": lambda one, context: one["order"]["name"],
        "orderProcessedAt": lambda one, context: utc(one["order"]["processedAt"]),
        "supportedActions": _actions,
        "destination": _destination,
        "assignedLocation": _assigned,
        "fulfillmentHolds": lambda one, context: one["holds"],
        "fulfillments": _shipments,
        "lineItems": lambda one, context, **args: parts_page(one["order"], one["lines"], args),
    },
    "FulfillmentHold": {
        **picks("reason", "reasonNotes"),
        "id": lambda one, context: gid("FulfillmentHold", one["id"]),
        "handle": lambda one, context: one["handle"] or None,
        "displayReason": lambda one, context: one["reason"].replace("_", " ").capitalize(),
        "heldByRequestingApp": lambda one, context: one["app"] == str(context.shop.settings["app_id"]),
    },
    "FulfillmentOrderLineItem": {
        "id": lambda part, context: gid("FulfillmentOrderLineItem", part["id"]),
        "totalQuantity": lambda part, context: part["total"],
        "remainingQuantity": lambda part, context: part["remaining"],
        "lineItem": lambda part, context: _line(part),
        "productTitle": lambda part, context: _line(part)["title"],
        "sku": lambda part, context: _line(part)["sku"],
        "variantTitle": lambda part, context: _line(part)["variantTitle"],
        "requiresShipping": lambda part, context: _line(part)["requiresShipping"],
        "variant": lambda part, context: context.shop.variants.get(_line(part)["variantId"]),
        "inventoryItemId": lambda part, context: (
            gid("InventoryItem", context.shop.variants[_line(part)["variantId"]]["itemId"])
            if _line(part)["variantId"]
            else None
        ),
    },
    "Fulfillment": {
        **picks("status", "displayStatus"),
        "id": lambda one, context: gid("Fulfillment", one["id"]),
        "legacyResourceId": lambda one, context: one["id"],
        "name": lambda one, context: fulfillment_name(one["order"], one),
        "createdAt": lambda one, context: utc(one["createdAt"]),
        "updatedAt": lambda one, context: utc(one["updatedAt"]),
        "order": lambda one, context: one["order"],
        "events": _events,
        "location": lambda one, context: context.shop.locations[one["locationId"]],
        "requiresShipping": lambda one, context: True,
        "totalQuantity": lambda one, context: sum(line["quantity"] for line in one["lines"]),
        "trackingInfo": lambda one, context, first=None: first_of([parcel(entry) for entry in one["tracking"]], first),
        "fulfillmentLineItems": lambda one, context, **args: parts_page(one["order"], one["lines"], args),
        "fulfillmentOrders": _fulfillment_parts,
    },
    "FulfillmentEvent": {
        **picks("status", "message"),
        "id": lambda one, context: gid("FulfillmentEvent", one["id"]),
        "createdAt": lambda one, context: utc(one["createdAt"]),
        "happenedAt": lambda one, context: utc(one["happenedAt"]),
    },
    "FulfillmentLineItem": {
        **picks("quantity"),
        "id": lambda part, context: gid("FulfillmentLineItem", part["id"]),
        "lineItem": lambda part, context: _line(part),
    },
    "Refund": {
        **picks("note"),
        "id": lambda one, context: gid("Refund", one["id"]),
        "legacyResourceId": lambda one, context: one["id"],
        "createdAt": lambda one, context: utc(one["createdAt"]),
        "processedAt": lambda one, context: utc(one["createdAt"]),
        "updatedAt": lambda one, context: utc(one["createdAt"]),
        "order": lambda one, context: one["order"],
        "totalRefundedSet": lambda one, context: bag(refund_total(one["order"], one), one["order"]["currency"]),
        "transactions": _refund_transactions,
        "refundLineItems": lambda one, context, **args: page(
            one["lines"], args, lambda part: (part["id"], part["id"]), lambda part: owned(one["order"], part)
        ),
    },
    "RefundLineItem": {
        **picks("quantity", "restockType"),
        "id": lambda part, context: gid("RefundLineItem", part["id"]) if part["id"] else None,
        "lineItem": lambda part, context: _line(part),
        "location": lambda part, context: context.shop.locations.get(part["locationId"]),
        "restocked": lambda part, context: part["restockType"] in ("RETURN", "CANCEL"),
        "priceSet": lambda part, context: bag(_line(part)["price"], part["order"]["currency"]),
        "subtotalSet": lambda part, context: bag(refund_line_sums(part["order"], part)[0], part["order"]["currency"]),
        "totalTaxSet": lambda part, context: bag(refund_line_sums(part["order"], part)[1], part["order"]["currency"]),
    },
}
