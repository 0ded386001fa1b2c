"""Links as a CSV table: out, and in again after somebody has worked on it."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator

from tokbridge.core.saying import say
from tokbridge.records.models import Link, Store, User
from tokbridge.sync.asked import NotPossible
from tokbridge.sync.links import Chosen, set_links
from tokbridge.sync.mistakes import Mistakes
from tokbridge.sync.table import read_rows, text_of
from tokbridge.sync.unmatched import Key

COLUMNS = ("store", "tiktok_sku_id", "tiktok_sku", "product", "variation", "store_sku", "quantity", "store_variant")
"""Of the table of links. A bundle has several rows. Read back are store, tiktok_sku_id, store_sku, quantity (empty = 1)
and store_variant (empty = the only one with the SKU)."""
MOST_ROWS = 5000
MOST_BYTES = 2 * 1024 * 1024
_FORMULA = re.compile(r"^[=+\-@\t\r]")
_NAMES = range(2, 5)  # columns that hold TikTok's texts, which nobody reads back


def export() -> Iterator[str]:
    """The links in force, line by line. A text that a spreadsheet would take for a formula is led by an apostrophe, and
    the first line by the mark without which Excel reads no UTF-8."""
    buffer = io.StringIO()
    buffer.write("\ufeff")
    writer = csv.writer(buffer)
    links = (
        Link.objects.filter(ended_at__isnull=True).select_related("store").order_by("store__address", "sku_id", "pk")
    )
    for row in ([*COLUMNS], *_rows_of(links.iterator(500))):
        writer.writerow([f"'{text}" if at in _NAMES and _FORMULA.match(text) else text for at, text in enumerate(row)])
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()


def _rows_of(links: Iterable[Link]) -> Iterable[list[str]]:
    """The table of links, a row for each part; see `COLUMNS`."""
    for link in links:
        for part in link.parts:
            yield [
                link.store.address,
                link.sku_id,
                link.seller_sku,
                link.product_name,
                link.sku_name,
                part["sku"],
                str(part["quantity"]),
                part["variant"],
            ]


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
    wrong = Mistakes()
    for number, row in rows:
        with wrong.of_row(number):
            key, chosen = _read(row, number, stores)
            wanted.setdefault(key, []).append(chosen)
    wrong.tell()
    return wanted


def _read(row: dict[str, str], number: int, stores: dict[str, int]) -> tuple[Key, Chosen]:
    """Raises `NotPossible` for what cannot be read."""
    store, sku_id, quantity = row["store"], row["tiktok_sku_id"], row.get("quantity") or "1"
    if store not in stores:
        raise NotPossible(say("there is no store {store}", store=repr(store[:60])))
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,32}", sku_id):
        raise NotPossible(say("{sku} is not a TikTok SKU id", sku=repr(sku_id[:40])))
    if not re.fullmatch(r"[1-9][0-9]{0,2}", quantity):
        raise NotPossible(say("{quantity} is not a quantity", quantity=repr(quantity[:20])))
    return (stores[store], sku_id), Chosen(row["store_sku"], int(quantity), row.get("store_variant", ""), number)
