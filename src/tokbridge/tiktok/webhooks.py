"""Webhooks: verify, read, subscribe (reference tiktok-shop-api.md 7).

A webhook is a hint to look at orders, never a fact: TikTok does not guarantee that it comes, once, or in order, and
it spells some words differently from the API.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tokbridge.tiktok.app import App
from tokbridge.tiktok.reading import Id, Many, Shape, Text, read
from tokbridge.tiktok.shop import Shop
from tokbridge.tiktok.signing import sign_webhook
from tokbridge.tiktok.transport import Client

_PATH = "/event/202309/webhooks"
_NAMES = {
    1: "ORDER_STATUS_CHANGE",
    2: "REVERSE_STATUS_UPDATE",
    3: "RECIPIENT_ADDRESS_UPDATE",
    4: "PACKAGE_UPDATE",
    5: "PRODUCT_STATUS_CHANGE",
    6: "SELLER_DEAUTHORIZATION",
    7: "UPCOMING_AUTHORIZATION_EXPIRATION",
    11: "CANCELLATION_STATUS_CHANGE",
    12: "RETURN_STATUS_CHANGE",
    13: "NEW_CONVERSATION",
    14: "NEW_MESSAGE",
    15: "PRODUCT_INFORMATION_CHANGE",
    16: "PRODUCT_CREATION",
    18: "PRODUCT_CATEGORY_CHANGE",
    27: "inventory status change",
    33: "NEW_MESSAGE_LISTENER",
    36: "INVOICE_STATUS_CHANGE",
    37: "PRODUCT_AUDIT_STATUS_CHANGE",
    50: "SKU status change",
    64: "aftersales request",
    65: "RMA",
    67: "refund success",
    68: "inventory changed",
    71: "inventory changed",
}
"""Upper case: TikTok's own event_type, which can be registered by call; the others are set in Partner Center."""
EVENT_TYPES = (
    "ORDER_STATUS_CHANGE",
    "RECIPIENT_ADDRESS_UPDATE",
    "PACKAGE_UPDATE",
    "SELLER_DEAUTHORIZATION",
    "UPCOMING_AUTHORIZATION_EXPIRATION",
    "CANCELLATION_STATUS_CHANGE",
    "RETURN_STATUS_CHANGE",
)
"""The events worth registering: those that speak of orders or of the authorisation."""

_ORDER_KEYS = frozenset({"order_id", "main_order_id"})
_ORDER_LISTS = frozenset({"order_ids", "order_id_list"})


class BadSignature(Exception):
    """Not signed by TikTok for this app. Answer 401, change nothing."""


class Malformed(Exception):
    """Rightly signed, but nobody can read it. `words` say why, without any of its content; keep the raw body."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.words = words


@dataclass(frozen=True, slots=True)
class Hook:
    """One event. `notification_id` and `shop_id` are "" where TikTok sends none; `timestamp` is Unix seconds, 0 when
    absent. In `data` all ids are text. `known` is false for a type this module has no name for."""

    type: int
    name: str
    notification_id: str
    shop_id: str
    timestamp: int
    order_ids: tuple[str, ...]
    data: dict[str, Any]
    known: bool


@dataclass(frozen=True, slots=True)
class Subscription:
    event_type: str
    address: str


class _Webhook(Shape):
    event_type: Id
    address: Text = ""


class _Webhooks(Shape):
    webhooks: Many[_Webhook] = ()


def verify_and_parse(app: App, headers: Mapping[str, str], raw_body: bytes) -> Hook:
    """The event in a POST of TikTok's; header names in any case. Raises `BadSignature` or `Malformed`."""
    given = next((value for name, value in headers.items() if name.lower() == "authorization"), "")
    expected = sign_webhook(app.key, app.secret, raw_body)
    if not hmac.compare_digest(given.strip().encode("utf-8", "replace"), expected.encode()):
        raise BadSignature("The Authorization header does not fit the body.")
    try:
        told = json.loads(raw_body, parse_float=str)
    except (ValueError, RecursionError):
        raise Malformed("The body is not JSON.") from None
    return _hook(told)


def _hook(told: object) -> Hook:
    if not isinstance(told, dict):
        raise Malformed("The body is not an object.")
    number, moment, data = told.get("type"), told.get("timestamp") or 0, told.get("data")
    if type(number) is not int:
        raise Malformed("The type is not a number.")
    if type(moment) is not int:
        raise Malformed("The timestamp is not a number.")
    if not isinstance(data, dict | None):
        raise Malformed("The data are not an object.")
    texts = _ids_as_text(data or {})
    return Hook(
        type=number,
        name=_NAMES.get(number, f"type {number}"),
        notification_id=str(told.get("tts_notification_id") or ""),
        shop_id=str(told.get("shop_id") or ""),
        timestamp=moment,
        order_ids=tuple(dict.fromkeys(_order_ids(texts))),
        data=texts,
        known=number in _NAMES,
    )


def list_(client: Client, shop: Shop) -> tuple[Subscription, ...]:
    """What this shop sends where."""
    answer = client.call("webhooks.list", "GET", _PATH, cipher=shop.cipher)
    return tuple(Subscription(hook.event_type, hook.address) for hook in read(_Webhooks, answer.data).webhooks)


def put(client: Client, shop: Shop, event_type: str, address: str) -> None:
    """Send this event to this address (at most 255 characters); replaces the event's former address."""
    body = {"address": address, "event_type": event_type}
    client.call("webhooks.put", "PUT", _PATH, body=body, cipher=shop.cipher, write=True)


def delete(client: Client, shop: Shop, event_type: str) -> None:
    """Stop sending this event; succeeds also when none was set."""
    body = {"event_type": event_type}
    client.call("webhooks.delete", "DELETE", _PATH, body=body, cipher=shop.cipher, write=True)


def _ids_as_text(value: Any, key: str = "") -> Any:
    """Every integer that stands under an id's name as text: TikTok sends product_id as a JSON integer."""
    if isinstance(value, dict):
        return {name: _ids_as_text(inner, name) for name, inner in value.items()}
    if isinstance(value, list):
        return [_ids_as_text(inner, key) for inner in value]
    is_id = key == "id" or key.endswith(("_id", "_ids", "_id_list"))
    return str(value) if is_id and type(value) is int else value


def _order_ids(value: Any) -> list[str]:
    found: list[str] = []
    for key, inner in value.items() if isinstance(value, dict) else ():
        if key in _ORDER_KEYS and isinstance(inner, str) and inner:
            found.append(inner)
        elif key in _ORDER_LISTS and isinstance(inner, list):
            found += [order_id for order_id in inner if isinstance(order_id, str) and order_id]
        else:
            for part in inner if isinstance(inner, list) else [inner]:
                found += _order_ids(part)
    return found
