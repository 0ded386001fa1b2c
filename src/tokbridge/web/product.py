"""One TikTok SKU: what it is in the store, a search there, a form to change it, and what it was before."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tokbridge.records.models import Link, Listing, Store
from tokbridge.stores.nouns import Variant
from tokbridge.sync import links
from tokbridge.sync.asked import NotPossible
from tokbridge.sync.links import Ambiguous, Chosen
from tokbridge.sync.unmatched import unmatched
from tokbridge.web.acting import may_act
from tokbridge.web.actions import user_of
from tokbridge.web.products import linked_words
from tokbridge.web.tongue import told, told_whole

EMPTY_ROWS = 2  # for further parts of a bundle
MOST_PARTS = 20
MOST_FOUND = 25
SHORTEST = 2  # letters that are searched for


@dataclass(frozen=True, slots=True)
class PartRow:
    """A row of the form. `candidates`: variants to choose from when several have the SKU. `title`: of the linked one."""

    sku: str
    quantity: str
    ref: str = ""
    title: str = ""
    candidates: tuple[Variant, ...] = ()

    @property
    def address(self) -> str:
        """As addresses carry it; read by `_parts`."""
        return f"{self.quantity}|{self.ref}|{self.sku}"


@dataclass(frozen=True, slots=True)
class Offer:
    """A product of the store that the search found; `add`: this page with it as a further part of a bundle."""

    one: Variant
    add: str


@require_http_methods(["GET", "HEAD", "POST"])
def product(request: HttpRequest, store_id: int, sku_id: str) -> HttpResponse:
    if request.method == "POST" and not may_act(request):
        raise PermissionDenied
    store = get_object_or_404(Store.objects.select_related("connection"), pk=store_id)
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,32}", sku_id):
        raise Http404(sku_id)
    history = list(
        Link.objects.filter(store=store, sku_id=sku_id).select_related("by", "ended_by").order_by("-pk")[:20]
    )
    living = next((link for link in history if link.ended_at is None), None)
    waiting = next((one for one in unmatched() if (one.store_id, one.sku_id) == (store_id, sku_id)), None)
    listing = Listing.objects.filter(store=store, sku_id=sku_id).select_related("account").first()
    if waiting is None and links.known(store_id, sku_id) is None:
        raise Http404(sku_id)
    if request.method == "POST":
        rows = _posted(request.POST)
        try:
            n = links.set_links({(store_id, sku_id): _chosen(rows)}, user_of(request))
        except Ambiguous as error:
            rows = [replace(row, candidates=error.candidates) if row.sku == error.sku else row for row in rows]
            messages.error(request, _("Not linked yet: %s.") % told(str(error)))
        except NotPossible as error:
            messages.error(request, _("Not linked: %s.") % "; ".join(map(told, error.texts)))
        else:
            messages.success(request, linked_words(1, n))
            return redirect("products")
    else:
        rows = _parts(request.GET) or _linked_parts(living)
    find = request.GET.get("find", "").replace("\0", "").strip()[:120]
    offers, silent = _search(request, store_id, find, rows)
    context = {
        "section": "products",
        "store": store,
        "sku_id": sku_id,
        "about": waiting or listing or (history[0] if history else None),
        "listing": listing,
        "blocked": len(waiting.orders) if waiting else 0,
        "why": waiting.why if waiting else "",
        "rows": [*rows, *(PartRow("", "1") for _n in range(EMPTY_ROWS if rows else 1 + EMPTY_ROWS))],
        "parts": len(rows),
        "history": history,
        "find": find,
        "offers": offers,
        "many": len(offers) == MOST_FOUND,
        "silent": silent,
    }
    return render(request, "web/products/product.html", context)


def _search(request: HttpRequest, store_id: int, find: str, rows: Sequence[PartRow]) -> tuple[list[Offer], str]:
    """What the store finds, or why it could not be asked."""
    if len(find) < SHORTEST or not may_act(request):
        return [], ""
    try:
        found = links.search(store_id, find, MOST_FOUND)
    except NotPossible as error:
        return [], told(str(error))
    return [Offer(one, _with(rows, one, find)) for one in found], ""


def _with(rows: Sequence[PartRow], one: Variant, find: str) -> str:
    """The address of the page with this one as a further part."""
    parts = [*rows, PartRow(one.sku, "1", one.ref)]
    return "?" + urlencode([("find", find), *(("part", row.address) for row in parts)])


def _parts(given: QueryDict) -> list[PartRow]:
    """Those that the address names."""
    told = [text.split("|", 2) for text in given.getlist("part")[:MOST_PARTS] if text.count("|") >= 2]
    return [PartRow(sku[:120], quantity, ref) for quantity, ref, sku in told if sku.strip()]


def _posted(posted: QueryDict) -> list[PartRow]:
    skus, quantities, refs = posted.getlist("sku"), posted.getlist("quantity"), posted.getlist("ref")
    return [
        PartRow(
            sku.strip()[:120],
            (quantities[at] if at < len(quantities) else "1").strip(),
            refs[at] if at < len(refs) else "",
        )
        for at, sku in enumerate(skus[:MOST_PARTS])
        if sku.strip()
    ]


def _chosen(rows: list[PartRow]) -> list[Chosen]:
    return [
        Chosen(row.sku, int(row.quantity) if re.fullmatch(r"[0-9]{1,3}", row.quantity) else 0, row.ref) for row in rows
    ]


def _linked_parts(link: Link | None) -> list[PartRow]:
    parts = link.parts if link else []
    return [PartRow(one["sku"], str(one["quantity"]), one["variant"], _title(one)) for one in parts]


def _title(part: dict[str, str]) -> str:
    return " · ".join(filter(None, (part["title"], told_whole(part["variant_title"]))))
