"""Workers that start at the same moment prepare the installation one after the other."""

from __future__ import annotations

import fcntl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import structlog
from django.conf import settings
from django.db import Error, connection

_USE = 0x707265  # names this use among the database's advisory locks
_PAUSE = 0.2  # seconds between two looks

log = structlog.get_logger()


@contextmanager
def own_turn() -> Iterator[None]:
    """What happens inside happens in no other process of this installation meanwhile. With PostgreSQL its own locks tell
    so, with SQLite, where all processes are on one machine, a file; both end with the process.

    Asked for again and again, not waited for: a statement that waits in PostgreSQL would keep a migration from building
    an index beside the running system.
    """
    with _advisory() if connection.vendor == "postgresql" else _file():
        yield


@contextmanager
def _advisory() -> Iterator[None]:
    _wait_until(lambda: _asked("SELECT pg_try_advisory_lock(%s, 0)"))
    try:
        yield
    finally:
        try:
            _asked("SELECT pg_advisory_unlock(%s, 0)")
        except Error:
            connection.close()  # with the session its locks end


def _asked(sql: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(sql, [_USE])
        return bool(cursor.fetchone()[0])


@contextmanager
def _file() -> Iterator[None]:
    with (Path(settings.DATA_DIR) / "prepare.lock").open("a") as file:
        _wait_until(lambda: _taken(file))
        yield


def _taken(file: IO[str]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _wait_until(taken: Callable[[], bool]) -> None:
    told = False
    while not taken():
        if not told:
            log.info("another process prepares the installation; waiting for it")
            told = True
        time.sleep(_PAUSE)
