"""The seller's own cancellations: what may be cancelled and why, and doing it (reference tiktok-shop-api.md 5.2, 5.3)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from tokbridge.tiktok.reading import Flag, Id, Many, Shape, Text, read
from tokbridge.tiktok.shop import Shop, checked
from tokbridge.tiktok.transport import Client

PlainReason = Literal["out of stock", "pricing error", "unable to deliver", "buyer asked"]
_TAILS: dict[PlainReason, str] = {
    "out of stock": "out_of_stock",
    "pricing error": "wrong_price",
    "unable to deliver": "address_not_deliver",
    "buyer asked": "buyer_requested_cancellation",
}


@dataclass(frozen=True, slots=True)
class Reason:
    """A reason name TikTok accepts now, and the units it may be used for."""

    name: str
    line_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ineligible:
    """Why these units cannot be cancelled now, in TikTok's code and words."""

    code: str
    words: str
    line_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Eligibility:
    """What a seller may cancel of an order."""

    reasons: tuple[Reason, ...]
    ineligible: tuple[Ineligible, ...]


class _LineEligibility(Shape):
    request_type: Text = ""
    eligible: Flag = False
    ineligible_code: Text = ""
    ineligible_reason: Text = ""
    available_reason_names: Many[Id] = ()
    order_line_items_ids: Many[Id] = ()  # TikTok's plural


class _SkuEligibility(Shape):
    line_item_eligibility: Many[_LineEligibility] = ()


class _Eligibility(Shape):
    sku_eligibility: Many[_SkuEligibility] = ()


class _Cancelled(Shape):
    cancel_id: Id
    cancel_status: Text = ""


def eligible_reasons(client: Client, shop: Shop, order_id: str) -> Eligibility:
    """The reason names TikTok takes for cancelling this order now, and what it says of units it will not cancel."""
    path = f"/return_refund/202602/orders/{checked(order_id)}/aftersale_eligibility"
    query = {"request_types": "CANCEL", "initiate_aftersale_user": "SELLER"}
    answer = client.call("orders.cancel_eligibility", "GET", path, query=query, cipher=shop.cipher)
    lines_of: dict[str, list[str]] = {}
    ineligible: list[Ineligible] = []
    for sku in read(_Eligibility, answer.data).sku_eligibility:
        for entry in sku.line_item_eligibility:
            if entry.request_type != "CANCEL":
                continue
            if not entry.eligible:
                told = Ineligible(entry.ineligible_code, entry.ineligible_reason, entry.order_line_items_ids)
                ineligible.append(told)
                continue
            for name in entry.available_reason_names:
                lines_of.setdefault(name, []).extend(entry.order_line_items_ids)
    return Eligibility(tuple(Reason(name, tuple(ids)) for name, ids in lines_of.items()), tuple(ineligible))


def pick_reason(reasons: Iterable[Reason], plain: PlainReason) -> str | None:
    """TikTok's name for a plain word among the names it offers; None when it offers none. The names differ by country
    and by status (reference 5.3), so only offered ones are ever sent."""
    fitting = re.compile(rf"seller_cancel_(?:unpaid_|paid_)?reason_{_TAILS[plain]}(?:_uk)?")
    return next((reason.name for reason in reasons if fitting.fullmatch(reason.name)), None)


def cancel(
    client: Client, shop: Shop, order_id: str, reason_name: str, line_ids: Sequence[str] = ()
) -> tuple[str, str]:
    """Cancel an order, or units of it (US and UK, out of stock only); returns the cancellation's id and status.
    TikTok knows no idempotency key here: after `Unknown`, look with `of_orders`."""
    body: dict[str, object] = {"order_id": order_id, "cancel_reason": reason_name}
    if line_ids:
        body["order_line_item_ids"] = list(line_ids)
    path = "/return_refund/202602/cancellations"
    answer = client.call("orders.cancel", "POST", path, body=body, cipher=shop.cipher, write=True)
    made = read(_Cancelled, answer.data, written=True)
    return made.cancel_id, made.cancel_status
