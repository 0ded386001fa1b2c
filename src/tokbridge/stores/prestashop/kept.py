"""What was read from the shop and is kept for some minutes."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, cast

KEPT = 300.0  # seconds; carriers and states are edited now and then, and a carrier's edit changes its id

T = TypeVar("T")


class Kept:
    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._values: dict[tuple[str, ...], tuple[float, object]] = {}

    def get(self, key: tuple[str, ...], read: Callable[[], T]) -> T:
        until, value = self._values.get(key, (0.0, None))
        now = self._clock()
        if until <= now:
            value = read()
            self._values[key] = (now + KEPT, value)
        return cast("T", value)

    def drop(self, key: tuple[str, ...]) -> None:
        self._values.pop(key, None)

    def clear(self) -> None:
        self._values.clear()
