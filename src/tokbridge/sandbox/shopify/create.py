"""orderCreate: from the input to a stored order (reference 2.1, 2.2)."""

from decimal import Decimal

from tokbridge.sandbox.shopify import stock
from tokbridge.sandbox.shopify.checks import check_metafields, check_order
from tokbridge.sandbox.shopify.customers import check_customer, customer_for
from tokbridge.sandbox.shopify.fulfil import open_orders, ship
from tokbridge.sandbox.shopify.places import address
from tokbridge.sandbox.shopify.refuse import refuse
from tokbridge.sandbox.shopify.shop import Shop
from tokbridge.sandbox.shopify.totals import recompute_financial_status, settle_totals
from tokbridge.sandbox.shopify.values import Doc, cents, number, seconds, total

OBEYING = "DECREMENT_OBEYING_POLICY"


def create_order(shop: Shop, given: Doc, options: Doc, app: str, *, clamp: bool) -> Doc:
    """Create an order or raise Refused with nothing changed.

    `app` is the app's number, the source name of last resort; `clamp` whether this version clamps a future processedAt.
    """
    currency = given.get("currency") or shop.settings["currency"]
    check_order(shop, given, currency, clamp=clamp)
    check_customer(shop, given)
    metafields = check_metafields(shop, given.get("metafields") or [])
    behaviour = options.get("inventoryBehaviour", "BYPASS")
    wanted = [(line, shop.variants.get(number(line.get("variantId"), "ProductVariant"))) for line in given["lineItems"]]
    if behaviour == OBEYING:
        _check_stock(wanted)
    now = shop.now()
    lines = [_line(shop, line, variant, currency) for line, variant in wanted]
    shipping = [_shipping(shop, line) for line in given.get("shippingLines") or []]
    discount = _discount(given.get("discountCode"), lines, shipping, currency)
    count = shop.next_order_number()
    processed = seconds(given["processedAt"]) if given.get("processedAt") else now
    order: Doc = {
        "id": shop.next_id(),
        "number": count,
        "name": given.get("name") or f"#{count}",
        "createdAt": now,
        "updatedAt": now,
        "processedAt": min(processed, now),
        "cancelledAt": None,
        "cancelReason": None,
        "staffNote": None,
        "closedAt": None,
        "currency": currency,
        "taxesIncluded": given["taxesIncluded"],
        "test": given["test"],
        "email": given.get("email") or _upsert_email(given),
        "phone": given.get("phone"),
        "note": given.get("note"),
        "poNumber": given.get("poNumber"),
        "tags": sorted(set(given.get("tags") or []), key=str.lower),
        "customAttributes": [dict(one) for one in given.get("customAttributes") or []],
        "sourceName": given.get("sourceName") or app,
        "sourceIdentifier": given.get("sourceIdentifier"),
        "sourceUrl": given.get("sourceUrl"),
        "shippingAddress": address(given.get("shippingAddress"), shop.next_id()),
        "billingAddress": address(given.get("billingAddress"), shop.next_id()),
        "lines": lines,
        "shippingLines": shipping,
        "taxLines": [_tax(line) for line in given.get("taxLines") or []],
        "discount": discount,
        "transactions": [_transaction(shop, one, app) for one in given.get("transactions") or []],
        "financialStatus": None,
        "fulfillmentOrders": [],
        "fulfillments": [],
        "refunds": [],
        "metafields": [_metafield(shop, field) for field in metafields],
    }
    order["customerId"] = customer_for(shop, given, order["shippingAddress"])
    settle_totals(order)
    if given.get("financialStatus"):
        order["financialStatus"] = given["financialStatus"]
    else:
        recompute_financial_status(order)
    if behaviour != "BYPASS":
        for line, (_, variant) in zip(lines, wanted, strict=True):
            line["claim"] = stock.claim(shop, variant, line["quantity"]) if variant else None
    order["fulfillmentOrders"] = open_orders(shop, order)
    topics = ["orders/create", *(["orders/paid"] if order["financialStatus"] == "PAID" else [])]
    shop.save_order(order, *topics)
    if given.get("fulfillment"):
        sent = given["fulfillment"]
        ship(shop, order, order["fulfillmentOrders"], None, [
            {"company": sent.get("trackingCompany"), "number": sent.get("trackingNumber"), "url": None}
        ] if sent.get("trackingNumber") or sent.get("trackingCompany") else [])  # fmt: skip
    return order


