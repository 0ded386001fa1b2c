"""Resolvers of an order and its parts."""

from decimal import Decimal
from typing import Any

from tokbridge.sandbox.shopify import access
from tokbridge.sandbox.shopify.context import Context, Types, picks
from tokbridge.sandbox.shopify.fulfil import find
from tokbridge.sandbox.shopify.paging import page
from tokbridge.sandbox.shopify.parts import unfulfilled
from tokbridge.sandbox.shopify.payment import can_mark_paid
from tokbridge.sandbox.shopify.places import formatted
from tokbridge.sandbox.shopify.totals import (
    authorized,
    financial_status,
    fulfillment_status,
    outstanding,
    paid,
    refunded,
)
from tokbridge.sandbox.shopify.values import Doc, bag, gid, plain_money, utc


def owned(order: Doc, part: Doc) -> Doc:
    """A part together with its order, so that resolvers can go back."""
    return {**part, "order": order}


def parts_page(order: Doc, parts: list[Doc], args: Doc) -> Doc:
    """A connection over parts of an order in order of id."""
    return page(parts, args, lambda one: (one["id"], one["id"]), lambda one: owned(order, one))


def first_of(items: list[Any], first: int | None) -> list[Any]:
    """A plain list with its `first` argument."""
    return items if first is None else items[:first]


def fulfillment_name(order: Doc, fulfillment: Doc) -> str:
    """#1001-F1 in GraphQL (reference 4.2)."""
    return f"{order['name']}-F{fulfillment['sequence']}"


def _money(name: str) -> Any:
    return lambda order, context: bag(order["totals"][name], order["currency"])


def _tax_lines(order: Doc, lines: list[Doc]) -> list[Doc]:
    return [
        {
            "title": line["title"],
            "rate": float(line["rate"]),
            "ratePercentage": float(Decimal(str(line["rate"])) * 100),
            "price": plain_money(Decimal(line["price"])),
            "priceSet": bag(line["price"], order["currency"]),
            "channelLiable": line["channelLiable"],
            "source": None,
        }
        for line in lines
    ]


def _customer(order: Doc, context: Context) -> Doc | None:
    return context.shop.customers[order["customerId"]] if order["customerId"] else None


def _gateways(order: Doc, context: Context) -> list[str]:
    return list(dict.fromkeys(one["gateway"] for one in order["transactions"] if one["gateway"]))


def _metafield(order: Doc, context: Context, key: str, namespace: str | None = None) -> Doc | None:
    if namespace is None and "." in key:
        namespace, _, key = key.partition(".")
    wanted = (namespace or "custom", key)
    return next((one for one in order["metafields"] if (one["namespace"], one["key"]) == wanted), None)


def _metafields(order: Doc, context: Context, **args: Any) -> Doc:
    keys = args.get("keys")
    chosen = [
        one
        for one in order["metafields"]
        if args.get("namespace") in (None, one["namespace"])
        and (keys is None or f"{one['namespace']}.{one['key']}" in keys or one["key"] in keys)
    ]
    return parts_page(order, chosen, args)


def _fulfillment_orders(order: Doc, context: Context, **args: Any) -> Doc:
    seen = access.allowed(context.token, (access.OWN_FULFILLMENT_ORDERS,))
    chosen = order["fulfillmentOrders"] if seen else []
    return parts_page(order, chosen, args)


def _line_quantity(order: Doc, name: str) -> int:
    return sum(line[name] for line in order["lines"])


