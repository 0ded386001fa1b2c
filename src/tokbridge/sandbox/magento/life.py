"""What an order may still do, and the state that follows (reference magento-rest.md 8).

The first block answers as Magento's order model: only quantities and state count. `settle` is what every save of an
order does, `after_action` what shipping and invoicing do before it.
"""

from decimal import Decimal

from tokbridge.sandbox.magento.values import ZERO, Doc, dec

DEFAULT_STATUS = {
    "new": "pending",
    "pending_payment": "pending_payment",
    "processing": "processing",
    "complete": "complete",
    "closed": "closed",
    "canceled": "canceled",
    "holded": "holded",
    "payment_review": "payment_review",
}
STATUS_STATES = {
    **{status: {state} for state, status in DEFAULT_STATUS.items()},
    "fraud": {"payment_review", "processing"},
}
SMALLEST = Decimal("0.0001")


def left_to_ship(item: Doc) -> Decimal:
    """Units that may still leave: a refunded unit is the one that was shipped, as long as there is one."""
    if item.get("is_virtual") or item.get("product_type") in ("virtual", "downloadable") or item.get("locked_do_ship"):
        return ZERO
    gone = max(dec(item["qty_shipped"]), dec(item["qty_refunded"]))
    return max(dec(item["qty_ordered"]) - gone - dec(item["qty_canceled"]), ZERO)


def left_to_invoice(item: Doc) -> Decimal:
    """Units not yet billed."""
    if item.get("locked_do_invoice"):
        return ZERO
    return max(dec(item["qty_ordered"]) - dec(item["qty_invoiced"]) - dec(item["qty_canceled"]), ZERO)


def left_to_refund(item: Doc) -> Decimal:
    """Billed units not yet given back."""
    return max(dec(item["qty_invoiced"]) - dec(item["qty_refunded"]), ZERO)


def left_to_cancel(item: Doc) -> Decimal:
    """Units neither billed nor shipped."""
    if item.get("is_virtual") or item.get("product_type") in ("virtual", "downloadable"):
        return left_to_invoice(item)
    return min(left_to_invoice(item), left_to_ship(item))


def held(order: Doc) -> bool:
    """On hold, so that it must be released first."""
    return bool(order["row"].get("state") == "holded")


def can_invoice(order: Doc) -> bool:
    """Something is left to bill, in a state that allows it."""
    if order["row"].get("state") in ("holded", "payment_review", "canceled", "complete", "closed"):
        return False
    return any(left_to_invoice(item) > 0 for item in order["items"])


def can_ship(order: Doc) -> bool:
    """Something is left to ship, in a state that allows it."""
    if order["row"].get("state") in ("holded", "payment_review", "canceled") or order["row"].get("is_virtual"):
        return False
    return any(left_to_ship(item) > 0 for item in order["items"])


def can_refund(order: Doc) -> bool:
    """Paid money is left to give back."""
    row = order["row"]
    if row.get("state") in ("holded", "payment_review", "canceled", "closed"):
        return False
    if dec(row.get("total_paid")) == 0 and dec(row.get("grand_total")) == 0:
        return any(left_to_refund(item) > 0 for item in order["items"])
    return abs(dec(row.get("total_paid")) - dec(row.get("total_refunded"))) >= SMALLEST


def can_cancel(order: Doc) -> bool:
    """Something is left to bill, and the order is not at its end."""
    if order["row"].get("state") in ("holded", "payment_review", "canceled", "complete", "closed"):
        return False
    return any(left_to_invoice(item) > 0 for item in order["items"])


def can_hold(order: Doc) -> bool:
    """Not at its end and not held already."""
    return order["row"].get("state") not in ("canceled", "payment_review", "complete", "closed", "holded")


def set_state(order: Doc, state: str | None) -> None:
    """A state with its own status."""
    order["row"]["state"] = state
    order["row"]["status"] = DEFAULT_STATUS.get(state) if state else None


def after_action(order: Doc) -> None:
    """The state after a shipment or an invoice. The status becomes the state's own even when the state stays."""
    state = order["row"].get("state")
    if state not in ("canceled", "holded") and not can_invoice(order) and not can_ship(order):
        state = "complete" if dec(order["row"].get("base_grand_total")) == 0 or can_refund(order) else "closed"
    elif state == "new":
        state = "processing"
    set_state(order, state)


def settle(order: Doc) -> None:
    """What saving does to a state: complete or closed when nothing is left to do."""
    state = order["row"].get("state")
    if state == "canceled" or held(order) or can_invoice(order):
        return
    finished = not can_refund(order) and not can_ship(order) and not order["row"].get("is_virtual")
    if state in ("processing", "complete") and finished:
        set_state(order, "closed")
    elif state == "processing" and not can_ship(order):
        set_state(order, "complete")
