"""`fetch`: read orders from TikTok now."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

import typer
from django.conf import settings

from tokbridge.cli.show import as_json, desk, out, progress, refuse
from tokbridge.records.models import Account, Order
from tokbridge.sync import queue
from tokbridge.sync.feeds import fetch_ids, fetch_range, poll
from tokbridge.sync.intake import Intake

BUSY = 60.0  # seconds to wait for a worker that is reading the same feed


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
    if start is not None and end is not None and end <= start:
        refuse("--to lies before --from.")
    with desk():
        accounts = _accounts(account)
        began = time.time()
        brought = Intake()
        with progress("Reading orders", quiet=json) as show:
            for row in accounts:
                if ids:
                    brought += fetch_ids(row.pk, ids)
                elif start is not None:
                    brought += fetch_range(row.pk, start, end, show)
                else:
                    brought += _news(row, show)
        queue.wake(sorted(set(brought.due)), "fetch")
        missing = _not_there(ids or [], accounts, began)
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


def _news(row: Account, show: Any) -> Intake:
    """The feed's next window. A worker may be reading it at this moment: its turn first, then ours."""
    give_up = time.monotonic() + BUSY
    while True:
        brought = poll(row.pk, "orders", settings.POLL_SECONDS, show)
        if brought is not None:
            return brought
        if time.monotonic() > give_up:
            refuse(f"A worker has been reading the orders of {row.name} for {BUSY:.0f} s; they are being stored.")
        time.sleep(0.5)


def _accounts(shop_id: str) -> list[Account]:
    rows = list(Account.objects.exclude(authorisation__access_token="").order_by("name"))
    wanted = [row for row in rows if not shop_id or row.shop_id == shop_id]
    if not rows:
        refuse("No TikTok shop is connected; `tokbridge check` says which settings are missing.")
    if not wanted:
        refuse(
            f"No shop {shop_id} is connected. There are: " + ", ".join(f"{row.shop_id} ({row.name})" for row in rows)
        )
    return wanted


def _not_there(ids: list[str], accounts: list[Account], began: float) -> list[str]:
    there = Order.objects.filter(account__in=accounts, tiktok_id__in=ids, read_at__gte=began)
    known = set(there.values_list("tiktok_id", flat=True))
    return [order_id for order_id in ids if order_id not in known]


def _moment(option: str, text: str, is_end: bool) -> int | None:
    """Unix seconds; a bare date as an end means the end of that day."""
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        refuse(f"{option}: {text!r} is not a date such as 2026-11-22 or 2026-11-22T08:00:00")
    found = found if found.tzinfo else found.replace(tzinfo=UTC)
    if is_end and len(text) == len("2026-11-22"):
        found += timedelta(days=1)
    return int(found.timestamp())
