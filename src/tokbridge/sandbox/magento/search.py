"""Running searchCriteria over rows (reference magento-rest.md 11)."""

import re
from collections.abc import Callable, Iterable
from decimal import Decimal, InvalidOperation
from typing import Any

from tokbridge.sandbox.magento.criteria import Query, criteria
from tokbridge.sandbox.magento.refuse import masked
from tokbridge.sandbox.magento.table import Table
from tokbridge.sandbox.magento.values import Doc

Row = Doc
Test = Callable[[Row], bool]
LOW = frozenset({"gteq", "gt", "from", "moreq"})
HIGH = frozenset({"lteq", "lt", "to"})
SIGNS: dict[str, tuple[int, ...]] = {
    "eq": (0,),
    "neq": (-1, 1),
    "gt": (1,),
    "gteq": (0, 1),
    "moreq": (0, 1),
    "from": (0, 1),
    "lt": (-1,),
    "lteq": (-1, 0),
    "to": (-1, 0),
}
"""What a comparison may give, by condition. An unknown condition finds nothing, and is no error either."""


def search(table: Table, query: Query, known: Iterable[str], show: Callable[[Doc], Doc], required: bool = True) -> Doc:
    """{"items", "search_criteria", "total_count"} of a table; an unknown field is a masked 500."""
    wanted = criteria(query, required)
    columns = set(known)
    _check(wanted, columns)
    numbers, rest = _planned(table, wanted)
    tests = [_group(filters) for filters in rest]
    docs = (table.get(number) for number in (table.numbers() if numbers is None else sorted(numbers)))
    found = [doc for doc in docs if doc is not None and all(test(doc["row"]) for test in tests)]
    return page(found, wanted, show, lambda doc: doc["row"])


def search_rows(
    rows: Iterable[Row], query: Query, known: Iterable[str], show: Callable[[Row], Doc], required: bool = True
) -> Doc:
    """The same over plain rows."""
    wanted = criteria(query, required)
    _check(wanted, set(known))
    tests = [_group(group["filters"]) for group in wanted["filter_groups"]]
    found = [row for row in rows if all(test(row) for test in tests)]
    return page(found, wanted, show, lambda row: row)


def page(found: list[Doc], wanted: Doc, show: Callable[[Doc], Doc], row: Callable[[Doc], Row]) -> Doc:
    """Sort, cut to the page and show. Past the end there is nothing (so 2.4.4)."""
    for order in reversed(wanted.get("sort_orders", [])):
        field = order["field"]

        def key(doc: Doc, field: str = field) -> tuple[bool, Any]:
            value = row(doc).get(field)
            return (value is not None, _sortable(value))

        found = sorted(found, key=key, reverse=order["direction"] == "DESC")
    size = wanted.get("page_size") or len(found)
    start = (max(wanted.get("current_page", 1), 1) - 1) * size
    return {
        "items": [show(one) for one in found[start : start + size]],
        "search_criteria": wanted,
        "total_count": len(found),
    }


def _check(wanted: Doc, columns: set[str]) -> None:
    names = [one.get("field", "") for group in wanted["filter_groups"] for one in group["filters"]]
    names += [one["field"] for one in wanted.get("sort_orders", [])]
    if any(name not in columns for name in names):
        raise masked()


def _planned(table: Table, wanted: Doc) -> tuple[set[int] | None, list[list[Doc]]]:
    """The numbers that the indexes leave (None = all), and the groups that must still be tested on each row."""
    left: set[int] | None = None
    rest = []
    for group in wanted["filter_groups"]:
        parts = [_indexed(table, one) for one in group["filters"]]
        if not parts or any(part is None for part in parts):
            rest.append(group["filters"])
            continue
        some = {number for part in parts if part is not None for number in part}
        left = some if left is None else left & some
        if any(one["condition_type"] in ("gt", "lt") for one in group["filters"]):
            rest.append(group["filters"])
    return left, rest


def _indexed(table: Table, one: Doc) -> set[int] | None:
    field, value, kind = one["field"], str(one.get("value", "")), one["condition_type"]
    if kind in ("eq", "in"):
        values = value.split(",") if kind == "in" else [value]
        if field == "entity_id":
            return {int(part) for part in values if part.strip().isdigit()}
        if field in table.exact:
            index = table.exact[field]
            return {number for part in values for number in index.get(part.strip().lower(), ())}
    if field in table.ranged and kind in LOW | HIGH:
        moment = _moment(value)
        return set(table.ranged[field].between(moment if kind in LOW else None, moment if kind in HIGH else None))
    return None


def _group(filters: list[Doc]) -> Test:
    tests = [_test(one) for one in filters]
    return lambda row: any(test(row) for test in tests)


def _test(one: Doc) -> Test:
    field, value, kind = one["field"], str(one.get("value", "")), one["condition_type"]
    match kind:
        case "null":
            return lambda row: row.get(field) is None
        case "notnull":
            return lambda row: row.get(field) is not None
        case "in" | "nin":
            parts = [Wanted(part.strip()) for part in value.split(",")]
            want = kind == "in"
            return _present(field, lambda have: any(part.compared(have) == 0 for part in parts) is want)
        case "like" | "nlike":
            pattern = re.compile(_like(value), re.IGNORECASE | re.DOTALL)
            want = kind == "like"
            return _present(field, lambda have: bool(pattern.fullmatch(str(have))) is want)
        case "finset" | "nfinset":
            want = kind == "finset"
            return _present(field, lambda have: (value in str(have).split(",")) is want)
    signs, wanted = SIGNS.get(kind, ()), Wanted(value)
    return _present(field, lambda have: wanted.compared(have) in signs)


def _present(field: str, test: Callable[[Any], bool]) -> Test:
    def run(row: Row) -> bool:
        have = row.get(field)
        return have is not None and test(have)

    return run


def _like(value: str) -> str:
    return "".join(".*" if sign == "%" else "." if sign == "_" else re.escape(sign) for sign in value)


class Wanted:
    """A value searched for, read once: as number, as moment, as text without case."""

    def __init__(self, text: str) -> None:
        self._number, self._moment, self._text = _number(text), _moment(text), text.lower()

    def compared(self, have: Any) -> int:
        """-1, 0, 1: numbers by value, times by moment, texts without case."""
        if isinstance(have, str):
            # The stamps of the tables are the texts of this shape.
            is_stamp = len(have) == 19 and have[4] == "-" and have[10] == " " and have[13] == ":"
            wanted = self._moment if is_stamp else self._text
            text = have.lower()
            return (text > wanted) - (text < wanted)
        number = Decimal(str(have)) if isinstance(have, float) else int(have)
        return (number > self._number) - (number < self._number)


def _number(text: str) -> Decimal:
    """MySQL's reading of a text as a number: the leading digits, else 0."""
    found = re.match(r"\s*-?\d+(\.\d+)?", text)
    try:
        return Decimal(found[0].strip()) if found else Decimal(0)
    except InvalidOperation:
        return Decimal(0)


def _moment(text: str) -> str:
    """`2026-01-01T00:00:00Z` as the tables write it; a date alone is its midnight, what is no time is before all."""
    found = re.fullmatch(r"(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d:\d\d)(?:\.\d+)?Z?)?", text.strip())
    return f"{found[1]} {found[2] or '00:00:00'}" if found else ""


def _sortable(value: Any) -> Any:
    return value.lower() if isinstance(value, str) else value or 0
