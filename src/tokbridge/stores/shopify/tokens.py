"""The access token: a permanent one from the configuration, or one asked for with the client's credentials.

A client-credentials token lives 24 hours and has no refresh token (reference shopify-admin-api.md 1.2 B), so it is kept
in memory and asked for again before it ends.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable

from tokbridge.core.errors import CredentialRefused, Retry, Unknown
from tokbridge.core.saying import say
from tokbridge.core.wire import Http, Request
from tokbridge.stores.shopify.answers import body_json, status_error
from tokbridge.stores.shopify.config import ShopifyConfig

_MARGIN = 300.0  # seconds before its end at which a token is no longer used

_REMEDIES = {
    "shop_not_permitted": say("the app and the store belong to different organisations"),
    "app_not_installed": say("the app is not installed on this store"),
    "invalid_client": say("the client id or the client secret is wrong"),
}


class Tokens:
    def __init__(self, http: Http, config: ShopifyConfig, clock: Callable[[], float]) -> None:
        self._http = http
        self._config = config
        self._clock = clock
        self._lock = threading.Lock()
        self._token = config.token
        self._expires = float("inf")
        self.renewable = not config.token

    def current(self) -> str:
        """The token to send. Raises CredentialRefused or Retry when none can be had."""
        with self._lock:
            if not self._token or self._clock() >= self._expires:
                self._ask()
            return self._token

    def forget(self, used: str) -> None:
        """Shopify refused `used`: the next `current` asks for another, unless somebody already has."""
        with self._lock:
            if self.renewable and self._token == used:
                self._token = ""

    def _ask(self) -> None:
        body = {
            "client_id": self._config.client_id,
            "client_secret": self._config.client_secret,
            "grant_type": "client_credentials",
        }
        request = Request(
            operation="oauth/access_token",
            method="POST",
            url=f"{self._config.root}/admin/oauth/access_token",
            headers={"Content-Type": "application/json", "Accept": "application/json"},
            body=json.dumps(body).encode(),
        )
        asked_at = self._clock()
        try:
            response = self._http.send(request)
        except Unknown as error:  # an unused token harms nobody
            raise Retry(error.code, error.words) from error
        answer = body_json(response)
        if response.status == 400:
            text = response.body.decode("utf-8", "replace")
            code = next((code for code in _REMEDIES if code in text), "http 400")
            raise CredentialRefused(
                code, _REMEDIES.get(code, say("Shopify gives no access token for these credentials"))
            )
        error_of_status = status_error(response, write=False)
        if error_of_status is not None:
            raise error_of_status
        if answer is None or not isinstance(answer.get("access_token"), str):
            raise Retry("no access token", "the answer of the token address has no access_token")
        self._token = answer["access_token"]
        self._expires = asked_at + float(answer.get("expires_in") or 86399) - _MARGIN
