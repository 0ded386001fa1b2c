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
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tokbridge.core.days import day
from tokbridge.core.problems import KINDS
from tokbridge.records import clocks, conditions
from tokbridge.records.choice import EVERY, Choice, Key, Sort
from tokbridge.records.models import Channel
from tokbridge.records.selection import Selection
from tokbridge.stores.registry import PLATFORMS
from tokbridge.sync import carriermap
from tokbridge.web import words
from tokbridge.web.span import Span, within
from tokbridge.web.tabs import ALL, TABS, Tab
from tokbridge.web.templatetags.show import day_of_year
from tokbridge.web.tongue import told

SORTS: dict[str, tuple[str, bool]] = {  # (what the rows are sorted by, whether the first click shows the largest first)
    "placed": ("o.placed_at", True),
    "due": ("coalesce(o.ship_by, 99999999999)", False),
    "imported": ("o.imported_at", True),
    "updated": ("o.update_time", True),
    "own": ("o.id", True),
    "base": ("coalesce(o.base_total, 0)", True),
}
NEWEST = "-placed"
CLOCKS = 86400  # seconds: TikTok's clock and ours differ by less
STANDINGS: words.Words = {EVERY: _("Any, archived too"), **words.TOKBRIDGE_STATUS}
_MODES = words.LOGISTICS
_CREATED: words.Words = {"no": _("Not created yet"), "yes": _("Created")}
SOON = 24 * 3600  # seconds
DUE: words.Words = {"all": _("All of it"), "late": _("Late"), "soon": _("Within 24 hours")}
CARRIED: words.Words = {
    "60": _("Not within 1 minute"),
    "300": _("Not within 5 minutes"),
    "3600": _("Not within 60 minutes"),
}
"""By the seconds from ready to standing in the store."""


@dataclass(frozen=True, slots=True)
class Place:
    """A row's place in the list: what it is sorted by, and its id. Written "1700000000-12" in addresses."""

    value: float
    id: int

    @classmethod
    def read(cls, text: str) -> Place | None:
        found = re.fullmatch(r"([0-9]{1,12}(?:\.[0-9]{1,9})?)-([0-9]{1,18})", text)
        if not found:
            return None
        return cls(float(found[1]) if "." in found[1] else int(found[1]), int(found[2]))

    def __str__(self) -> str:
        return f"{self.value}-{self.id}"

    @property
    def key(self) -> Key:
        return self.value, self.id


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter in force; `without`: the address without it."""

    key: str
    title: str | Promise
    value: str
    without: str


TITLES: dict[str, str | Promise] = {
    "q": _("Search"),
    "account": _("Account"),
    "standing": _("Tokbridge status"),
    "store": _("Store"),
    "mode": _("Logistics"),
    "fulfilment": _("Fulfilled by"),
    "created": _("Store order"),
    "due": _("To ship"),
    "carried": _("Carried to the store"),
    "currency": _("Currency"),
    "problem": _("Problem"),
    "carrier": _("Waits for carrier"),
    "placed_from": _("Placed from"),
    "placed_to": _("Placed to"),
    "span": _("Placed within"),
    "created_from": _("Created from"),
    "created_to": _("Created to"),
    "customer": _("Customer"),
    "product": _("Product name"),
    "product_id": _("TikTok product id"),
}


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
            mode=one_of("mode", _MODES),
            fulfilment=one_of("fulfilment", words.FULFILMENT),
            created=one_of("created", _CREATED),
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

    def chips(self, names: Mapping[str, Mapping[Any, Any]]) -> list[Chip]:
        """`names`: what to show for values of "account" and "store"."""
        known: dict[str, Mapping[Any, Any]] = {
            "standing": STANDINGS,
            "mode": _MODES,
            "fulfilment": words.FULFILMENT,
            "created": _CREATED,
            "due": DUE,
            "carried": CARRIED,
            "problem": {code: told(kind.title) for code, kind in KINDS.items()},
            **names,
        }
        found = []
        for key, title in TITLES.items():
            value = getattr(self, key)
            if value:
                none: dict[str, Any] = {key: type(self).__dataclass_fields__[key].default, "older": None, "newer": None}
                without = replace(self, **none).address()
                if isinstance(value, date):
                    shown = day_of_year(value)
                else:
                    shown = value.words if isinstance(value, Span) else str(known.get(key, {}).get(value, value))
                found.append(Chip(key, title, shown, without))
        return found


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
