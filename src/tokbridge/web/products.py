"""The Products page: what is not found first, the links that people set, their tables, and reading both sides anew."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from tokbridge.records.models import Link, Run, RunState
from tokbridge.sync import link_table, links, runs
from tokbridge.sync.asked import NotPossible
from tokbridge.web.acting import acting
from tokbridge.web.actions import user_of
from tokbridge.web.numbers import grouped
from tokbridge.web.product_lists import LINKS, LISTS, Asked, counts, page, waiting
from tokbridge.web.runs import shown
from tokbridge.web.tongue import told

RARE = ("unread", "resting")  # lists that are not shown at a glance


@dataclass(frozen=True, slots=True)
class Tab:
    kind: str
    title: str | Promise
    n: int
    current: bool


@require_safe
def products(request: HttpRequest) -> HttpResponse:
    """All at a glance, or one list page by page."""
    asked = Asked.read(request.GET)
    n = counts(asked)
    blocking, all_blocking = ([], 0) if asked.kind else waiting(asked)
    kinds = [asked.kind] if asked.kind else [kind for kind in LISTS if kind not in RARE]
    context = {
        "section": "products",
        "asked": asked,
        "tabs": [Tab(kind, LISTS[kind], n[kind], kind == asked.kind) for kind in LISTS if n[kind] or kind != "unread"],
        "waiting": blocking,
        "waiting_all": all_blocking,
        "more": all_blocking - len(blocking),
        "lists": [page(asked, kind, n[kind], blocking) for kind in kinds],
        "links_kind": LINKS,
        **_readings(),
    }
    return render(request, "web/products/page.html", context)


def _readings() -> dict[str, Any]:
    """The reading that goes on, the last one that ended, and what it could not read."""
    over = Run.objects.filter(verb="products", ended_at__isnull=False).defer("orders").order_by("-pk")
    last = over.filter(state=RunState.FINISHED).first()
    newest = over.first()
    parts = newest.progress.get("accounts", []) if newest else []
    unread = [one for one in parts if one["words"]]
    going_on = runs.open_products()
    return {
        "last": last,
        "unread": unread,
        "failed": newest.progress.get("words", "") if newest else "",
        "active": [shown(going_on)] if going_on else [],
    }


@require_POST
@acting
def read(request: HttpRequest) -> HttpResponse:
    """Read both sides, or join the reading that goes on."""
    return redirect("run", runs.start_products(by=user_of(request)).pk)


@require_POST
@acting
def end(request: HttpRequest, link_id: int) -> HttpResponse:
    get_object_or_404(Link, pk=link_id)
    links.end_link(link_id, user_of(request))
    messages.success(request, _("The link was removed; the SKU is matched by its name again."))
    return redirect("products")


@require_safe
def export(_request: HttpRequest) -> StreamingHttpResponse:
    headers = {"Content-Disposition": 'attachment; filename="tokbridge-links.csv"'}
    return StreamingHttpResponse(link_table.export(), content_type="text/csv; charset=utf-8", headers=headers)


@require_POST
@acting
def take_in(request: HttpRequest) -> HttpResponse:
    sent = request.FILES.get("table")
    if sent is None:
        messages.error(request, _("Choose a CSV file first."))
        return redirect("products")
    try:
        n, orders = link_table.take_in(sent.read(link_table.MOST_BYTES + 1), user_of(request))
    except NotPossible as error:
        messages.error(request, _("Nothing was linked: %s.") % "; ".join(map(told, error.texts)))
    else:
        messages.success(request, linked_words(n, orders))
    return redirect("products")


def linked_words(n: int, orders: int) -> str:
    linked = ngettext("%s SKU is linked.", "%s SKUs are linked.", n) % grouped(n)
    return (
        f"{linked} {ngettext('%s order is tried again.', '%s orders are tried again.', orders) % grouped(orders)}"
        if orders
        else linked
    )
