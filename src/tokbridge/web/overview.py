"""The Overview page: what is to ship and late, what stands still and why, how much came in, the proof that nothing is
missing, and how the connections are."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from datetime import time as clock_time
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from tokbridge.records import overview as figures
from tokbridge.records.overview import DayOfCurrency
from tokbridge.web import charts, connected, proof
from tokbridge.web.filters import CARRIED, SOON
from tokbridge.web.lists import counted, everywhere, orders
from tokbridge.web.numbers import amount, figure, percent
from tokbridge.web.problem_groups import ShownGroup, shown_groups
from tokbridge.web.templatetags.show import short_day, weekday

DAYS = 14
LIMITS = tuple(map(int, CARRIED))  # seconds
CAUSES = 6  # shown; the others are on the Problems page
KEPT_TODAY, KEPT_OVER = 15.0, 600.0  # seconds a process trusts its figures of today, and of days that are over

_lock = threading.Lock()
_days: dict[tuple[int, int], tuple[float, list[DayOfCurrency]]] = {}


@dataclass(frozen=True, slots=True)
class Day:
    day: date
    found: list[DayOfCurrency]

    @property
    def orders(self) -> int:
        return sum(one.orders for one in self.found)


@dataclass(frozen=True, slots=True)
class Revenue:
    """One currency's; never added to another's. `orders`: all that were placed, which `address` lists; of those,
    `cancelled` and `unpaid` ones are left out of the total, and those `without` a figure cannot be in it."""

    total: str
    orders: int
    address: str
    cancelled: int
    cancelled_list: str
    unpaid: int
    unpaid_list: str
    without: int
    spark: SafeString


@dataclass(frozen=True, slots=True)
class Share:
    """`late`: orders that were not in the store within the time, which `address` lists."""

    words: str
    percent: str
    value: int
    late: int
    address: str


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    return render(request, "web/overview/page.html", {"section": "overview", **_context()})


@require_safe
def live(request: HttpRequest) -> HttpResponse:
    """All that the page shows, for whoever has it open."""
    return render(request, "web/overview/figures.html", _context())


def _context() -> dict[str, Any]:
    now = time.time()
    days = last_days(now)
    groups = shown_groups()
    sums = _by_cause(groups)
    ready = sum(one.ready for day in days for one in day.found)
    to_ship = figures.to_ship(now, SOON)
    proofs = proof.proven()
    connections = connected.health()
    steps = connected.steps() if connected.steps_left() else []
    return {
        "to_ship": to_ship,
        "to_ship_list": orders(due="all"),
        "late_list": orders(due="late", sort="due"),
        "soon_list": orders(due="soon", sort="due"),
        "stuck": sum(group.n for group in groups),
        "causes": sums[:CAUSES],
        "more_causes": max(0, len(sums) - CAUSES),
        "most": max([1, *(n for _about, n, _address in sums)]),
        "today": days[-1].orders,
        "today_list": _of_day(days[-1].day),
        "total": sum(day.orders for day in days),
        "total_list": counted(placed_from=days[0].day.isoformat()),
        "days": [(day, _of_day(day.day)) for day in days],
        "chart": _chart(days),
        "revenue": _revenue(days),
        "carried": ready,
        "shares": _shares(days, ready),
        "proofs": proofs,
        "missing": proof.missing(proofs),
        "counted_at": proof.counted_at(proofs),
        "health": connections,
        "health_sum": connected.sum_up(connections),
        "steps": steps,
    }


def last_days(now: float) -> list[Day]:
    """The last days of the user's zone, today last."""
    today = datetime.fromtimestamp(now, timezone.get_current_timezone()).date()
    found = []
    for back in range(DAYS - 1, -1, -1):
        day = today - timedelta(days=back)
        found.append(
            Day(day, _placed(_start(day), _start(day + timedelta(days=1)), KEPT_OVER if back > 1 else KEPT_TODAY))
        )
    return found


def forget() -> None:
    """Count anew."""
    proof.forget()
    with _lock:
        _days.clear()


def _start(day: date) -> int:
    return int(datetime.combine(day, clock_time.min, timezone.get_current_timezone()).timestamp())


def _placed(start: int, end: int, keep: float) -> list[DayOfCurrency]:
    now = time.monotonic()
    with _lock:
        until, found = _days.get((start, end), (0.0, []))
    if until > now:
        return found
    found = figures.placed(start, end, LIMITS, time.time())
    with _lock:
        if len(_days) > 50 * DAYS:  # as many zones as that nobody has
            _days.clear()
        _days[(start, end)] = (now + keep, found)
    return found


def _of_day(day: date) -> str:
    return counted(placed_from=day.isoformat(), placed_to=day.isoformat())


def _chart(days: list[Day]) -> SafeString:
    shown = []
    for day in days:
        n = ngettext("%s order", "%s orders", day.orders) % figure(day.orders)
        label = short_day(day.day)  # which what is read out must hold as well
        shown.append(charts.Bar(day.orders, label, f"{label} ({weekday(day.day)}): {n}", _of_day(day.day)))
    return charts.bars(shown, _("Orders per day"))


def _revenue(days: list[Day]) -> list[Revenue]:
    by_currency: dict[str, list[DayOfCurrency | None]] = {}
    for place, day in enumerate(days):
        for one in day.found:
            if one.currency:
                by_currency.setdefault(one.currency, [None] * len(days))[place] = one
    found = []
    for currency, rows in by_currency.items():
        told = [row for row in rows if row is not None]
        asked: dict[str, str] = {"currency": currency, "placed_from": days[0].day.isoformat()}
        found.append(
            Revenue(
                total=amount(sum(row.revenue for row in told), currency),
                orders=sum(row.orders for row in told),
                address=counted(**asked),
                cancelled=sum(row.cancelled for row in told),
                cancelled_list=counted(tab="cancelled", **asked),
                unpaid=sum(row.unpaid for row in told),
                unpaid_list=counted(tab="unpaid", **asked),
                without=sum(row.without for row in told),
                spark=charts.spark([row.revenue if row else 0 for row in rows], _("%s per day") % currency),
            )
        )
    return sorted(found, key=lambda one: -one.orders)


def _by_cause(groups: list[ShownGroup]) -> list[tuple[ShownGroup, int, str]]:
    """Each cause once over all accounts and stores with its orders and where they are listed, the most orders first."""
    of_code: dict[str, list[ShownGroup]] = {}
    for group in groups:
        of_code.setdefault(group.cause.code, []).append(group)
    sums = [
        (own[0], sum(one.n for one in own), own[0].orders if len(own) == 1 else everywhere(code))
        for code, own in of_code.items()
    ]
    return sorted(sums, key=lambda one: -one[1])


def _shares(days: list[Day], ready: int) -> list[Share]:
    found = []
    for place, limit in enumerate(LIMITS):
        late = sum(one.late[place] for day in days for one in day.found)
        share = 100 * (ready - late) / ready if ready else 0.0
        words = ngettext("within %d minute", "within %d minutes", limit // 60) % (limit // 60)
        rounded = int(share * 10) / 10  # never 100 % while one is missing
        address = counted(carried=limit, placed_from=days[0].day.isoformat())
        found.append(Share(words, percent(figure(rounded, 1)), int(share), late, address))
    return found
