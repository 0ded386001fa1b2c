"""Who advances a run right now: as `sync.lease` for orders, a compare-and-set on the run's row."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterable
from typing import Any

from django.conf import settings

from tokbridge.records import direct
from tokbridge.records.models import Run, RunItem

LEASE = 60.0


class RunLost(Exception):
    """Another worker advances this run; what is not committed is dropped."""


class RunLease:
    """The right to advance one run; every write of it stands in a transaction with `check` or goes through `update`."""

    def __init__(self, run_id: int, token: str) -> None:
        self.run_id = run_id
        self._mine = Run.objects.filter(pk=run_id, lease_token=token)

    @classmethod
    def take(cls, run_id: int) -> RunLease | None:
        """None when another worker has it, or the run is over."""
        now = time.time()
        token = f"{settings.WORKER_NAME}:{secrets.token_hex(8)}"
        free = Run.objects.filter(pk=run_id, ended_at__isnull=True, lease_until__lt=now)
        taken = free.update(lease_token=token, lease_until=now + LEASE)
        return cls(run_id, token) if taken else None

    def check(self) -> None:
        """Renew it. Raises `RunLost`, so that a surrounding transaction ends."""
        self.update(lease_until=time.time() + LEASE)

    def update(self, **columns: Any) -> None:
        """Write columns of the run. Raises `RunLost`."""
        if not self._mine.update(**columns):
            raise RunLost(str(self.run_id))

    def release(self, next_at: float, words: str) -> None:
        """Give it back and say when to look again, and why it stands still if it does."""
        self._mine.update(lease_token="", lease_until=0, next_at=next_at, words=words[:300])

    def write(self, items: Iterable[RunItem]) -> None:
        """Keep how these items stand, at most 200; in a transaction with `check`. Row by row: composing one statement
        for all of them takes ten times as long as running these."""
        for item in items:
            news = {
                "state": str(item.state),
                "subject": item.subject,
                "words": item.words,
                "code": item.code,
                "asked_at": item.asked_at,
            }
            direct.update(RunItem, {"id": item.pk}, news)
