"""What stands between the flow and both fakes: a clock that is turned by hand, and wires that fail on demand."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from tokbridge.core.errors import OutsideError, Retry, Unknown
from tokbridge.core.wire import Request, Response


class Crash(BaseException):
    """The process dies here: nothing after this moment happens."""


class Clock:
    """Unix seconds that go on only when turned, plus a little with every look so that no two moments are equal."""

    def __init__(self, at: float) -> None:
        self.at = at
        self._lock = threading.Lock()

    def __call__(self) -> float:
        with self._lock:
            self.at += 0.0001
            return self.at

    def sleep(self, seconds: float) -> None:
        with self._lock:
            self.at += seconds


@dataclass
class Wire:
    """Implements `core.wire.Http`. `faults` is asked before each call for "", "down", "before", "after"; `count` is
    called at each moment at which a process may die."""

    handler: Callable[[Request], Response]
    count: Callable[[], None]
    faults: Callable[[Request], str] = lambda request: ""
    sent: list[str] = field(default_factory=list)
    on_send: Callable[[Request], None] = lambda request: None

    def send(self, request: Request) -> Response:
        fault = self.faults(request)
        if fault == "down":
            raise Retry("not reached", "connection refused")
        self.count()
        self.on_send(request)
        self.sent.append(request.operation)
        if fault == "before":
            raise self._lost(request)
        response = self.handler(request)
        if fault == "after":
            raise self._lost(request)
        return response

    def _lost(self, request: Request) -> OutsideError:
        return Unknown("no answer", "timed out") if request.write else Retry("no answer", "timed out")
