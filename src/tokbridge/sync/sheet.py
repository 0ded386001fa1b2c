"""Everything that is known of an order as plain data (what JSON takes), for the command line and for programs.

Money is decimal text, moments are Unix seconds. Buyers' names are there only when asked for.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from tokbridge.core import money
from tokbridge.core.problems import kind
from tokbridge.records.models import (
    Attempt,
    Binding,
    BindingState,
    Document,
    Instruction,
    Line,
    Note,
    Order,
    Parcel,
    Problem,
)
from tokbridge.sync.admin import admin_page

HIDDEN = "hidden"


def row_of(row: Order, *, show_buyer: bool = False) -> dict[str, Any]:
    """One order as a line of a list. Reads nothing but the row and its account."""
    return {
        "id": row.pk,
        "tiktok_id": row.tiktok_id,
        "shop": row.account.name,
        "shop_id": row.account.shop_id,
        "store_number": row.store_number,
        "tiktok_status": row.status,
        "store_status": row.store_status,
        "tokbridge_status": row.tokbridge_status,
        "reason": row.reason,
        "problem": row.problem_code,
        "buyer_total": _amount(row.buyer_total, row.currency),
        "seller_total": _amount(row.seller_total, row.currency),
        "currency": row.currency,
        "units": row.units,
        "fulfilment_type": row.fulfilment_type,
        "logistic_mode": row.logistic_mode,
        "customer": row.customer if show_buyer or not row.customer else HIDDEN,
        "placed_at": row.placed_at,
        "paid_at": row.paid_at,
        "ship_by": row.ship_by,
        "imported_at": row.imported_at,
        "update_time": row.update_time,
        "updated_at": row.updated_at,
        "read_at": row.read_at,
        "archived_at": row.archived_at,
    }


def sheet(order_id: int, *, show_buyer: bool = False, raw: bool = False) -> dict[str, Any]:
    """One order with all that belongs to it. `raw` adds TikTok's own record, which always shows the buyer."""
    row = Order.objects.select_related("account").get(pk=order_id)
    found: dict[str, Any] = row_of(row, show_buyer=show_buyer)
    found["store"] = _store(row)
    found["cancel_reason"], found["cancel_initiator"] = row.cancel_reason, row.cancel_initiator
    found["buyer_requests_cancel"] = row.buyer_requests_cancel
    found["due_at"] = row.due_at
    found["lines"] = _lines(row)
    found["parcels"] = [_parcel(parcel) for parcel in Parcel.objects.filter(order=row).order_by("id")]
    found["problems"] = [
        problem_of(one) for one in Problem.objects.filter(order=row, closed_at=None).order_by("first_at")
    ]
    found["asked"] = list(
        Instruction.objects.filter(order=row)
        .order_by("id")
        .values("verb", "args", "by__username", "at", "done_at", "result")
    )
    found["attempts"] = list(
        Attempt.objects.filter(order=row)
        .order_by("id")
        .values("step", "subject", "why", "request", "answer", "outcome", "worker", "began_at", "ended_at")
    )
    found["notes"] = list(Note.objects.filter(order=row).order_by("-id").values("by__username", "at", "text"))
    if raw:
        text = Document.objects.filter(order=row).values_list("raw", flat=True).first()
        found["raw"] = json.loads(text) if text else None
    return found


def problem_of(problem: Problem) -> dict[str, Any]:
    """What happened in the platform's words, who must act, what to do."""
    what = kind(problem.code)
    return {
        "code": problem.code,
        "title": what.title,
        "explanation": what.explanation,
        "words": problem.words,
        "who": problem.actor,
        "fix": what.fix,
        "step": problem.step,
        "tries": problem.tries,
        "first_at": problem.first_at,
        "last_at": problem.last_at,
        "next_at": problem.next_at,
    }


def _store(row: Order) -> dict[str, Any] | None:
    binding = Binding.objects.filter(order=row).exclude(state=BindingState.RELEASED).select_related("store").first()
    if binding is None:
        return None
    return {
        "platform": binding.store.platform,
        "address": binding.store.address,
        "state": binding.state,
        "number": row.store_number or binding.number,
        "marker": binding.marker,
        "ref": binding.ref,
        "url": admin_page(binding),
        "expected_total": _amount(binding.expected_total, row.currency),
        "total": _amount(binding.read_total, binding.read_currency),
        "currency": binding.read_currency,
        "bound_at": binding.bound_at,
        "cancelled_at": binding.cancelled_at,
    }


def _lines(row: Order) -> list[dict[str, Any]]:
    """Equal units together: TikTok sends every unit apart."""
    groups: dict[tuple[object, ...], dict[str, Any]] = {}
    for line in Line.objects.filter(order=row).order_by("position"):
        key = (line.sku_id, line.sale_price, line.is_gift, line.cancelled, line.tracking_number)
        group = groups.setdefault(
            key,
            {
                "product": line.product_name,
                "variant": line.sku_name,
                "sku": line.seller_sku,
                "quantity": 0,
                "price": _amount(line.sale_price, row.currency),
                "gift": line.is_gift,
                "cancelled": line.cancelled,
                "tracking_number": line.tracking_number,
                "line_ids": [],
            },
        )
        group["quantity"] += 1
        group["line_ids"].append(line.tiktok_id)
    return list(groups.values())


def _parcel(parcel: Parcel) -> Mapping[str, Any]:
    return {
        "origin": parcel.origin,
        "carrier": parcel.carrier,
        "number": parcel.number,
        "line_ids": parcel.line_ids,
        "cancelled": parcel.cancelled,
        "on_tiktok": bool(parcel.number) and parcel.tiktok_number == parcel.number,
        "in_store": parcel.in_store,
        "package_id": parcel.package_id,
    }


def _amount(minor: int | None, currency: str) -> str | None:
    return None if minor is None or not currency else money.show(minor, currency)
