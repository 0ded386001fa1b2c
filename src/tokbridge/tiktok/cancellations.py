"""Cancellations as TikTok has them: what changed, and those of some orders (reference tiktok-shop-api.md 5.1, 5.5)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tokbridge.tiktok.errors import Unreadable
from tokbridge.tiktok.reading import Count, Id, Many, Moment, Shape, Text, read
from tokbridge.tiktok.shop import Shop
from tokbridge.tiktok.transport import Answer, Client

_SEARCH = "/return_refund/202602/cancellations/search"
_MAX_PAGE = 50
_ANSWER_ACTIONS = frozenset({"SELLER_RESPOND_BUYER_CANCEL", "SELLER_RESPOND_CANCEL"})


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
