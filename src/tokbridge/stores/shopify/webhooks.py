"""Shopify's webhooks: whose they are, and which orders they speak of (reference shopify-admin-api.md 4.5)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from typing import Any

from tokbridge.stores.base import HookMalformed, HookRefused
from tokbridge.stores.nouns import Hint

# topic in the header -> (topic in the API, field of the body that holds the order's id, "" for none)
TOPICS: Mapping[str, tuple[str, str]] = {
    "fulfillments/create": ("FULFILLMENTS_CREATE", "order_id"),
    "fulfillments/update": ("FULFILLMENTS_UPDATE", "order_id"),
    "orders/cancelled": ("ORDERS_CANCELLED", "id"),
    "orders/updated": ("ORDERS_UPDATED", "id"),
    "refunds/create": ("REFUNDS_CREATE", "order_id"),
    "app/uninstalled": ("APP_UNINSTALLED", ""),
}


def hint(headers: Mapping[str, str], body: bytes, shop: str, secrets: Sequence[str]) -> Hint:
    """Raises HookRefused for a wrong signature or another shop, HookMalformed for a body nobody can read.

    The signature covers the raw bytes only; the shop's header merely tells apart stores that share one app's secret.
    """
    named = {name.lower(): value for name, value in headers.items()}
    if not _signed(named.get("x-shopify-hmac-sha256", ""), body, secrets):
        raise HookRefused("the signature does not match")
    if named.get("x-shopify-shop-domain", "").lower() != shop.lower():
        raise HookRefused("not for this shop")
    topic = named.get("x-shopify-topic", "")
    _, field = TOPICS.get(topic, ("", ""))
    refs = (_order_ref(body, field),) if field else ()
    return Hint(topic=topic, event_id=named.get("x-shopify-webhook-id", ""), order_refs=refs)


def sign(secret: str, body: bytes) -> str:
    return base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()


def _signed(signature: str, body: bytes, secrets: Sequence[str]) -> bool:
    """Any of the secrets will do: after a rotation the oldest one signs for up to an hour more."""
    given = signature.encode()
    return any(hmac.compare_digest(given, sign(secret, body).encode()) for secret in secrets)


def _order_ref(body: bytes, field: str) -> str:
    try:
        value: Any = json.loads(body)
    except ValueError:
        raise HookMalformed("the body is not JSON") from None
    number = value.get(field) if isinstance(value, dict) else None
    if not isinstance(number, int) or isinstance(number, bool):
        raise HookMalformed(f"the body has no {field}")
    return f"gid://shopify/Order/{number}"
