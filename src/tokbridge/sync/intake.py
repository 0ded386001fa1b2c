"""TikTok's records become rows: one page at a time, older news never over newer, nothing dropped.

Only columns that TikTok owns are written here (`sync.order_rows`); everything else of an order belongs to whoever holds
its lease.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, connection, transaction

from tokbridge.records.models import Account, Document, Order
from tokbridge.sync.arrival import place
from tokbridge.sync.news import Record, is_news, lines_moved, read_record, replaces
from tokbridge.sync.order_rows import DOCUMENTS, LINES, ORDERS, Columns, line_columns, order_columns

_INTAKE_LOCK = 0x746F6B  # names this use among the database's advisory locks
CHUNK = 50  # orders in one write transaction: about 175 rows


@dataclass(frozen=True, slots=True)
class Intake:
    """What a page brought: ids of rows that are new, changed, and due now."""

    new: tuple[int, ...] = ()
    changed: tuple[int, ...] = ()
    due: tuple[int, ...] = ()
    unreadable: int = 0

    def __add__(self, other: Intake) -> Intake:
        return Intake(
            self.new + other.new,
            self.changed + other.changed,
            self.due + other.due,
            self.unreadable + other.unreadable,
        )


def store_orders(account: Account, raws: Iterable[Mapping[str, Any]], read_at: float) -> Intake:
    """Store orders as TikTok sent them. `read_at`: our clock when the call was sent; returns what changed."""
    page = list(raws)
    done = Intake()
    for start in range(0, len(page), CHUNK):
        chunk = [read_record(account, raw) for raw in page[start : start + CHUNK]]
        for attempt in (1, 2, 3):
            try:
                with transaction.atomic():
                    done += _store_chunk(account, chunk, read_at)
                break
            except IntegrityError:
                if attempt == 3:  # another reader inserted the same new orders each time
                    raise
    return done


def _store_chunk(account: Account, chunk: list[Record], read_at: float) -> Intake:
    now = time.time()
    _one_at_a_time(account)
    rows = Order.objects.filter(account=account, tiktok_id__in=[item.id for item in chunk])
    news = ("tiktok_id", "status", "update_time", "read_at", "ready_at", "unreadable")
    known = {row.tiktok_id: row for row in rows.only(*news)}
    moved = lines_moved(known, chunk)
    wanted: dict[str, Record] = {}
    orders: dict[str, Columns] = {}
    same: list[int] = []
    for item in chunk:
        old = known.get(item.id)
        if old is not None and item.order is None:
            _keep_unreadable(old, item, read_at, now)
            continue
        if old is not None and item.id not in moved and not is_news(old, item):
            if item.order is not None and item.order.update_time == old.update_time:
                same.append(old.pk)
            continue
        if item.id in wanted and not replaces(wanted[item.id], item):
            continue
        wanted[item.id] = item
        orders[item.id] = order_columns(account, item, old, read_at, now)
        if old is None and item.order is not None:
            orders[item.id] |= place(account, item.order, read_at, now)
    if same:  # nothing new, but known to be so as of now
        Order.objects.filter(pk__in=same, read_at__lt=read_at).update(read_at=read_at)
    if not wanted:
        return Intake()
    ORDERS.run(orders.values())
    ids = dict(Order.objects.filter(account=account, tiktok_id__in=wanted).values_list("tiktok_id", "pk"))
    DOCUMENTS.run({"order_id": ids[key], "raw": item.raw} for key, item in wanted.items())
    LINES.run(line for key, item in wanted.items() if item.order for line in line_columns(ids[key], item.order))
    return Intake(
        new=tuple(ids[key] for key in wanted if key not in known),
        changed=tuple(ids[key] for key in wanted if key in known),
        due=tuple(ids[key] for key, row in orders.items() if row["due_at"] is not None and row["due_at"] <= now),
        unreadable=sum(item.order is None for item in wanted.values()),
    )


def _one_at_a_time(account: Account) -> None:
    """Two readers that bring the same new order must not overwrite each other's news. SQLite has one writer anyway."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_INTAKE_LOCK, account.pk])


def _keep_unreadable(old: Order, item: Record, read_at: float, now: float) -> None:
    """What was readable before stays; the new document is kept beside it, and the order is blocked. An old record that
    cannot be read says nothing about the order as it is now."""
    if item.update_time < old.update_time:
        return
    Order.objects.filter(pk=old.pk).update(unreadable=item.words[:200], read_at=read_at, due_at=now)
    Document.objects.filter(order_id=old.pk).update(raw=item.raw)
