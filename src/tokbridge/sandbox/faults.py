"""Faults on demand: which call goes wrong, how, and how often it happened."""

import time
from collections import Counter
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from tokbridge.sandbox.wire import Json, Operation, Reject

BEFORE = frozenset({"timeout_before", "drop_before", "http", "error"})
"""Kinds where nothing of the call is applied."""

AFTER = frozenset({"timeout_after", "drop_after", "drip", "http_after", "kill_after_write", "kill_after_answer"})
"""Kinds where the call is applied and only its answer goes wrong."""


@dataclass
class Fault:
    """One order to go wrong. `times` None = always; `skip` = how many matching calls pass unharmed first."""

    id: str
    operation: str
    kind: str
    times: int | None = 1
    skip: int = 0
    subject: str = "*"
    seconds: float = 30.0
    interval: float = 0.5
    status: int = 500
    body: str = ""
    content_type: str = "text/html"
    headers: dict[str, str] = field(default_factory=dict)
    code: Any = 0
    message: str = ""
    http: int | None = None
    pid_file: str = ""
    hits: list[Json] = field(default_factory=list)

    def meets(self, operation: Operation) -> str | None:
        """The name by which the fault strikes this call, or None."""
        if self.times is not None and len(self.hits) >= self.times:
            return None
        if not fnmatchcase(operation.subject, self.subject):
            return None
        return next((name for name in operation.names if fnmatchcase(name, self.operation)), None)

    def pid(self) -> int:
        """The process to kill, as its pid file says now."""
        return int(Path(self.pid_file).read_text().strip())


class Faults:
    """The faults of one site, in the order they were set; the first that meets a call strikes."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []
        self._next = 1

    def add(self, wanted: Json) -> str:
        """Set a fault from its JSON form; returns its id."""
        if wanted.get("kind") not in BEFORE | AFTER:
            raise Reject(f"kind must be one of {sorted(BEFORE | AFTER)}")
        if str(wanted["kind"]).startswith("kill") and not wanted.get("pid_file"):
            raise Reject("this kind needs pid_file")
        try:
            fault = Fault(**{"operation": "*", **wanted, "id": str(self._next), "hits": []})
        except TypeError as error:
            raise Reject(f"unknown field: {error}") from error
        self._next += 1
        self._faults.append(fault)
        return fault.id

    def take(self, operation: Operation) -> Fault | None:
        """The fault that strikes this call, its hit recorded; None in peace."""
        for fault in self._faults:
            name = fault.meets(operation)
            if name is None:
                continue
            if fault.skip > 0:
                fault.skip -= 1
                continue
            fault.hits.append({"operation": name, "subject": operation.subject, "at": time.time()})
            return fault
        return None

    def list(self) -> list[Json]:
        """All faults with their hits."""
        return [vars(fault) | {"hits": list(fault.hits), "hit_count": len(fault.hits)} for fault in self._faults]

    def clear(self) -> None:
        """Peace."""
        self._faults.clear()


class Calls:
    """How often each operation was called: ever, and since the last reset."""

    def __init__(self) -> None:
        self._total: Counter[str] = Counter()
        self._since: Counter[str] = Counter()

    def count(self, operation: Operation) -> None:
        """Count a call, before any fault strikes it."""
        for name in operation.names:
            self._total[name] += 1
            self._since[name] += 1

    def list(self) -> Json:
        """{"total": {operation: n}, "since_reset": {operation: n}}"""
        return {"total": dict(sorted(self._total.items())), "since_reset": dict(sorted(self._since.items()))}

    def reset(self) -> None:
        """Start counting anew."""
        self._since.clear()
