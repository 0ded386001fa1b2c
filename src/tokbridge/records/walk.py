"""The way to one page of the Orders list through the indexes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.db import connection

from tokbridge.records import sizes
from tokbridge.records.choice import EVERY, Choice, Key, Sort, Tab
from tokbridge.records.fragments import Sql, among_hits, joined, rows

if TYPE_CHECKING:
    from tokbridge.records.selection import Selection

NEWEST_FIRST = "ORDER BY o.placed_at DESC, o.id DESC"


def roads(tab: Tab, choice: Choice) -> list[Sql]:
    """The narrowest that a single index leads, and that together have all of the facets' orders."""
    if tab.errors:
        return [Sql("o.problem_code IS NOT NULL")]
    if tab.statuses:
        # A subquery: told the status, PostgreSQL would walk all orders for one that most orders have, although the
        # newest ones do not have it yet.
        return [Sql("o.status = (SELECT %s)", [status]) for status in tab.statuses]
    if choice.account is not None:
        return [Sql("o.account_id = %s", [choice.account])]
    return [Sql("")]


class Walk:
    """One page's way through the indexes."""

    def __init__(self, asked: Selection, tab: Tab, sort: Sort, backwards: bool) -> None:
        self._asked = asked
        self._tab = tab
        self._facets = asked.facets(tab)
        self._n = asked.most(tab)
        self._sort = sort
        self._down = sort.descending is not backwards
        self._way = "DESC" if self._down else "ASC"
        self._order = f"ORDER BY {sort.column} {self._way}, o.id {self._way}"

    def keys(self, after: Key | None, limit: int) -> list[Key]:
        if not self._n:
            return []
        if not self._sort.by_placed:
            if self._n > sizes.SORTABLE:
                raise ValueError("too many orders to sort by this")
            return self._sorted(after, limit)
        if not self._asked.conditions:
            return self._by_facets(after, limit)
        if self._asked.driver is not None or self._n <= sizes.FEW:
            return self._sorted(after, limit)
        found = self.tested(after, limit, sizes.WALK)
        if len(found) == limit:
            return found
        if limit > sizes.PAGE:  # all are wanted: the walk goes on, instead of reading all hits for each part again
            return self._sorted(after, limit)
        return self._among_hits(after, limit)

    def _sorted(self, after: Key | None, limit: int) -> list[Key]:
        """All that is left, sorted by the database."""
        if (driver := self._asked.driver) is not None:
            where = joined([self._asked.of(self._tab, "hit"), *self._after(after, "hit.value, hit.id")])
            order = f"ORDER BY value {self._way}, id {self._way} LIMIT {limit}"
            keys = self._asked.driven(driver, self._sort.column, Sql(f"WHERE {where.text} {order}", where.values))
            return sorted(keys, reverse=self._down)
        where = joined([self._asked.tests(), self._asked.of(self._tab), *self._after(after)])
        return self._read(f"FROM records_order o WHERE {where.text} {self._order}", where.values, limit)

    def _among_hits(self, after: Key | None, limit: int) -> list[Key]:
        """What the newest rows have little of is old or spread thin, however many there are: all of it is read."""
        first, *others = self._asked.conditions
        driver = among_hits(first.hits)
        tests = [one.of_row() for one in (others if first.exact else self._asked.conditions)]
        where = joined([*tests, *self._asked.bounds(), self._asked.of(self._tab), *self._after(after)])
        return self._read(
            f"FROM {driver.text} WHERE {where.text} {self._order}", [*driver.values, *where.values], limit
        )

    def tested(self, after: Key | None, limit: int, looked: int) -> list[Key]:
        """Of the next so many rows of the list (`looked`) those that fit, at most `limit`."""
        ways = roads(self._tab, self._asked.choice)
        road = ways[0] if len(ways) == 1 else Sql("")  # of two, one may end before the rows that the other found
        within = joined([road, *self._asked.bounds(), *self._after(after)])
        where = joined([*(one.of_row() for one in self._asked.conditions), self._asked.of(self._tab)])
        inner = f"SELECT o.* FROM records_order o WHERE {within.text} {self._order} LIMIT {looked}"
        found = self._read(f"FROM ({inner}) o WHERE {where.text}", [*within.values, *where.values], limit)
        return sorted(found, reverse=self._down)

    def _by_facets(self, after: Key | None, limit: int) -> list[Key]:
        streams = self._streams()
        if streams is None:
            if (
                len(self._facets) > 1 and self._n > sizes.FEW
            ):  # where most rows fit, walking past the others is the shortest way
                found = self.tested(after, limit, sizes.DENSE_WALK)
                if len(found) == limit:
                    return found
            return self._merged(after, limit)
        rest = [*self._asked.bounds(), *self._after(after)]
        found = []
        for stream in streams:
            where = joined([stream, *rest])
            found += self._read(f"FROM records_order o WHERE {where.text} {self._order}", where.values, limit)
        return sorted(found, reverse=self._down)[:limit]

    def _streams(self) -> list[Sql] | None:
        """The roads, where they have nothing but the facets' orders."""
        choice = self._asked.choice
        only_account = choice in [Choice(account=choice.account, standing=standing) for standing in (None, EVERY)]
        plain = only_account and (choice.account is None or self._tab == Tab())
        return roads(self._tab, choice) if plain and not self._asked.left_out(self._tab) else None

    def _merged(self, after: Key | None, limit: int) -> list[Key]:
        """The first of every facet's own first."""
        texts = [facet.text for facet, _n in sorted(self._facets, key=lambda pair: -pair[1])]
        rest = joined([*self._asked.bounds(), *self._after(after)])
        if connection.vendor == "postgresql":
            inner = (
                f"SELECT o.placed_at, o.id FROM records_order o WHERE o.facet = f.facet AND {rest.text} {self._order}"
            )
            merged = rows(
                f"SELECT k.placed_at, k.id FROM unnest(%s::text[]) f (facet),"
                f" LATERAL ({inner} LIMIT {limit}) k ORDER BY 1 {self._way}, 2 {self._way} LIMIT {limit}",
                [texts, *rest.values],
            )
            return [(row[0], row[1]) for row in merged]
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

    def _after(self, after: Key | None, key: str = "") -> list[Sql]:
        """`key`: the columns of the row's key, unless they are those of `o`."""
        if after is None:
            return []
        return [Sql(f"({key or f'{self._sort.column}, o.id'}) {'<' if self._down else '>'} (%s, %s)", list(after))]

    def _read(self, rest: str, values: Iterable[Any], limit: int) -> list[Key]:
        return [(row[0], row[1]) for row in rows(f"SELECT {self._sort.column}, o.id {rest} LIMIT {limit}", values)]
