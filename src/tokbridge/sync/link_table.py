"""Links as a CSV table: out, and in again after somebody has worked on it."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator

from tokbridge.core.saying import say
from tokbridge.records.models import Link, Store, User
from tokbridge.sync.asked import NotPossible
from tokbridge.sync.links import COLUMNS, Chosen, Key, rows_of, set_links
from tokbridge.sync.table import read_rows, text_of

MOST_ROWS = 5000
MOST_BYTES = 2 * 1024 * 1024
TOLD = 10  # mistakes that are told at once
_FORMULA = re.compile(r"^[=+\-@\t\r]")
_NAMES = range(2, 5)  # columns that hold TikTok's texts, which nobody reads back


def export() -> Iterator[str]:
    """The links in force, line by line. A text that a spreadsheet would take for a formula is led by an apostrophe."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    links = (
        Link.objects.filter(ended_at__isnull=True).select_related("store").order_by("store__address", "sku_id", "pk")
    )
    for row in ([*COLUMNS], *rows_of(links.iterator(500))):
        writer.writerow([f"'{text}" if at in _NAMES and _FORMULA.match(text) else text for at, text in enumerate(row)])
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()


def take_in(data: bytes, by: User | None) -> tuple[int, int]:
    """Set the links of a table, all or none; SKUs that are not in it keep theirs. Returns (links, orders tried again).
    Raises `NotPossible` naming the rows that are wrong."""
    wanted = _wanted(_rows(data))
    if not wanted:
        raise NotPossible("the table has no rows")
    return len(wanted), set_links(wanted, by)


def _rows(data: bytes) -> list[tuple[int, dict[str, str]]]:
    """Rows that are not empty, each with its line and its cells by the names of the first row."""
    rows = [(line, cells) for line, cells in read_rows(text_of(data, MOST_BYTES)) if any(cells)]
    names = rows[0][1] if rows else []
    missing = {"store", "tiktok_sku_id", "store_sku"} - set(names)
    if missing:
        raise NotPossible(
            say("the first row must name the columns; missing: {names}", names=", ".join(sorted(missing)))
        )
    if len(rows) - 1 > MOST_ROWS:
        raise NotPossible(say("the table has more than {rows} rows", rows=MOST_ROWS))
    return [(line, {**dict.fromkeys(names, ""), **dict(zip(names, cells, strict=False))}) for line, cells in rows[1:]]


def _wanted(rows: list[tuple[int, dict[str, str]]]) -> dict[Key, list[Chosen]]:
    stores: dict[str, int] = dict(Store.objects.values_list("address", "pk"))
    wanted: dict[Key, list[Chosen]] = {}
    wrong: list[str] = []
    for number, row in rows:
        quantity = row.get("quantity") or "1"
        if row["store"] not in stores:
            wrong.append(say("row {row}: there is no store {store}", row=number, store=repr(row["store"][:60])))
        elif not re.fullmatch(r"[A-Za-z0-9_-]{1,32}", row["tiktok_sku_id"]):
            sku = repr(row["tiktok_sku_id"][:40])
            wrong.append(say("row {row}: {sku} is not a TikTok SKU id", row=number, sku=sku))
        elif not re.fullmatch(r"[1-9][0-9]{0,2}", quantity):
            wrong.append(say("row {row}: {quantity} is not a quantity", row=number, quantity=repr(quantity[:20])))
        else:
            key = stores[row["store"]], row["tiktok_sku_id"]
            wanted.setdefault(key, []).append(Chosen(row["store_sku"], int(quantity), row.get("store_variant", "")))
    if wrong:
        told = "; ".join(wrong[:TOLD])
        raise NotPossible(say("{told} and {n} more", told=told, n=len(wrong) - TOLD) if len(wrong) > TOLD else told)
    return wanted
