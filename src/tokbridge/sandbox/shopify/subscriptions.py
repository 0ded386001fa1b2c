"""Webhook subscriptions: made, changed, deleted, and lost after too many failures (reference 4.5)."""

import base64
import hashlib
import hmac
import uuid
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from tokbridge.sandbox.hooks import Hooks
from tokbridge.sandbox.shopify.payloads import body_of
from tokbridge.sandbox.shopify.refuse import refuse
from tokbridge.sandbox.shopify.shop import Shop
from tokbridge.sandbox.shopify.values import Doc, gid, number, utc
from tokbridge.sandbox.wire import dump

PLACE = ["webhookSubscription", "callbackUrl"]
FAILURES = 8
LOOPBACK = ("127.0.0.1", "localhost", "::1")


def sign(secret: str, body: bytes) -> str:
    """X-Shopify-Hmac-Sha256: base64 of HMAC-SHA256 over the raw body."""
    return base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()


def topic_name(topic: str) -> str:
    """ORDERS_CREATE → orders/create, INVENTORY_LEVELS_UPDATE → inventory_levels/update."""
    head, _, tail = topic.rpartition("_")
    for verb in ("PARTIALLY_FULFILLED", "PLACED_ON_HOLD", "HOLD_RELEASED", "SCOPES_UPDATE"):
        if topic.endswith(f"_{verb}"):
            head, tail = topic[: -len(verb) - 1], verb
    return f"{head}/{tail}".lower()


class Subscriptions:
    """The app's subscriptions; listens to the shop and sends."""

    def __init__(self, shop: Shop, hooks: Hooks, kept: dict[str, Any]) -> None:
        self._shop = shop
        self._hooks = hooks
        self._all: dict[int, Doc] = {int(key): one for key, one in kept.items()}
        shop.listeners.append(self._hear)

    def list(self) -> list[Doc]:
        """All living subscriptions."""
        return list(self._all.values())

    def get(self, key: int) -> Doc | None:
        """One of them."""
        return self._all.get(key)

    def create(self, topic: str, given: Doc) -> Doc:
        """webhookSubscriptionCreate."""
        uri = self._address(given)
        self._check_free(topic, uri, None)
        now = self._shop.now()
        one: Doc = {
            "id": self._shop.next_id(), "topic": topic, "uri": uri, "format": given.get("format") or "JSON",
            "name": given.get("name"), "createdAt": now, "updatedAt": now, "failures": 0,
        }  # fmt: skip
        self._all[one["id"]] = one
        self._keep(one)
        return one

    def update(self, wanted: object, given: Doc) -> Doc:
        """webhookSubscriptionUpdate."""
        one = self._known(wanted)
        if given.get("uri") or given.get("callbackUrl"):
            uri = self._address(given)
            self._check_free(one["topic"], uri, one["id"])
            one["uri"] = uri
        one["format"] = given.get("format") or one["format"]
        one["name"] = given.get("name") or one["name"]
        one["updatedAt"] = self._shop.now()
        self._keep(one)
        return one

    def delete(self, wanted: object) -> str:
        """webhookSubscriptionDelete: gives the deleted global id."""
        one = self._known(wanted)
        self._forget(one)
        return gid("WebhookSubscription", one["id"])

    def _known(self, wanted: object) -> Doc:
        one = self._all.get(number(wanted, "WebhookSubscription"))
        if one is None:
            raise refuse(["id"], "Webhook subscription does not exist")
        return one

    def _address(self, given: Doc) -> str:
        uri = str(given.get("uri") or given.get("callbackUrl") or "")
        parts = urlsplit(uri)
        if not parts.scheme or not parts.hostname:
            raise refuse(PLACE, "Address is invalid")
        loopback = parts.hostname in LOOPBACK and self._shop.settings["loopback_webhooks"]
        if parts.scheme == "http" and not loopback:
            raise refuse(PLACE, "Address protocol http:// is not supported")
        internal = parts.hostname.endswith((".myshopify.com", ".shopify.com")) or parts.hostname in LOOPBACK
        if internal and not loopback:
            raise refuse(PLACE, "Address cannot be a Shopify or an internal domain")
        return uri

    def _check_free(self, topic: str, uri: str, own: int | None) -> None:
        if any(one["topic"] == topic and one["uri"] == uri and one["id"] != own for one in self._all.values()):
            raise refuse(PLACE, "Address for this topic has already been taken")

    def _keep(self, one: Doc) -> None:
        self._shop.keep("subscription", one["id"], one)

    def _forget(self, one: Doc) -> None:
        self._all.pop(one["id"], None)
        self._shop.keep("subscription", one["id"], None)

    def _hear(self, topic: str, subject: Doc, order: Doc) -> None:
        chosen = [one for one in self._all.values() if topic_name(one["topic"]) == topic]
        if not chosen:
            return
        body = dump(body_of(self._shop, topic, subject, order))
        event = str(uuid.uuid4())
        for one in chosen:
            self._send(one, topic, str(order.get("name") or subject.get("id") or ""), body, event)

    def _send(self, one: Doc, topic: str, subject: str, body: bytes, event: str) -> None:
        settings = self._shop.settings
        headers = {
            "X-Shopify-Topic": topic,
            "X-Shopify-Hmac-Sha256": sign(settings["client_secret"], body),
            "X-Shopify-Shop-Domain": settings["shop_domain"],
            "X-Shopify-API-Version": settings["webhook_version"],
            "X-Shopify-Webhook-Id": str(uuid.uuid4()),
            "X-Shopify-Event-Id": event,
            "X-Shopify-Triggered-At": str(utc(self._shop.now())),
        }
        if one["name"]:
            headers["X-Shopify-Name"] = one["name"]
        self._hooks.send(topic, subject, one["uri"], body, headers, tried=self._counter(one))

    def _counter(self, one: Doc) -> Callable[[bool], None]:
        def tried(accepted: bool) -> None:
            one["failures"] = 0 if accepted else one["failures"] + 1
            if one["failures"] >= FAILURES and one["id"] in self._all:
                self._forget(one)

        return tried
