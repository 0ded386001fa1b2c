"""HTTP with one total deadline per call.

An HTTP client's read time-out counts per chunk, so an answer that drips never ends. Here every wait on the socket gets
only what is left of the call's 20 seconds. No redirect is followed and nothing is sent twice.
"""

from __future__ import annotations

import ssl
import threading
import time
from collections.abc import Callable, Iterable
from typing import Any

import httpcore2

from tokbridge.core.errors import Retry, Unknown
from tokbridge.core.wire import Request, Response

CALL_DEADLINE = 20.0
LARGEST_ANSWER = 32 * 1024 * 1024
Choose = Callable[[str, int], str]
"""From a host and its port to the address to connect to. Raises `httpcore2.ConnectError` for one not to be reached."""
_local = threading.local()


def _left() -> float:
    left = float(_local.deadline) - time.monotonic()
    if left <= 0:
        raise httpcore2.ReadTimeout("deadline of the call reached")
    return left


class _Stream(httpcore2.NetworkStream):
    def __init__(self, inner: httpcore2.NetworkStream) -> None:
        self._inner = inner

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, _left())

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, _left())

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore2.NetworkStream:
        return _Stream(self._inner.start_tls(ssl_context, server_hostname, _left()))

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


class _Backend(httpcore2.SyncBackend):
    def __init__(self, choose: Choose | None) -> None:
        self._choose = choose

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.NetworkStream:
        where = self._choose(host, port) if self._choose else host
        return _Stream(super().connect_tcp(where, port, _left(), local_address, socket_options))


class Pool:
    """Keeps connections open; safe for many threads. Implements `tokbridge.core.wire.Http`. `largest`: bytes that an
    answer may have."""

    def __init__(
        self,
        connections: int = 64,
        deadline: float = CALL_DEADLINE,
        largest: int = LARGEST_ANSWER,
        choose: Choose | None = None,
    ) -> None:
        self._deadline = deadline
        self._largest = largest
        self._pool = httpcore2.ConnectionPool(
            max_connections=connections, keepalive_expiry=30, network_backend=_Backend(choose)
        )

    def send(self, request: Request) -> Response:
        """Raises `Retry` when nothing was sent, `Unknown` when a write may have arrived; a read that broke is `Retry`."""
        sent_at = time.time()
        _local.deadline = time.monotonic() + self._deadline
        try:
            with self._pool.stream(
                request.method,
                request.url,
                headers=[("Connection", "keep-alive"), ("User-Agent", "Tokbridge"), *request.headers.items()],
                content=request.body,
                extensions={"timeout": {"pool": self._deadline}},
            ) as answer:
                body = bytearray()
                for chunk in answer.iter_stream():
                    body += chunk
                    if len(body) > self._largest:
                        raise httpcore2.ReadError(f"the answer is larger than {self._largest >> 20} MB")
        except (httpcore2.ConnectError, httpcore2.ConnectTimeout, httpcore2.PoolTimeout, httpcore2.ProxyError) as error:
            raise Retry("not reached", _words(error)) from error
        except (httpcore2.NetworkError, httpcore2.TimeoutException, httpcore2.RemoteProtocolError) as error:
            if request.write:
                raise Unknown("no answer", _words(error)) from error
            raise Retry("no answer", _words(error)) from error
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in answer.headers}
        return Response(answer.status, headers, bytes(body), sent_at, time.time())

    def close(self) -> None:
        self._pool.close()


def _words(error: Exception) -> str:
    """Words without the address, which may carry secrets in its query."""
    return f"{type(error).__name__}: {error}"[:200]
