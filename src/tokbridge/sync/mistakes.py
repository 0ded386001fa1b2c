"""What is wrong with the rows of a table: all of it is told, not only what was seen first."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from tokbridge.core.saying import say
from tokbridge.sync.asked import NotPossible

TOLD = 10  # mistakes that are told at once


class WrongRows(NotPossible):
    """`texts`: what is wrong, row by row."""

    def __init__(self, texts: list[str]) -> None:
        super().__init__("; ".join(texts))
        self._texts = tuple(texts)

    @property
    def texts(self) -> tuple[str, ...]:
        return self._texts


class Mistakes:
    """Gathered with `of_row`, raised by `tell`."""

    def __init__(self) -> None:
        self._found: list[str] = []

    @contextmanager
    def of_row(self, row: int) -> Iterator[None]:
        """What is `NotPossible` within is kept for `tell`; what belongs to no row (0) is raised at once, as it is."""
        try:
            yield
        except NotPossible as error:
            if not row:
                raise
            self._found.append(say("row {row}: {why}", row=row, why=error))

    def tell(self) -> None:
        """Raises `WrongRows` if there was a mistake."""
        more = len(self._found) - TOLD
        if more > 0:
            raise WrongRows([*self._found[:TOLD], say("and {n} more", n=more)])
        if self._found:
            raise WrongRows(self._found)
