"""A table of parcels: which order each of its lines means, what is wrong with them, and the run that ships the right ones."""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from tokbridge.core.carriers import number_key
from tokbridge.core.errors import OutsideError
from tokbridge.core.saying import say
from tokbridge.records.models import Order, ParcelTable, Run, User
from tokbridge.sync import keys, offers, runs, shipping, verbs
from tokbridge.sync.asked import NotPossible
from tokbridge.sync.table import read_rows
from tokbridge.tiktok.logistics import Provider

_SHORTENED = re.compile(r"[0-9](?:[.,][0-9]+)?[eE]\+?[0-9]+")


@dataclass(frozen=True, slots=True)
class Given:
    """One line of the table: the order's key ("" = it names none), carrier, number ("" = none)."""

    line: int
    key: str
    carrier: str
    number: str


@dataclass(slots=True)
class Entry:
    """A line that has a number. `order_id`: 0 when it names no order. `wrong`: why it cannot be shipped, "" when it can."""

    line: int
    order_id: int
    order: str  # as people call it
    carrier: str
    number: str
    wrong: str = ""


Judge = Callable[[Given, Order], str]
"""What is wrong with a line and its order, "" when nothing is."""


def parse(text: str) -> list[Given]:
    """Rows of one cell: a number; of two: order and number; else order, carrier and number, and whatever follows. A first
    row without any digit names the columns. An empty row of a table is passed over; in a column of numbers it is an order
    without number, so that each number stays in its place. Raises `NotPossible` naming the line that cannot be read."""
    rows = list(read_rows(text))
    if rows and any(rows[0][1]) and not any(sign.isdigit() for cell in rows[0][1] for sign in cell):
        del rows[0]
    if all(len(cells) <= 1 for _, cells in rows):
        return [Given(line, "", "", _whole(line, "".join(cells))) for line, cells in rows]
    return [_given(line, [_whole(line, cell) for cell in cells[:3]]) for line, cells in rows if any(cells)]


def _given(line: int, cells: list[str]) -> Given:
    key, carrier, number = cells if len(cells) == 3 else (cells[0] if len(cells) == 2 else "", "", cells[-1])
    return Given(line, key, carrier, number)


def _whole(line: int, cell: str) -> str:
    """A quotation mark too many joins lines; none of these cells has several."""
    if "\n" in cell or "\r" in cell:
        raise NotPossible(
            say("line {line} cannot be read: a quotation mark in it is not closed or not doubled", line=line)
        )
    return cell


def entries(rows: Sequence[Given], judge: Judge) -> list[Entry]:
    """The lines that have a number. An order that is named twice is shipped by neither line, unless both say the same;
    then one counts."""
    made: dict[int, Entry] = {}
    found: list[Entry] = []
    for row, order in _with_orders([row for row in rows if row.number]):
        if isinstance(order, str):
            found.append(Entry(row.line, 0, row.key, row.carrier, row.number, order))
            continue
        entry = Entry(row.line, order.pk, order.tiktok_id, row.carrier, row.number, judge(row, order))
        first = made.setdefault(order.pk, entry)
        if first is entry or not _same(first, entry):
            found.append(entry)
        if first is not entry and not _same(first, entry):
            first.wrong = first.wrong or _twice(first, entry)
            entry.wrong = _twice(entry, first)
    return found


def _with_orders(rows: Sequence[Given]) -> Iterator[tuple[Given, Order | str]]:
    """Each row with its order, or with why there is none; a part of the orders in memory at a time."""
    for first in range(0, len(rows), keys.AT_ONCE):
        part = rows[first : first + keys.AT_ONCE]
        named = keys.by_key(row.key for row in part if row.key)
        for row in part:
            if not row.key:
                yield row, say("it names no order")
            elif isinstance(named[row.key], str) and _SHORTENED.fullmatch(row.key):
                yield row, say("{key} was shortened by a spreadsheet; give that column the format Text", key=row.key)
            else:
                yield row, named[row.key]


def _same(one: Entry, other: Entry) -> bool:
    if number_key(one.number) != number_key(other.number):
        return False
    return one.carrier.casefold() == other.carrier.casefold()


def _twice(entry: Entry, other: Entry) -> str:
    return say(
        "order {order} stands in line {other} as well, with {number}; ship its parcels one after the other",
        order=entry.order,
        other=other.line,
        number=other.number,
    )


def why_not(_row: Given, order: Order) -> str:
    """Why the order cannot be shipped, whatever its line says; "" when it can."""
    why = verbs.why_not(order, "ship")
    return say("order {order} cannot be shipped: {why}", order=order.tiktok_id, why=why) if why else ""


def check(rows: Sequence[Given], usual: str, by: User) -> ParcelTable:
    """Check the table as a whole and keep it for a day. `usual`: carrier of every line that has none. Raises
    `NotPossible` for a table that cannot be shipped by one run, whatever its lines say."""
    filled = sum(bool(row.number) for row in rows)
    if not filled:
        raise NotPossible(say("no line has a tracking number"))
    if not any(row.key for row in rows):
        raise NotPossible(say("a table of so many lines must name their orders: order, carrier and number"))
    if filled > runs.MOST:
        raise NotPossible(
            say(
                "{n} lines are more than one run takes ({most}); send them as several tables",
                n=f"{filled:,}",
                most=f"{runs.MOST:,}",
            )
        )
    checked = _Checked(usual)
    found = entries(rows, checked.judge)
    return ParcelTable.objects.create(
        token=secrets.token_urlsafe(24),
        by=by,
        at=time.time(),
        parcels=[
            [one.order_id, {"carrier": one.carrier or usual, "number": one.number}] for one in found if not one.wrong
        ],
        wrong=[[one.line, one.wrong] for one in found if one.wrong],
        empty=len(rows) - filled,
        words=checked.words[:500],
    )


class _Checked:
    """What can be said of a line without sending anything. Carriers are asked for once per account and delivery option;
    where TikTok does not answer, the run will say which it refuses. `words`: why they were not checked."""

    def __init__(self, usual: str) -> None:
        self.usual = usual
        self.words = ""
        self._offered: dict[tuple[int, str], tuple[Provider, ...] | None] = {}
        self._silent: set[int] = set()  # accounts

    def judge(self, row: Given, order: Order) -> str:
        carrier = row.carrier or self.usual
        try:
            if why := why_not(row, order):
                return why
            shipping.tracking_number(row.number)
            if not carrier:
                return say("it names no carrier")
            if (offered := self._of(order)) is not None:
                offers.choose_provider(offered, carrier)
        except NotPossible as error:
            return str(error)
        return ""

    def _of(self, order: Order) -> tuple[Provider, ...] | None:
        key = order.account_id, order.delivery_option
        if key not in self._offered:
            if order.account_id in self._silent:
                return None
            try:
                self._offered[key] = offers.offered(order.pk)
            except OutsideError as error:
                self._silent.add(order.account_id)
                self.words = say("{code}: {words}", code=error.code, words=error.words)
                return None
        return self._offered[key]


def start(table: ParcelTable) -> Run:
    """The run over the lines that can be shipped; the table is then done with. Raises `NotPossible`."""
    each: dict[int, dict[str, str]] = dict(table.parcels)
    run = runs.start("ship", list(each), token=table.token, by=table.by, chosen="parcels", each=each)
    table.delete()
    return run
