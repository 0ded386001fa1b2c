"""Runs are kept for a time. What is over for longer is erased, a little at a time, so that nobody waits for it."""

from __future__ import annotations

import time

import structlog
from django.conf import settings

from tokbridge.records.models import ParcelTable, Run, RunItem

AT_ONCE = 200  # rows in one write transaction
MOST = 10_000  # rows in one go
DAY = 86400.0

log = structlog.get_logger()


def erase_old_runs() -> bool:
    """Erase what is over for more than `settings.KEEP_RUNS_DAYS`; True when more is left than one go takes. A run goes
    after its last result, so whoever opens it meanwhile sees a run with fewer of them. Any number of workers may. A table
    of parcels that nobody has started for a day goes with them."""
    ParcelTable.objects.filter(at__lt=time.time() - DAY).delete()
    old = Run.objects.filter(ended_at__lt=time.time() - settings.KEEP_RUNS_DAYS * DAY).order_by("id")
    room = MOST
    for run_id in old.values_list("pk", flat=True)[:MOST]:
        while room > 0:
            room -= AT_ONCE
            items = list(RunItem.objects.filter(run=run_id).values_list("pk", flat=True)[:AT_ONCE])
            if not items:
                Run.objects.filter(pk=run_id).delete()
                log.info("old run erased", run=run_id)
                break
            RunItem.objects.filter(pk__in=items).delete()
        if room <= 0:
            break
    return room <= 0 and old.exists()
