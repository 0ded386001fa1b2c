"""The Orders list and what it asks for every few seconds."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tokbridge.records.models import Account, Order, Problem, User
from tokbridge.web import words
from tokbridge.web.counts import Tally, tallies
from tokbridge.web.listing import TABS, Place, Tab, Wanted, arrived, page
from tokbridge.web.rows import Trouble, rows, trouble


@dataclass(frozen=True, slots=True)
class ShownTab:
    tab: Tab
    tally: Tally
    address: str
    current: bool


def may_see_buyers(request: HttpRequest) -> bool:
    return isinstance(request.user, User) and request.user.sees_buyers


@require_safe
def orders(request: HttpRequest) -> HttpResponse:
    """One page of orders. Everything in it can be read without a script."""
    wanted = Wanted.read(request.GET)
    sees_buyers = may_see_buyers(request)
    shown = page(wanted, by_buyer=sees_buyers)
    context = {
        "section": "orders",
        "wanted": wanted,
        "sees_buyers": sees_buyers,
        "rows": rows(shown.rows, sees_buyers=sees_buyers),
        "ids": ",".join(str(row.pk) for row in shown.rows),
        "last": Place.of(shown.rows[-1]) if shown.older else "",
        "older": wanted.address(older=shown.older) if shown.older else "",
        "newer": wanted.address(newer=shown.newer) if shown.newer else "",
        "first": wanted.address(),
        "accounts": Account.objects.order_by("name").values_list("pk", "name"),
        "standings": words.TOKBRIDGE_STATUS.items(),
        "banners": banners(),
        **_tabs(wanted, sees_buyers=sees_buyers),
    }
    return render(request, "web/orders/page.html", context)


@require_safe
def live(request: HttpRequest) -> HttpResponse:
    """What changed since a list was shown: counts, how many orders are new, and the cells that can change."""
    wanted = Wanted.read(request.GET)
    sees_buyers = may_see_buyers(request)
    ids = {int(text) for text in request.GET.get("rows", "").split(",")[:100] if re.fullmatch(r"[0-9]{1,18}", text)}
    last = Place.read(request.GET.get("last", ""))
    context = {
        "rows": rows(list(Order.objects.filter(pk__in=ids)), sees_buyers=sees_buyers, live=True),
        "new": arrived(wanted, ids, last, by_buyer=sees_buyers) if wanted.first_page else 0,
        "first": wanted.address(),
        "live": True,
        **_tabs(wanted, sees_buyers=sees_buyers),
    }
    return render(request, "web/orders/live.html", context)


def _tabs(wanted: Wanted, *, sees_buyers: bool) -> dict[str, list[ShownTab]]:
    counted = tallies(wanted, by_buyer=sees_buyers)
    shown = [ShownTab(tab, counted[tab], wanted.address(tab=tab), tab is wanted.tab) for tab in TABS.values()]
    return {
        "tabs": [each for each in shown if not each.tab.hidden],
        "more_tabs": [each for each in shown if each.tab.hidden],
    }


def banners() -> list[tuple[str, Trouble]]:
    """Connections that are stopped: (name, why)."""
    stopped = Problem.objects.filter(connection__isnull=False, order=None, closed_at__isnull=True)
    found = []
    for name, code, said in stopped.order_by("first_at").values_list("connection__name", "code", "words")[:5]:
        why = trouble(code, said)
        if name is not None and why is not None:
            found.append((name, why))
    return found
