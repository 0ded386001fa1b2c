"""The checks before an endpoint, in the order seen live (reference tiktok-shop-api.md 2, 8; checklist 13.2)."""

import hmac
import json
import time
from collections import defaultdict, deque
from collections.abc import Callable, Mapping
from typing import Any

from tokbridge.sandbox.tiktok.api import Endpoint, Request, Table
from tokbridge.sandbox.tiktok.errors import (
    BAD_FORMAT,
    BAD_METHOD,
    BAD_PATH,
    BAD_SIGN,
    CIPHER_MISSING,
    SCOPE_MISSING,
    TOO_MANY,
    ApiError,
    invalid,
)
from tokbridge.sandbox.tiktok.signing import sign
from tokbridge.sandbox.tiktok.tokens import Tokens
from tokbridge.sandbox.tiktok.world import World
from tokbridge.sandbox.wire import Call, Json, Match

OLDEST_S = 300
NEWEST_S = 30
ALL_ORDERS_SCOPE = "seller.fs.order&fufillment.management"


class Gate:
    """Lets a call through as a Request, or raises ApiError."""

    def __init__(
        self, table: Table, tokens: Tokens, world: World, settings: Mapping[str, Any], now: Callable[[], float]
    ) -> None:
        self._table = table
        self._tokens = tokens
        self._world = world
        self._settings = settings
        self._now = now
        self._recent: dict[tuple[str, str, str], deque[float]] = defaultdict(deque)

    def find(self, call: Call) -> Match[Endpoint] | None:
        """The endpoint of a path and method."""
        return self._table.find(call.method, call.path)

    def admit(self, call: Call) -> tuple[Endpoint, Request]:
        """Path, app key, rate, clock, signature, token, scope, shop; then the body's form."""
        found = self.find(call)
        if found is None:
            raise ApiError(BAD_METHOD if self._table.methods(call.path) else BAD_PATH)
        endpoint = found.target
        app_key = call.first("app_key")
        if app_key not in self._tokens.apps:
            raise invalid("Invalid credentials. Invalid `app_key` query parameter.")
        self._check_rate(app_key, call.first("shop_cipher"), endpoint.name)
        self._check_clock(call.first("timestamp"))
        self._check_sign(call, self._tokens.apps[app_key])
        seller = self._tokens.seller_of(call.headers.get("x-tts-access-token", ""), app_key)
        allowed = {endpoint.scope} | ({ALL_ORDERS_SCOPE} if endpoint.scope == "seller.order.info" else set())
        if endpoint.scope and not allowed & set(seller["scopes"]):
            raise ApiError(SCOPE_MISSING)
        shop = self._shop(call, endpoint, seller)
        return endpoint, Request(call, found.values, self._body(call), seller, shop)

    def _check_rate(self, app_key: str, cipher: str, name: str) -> None:
        limit = self._settings["rate_limit_per_s"]
        if limit is None:
            return
        recent, now = self._recent[(app_key, cipher, name)], time.monotonic()
        while recent and recent[0] <= now - 1:
            recent.popleft()
        if len(recent) >= limit:
            raise ApiError(TOO_MANY)
        recent.append(now)

    def _check_clock(self, timestamp: str) -> None:
        what = "Invalid timestamp. The value of the `timestamp` query parameter must not"
        if not timestamp.lstrip("-").isdecimal() or int(timestamp) < 0:
            raise invalid(f"{what} be lesser than 0.")
        if int(timestamp) < self._now() - OLDEST_S:
            raise invalid(f"{what} be earlier than 5 minutes before the current time.")
        if int(timestamp) > self._now() + NEWEST_S:
            raise invalid(f"{what} exceed the current time by more than 30 seconds.")

    def _check_sign(self, call: Call, secret: str) -> None:
        given = call.first("sign")
        if not given:
            raise invalid("Missing credentials. The request does not include a required signature in the query.")
        bodies = [call.body]
        if call.body == b"{}" and self._settings["accept_unsigned_empty_object"]:
            bodies.append(b"")
        kind = call.headers.get("Content-Type", "")
        signs = [sign(secret, call.path, call.query, body, kind) for body in bodies]
        if not any(hmac.compare_digest(given.encode(), one.encode()) for one in signs):
            raise ApiError(BAD_SIGN)

    def _shop(self, call: Call, endpoint: Endpoint, seller: Json) -> Json:
        cipher = call.first("shop_cipher")
        if not endpoint.needs_shop:
            if cipher:
                raise invalid(
                    "Unexpected identifier. The `shop_cipher` query parameter is not required for this request."
                )
            return {}
        if not cipher:
            raise ApiError(CIPHER_MISSING)
        for shop in self._world.shops.values():
            if shop["cipher"] == cipher and shop["open_id"] == seller["open_id"]:
                return shop
        # The reference has no text for an unknown cipher; this follows the one for an unknown shop_id.
        raise invalid("Invalid identifier. The `shop_cipher` query parameter is invalid.")

    def _body(self, call: Call) -> Json:
        if not call.body:
            return {}
        if not call.headers.get("Content-Type", "").lower().startswith("application/json"):
            raise ApiError(BAD_FORMAT)
        try:
            body = json.loads(call.body)
        except ValueError as error:
            raise ApiError(BAD_FORMAT) from error
        if not isinstance(body, dict):
            raise ApiError(BAD_FORMAT)
        return body
