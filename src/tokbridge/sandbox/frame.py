"""What every platform's sandbox is: settings, clock, faults, counters, webhooks, a book, and the calls it answers."""

import time
from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar

from tokbridge.sandbox.faults import Calls, Faults
from tokbridge.sandbox.hooks import Hooks
from tokbridge.sandbox.keep import Keep
from tokbridge.sandbox.wire import Answer, Call, Control, Json, Operation, Reject, Routes

COMMON_SETTINGS: Json = {
    "read_delay_ms": 0,
    "write_delay_ms": 0,
    "clock_skew_s": 0,
    "webhook_timeout_s": 5,
    "webhook_retry_s": [1, 5, 30],
    "webhook_only_200": False,
}


class Site(ABC):
    """One platform. A subclass answers calls and adds its own control routes; it is used from one event loop only.

    `answer` is synchronous, so a call is applied wholly or not at all. State a second start needs goes through `store`.
    """

    platform: ClassVar[str]
    default_settings: ClassVar[Json] = {}

    def __init__(self, keep: Keep) -> None:
        self._keep = keep
        self.base_url = ""
        self.settings: Json = {**COMMON_SETTINGS, **self.default_settings, **self.load("settings").get("all", {})}
        self.faults = Faults()
        self.calls = Calls()
        self.hooks = Hooks(self.settings)
        self.expected: Json = self.load("expected")
        self.controls: Routes[Control] = Routes()
        self._common_controls()

    @abstractmethod
    def operation(self, call: Call) -> Operation:
        """Name what the call wants; called before anything is applied."""

    @abstractmethod
    def answer(self, call: Call) -> Answer:
        """Apply the call and answer it."""

    @abstractmethod
    def error(self, call: Call, code: Any, message: str, http: int | None) -> Answer:
        """The platform's own error envelope, for the fault kind `error`."""

    @abstractmethod
    def book(self) -> Json:
        """Everything an audit needs, without `expected`, fault hits and counters (the frame adds those)."""

    @abstractmethod
    def tick(self) -> None:
        """Called about 20 times a second: whatever the platform does by itself."""

    def delay_ms(self, operation: Operation) -> float:
        """The pause between `operation` and `answer`: other calls are answered meanwhile."""
        return float(self.settings["write_delay_ms" if operation.write else "read_delay_ms"])

    def now(self) -> float:
        """This platform's clock in Unix seconds: the machine's, moved by setting clock_skew_s."""
        return time.time() + float(self.settings["clock_skew_s"])

    def store(self, kind: str, key: str, document: object) -> None:
        """Keep a document for the next start (None forgets it); dumped up to half a second later."""
        self._keep.put(self.platform, kind, key, document)

    def load(self, kind: str) -> dict[str, Any]:
        """The documents of a kind left by the last run."""
        return self._keep.load(self.platform, kind)

    def change_settings(self, changes: Json) -> Json:
        """Merge changes into the settings; a name that does not exist is refused."""
        unknown = sorted(set(changes) - set(self.settings))
        if unknown:
            raise Reject(f"unknown settings: {', '.join(unknown)}")
        _merge(self.settings, changes)
        self.store("settings", "all", self.settings)
        return self.settings

    def expect(self, entries: Json) -> Json:
        """Merge what a scenario expects of its orders into the book."""
        for key, entry in entries.items():
            self.expected[key] = {**self.expected.get(key, {}), **entry}
            self.store("expected", key, self.expected[key])
        return {"count": len(self.expected)}

    def whole_book(self) -> Json:
        """The book as GET /_sandbox/book shows it."""
        return {
            "platform": self.platform,
            "now": self.now(),
            **self.book(),
            "expected": self.expected,
            "faults": self.faults.list(),
            "webhook_faults": self.hooks.faults(),
            "calls": self.calls.list(),
        }

    def _common_controls(self) -> None:
        add = self.controls.add
        add("GET", "settings", lambda body, path: self.settings)
        add("PUT", "settings", lambda body, path: self.change_settings(body))
        add("GET", "faults", lambda body, path: {"faults": self.faults.list()})
        add("POST", "faults", lambda body, path: {"id": self.faults.add(body)})
        add("DELETE", "faults", _done(self.faults.clear))
        add("GET", "calls", lambda body, path: self.calls.list())
        add("DELETE", "calls", _done(self.calls.reset))
        add("GET", "webhooks/log", lambda body, path: {"deliveries": self.hooks.log()})
        add("DELETE", "webhooks/log", _done(self.hooks.clear_log))
        add("GET", "webhooks/faults", lambda body, path: {"faults": self.hooks.faults()})
        add("POST", "webhooks/faults", lambda body, path: {"id": self.hooks.add_fault(body)})
        add("DELETE", "webhooks/faults", _done(self.hooks.clear_faults))
        add("GET", "book", lambda body, path: self.whole_book())
        add("PUT", "expected", lambda body, path: self.expect(body))
        add("POST", "expected", lambda body, path: self.expect(body))


def _done(action: Any) -> Control:
    def control(body: Json, path: Mapping[str, str]) -> object:
        action()
        return {}

    return control


def _merge(target: Json, changes: Json) -> None:
    for key, value in changes.items():
        if isinstance(value, dict) and isinstance(target.get(key), dict):
            target[key] = {**target[key], **value}
        else:
            target[key] = value
