"""What the list can be asked for beyond facets and dates: texts, products, the time of creation.

Each condition can be read in two ways: as a query of ids that walks an index of its own, for conditions that few
orders meet; and as a test of one row `o` of the list, for those that many meet.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db import connection

from tokbridge.core.carriers import number_key
from tokbridge.records import sizes
from tokbridge.records.folding import fold
from tokbridge.records.fragments import Sql, is_among, places, rows
from tokbridge.records.search_schema import has_trigrams

SHORTEST = 3  # characters of a word whose middle can be found; shorter ones are found as the beginning of a name
LAST = "\U0010ffff"
# Asked row by row; else PostgreSQL may read all lines that fit into a hash table first.
ONE = " OFFSET 0" if connection.vendor == "postgresql" else ""
# Of one order: by its lines, of which there are a few; else SQLite looks every article up in the lines' index (its "+").
_ARTICLE_OF_LINE = "(l.sku_id, l.product_id)" if connection.vendor == "postgresql" else "(+l.sku_id, +l.product_id)"


@dataclass(frozen=True, slots=True, eq=False)
class Condition:
    """`hits`: a SELECT of order ids, possibly with repeats; `test`: of the row `o`. `exact`: `hits` needs no test after
    it. `ids`: the answer is known already. `together`: its orders stand near each other in the list, so that walking it
    is soon done."""

    hits: Sql = field(default_factory=lambda: Sql(""))
    test: Sql = field(default_factory=lambda: Sql(""))
    exact: bool = True
    ids: tuple[int, ...] | None = None
    together: bool = False

    def few(self) -> list[int] | None:
        """The orders that meet it, each once, if they are few enough to be read one by one."""
        if self.ids is not None:
            return list(self.ids)
        most = 2 * sizes.FEW
        # PostgreSQL: as if all were to be read, else it reads the table hoping that there are many
        text = (
            f"WITH hit AS MATERIALIZED ({self.hits.text}) SELECT id FROM hit LIMIT {most}"
            if connection.vendor == "postgresql"
            else f"SELECT id FROM ({self.hits.text}) LIMIT {most}"
        )
        found = rows(text, self.hits.values)
        ids = sorted({row[0] for row in found})
        enough = sizes.FEW if self.together else most
        return ids if len(found) < most and len(ids) <= enough else None

    def of_row(self) -> Sql:
        """Whether the row `o` meets it."""
        return self.test if self.ids is None else is_among(self.ids)


def search(term: str, *, by_buyer: bool, refs: Sequence[str] = ()) -> Condition:
    """The search box. `refs`: what the stores would call an order of this id. What fits an id exactly is the answer;
    else the words of the term are parts of the TikTok order id or of the buyer's name, or of one article's names and
    ids, or the term begins a store order number or a tracking number. A plain number may be our own id or the store's,
    and a part of many other ids as well: those come along only as long as the one among them is still seen."""
    found = _exactly(term)
    if found:
        return Condition(ids=tuple(found))
    parts = _either([_of_order(term, ids=True, buyer=by_buyer), _of_article(term), *_beginnings(term)])
    named = _numbered(term, refs)
    if not named:
        return parts
    others = parts.few()
    few = others is not None and len(others) <= sizes.AMONG
    return Condition(ids=tuple(sorted({*named, *(others if few and others else [])})))


def customer(name: str) -> Condition:
    return _of_order(name, ids=False, buyer=True) or Condition(ids=())


def product(name: str) -> Condition:
    """By any name or id that an article has ever had."""
    return _of_article(name) or Condition(ids=())


def product_id(number: str) -> Condition:
    return Condition(
        Sql("SELECT order_id AS id FROM records_line WHERE product_id = %s", [number]),
        Sql(f"EXISTS (SELECT 1 FROM records_line l WHERE l.order_id = o.id AND l.product_id = %s{ONE})", [number]),
    )


def created_between(begin: float | None, end: float | None) -> Condition:
    """Created in the store within [begin, end)."""
    bounds = [("created_at >= %s", begin), ("created_at < %s", end)]
    asked = [(text, value) for text, value in bounds if value is not None]
    where = " AND ".join(text for text, _ in asked)
    values = [value for _, value in asked]
    return Condition(
        Sql(f"SELECT id FROM records_order WHERE created_at IS NOT NULL AND {where}", values),
        Sql(" AND ".join(f"o.{text}" for text, _ in asked), values),
        together=True,
    )


def _either(parts: Iterable[Condition | None]) -> Condition:
    some = [part for part in parts if part is not None]
    if not some:
        return Condition(ids=())
    return Condition(
        Sql(" UNION ALL ".join(part.hits.text for part in some), [v for part in some for v in part.hits.values]),
        Sql(
            "(" + " OR ".join(f"({part.test.text})" for part in some) + ")",
            [v for part in some for v in part.test.values],
        ),
        exact=all(part.exact for part in some),
    )


def _exactly(term: str) -> list[int]:
    """Orders named exactly: by "#" and our own id, TikTok's id, the store's number, or a tracking number."""
    if own := re.fullmatch(r"#([0-9]{1,18})", term):
        return [int(own[1])]
    key = number_key(term)
    asked = [
        ("SELECT id FROM records_order WHERE tiktok_id = %s", [term]),
        (
            "SELECT id FROM records_order WHERE store_number IS NOT NULL AND store_number IN (%s, %s)",
            [term, term.upper()],
        ),
    ]
    if len(key) >= 5:
        asked += [
            (
                "SELECT order_id FROM records_line WHERE tracking_number > '' AND tracking_number IN (%s, %s)",
                [term, key],
            ),
            ("SELECT order_id FROM records_parcel WHERE number_key = %s", [key]),
        ]
    with connection.cursor() as cursor:
        cursor.execute(
            " UNION ".join(f"SELECT * FROM ({text}) AS t{n}" for n, (text, _) in enumerate(asked)),
            [value for _, values in asked for value in values],
        )
        return [row[0] for row in cursor.fetchmany(1000)]


def _numbered(term: str, refs: Sequence[str]) -> list[int]:
    """Orders whose own id, or whose store's, is this number."""
    if not re.fullmatch(r"[0-9]{1,18}", term):
        return []
    asked = (
        "SELECT id FROM records_order WHERE id = %s UNION SELECT order_id FROM records_binding"
        f" WHERE store_id IN (SELECT id FROM records_store) AND ref IN ({places(refs)})"  # the index leads with the store
    )
    return [row[0] for row in rows(asked, [int(term), *refs])]


