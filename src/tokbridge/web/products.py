"""The Products page: TikTok SKUs that nothing in the store is known for, and the links that people set."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, QueryDict, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tokbridge.records.models import Account, Link, Store, User
from tokbridge.stores.base import Variant
from tokbridge.sync import link_table, links
from tokbridge.sync.asked import NotPossible
from tokbridge.sync.links import Ambiguous, Chosen, Unlinked
from tokbridge.sync.trouble import Cause
from tokbridge.web.acting import acting, may_act
from tokbridge.web.numbers import grouped
from tokbridge.web.problems import address
from tokbridge.web.tongue import told

PAGE = 50
SHOWN = 200  # unmatched SKUs on the page; the others come up as these are solved
EMPTY_ROWS = 2  # for further parts of a bundle


@dataclass(frozen=True, slots=True)
class Waiting:
    """`suggestion`: the seller SKU, where the store may have it under another spelling."""

    one: Unlinked
    n: int
    where: str
    orders: str


@dataclass(frozen=True, slots=True)
class PartRow:
    """A row of the form. `candidates`: variants to choose from when several have the SKU. `title`: of the linked one."""

    sku: str
    quantity: str
    ref: str = ""
    title: str = ""
    candidates: tuple[Variant, ...] = ()


@require_safe
def products(request: HttpRequest) -> HttpResponse:
    term = request.GET.get("q", "").replace("\0", "").strip()[:120]
    found = (
        Link.objects.filter(ended_at__isnull=True).select_related("store__connection", "account", "by").order_by("-pk")
    )
    if term:
        found = found.filter(Q(seller_sku__istartswith=term) | Q(sku_id=term) | Q(product_name__icontains=term))
    before = request.GET.get("before", "")
    if re.fullmatch(r"[0-9]{1,18}", before):
        found = found.filter(pk__lt=int(before))
    shown = list(found[: PAGE + 1])
    waiting = links.unmatched()
    context = {
        "section": "products",
        "waiting": _waiting(waiting[:SHOWN]),
        "more": max(0, len(waiting) - SHOWN),
        "links": shown[:PAGE],
        "older": shown[PAGE - 1].pk if len(shown) > PAGE else 0,
        "first": not before,
        "term": term,
    }
    return render(request, "web/products/page.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def product(request: HttpRequest, store_id: int, sku_id: str) -> HttpResponse:
    """One TikTok SKU: what it is in the store, a form to change that, and what it was before."""
    if request.method == "POST" and not may_act(request):
        raise PermissionDenied
    store = get_object_or_404(Store.objects.select_related("connection"), pk=store_id)
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,32}", sku_id):
        raise Http404(sku_id)
    history = list(
        Link.objects.filter(store=store, sku_id=sku_id).select_related("by", "ended_by").order_by("-pk")[:20]
    )
    living = next((link for link in history if link.ended_at is None), None)
    waiting = next((one for one in links.unmatched() if (one.store_id, one.sku_id) == (store_id, sku_id)), None)
    if request.method == "POST":
        rows = _posted(request.POST)
        try:
            n = links.set_links({(store_id, sku_id): _chosen(rows)}, _user(request))
        except Ambiguous as error:
            rows = [replace(row, candidates=error.candidates) if row.sku == error.sku else row for row in rows]
            messages.error(request, _("Not linked yet: %s.") % told(str(error)))
        except NotPossible as error:
            messages.error(request, _("Not linked: %s.") % told(str(error)))
        else:
            messages.success(request, _linked(1, n))
            return redirect("products")
    else:
        rows = _linked_parts(living)
    context = {
        "section": "products",
        "store": store,
        "sku_id": sku_id,
        "about": waiting or (history[0] if history else None),
        "blocked": len(waiting.orders) if waiting else 0,
        "living": living,
        "rows": [*rows, *(PartRow("", "1") for _n in range(EMPTY_ROWS if rows else 1 + EMPTY_ROWS))],
        "history": history,
    }
    return render(request, "web/products/product.html", context)


@require_POST
@acting
def end(request: HttpRequest, link_id: int) -> HttpResponse:
    get_object_or_404(Link, pk=link_id)
    links.end_link(link_id, _user(request))
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
        n, orders = link_table.take_in(sent.read(link_table.MOST_BYTES + 1), _user(request))
    except NotPossible as error:
        messages.error(request, _("Nothing was linked: %s.") % told(str(error)))
    else:
        messages.success(request, _linked(n, orders))
    return redirect("products")


def _linked(n: int, orders: int) -> str:
    told = ngettext("%s SKU is linked.", "%s SKUs are linked.", n) % grouped(n)
    return (
        f"{told} {ngettext('%s order is tried again.', '%s orders are tried again.', orders) % grouped(orders)}"
        if orders
        else told
    )


def _waiting(found: list[Unlinked]) -> list[Waiting]:
    accounts = dict(Account.objects.values_list("pk", "name"))
    stores = dict(Store.objects.values_list("pk", "connection__name"))
    return [
        Waiting(
            one,
            len(one.orders),
            f"{accounts[one.account_id]} → {stores[one.store_id]}",
            address(Cause("unmatched_sku", one.account_id, one.store_id)),
        )
        for one in found
    ]


def _posted(posted: QueryDict) -> list[PartRow]:
    skus, quantities, refs = posted.getlist("sku"), posted.getlist("quantity"), posted.getlist("ref")
    return [
        PartRow(
            sku.strip()[:120],
            (quantities[at] if at < len(quantities) else "1").strip(),
            refs[at] if at < len(refs) else "",
        )
        for at, sku in enumerate(skus)
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
    return " · ".join(filter(None, (part["title"], part["variant_title"])))


def _user(request: HttpRequest) -> User | None:
    return request.user if isinstance(request.user, User) else None
