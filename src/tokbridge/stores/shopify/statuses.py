"""Statuses of an order: what can be set (reference shopify-admin-api.md 4.3, 5).

Shopify computes its own words (PAID, FULFILLED) from payments and shipments. What can be given from outside is whether
the order is open or closed, that it is paid, how far its parcels have come, and a tag.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tokbridge.core.errors import OrderGone, Refused
from tokbridge.core.saying import say
from tokbridge.stores.nouns import StoreStatus
from tokbridge.stores.shopify import mutations, queries
from tokbridge.stores.shopify.answers import Json, one_verb_only, refused, user_errors
from tokbridge.stores.shopify.documents import Document
from tokbridge.stores.shopify.transport import Transport

Node = Mapping[str, Any]

TAG = "tag:"
_LONGEST_TAG = 40  # reference 2.1

_ORDER_STATUSES = (
    StoreStatus("open", "Open"),
    StoreStatus("closed", "Closed (archived)"),
    StoreStatus("paid", "Paid"),
)
# FulfillmentEventStatus (reference 4.3) in small letters.
_DELIVERY = (
    StoreStatus("label_purchased", "Label purchased"),
    StoreStatus("label_printed", "Label printed"),
    StoreStatus("ready_for_pickup", "Ready for pickup"),
    StoreStatus("confirmed", "Confirmed"),
    StoreStatus("carrier_picked_up", "Picked up by the carrier"),
    StoreStatus("in_transit", "In transit"),
    StoreStatus("delayed", "Delayed"),
    StoreStatus("out_for_delivery", "Out for delivery"),
    StoreStatus("attempted_delivery", "Attempted delivery"),
    StoreStatus("delivered", "Delivered"),
    StoreStatus("failure", "Delivery failed"),
)
STATUSES: tuple[StoreStatus, ...] = _ORDER_STATUSES + _DELIVERY
_EVENTS = frozenset(status.code for status in _DELIVERY)
_CODES = frozenset(status.code for status in STATUSES)


class Statuses:
    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def give(self, ref: str, status: str) -> None:
        """Looks first, so that a repetition changes nothing. Raises Refused for what can't be; the buyer is never told:
        none of these mutations sends a message."""
        code = status.strip()
        code = TAG + code[len(TAG) :].strip() if code.casefold().startswith(TAG) else code.casefold()
        _check(code)
        order = self._transport.call(queries.STATUS, {"id": ref})["order"]
        if not order:
            raise OrderGone(say("Shopify has no order {order}", order=ref))
        if code.startswith(TAG):
            self._tag(order, code.removeprefix(TAG))
        elif code in _EVENTS:
            self._progress(order, code.upper())
        else:
            self._order(order, code)

    def _tag(self, order: Node, name: str) -> None:
        """Shopify compares tags without regard to case. (Not in the reference; a second spelling would harm nobody.)"""
        if name.casefold() not in {tag.casefold() for tag in order["tags"]}:
            self._write(mutations.TAGS_ADD, {"id": order["id"], "tags": [name]})

    def _order(self, order: Node, code: str) -> None:
        if code == "paid":
            if order["displayFinancialStatus"] == "PAID":
                return
            if not order["canMarkAsPaid"]:
                payment = order["displayFinancialStatus"] or say("without a payment status")
                words = say("Shopify does not let this order be marked as paid; it is {payment}", payment=payment)
                raise Refused("not payable", words)
            self._write(mutations.ORDER_MARK_PAID, {"id": order["id"]})
        elif order["closed"] != (code == "closed"):
            if code == "open" and order["cancelledAt"]:
                raise Refused("cancelled", "a cancelled Shopify order is not opened again")
            self._write(mutations.ORDER_OPEN if code == "open" else mutations.ORDER_CLOSE, {"id": order["id"]})

    def _progress(self, order: Node, event: str) -> None:
        """Every living fulfilment whose last event is another one gets it."""
        living = [one for one in order["fulfillments"] if one["status"] == "SUCCESS"]
        if not living:
            raise Refused(
                "not shipped", "nothing of this order is shipped in Shopify, so no parcel can have come this far"
            )
        for one in living:
            last = [node["status"] for node in one["events"]["nodes"]]
            if event not in (one["displayStatus"], *last):
                self._write(mutations.FULFILMENT_EVENT, {"event": {"fulfillmentId": one["id"], "status": event}})

    def _write(self, document: Document, variables: Json) -> None:
        with one_verb_only():
            errors = user_errors(self._transport.mutate(document, variables))
        if errors:
            raise refused(errors)


def _check(code: str) -> None:
    if code.startswith(TAG):
        name = code.removeprefix(TAG)
        if not name or len(name) > _LONGEST_TAG or "," in name:
            words = say("a tag has 1 to {most} characters and no comma: {tag}", most=_LONGEST_TAG, tag=code)
            raise Refused("unknown status", words)
    elif code not in _CODES:
        choices, other = ", ".join(sorted(_CODES)), f"{TAG}NAME"
        words = say(
            "Shopify can be given {choices} or {other}, not {code}", choices=choices, other=other, code=repr(code)
        )
        raise Refused("unknown status", words)
