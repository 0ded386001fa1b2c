"""What an adapter needs to speak HTTP, without knowing which client speaks it.

Adapters build a `Request` with the exact bytes to send and get a `Response` with the exact bytes received. Whoever
implements `Http` owns connections, the total deadline of a call, rate limits and the check of the caller's lease.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Request:
    """One call to the outside.

    `operation` is a stable name without ids ("orderCreate", "orders.search"): limits, metrics and logs use it, never
    the URL, which may carry secrets. `write` says whether the call changes something. `cost` is in the units of the
    connection's limit (requests for TikTok, query points for Shopify).
    """

    operation: str
    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    write: bool = False
    cost: int = 1


@dataclass(frozen=True, slots=True)
class Response:
    """The answer, whole: header names in lower case, body as received. `sent_at`/`received_at` are our Unix times."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    sent_at: float = 0.0
    received_at: float = 0.0


class Http(Protocol):
    """Sends one request within one total deadline; follows no redirect; retries nothing.

    Raises `tokbridge.core.errors.Retry` when nothing reached the other side (connection refused, limit not free) and
    `tokbridge.core.errors.Unknown` when the request may have reached it but no whole answer came back.
    """

    def send(self, request: Request) -> Response: ...
