"""Which orders a question means: one page, how many, or all of them.

Facets (`records.facets`) and the time of placing are answered by indexes they lead. A condition (`records.conditions`)
that few orders meet is answered by its own index; one that many meet, by walking the list in its order and testing
rows until the page is full, for a limited number of rows; only when that fails all that is left is read.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from tokbridge.records import sizes
from tokbridge.records.choice import ANY, ARCHIVED, EVERY, Choice, Key, Sort, Tab
from tokbridge.records.conditions import Condition
from tokbridge.records.facets import Facet, tallies
from tokbridge.records.fragments import Sql, among, joined, one_of, rows
from tokbridge.records.walk import NEWEST_FIRST, Walk, roads

Counted = list[tuple[Facet, int]]


@dataclass(frozen=True)
class Selection:
    """Everything a question asks for but its tab. `placed`: within [first, second)."""

    choice: Choice = ANY
    placed: tuple[int | None, int | None] = (None, None)
    conditions: tuple[Condition, ...] = ()

    def page(self, tab: Tab, sort: Sort, after: Key | None, limit: int, *, backwards: bool = False) -> list[Key]:
        """The next keys after one, in the sort's order, or, `backwards`, the ones before it, nearest first."""
        return Walk(self, tab, sort, backwards).keys(after, limit)

    def sortable(self, tab: Tab) -> bool:
        """Whether this can be sorted by anything, and not only by the time of placing."""
        return self.most(tab) <= sizes.SORTABLE

    def ids(self, tab: Tab, *, at_once: int = 1000) -> Iterator[list[int]]:
        """All that match, newest first, some at a time."""
        after: Key | None = None
        while keys := self.page(tab, Sort(), after, at_once):
            yield [key[1] for key in keys]
            after = keys[-1]

    def count(self, tabs: Sequence[Tab]) -> list[tuple[int, bool]]:
        """How many are on each tab; True = at least so many."""
        if not self.conditions and self.placed == (None, None):
            return [(self.most(tab), False) for tab in tabs]
        if (driver := self.driver) is not None:
            return self._count_driven(driver, tabs)
        if not self.conditions:
            return self._count_placed(tabs)
        return self._count_newest(tabs)

    def most(self, tab: Tab) -> int:
        """How many there are on the tab by facets alone."""
        if tab.errors:
            return sum(n for facet, n in self._chosen if tab.fits(facet))
        return sum(self._by_status.get(status, 0) for status in tab.statuses or self._by_status)

    def facets(self, tab: Tab) -> Counted:
        return self._chosen if tab == Tab() else [(facet, n) for facet, n in self._chosen if tab.fits(facet)]

    def of(self, tab: Tab, row: str = "o") -> Sql:
        """The row's facet is one of those that are asked for; nothing to test where all are."""
        if self.choice in (ANY, Choice(standing=EVERY)) and tab == Tab() and not self.left_out(tab):
            return Sql("")
        return one_of((facet for facet, _n in self.facets(tab)), row)

    def left_out(self, tab: Tab) -> int:
        """How many orders of the tab are not shown only because they are archived, by facets alone."""
        return sum(n for facet, n in self._archived if tab.fits(facet))

    @cached_property
    def _tallies(self) -> dict[Facet, int]:
        return tallies()

    @cached_property
    def _chosen(self) -> Counted:
        return [(facet, n) for facet, n in self._tallies.items() if self.choice.fits(facet)]

    @cached_property
    def _archived(self) -> Counted:
        """What the choice would mean too if nobody had archived it."""
        if self.choice.standing is not None:
            return []
        there = replace(self.choice, standing=ARCHIVED)
        return [(facet, n) for facet, n in self._tallies.items() if there.fits(facet)]

    @cached_property
    def _by_status(self) -> dict[str, int]:
        found: dict[str, int] = {}
        for facet, n in self._chosen:
            found[facet.status] = found.get(facet.status, 0) + n
        return found

    @cached_property
    def _few(self) -> dict[Condition, list[int]]:
        """Ids of every condition that few orders meet."""
        found = {condition: condition.few() for condition in self.conditions}
        return {condition: ids for condition, ids in found.items() if ids is not None}

    @cached_property
    def _driven(self) -> dict[str, dict[str, int]]:
        """How many orders of each facet a driver brings, once it was asked for keys; by its text."""
        return {}

    @cached_property
    def driver(self) -> Sql | None:
        """A FROM clause that brings few enough rows `o`, and has every hit; None when there is none."""
        if self._few:
            return among(min(self._few.values(), key=len))
        if self.conditions and self.most(Tab()) <= sizes.FEW:
            return Sql("records_order o")
        return None

    def driven(self, driver: Sql, column: str, rest: Sql) -> list[Key]:
        """Keys (value of the column, id) out of all that the driver brings, in any order. `rest`: WHERE and what follows
        it, over rows `hit` of (facet, value, id). How many there are of each facet is counted on the way, for `count`."""
        where = joined([self.tests(), self.of(Tab())])
        told = rows(
            f"WITH hit AS MATERIALIZED (SELECT o.facet, {column} AS value, o.id FROM {driver.text} WHERE {where.text})"
            " SELECT facet, count(*), 0 FROM hit GROUP BY facet"
            f" UNION ALL SELECT * FROM (SELECT NULL, value, id FROM hit {rest.text}) page",
            [*driver.values, *where.values, *rest.values],
        )
        self._driven[driver.text] = {facet: int(n) for facet, n, _ in told if facet is not None}
        return [(value, pk) for facet, value, pk in told if facet is None]

    def tests(self) -> Sql:
        """WHERE over the rows of `driver`, or of the whole list when there is none."""
        few = min(self._few, key=lambda one: len(self._few[one])) if self._few else None
        done = few if few is not None and (few.exact or few.ids is not None) else None
        return joined([*(one.of_row() for one in self.conditions if one is not done), *self.bounds()])

    def bounds(self) -> list[Sql]:
        begin, end = self.placed
        parts = [Sql("o.placed_at >= %s", [begin])] if begin is not None else []
        return parts + ([Sql("o.placed_at < %s", [end])] if end is not None else [])

    def _count_driven(self, driver: Sql, tabs: Sequence[Tab]) -> list[tuple[int, bool]]:
        if driver.text not in self._driven:
            self.driven(driver, "o.id", Sql("LIMIT 0"))
        counted = self._driven[driver.text]
        known = [(facet, counted.get(facet.text, 0)) for facet, _n in self._chosen]
        return [(sum(n for facet, n in known if tab.fits(facet)), False) for tab in tabs]

    def _count_placed(self, tabs: Sequence[Tab]) -> list[tuple[int, bool]]:
        """As far as `MOST`."""
        arms = []
        for place, tab in enumerate(tabs):
            if self.most(tab):
                where = joined([self.of(tab), *self.bounds()])
                fitting = f"SELECT 1 FROM records_order o WHERE {where.text} LIMIT {sizes.MOST + 1}"
                arms.append(Sql(f"SELECT {place}, count(*) FROM ({fitting}) fitting", where.values))
        counted = self._sums(arms)
        return [(min(n, sizes.MOST), n > sizes.MOST) for n in (counted.get(place, 0) for place in range(len(tabs)))]

    def _count_newest(self, tabs: Sequence[Tab]) -> list[tuple[int, bool]]:
        """Among the newest rows of each tab, or of each of its statuses."""
        where = joined([*(one.of_row() for one in self.conditions), self.of(Tab())])
        arms = []
        for place, tab in enumerate(tabs):
            for road in roads(tab, self.choice) if self.most(tab) else []:
                within = joined([road, *self.bounds()])
                newest = f"SELECT o.* FROM records_order o WHERE {within.text} {NEWEST_FIRST} LIMIT {sizes.COUNTED}"
                text = f"SELECT {place}, count(*) FROM ({newest}) o WHERE {where.text}"
                arms.append(Sql(text, [*within.values, *where.values]))
        counted = self._sums(arms)
        return [(counted.get(place, 0), self.most(tab) > sizes.COUNTED) for place, tab in enumerate(tabs)]

    def _sums(self, arms: Sequence[Sql]) -> dict[int, int]:
        """Of SELECTs of (place, number), asked in one statement: the sum of each place."""
        found: dict[int, int] = {}
        asked = " UNION ALL ".join(arm.text for arm in arms)
        for place, n in rows(asked, [value for arm in arms for value in arm.values]) if arms else []:
            found[place] = found.get(place, 0) + int(n)
        return found
