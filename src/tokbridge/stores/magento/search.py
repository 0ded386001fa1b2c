"""Search criteria as query parameters (reference magento-rest.md 11). Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple
from urllib.parse import quote

PAGE = 100  # rows; shops may refuse more than 300, and 100 stays below every limit of the reference

Pairs = list[tuple[str, str]]


class Where(NamedTuple):
    """One filter. Each stands in a group of its own: groups are AND."""

    field: str
    condition: str  # eq, in, gteq, null, notnull …; an unknown one is answered without an error
    value: str = "1"  # null and notnull need one as well


def criteria(
    *filters: Where,
    either: Sequence[Sequence[Where]] = (),
    sort: Sequence[str] = (),
    size: int = PAGE,
    page: int = 1,
    fields: str = "",
) -> Pairs:
    """`either`: further groups, of each of which one filter must fit. `sort`: fields, ascending. `fields` trims the
    answer; with it an empty list may come as null."""
    pairs: Pairs = []
    for number, group in enumerate([*([where] for where in filters), *either]):
        for place, where in enumerate(group):
            name = f"searchCriteria[filter_groups][{number}][filters][{place}]"
            pairs += [
                (f"{name}[field]", where.field),
                (f"{name}[condition_type]", where.condition),
                (f"{name}[value]", where.value),
            ]
    for number, field in enumerate(sort):
        name = f"searchCriteria[sortOrders][{number}]"
        pairs += [(f"{name}[field]", field), (f"{name}[direction]", "ASC")]
    pairs += [("searchCriteria[pageSize]", str(size)), ("searchCriteria[currentPage]", str(page))]
    if fields:
        pairs.append(("fields", fields))
    return pairs


def query(pairs: Iterable[tuple[str, str]]) -> str:
    """Percent-encoded, a blank as %20: a "+" would break the signature (reference 2)."""
    return "&".join(f"{segment(name)}={segment(value)}" for name, value in pairs)


def segment(text: str) -> str:
    """One path segment or parameter: everything but unreserved characters is encoded, the slash as well."""
    return quote(text, safe="")


def batches(values: Iterable[str], count: int, characters: int) -> list[list[str]]:
    """Groups of at most `count` values whose encoded texts stay within `characters`, so that no URL gets too long."""
    groups: list[list[str]] = []
    room = 0
    for value in values:
        need = len(segment(value)) + 3
        if not groups or len(groups[-1]) >= count or need > room:
            groups.append([])
            room = characters
        groups[-1].append(value)
        room -= need
    return groups
