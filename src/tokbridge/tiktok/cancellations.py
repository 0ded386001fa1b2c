"""Cancellations: the feed, the seller's own, answers to a buyer's request (reference tiktok-shop-api.md 5.1-5.5)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from tokbridge.tiktok.errors import Unreadable
from tokbridge.tiktok.reading import Count, Flag, Id, Many, Moment, Shape, Text, read
from tokbridge.tiktok.shop import Shop, checked
from tokbridge.tiktok.transport import Answer, Client

PlainReason = Literal["out of stock", "pricing error", "unable to deliver", "buyer asked"]

_SEARCH = "/return_refund/202602/cancellations/search"
_MAX_PAGE = 50
_ANSWER_ACTIONS = frozenset({"SELLER_RESPOND_BUYER_CANCEL", "SELLER_RESPOND_CANCEL"})
_TAILS: dict[PlainReason, str] = {
    "out of stock": "out_of_stock",
    "pricing error": "wrong_price",
    "unable to deliver": "address_not_deliver",
    "buyer asked": "buyer_requested_cancellation",
}


@dataclass(frozen=True, slots=True)
class Cancellation:
    """`type`: CANCEL (done) or BUYER_CANCEL (a request). `status`: CANCELLATION_REQUEST_PENDING, _SUCCESS, _COMPLETE,
    _CANCEL (closed). `role`: BUYER, SELLER, OPERATOR, SYSTEM. `reason` is a name, `reason_text` for display.
    `answer_by`: Unix seconds until which the seller must approve or reject, None when nothing is asked of him."""

    id: str
    order_id: str
    type: str
    status: str
    role: str
    reason: str
    reason_text: str
    create_time: int
    update_time: int
    line_ids: tuple[str, ...]
    answer_by: int | None


@dataclass(frozen=True, slots=True)
class CancellationPage:
    """One page, oldest change first; `next_page_token` is "" on the last one."""

    cancellations: tuple[Cancellation, ...]
    total_count: int
    next_page_token: str
    server_time: float | None


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


@dataclass(frozen=True, slots=True)
class RejectReason:
    name: str
    text: str


class _Line(Shape):
    order_line_item_id: Id


class _Action(Shape):
    action: Text = ""
    deadline: Moment = None


class _Cancellation(Shape):
    cancel_id: Id
    order_id: Id
    cancel_type: Text = ""
    cancel_status: Id
    role: Text = ""
    cancel_reason: Text = ""
    cancel_reason_text: Text = ""
    create_time: int
    update_time: int
    cancel_line_items: Many[_Line] = ()
    seller_next_action_response: Many[_Action] = ()


class _Page(Shape):
    cancellations: Many[_Cancellation] = ()
    total_count: Count = 0
    next_page_token: Text = ""


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


class _RejectReason(Shape):
    name: Id
    text: Text = ""


class _RejectReasons(Shape):
    reasons: Many[_RejectReason] = ()


def search(
    client: Client,
    shop: Shop,
    *,
    update_from: int,
    update_to: int | None = None,
    page_token: str = "",
    page_size: int = _MAX_PAGE,
) -> CancellationPage:
    """Cancellations changed in [update_from, update_to), Unix seconds of TikTok's clock; at most 50 a page."""
    body: dict[str, object] = {"update_time_ge": update_from}
    if update_to is not None:
        body["update_time_lt"] = update_to
    return _page(_ask(client, shop, body, page_token, page_size))


def of_orders(client: Client, shop: Shop, order_ids: Sequence[str]) -> tuple[Cancellation, ...]:
    """Every cancellation of these orders, all pages."""
    body: dict[str, object] = {"order_ids": list(order_ids)}
    found: list[Cancellation] = []
    token = ""
    while True:
        page = _page(_ask(client, shop, body, token, _MAX_PAGE))
        found += page.cancellations
        if not page.next_page_token or page.next_page_token == token or not page.cancellations:
            return tuple(found)
        token = page.next_page_token


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


def approve(client: Client, shop: Shop, cancel_id: str, *, key: str = "") -> None:
    """Grant a buyer's request. `key` names this answer: TikTok takes the same key once only."""
    _answer(client, shop, cancel_id, "approve", body={}, key=key)


def reject(client: Client, shop: Shop, cancel_id: str, reason_name: str, comment: str = "", *, key: str = "") -> None:
    """Refuse a buyer's request with one of `reject_reasons`. `key` as in `approve`."""
    body = {"reject_reason": reason_name}
    if comment:
        body["comment"] = comment
    _answer(client, shop, cancel_id, "reject", body=body, key=key)


def reject_reasons(client: Client, shop: Shop, cancel_id: str, locale: str = "") -> tuple[RejectReason, ...]:
    """The names TikTok takes for refusing this request, with display texts in `locale` ("en-US")."""
    query = {"return_or_cancel_id": cancel_id}
    if locale:
        query["locale"] = locale
    path = "/return_refund/202309/reject_reasons"
    answer = client.call("cancellations.reject_reasons", "GET", path, query=query, cipher=shop.cipher)
    return tuple(RejectReason(reason.name, reason.text) for reason in read(_RejectReasons, answer.data).reasons)


def _ask(client: Client, shop: Shop, body: dict[str, object], page_token: str, page_size: int) -> Answer:
    """Ascending is this list's own default, unlike the order list's; it is said all the same."""
    query = {"page_size": str(page_size), "sort_field": "update_time", "sort_order": "ASC"}
    if page_token:
        query["page_token"] = page_token
    return client.call("cancellations.search", "POST", _SEARCH, query=query, body=body, cipher=shop.cipher)


def _page(answer: Answer) -> CancellationPage:
    page = read(_Page, answer.data)
    if page.cancellations and "total_count" not in page.model_fields_set:
        raise Unreadable("total_count", "missing beside cancellations")
    found = tuple(_cancellation(shape) for shape in page.cancellations)
    return CancellationPage(found, page.total_count, page.next_page_token, answer.server_time)


def _answer(client: Client, shop: Shop, cancel_id: str, verb: str, *, body: dict[str, str], key: str) -> None:
    client.call(
        f"cancellations.{verb}",
        "POST",
        f"/return_refund/202309/cancellations/{checked(cancel_id)}/{verb}",
        query={"idempotency_key": key} if key else None,
        body=body,
        cipher=shop.cipher,
        write=True,
    )


def _cancellation(shape: _Cancellation) -> Cancellation:
    asked = (step.deadline for step in shape.seller_next_action_response if step.action in _ANSWER_ACTIONS)
    return Cancellation(
        id=shape.cancel_id,
        order_id=shape.order_id,
        type=shape.cancel_type,
        status=shape.cancel_status,
        role=shape.role,
        reason=shape.cancel_reason,
        reason_text=shape.cancel_reason_text,
        create_time=shape.create_time,
        update_time=shape.update_time,
        line_ids=tuple(line.order_line_item_id for line in shape.cancel_line_items),
        answer_by=next((deadline for deadline in asked if deadline is not None), None),
    )
