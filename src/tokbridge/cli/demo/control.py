"""Speaking to a sandbox's control API."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
from typing import Any

Json = dict[str, Any]


class ControlRefused(Exception):
    """The sandbox said no, in its words."""


class Control:
    """One sandbox, by its base address."""

    def __init__(self, url: str) -> None:
        self.url = url

    def get(self, path: str) -> Json:
        return self._call("GET", path, None)

    def post(self, path: str, body: Json | None = None) -> Json:
        return self._call("POST", path, body or {})

    def put(self, path: str, body: Json) -> Json:
        return self._call("PUT", path, body)

    def delete(self, path: str) -> Json:
        return self._call("DELETE", path, None)

    def _call(self, method: str, path: str, body: Json | None) -> Json:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.url}/_sandbox/{path}", data=data, method=method)  # noqa: S310 - our own
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310 - our own
                answered: Json = json.loads(answer.read() or b"{}")
                return answered
        except urllib.error.HTTPError as error:
            raise ControlRefused(
                f"{method} {path}: {error.code} {error.read().decode(errors='replace')[:300]}"
            ) from None

    def wait_ready(self, seconds: float = 30) -> None:
        """Wait until it answers."""
        give_up = time.monotonic() + seconds
        while True:
            try:
                self.get("settings")
                return
            except (urllib.error.URLError, ConnectionError):
                if time.monotonic() > give_up:
                    raise
                time.sleep(0.1)
