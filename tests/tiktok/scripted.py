"""A scripted other side: answers are given in advance, requests are kept as sent."""

from __future__ import annotations

import json
from collections.abc import Callable
from email.utils import formatdate
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from tokbridge.core.wire import Request, Response
from tokbridge.tiktok.app import App
from tokbridge.tiktok.shop import Shop
from tokbridge.tiktok.transport import Client

NOW = 1696909648
APP = App(key="68xu9ks5p4i8", secret="5f1d9a3c7b2e4860", us=False, service_id="svc1")
SHOP = Shop(id="7495000000000000001", region="GB", cipher="ROW_xkMbgAAAeVAQra0eZWebFQq5aIK")


class ScriptedHttp:
    def __init__(self, *answers: Response | Exception) -> None:
        self.answers = list(answers)
        self.sent: list[Request] = []

    def send(self, request: Request) -> Response:
        self.sent.append(request)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    @property
    def only(self) -> Request:
        assert len(self.sent) == 1
        return self.sent[0]


class FixedTokens:
    def __init__(self, *tokens: str) -> None:
        self.tokens = list(tokens or ("token-1", "token-2", "token-3"))
        self.renewed: list[str] = []

    def current(self) -> str:
        return self.tokens[0]

    def renew(self, stale: str) -> str:
        self.renewed.append(stale)
        self.tokens.pop(0)
        return self.tokens[0]


def answer(envelope: Any, status: int = 200, at: float | None = NOW, **headers: str) -> Response:
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    if at is not None:
        given["date"] = formatdate(at, usegmt=True)
    body = envelope if isinstance(envelope, bytes) else json.dumps(envelope, ensure_ascii=False).encode()
    return Response(status, given, body)


def done(data: Any = None, **more: Any) -> Response:
    return answer({"code": 0, "message": "Success", "request_id": "req1", "data": data}, **more)


def failed(code: int, message: str, status: int = 200, **more: Any) -> Response:
    return answer({"code": code, "message": message, "request_id": "req2", "data": None}, status, **more)


def client_of(
    http: ScriptedHttp, tokens: FixedTokens | None = None, clock: Callable[[], float] = lambda: float(NOW)
) -> Client:
    return Client(http, APP, tokens or FixedTokens(), clock)


def query_of(request: Request) -> dict[str, str]:
    pairs = parse_qsl(urlsplit(request.url).query, keep_blank_values=True, strict_parsing=True)
    assert len(dict(pairs)) == len(pairs), "a key was sent twice"
    return dict(pairs)


def path_of(request: Request) -> str:
    return urlsplit(request.url).path


def body_of(request: Request) -> Any:
    return json.loads(request.body)
