"""Figures over many orders, each bounded: it walks one index from one end and stops after so many rows.

Indexes: `order_placed` (days), `order_ship_by` (late), `order_account_placed` (an account's day). At a million orders
nothing here reads more than the rows it names.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection

from tokbridge.records import clocks
from tokbridge.records.choice import Choice, Tab
from tokbridge.records.facets import Facet, parse
from tokbridge.records.fragments import joined, number
from tokbridge.records.selection import Selection

A_DAY = 50_000  # newest orders of one day that are counted
LATEST = 5_000  # late orders that are counted, and as many that soon will be

# What TikTok never paid for is no revenue: cancelled, unpaid, unreadable. A total that does not add up is NULL.
_DAY = """
SELECT currency, COUNT(*), SUM(CASE WHEN status = 'CANCELLED' THEN 1 ELSE 0 END),
  SUM(CASE WHEN status = 'UNPAID' THEN 1 ELSE 0 END),
  SUM(CASE WHEN status NOT IN ('CANCELLED', 'UNPAID', '') THEN seller_total END),
  SUM(CASE WHEN status NOT IN ('CANCELLED', 'UNPAID', '') AND seller_total IS NULL THEN 1 ELSE 0 END)
  {counts}
FROM (
  SELECT currency, status, seller_total, ready_at, created_at, tokbridge_status
  FROM records_order WHERE placed_at >= %s AND placed_at < %s ORDER BY placed_at DESC, id DESC LIMIT %s
) AS newest GROUP BY currency
"""

_FACETS = """
SELECT facet, COUNT(*) FROM (
  SELECT facet FROM records_order WHERE account_id = %s AND placed_at >= %s AND placed_at < %s LIMIT %s
) AS placed GROUP BY facet
"""


@dataclass(frozen=True, slots=True)
class DayOfCurrency:
    """Orders placed in one stretch of time in one currency ("" = unreadable). `revenue`: sum of the seller's views in
    minor units, without `cancelled` and `unpaid` ones and those `without` a figure, as TikTok's own do not add up.
    `ready`: how many were to be carried; `late`: of those, how many took longer than each limit in seconds."""

    currency: str
    orders: int
    cancelled: int
    unpaid: int
    revenue: int
    without: int
    ready: int
    late: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ToShip:
    """`more`: there are more late or soon late ones than were counted, so those figures are the least there can be."""

    orders: int
    late: int
    soon: int
    more: bool


def placed(start: int, end: int, limits: Sequence[int], now: float) -> list[DayOfCurrency]:
    """Orders placed from `start` until before `end` (Unix seconds), by currency, the most orders first. `limits`: seconds
    from ready to standing in the store, each at least `clocks.SOONEST`."""
    counted = [clocks.became_ready(now), *(clocks.is_late(limit, now) for limit in limits)]
    counts = "".join(f", SUM(CASE WHEN {one.text} THEN 1 ELSE 0 END)" for one in counted)
    values = [value for one in counted for value in one.values]
    with connection.cursor() as cursor:
        cursor.execute(_DAY.format(counts=counts), [*values, start, end, A_DAY])
        rows = [
            DayOfCurrency(code, n, gone, unpaid, int(revenue or 0), without, ready, tuple(late))
            for code, n, gone, unpaid, revenue, without, ready, *late in cursor
        ]
    return sorted(rows, key=lambda row: (-row.orders, row.currency))


def placed_at(account_id: int, begin: int, end: int) -> dict[Facet, int]:
    """Where the orders of an account that were placed in [begin, end) stand."""
    with connection.cursor() as cursor:
        cursor.execute(_FACETS, [account_id, begin, end, A_DAY])
        return {parse(text): int(n) for text, n in cursor}


def to_ship(now: float, soon: float) -> ToShip:
    """What the merchant has to ship still; and of that, whose ship-by time is over or comes within `soon` seconds."""
    asked = Selection(Choice(to_ship=True))

    def within(begin: float, end: float) -> int:
        where = joined([clocks.ship_by(begin, end).of_row(), asked.of(Tab())])
        return number(f"SELECT 1 FROM records_order o WHERE {where.text} LIMIT {LATEST + 1}", where.values)

    late, nearly = within(0, now), within(now, now + soon)
    return ToShip(asked.most(Tab()), min(late, LATEST), min(nearly, LATEST), max(late, nearly) > LATEST)
