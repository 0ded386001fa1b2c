"""Which of TikTok's records are news: never an older one over a newer, at the same time only forward."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tokbridge.core.order import Order as Neutral
from tokbridge.core.status import Status, can_follow
from tokbridge.records.models import Account, Line, Order
from tokbridge.tiktok.mapping import Unreadable, to_order


@dataclass(frozen=True, slots=True)
class Record:
    """One order as TikTok sent it. `order`: None when nobody can read it, and `words` say why."""

    id: str
    raw: str
    order: Neutral | None
    words: str = ""

    @property
    def update_time(self) -> float:
        """Also of a record that cannot be read; one without a time counts as the newest."""
        told = json.loads(self.raw).get("update_time") if self.order is None else self.order.update_time
        return told if isinstance(told, int) else math.inf


def read_record(account: Account, raw: Mapping[str, Any]) -> Record:
    """What cannot be read is kept as it came, under an id of ours when it has none."""
    text = json.dumps(raw, ensure_ascii=False, separators=(",", ":"))
    order_id = str(raw.get("id") or "")
    try:
        return Record(order_id, text, to_order(dict(raw), account.shop_id, account.region))
    except Unreadable as error:
        digest = hashlib.sha256(text.encode()).hexdigest()[:24]
        return Record(order_id or f"unreadable-{digest}", text, None, str(error))


def is_news(old: Order, item: Record) -> bool:
    """Newer by TikTok's update time; at the same time only forward in the status graph, or after a record of that
    time that nobody could read."""
    if item.order is None or not old.status:
        return True
    if item.order.update_time != old.update_time:
        return item.order.update_time > old.update_time
    if old.unreadable:
        return True
    status = Status(old.status)
    return item.order.status is not status and can_follow(status, item.order.status)


def replaces(before: Record, item: Record) -> bool:
    """Of two records of one order on one page: the newer, and a readable one before any other."""
    if before.order is None or item.order is None:
        return before.order is None
    return item.order.update_time > before.order.update_time


def lines_moved(known: Mapping[str, Order], chunk: list[Record]) -> set[str]:
    """Orders whose record has the time and status we know, and a unit that is cancelled or shipped only now: TikTok's
    time counts seconds, and two units may change within one."""
    same = {
        item.id: item.order
        for item in chunk
        if item.order is not None
        and (old := known.get(item.id)) is not None
        and (old.update_time, old.status) == (item.order.update_time, item.order.status.value)
    }
    if not same:
        return set()
    rows = Line.objects.filter(order_id__in=[known[order_id].pk for order_id in same])
    then = {
        (order_id, line_id): (cancelled, bool(number))
        for order_id, line_id, cancelled, number in rows.values_list(
            "order_id", "tiktok_id", "cancelled", "tracking_number"
        )
    }
    moved = set()
    for order_id, order in same.items():
        states = [
            (then.get((known[order_id].pk, line.id), (False, False)), (line.cancelled, bool(line.tracking_number)))
            for line in order.lines
        ]
        forward = any(new > old for before, after in states for old, new in zip(before, after, strict=True))
        back = any(new < old for before, after in states for old, new in zip(before, after, strict=True))
        if forward and not back:
            moved.add(order_id)
    return moved
