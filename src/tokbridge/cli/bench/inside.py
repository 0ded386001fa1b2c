"""What runs inside the measured installation: a process of its own, told what to do by its argument, answering with
JSON lines. `python -m tokbridge.cli.bench.inside intake|carry|page`."""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from typing import Any

DEEP_SLEEP = 86400.0  # seconds; what the bench does not measure is not due while it runs


def intake() -> None:
    """Connect, then read the whole list once, measured."""
    from tokbridge.records.models import Account, Order
    from tokbridge.sync.feeds import poll

    _connect()
    account = Account.objects.get()
    _say(ready=True)
    sys.stdin.readline()
    before, began = _cpu(), time.perf_counter()
    poll(account.pk, "orders", DEEP_SLEEP)
    seconds, cpu = time.perf_counter() - began, _cpu() - before
    _say(seconds=seconds, cpu=cpu, rss_mb=_peak_mb(), stored=Order.objects.count())


def carry() -> None:
    """Connect, import everything, and let it become due on command; then tell what came of it."""
    from django.db.models import Max, Min

    from tokbridge.records.models import Account, Attempt, Order, Store, Watermark
    from tokbridge.sync import prove
    from tokbridge.sync.feeds import poll
    from tokbridge.sync.prepare import prepare_store

    _connect()
    store, account = Store.objects.get(), Account.objects.get()
    prepare_store(store.pk)
    poll(account.pk, "orders", DEEP_SLEEP)
    later = time.time() + DEEP_SLEEP
    Store.objects.update(prepare_at=later, next_at=later)
    Account.objects.update(prepare_at=later)
    for feed in ("orders", "cancellations", "day", prove.FEED):
        Watermark.objects.update_or_create(account=account, feed=feed, defaults={"next_at": later})
    Order.objects.update(due_at=None)
    _say(ready=True)
    sys.stdin.readline()
    Order.objects.update(due_at=time.time(), read_at=time.time(), woken_at=0)
    swept: float | None = None
    while swept is None:  # the mark of the sweep goes when an order is taken up; an order taken up has an attempt
        time.sleep(0.005)
        marked = Order.objects.filter(woken_at__gt=0).aggregate(at=Min("woken_at"))["at"]
        swept = marked or Attempt.objects.aggregate(at=Min("began_at"))["at"]
    _say(due=True)
    while sys.stdin.readline():
        done = Order.objects.filter(created_at__isnull=False, lease_token="")
        _say(swept_at=swept, created=done.count(), last_at=done.aggregate(at=Max("created_at"))["at"])


def page() -> None:
    """Fill the database, ask for pages, tell the figures."""
    from tokbridge.cli.bench import page_inside

    _say(**page_inside.page())


def _connect() -> None:
    from django.core.management import call_command

    from tokbridge.sync.setup import connect_from_settings

    call_command("migrate", verbosity=0, interactive=False)
    connect_from_settings()


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _peak_mb() -> float:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1024 * 1024 if sys.platform == "darwin" else 1024)


def _say(**told: Any) -> None:
    print(json.dumps(told), flush=True)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tokbridge.project.settings")
    import django
    import structlog

    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))  # standard output is for figures
    django.setup()
    {"intake": intake, "carry": carry, "page": page}[sys.argv[1]]()
