"""The Orders list and what it asks for every few seconds."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tokbridge.core.days import day
from tokbridge.records import direct, names
from tokbridge.records.choice import ARCHIVED
from tokbridge.records.choice import Tab as Walked
from tokbridge.records.models import Problem, SavedView, User
from tokbridge.records.selection import Selection
from tokbridge.web import words
from tokbridge.web.acting import may_act
from tokbridge.web.cells import Table
from tokbridge.web.chips import chips
from tokbridge.web.columns import COLUMNS, FIRST, Column, columns_of
from tokbridge.web.filters import CARRIED, DUE, NEWEST, SORTS, STANDINGS, problem_title
from tokbridge.web.listing import PAGE, arrived, page
from tokbridge.web.place import Place
from tokbridge.web.rows import Trouble, read, refusal, rows, trouble
from tokbridge.web.tabs import TABS, ShownTab, Tally, tallies
from tokbridge.web.wanted import Wanted, place_after

_VIEWS = "SELECT * FROM records_savedview WHERE user_id = %s ORDER BY name"
_STOPPED = (
    "SELECT * FROM records_problem WHERE connection_id IS NOT NULL AND order_id IS NULL AND closed_at IS NULL"
    " ORDER BY first_at LIMIT 5"
)


@dataclass(frozen=True, slots=True)
class Head:
    """A column's head. `address`: what a click leads to, "" when it cannot be sorted by; `way`: the value of
    aria-sort, "" unless the list is sorted by it."""

    column: Column
    address: str
    way: str


def may_see_buyers(request: HttpRequest) -> bool:
    return isinstance(request.user, User) and request.user.sees_buyers


@require_safe
def orders(request: HttpRequest) -> HttpResponse:
    """One page of orders. Everything in it can be read without a script."""
    wanted = Wanted.read(request.GET)
    if jump := day(request.GET.get("jump", "")):
        by_placed = replace(wanted, sort=NEWEST)  # a day is a place in that order only
        return redirect(f"{request.path}{by_placed.address(older=place_after(jump))}")
    sees_buyers = may_see_buyers(request)
    asked = wanted.selection(by_buyer=sees_buyers)
    shown = page(wanted, asked)
    accounts, stores = names.accounts(), names.stores()
    columns = columns_of(request.user)
    tabs = _tabs(wanted, asked)
    short = asked.sortable(wanted.tab.walked)
    sort = wanted.sort if short or wanted.sorted_by.by_placed else NEWEST
    table = Table(columns, acts=may_act(request))
    context = {
        "section": "orders",
        "wanted": wanted,
        "asked": wanted.asked().items(),
        "query": wanted.query(),
        "sees_buyers": sees_buyers,
        "body": table.body(rows(read(shown.ids), accounts, sees_buyers=sees_buyers)),
        "n": len(shown.ids),
        "matching": tabs["current"].tally,
        "heads": _heads(wanted, columns, sort, short=short),
        "sorts": _sorts(columns, short=short),
        "sort": sort,
        "first_head": FIRST,
        "ids": ",".join(map(str, shown.ids)),
        "last": shown.older or "",
        "older": wanted.address(older=shown.older) if shown.older else "",
        "newer": wanted.address(newer=shown.newer) if shown.newer else "",
        "by_placed": wanted.sort == NEWEST,
        "first": wanted.address(),
        "archived": _archived(wanted) if asked.left_out(wanted.tab.walked) else "",
        "accounts": accounts.items(),
        "stores": stores.items(),
        "standings": STANDINGS.items(),
        "modes": words.LOGISTICS.items(),
        "fulfilments": words.FULFILMENT.items(),
        "dues": DUE.items(),
        "carried": CARRIED.items(),
        "currencies": _currencies(asked, wanted.currency),
        "problems": _problems(asked, wanted.problem),
        "chips": chips(wanted, {"account": accounts, "store": stores}),
        "columns": [(column, column in columns) for column in COLUMNS],
        "views": _views(request),
        "banners": banners(),
        **tabs,
    }
    return render(request, "web/orders/page.html", context)


@require_safe
def live(request: HttpRequest) -> HttpResponse:
    """What changed since a list was shown: counts, how many orders are new, and the cells that can change."""
    wanted = Wanted.read(request.GET)
    sees_buyers = may_see_buyers(request)
    asked = wanted.selection(by_buyer=sees_buyers)
    listed = request.GET.get("rows", "").split(",")[: 2 * PAGE]
    ids = {int(text) for text in listed if re.fullmatch(r"[0-9]{1,18}", text)}
    last = Place.read(request.GET.get("last", ""))
    table = Table(columns_of(request.user), live=True, acts=may_act(request))
    context = {
        "cells": table.changed(rows(read(sorted(ids)), {}, sees_buyers=sees_buyers)),
        "new": arrived(wanted, asked, ids, last) if wanted.first_page else Tally(0),
        "first": wanted.address(),
        "live": True,
        **_tabs(wanted, asked),
    }
    return render(request, "web/orders/live.html", context)


def _tabs(wanted: Wanted, asked: Selection) -> dict[str, Any]:
    counted = tallies(asked)
    shown = [ShownTab(tab, counted[tab], wanted.address(tab=tab), tab is wanted.tab) for tab in TABS.values()]
    return {
        "tabs": [each for each in shown if not each.tab.hidden],
        "more_tabs": [each for each in shown if each.tab.hidden],
        "current": next(each for each in shown if each.current),
    }


def _views(request: HttpRequest) -> Sequence[SavedView]:
    return direct.read(SavedView, _VIEWS, [request.user.pk]) if isinstance(request.user, User) else []


def _archived(wanted: Wanted) -> str:
    """The address of the archived orders that the same question means."""
    return replace(wanted, standing=ARCHIVED, older=None, newer=None).address()


def _heads(wanted: Wanted, columns: list[Column], sort: str, *, short: bool) -> list[Head]:
    """`sort`: what the list is sorted by. By the time of placing every list can be sorted; by anything else those that
    are `short`."""
    by, down = sort.removeprefix("-"), sort.startswith("-")
    heads = []
    for column in columns:
        can = column.sort == "placed" or (short and column.sort)
        way = ("descending" if down else "ascending") if column.sort and column.sort == by else ""
        heads.append(Head(column, wanted.sort_address(column.sort) if can else "", way))
    return heads


def _sorts(columns: list[Column], *, short: bool) -> list[tuple[str, str]]:
    """The same for windows too narrow for heads, as a choice: (value of `sort`, title), each way."""
    found = []
    for column in COLUMNS:
        if column.sort == "placed" or (short and column.sort and column in columns):
            down = ("-" + column.sort, _("%s, descending") % column.title)
            up = (column.sort, _("%s, ascending") % column.title)
            found += [down, up] if SORTS[column.sort][1] else [up, down]
    return found


def _problems(asked: Selection, chosen: str) -> list[tuple[str, str]]:
    """Problem codes that orders have now, by title."""
    codes = {facet.problem for facet, _n in asked.facets(Walked(errors=True))} | ({chosen} if chosen else set())
    return sorted(((code, problem_title(code)) for code in codes), key=lambda one: one[1])


def _currencies(asked: Selection, chosen: str) -> list[tuple[str, str]]:
    """Those that orders have."""
    codes = {facet.currency for facet, _n in asked.facets(Walked())} | {chosen}
    return [(code, code) for code in sorted(codes - {""})]


def banners() -> list[tuple[str, Trouble]]:
    """Connections that are stopped: (name, why)."""
    found = []
    for row in direct.read(Problem, _STOPPED, []):
        why = trouble(row.code, row.words)
        if row.connection is not None and why is not None:
            found.append((row.connection.name, replace(why, code=refusal(row, row.connection))))
    return found
