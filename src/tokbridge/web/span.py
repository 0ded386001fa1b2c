"""A stretch of time that is no whole day, in an address: the orders behind a figure of the Overview page."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tokbridge.web.templatetags.show import day_of_year, local


@dataclass(frozen=True, slots=True)
class Span:
    """Placed within [begin, end), Unix seconds. Written "1700000000-1700086400" in addresses."""

    begin: int
    end: int

    @classmethod
    def read(cls, text: str) -> Span | None:
        found = re.fullmatch(r"([0-9]{1,11})-([0-9]{1,11})", text)
        return cls(int(found[1]), int(found[2])) if found else None

    def __str__(self) -> str:
        return f"{self.begin}-{self.end}"

    @property
    def words(self) -> str:
        begin, end = local(self.begin), local(self.end)
        return f"{day_of_year(begin)}, {begin:%H:%M} – {day_of_year(end)}, {end:%H:%M}"


def within(begin: int | None, end: int | None, span: Span | None) -> tuple[int | None, int | None]:
    """Both limits at once: [begin, end) and the span; None = open."""
    if span is None:
        return begin, end
    return max(span.begin, span.begin if begin is None else begin), min(span.end, span.end if end is None else end)
