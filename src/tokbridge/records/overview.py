"""Figures over many orders, each bounded: it walks one index from one end and stops after so many rows.

Indexes: `order_status_placed` (to ship), `order_placed` (days, carried), `order_account_placed` (an account's day). At a
million orders nothing here reads more than the rows it names.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection

from tokbridge.records.choice import ARCHIVED, Tab
from tokbridge.records.facets import Facet, parse
from tokbridge.records.models import Order
from tokbridge.records.selection import Selection

A_DAY = 50_000  # newest orders of one day that are counted
LATELY = 5_000  # newest orders that are looked at for how fast they were carried
OLDEST = 5_000  # oldest orders of a status that are looked at for their ship-by time

# What TikTok never paid for is no revenue: cancelled, unpaid, unreadable. A total that does not add up is NULL.
_DAY = """
SELECT currency, COUNT(*), SUM(CASE WHEN status NOT IN ('CANCELLED', 'UNPAID', '') THEN seller_total END),
  SUM(CASE WHEN status NOT IN ('CANCELLED', 'UNPAID', '') AND seller_total IS NULL THEN 1 ELSE 0 END)
FROM (
  SELECT currency, status, seller_total FROM records_order WHERE placed_at >= %s AND placed_at < %s
  ORDER BY placed_at DESC, id DESC LIMIT %s
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
    minor units; `without`: orders that have no figure, as TikTok's own do not add up."""

    currency: str
    orders: int
    revenue: int
    without: int


@dataclass(frozen=True, slots=True)
class ToShip:
    """`more`: there are more than were counted or looked at, so the figures are the least there can be."""

    orders: int
    late: int
    soon: int
    more: bool


@dataclass(frozen=True, slots=True)
class Carried:
    """Of `orders` that became ready: how many stood in the store within each number of seconds."""

    orders: int
    within: dict[int, int]


def placed(start: int, end: int) -> list[DayOfCurrency]:
    """Orders placed from `start` until before `end` (Unix seconds), by currency, the most orders first."""
    with connection.cursor() as cursor:
        cursor.execute(_DAY, [start, end, A_DAY])
        rows = [DayOfCurrency(code, int(n), int(total or 0), int(none or 0)) for code, n, total, none in cursor]
    return sorted(rows, key=lambda row: (-row.orders, row.currency))


def placed_at(account_id: int, begin: int, end: int) -> dict[Facet, int]:
    """Where the orders of an account that were placed in [begin, end) stand."""
    with connection.cursor() as cursor:
        cursor.execute(_FACETS, [account_id, begin, end, A_DAY])
        return {parse(text): int(n) for text, n in cursor}


def to_ship(statuses: Sequence[str], now: float, soon: float) -> ToShip:
    """Orders in these statuses, as the list counts them: without archived ones; and of the oldest those whose ship-by
    time is over or comes within `soon`."""
    orders, late, nearly, more = 0, 0, 0, False
    for status in statuses:
        n = Selection().most(Tab((status,)))
        of_status = Order.objects.filter(status=status).order_by("placed_at", "pk")
        oldest = of_status.values_list("ship_by", "tokbridge_status")[:OLDEST]
        times = [at for at, standing in oldest if at is not None and standing != ARCHIVED]
        orders += n
        late += sum(at < now for at in times)
        nearly += sum(now <= at < now + soon for at in times)
        more = more or n > OLDEST
    return ToShip(orders, late, nearly, more)


def carried(since: int, limits: Sequence[int], now: float, left_out: Sequence[str]) -> Carried:
    """How fast the newest orders placed since then came into the store. An order that is ready and not there counts as
    late once the limit is over. `left_out`: Tokbridge statuses of orders that are not to be carried."""
    newest = Order.objects.filter(placed_at__gte=since).order_by("-placed_at", "-pk")
    rows = newest.values_list("ready_at", "created_at", "tokbridge_status")[:LATELY]
    orders, within = 0, dict.fromkeys(limits, 0)
    for ready_at, created_at, standing in rows:
        if ready_at is None or ready_at > now or (created_at is None and standing in left_out):
            continue
        took = (now if created_at is None else created_at) - ready_at
        if created_at is None and took < min(limits):
            continue  # too early to tell
        orders += 1
        for limit in limits:
            within[limit] += created_at is not None and took <= limit
    return Carried(orders, within)
