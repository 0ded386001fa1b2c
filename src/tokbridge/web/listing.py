"""The Orders list: its tabs, what the address asks for, and one page of rows. Never OFFSET, never a sort of it all."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tokbridge.core.status import Status
from tokbridge.records.models import Order
from tokbridge.web import words
from tokbridge.web.search import matching

PAGE = 50


@dataclass(frozen=True, slots=True)
class Tab:
    """`statuses` () = all. `hidden`: behind "More", as long as nobody is on it."""

    key: str
    title: str | Promise
    statuses: tuple[str, ...] = ()
    hidden: bool = False


def _of(*statuses: Status, hidden: bool = False) -> Tab:
    first = statuses[0]
    return Tab(first.value.lower(), words.TIKTOK_STATUS[first], tuple(each.value for each in statuses), hidden)


ALL = Tab("all", _("All"))
ERROR = Tab("error", _("Error"))
STATUS_TABS = (  # together they hold every order once; ALL is their sum
    _of(Status.ON_HOLD),
    _of(Status.AWAITING_SHIPMENT, Status.PARTIALLY_SHIPPING),
    _of(Status.AWAITING_COLLECTION),
    _of(Status.IN_TRANSIT),
    _of(Status.DELIVERED),
    _of(Status.COMPLETED),
    _of(Status.CANCELLED),
    _of(Status.UNPAID, hidden=True),
    Tab("unreadable", words.TIKTOK_STATUS[""], ("",), hidden=True),
)
TABS = {tab.key: tab for tab in (ALL, ERROR, *STATUS_TABS)}


@dataclass(frozen=True, slots=True)
class Place:
    """A row's place in the list: newest first, by (placed_at, id). Written "1700000000-12" in addresses."""

    placed_at: int
    id: int

    @classmethod
    def of(cls, row: Order) -> Place:
        return cls(row.placed_at, row.pk)

    @classmethod
    def read(cls, text: str) -> Place | None:
        found = re.fullmatch(r"([0-9]{1,12})-([0-9]{1,18})", text)
        return cls(int(found[1]), int(found[2])) if found else None

    def __str__(self) -> str:
        return f"{self.placed_at}-{self.id}"

    @property
    def key(self) -> tuple[int, int]:
        return self.placed_at, self.id

    # The redundant first condition lets both databases start inside the index.
    def older(self) -> Q:
        return Q(placed_at__lte=self.placed_at) & (Q(placed_at__lt=self.placed_at) | Q(pk__lt=self.id))

    def newer(self) -> Q:
        return Q(placed_at__gte=self.placed_at) & (Q(placed_at__gt=self.placed_at) | Q(pk__gt=self.id))


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the address asks for. Anything that cannot be understood counts as not asked for."""

    tab: Tab = ALL
    term: str = ""
    account: int | None = None
    standing: str = ""
    older: Place | None = None  # rows after this one
    newer: Place | None = None  # rows before this one

    @classmethod
    def read(cls, asked: QueryDict) -> Wanted:
        account = asked.get("account", "")
        standing = asked.get("standing", "")
        return cls(
            tab=TABS.get(asked.get("tab", ""), ALL),
            term=asked.get("q", "").replace("\0", "").strip()[:100],
            account=int(account) if re.fullmatch(r"[0-9]{1,18}", account) else None,
            standing=standing if standing in words.TOKBRIDGE_STATUS else "",
            older=Place.read(asked.get("older", "")),
            newer=Place.read(asked.get("newer", "")),
        )

    @property
    def filtered(self) -> bool:
        return bool(self.term or self.account or self.standing)

    @property
    def first_page(self) -> bool:
        return self.older is None and self.newer is None

    def address(self, *, tab: Tab | None = None, older: Place | None = None, newer: Place | None = None) -> str:
        """ "?tab=…" for the same question, on another tab or page."""
        asked = {
            "tab": (tab or self.tab).key,
            "q": self.term,
            "account": self.account,
            "standing": self.standing,
            "older": older,
            "newer": newer,
        }
        return "?" + urlencode({name: value for name, value in asked.items() if value})


@dataclass(frozen=True, slots=True)
class Page:
    """At most `PAGE` rows, newest first; `older` and `newer` say where the next pages begin."""

    rows: list[Order]
    older: Place | None = None
    newer: Place | None = None


def asked_for(wanted: Wanted, *, by_buyer: bool) -> QuerySet[Order]:
    """All orders that fit, whatever their tab. `by_buyer`: buyers' names may be searched."""
    orders = Order.objects.all()
    if wanted.account is not None:
        orders = orders.filter(account_id=wanted.account)
    if wanted.standing:
        orders = orders.filter(tokbridge_status=wanted.standing)
    return matching(orders, wanted.term, by_buyer=by_buyer) if wanted.term else orders


def on_tab(orders: QuerySet[Order], tab: Tab) -> list[QuerySet[Order]]:
    """The tab's orders, one query per status: each walks its own index, the pages are merged in Python."""
    if tab is ERROR:
        return [orders.filter(problem_code__isnull=False)]
    return [orders.filter(status=status) for status in tab.statuses] or [orders]


def page(wanted: Wanted, *, by_buyer: bool) -> Page:
    backwards = wanted.newer is not None
    parts = on_tab(asked_for(wanted, by_buyer=by_buyer), wanted.tab)
    if wanted.newer is not None:
        parts = [part.filter(wanted.newer.newer()) for part in parts]
    elif wanted.older is not None:
        parts = [part.filter(wanted.older.older()) for part in parts]
    order_by = ("placed_at", "pk") if backwards else ("-placed_at", "-pk")
    rows = _merged((part.order_by(*order_by)[: PAGE + 1] for part in parts), newest_first=not backwards)
    more, rows = len(rows) > PAGE, rows[:PAGE]
    if backwards:
        rows.reverse()
    if not rows:
        return Page([])
    return Page(
        rows,
        older=Place.of(rows[-1]) if more or backwards else None,
        newer=Place.of(rows[0]) if wanted.older is not None or (backwards and more) else None,
    )


def _merged(parts: Iterable[QuerySet[Order]], *, newest_first: bool) -> list[Order]:
    rows = [row for part in parts for row in part]
    return sorted(rows, key=lambda row: Place.of(row).key, reverse=newest_first)


def arrived(wanted: Wanted, shown: set[int], last: Place | None, *, by_buyer: bool) -> int:
    """How many orders stand on the first page now and were not there when it was shown. `last`: the place of its last
    row when it was full; what merely moved up from below it is not new."""
    newest = page(Wanted(wanted.tab, wanted.term, wanted.account, wanted.standing), by_buyer=by_buyer).rows
    return sum(row.pk not in shown and (last is None or Place.of(row).key > last.key) for row in newest)
