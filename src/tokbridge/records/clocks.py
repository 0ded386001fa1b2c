"""Two clocks of an order as conditions of the Orders list: until when it is to be shipped, and how long it took from ready
to standing in the store. The Overview counts by the same texts, so that a figure is the length of its list.

Each has an index of its own that holds only the orders that may meet it; the texts repeat that index's condition word for
word, else neither database would take it.
"""

from __future__ import annotations

from tokbridge.core.standing import TokbridgeStatus
from tokbridge.records.conditions import Condition
from tokbridge.records.fragments import Sql

SOONEST = 60  # seconds: no limit for carrying is shorter; a part of the index `order_slow`
NOT_CARRIED = tuple(
    one.value
    for one in (TokbridgeStatus.NOT_OURS, TokbridgeStatus.ARCHIVED, TokbridgeStatus.CANCELLED, TokbridgeStatus.WAITING)
)
_TO_CARRY = "NOT ({0}tokbridge_status IN (" + ", ".join(f"'{one}'" for one in NOT_CARRIED) + "))"
_SHIP_BY = "{0}status IN ('AWAITING_SHIPMENT', 'PARTIALLY_SHIPPING') AND {0}ship_by >= %s AND {0}ship_by < %s"
_SLOW = f"{{0}}ready_at IS NOT NULL AND ({{0}}created_at IS NULL OR {{0}}created_at > ({{0}}ready_at + {SOONEST}))"
_LATE = (
    f"{_SLOW} AND CASE WHEN {{0}}created_at IS NOT NULL THEN {{0}}created_at > {{0}}ready_at + %s"
    f" ELSE {{0}}ready_at < %s AND {_TO_CARRY} END"
)
_READY = f"{{0}}ready_at <= %s AND ({{0}}created_at IS NOT NULL OR ({{0}}ready_at < %s AND {_TO_CARRY}))"


def ship_by(begin: float, end: float) -> Condition:
    """To be shipped, and TikTok's time for that is within [begin, end)."""
    return Condition(
        Sql(f"SELECT id FROM records_order WHERE {_SHIP_BY.format('')}", [begin, end]),
        Sql(_SHIP_BY.format("o."), [begin, end]),
        together=True,
    )


def carried_late(limit: float, now: float) -> Condition:
    """Not in the store within `limit` seconds (at least `SOONEST`) from ready: it came later, or that time is over and it
    is not there, though it is to be carried."""
    text, values = _LATE, [limit, now - limit]
    return Condition(
        Sql(f"SELECT id FROM records_order WHERE {text.format('')}", values), Sql(text.format("o."), values)
    )


def became_ready(now: float) -> Sql:
    """Of a row without a name: it was to be carried and long enough ago to tell how fast that went."""
    return Sql(_READY.format(""), [now, now - SOONEST])


def is_late(limit: float, now: float) -> Sql:
    """The same as `carried_late`, of a row without a name."""
    return Sql(_LATE.format(""), [limit, now - limit])
