"""Cancelling an order: asked for with orderCancel, done later by a job (reference 5)."""

import uuid
from decimal import Decimal

from tokbridge.sandbox.shopify import stock
from tokbridge.sandbox.shopify.change import known_order
from tokbridge.sandbox.shopify.payment import refund_sales
from tokbridge.sandbox.shopify.refund import add_refund, refund_line
from tokbridge.sandbox.shopify.refuse import refuse
from tokbridge.sandbox.shopify.shop import Shop
from tokbridge.sandbox.shopify.totals import paid, recompute_financial_status, refunded, settle_totals
from tokbridge.sandbox.shopify.values import Doc

STAFF_NOTE = 255


def ask_cancel(shop: Shop, given: Doc) -> Doc:
    """orderCancel: checks, then a job that is done later; gives the job."""
    order = known_order(shop, given["orderId"], ["orderId"], "NOT_FOUND")
    if given.get("refund") is not None and given.get("refundMethod"):
        text = "Only one of the arguments `refund` or `refund_method` is allowed."
        raise refuse(["refund"], text, "INVALID")
    if len(given.get("staffNote") or "") > STAFF_NOTE:
        text = f"Staff note is too long. Maximum length is {STAFF_NOTE} characters."
        raise refuse(["staffNote"], text, "INVALID")
    if order["cancelledAt"] is not None:
        raise refuse(["orderId"], "Cannot cancel an order that has already been canceled", "INVALID")
    if any(one["status"] == "SUCCESS" for one in order["fulfillments"]):
        raise refuse(["orderId"], "Cannot cancel an order that has outstanding fulfillments", "INVALID")
    if any(job["orderId"] == order["id"] and not job["done"] for job in shop.jobs.values()):
        raise refuse(["orderId"], "Cancellation is already in progress", "INVALID")
    method = given.get("refundMethod") or {}
    job = {
        "id": str(uuid.uuid4()),
        "orderId": order["id"],
        "done": False,
        "due": shop.now() + float(shop.settings["job_seconds"]),
        "reason": given["reason"],
        "restock": given["restock"],
        "refund": bool(given.get("refund") or method.get("originalPaymentMethodsRefund")),
        "staffNote": given.get("staffNote"),
    }
    shop.jobs[job["id"]] = job
    shop.keep("job", job["id"], job)
    return job


def finish_jobs(shop: Shop) -> None:
    """Carry out the cancellations that are due."""
    for job in [one for one in shop.jobs.values() if not one["done"] and one["due"] <= shop.now()]:
        order = shop.orders[job["orderId"]]
        if order["cancelledAt"] is None:
            cancel(shop, order, job["reason"], restock=job["restock"], give_back=job["refund"], note=job["staffNote"])
        job["done"] = True
        shop.keep("job", job["id"], job)


def cancel(shop: Shop, order: Doc, reason: str, *, restock: bool, give_back: bool, note: str | None) -> None:
    """The effect: cancelled, closed, fulfilment orders closed, quantities 0; stock and money back if wanted."""
    now = shop.now()
    for line in order["lines"]:
        claim = line["claim"]
        if claim and claim["quantity"]:
            back = claim["quantity"] if restock else 0
            variant = shop.variants[line["variantId"]]
            stock.move(shop, variant, claim["location"], available=back, committed=-claim["quantity"])
            claim["quantity"] = 0
    lines = [refund_line(shop, line, line["currentQuantity"], "CANCEL" if restock else "NO_RESTOCK", None)
             for line in order["lines"] if line["currentQuantity"]]  # fmt: skip
    for line in order["lines"]:
        line["currentQuantity"] = 0
    for one in order["fulfillmentOrders"]:
        if one["status"] != "CLOSED":
            one.update(status="CLOSED", updatedAt=now, holds=[])
            for part in one["lines"]:
                part["remaining"] = 0
    order.update(cancelledAt=now, closedAt=order["closedAt"] or now, cancelReason=reason, staffNote=note)
    open_money = paid(order) - refunded(order)
    if give_back and open_money > 0:
        entries = refund_sales(shop, order, open_money)
        add_refund(shop, order, lines, entries, shipping=Decimal(order["totals"]["shipping"]), note=None)
        recompute_financial_status(order)
    settle_totals(order)
    shop.save_order(order, "orders/cancelled")