ORDER: Types = {
    "Order": {
        **picks("name", "number", "email", "phone", "note", "poNumber", "tags", "customAttributes", "sourceName",
                "sourceIdentifier", "taxesIncluded", "test", "cancelReason", "shippingAddress", "billingAddress"),
        "id": lambda order, context: gid("Order", order["id"]),
        "legacyResourceId": lambda order, context: order["id"],
        "createdAt": lambda order, context: utc(order["createdAt"]),
        "processedAt": lambda order, context: utc(order["processedAt"]),
        "updatedAt": lambda order, context: utc(order["updatedAt"]),
        "cancelledAt": lambda order, context: utc(order["cancelledAt"]),
        "closedAt": lambda order, context: utc(order["closedAt"]),
        "closed": lambda order, context: order["closedAt"] is not None,
        "confirmed": lambda order, context: True,
        "cancellation": lambda order, context: {"staffNote": order["staffNote"]} if order["cancelledAt"] else None,
        "canMarkAsPaid": lambda order, context: can_mark_paid(order),
        "capturable": lambda order, context: authorized(order) > 0 and paid(order) == 0,
        "currencyCode": lambda order, context: order["currency"],
        "presentmentCurrencyCode": lambda order, context: order["currency"],
        "customer": _customer,
        "discountCode": lambda order, context: order["discount"] and order["discount"]["code"],
        "discountCodes": lambda order, context: [order["discount"]["code"]] if order["discount"] else [],
        "displayFinancialStatus": lambda order, context: financial_status(order),
        "displayFulfillmentStatus": lambda order, context: fulfillment_status(order),
        "fulfillable": lambda order, context: any(unfulfilled(order, line) for line in order["lines"]),
        "fullyPaid": lambda order, context: outstanding(order) <= 0,
        "unpaid": lambda order, context: paid(order) == 0,
        "requiresShipping": lambda order, context: any(line["requiresShipping"] for line in order["lines"]),
        "paymentGatewayNames": _gateways,
        "subtotalPriceSet": _money("subtotal"),
        "totalPriceSet": _money("total"),
        "totalPrice": lambda order, context: plain_money(Decimal(order["totals"]["total"])),
        "totalTaxSet": _money("tax"),
        "totalDiscountsSet": _money("discounts"),
        "totalShippingPriceSet": _money("shipping"),
        "currentSubtotalPriceSet": _money("current_subtotal"),
        "currentTotalPriceSet": _money("current_total"),
        "currentTotalTaxSet": _money("current_tax"),
        "currentTotalDiscountsSet": _money("current_discounts"),
        "currentShippingPriceSet": _money("current_shipping"),
        "totalCapturableSet": lambda order, context: bag(authorized(order), order["currency"]),
        "totalOutstandingSet": lambda order, context: bag(outstanding(order), order["currency"]),
        "totalReceivedSet": lambda order, context: bag(paid(order), order["currency"]),
        "totalRefundedSet": lambda order, context: bag(refunded(order), order["currency"]),
        "netPaymentSet": lambda order, context: bag(paid(order) - refunded(order), order["currency"]),
        "subtotalLineItemsQuantity": lambda order, context: _line_quantity(order, "quantity"),
        "currentSubtotalLineItemsQuantity": lambda order, context: _line_quantity(order, "currentQuantity"),
        "taxLines": lambda order, context: _tax_lines(
            order, [tax for part in (order, *order["lines"], *order["shippingLines"]) for tax in part["taxLines"]]
        ),
        "lineItems": lambda order, context, **args: parts_page(order, order["lines"], args),
        "shippingLines": lambda order, context, **args: parts_page(order, order["shippingLines"], args),
        "shippingLine": lambda order, context: (
            owned(order, order["shippingLines"][0]) if order["shippingLines"] else None
        ),
        "transactions": lambda order, context, first=None, **args: first_of(
            [owned(order, one) for one in order["transactions"]], first
        ),
        "fulfillments": lambda order, context, first=None, **args: first_of(
            [owned(order, one) for one in order["fulfillments"]], first
        ),
        "fulfillmentsCount": lambda order, context: {"count": len(order["fulfillments"]), "precision": "EXACT"},
        "refunds": lambda order, context, first=None: first_of([owned(order, one) for one in order["refunds"]], first),
        "fulfillmentOrders": _fulfillment_orders,
        "metafield": _metafield,
        "metafields": _metafields,
    },
    "LineItem": {
        **picks("title", "variantTitle", "sku", "vendor", "quantity", "currentQuantity", "requiresShipping", "taxable"),
        "id": lambda line, context: gid("LineItem", line["id"]),
        "name": lambda line, context: " - ".join(part for part in (line["title"], line["variantTitle"]) if part),
        "isGiftCard": lambda line, context: line["giftCard"],
        "customAttributes": lambda line, context: line["properties"],
        "variant": lambda line, context: context.shop.variants.get(line["variantId"]),
        "product": lambda line, context: context.shop.products.get(line["productId"]),
        "originalUnitPriceSet": lambda line, context: bag(line["price"], line["order"]["currency"]),
        "originalTotalSet": lambda line, context: bag(
            Decimal(line["price"]) * line["quantity"], line["order"]["currency"]
        ),
        "discountedTotalSet": lambda line, context: bag(
            Decimal(line["price"]) * line["quantity"], line["order"]["currency"]
        ),
        "taxLines": lambda line, context, first=None: first_of(_tax_lines(line["order"], line["taxLines"]), first),
        "unfulfilledQuantity": lambda line, context: unfulfilled(line["order"], line),
        "fulfillableQuantity": lambda line, context: unfulfilled(line["order"], line),
        "nonFulfillableQuantity": lambda line, context: line["quantity"] - unfulfilled(line["order"], line),
        "refundableQuantity": lambda line, context: line["currentQuantity"],
        "fulfillmentStatus": lambda line, context: "unfulfilled" if unfulfilled(line["order"], line) else "fulfilled",
    },
    "ShippingLine": {
        **picks("title", "code", "source"),
        "id": lambda line, context: gid("ShippingLine", line["id"]),
        "carrierIdentifier": lambda line, context: None,
        "custom": lambda line, context: True,
        "isRemoved": lambda line, context: False,
        "originalPriceSet": lambda line, context: bag(line["price"], line["order"]["currency"]),
        "discountedPriceSet": lambda line, context: bag(
            Decimal(line["price"]) - Decimal(line["discount"]), line["order"]["currency"]
        ),
        "currentDiscountedPriceSet": lambda line, context: bag(
            Decimal(line["price"]) - Decimal(line["discount"]), line["order"]["currency"]
        ),
        "taxLines": lambda line, context: _tax_lines(line["order"], line["taxLines"]),
    },
    "OrderTransaction": {
        **picks("kind", "status", "gateway", "authorizationCode", "receiptJson", "test"),
        "id": lambda one, context: gid("OrderTransaction", one["id"]),
        "formattedGateway": lambda one, context: one["gateway"],
        "manualPaymentGateway": lambda one, context: one["gateway"] == "manual",
        "amountSet": lambda one, context: bag(one["amount"], one["order"]["currency"]),
        "createdAt": lambda one, context: utc(one["createdAt"]),
        "processedAt": lambda one, context: utc(one["processedAt"]),
        "order": lambda one, context: one["order"],
        "parentTransaction": lambda one, context: (
            owned(one["order"], find(one["order"]["transactions"], one["parentId"])) if one["parentId"] else None
        ),
    },
    "MailingAddress": {
        **picks("firstName", "lastName", "name", "company", "address1", "address2", "city", "zip", "phone", "country",
                "countryCode", "province", "provinceCode"),
        "id": lambda one, context: gid("MailingAddress", one["id"]),
        "countryCodeV2": lambda one, context: one["countryCode"],
        "formatted": lambda one, context, withName=False, withCompany=True: formatted(
            one, with_name=withName, with_company=withCompany
        ),
    },
    "Metafield": {
        **picks("namespace", "key", "type", "value"),
        "id": lambda one, context: gid("Metafield", one["id"]),
        "legacyResourceId": lambda one, context: one["id"],
        "ownerType": lambda one, context: "ORDER",
        "createdAt": lambda one, context: utc(one["createdAt"]),
        "updatedAt": lambda one, context: utc(one["updatedAt"]),
        "definition": lambda one, context: context.shop.definition(one["namespace"], one["key"]),
    },
}  # fmt: skip
