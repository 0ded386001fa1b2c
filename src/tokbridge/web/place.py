"""Where a row stands in the Orders list, as addresses write it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Self

from tokbridge.records.choice import Key


@dataclass(frozen=True, slots=True)
class Place:
    """A row's place in the list: what it is sorted by, and its id. Written "1700000000-12" in addresses."""

    value: float
    id: int

    @classmethod
    def read(cls, text: str) -> Self | None:
        found = re.fullmatch(r"([0-9]{1,12}(?:\.[0-9]{1,9})?)-([0-9]{1,18})", text)
        if not found:
            return None
        return cls(float(found[1]) if "." in found[1] else int(found[1]), int(found[2]))

    def __str__(self) -> str:
        return f"{self.value}-{self.id}"

    @property
    def key(self) -> Key:
        return self.value, self.id
