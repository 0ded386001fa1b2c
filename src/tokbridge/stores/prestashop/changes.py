"""The feed of changes, which PrestaShop does not have: state lines by id, and a slow sweep by date (reference
prestashop-webservice.md 7).

The cursor is a short JSON text: `h` the last line seen, `g` a bit for each of the ids below it that was not there yet
(a slow transaction may still bring it), `t` the latest date_upd seen in the shop's own time, `s` when to sweep next
(Unix seconds), `o` how many rows of a sweep are read.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from tokbridge.stores.nouns import Change, Page
from tokbridge.stores.prestashop import readback
from tokbridge.stores.prestashop.mapping import MARK, marker_of
from tokbridge.stores.prestashop.parcels import Parcels
from tokbridge.stores.prestashop.shopfacts import ShopFacts
from tokbridge.stores.prestashop.transport import Row, Transport

ROWS = 100  # of a page
WINDOW = 32  # ids below the last one that are looked at once more
SWEEP_EVERY = 900.0
SWEEP_OVERLAP = 3720  # seconds: an hour that summer time may repeat, and transactions that took a while
_FIRST_LOOK = 86400.0


@dataclass(frozen=True, slots=True)
class Cursor:
    last: int
    gaps: int
    since: str
    sweep_at: float
    offset: int = 0

    @classmethod
    def read(cls, text: str) -> Cursor:
        value = json.loads(text)
        return cls(int(value["h"]), int(value["g"], 16), str(value["t"]), float(value["s"]), int(value["o"]))

    def text(self) -> str:
        fields = {"h": self.last, "g": f"{self.gaps:x}", "t": self.since, "s": round(self.sweep_at), "o": self.offset}
        return json.dumps(fields, separators=(",", ":"))

    def awaits(self, ref: int) -> bool:
        """Whether a line is news: above the last, or one of the gaps below it."""
        return ref > self.last or (0 <= self.last - ref < WINDOW and bool(self.gaps >> (self.last - ref) & 1))

    def after(self, seen: Iterable[int]) -> Cursor:
        """With these lines read: gaps are ids of the window, above the old last, that did not come."""
        ids = set(seen)
        last = max([self.last, *ids])
        gaps = 0
        for below in range(WINDOW):
            ref = last - below
            open_before = ref > self.last or self.awaits(ref)
            if ref > 0 and open_before and ref not in ids:
                gaps |= 1 << below
        return replace(self, last=last, gaps=gaps)


class Changes:
    def __init__(self, transport: Transport, facts: ShopFacts, parcels: Parcels, clock: Callable[[], float]) -> None:
        self._transport = transport
        self._facts = facts
        self._parcels = parcels
        self._clock = clock

    def since(self, text: str) -> Page:
        cursor = Cursor.read(text) if text else self._first()
        if cursor.offset or self._clock() >= cursor.sweep_at:
            return self._sweep(cursor)
        floor = max(0, cursor.last - WINDOW if cursor.gaps else cursor.last)
        lines = self._transport.read("order_histories", f_id=f">[{floor}]", sort="[id_ASC]", limit=f"0,{ROWS}")
        news = [line for line in lines if cursor.awaits(int(line["id"]))]
        orders = self._ours(str(line.get("id_order")) for line in news)
        following = cursor.after(int(line["id"]) for line in news)
        return Page(self._told(orders), following.text(), more=len(lines) == ROWS)

    def _first(self) -> Cursor:
        """From a day ago: the line before the first of that day, and a sweep at once."""
        since = readback.local(self._clock() - _FIRST_LOOK, self._facts)
        display = "[id]"
        first = self._transport.read(
            "order_histories", f_date_add=f">[{since}]", date="1", sort="[id_ASC]", limit="0,1", display=display
        )
        if first:
            return Cursor(int(first[0]["id"]) - 1, 0, since, self._clock() + SWEEP_EVERY)
        last = self._transport.read("order_histories", sort="[id_DESC]", limit="0,1", display=display)
        return Cursor(int(last[0]["id"]) if last else 0, 0, since, self._clock() + SWEEP_EVERY)

    def _sweep(self, cursor: Cursor) -> Page:
        """Orders of ours by date_upd: edits that leave no state line. `>` is strict, and seconds repeat: the overlap
        reads the last hour again."""
        orders = self._transport.read(
            "orders",
            f_date_upd=f">[{_earlier(cursor.since)}]",
            f_gift_message=f"[{MARK}]%",
            date="1",
            sort="[date_upd_ASC,id_ASC]",
            limit=f"{cursor.offset},{ROWS}",
        )
        if len(orders) == ROWS:
            return Page(self._told(orders), replace(cursor, offset=cursor.offset + ROWS).text(), more=True)
        latest = max([cursor.since, *(str(row.get("date_upd") or "") for row in orders)])
        following = replace(cursor, since=latest, offset=0, sweep_at=self._clock() + SWEEP_EVERY)
        return Page(self._told(orders), following.text(), more=True)

    def _ours(self, ids: Iterable[str]) -> list[Row]:
        return self._transport.read_many("orders", "id", set(ids), f_gift_message=f"[{MARK}]%")

    def _told(self, orders: Sequence[Row]) -> tuple[Change, ...]:
        parcels = self._parcels.of_rows(orders)
        return tuple(
            Change(
                ref=str(order["id"]),
                marker=marker_of(order.get("gift_message")),
                status=self._facts.status(str(order.get("current_state"))),
                cancelled=self._facts.cancelled(str(order.get("current_state"))),
                cancel_reason="",
                parcels=tuple(parcels.get(str(order["id"]), ())),
                updated_at=readback.moment(order.get("date_upd"), self._facts),
            )
            for order in orders
        )


def _earlier(since: str) -> str:
    """Plain clock arithmetic: the shop's times have no zone, and neither has their comparison."""
    moment = datetime.strptime(since, "%Y-%m-%d %H:%M:%S") - timedelta(seconds=SWEEP_OVERLAP)  # noqa: DTZ007
    return moment.strftime("%Y-%m-%d %H:%M:%S")
