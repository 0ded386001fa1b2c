"""Documents under a running number, with indexes, kept for the next start.

A document holds its table row under "row" (with "entity_id") and whatever belongs to it beside.
"""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable, Iterator
from typing import Any

from tokbridge.sandbox.magento.values import Doc

Save = Callable[[str, str, object], None]
Load = Callable[[str], dict[str, Any]]


class Sorted:
    """Row numbers by a column in order, for ranges."""

    def __init__(self) -> None:
        self._keys: list[tuple[str, int]] = []

    def add(self, value: str, number: int) -> None:
        insort(self._keys, (value, number))

    def remove(self, value: str, number: int) -> None:
        del self._keys[bisect_left(self._keys, (value, number))]

    def between(self, low: str | None, high: str | None) -> list[int]:
        """Numbers whose value is at least `low` and at most `high`."""
        start = 0 if low is None else bisect_left(self._keys, (low, -1))
        end = len(self._keys) if high is None else bisect_right(self._keys, (high, 1 << 62))
        return [number for _, number in self._keys[start:end]]


class Table:
    """One kind of documents. `exact` columns find by value, `ranged` columns by range; both follow every save."""

    def __init__(
        self, kind: str, save: Save, load: Load, exact: tuple[str, ...] = (), ranged: tuple[str, ...] = ()
    ) -> None:
        self._kind = kind
        self._save = save
        self.exact: dict[str, dict[str, set[int]]] = {name: {} for name in exact}
        self.ranged: dict[str, Sorted] = {name: Sorted() for name in ranged}
        self._known: dict[int, tuple[Any, ...]] = {}
        self._docs: dict[int, Doc] = {}
        for doc in sorted(load(kind).values(), key=lambda one: int(one["row"]["entity_id"])):
            self._enter(doc)

    def __len__(self) -> int:
        return len(self._docs)

    def __iter__(self) -> Iterator[Doc]:
        return iter(self._docs.values())

    def get(self, number: int) -> Doc | None:
        """A document by its number."""
        return self._docs.get(number)

    def numbers(self) -> list[int]:
        """All numbers, ascending (rows are only ever added at the end)."""
        return list(self._docs)

    def by(self, column: str, value: object) -> list[Doc]:
        """Documents whose `exact` column has this value, oldest first. Texts compare without case, as MySQL does."""
        return [self._docs[number] for number in sorted(self.exact[column].get(str(value).lower(), ()))]

    def one(self, column: str, value: object) -> Doc | None:
        """The only document with this value in an `exact` column that is unique."""
        found = self.exact[column].get(str(value).lower())
        return self._docs[next(iter(found))] if found else None

    def save(self, doc: Doc) -> None:
        """Add or change a document."""
        self._enter(doc)
        self._save(self._kind, str(doc["row"]["entity_id"]), doc)

    def _enter(self, doc: Doc) -> None:
        row = doc["row"]
        number = int(row["entity_id"])
        names = (*self.exact, *self.ranged)
        now = tuple(row.get(name) for name in names)
        before = self._known.get(number)
        self._docs[number] = doc
        if now == before:
            return
        for place, name in enumerate(names):
            self._move(name, number, None if before is None else before[place], now[place])
        self._known[number] = now

    def _move(self, name: str, number: int, old: Any, new: Any) -> None:
        if old == new:
            return
        if name in self.exact:
            if old is not None:
                self.exact[name][str(old).lower()].discard(number)
            if new is not None:
                self.exact[name].setdefault(str(new).lower(), set()).add(number)
        else:
            if old is not None:
                self.ranged[name].remove(str(old), number)
            if new is not None:
                self.ranged[name].add(str(new), number)
