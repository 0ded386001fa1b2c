"""What the Products page lists: SKUs that block orders, SKUs on sale that would, what is matched, and the links.

Each list is paged by key along an index; a search walks its own list only (`Listing.words`, 50,000 SKUs in some ms).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Q
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tokbridge.records import names
from tokbridge.records.folding import fold
from tokbridge.records.models import Found, Link, Listing, ListingKind
from tokbridge.sync.unmatched import Unlinked, unmatched
from tokbridge.web.lists import orders

PAGE = 50
GLANCE = 10  # rows of a list on the page of all of them
SHOWN = 200  # SKUs that block orders; the others come up as these are solved
LINKS = "links"
KINDS: dict[str, str | Promise] = {
    "unmatched": _("On sale and not found"),
    "unread": _("Not looked up yet"),
    "matched": _("Found by SKU"),
    "resting": _("Not on sale"),
}
LISTS: dict[str, str | Promise] = {
    **{kind: KINDS[kind] for kind in ("unmatched", "unread", "matched")},
    LINKS: _("Links"),
    "resting": KINDS["resting"],
}


@dataclass(frozen=True, slots=True)
class Asked:
    """`kind`: one of `LISTS`, "" = all at a glance. `before`: key of the page's predecessor, None = the first page."""

    kind: str = ""
    term: str = ""
    before: int | None = None

    @classmethod
    def read(cls, given: QueryDict) -> Asked:
        kind, before = given.get("kind", ""), given.get("before", "")
        return cls(
            kind if kind in LISTS else "",
            given.get("q", "").replace("\0", "").strip()[:120],
            int(before) if re.fullmatch(r"[0-9]{1,18}", before) else None,
        )

    @property
    def words(self) -> list[str]:
        return fold(self.term).split()


@dataclass(frozen=True, slots=True)
class Waiting:
    """A SKU that blocks `n` orders; `orders`: where these are listed."""

    one: Unlinked
    n: int
    where: str
    orders: str
    variants: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Rows:
    """A page of one list. `older`: the key of the next one, 0 = this is the last. `n`: how many the list has without
    the `above` that are shown above as blocking orders."""

    kind: str
    title: str | Promise
    rows: Sequence[Any]
    older: int
    n: int
    above: int = 0


def waiting(asked: Asked) -> tuple[list[Waiting], int]:
    """Those shown, and how many there are."""
    found = [one for one in unmatched() if _fits(one, asked.words)]
    shown = found[:SHOWN]
    accounts, stores = names.accounts(), names.stores()
    several = Listing.objects.filter(_among(shown), found=Found.SEVERAL)
    twins = {row[:2]: row[2] for row in several.values_list("store_id", "sku_id", "variants")}
    rows = [
        Waiting(
            one,
            len(one.orders),
            f"{accounts[one.account_id]} → {stores[one.store_id]}",
            orders(problem="unmatched_sku", account=one.account_id, store=one.store_id, q=one.sku_id),
            twins.get((one.store_id, one.sku_id), []),
        )
        for one in shown
    ]
    return rows, len(found)


def _fits(one: Unlinked, words: Sequence[str]) -> bool:
    text = fold(f"{one.seller_sku} {one.product_name} {one.sku_name} {one.sku_id}")
    return all(word in text for word in words)


def counts(asked: Asked) -> dict[str, int]:
    """How many are on each list."""
    found = _searched(asked).order_by().values_list("kind").annotate(n=Count("pk"))
    return {**dict.fromkeys(LISTS, 0), **dict(found), LINKS: _links(asked).count()}


def page(asked: Asked, kind: str, n: int, shown_above: Sequence[Waiting] = ()) -> Rows:
    """The newest of a list, or those after `asked.before`; without SKUs that are shown above as blocking orders."""
    at_once, above = PAGE if asked.kind else GLANCE, 0
    if kind == LINKS:
        rows: Any = _links(asked).select_related("store__connection", "account", "by").order_by("-pk")
        at_once = PAGE
    else:
        rows = _searched(asked).filter(kind=kind).select_related("store__connection", "account").order_by("-pk")
        if kind == ListingKind.UNMATCHED and shown_above:
            blocking = _among([each.one for each in shown_above])
            above = rows.filter(blocking).count()
            rows = rows.exclude(blocking)
    if asked.before is not None:
        rows = rows.filter(pk__lt=asked.before)
    found = list(rows[: at_once + 1])
    older = found[at_once - 1].pk if len(found) > at_once else 0
    return Rows(kind, LISTS[kind], found[:at_once], older, n - above, above)


def _among(skus: Sequence[Unlinked]) -> Q:
    by_store: dict[int, list[str]] = {}
    for one in skus:
        by_store.setdefault(one.store_id, []).append(one.sku_id)
    wanted = Q(pk__in=())
    for store_id, sku_ids in by_store.items():
        wanted |= Q(store_id=store_id, sku_id__in=sku_ids)
    return wanted


def _searched(asked: Asked) -> Any:
    rows = Listing.objects.all()
    for word in asked.words:
        rows = rows.filter(words__contains=word)
    return rows


def _links(asked: Asked) -> Any:
    rows = Link.objects.filter(ended_at__isnull=True)
    if asked.term:
        term = asked.term
        rows = rows.filter(Q(seller_sku__istartswith=term) | Q(sku_id=term) | Q(product_name__icontains=term))
    return rows
