"""Which rows a list call wants, and in which order: filter, sort, limit, date (reference 4)."""

import re
from collections.abc import Callable, Iterable

from tokbridge.sandbox.prestashop.columns import NUMERIC, number
from tokbridge.sandbox.prestashop.database import Table, fold
from tokbridge.sandbox.prestashop.errors import Dead, Refusal
from tokbridge.sandbox.prestashop.schema import Field, Resource, Row

Test = Callable[[Row], bool]
Params = tuple[tuple[str, str], ...]

FILTER = re.compile(r"filter\[([^\]]*)\](?:\[([^\]]*)\])?")
VALUE = re.compile(r"(.*)\[(.*)\](.*)", re.DOTALL)
RANGE = re.compile(r"([\d.:\-\s]+),([\d.:\-\s]+)")
SORT = re.compile(r"(.+)_(ASC|DESC)", re.IGNORECASE)
ID = Field("id", "int")


def select(table: Table, params: Params, languages: tuple[str, ...], shop: str | None) -> list[Row]:
    """The rows of a list call. `shop` narrows tables whose rows belong to one shop."""
    given = dict(params)
    dates = given.get("date") == "1"
    resource = table.resource
    filters = [(FILTER.fullmatch(name), value) for name, value in params]
    wanted = [_filter(resource, found[1], found[2], value, dates, languages) for found, value in filters if found]
    localised = any(found and _field(resource, found[1]).localised for found, _ in filters)
    order = _sort(resource, given.get("sort"), dates)
    if "sort" in given and localised and resource.lang_sort_breaks and any(field.name == "id" for field, _ in order):
        raise Dead
    keys, met = _narrow(table, wanted)
    tests = [test for _, _, test in wanted if test is not met]
    rows = [table.rows[key] for key in keys]
    rows = [row for row in rows if all(test(row) for test in tests)] if tests else rows
    if shop is not None and "id_shop" in resource.by_name and resource.name in ("orders", "carts"):
        rows = [row for row in rows if str(row.get("id_shop")) == shop]
    return _limit(_ordered(resource, rows, order, languages), given.get("limit"))


def _narrow(table: Table, wanted: list[tuple[Field, tuple[str, str], Test]]) -> tuple[Iterable[int], Test | None]:
    """(ids that can match at all, by the first index that helps; the test they are known to meet)"""
    for field, (kind, value), test in wanted:
        if (keys := _by_value(table, field, kind, value)) is not None:
            return keys, test
    for field, (kind, value), test in wanted:
        if kind in (">", "<") and (field.name != "id" or value.isdigit()):
            text = value if field.kind in NUMERIC else _moment(value)
            low, high = (text, None) if kind == ">" else (None, text)
            if (found := table.between(field.name, low, high, strict=True)) is not None:
                return found, test
    return table.ids, None


def _by_value(table: Table, field: Field, kind: str, value: str) -> list[int] | None:
    """Ids by equality with one or several values, None when no index knows the field."""
    if kind == "|" and (field.name == "id" or table.indexed(field.name)):
        return _any_of(table, field, value.split("|"))
    if kind == "=" and field.name == "id":
        key = number(value)
        return [int(key)] if key in table.rows else []
    if kind == "=" and table.indexed(field.name) and (field.kind not in NUMERIC or value.isdigit()):
        return table.equal(field.name, value if field.kind not in NUMERIC else str(int(value)))
    return None


def _any_of(table: Table, field: Field, values: list[str]) -> list[int]:
    if field.kind not in NUMERIC:
        return sorted({key for one in values for key in table.equal(field.name, one)})
    whole = {int(read) for one in values if (read := number(one)) == int(read)}
    if field.name == "id":
        return sorted(whole & table.rows.keys())
    return sorted({key for one in whole for key in table.equal(field.name, str(one))})


def _filter(
    resource: Resource, name: str, inner: str | None, value: str, dates: bool, languages: tuple[str, ...]
) -> tuple[Field, tuple[str, str], Test]:
    if inner is not None:
        raise Refusal(400, (31, "There is no existing linked table for this resource"), broken_query=True)
    field = _field(resource, name)
    if field.is_date and dates and name not in resource.by_name:
        raise Dead
    if name != "id" and (name not in resource.by_name or (field.is_date and not dates)):
        names = filterable(resource, dates=dates)
        text = f'This filter does not exist. Did you mean: "{closest(name, names)}"? The full list is: {_quoted(names)}'
        raise Refusal(400, (32, text), broken_query=True)
    if field.not_filterable:
        text = f'The field "{name}" is dynamic. It is not possible to filter GET query with this field.'
        raise Refusal(400, (34, text), broken_query=True)
    kind, test = _test(field, value)
    if not field.localised:
        return field, kind, lambda row: test(row.get(name) if name != "id" else row["id"])
    return field, ("", ""), lambda row: any(test((row.get(name) or {}).get(key)) for key in languages)


def _field(resource: Resource, name: str) -> Field:
    if name == "id":
        return ID
    return resource.by_name.get(name) or Field(name, "date" if name in ("date_add", "date_upd") else "text")


