"""What the address asks the Orders list for. Anything that cannot be understood counts as not asked for.

`Wanted.read(request.GET)` gives the question; `wanted.selection(by_buyer=…)` the orders it means, whatever their tab;
`wanted.tab.walked` the tab. All that match: `wanted.selection(by_buyer=…).ids(wanted.tab.walked)`.
"""

from __future__ import annotations

import re
import time as clock
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import date, datetime, time, timedelta
from typing import Any, Self
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils import timezone

from tokbridge.core.days import day
from tokbridge.records import clocks, conditions
from tokbridge.records.choice import Choice, Sort
from tokbridge.records.models import Channel
from tokbridge.records.selection import Selection
from tokbridge.stores.registry import PLATFORMS
from tokbridge.sync import carriermap
from tokbridge.web import words
from tokbridge.web.filters import CARRIED, CREATED, DUE, NEWEST, SOON, SORTS, STANDINGS, TITLES
from tokbridge.web.place import Place
from tokbridge.web.span import Span, within
from tokbridge.web.tabs import ALL, TABS, Tab

CLOCKS = 86400  # seconds: TikTok's clock and ours differ by less


@dataclass(frozen=True, slots=True)
class Wanted:
    """Days are days of the user's zone; `*_to` is included."""

    tab: Tab = ALL
    q: str = ""
    account: int | None = None
    standing: str = ""
    store: int | None = None
    mode: str = ""
    fulfilment: str = ""
    created: str = ""
    due: str = ""
    carried: str = ""
    currency: str = ""
    problem: str = ""
    carrier: str = ""  # of a parcel that waits because it is not mapped
    placed_from: date | None = None
    placed_to: date | None = None
    span: Span | None = None
    created_from: date | None = None
    created_to: date | None = None
    customer: str = ""
    product: str = ""
    product_id: str = ""
    sort: str = NEWEST
    older: Place | None = None  # rows after this one
    newer: Place | None = None  # rows before this one

    @classmethod
    def read(cls, asked: QueryDict) -> Self:
        def one_of(name: str, known: Mapping[str, object]) -> str:
            text = asked.get(name, "")
            return text if text and text in known else ""

        sort = asked.get("sort", "")
        return cls(
            tab=TABS.get(asked.get("tab", ""), ALL),
            q=_text(asked, "q"),
            account=_number(asked, "account"),
            standing=one_of("standing", STANDINGS),
            store=_number(asked, "store"),
            mode=one_of("mode", words.LOGISTICS),
            fulfilment=one_of("fulfilment", words.FULFILMENT),
            created=one_of("created", CREATED),
            due=one_of("due", DUE),
            carried=one_of("carried", CARRIED),
            currency=_like(asked, "currency", "[A-Z]{3}"),
            problem=_like(asked, "problem", "[A-Za-z0-9_.:-]{1,60}"),
            carrier=_text(asked, "carrier"),
            **{name: _day(asked, name) for name in ("placed_from", "placed_to", "created_from", "created_to")},
            span=Span.read(asked.get("span", "")),
            customer=_text(asked, "customer"),
            product=_text(asked, "product"),
            product_id=_text(asked, "product_id"),
            sort=sort if sort.removeprefix("-") in SORTS else NEWEST,
            older=Place.read(asked.get("older", "")),
            newer=Place.read(asked.get("newer", "")),
        )

    def selection(self, *, by_buyer: bool) -> Selection:
        """The orders that are asked for, whatever their tab. `by_buyer`: buyers' names may be searched."""
        conditioned = [conditions.search(self.q, by_buyer=by_buyer, refs=_refs(self.q))] if self.q else []
        if self.customer and by_buyer:
            conditioned.append(conditions.customer(self.customer))
        if self.product:
            conditioned.append(conditions.product(self.product))
        if self.product_id:
            conditioned.append(conditions.product_id(self.product_id))
        if self.carrier:
            conditioned.append(conditions.Condition(ids=tuple(carriermap.unmapped(self.carrier))))
        if self.created_from or self.created_to:
            conditioned.append(conditions.created_between(_begin(self.created_from), _end(self.created_to)))
        now = clock.time()
        if self.due in {"late", "soon"}:
            conditioned.append(clocks.ship_by(0, now) if self.due == "late" else clocks.ship_by(now, now + SOON))
        if self.carried:
            conditioned.append(clocks.carried_late(int(self.carried), now))
        stores = Channel.objects.filter(store_id=self.store).values_list("pk", flat=True) if self.store else None
        choice = Choice(
            account=self.account,
            channels=None if stores is None else frozenset(stores),
            standing=self.standing or None,
            problem=self.problem or None,
            created={"no": False, "yes": True}.get(self.created),
            fulfilment=self.fulfilment or None,
            mode=self.mode or None,
            currency=self.currency or None,
            to_ship=bool(self.due),
        )
        begin, end = within(_begin(self.placed_from), _end(self.placed_to), self.span)
        if (created := _end(self.created_to)) is not None:  # nothing is created before it is placed: look from there on
            end = created + CLOCKS if end is None else min(end, created + CLOCKS)
        return Selection(choice, (begin, end), tuple(conditioned))

    def without(self, name: str) -> Self:
        """The same question without one of its filters, from its first page on."""
        none: dict[str, Any] = {name: type(self).__dataclass_fields__[name].default, "older": None, "newer": None}
        return replace(self, **none)

    @property
    def sorted_by(self) -> Sort:
        return Sort(SORTS[self.sort.removeprefix("-")][0], self.sort.startswith("-"))

    @property
    def first_page(self) -> bool:
        return self.older is None and self.newer is None

    @property
    def filtered(self) -> bool:
        return any(getattr(self, name) for name in TITLES)

    def asked(self) -> dict[str, Any]:
        """Everything that is asked for, by the names of the address; neither defaults nor a page."""
        told = {field.name: getattr(self, field.name) for field in fields(self)}
        told |= {"tab": self.tab.key, "sort": "" if self.sort == NEWEST else self.sort}
        return {name: value for name, value in told.items() if value and name not in {"older", "newer"}}

    def query(self) -> str:
        return urlencode(self.asked())

    def address(self, *, tab: Tab | None = None, older: Place | None = None, newer: Place | None = None) -> str:
        """ "?tab=…" for the same question, on another tab or page."""
        page = {name: place for name, place in (("older", older), ("newer", newer)) if place}
        return "?" + urlencode(self.asked() | {"tab": (tab or self.tab).key} | page)

    def sort_address(self, key: str) -> str:
        """For a click on a column: its usual direction first, then the other one."""
        usual = ("-" if SORTS[key][1] else "") + key
        other = key if usual.startswith("-") else "-" + key
        return replace(self, sort=other if self.sort == usual else usual, older=None, newer=None).address()


def _refs(q: str) -> list[str]:
    """What an order of this id would be called by each platform."""
    return sorted({platform.ref.format(id=q) for platform in PLATFORMS.values()})


def _text(asked: QueryDict, name: str) -> str:
    return asked.get(name, "").replace("\0", "").strip()[:100]


def _like(asked: QueryDict, name: str, pattern: str) -> str:
    text = asked.get(name, "")
    return text if re.fullmatch(pattern, text) else ""


def _number(asked: QueryDict, name: str) -> int | None:
    text = asked.get(name, "")
    return int(text) if re.fullmatch(r"[0-9]{1,18}", text) else None


def _day(asked: QueryDict, name: str) -> date | None:
    return day(asked.get(name, ""))


def _begin(of: date | None) -> int | None:
    """Its midnight in the user's zone, in Unix seconds."""
    return int(datetime.combine(of, time(), timezone.get_current_timezone()).timestamp()) if of else None


def _end(of: date | None) -> int | None:
    return _begin(of + timedelta(days=1)) if of else None


def place_after(of: date) -> Place:
    """Before the list's rows of this day, newest first."""
    return Place(_end(of) or 0, 0)
