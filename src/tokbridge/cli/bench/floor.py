"""The floor: what a bare script needs for the same calls, without a database and without Tokbridge's own client."""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import httpcore2

from tokbridge.core.wire import Request

SEARCH = "/order/202309/orders/search"
PAGE = 100


@dataclass(frozen=True, slots=True)
class Login:
    """What the bare client signs with."""

    url: str
    key: str
    secret: str
    token: str
    cipher: str


@dataclass(frozen=True, slots=True)
class Floor:
    """Seconds by the clock and of this process's CPU, and how many orders were handled."""

    seconds: float
    cpu: float
    orders: int


def page_through(login: Login, since: int) -> Floor:
    """Ask for every page of the orders changed since then, one after the other."""
    body = json.dumps({"update_time_ge": since}).encode()
    seen, page_token = 0, ""
    began, cpu = time.perf_counter(), time.process_time()
    with httpcore2.ConnectionPool() as pool:
        while True:
            query = {"page_size": str(PAGE), "sort_field": "update_time", "sort_order": "ASC"}
            if page_token:
                query["page_token"] = page_token
            answer = _signed(pool, login, SEARCH, query, body)
            seen += len(answer["data"]["orders"])
            page_token = answer["data"]["next_page_token"]
            if not page_token:
                return Floor(time.perf_counter() - began, time.process_time() - cpu, seen)


def _signed(pool: httpcore2.ConnectionPool, login: Login, path: str, query: dict[str, str], body: bytes) -> Any:
    query = {**query, "app_key": login.key, "shop_cipher": login.cipher, "timestamp": str(int(time.time()))}
    pairs = "".join(name + query[name] for name in sorted(query)).encode()
    secret = login.secret.encode()
    message = secret + path.encode() + pairs + body + secret
    query["sign"] = hmac.new(secret, message, hashlib.sha256).hexdigest()
    text = "&".join(f"{name}={quote(value, safe='')}" for name, value in query.items())
    headers = [("Content-Type", "application/json"), ("x-tts-access-token", login.token)]
    answer = json.loads(pool.request("POST", f"{login.url}{path}?{text}", headers=headers, content=body).content)
    if answer["code"] != 0:
        raise RuntimeError(f"the bare client was refused: {answer['message']}")
    return answer


def replay(orders: Sequence[Sequence[Request]], threads: int) -> Floor:
    """Send every order's requests in their sequence, several orders at a time."""
    waiting = iter(orders)
    lock = threading.Lock()
    failures: list[str] = []

    def run() -> None:
        while not failures:
            with lock:
                requests = next(waiting, None)
            if requests is None:
                return
            try:
                _send(pool, requests)
            except Exception as error:  # noqa: BLE001 - told by the thread that waits
                failures.append(f"{type(error).__name__}: {error}")

    with httpcore2.ConnectionPool(max_connections=threads) as pool:
        workers = [threading.Thread(target=run) for _ in range(threads)]
        began, cpu = time.perf_counter(), time.process_time()
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        floor = Floor(time.perf_counter() - began, time.process_time() - cpu, len(orders))
    if failures:
        raise RuntimeError(f"the bare script failed: {failures[0]}")
    return floor


def _send(pool: httpcore2.ConnectionPool, requests: Iterable[Request]) -> None:
    for request in requests:
        answer = pool.request(request.method, request.url, headers=list(request.headers.items()), content=request.body)
        if answer.status != 200:
            raise RuntimeError(f"{request.operation} was answered {answer.status}")
        json.loads(answer.content)
