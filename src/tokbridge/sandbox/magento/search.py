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
STAMP = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d")
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
    numbers = _planned(table, wanted)
    tests = [_group(group["filters"]) for group in wanted["filter_groups"]]
    found = [
        doc
        for number in (table.numbers() if numbers is None else sorted(numbers))
        if (doc := table.get(number)) is not None and all(test(doc["row"]) for test in tests)
    ]
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


def _planned(table: Table, wanted: Doc) -> set[int] | None:
    """The numbers an index leaves to look at; None = all. Every group narrows on its own."""
    left: set[int] | None = None
    for group in wanted["filter_groups"]:
        parts = [_indexed(table, one) for one in group["filters"]]
        if not parts or any(part is None for part in parts):
            continue
        some = {number for part in parts if part is not None for number in part}
        left = some if left is None else left & some
    return left


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
            parts = [part.strip() for part in value.split(",")]
            want = kind == "in"
            return _present(field, lambda have: any(_compare(have, part) == 0 for part in parts) is want)
        case "like" | "nlike":
            pattern = re.compile(_like(value), re.IGNORECASE | re.DOTALL)
            want = kind == "like"
            return _present(field, lambda have: bool(pattern.fullmatch(str(have))) is want)
        case "finset" | "nfinset":
            want = kind == "finset"
            return _present(field, lambda have: (value in str(have).split(",")) is want)
    signs = SIGNS.get(kind, ())
    return _present(field, lambda have: _compare(have, value) in signs)


def _present(field: str, test: Callable[[Any], bool]) -> Test:
    def run(row: Row) -> bool:
        have = row.get(field)
        return have is not None and test(have)

    return run


def _like(value: str) -> str:
    return "".join(".*" if sign == "%" else "." if sign == "_" else re.escape(sign) for sign in value)


def _compare(have: Any, wanted: str) -> int:
    """-1, 0, 1; numbers by value, times by moment, texts without case."""
    left: Any
    right: Any
    if isinstance(have, bool | int | float):
        left, right = Decimal(str(int(have) if isinstance(have, bool) else have)), _number(wanted)
    else:
        left, right = str(have).lower(), (_moment(wanted) if STAMP.fullmatch(str(have)) else wanted).lower()
    return int(left > right) - int(left < right)


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
    return str(value).lower() if isinstance(value, str) else Decimal(str(value or 0))
