"""An order's sums and its two statuses, computed from its parts (reference 2.2)."""

from decimal import Decimal

from tokbridge.sandbox.shopify.values import Doc, cents, total


def settle_totals(order: Doc) -> None:
    """Write order["totals"]: texts for subtotal, shipping, tax, discounts, total and their current_… twins."""
    currency = order["currency"]
    lines = order["lines"]
    items = total([Decimal(line["price"]) * line["quantity"] for line in lines])
    item_discount = total([Decimal(line["discount"]) for line in lines])
    shipping = total([Decimal(line["price"]) for line in order["shippingLines"]])
    shipping_discount = total([Decimal(line["discount"]) for line in order["shippingLines"]])
    tax = _taxes(order["taxLines"]) + total([_taxes(line["taxLines"]) for line in [*lines, *order["shippingLines"]]])
    added = Decimal(0) if order["taxesIncluded"] else tax
    subtotal = items - item_discount
    whole = subtotal + shipping - shipping_discount + added
    refunded_shipping = total([Decimal(refund["shipping"]) for refund in order["refunds"]])
    now_items, now_discount, now_tax = Decimal(0), Decimal(0), Decimal(0)
    for line in lines:
        share = Decimal(line["currentQuantity"]) / Decimal(line["quantity"])
        now_items += Decimal(line["price"]) * line["currentQuantity"]
        now_discount += cents(Decimal(line["discount"]) * share, currency)
        now_tax += cents(_taxes(line["taxLines"]) * share, currency)
    now_shipping = max(Decimal(0), shipping - shipping_discount - refunded_shipping)
    left = now_items > 0 or not lines
    if refunded_shipping == 0 or now_shipping > 0:
        now_tax += total([_taxes(line["taxLines"]) for line in order["shippingLines"]])
    if left:
        now_tax += _taxes(order["taxLines"])
    now_subtotal = now_items - now_discount
    now_whole = now_subtotal + now_shipping + (Decimal(0) if order["taxesIncluded"] else now_tax)
    if order["cancelledAt"] is not None and not left:
        now_shipping = now_tax = now_whole = Decimal(0)
    order["totals"] = {
        "items": str(items), "subtotal": str(subtotal), "shipping": str(shipping), "tax": str(tax), "total": str(whole),
        "discounts": str(item_discount + shipping_discount), "current_subtotal": str(now_subtotal),
        "current_shipping": str(now_shipping), "current_tax": str(now_tax), "current_total": str(now_whole),
        "current_discounts": str(now_discount),
    }  # fmt: skip


def _taxes(lines: list[Doc]) -> Decimal:
    return total([Decimal(line["price"]) for line in lines])


def paid(order: Doc) -> Decimal:
    """What successful sales and captures brought."""
    return _booked(order, ("SALE", "CAPTURE"))


def refunded(order: Doc) -> Decimal:
    """What successful refunds gave back."""
    return _booked(order, ("REFUND",))


def authorized(order: Doc) -> Decimal:
    """What successful authorisations reserve."""
    return _booked(order, ("AUTHORIZATION",))


def _booked(order: Doc, kinds: tuple[str, ...]) -> Decimal:
    return total(
        [
            Decimal(entry["amount"])
            for entry in order["transactions"]
            if entry["kind"] in kinds and entry["status"] == "SUCCESS"
        ]
    )


def outstanding(order: Doc) -> Decimal:
    """What the buyer still owes; an authorisation counts as paid (reference 2.2)."""
    return Decimal(order["totals"]["current_total"]) - (paid(order) - refunded(order)) - authorized(order)


def recompute_financial_status(order: Doc) -> None:
    """Derive the status from the transactions; a status given at creation stands until this is called."""
    received, returned = paid(order), refunded(order)
    if returned > 0:
        order["financialStatus"] = "REFUNDED" if returned >= received else "PARTIALLY_REFUNDED"
    elif received > 0:
        enough = received >= Decimal(order["totals"]["total"])
        order["financialStatus"] = "PAID" if enough else "PARTIALLY_PAID"
    elif authorized(order) > 0:
        order["financialStatus"] = "AUTHORIZED"


def financial_status(order: Doc) -> str | None:
    """displayFinancialStatus; None when the order was made with neither status nor transactions."""
    status: str | None = order["financialStatus"]
    return status


def fulfillment_status(order: Doc) -> str:
    """displayFulfillmentStatus. ON_HOLD only when all that is unfulfilled is held (reference 4.4)."""
    shipped = sum(
        line["quantity"]
        for fulfillment in order["fulfillments"]
        if fulfillment["status"] == "SUCCESS"
        for line in fulfillment["lines"]
    )
    waiting = [one for one in order["fulfillmentOrders"] if one["status"] in ("OPEN", "ON_HOLD", "IN_PROGRESS")]
    if shipped and not any(line["remaining"] for one in waiting for line in one["lines"]):
        return "FULFILLED"
    if waiting and all(one["status"] == "ON_HOLD" for one in waiting):
        return "ON_HOLD"
    return "PARTIALLY_FULFILLED" if shipped else "UNFULFILLED"


def paid_and_fulfilled(order: Doc) -> bool:
    """What a shop closes by itself when it is set to."""
    return financial_status(order) == "PAID" and fulfillment_status(order) == "FULFILLED"
