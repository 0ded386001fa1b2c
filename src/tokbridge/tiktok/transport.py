"""One signed call to TikTok's API host: build, sign, send, read the envelope (reference tiktok-shop-api.md 2, 8).

The client learns TikTok's clock from the Date header of every answer and signs with it. It sends a call again in two
cases only, at most once each, and both mean that TikTok did nothing: an expired token, a refused timestamp.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from functools import partial
from typing import Any
from urllib.parse import quote, urlencode

from tokbridge.core.errors import Retry, Unknown
from tokbridge.core.wire import Http, Request, Response
from tokbridge.tiktok.app import App
from tokbridge.tiktok.errors import ClockRefused, Envelope, TokenRefused, classify
from tokbridge.tiktok.signing import sign_request
from tokbridge.tiktok.tokens import Tokens

_JSON = "application/json"


@dataclass(frozen=True, slots=True)
class Answer:
    """A success. `server_time` is the answer's Date header as Unix seconds, None when there was none."""

    data: dict[str, Any]
    server_time: float | None
    request_id: str


class Client:
    """Speaks for one authorisation. `offset` is TikTok's clock minus ours in seconds, 0 before the first answer."""

    def __init__(self, http: Http, app: App, tokens: Tokens, clock: Callable[[], float]) -> None:
        self.offset = 0.0
        self._http = http
        self._app = app
        self._tokens = tokens
        self._clock = clock

    def call(
        self,
        operation: str,
        method: str,
        path: str,
        *,
        query: Mapping[str, str] | None = None,
        body: object | None = None,
        cipher: str = "",
        write: bool = False,
    ) -> Answer:
        """Send one call. `query` values are decoded text (a list is one comma-joined value); `body` is serialised
        once and those bytes are signed and sent. Raises the errors of `core.errors`."""
        sent = b"" if body is None else json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
        asked = dict(query or {})
        if cipher:
            asked["shop_cipher"] = cipher
        token = _token(self._tokens.current)
        renewed = corrected = False
        while True:
            response = self._send(operation, method, path, asked=asked, sent=sent, token=token, write=write)
            server_time = _date(response)
            if server_time is not None:
                self.offset = server_time - self._clock()
            try:
                envelope = self._read(response, token, write)
            except TokenRefused:
                if renewed:
                    raise
                renewed = True
                token = _token(partial(self._tokens.renew, token))
            except ClockRefused:
                if corrected or server_time is None:
                    raise
                corrected = True
            else:
                return Answer(envelope.data, server_time, envelope.request_id)

    def _send(
        self, operation: str, method: str, path: str, *, asked: Mapping[str, str], sent: bytes, token: str, write: bool
    ) -> Response:
        query = {**asked, "app_key": self._app.key, "timestamp": str(int(self._clock() + self.offset))}
        query["sign"] = sign_request(self._app.secret, path, query, sent, _JSON)
        request = Request(
            operation=operation,
            method=method,
            url=f"{self._app.api_url}{path}?{urlencode(query, quote_via=quote, safe='')}",
            headers={"content-type": _JSON, "x-tts-access-token": token},
            body=sent,
            write=write,
        )
        try:
            return self._http.send(request)
        except Unknown as doubt:
            if write:
                raise
            raise Retry(doubt.code, doubt.words) from doubt

    def _read(self, response: Response, token: str, write: bool) -> Envelope:
        return classify(response.status, response.headers, response.body, write, hide=(self._app.secret, token))


def _token(ask: Callable[[], str]) -> str:
    """A token; doubt about a token call is none about the call it was wanted for, of which nothing was done."""
    try:
        return ask()
    except Unknown as doubt:
        raise Retry(doubt.code, doubt.words) from doubt


def _date(response: Response) -> float | None:
    try:
        return parsedate_to_datetime(response.headers["date"]).timestamp()
    except (KeyError, ValueError):
        return None