def _of_order(term: str, *, ids: bool, buyer: bool) -> Condition | None:
    """Every word is a part of the TikTok order id (`ids`) or of the buyer's name (`buyer`)."""
    words = fold(term).split()
    long = [word for word in words if len(word) >= SHORTEST]
    if not long or not _middles():
        return _begins(term.strip(), ids=ids, buyer=buyer)
    test = _all(_part(word, ids=ids, buyer=buyer) for word in words)
    if connection.vendor == "postgresql":
        hits = _all(_part(word, ids=ids, buyer=buyer) for word in long)
        return Condition(
            Sql(f"SELECT o.id FROM records_order o WHERE {hits.text}", hits.values), test, len(long) == len(words)
        )
    quoted = " AND ".join('"' + word.replace('"', '""') + '"' for word in long)
    columns = "" if ids and buyer else "{ids} : " if ids else "{buyer} : "
    return Condition(
        Sql("SELECT rowid AS id FROM records_order_words WHERE records_order_words MATCH %s", [f"{columns}({quoted})"]),
        test,
        len(long) == len(words),
    )


def _middles() -> bool:
    return connection.vendor == "sqlite" or has_trigrams(connection)


def _begins(text: str, *, ids: bool, buyer: bool) -> Condition | None:
    """As `fold` has it on PostgreSQL; on SQLite in the ways people write names, accents as typed."""
    parts = []
    if buyer and text and connection.vendor == "postgresql":
        parts.append(_prefix("tokbridge_fold({0}customer)", fold(text)))
    elif buyer and text:
        ways = sorted({text, text.lower(), text.upper(), text.title(), fold(text)})
        parts += [_prefix("{0}customer COLLATE NOCASE", way) for way in ways]
    if ids and re.fullmatch(r"[0-9]{1,32}", text):
        parts.append(_prefix("{0}tiktok_id", text, plain=True))
    if not parts:
        return None
    return Condition(
        Sql(
            " UNION ALL ".join(f"SELECT id FROM records_order WHERE {part.text.format('')}" for part in parts),
            [v for part in parts for v in part.values],
        ),
        Sql(" OR ".join(part.text.format("o.") for part in parts), [v for part in parts for v in part.values]),
    )


