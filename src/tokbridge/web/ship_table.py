"""Shipping more orders than a form holds: a table to fill in, what is right and wrong with it, and its start."""

from __future__ import annotations

from collections.abc import Iterator

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_http_methods, require_safe

from tokbridge.records.models import Order, ParcelTable, Run
from tokbridge.sync import parcel_table, verbs
from tokbridge.sync.asked import NotPossible
from tokbridge.web import masking
from tokbridge.web.acting import ACTIONS, acting
from tokbridge.web.actions import SHOWN, meant, user_of
from tokbridge.web.choice import Chosen
from tokbridge.web.csv_file import STEADY, Value, csv_file
from tokbridge.web.desk import may_see_buyers
from tokbridge.web.templatetags.show import local
from tokbridge.web.tongue import told

AT_ONCE = 1000
WRONG_SHOWN = 100  # lines; all of them are in the file
HEAD = (
    "Order",
    "Carrier",
    "Tracking number",
    "TikTok order",
    "Store order",
    "Delivery option",
    "Units",
    "Customer",
    "Placed",
    "Cannot be shipped",
)
"""Of the table to fill in. It names orders by their own ids, which a spreadsheet leaves as they are: of TikTok's, with
more than 15 digits, it keeps the first 15."""


@require_safe
@acting
def template(request: HttpRequest) -> HttpResponseBase:
    """The chosen orders with carrier and number to fill in; in English, as every export."""
    sees_buyers = may_see_buyers(request)
    ids = Chosen.read(request.GET).order_ids(by_buyer=sees_buyers)
    zone = timezone.get_current_timezone()  # of whoever asks; a stream is written after the request's middleware

    def records() -> Iterator[list[Value]]:
        for first in range(0, len(ids), AT_ONCE):
            part = ids[first : first + AT_ONCE]
            orders = Order.objects.in_bulk(part)
            with timezone.override(zone), override(STEADY):
                made = [_record(orders[pk], sees_buyers=sees_buyers) for pk in part if pk in orders]
            yield from made

    return csv_file("orders-to-ship", HEAD, records())


def _record(order: Order, *, sees_buyers: bool) -> list[Value]:
    return [
        f"#{order.pk}",
        "",
        "",
        order.tiktok_id,
        order.store_number or "",
        order.delivery_option,
        order.units,
        order.customer if sees_buyers else masking.name(order.customer),
        f"{local(order.placed_at):%Y-%m-%d %H:%M:%S}" if order.placed_at else "",
        verbs.why_not(order, "ship"),
    ]


@require_http_methods(["GET", "HEAD", "POST"])
@acting
def table(request: HttpRequest, token: str) -> HttpResponse:
    """GET says what the table would ship and what is wrong with it, POST starts the run; with `right` although lines are
    wrong, which are then left out."""
    begun = Run.objects.filter(token=token, verb="ship", by=user_of(request)).first()
    if begun is not None:
        return redirect("run", begun.pk)
    kept = _get(request, token)
    error = ""
    if request.method == "POST":
        try:
            if kept.wrong and "right" not in request.POST:
                raise NotPossible(_("Lines are wrong; nothing was shipped."))
            return redirect("run", parcel_table.start(kept).pk)
        except NotPossible as refused:
            error = told(str(refused))
    first = dict(kept.parcels[:SHOWN])
    context = {
        "section": "orders",
        "action": ACTIONS["ship"],
        "table": kept,
        "n": len(kept.parcels),
        "n_wrong": len(kept.wrong),
        "first": [
            (one, first[one.order.pk]) for one in meant(list(first), "ship", sees_buyers=may_see_buyers(request))
        ],
        "more": max(0, len(kept.parcels) - SHOWN),
        "wrong": [(line, told(words)) for line, words in kept.wrong[:WRONG_SHOWN]],
        "more_wrong": max(0, len(kept.wrong) - WRONG_SHOWN),
        "unchecked": told(kept.words),
        "error": error,
    }
    return render(request, "web/act/table.html", context)


@require_safe
@acting
def wrong(request: HttpRequest, token: str) -> HttpResponseBase:
    """All lines that are wrong."""
    return csv_file("wrong-lines", ("Line", "What is wrong"), _get(request, token).wrong)


def _get(request: HttpRequest, token: str) -> ParcelTable:
    """One's own; nobody else confirms it."""
    kept = ParcelTable.objects.filter(token=token, by=user_of(request)).first()
    if kept is None:
        raise Http404
    return kept
