"""The page of one order: where it stands, what is wrong, its money, its buyer, and everything that was tried."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tokbridge.core.order import Address
from tokbridge.core.order import Order as Neutral
from tokbridge.records.models import Attempt, Binding, BindingState, Document, Order, Parcel, Problem
from tokbridge.tiktok.mapping import Unreadable, to_order
from tokbridge.web import masking
from tokbridge.web.desk import may_see_buyers
from tokbridge.web.money_view import money_of
from tokbridge.web.progress import tiktok_steps, tokbridge_steps
from tokbridge.web.rows import Trouble, clock, trouble
from tokbridge.web.tongue import told

MOST_ATTEMPTS = 200


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
    address: list[str]
    hidden_by_tiktok: bool


@dataclass(frozen=True, slots=True)
class StoreOrder:
    """`url`: the store's admin page, "" when none is known. Totals in minor units; `differs`: they are not equal."""

    binding: Binding
    url: str

    @property
    def differs(self) -> bool:
        read = self.binding.read_total
        return read is not None and read != self.binding.expected_total


@require_safe
def order(request: HttpRequest, order_id: int) -> HttpResponse:
    row = get_object_or_404(Order.objects.select_related("account", "channel__store"), pk=order_id)
    sees_buyers = may_see_buyers(request)
    raw = Document.objects.filter(order_id=row.pk).values_list("raw", flat=True).first()
    read, unreadable = _read(row, raw)
    attempts = list(Attempt.objects.filter(order=row).order_by("-id")[:MOST_ATTEMPTS])
    problems = Problem.objects.filter(order=row, closed_at__isnull=True).order_by("first_at")
    context = {
        "section": "orders",
        "order": row,
        "sees_buyers": sees_buyers,
        "tiktok_steps": tiktok_steps(row),
        "tokbridge_steps": tokbridge_steps(row),
        "problems": [OpenProblem(one, shown) for one in problems if (shown := trouble(one.code, one.words))],
        "clock": clock(row, time.time()),
        "facts": read,
        "unreadable": row.unreadable or unreadable,
        "money": money_of(read) if read else None,
        "customer": _customer(row, read, sees_buyers=sees_buyers),
        "store_orders": _store_orders(row),
        "parcels": Parcel.objects.filter(order=row).order_by("id"),
        "attempts": attempts,
        "cut": len(attempts) == MOST_ATTEMPTS,
        "raw": _document(raw, sees_buyers=sees_buyers),
    }
    return render(request, "web/order/page.html", context)


def _read(row: Order, raw: str | None) -> tuple[Neutral | None, str]:
    """TikTok's document as the neutral order; or why that cannot be done."""
    try:
        return to_order(json.loads(raw or "{}"), row.account.shop_id, row.account.region), ""
    except Unreadable as error:
        return None, told(str(error))
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
        StoreOrder(binding, binding.url if binding.url.startswith(("https://", "http://")) else "")
        for binding in ordered
    ]


def _document(raw: str | None, *, sees_buyers: bool) -> str:
    """The document for reading. One that is no JSON is shown only to those who may see what it might hold."""
    if raw is None:
        return ""
    try:
        found: Any = json.loads(raw)
    except ValueError:
        return raw if sees_buyers else _("Hidden: it cannot be read, so it is not known where it names the buyer.")
    return json.dumps(found if sees_buyers else masking.document(found), ensure_ascii=False, indent=2)
