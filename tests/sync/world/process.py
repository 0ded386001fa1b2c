"""Processes of a test: one that dies at a moment of one's choice, and several at once."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, connections

from tests.sync.world.wire import Crash

WRITES = ("INSERT", "UPDATE", "DELETE")


class Mortal:
    """What may die before an outside call or a write: whoever makes a call names the moment before it."""

    def __init__(self) -> None:
        self.die_at: int | None = None
        self.moments = 0
        self.dead = False

    def moment(self) -> None:
        """A moment at which a process may die; once dead, nothing is written any more."""
        if self.dead:
            raise Crash
        if self.die_at is not None:
            self.moments += 1
            if self.moments >= self.die_at:
                self.dead = True
                raise Crash

    @contextmanager
    def dying(self, at: int) -> Iterator[None]:
        """Die at the `at`-th moment: before an outside call or before a write to the database. After a call means
        before the write that follows it; inside a transaction what was written before is lost too."""

        def wrapper(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
            if not sql.lstrip().upper().startswith(WRITES):
                return execute(sql, params, many, context)
            self.moment()
            return execute(sql, params, many, context)

        self.die_at, self.moments, self.dead = at, 0, False
        try:
            with connection.execute_wrapper(wrapper):
                yield
        finally:
            self.die_at, self.dead = None, False


def together(*jobs: Callable[[], object]) -> list[BaseException]:
    """Run jobs at once in threads of their own; returns what they raised."""
    raised: list[BaseException] = []
    barrier = threading.Barrier(len(jobs))

    def run(job: Callable[[], object]) -> None:
        try:
            barrier.wait(20)
            job()
        except BaseException as error:  # noqa: BLE001 - handed to the test
            raised.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
        assert not thread.is_alive()
    return raised
