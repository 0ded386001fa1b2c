"""How many orders stand on each tab."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Count

from tokbridge.records.models import Order
from tokbridge.web.listing import ALL, ERROR, STATUS_TABS, Tab, Wanted, asked_for, on_tab

FEW = 2000  # under a filter that leaves no more than these, they are counted exactly, in one go
MOST = 1000  # under any other nobody needs more of a tab, and counting on would read the whole index


@dataclass(frozen=True, slots=True)
class Tally:
    """A number of orders; `more`: at least so many, the rest was not counted."""

    n: int
    more: bool = False

    def __str__(self) -> str:
        return f"{self.n:,}+" if self.more else f"{self.n:,}"


def tallies(wanted: Wanted, *, by_buyer: bool) -> dict[Tab, Tally]:
    """Exact without filters, and under filters that leave few orders; else each tab up to `MOST`."""
    counted = _filtered(wanted, by_buyer=by_buyer) if wanted.filtered else _all()
    each = [counted[tab] for tab in STATUS_TABS]
    return {ALL: Tally(sum(tally.n for tally in each), any(tally.more for tally in each)), **counted}


def _all() -> dict[Tab, Tally]:
    by_status: dict[str, int] = dict(Order.objects.order_by().values_list("status").annotate(n=Count("pk")))
    errors = Order.objects.filter(problem_code__isnull=False).count()
    return _tallied(by_status, errors)


def _tallied(by_status: Mapping[str, int], errors: int) -> dict[Tab, Tally]:
    of_tabs = {tab: Tally(sum(by_status.get(status, 0) for status in tab.statuses)) for tab in STATUS_TABS}
    return {ERROR: Tally(errors), **of_tabs}


def _filtered(wanted: Wanted, *, by_buyer: bool) -> dict[Tab, Tally]:
    orders = asked_for(wanted, by_buyer=by_buyer).order_by()
    left = list(orders.values_list("status", "problem_code")[: FEW + 1])
    if len(left) <= FEW:
        by_status = Counter(status for status, _ in left)
        return _tallied(by_status, sum(code is not None for _, code in left))
    counted = {}
    for tab in (ERROR, *STATUS_TABS):
        n = sum(part.values("pk")[: MOST + 1].count() for part in on_tab(orders, tab))
        counted[tab] = Tally(min(n, MOST), n > MOST)
    return counted
