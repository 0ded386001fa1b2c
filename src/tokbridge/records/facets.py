"""The list's filters with few values, as one text per order (`Order.facet`), and how many orders each text has.

A filter is the set of facets that fit it. There are some hundreds of them however many orders there are, so counts are
exact and free, and every combination of these filters walks the index that a facet leads.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from django.db import connection

COMPACT_AT = 1000  # rows of changes that are worth adding up


@dataclass(frozen=True, slots=True)
class Facet:
    """The parts of `Order.facet`. `channel` None: not known; `problem` "": none; `created`: it has a store number;
    `currency` "": not readable."""

    text: str
    account: int
    channel: int | None
    status: str
    standing: str
    problem: str
    created: bool
    fulfilment: str
    mode: str
    currency: str


@lru_cache(maxsize=8192)
def parse(text: str) -> Facet:
    account, channel, status, standing, problem, created, fulfilment, mode, currency = text.split("|")
    return Facet(
        text,
        int(account),
        int(channel) if channel else None,
        status,
        standing,
        problem,
        created == "1",
        fulfilment,
        mode,
        currency,
    )


def tallies() -> dict[Facet, int]:
    """Every facet that has orders, and how many."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT facet, sum(n) FROM records_tally GROUP BY facet HAVING sum(n) > 0")
        return {parse(text): int(n) for text, n in cursor.fetchall()}


def compact() -> int:
    """Add up what PostgreSQL's triggers wrote one by one; returns how many rows went. Any number may run at once: rows
    that another one is adding up are passed over."""
    if connection.vendor != "postgresql":
        return 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM records_tally")
        rows = int(cursor.fetchone()[0])
        if rows < COMPACT_AT:
            return 0
        cursor.execute(
            "WITH taken AS (DELETE FROM records_tally WHERE id IN"
            " (SELECT id FROM records_tally FOR UPDATE SKIP LOCKED) RETURNING facet, n),"
            " written AS (INSERT INTO records_tally (facet, n)"
            " SELECT facet, sum(n) FROM taken GROUP BY facet HAVING sum(n) <> 0 RETURNING 1)"
            " SELECT (SELECT count(*) FROM taken) - (SELECT count(*) FROM written)"
        )
        return int(cursor.fetchone()[0])
