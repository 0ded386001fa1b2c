"""Shipments out of Shopify and into it (reference shopify-admin-api.md 4)."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from tokbridge.core.errors import CredentialRefused, OrderGone, Refused, Retry, Unknown
from tokbridge.core.saying import say
from tokbridge.stores.nouns import Page, Parcel, ParcelItem
from tokbridge.stores.shopify import documents, mutations, queries, readback
from tokbridge.stores.shopify.answers import user_errors
from tokbridge.stores.shopify.mapping import iso
from tokbridge.stores.shopify.transport import Transport

_OVERLAP = 120.0  # seconds: the search index lags behind
_FIRST_LOOK = 86400.0  # seconds back when there is no cursor yet
_OPEN = frozenset({"OPEN", "IN_PROGRESS"})
_MOVED_PAUSE = 5.0  # seconds until fulfilment orders that changed between look and write are looked at again
# Shopify's words (reference 4.3) for fulfilment orders that were held, moved or closed after we looked.
_MOVED = ("does not exist", "invalid fulfillment order line item quantity", "unfulfillable status", "single location")

Node = Mapping[str, Any]


class _Cursor(NamedTuple):
    """Where the reading of changes stands, as a JSON list for the caller to keep. Times are of Shopify's clock."""

    since: float  # lower bound of the window
    after: str | None = None  # Shopify's own cursor inside the window
    latest: float = 0.0  # the newest update seen in the window

    @classmethod
    def read(cls, text: str) -> _Cursor:
        return cls(*json.loads(text))


class Parcels:
    def __init__(self, transport: Transport, clock: Callable[[], float]) -> None:
        self._transport = transport
        self._clock = clock

    def changes_since(self, cursor: str) -> Page:
        """One page of our orders by time of update, with their parcels."""
        at = _Cursor.read(cursor) if cursor else _Cursor(since=self._clock() - _FIRST_LOOK)
        query = f"tag:{documents.TAG} AND updated_at:>='{iso(at.since)}'"
        page = self._transport.call(queries.CHANGES, {"query": query, "after": at.after})["orders"]
        changes = tuple(readback.change(node) for node in page["nodes"])
        latest = max([at.latest, *(change.updated_at for change in changes)])
        more = bool(page["pageInfo"]["hasNextPage"])
        if more:
            following = _Cursor(at.since, page["pageInfo"]["endCursor"], latest)
        else:
            following = _Cursor(max(at.since, latest - _OVERLAP))
        return Page(changes=changes, cursor=json.dumps(following), more=more)

    def of(self, order_refs: Sequence[str]) -> list[Parcel]:
        found: list[Parcel] = []
        for ref in order_refs:
            node = self._transport.call(queries.PARCELS, {"id": ref})["order"]
            if node:
                found.extend(readback.parcels(node))
        return found

    def add(self, order_ref: str, carrier: str, number: str, items: Sequence[ParcelItem]) -> Parcel:
        """Fulfil `items` at one location; a live parcel with the same number is returned as it is."""
        existing, groups = self._look(order_ref)
        for parcel in existing:
            if number and not parcel.cancelled and _normal(parcel.number) == _normal(number):
                return parcel
        tracking = {name: value for name, value in (("company", carrier), ("number", number)) if value}
        fulfilment = {
            "lineItemsByFulfillmentOrder": _allot(groups, items),
            "notifyCustomer": False,
            "trackingInfo": tracking,
        }
        payload = self._transport.mutate(mutations.FULFILMENT_CREATE, {"fulfillment": fulfilment})
        errors = user_errors(payload)
        if errors:
            raise _fulfilment_error(errors)
        made = readback.fulfilment_parcels(order_ref, payload["fulfillment"]) if payload.get("fulfillment") else []
        if not made:
            raise Unknown("no fulfilment", "fulfillmentCreate answered neither a shipment nor an error")
        return made[0]

    def _look(self, order_ref: str) -> tuple[list[Parcel], list[Node]]:
        """Parcels and fulfilment orders as they are now: the ids of the latter change on every hold, move or cancel."""
        groups: list[Node] = []
        after = None
        while True:
            variables = {"id": order_ref, "after": after}
            order = self._transport.call(queries.FULFILMENT_ORDERS, variables)["order"]
            if not order:
                raise OrderGone(say("Shopify has no order {order}", order=order_ref))
            page = order["fulfillmentOrders"]
            groups.extend(page["nodes"])
            if not page["pageInfo"]["hasNextPage"]:
                return readback.parcels(order), groups
            after = page["pageInfo"]["endCursor"]


def _allot(groups: Sequence[Node], items: Sequence[ParcelItem]) -> list[dict[str, Any]]:
    """The fulfilment order lines that hold `items`, all at one location: one parcel leaves one place, and Shopify
    takes one location per fulfilment. Two fulfilments for one tracking number would be two parcels."""
    by_location: dict[str, list[Node]] = {}
    for group in groups:
        if group["status"] in _OPEN:
            by_location.setdefault(_location(group), []).append(group)
    for candidates in by_location.values():
        allotted = _allot_at(candidates, items)
        if allotted is not None:
            return allotted
    places = ", ".join(sorted({group["assignedLocation"]["name"] for group in groups if group["status"] in _OPEN}))
    if _allot_at([group for nodes in by_location.values() for group in nodes], items) is not None:
        words = say("the parcel's items lie at several locations: {places}; move them to one", places=places)
        raise Refused("several locations", words)
    others = ", ".join(sorted({group["status"] for group in groups} - _OPEN))
    raise Refused(
        "not fulfillable",
        say(
            "Shopify has fewer units open for shipment than the parcel holds (open at: {places};"
            " other fulfilment orders: {others})",
            places=places or say("no place"),
            others=others or say("none"),
        ),
    )


def _allot_at(groups: Sequence[Node], items: Sequence[ParcelItem]) -> list[dict[str, Any]] | None:
    """The input for these groups, None when they hold too few."""
    open_ = {item.line_ref: 0 for item in items}
    for item in items:
        open_[item.line_ref] += item.quantity
    allotted = []
    for group in groups:
        lines = []
        for line in group["lineItems"]["nodes"]:
            row = line["lineItem"]["id"]
            take = min(open_.get(row, 0), line["remainingQuantity"])
            if take > 0:
                open_[row] -= take
                lines.append({"id": line["id"], "quantity": take})
        if lines:
            allotted.append({"fulfillmentOrderId": group["id"], "fulfillmentOrderLineItems": lines})
    return None if any(open_.values()) or not allotted else allotted


def _location(group: Node) -> str:
    """A deleted location has a name only."""
    assigned = group["assignedLocation"]
    location = assigned.get("location")
    return str(location["id"] if location else assigned["name"])


def _normal(number: str) -> str:
    return "".join(sign for sign in number if sign.isalnum()).upper()


def _fulfilment_error(errors: Sequence[tuple[str, str]]) -> Exception:
    words = "; ".join(text for _, text in errors)
    folded = words.casefold()
    if "does not have access" in folded:
        missing = say("access scope missing: {scopes}. {words}", scopes="write_*_fulfillment_orders", words=words)
        return CredentialRefused("ACCESS_DENIED", missing)
    if any(sign in folded for sign in _MOVED):
        return Retry("fulfilment orders changed", words, after=_MOVED_PAUSE)
    return Refused("userErrors", words)
