"""What travels between the frame and a site: one call, one answer, and the table that finds a handler for a path."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

Json = dict[str, Any]
T = TypeVar("T")


@dataclass(frozen=True)
class Call:
    """One request as it came in: path, body and `raw_query` byte for byte, the query also decoded and in order."""

    method: str
    path: str
    query: tuple[tuple[str, str], ...]
    headers: Mapping[str, str]
    body: bytes
    raw_query: str = ""

    def first(self, name: str, default: str = "") -> str:
        """The first value of a query parameter."""
        return next((value for key, value in self.query if key == name), default)


@dataclass(frozen=True)
class Answer:
    """A whole response. The frame adds Date and Content-Length."""

    status: int
    body: bytes
    content_type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Operation:
    """What a call wants, in the words faults and counters use.

    names: usually one ("orders.search"); a GraphQL document may have several root fields.
    write: which of the two answer delays applies. subject: the order (or marker) it is about, "" if none.
    """

    names: tuple[str, ...]
    write: bool
    subject: str = ""


class Reject(Exception):
    """A control call that cannot be done; the frame answers 400 with the text."""


def dump(document: object) -> bytes:
    """Compact JSON in UTF-8."""
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def answer_json(document: object, status: int = 200) -> Answer:
    """An answer with a JSON body."""
    return Answer(status, dump(document))


@dataclass(frozen=True)
class Match(Generic[T]):
    """The handler found for a path, with the values of its {placeholders}."""

    target: T
    values: dict[str, str]


class Routes(Generic[T]):
    """Path patterns such as "/orders/{id}/pay" per method, tried in the order they were added."""

    def __init__(self) -> None:
        self._routes: list[tuple[str, re.Pattern[str], T]] = []

    def add(self, method: str, pattern: str, target: T) -> None:
        """Register a pattern; a placeholder takes one path segment."""
        regex = "".join(
            f"(?P<{part[1:-1]}>[^/]+)" if part.startswith("{") else re.escape(part)
            for part in re.split(r"(\{\w+\})", pattern)
        )
        self._routes.append((method, re.compile(regex), target))

    def find(self, method: str, path: str) -> Match[T] | None:
        """The first route that fits, or None."""
        for route_method, regex, target in self._routes:
            if route_method == method and (found := regex.fullmatch(path)):
                return Match(target, found.groupdict())
        return None

    def methods(self, path: str) -> set[str]:
        """The methods under which the path is known; empty when the path is unknown."""
        return {method for method, regex, _ in self._routes if regex.fullmatch(path)}


Control = Callable[[Json, Mapping[str, str]], object]
"""A control handler: (JSON body, placeholder values) → anything that JSON can carry."""