def _test(field: Field, value: str) -> tuple[tuple[str, str], Callable[[object], bool]]:
    """((operator, operand), test). An operator nobody knows is dropped: everything comes."""
    found = VALUE.fullmatch(value)
    if found is None:
        return ("=", value), lambda have: _same(field, have, value)
    before, inside, after = found.groups()
    if before == "%" or after == "%":
        like = fold(inside)
        return ("%", inside), lambda have: have is not None and _like(fold(have), like, before, after)
    if (before, after) == ("", ""):
        if "|" in inside:
            keys = {_key(field, one) for one in inside.split("|")}
            return ("|", inside), lambda have: have is not None and _key(field, have) in keys
        if ends := RANGE.fullmatch(inside):
            low, high = sorted(ends.groups(), key=lambda one: _key(field, one))
            return (
                "..",
                inside,
            ), lambda have: have is not None and _key(field, low) <= _key(field, have) <= _key(field, high)
        return ("=", inside), lambda have: _same(field, have, inside)
    if before == ">":
        return (">", inside), lambda have: have is not None and _key(field, have) > _key(field, inside)
    if before == "<":
        return ("<", inside), lambda have: have is not None and _key(field, have) < _key(field, inside)
    if before == "!":
        values = inside.split("|")
        return ("!", inside), lambda have: have is not None and not any(_same(field, have, one) for one in values)
    return ("", ""), lambda have: True


def _like(have: str, part: str, before: str, after: str) -> bool:
    if before and after:
        return part in have
    return have.endswith(part) if before else have.startswith(part)


def _key(field: Field, value: object) -> tuple[int, object]:
    """A value as the database compares it with others of its column."""
    if field.kind in NUMERIC:
        text = str(value)
        return 0, int(text) if text.isdigit() else number(value)
    return (0, _moment(str(value))) if field.kind in ("date", "day") else (0, fold(value))


def _moment(text: str) -> str:
    text = text.strip()
    return f"{text} 00:00:00" if len(text) == 10 else text


def _same(field: Field, have: object, value: str) -> bool:
    return have is not None and _key(field, have) == _key(field, value)


def _sort(resource: Resource, text: str | None, dates: bool) -> list[tuple[Field, bool]]:
    """[(field, descending)]; without sort the order of the resource's index, else of the ids."""
    if text is None:
        return [(_field(resource, name), False) for name in resource.order]
    inner = text[1:-1] if text.startswith("[") and text.endswith("]") else text
    order: list[tuple[Field, bool]] = []
    for part in inner.split(","):
        found = SORT.fullmatch(part)
        if found is None:
            raise Refusal(
                400,
                (
                    37,
                    'The "sort" value has to be formed as this example: "field_ASC" or '
                    "'[field_1_DESC,field_2_ASC,field_3_ASC,...]' (\"field\" has to be an available field)",
                ),
                broken_query=True,
            )
        name = found[1]
        if name in ("date_add", "date_upd") and dates and name not in resource.by_name:
            raise Dead
        field = _field(resource, name)
        if name not in filterable(resource, dates=dates) or field.not_filterable:
            names = [one for one in filterable(resource, dates=dates) if not _field(resource, one).localised]
            lists = [one.name for one in resource.fields if one.localised]
            text = (
                "Unable to filter by this field. However, these are available: "
                f"{', '.join(names)}, for i18n fields:{', '.join(lists)}"
            )
            raise Refusal(400, (38, text), broken_query=True)
        order.append((field, found[2].upper() == "DESC"))
    return order


def _ordered(
    resource: Resource, rows: list[Row], order: list[tuple[Field, bool]], languages: tuple[str, ...]
) -> list[Row]:
    for field, descending in reversed(order):
        rows.sort(key=lambda row, field=field: _place(field, row, languages), reverse=descending)  # type: ignore[misc]
    return rows


def _place(field: Field, row: Row, languages: tuple[str, ...]) -> tuple[int, object]:
    value = row["id"] if field.name == "id" else row.get(field.name)
    if field.localised:
        value = (value or {}).get(languages[0] if languages else "1", "")
    return _key(field, value) if value is not None else (-1, 0)


def _limit(rows: list[Row], text: str | None) -> list[Row]:
    """`limit=N` or `limit=offset,N`; 0 or a text gives nothing."""
    if text is None:
        return rows
    first, comma, count = text.partition(",")
    if not comma:
        return rows[: int(number(first))]
    start = int(number(first))
    return rows[start : start + int(number(count))]


def filterable(resource: Resource, *, dates: bool) -> list[str]:
    """Names a filter or a sort may use, as the messages list them."""
    return ["id", *(one.name for one in resource.fields if dates or not one.is_date)]


def closest(name: str, names: Iterable[str]) -> str:
    """The known name that looks most like a wrong one: fewest letters to change, the last of equals."""
    return min(reversed(list(names)), key=lambda one: _distance(name, one), default="")


def _distance(left: str, right: str) -> int:
    before = list(range(len(right) + 1))
    for row, mine in enumerate(left, 1):
        now = [row]
        for column, other in enumerate(right, 1):
            now.append(min(before[column] + 1, now[-1] + 1, before[column - 1] + (mine != other)))
        before = now
    return before[-1]


def _quoted(names: Iterable[str]) -> str:
    return ", ".join(f'"{one}"' for one in names)