def _part(word: str, *, ids: bool, buyer: bool) -> Sql:
    """One word in one order. A short one begins a word of the name."""
    folded = "tokbridge_fold(o.customer)"
    if len(word) < SHORTEST:
        padded = f"' ' || {folded}"
        return _contains(padded, f" {word}") if buyer else Sql("1 = 0")
    either = [_contains("o.tiktok_id", word)] if ids else []
    either += [_contains(folded, word)] if buyer else []
    return Sql("(" + " OR ".join(one.text for one in either) + ")", [v for one in either for v in one.values])


def _contains(column: str, text: str) -> Sql:
    if connection.vendor == "postgresql":
        return Sql(f"{column} LIKE %s", [f"%{_escaped(text)}%"])
    return Sql(f"instr({column}, %s) > 0", [text])


def _prefix(column: str, text: str, *, plain: bool = False) -> Sql:
    """`plain`: digits in a column whose index on PostgreSQL knows no patterns."""
    if connection.vendor == "postgresql" and not plain:
        return Sql(f"{column} LIKE %s", [_escaped(text) + "%"])
    return Sql(f"({column} >= %s AND {column} <= %s)", [text, text + ("9" * 32 if plain else LAST)])


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _all(parts: Iterable[Sql]) -> Sql:
    each = list(parts)
    return Sql(" AND ".join(one.text for one in each), [v for one in each for v in one.values])


def _of_article(term: str) -> Condition | None:
    """Orders with a unit of an article that has all the words in its names and ids."""
    words = fold(term).split()
    if not any(len(word) >= SHORTEST for word in words):
        return None
    named = _all(_contains("a.words", word) for word in words)
    articles = f"IN (SELECT a.sku_id, a.product_id FROM records_article a WHERE {named.text})"
    return Condition(
        Sql(f"SELECT l.order_id AS id FROM records_line l WHERE (l.sku_id, l.product_id) {articles}", named.values),
        Sql(
            f"EXISTS (SELECT 1 FROM records_line l WHERE l.order_id = o.id AND {_ARTICLE_OF_LINE} {articles}{ONE})",
            named.values,
        ),
    )


def _beginnings(term: str) -> list[Condition]:
    """Of store order numbers and tracking numbers, as typed and in capital letters."""
    parts = []
    if len(term) >= SHORTEST:
        for text in sorted({term, term.upper()}):
            fits = _prefix("{0}store_number", text)
            parts.append(
                Condition(
                    Sql(
                        f"SELECT id FROM records_order WHERE store_number IS NOT NULL AND {fits.text.format('')}",
                        fits.values,
                    ),
                    Sql(fits.text.format("o."), fits.values),
                )
            )
    key = number_key(term)
    if len(key) >= 5 and any(letter.isdigit() for letter in key):
        line, parcel = _prefix("tracking_number", key), _prefix("number_key", key)
        for table, fits in (
            ("records_line WHERE tracking_number > '' AND", line),
            ("records_parcel WHERE", parcel),
        ):
            parts.append(
                Condition(
                    Sql(f"SELECT order_id AS id FROM {table} {fits.text}", fits.values),
                    Sql(f"EXISTS (SELECT 1 FROM {table} order_id = o.id AND {fits.text}{ONE})", fits.values),
                )
            )
    return parts
