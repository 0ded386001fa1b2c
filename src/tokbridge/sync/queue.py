"""Wake-ups. A task is only "look at X": whoever loses one loses nothing, the rows say what is due.

One machine: huey on a SQLite file of its own. Outgrown: huey on Redis. Figures and traps: docs/adr/0004-tasks.md.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import close_old_connections
from huey import PriorityRedisHuey, SqliteHuey


def _engine() -> Any:
    if settings.REDIS_URL:
        return PriorityRedisHuey("tokbridge", url=settings.REDIS_URL, results=False)
    return SqliteHuey("tokbridge", filename=str(settings.DATA_DIR / "tasks.sqlite3"), results=False, fsync=False)


huey = _engine()


@huey.pre_execute()  # type: ignore[untyped-decorator]
@huey.post_execute()  # type: ignore[untyped-decorator]
def _fresh_connections(*_args: object) -> None:
    """A database that was restarted must not break the tasks that follow."""
    close_old_connections()


@huey.task(priority=10)  # type: ignore[untyped-decorator]
def look_at_order(order_id: int, why: str) -> None:
    """Do what the order needs now."""
    from tokbridge.sync.work import work  # noqa: PLC0415 - the web process enqueues without loading the workers' code

    work(order_id, why)


@huey.task(priority=20)  # type: ignore[untyped-decorator]
def take_event(event_id: int) -> None:
    """Follow one webhook."""
    from tokbridge.sync.events import follow  # noqa: PLC0415

    follow(event_id)


@huey.task(priority=15)  # type: ignore[untyped-decorator]
def read_feed(account_id: int, feed: str) -> None:
    """Poll one feed of an account."""
    from tokbridge.sync.rounds import poll_feed  # noqa: PLC0415

    poll_feed(account_id, feed)


@huey.task(priority=15)  # type: ignore[untyped-decorator]
def read_store(store_id: int) -> None:
    """Poll one store."""
    from tokbridge.sync.rounds import poll_store  # noqa: PLC0415

    poll_store(store_id)


@huey.task(priority=12)  # type: ignore[untyped-decorator]
def advance_run(run_id: int) -> None:
    """Advance one run."""
    from tokbridge.sync.run_work import advance  # noqa: PLC0415

    advance(run_id)


def wake(order_ids: tuple[int, ...] | list[int], why: str) -> None:
    """Ask for these orders to be looked at soon."""
    for order_id in order_ids:
        look_at_order(order_id, why)
