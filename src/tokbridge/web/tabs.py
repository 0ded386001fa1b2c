"""The tabs of the Orders list, and how many orders stand on each."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tokbridge.core.status import Status
from tokbridge.records.choice import Tab as Walked
from tokbridge.records.selection import Selection
from tokbridge.web import words
from tokbridge.web.numbers import grouped

_EVERY = Walked()


@dataclass(frozen=True, slots=True)
class Tab:
    """`statuses` () = all. `hidden`: behind "More", as long as nobody is on it."""

    key: str
    title: str | Promise
    walked: Walked = _EVERY
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Tally:
    """A number of orders; `more`: at least so many, the rest was not counted."""

    n: int
    more: bool = False

    def __str__(self) -> str:
        return grouped(self.n) + ("+" if self.more else "")


@dataclass(frozen=True, slots=True)
class ShownTab:
    """A tab of one answer. `address`: what a click leads to."""

    tab: Tab
    tally: Tally
    address: str
    current: bool


def _of(*statuses: Status, hidden: bool = False) -> Tab:
    walked = Walked(tuple(each.value for each in statuses))
    return Tab(statuses[0].value.lower(), words.TIKTOK_STATUS[statuses[0]], walked, hidden)


ALL = Tab("all", _("All"))
ERROR = Tab("error", _("Error"), Walked(errors=True))
STATUS_TABS = (  # together they hold every order once; ALL is their sum
    _of(Status.ON_HOLD),
    _of(Status.AWAITING_SHIPMENT, Status.PARTIALLY_SHIPPING),
    _of(Status.AWAITING_COLLECTION),
    _of(Status.IN_TRANSIT),
    _of(Status.DELIVERED),
    _of(Status.COMPLETED),
    _of(Status.CANCELLED),
    _of(Status.UNPAID, hidden=True),
    Tab("unreadable", words.TIKTOK_STATUS[""], Walked(("",)), hidden=True),
)
TABS = {tab.key: tab for tab in (ALL, ERROR, *STATUS_TABS)}


def tallies(asked: Selection) -> dict[Tab, Tally]:
    """Exact for whatever facets answer or few orders meet; else each tab as far as it is worth it."""
    counted = asked.count([tab.walked for tab in (ERROR, *STATUS_TABS)])
    each = {tab: Tally(*told) for tab, told in zip((ERROR, *STATUS_TABS), counted, strict=True)}
    of_status = [each[tab] for tab in STATUS_TABS]
    return {ALL: Tally(sum(tally.n for tally in of_status), any(tally.more for tally in of_status)), **each}
