"""One order as a row of the list."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.urls import reverse
from django.utils.translation import gettext as _

from tokbridge.core.problems import KINDS, Kind, kind
from tokbridge.core.status import BEFORE_SHIPMENT, SHIPPABLE
from tokbridge.records import fragments
from tokbridge.records.fragments import places
from tokbridge.records.models import Connection, Order, Problem
from tokbridge.stores.registry import PLATFORMS
from tokbridge.web import masking
from tokbridge.web.templatetags.show import Moments

FIXED_ON = {"unmapped_carrier": "carriers", "unmatched_sku": "products"}  # code -> name of the page that fixes it
NOT_SHIPPED = {status.value for status in BEFORE_SHIPMENT | SHIPPABLE}
SOON = 24 * 3600
_WITH_IDS = [platform.name for platform in PLATFORMS.values() if platform.shows_ids]


@dataclass(frozen=True, slots=True)
class Clock:
    """The time left to ship. `tone`: "late", "soon" or "calm"."""

    words: str
    tone: str
    exact: str


@dataclass(frozen=True, slots=True)
class Trouble:
    """The problem that stands in the way, and the words of whoever refused ("" when they only repeat ours). `code`: what
    the other side or its adapter calls it, by which it is searched for in every language; "" for one of our own. `fix`:
    the page that fixes the cause, "" when there is none."""

    about: Kind
    words: str
    code: str
    fix: str


class Listed(NamedTuple):
    """The columns of an order that the list shows; read as they are, since fifty model instances cost more than all
    else of a page."""

    id: int
    account_id: int
    tiktok_id: str
    status: str
    tokbridge_status: str
    reason: str
    problem_code: str | None
    store_number: str | None
    store_status: str
    placed_at: int
    ship_by: int | None
    currency: str
    buyer_total: int
    seller_total: int | None
    base_total: int | None
    base_currency: str | None
    base_rate: str | None
    fulfilment_type: str
    logistic_mode: str
    customer: str
    cancel_reason: str
    imported_at: float
    update_time: int


_COLUMNS = ", ".join(Listed._fields)


@dataclass(frozen=True, slots=True)
class Row:
    """`store_id`: the store's own id of the order where people use it beside its number, else "". `customer` is masked
    for who may not see buyers."""

    order: Listed
    store_id: str
    account: str
    customer: str
    items: str
    trouble: Trouble | None
    clock: Clock | None


def read(ids: Sequence[int]) -> list[Listed]:
    """In the order of the ids; what is gone is left out."""
    if not ids:
        return []
    listed = fragments.rows(f"SELECT {_COLUMNS} FROM records_order WHERE id IN ({places(ids)})", ids)
    found = {row[0]: Listed._make(row) for row in listed}
    return [found[one] for one in ids if one in found]


def rows(orders: Sequence[Listed], accounts: Mapping[int, str], *, sees_buyers: bool) -> list[Row]:
    """At most three queries, however many orders. `accounts`: their names."""
    ids = [order.id for order in orders]
    items = _items(ids)
    store_ids = _store_ids([order.id for order in orders if order.store_number])
    ill = [order.id for order in orders if order.problem_code]
    words = _words(ill)
    now, moments = time.time(), Moments()
    return [
        Row(
            order=order,
            store_id=store_ids.get(order.id, ""),
            account=accounts.get(order.account_id, ""),
            customer=order.customer if sees_buyers else masking.name(order.customer),
            items=items.get(order.id, ""),
            trouble=trouble(order.problem_code, words.get((order.id, order.problem_code or ""), "")),
            clock=clock(order, now, moments),
        )
        for order in orders
    ]


def fixed_at(code: str) -> str:
    """The address of the page that fixes what the code stands for, "" when there is none."""
    page = FIXED_ON.get(code)
    return reverse(page) if page else ""


def trouble(code: str | None, words: str) -> Trouble | None:
    if code is None:
        return None
    about = kind(code)
    return Trouble(about, "" if words == about.explanation else words, foreign(code), fixed_at(code))


def foreign(code: str) -> str:
    """The code as it is shown beside the words: "" for one of ours, whose title says the same."""
    return "" if code in KINDS else code


def refusal(row: Problem, connection: Connection) -> str:
    """The other side's code for the problem of a whole connection; a refused credential's stands at the connection."""
    return connection.code if row.code == "credential" else foreign(row.code)


def _store_ids(order_ids: Sequence[int]) -> dict[int, str]:
    """Of those whose store is of a platform that shows ids; looked up by the orders, so that it costs the same however
    many there are."""
    if not order_ids or not _WITH_IDS:
        return {}
    found = fragments.rows(
        f"SELECT order_id, ref FROM records_binding WHERE order_id IN ({places(order_ids)}) AND state = 'bound'"
        # +: not by the index over stores, which has them all
        f" AND +store_id IN (SELECT id FROM records_store WHERE platform IN ({places(_WITH_IDS)}))",
        [*order_ids, *_WITH_IDS],
    )
    return dict(found)


def _words(order_ids: Sequence[int]) -> dict[tuple[int, str], str]:
    """What was said about each open problem of these orders, by order and code."""
    if not order_ids:
        return {}
    found = fragments.rows(
        f"SELECT order_id, code, words FROM records_problem WHERE order_id IN ({places(order_ids)})"
        " AND closed_at IS NULL ORDER BY first_at DESC",
        order_ids,
    )
    return {(order_id, code): said for order_id, code, said in found}


def _items(order_ids: Sequence[int]) -> dict[int, str]:
    """ "2 × Enamel mug, Blue · 1 × Cap" for each order."""
    if not order_ids:
        return {}
    names: dict[int, Counter[str]] = {}
    lines = fragments.rows(
        f"SELECT order_id, product_name, sku_name FROM records_line WHERE order_id IN ({places(order_ids)})"
        " ORDER BY order_id, position",
        order_ids,
    )
    for order_id, product, variant in lines:
        names.setdefault(order_id, Counter())[", ".join(filter(None, (product, variant)))] += 1
    return {order_id: _listed(counter.items()) for order_id, counter in names.items()}


def _listed(counted: Iterable[tuple[str, int]]) -> str:
    return " · ".join(f"{n} × {title}" for title, n in counted)


def clock(order: Order | Listed, now: float, moments: Moments | None = None) -> Clock | None:
    """Only while TikTok still waits for the parcel."""
    if order.ship_by is None or order.status not in NOT_SHIPPED:
        return None
    left = order.ship_by - now
    tone = "late" if left < 0 else "soon" if left < SOON else "calm"
    length = _length(abs(left))
    words = _("%s late") % length if left < 0 else _("in %s") % length
    return Clock(words, tone, (moments or Moments()).exact(order.ship_by))


def _length(seconds: float) -> str:
    if seconds < 3600:
        return _("%d min") % (seconds // 60)
    if seconds < 48 * 3600:
        return _("%d h") % (seconds // 3600)
    return _("%d d") % (seconds // 86400)
