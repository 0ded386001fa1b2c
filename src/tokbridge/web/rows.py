"""One order as a row of the list."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.dateformat import format as date_format
from django.utils.translation import gettext as _

from tokbridge.core.problems import Kind, kind
from tokbridge.core.status import BEFORE_SHIPMENT, SHIPPABLE
from tokbridge.records.models import Account, Line, Order, Problem
from tokbridge.web import masking
from tokbridge.web.templatetags.show import EXACT, amount, local

NOT_SHIPPED = {status.value for status in BEFORE_SHIPMENT | SHIPPABLE}
SOON = 24 * 3600


@dataclass(frozen=True, slots=True)
class Clock:
    """The time left to ship. `tone`: "late", "soon" or "calm"."""

    words: str
    tone: str
    exact: str


@dataclass(frozen=True, slots=True)
class Trouble:
    """The problem that stands in the way, and the words of whoever refused ("" when they only repeat ours)."""

    about: Kind
    words: str


@dataclass(frozen=True, slots=True)
class Row:
    order: Order
    account: str
    customer: str
    items: str
    total: str
    total_title: str
    trouble: Trouble | None
    clock: Clock | None
    live: bool = False  # sent by a poll: its cells replace those with the same ids


def rows(orders: list[Order], *, sees_buyers: bool, live: bool = False) -> list[Row]:
    """Rows for the template: three queries, however many orders."""
    ids = [order.pk for order in orders]
    accounts = dict(Account.objects.values_list("pk", "name"))
    items = _items(ids)
    words = {
        (problem.order_id, problem.code): problem.words
        for problem in Problem.objects.filter(order_id__in=ids, closed_at__isnull=True).order_by("-first_at")
    }
    now = time.time()
    return [
        Row(
            order=order,
            account=accounts[order.account_id],
            customer=order.customer if sees_buyers else masking.name(order.customer),
            items=items.get(order.pk, ""),
            total=amount(order.buyer_total, order.currency),
            total_title=_("Seller's view: %s") % amount(order.seller_total, order.currency),
            trouble=trouble(order.problem_code, words.get((order.pk, order.problem_code or ""), "")),
            clock=clock(order, now),
            live=live,
        )
        for order in orders
    ]


def trouble(code: str | None, words: str) -> Trouble | None:
    if code is None:
        return None
    about = kind(code)
    return Trouble(about, "" if words == about.explanation else words)


def _items(order_ids: list[int]) -> dict[int, str]:
    """ "2 × Enamel mug, Blue · 1 × Cap" for each order."""
    names: dict[int, Counter[str]] = {}
    lines = Line.objects.filter(order_id__in=order_ids).order_by("order_id", "position")
    for order_id, product, variant in lines.values_list("order_id", "product_name", "sku_name"):
        names.setdefault(order_id, Counter())[", ".join(filter(None, (product, variant)))] += 1
    return {order_id: _listed(counter.items()) for order_id, counter in names.items()}


def _listed(counted: Iterable[tuple[str, int]]) -> str:
    return " · ".join(f"{n} × {title}" for title, n in counted)


def clock(order: Order, now: float) -> Clock | None:
    """Only while TikTok still waits for the parcel."""
    if order.ship_by is None or order.status not in NOT_SHIPPED:
        return None
    left = order.ship_by - now
    tone = "late" if left < 0 else "soon" if left < SOON else "calm"
    length = _length(abs(left))
    words = _("%s late") % length if left < 0 else _("in %s") % length
    return Clock(words, tone, date_format(local(order.ship_by), EXACT))


def _length(seconds: float) -> str:
    if seconds < 3600:
        return _("%d min") % (seconds // 60)
    if seconds < 48 * 3600:
        return _("%d h") % (seconds // 3600)
    return _("%d d") % (seconds // 86400)
