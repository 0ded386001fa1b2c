"""The feed of what happened to our orders in Magento (reference magento-rest.md 10).

Two lists are read one after the other: orders by updated_at (cancelled, held, invoiced, completed, closed), then
shipments by created_at (a middle shipment leaves updated_at alone). A track that is added later shows in neither:
`parcels_of` finds it. Reading goes on from the last row's time, not by page number, so that a row that moves while we
read pushes no other out of sight; only rows of one second are paged.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from tokbridge.core.errors import Refused
from tokbridge.stores.magento import readback
from tokbridge.stores.magento.answers import Json
from tokbridge.stores.magento.mapping import utc
from tokbridge.stores.magento.parcels import MOST_ORDERS, Parcels
from tokbridge.stores.magento.readback import CHANGE_FIELDS
from tokbridge.stores.magento.search import PAGE, Where, criteria
from tokbridge.stores.magento.transport import Transport
from tokbridge.stores.nouns import Change, Page

OVERLAP = 180  # seconds: transactions commit late
FIRST_LOOK = 86400  # seconds back when there is no cursor yet

_SHIPMENT_FIELDS = "items[entity_id,order_id,created_at],total_count"


@dataclass(frozen=True, slots=True)
class Feed:
    """Where the reading of one list stands; times are Unix seconds of Magento's clock, but `seen_at`, which is ours
    and measures only how long nothing new has come."""

    since: int
    page: int = 1
    latest: int = 0  # the newest time seen
    seen_at: int = 0  # when it was first seen

    def after(self, times: Sequence[int], total: int, now: float) -> tuple[Feed, bool]:
        """(where to go on, whether at once) after a page of rows with these times."""
        newest = max([self.latest, *times])
        seen_at = int(now) if newest > self.latest else self.seen_at
        told = replace(self, latest=newest, seen_at=seen_at)
        if total > PAGE * self.page and times:
            last = max(times)
            if last > self.since:
                return replace(told, since=last, page=1), True
            return replace(told, page=self.page + 1), True
        # All is read. What commits late has an older time: overlap, until nothing new has come for long enough.
        quiet = now - seen_at > 2 * OVERLAP
        behind = newest - (0 if quiet else OVERLAP)
        return replace(told, since=max(behind, 0) if newest else self.since, page=1), False


@dataclass(frozen=True, slots=True)
class Cursor:
    """As a JSON list of nine for the caller to keep, well within 200 characters."""

    reading: str  # "orders" or "shipments"
    orders: Feed
    shipments: Feed

    @classmethod
    def begin(cls, now: float) -> Cursor:
        first = Feed(since=int(now) - FIRST_LOOK)
        return cls("orders", first, first)

    @classmethod
    def read(cls, text: str) -> Cursor:
        try:
            reading, *numbers = json.loads(text)
            return cls(reading, Feed(*numbers[:4]), Feed(*numbers[4:]))
        except (ValueError, TypeError) as error:
            raise Refused("cursor", "not a cursor of Magento's changes") from error

    def text(self) -> str:
        feeds = (self.orders, self.shipments)
        return json.dumps([self.reading, *(n for f in feeds for n in (f.since, f.page, f.latest, f.seen_at))])


class Changes:
    def __init__(self, transport: Transport, parcels: Parcels, clock: Callable[[], float]) -> None:
        self._transport = transport
        self._parcels = parcels
        self._clock = clock

    def since(self, text: str) -> Page:
        """One page of one list. Orders without ext_order_id are the shop's own and left out."""
        at = Cursor.read(text) if text else Cursor.begin(self._clock())
        if at.reading == "orders":
            return self._orders(at)
        return self._shipments(at)

    def _orders(self, at: Cursor) -> Page:
        since = Where("updated_at", "gteq", utc(at.orders.since))
        wanted = criteria(since, _OURS, sort=("updated_at", "entity_id"), page=at.orders.page, fields=CHANGE_FIELDS)
        rows, total = self._transport.page("orders.changed", "orders", wanted)
        times = [int(readback.moment(row.get("updated_at"))) for row in rows]
        feed, more = at.orders.after(times, total, self._clock())
        following = replace(at, orders=feed, reading="orders" if more else "shipments")
        return Page(self._told(rows), following.text(), more=True)

    def _shipments(self, at: Cursor) -> Page:
        since = Where("created_at", "gteq", utc(at.shipments.since))
        wanted = criteria(since, sort=("created_at", "entity_id"), page=at.shipments.page, fields=_SHIPMENT_FIELDS)
        rows, total = self._transport.page("shipments.new", "shipments", wanted)
        times = [int(readback.moment(row.get("created_at"))) for row in rows]
        feed, more = at.shipments.after(times, total, self._clock())
        following = replace(at, shipments=feed, reading="shipments" if more else "orders")
        refs = list(dict.fromkeys(str(row["order_id"]) for row in rows if row.get("order_id")))
        return Page(self._told(self._of(refs)), following.text(), more)

    def _of(self, refs: Sequence[str]) -> Iterable[Json]:
        """Those of these orders that are ours."""
        for start in range(0, len(refs), MOST_ORDERS):
            where = Where("entity_id", "in", ",".join(refs[start : start + MOST_ORDERS]))
            yield from self._transport.pages(
                "orders.of", "orders", where, _OURS, sort="entity_id", fields=CHANGE_FIELDS
            )

    def _told(self, orders: Iterable[Json]) -> tuple[Change, ...]:
        """With the orders' parcels, asked for together: one call for fifty orders instead of one for each."""
        ours = {str(order["entity_id"]): order for order in orders if order.get("entity_id")}
        parcels = self._parcels.of(ours) if ours else []
        return tuple(
            readback.change(order, [parcel for parcel in parcels if parcel.order_ref == ref])
            for ref, order in ours.items()
        )


_OURS = Where("ext_order_id", "notnull")
