"""The shop's tables: rows by id, indexes for what is asked most, and their copy on disk."""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Protocol

from tokbridge.sandbox.prestashop.schema import Resource, Row, resources

INDEXED: dict[str, tuple[str, ...]] = {
    "orders": ("id_cart", "gift_message", "id_customer", "reference"),
    "carts": ("gift_message", "id_customer"),
    "customers": ("email",),
    "addresses": ("id_customer", "alias"),
    "order_details": ("id_order",),
    "order_histories": ("id_order",),
    "order_carriers": ("id_order", "tracking_number"),
    "order_payments": ("order_reference", "transaction_id"),
    "order_invoices": ("id_order",),
    "specific_prices": ("id_cart", "id_product"),
    "stock_availables": ("id_product",),
    "products": ("reference",),
    "combinations": ("reference", "id_product"),
    "configurations": ("name",),
    "tax_rules": ("id_tax_rules_group", "id_country"),
    "countries": ("iso_code",),
    "states": ("id_country", "iso_code"),
    "currencies": ("iso_code",),
}
"""Fields found by equality without reading every row."""

SORTED: dict[str, tuple[str, ...]] = {"orders": ("date_upd",)}
"""Fields found by range without reading every row."""


class Store(Protocol):
    """Keeps a document for the next start."""

    def __call__(self, kind: str, key: str, document: object) -> None: ...


def fold(value: object) -> str:
    """A text as the database's collation compares it: case and trailing blanks do not count."""
    return str(value).casefold().rstrip(" ")


class Table:
    """The rows of one resource. Every change goes through `save` or `delete`."""

    def __init__(self, resource: Resource, store: Store) -> None:
        self.resource = resource
        self.rows: dict[int, Row] = {}
        self.ids: list[int] = []
        self._store = store
        self._last = 0
        self._equal: dict[str, dict[str, set[int]]] = {name: {} for name in INDEXED.get(resource.name, ())}
        self._range: dict[str, list[tuple[str, int]]] = {name: [] for name in SORTED.get(resource.name, ())}
        self._seen: dict[int, dict[str, str]] = {}

    def __iter__(self) -> Iterator[Row]:
        return (self.rows[key] for key in self.ids)

    def __len__(self) -> int:
        return len(self.ids)

    def get(self, key: object) -> Row | None:
        """The row of an id given as number or text."""
        text = str(key)
        return self.rows.get(int(text)) if text.isdigit() else None

    def next_id(self) -> int:
        """Use up an id; a refused call may do so too."""
        self._last += 1
        self._store("counter", self.resource.name, self._last)
        return self._last

    def save(self, row: Row) -> Row:
        """Insert or replace a row, and keep it."""
        self.place(row)
        self._store(self.resource.name, str(row["id"]), row)
        return row

    def place(self, row: Row, last: int = 0) -> None:
        """Insert or replace a row without keeping it."""
        key = int(row["id"])
        if key not in self.rows:
            insort(self.ids, key)
        self.rows[key] = row
        self._last = max(self._last, key, last)
        self._unindex(key)
        self._index(row)

    def count_from(self, last: int) -> None:
        """Go on counting where the last run ended."""
        self._last = max(self._last, last)

    def delete(self, key: int) -> None:
        """Remove a row."""
        self._unindex(key)
        del self.rows[key]
        del self.ids[bisect_left(self.ids, key)]
        self._store(self.resource.name, str(key), None)

    def find(self, /, **equal: object) -> list[Row]:
        """Rows whose fields have these values, by id."""
        keys: Iterable[int] = self.ids
        for name in equal:
            if name in self._equal:
                keys = self.equal(name, equal.pop(name))
                break
        wanted = [(name, fold(value)) for name, value in equal.items()]
        rows = [self.rows[key] for key in keys]
        return [row for row in rows if all(fold(row.get(name)) == text for name, text in wanted)] if wanted else rows

    def first(self, /, **equal: object) -> Row | None:
        """The first of `find`."""
        return next(iter(self.find(**equal)), None)

    def indexed(self, name: str) -> bool:
        """Whether `equal` knows a field."""
        return name in self._equal

    def equal(self, name: str, value: object) -> list[int]:
        """Ids by an indexed field, ascending."""
        return sorted(self._equal[name].get(fold(value), ()))

    def between(self, name: str, low: str | None, high: str | None, *, strict: bool) -> list[int] | None:
        """Ids whose field lies between two texts, ascending; None when the field has no such index."""
        if name == "id":
            first = 0 if low is None else (bisect_right if strict else bisect_left)(self.ids, int(low))
            last = len(self.ids) if high is None else (bisect_left if strict else bisect_right)(self.ids, int(high))
            return self.ids[first:last]
        if name not in self._range:
            return None
        entries = self._range[name]
        begin: Callable[..., int] = bisect_right if strict else bisect_left
        end: Callable[..., int] = bisect_left if strict else bisect_right
        first = 0 if low is None else begin(entries, low, key=_text)
        last = len(entries) if high is None else end(entries, high, key=_text)
        return sorted(key for _, key in entries[first:last])

    def _index(self, row: Row) -> None:
        key = int(row["id"])
        seen = {name: fold(row.get(name, "")) for name in self._equal}
        for name, text in seen.items():
            self._equal[name].setdefault(text, set()).add(key)
        for name, entries in self._range.items():
            seen[name] = str(row.get(name, ""))
            insort(entries, (seen[name], key))
        self._seen[key] = seen

    def _unindex(self, key: int) -> None:
        for name, text in self._seen.pop(key, {}).items():
            if name in self._equal:
                self._equal[name][text].discard(key)
                if not self._equal[name][text]:
                    del self._equal[name][text]
            else:
                entries = self._range[name]
                del entries[bisect_left(entries, (text, key))]


def _text(entry: tuple[str, int]) -> str:
    return entry[0]


class Database:
    """All tables, loaded from the last run."""

    def __init__(self, store: Store, load: Callable[[str], dict[str, Any]]) -> None:
        self.tables = {name: Table(resource, store) for name, resource in resources().items()}
        counters = load("counter")
        self.fresh = not counters
        for name, table in self.tables.items():
            for key, row in sorted(load(name).items(), key=lambda item: int(item[0])):
                row["id"] = int(key)
                table.place(row)
            table.count_from(int(counters.get(name, 0)))

    def __getitem__(self, name: str) -> Table:
        return self.tables[name]
