"""Which orders a question means, found by walking indexes: one page, how many, or all of them.

Facets (`records.facets`) and the time of placing are answered by indexes they lead. A condition (`records.conditions`)
that few orders meet is answered by its own index; one that many meet, by walking the list in its order and testing
rows until the page is full, for a limited number of rows; only when that fails all that is left is read.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db import connection

from tokbridge.records.conditions import Condition, Sql
from tokbridge.records.facets import Facet, tallies

FEW = 4000  # orders that are read one by one without anybody noticing
WALK = 10_000  # rows of the list that are tested before another way is tried
DENSE_WALK = 1500  # the same, when only facets are tested
SORTABLE = 20_000  # the largest selection that is sorted by something that no index leads
COUNTED = 100  # newest rows of a tab that are tested to count what very many orders meet
MOST = 1000  # nobody needs a larger number under a filter, and counting on would read a whole index

Key = tuple[float, int]  # (what is sorted by, id)


@dataclass(frozen=True, slots=True)
class Sort:
    """`column`: SQL over `o` that is never NULL. The time of placing is the order of the indexes."""

    column: str = "o.placed_at"
    descending: bool = True

    @property
    def by_placed(self) -> bool:
        return self.column == "o.placed_at"


@dataclass(frozen=True, slots=True)
class Tab:
    """`statuses` () = every one; `errors`: only orders with a problem."""

    statuses: tuple[str, ...] = ()
    errors: bool = False

    def fits(self, facet: Facet) -> bool:
        return (not self.statuses or facet.status in self.statuses) and (not self.errors or bool(facet.problem))


@dataclass(frozen=True, slots=True)
class Choice:
    """Filters by facet; None = any. `channels`: one of these (a store's channels)."""

    account: int | None = None
    channels: frozenset[int] | None = None
    standing: str | None = None
    problem: str | None = None
    created: bool | None = None
    fulfilment: str | None = None
    mode: str | None = None

    def fits(self, facet: Facet) -> bool:
        return (
            self.account in (None, facet.account)
            and (self.channels is None or facet.channel in self.channels)
            and self.standing in (None, facet.standing)
            and self.problem in (None, facet.problem)
            and self.created in (None, facet.created)
            and self.fulfilment in (None, facet.fulfilment)
            and self.mode in (None, facet.mode)
        )


ANY = Choice()


@dataclass(frozen=True)
class Selection:
    """Everything a question asks for but its tab. `placed`: within [first, second)."""

    choice: Choice = ANY
    placed: tuple[int | None, int | None] = (None, None)
    conditions: tuple[Condition, ...] = ()

    def page(self, tab: Tab, sort: Sort, after: Key | None, limit: int, *, backwards: bool = False) -> list[Key]:
        """The next keys after one, in the sort's order, or, `backwards`, the ones before it, nearest first."""
        return _Walk(self, tab, sort, backwards).keys(after, limit)

    def sortable(self, tab: Tab) -> bool:
        """Whether this can be sorted by anything, and not only by the time of placing."""
        return sum(self.facets(tab).values()) <= SORTABLE

    def ids(self, tab: Tab, *, at_once: int = 1000) -> Iterator[list[int]]:
        """All that match, newest first, some at a time."""
        after: Key | None = None
        while keys := self.page(tab, Sort(), after, at_once):
            yield [key[1] for key in keys]
            after = keys[-1]

    def count(self, tabs: Sequence[Tab]) -> list[tuple[int, bool]]:
        """How many are on each tab; True = at least so many."""
        if not self.conditions and self.placed == (None, None):
            return [(sum(self.facets(tab).values()), False) for tab in tabs]
        if (driver := self._driver) is not None:
            return self._count_in(driver, tabs)
        return [self._count_capped(tab) for tab in tabs]

    def facets(self, tab: Tab) -> dict[Facet, int]:
        return {facet: n for facet, n in self._chosen.items() if tab.fits(facet)}

    def _of(self, tab: Tab) -> Sql:
        """The row's facet is one of those that are asked for; nothing to test where all are."""
        return Sql("") if self.choice == ANY and tab == Tab() else one_of(self.facets(tab))

    @cached_property
    def _chosen(self) -> dict[Facet, int]:
        return {facet: n for facet, n in tallies().items() if self.choice.fits(facet)}

    @cached_property
    def driver_ids(self) -> dict[Condition, list[int]]:
        """Ids of every condition that few orders meet."""
        found = {condition: _few(condition) for condition in self.conditions}
        return {condition: ids for condition, ids in found.items() if ids is not None}

    @cached_property
    def _driver(self) -> Sql | None:
        """A FROM clause that brings few enough rows `o`, and has every hit; None when there is none."""
        if self.driver_ids:
            return _among(min(self.driver_ids.values(), key=len))
        if self.conditions and sum(self._chosen.values()) <= FEW:
            return Sql("records_order o")
        return None

    def tests(self) -> Sql:
        """WHERE over the rows of `_driver`, or of the whole list when there is none."""
        few = min(self.driver_ids, key=lambda one: len(self.driver_ids[one])) if self.driver_ids else None
        done = few if few is not None and (few.exact or few.ids is not None) else None
        return _joined([*(_test(one) for one in self.conditions if one is not done), *self.bounds()])

    def bounds(self) -> list[Sql]:
        begin, end = self.placed
        parts = [Sql("o.placed_at >= %s", [begin])] if begin is not None else []
        return parts + ([Sql("o.placed_at < %s", [end])] if end is not None else [])

    def _count_in(self, driver: Sql, tabs: Sequence[Tab]) -> list[tuple[int, bool]]:
        where = _joined([self.tests(), self._of(Tab())])
        rows = _rows(
            f"SELECT o.facet, count(*) FROM {driver.text} WHERE {where.text} GROUP BY o.facet",
            [*driver.values, *where.values],
        )
        counted = dict.fromkeys(self._chosen, 0)
        by_text = {facet.text: facet for facet in counted}
        counted |= {by_text[text]: int(n) for text, n in rows if text in by_text}
        return [(sum(n for facet, n in counted.items() if tab.fits(facet)), False) for tab in tabs]

    def _count_capped(self, tab: Tab) -> tuple[int, bool]:
        """As far as `MOST`; with a condition, among the newest rows only."""
        facets = self.facets(tab)
        if not facets:
            return 0, False
        if not self.conditions:
            where = _joined([self._of(tab), *self.bounds()])
            n = _number(f"SELECT 1 FROM records_order o WHERE {where.text} LIMIT {MOST + 1}", where.values)
            return min(n, MOST), n > MOST
        walk = _Walk(self, tab, Sort(), backwards=False)
        n = len(walk.tested(None, COUNTED, COUNTED))
        return n, sum(facets.values()) > COUNTED


class _Walk:
    """One page's way through the indexes."""

    def __init__(self, asked: Selection, tab: Tab, sort: Sort, backwards: bool) -> None:
        self._asked = asked
        self._tab = tab
        self._facets = asked.facets(tab)
        self._sort = sort
        self._down = sort.descending is not backwards
        way = "DESC" if self._down else "ASC"
        self._order = f"ORDER BY {sort.column} {way}, o.id {way}"

    def keys(self, after: Key | None, limit: int) -> list[Key]:
        n = sum(self._facets.values())
        if not n:
            return []
        if not self._sort.by_placed:
            if n > SORTABLE:
                raise ValueError("too many orders to sort by this")
            return self._sorted(after, limit)
        if not self._asked.conditions:
            return self._by_facets(after, limit, n)
        if self._asked._driver is not None or n <= FEW:
            return self._sorted(after, limit)
        found = self.tested(after, limit, WALK)
        return found if len(found) == limit else self._sorted(after, limit)

    def _sorted(self, after: Key | None, limit: int) -> list[Key]:
        """All that is left, sorted by the database."""
        driver = self._asked._driver or Sql("records_order o")
        where = _joined([self._asked.tests(), self._asked._of(self._tab), *self._after(after)])
        return self._read(
            f"FROM {driver.text} WHERE {where.text} {self._order}", [*driver.values, *where.values], limit
        )

    def tested(self, after: Key | None, limit: int, rows: int) -> list[Key]:
        """Of the next so many `rows` of the list those that fit, at most `limit`."""
        roads = self._roads()
        road = roads[0] if len(roads) == 1 else Sql("")  # of two, one may end before the rows that the other found
        within = _joined([road, *self._asked.bounds(), *self._after(after)])
        where = _joined([*(_test(one) for one in self._asked.conditions), self._asked._of(self._tab)])
        inner = f"SELECT o.* FROM records_order o WHERE {within.text} {self._order} LIMIT {rows}"
        found = self._read(f"FROM ({inner}) o WHERE {where.text}", [*within.values, *where.values], limit)
        return sorted(found, reverse=self._down)

    def _by_facets(self, after: Key | None, limit: int, n: int) -> list[Key]:
        streams = self._streams()
        if streams is None:
            if len(self._facets) > 1 and n > FEW:  # where most rows fit, walking past the others is the shortest way
                found = self.tested(after, limit, DENSE_WALK)
                if len(found) == limit:
                    return found
            return self._merged(after, limit)
        rest = [*self._asked.bounds(), *self._after(after)]
        found = []
        for stream in streams:
            where = _joined([stream, *rest])
            found += self._read(f"FROM records_order o WHERE {where.text} {self._order}", where.values, limit)
        return sorted(found, reverse=self._down)[:limit]

    def _roads(self) -> list[Sql]:
        """The narrowest that a single index leads and that has all of the facets' orders."""
        if self._tab.errors:
            return [Sql("o.problem_code IS NOT NULL")]
        if self._tab.statuses:
            return [Sql("o.status = %s", [status]) for status in self._tab.statuses]
        if self._asked.choice.account is not None:
            return [Sql("o.account_id = %s", [self._asked.choice.account])]
        return [Sql("")]

    def _streams(self) -> list[Sql] | None:
        """The roads, where they have nothing but the facets' orders."""
        choice = self._asked.choice
        plain = choice == ANY or (choice == Choice(account=choice.account) and self._tab == Tab())
        return self._roads() if plain else None

    def _merged(self, after: Key | None, limit: int) -> list[Key]:
        """The first of every facet's own first."""
        texts = [facet.text for facet in sorted(self._facets, key=lambda facet: -self._facets[facet])]
        rest = _joined([*self._asked.bounds(), *self._after(after)])
        if connection.vendor == "postgresql":
            inner = (
                f"SELECT o.placed_at, o.id FROM records_order o WHERE o.facet = f.facet AND {rest.text} {self._order}"
            )
            way = "DESC" if self._down else "ASC"
            rows = _rows(
                f"SELECT k.placed_at, k.id FROM unnest(%s::text[]) f (facet),"
                f" LATERAL ({inner} LIMIT {limit}) k ORDER BY 1 {way}, 2 {way} LIMIT {limit}",
                [texts, *rest.values],
            )
            return [(row[0], row[1]) for row in rows]
        edge = ">=" if self._down else "<="
        first = f"FROM records_order o WHERE o.facet = %s AND {rest.text} {self._order}"
        later = f"FROM records_order o WHERE o.facet = %s AND {rest.text} AND o.placed_at {edge} %s {self._order}"
        found: list[Key] = []
        for text in texts:  # once the page is full, only what comes before its last row matters
            if len(found) < limit:
                found += self._read(first, [text, *rest.values], limit)
            else:
                found += self._read(later, [text, *rest.values, found[-1][0]], limit)
            found = sorted(found, reverse=self._down)[:limit]
        return found

    def _after(self, after: Key | None) -> list[Sql]:
        if after is None:
            return []
        return [Sql(f"({self._sort.column}, o.id) {'<' if self._down else '>'} (%s, %s)", list(after))]

    def _read(self, rest: str, values: Iterable[Any], limit: int) -> list[Key]:
        return [(row[0], row[1]) for row in _rows(f"SELECT {self._sort.column}, o.id {rest} LIMIT {limit}", values)]


def one_of(facets: Iterable[Facet]) -> Sql:
    """The row's facet is one of these."""
    texts = [facet.text for facet in facets]
    if connection.vendor == "postgresql":
        return Sql("o.facet = ANY(%s)", [texts])
    return Sql("o.facet IN (SELECT value FROM json_each(%s))", [json.dumps(texts)])


def _few(condition: Condition) -> list[int] | None:
    """The orders that meet a condition, each once, if they are few."""
    if condition.ids is not None:
        return list(condition.ids)
    hits = condition.hits
    # PostgreSQL: as if all were to be read, else it reads the table hoping that there are many
    text = (
        f"WITH hit AS MATERIALIZED ({hits.text}) SELECT id FROM hit LIMIT {2 * FEW}"
        if connection.vendor == "postgresql"
        else f"SELECT id FROM ({hits.text}) LIMIT {2 * FEW}"
    )
    rows = _rows(text, hits.values)
    ids = sorted({row[0] for row in rows})
    return ids if len(rows) < 2 * FEW and len(ids) <= FEW else None


def _among(ids: Sequence[int]) -> Sql:
    """FROM the ids to their rows, in this direction."""
    if connection.vendor == "postgresql":
        # OFFSET 0: each row by its id; the planner would rather read the whole index of the facets into a hash table
        row = "LATERAL (SELECT r.* FROM records_order r WHERE r.id = hit.id OFFSET 0) o"
        return Sql(f"unnest(%s::bigint[]) hit (id), {row}", [list(ids)])
    return Sql("json_each(%s) hit CROSS JOIN records_order o ON o.id = hit.value", [json.dumps(ids)])


def _test(condition: Condition) -> Sql:
    if condition.ids is None:
        return condition.test
    if connection.vendor == "postgresql":
        return Sql("o.id = ANY(%s::bigint[])", [list(condition.ids)])
    return Sql("o.id IN (SELECT value FROM json_each(%s))", [json.dumps(condition.ids)])


def _joined(parts: Iterable[Sql]) -> Sql:
    each = [part for part in parts if part.text]
    return Sql(" AND ".join(f"({part.text})" for part in each) or "1 = 1", [v for part in each for v in part.values])


def _rows(text: str, values: Iterable[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(text, list(values))
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows


def _number(text: str, values: Iterable[Any]) -> int:
    return int(_rows(f"SELECT count(*) FROM ({text}) AS counted", values)[0][0])