def _check_stock(wanted: list[tuple[Doc, Doc | None]]) -> None:
    need: dict[int, int] = {}
    for at, (line, variant) in enumerate(wanted):
        if variant is None:
            continue
        need[variant["id"]] = need.get(variant["id"], 0) + line["quantity"]
        if not stock.claimable(variant, need[variant["id"]]):
            raise refuse(["order", "lineItems", str(at)], "Unable to reserve inventory", "INVENTORY_CLAIM_FAILED")


def _line(shop: Shop, given: Doc, variant: Doc | None, currency: str) -> Doc:
    product = shop.products[variant["productId"]] if variant else None
    own = variant["title"] if variant and variant["title"] != "Default Title" else None
    price = Decimal(variant["price"]) if variant else Decimal(0)
    if given.get("priceSet"):
        price = Decimal(given["priceSet"]["shopMoney"]["amount"])
    return {
        "id": shop.next_id(),
        "variantId": variant["id"] if variant else None,
        "productId": product["id"] if product else None,
        "title": given.get("title") or (product["title"] if product else ""),
        "variantTitle": given.get("variantTitle") or own,
        "sku": given.get("sku") or (variant["sku"] if variant else None),
        "vendor": given.get("vendor") or (product["vendor"] if product else None),
        "quantity": given["quantity"],
        "currentQuantity": given["quantity"],
        "price": str(cents(price, currency)),
        "discount": "0",
        "requiresShipping": given["requiresShipping"],
        "taxable": given["taxable"],
        "giftCard": given["giftCard"],
        "properties": [{"key": one["name"], "value": one["value"]} for one in given.get("properties") or []],
        "taxLines": [_tax(line) for line in given.get("taxLines") or []],
        "claim": None,
    }


def _shipping(shop: Shop, given: Doc) -> Doc:
    return {
        "id": shop.next_id(),
        "title": given["title"],
        "code": given.get("code") or given["title"],
        "source": given.get("source"),
        "price": given["priceSet"]["shopMoney"]["amount"],
        "discount": "0",
        "taxLines": [_tax(line) for line in given.get("taxLines") or []],
    }


def _tax(given: Doc) -> Doc:
    amount = given["priceSet"]["shopMoney"]["amount"] if given.get("priceSet") else "0"
    return {"title": given["title"], "rate": given["rate"], "price": amount, "channelLiable": given["channelLiable"]}


def _transaction(shop: Shop, given: Doc, app: str) -> Doc:
    return {
        "id": shop.next_id(),
        "kind": given["kind"],
        "status": given["status"],
        "gateway": given.get("gateway"),
        "amount": given["amountSet"]["shopMoney"]["amount"],
        "parentId": None,
        "authorizationCode": given.get("authorizationCode"),
        "receiptJson": given.get("receiptJson"),
        "test": given["test"],
        "createdAt": shop.now(),
        "processedAt": seconds(given["processedAt"]) if given.get("processedAt") else shop.now(),
    }


def _metafield(shop: Shop, given: Doc) -> Doc:
    kept = {name: given[name] for name in ("namespace", "key", "type", "value")}
    return {**kept, "id": shop.next_id(), "createdAt": shop.now(), "updatedAt": shop.now()}


def _upsert_email(given: Doc) -> str | None:
    customer = given.get("customer") or {}
    wanted: Doc = customer.get("toUpsert") or customer.get("toAssociate") or {}
    return wanted.get("email")


def _discount(given: Doc | None, lines: list[Doc], shipping: list[Doc], currency: str) -> Doc | None:
    """Spread the one discount over lines (or shipping); the last line takes the rounding."""
    if not given:
        return None
    kind, code = next((kind, one) for kind, one in given.items() if one)
    if kind == "freeShippingDiscountCode":
        for line in shipping:
            line["discount"] = line["price"]
    else:
        whole = total([_worth(line) for line in lines])
        if kind == "itemPercentageDiscountCode":
            amount = cents(whole * Decimal(str(code.get("percentage") or 0)) / 100, currency)
        else:
            amount = Decimal(code["amountSet"]["shopMoney"]["amount"]) if code.get("amountSet") else Decimal(0)
        amount = min(amount, whole)
        left = amount
        for line in lines[:-1]:
            part = cents(amount * _worth(line) / whole, currency) if whole else Decimal(0)
            line["discount"] = str(min(part, left))
            left -= min(part, left)
        lines[-1]["discount"] = str(left)
    return {"code": code["code"], "kind": kind}


def _worth(line: Doc) -> Decimal:
    return Decimal(line["price"]) * int(line["quantity"])
