"""The seller's answers to a buyer who asks to cancel (reference tiktok-shop-api.md 5.1, 5.4)."""

from __future__ import annotations

from dataclasses import dataclass

from tokbridge.tiktok.reading import Id, Many, Shape, Text, read
from tokbridge.tiktok.shop import Shop, checked
from tokbridge.tiktok.transport import Client


@dataclass(frozen=True, slots=True)
class RejectReason:
    name: str
    text: str


class _RejectReason(Shape):
    name: Id
    text: Text = ""


class _RejectReasons(Shape):
    reasons: Many[_RejectReason] = ()


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
