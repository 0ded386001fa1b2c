"""The page of one order: where it stands, what is wrong, its money, its buyer, and everything that was tried."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from tokbridge.core.order import Address
from tokbridge.core.order import Order as Neutral
from tokbridge.core.saying import say
from tokbridge.records.models import LONGEST_NOTE, Binding, BindingState, Document, Note, Order, Problem
from tokbridge.sync import shipping, verbs
from tokbridge.sync.admin import admin_page, admin_setting, shown_number
from tokbridge.sync.replay import replay
from tokbridge.tiktok.mapping import Unreadable, to_order
from tokbridge.web import masking, order_units
from tokbridge.web.acting import acting, may_act
from tokbridge.web.actions import user_of
from tokbridge.web.desk import may_see_buyers
from tokbridge.web.money_view import money_of
from tokbridge.web.progress import tiktok_steps, tokbridge_steps
from tokbridge.web.raw_record import shown
from tokbridge.web.rows import Trouble, clock, trouble
from tokbridge.web.timeline import timeline_of


@dataclass(frozen=True, slots=True)
class OpenProblem:
    row: Problem
    shown: Trouble


@dataclass(frozen=True, slots=True)
class Customer:
    """As TikTok gives it; masked parts say so."""

    name: str
    phone: str
    email: str
    message: str
    seller_note: str
    address: list[str]
    hidden_by_tiktok: bool


@dataclass(frozen=True, slots=True)
class StoreOrder:
    """`number`: what people call it. `url`: its page in the store's admin, "" when none is known; `setting`: the one that
    makes it. Totals in minor units; `differs`: they are not equal. `base`: the order's row has this store order's total in
    the store's own currency."""

    binding: Binding
    number: str
    url: str
    setting: str
    base: bool

    @property
    def differs(self) -> bool:
        read = self.binding.read_total
        return read is not None and read != self.binding.expected_total


@require_safe
@vary_on_headers("HX-Request")
def order(request: HttpRequest, order_id: int) -> HttpResponse:
    """The page; for the page's own script only those parts of it that change by themselves."""
    row = get_object_or_404(Order.objects.select_related("account", "channel__store"), pk=order_id)
    raw = Document.objects.filter(order_id=row.pk).values_list("raw", flat=True).first()
    read, unreadable = _read(row, raw)
    money = money_of(read) if read else None
    parcels, unpacked = order_units.parcels(row)
    sees_buyers = may_see_buyers(request)
    shippable = may_act(request) and not verbs.why_not(row, "ship")
    context: dict[str, Any] = {
        "section": "orders",
        "order": row,
        "acts": may_act(request),
        "sees_buyers": sees_buyers,
        "tiktok_steps": tiktok_steps(row),
        "tokbridge_steps": tokbridge_steps(row),
        "problems": _problems(row),
        "clock": clock(row, time.time()),
        "unreadable": row.unreadable or unreadable,
        "facts": read,
        "money": money,
        "products": order_units.products(money) if money else [],
        "parcels": parcels,
        "unpacked": unpacked,
        "customer": _customer(row, read, sees_buyers=sees_buyers),
        "store_orders": _store_orders(row),
        "timeline": timeline_of(row, sees_traffic=sees_buyers),
        "shippable": shippable,
        "left": _left(row) if shippable else "",
    }
    if request.headers.get("HX-Request"):
        return render(request, "web/order/live.html", context)
    context |= {
        "raw": shown(raw, sees_buyers=sees_buyers),
        "notes": Note.objects.filter(order=row).select_related("by").order_by("-id"),
        "longest_note": LONGEST_NOTE,
    }
    return render(request, "web/order/page.html", context)


@require_POST
@acting
def try_again(request: HttpRequest, order_id: int) -> HttpResponse:
    """Whatever stands in this order's way is tried again now."""
    row = get_object_or_404(Order, pk=order_id)
    if row.archived_at is not None:
        messages.error(request, _("The order is archived. Restore it first; then it can be tried again."))
    else:
        cause = say("tried again from the order's page")
        replay([row.pk], by=user_of(request), cause=cause, chosen=row.tiktok_id)
        messages.success(request, _("The order is tried again now."))
    return redirect("order", row.pk)


def _left(row: Order) -> str:
    """What the ship form is for, "" when there is nothing to ship: another text when it offers something else."""
    units = [str(line.pk) for line in shipping.left_to_ship(row)]
    wrong = shipping.not_told(row)
    return " ".join([*units, f"parcel-{wrong.pk}"] if wrong else units)


def _problems(row: Order) -> list[OpenProblem]:
    found = []
    for one in Problem.objects.filter(order=row, closed_at__isnull=True).order_by("first_at"):
        if shown := trouble(one.code, one.words):
            found.append(OpenProblem(one, shown))
    return found


def _read(row: Order, raw: str | None) -> tuple[Neutral | None, str]:
    """TikTok's document as the neutral order; or why that cannot be done."""
    try:
        return to_order(json.loads(raw or "{}"), row.account.shop_id, row.account.region), ""
    except Unreadable as error:
        return None, str(error)
    except ValueError:
        return None, _("TikTok's record is not JSON.")


def _customer(row: Order, read: Neutral | None, *, sees_buyers: bool) -> Customer:
    where = read.recipient if read else None
    name = (where.name if where else "") or row.customer
    known = Customer(
        name=name,
        phone=where.phone if where else "",
        email=read.buyer_email if read else "",
        message=read.buyer_message if read else "",
        seller_note=read.seller_note if read else "",
        address=_address(where) if where else [],
        hidden_by_tiktok=where.masked if where else False,
    )
    if sees_buyers:
        return known
    country = [where.region_code] if where and where.region_code else []
    return Customer(
        name=masking.name(name),
        phone=masking.HIDDEN if known.phone else "",
        email=masking.HIDDEN if known.email else "",
        message=masking.HIDDEN if known.message else "",
        seller_note=masking.HIDDEN if known.seller_note else "",
        address=[masking.HIDDEN, *country] if known.address else [],
        hidden_by_tiktok=known.hidden_by_tiktok,
    )


def _address(where: Address) -> list[str]:
    """Lines as on a parcel: the street as TikTok splits it, the place, the districts from small to large."""
    street = list(where.lines) or [where.detail or where.full]
    place = " ".join(filter(None, (where.post_town, where.postal_code)))
    tree = [district.name for district in reversed(where.districts) if district.name not in place]
    return [line for line in (*street, place, ", ".join(tree)) if line]


def _store_orders(row: Order) -> list[StoreOrder]:
    """The binding in force first; released ones stay to be seen."""
    bindings = Binding.objects.filter(order=row).select_related("store__connection").order_by("-id")
    ordered = sorted(bindings, key=lambda binding: binding.state == BindingState.RELEASED)
    return [
        StoreOrder(
            binding,
            shown_number(binding, (bound and row.store_number) or binding.number),
            admin_page(binding) if bound else "",
            admin_setting(binding.store.platform) if bound else "",
            base=bound and row.base_total is not None,
        )
        for binding in ordered
        for bound in [binding.state == BindingState.BOUND]
    ]
