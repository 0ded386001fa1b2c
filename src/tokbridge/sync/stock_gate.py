"""Who may move a store's stock right now, among all workers: many that let the store move it, or one that counts it.

PostgreSQL has such locks itself; with SQLite all workers are on one machine, and files do. Both end with the process
that holds them, however that ends.
"""

from __future__ import annotations

import fcntl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db import Error, OperationalError, connection, transaction

from tokbridge.core.errors import Retry
from tokbridge.core.saying import say

_USE = 0x73746F  # names this use among the database's advisory locks
_PATIENCE = "45s"  # shorter than the lease of the order that waits


class StockGate:
    """The gate of one connection; implements `tokbridge.stores.base.StockGate`."""

    def __init__(self, connection_id: int) -> None:
        self._id = connection_id
        self._mine = threading.local()

    @contextmanager
    def moving(self) -> Iterator[None]:
        if getattr(self._mine, "counting", False):
            yield
            return
        with self._held(alone=False):
            yield

    @contextmanager
    def counting(self) -> Iterator[None]:
        with self._held(alone=True):
            self._mine.counting = True
            try:
                yield
            finally:
                self._mine.counting = False

    @contextmanager
    def _held(self, *, alone: bool) -> Iterator[None]:
        with _advisory(self._id, alone) if connection.vendor == "postgresql" else _files(self._id, alone):
            yield


@contextmanager
def _advisory(number: int, alone: bool) -> Iterator[None]:
    """Of the session, not of a transaction: what happens inside commits on its own."""
    kind = "" if alone else "_shared"
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL lock_timeout = '{_PATIENCE}'")
            cursor.execute(f"SELECT pg_advisory_lock{kind}(%s, %s)", [_USE, number])
    except OperationalError as error:
        if not connection.is_usable():
            raise
        raise Retry("stock", say("another worker is writing this store's stock"), after=5) from error
    try:
        yield
    finally:
        try:
            with connection.cursor() as cursor:
                cursor.execute(f"SELECT pg_advisory_unlock{kind}(%s, %s)", [_USE, number])
        except Error:
            connection.close()  # with the session its locks end


@contextmanager
def _files(number: int, alone: bool) -> Iterator[None]:
    """`turn` is held while waiting for `room`, so that those who share it let one pass who wants it alone."""
    folder = Path(settings.DATA_DIR)
    with (folder / f"stock-{number}.lock").open("a") as room:
        with (folder / f"stock-{number}-turn.lock").open("a") as turn:
            fcntl.flock(turn, fcntl.LOCK_EX)
            fcntl.flock(room, fcntl.LOCK_EX if alone else fcntl.LOCK_SH)
        yield
