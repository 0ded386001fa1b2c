"""Cancelling a whole order, and taking units off one (reference shopify-admin-api.md 5)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from tokbridge.core.errors import Actor, OrderGone, Refused, Retry, Unknown
from tokbridge.core.saying import say
from tokbridge.stores.nouns import ParcelItem
from tokbridge.stores.shopify import mutations, queries
from tokbridge.stores.shopify.answers import refused, user_errors
from tokbridge.stores.shopify.transport import Transport

_REASONS = frozenset({"CUSTOMER", "DECLINED", "FRAUD", "INVENTORY", "OTHER", "STAFF"})
_MAX_NOTE = 255

Node = Mapping[str, Any]


class Cancellations:
    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def order(self, ref: str, reason: str, restock: bool) -> bool:
        """True once Shopify's order says so. The mutation only starts a job, so a fresh cancellation is False.

        `reason` is one of Shopify's words or a text, which becomes the staff note.
        """
        order = self._transport.call(queries.CANCELLED, {"id": ref})["order"]
        if not order:
            raise OrderGone(say("Shopify has no order {order}", order=ref))
        if order["cancelledAt"]:
            return True
        word = reason.strip().upper()
        variables = {
            "id": ref,
            "reason": word if word in _REASONS else "OTHER",
            "restock": restock,
            "note": reason.strip()[:_MAX_NOTE],
            "refund": {"originalPaymentMethodsRefund": True},
        }
        payload = self._transport.mutate(mutations.ORDER_CANCEL, variables)
        errors = user_errors(payload, "orderCancelUserErrors")
        words = " ".join(text for _, text in errors)
        if "already been canceled" in words:
            return True
        if "already in progress" in words or not errors:
            return False
        raise refused(errors)

    def lines(self, ref: str, items: Sequence[ParcelItem], restock: bool, key: str) -> None:
        """Refund and remove units that are not yet shipped. The refund's note carries `key`, so that a repetition is
        recognised also after the 24 hours that Shopify remembers an idempotency key."""
        order = self._transport.call(queries.REMOVED, {"id": ref})["order"]
        if not order:
            raise OrderGone(say("Shopify has no order {order}", order=ref))
        note = f"Tokbridge {key}"
        if any(refund.get("note") == note for refund in order["refunds"]):
            return
        wanted = _removable(order, items)
        if not wanted:
            return
        taken = [
            {"lineItemId": row, "quantity": quantity, "restockType": "CANCEL" if restock else "NO_RESTOCK"}
            for row, quantity in wanted.items()
        ]
        variables = {
            "input": {
                "orderId": ref,
                "note": note,
                "notify": False,
                "refundLineItems": taken,
                "transactions": self._transactions(ref, taken),
            },
            "key": key,
        }
        payload = self._transport.mutate(mutations.REFUND_CREATE, variables)
        errors = user_errors(payload)
        if errors:
            raise _refund_error(errors)
        if not payload.get("refund"):
            raise Unknown("no refund", "refundCreate answered neither a refund nor an error")

    def _transactions(self, ref: str, taken: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """The money that Shopify itself suggests for these units, booked against the payments they came from; none on
        an unpaid order."""
        variables = {"id": ref, "items": taken}
        suggestion = self._transport.call(queries.SUGGESTED_REFUND, variables)["order"]["suggestedRefund"]
        return [
            {
                "orderId": ref,
                "parentId": suggested["parentTransaction"]["id"],
                "gateway": suggested["gateway"],
                "kind": "REFUND",
                "amount": suggested["amountSet"]["shopMoney"]["amount"],
            }
            for suggested in (suggestion or {}).get("suggestedTransactions", ())
            if suggested["parentTransaction"] and Decimal(suggested["amountSet"]["shopMoney"]["amount"]) > 0
        ]


def _removable(order: Node, items: Sequence[ParcelItem]) -> dict[str, int]:
    """Units per row still to take off: never more than the row still has. Raises Refused for shipped units."""
    rows = {row["id"]: row for row in order["lineItems"]["nodes"]}
    wanted: dict[str, int] = {}
    for item in items:
        if item.line_ref not in rows:
            raise Refused("no such row", say("the Shopify order has no row {row}", row=item.line_ref), Actor.OPERATOR)
        wanted[item.line_ref] = wanted.get(item.line_ref, 0) + item.quantity
    for ref, row in rows.items():
        if ref not in wanted:
            continue
        wanted[ref] = min(wanted[ref], row["currentQuantity"])
        if wanted[ref] > row["unfulfilledQuantity"]:
            words = say("{sku}: the units to cancel are already shipped in Shopify", sku=row["sku"] or ref)
            raise Refused("already shipped", words)
    return {ref: quantity for ref, quantity in wanted.items() if quantity > 0}


def _refund_error(errors: list[tuple[str, str]]) -> Exception:
    """refundCreate's errors have no code (reference 3.4)."""
    words = "; ".join(text for _, text in errors)
    if "different parameters" in words:
        return Unknown("IDEMPOTENCY_KEY_PARAMETER_MISMATCH", words)  # the first request with this key may have worked
    if "concurrent" in words.casefold() or "in progress" in words.casefold():
        return Retry("IDEMPOTENCY_CONCURRENT_REQUEST", words)
    return refused(errors)
