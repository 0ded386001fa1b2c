"""`fetch`: read orders from TikTok now."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Annotated

import typer

from tokbridge.cli.show import as_json, desk, out, progress, refuse
from tokbridge.core.days import FIRST_DAY, LAST_DAY
from tokbridge.sync import queue
from tokbridge.sync.feeds import fetch_range
from tokbridge.sync.fetching import accounts_to_ask, fetch_named, fetch_news, not_there
from tokbridge.sync.intake import Intake


def add_commands(app: typer.Typer) -> None:
    app.command()(fetch)


def fetch(
    ids: Annotated[list[str] | None, typer.Argument(help="TikTok order ids.")] = None,
    new: Annotated[bool, typer.Option("--new", help="What changed since the last reading (the default).")] = False,
    since: Annotated[
        str, typer.Option("--from", help="Orders changed since this date (2026-11-22, or with a time; UTC).")
    ] = "",
    until: Annotated[str, typer.Option("--to", help="… up to this date, which is included. Default: now.")] = "",
    account: Annotated[str, typer.Option(help="Only this TikTok shop id.")] = "",
    json: Annotated[bool, typer.Option("--json", help="One line of JSON.")] = False,
) -> None:
    """Read orders from TikTok now: new ones, those of a time range, or named ones."""
    if sum((new, bool(since or until), bool(ids))) > 1:
        refuse("Take one of: --new, --from with --to, or order ids.")
    if until and not since:
        refuse("--to needs --from.")
    start, end = _moment("--from", since, False), _moment("--to", until, True)
    if start is not None:
        _check(start, end)
    with desk():
        accounts = accounts_to_ask(account)
        began = time.time()
        brought, missing = Intake(), ids or []
        with progress("Reading orders", quiet=json) as show:
            for row in accounts:
                if ids:
                    for answer in fetch_named(row.pk, missing, partial(show, len(ids) - len(missing), len(ids))):
                        brought += answer.brought
                    missing = not_there(ids, [one.pk for one in accounts], began)
                elif start is not None:
                    brought += fetch_range(row.pk, start, end, show)
                else:
                    brought += fetch_news(row, show)
        queue.wake(sorted(set(brought.due)), "fetch")
    result = {
        "new": len(set(brought.new)),
        "changed": len(set(brought.changed) - set(brought.new)),
        "unreadable": brought.unreadable,
        "not_found": missing,
    }
    if json:
        as_json(result)
    else:
        out().print(f"new {result['new']}, changed {result['changed']}, unreadable {result['unreadable']}")
        if missing:
            out().print("TikTok does not know: " + ", ".join(missing))
    if missing:
        raise typer.Exit(1)


def _check(start: int, end: int | None) -> None:
    if end is not None and end <= start:
        refuse("--to lies before --from.")
    if start > time.time():
        refuse("--from lies in the future: no order can have changed since.")


def _moment(option: str, text: str, is_end: bool) -> int | None:
    """Unix seconds; a bare date as an end means the end of that day."""
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or not FIRST_DAY <= found.date() <= LAST_DAY:
        days = f"from {FIRST_DAY} to {LAST_DAY}"
        refuse(f"{option}: {text!r} is not a date {days}, such as 2026-11-22 or 2026-11-22T08:00:00")
    found = found if found.tzinfo else found.replace(tzinfo=UTC)
    if is_end and len(text) == len("2026-11-22"):
        found += timedelta(days=1)
    return int(found.timestamp())
