"""Pieces of SQL with their values, and how they are put together and read."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from tokbridge.records.facets import Facet


@dataclass(frozen=True, slots=True)
class Sql:
    text: str
    values: Sequence[Any] = ()


def joined(parts: Iterable[Sql]) -> Sql:
    """All of them hold; an empty one always does."""
    each = [part for part in parts if part.text]
    return Sql(" AND ".join(f"({part.text})" for part in each) or "1 = 1", [v for part in each for v in part.values])


def one_of(facets: Iterable[Facet], row: str = "o") -> Sql:
    """The row's facet is one of these."""
    texts = [facet.text for facet in facets]
    if connection.vendor == "postgresql":
        return Sql(f"{row}.facet = ANY(%s)", [texts])
    return Sql(f"{row}.facet IN (SELECT value FROM json_each(%s))", [json.dumps(texts)])


def among(ids: Sequence[int]) -> Sql:
    """FROM the ids to their rows `o`, in this direction."""
    if connection.vendor == "postgresql":
        # OFFSET 0: each row by its id; the planner would rather read the whole index of the facets into a hash table
        row = "LATERAL (SELECT r.* FROM records_order r WHERE r.id = hit.id OFFSET 0) o"
        return Sql(f"unnest(%s::bigint[]) hit (id), {row}", [list(ids)])
    return Sql("json_each(%s) hit CROSS JOIN records_order o ON o.id = hit.value", [json.dumps(ids)])


def among_hits(hits: Sql) -> Sql:
    """The same for the orders that a query of ids finds, each once."""
    if connection.vendor == "postgresql":
        # MATERIALIZED: all of them are read, which a LIMIT further out would make the planner forget
        once = f"(WITH found AS MATERIALIZED ({hits.text}) SELECT DISTINCT id FROM found) hit"
        return Sql(f"{once}, LATERAL (SELECT r.* FROM records_order r WHERE r.id = hit.id OFFSET 0) o", hits.values)
    once = f"(SELECT DISTINCT id FROM ({hits.text})) hit"
    return Sql(f"{once} CROSS JOIN records_order o ON o.id = hit.id", hits.values)


def is_among(ids: Sequence[int]) -> Sql:
    """The row is one of these."""
    if connection.vendor == "postgresql":
        return Sql("o.id = ANY(%s::bigint[])", [list(ids)])
    return Sql("o.id IN (SELECT value FROM json_each(%s))", [json.dumps(ids)])


def places(values: Sequence[Any]) -> str:
    """What stands between the brackets of IN for so many values; for none, what nothing is equal to."""
    return ", ".join(["%s"] * len(values)) or "NULL"


def rows(text: str, values: Iterable[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(text, list(values))
        found: list[tuple[Any, ...]] = cursor.fetchall()
        return found


def number(text: str, values: Iterable[Any]) -> int:
    """How many rows the query has."""
    return int(rows(f"SELECT count(*) FROM ({text}) AS counted", values)[0][0])
