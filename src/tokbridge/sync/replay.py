"""Trying orders again at once, many at a time: after somebody has changed what stood in their way."""

from __future__ import annotations

import time
from collections.abc import Sequence

from django.db import transaction

from tokbridge.core.saying import say
from tokbridge.records.models import Instruction, Order, Problem, User
from tokbridge.sync import queue

AT_ONCE = 50  # orders in one write transaction: an order, its instruction and its few problems each
WOKEN = 1000  # so many are woken right away; the sweep finds the rest, which are due as well


def replay(order_ids: Sequence[int], *, by: User | None, cause: str, after: float = 0) -> int:
    """Make these orders due and forget their back-off; archived ones are left alone. Returns how many are tried.

    `cause`: what the person did, in a few words, for each order's record. `after`: seconds until they are due, for a
    change that other processes notice only then.
    """
    tried: list[int] = []
    for start in range(0, len(order_ids), AT_ONCE):
        chunk = list(dict.fromkeys(order_ids[start : start + AT_ONCE]))
        now = time.time()
        with transaction.atomic():
            living = list(Order.objects.filter(pk__in=chunk, archived_at=None).values_list("pk", flat=True))
            Problem.objects.filter(order_id__in=living, closed_at__isnull=True).update(next_at=None)
            Instruction.objects.bulk_create(
                Instruction(order_id=pk, verb="replay", by=by, at=now, done_at=now, result=cause[:300]) for pk in living
            )
            Order.objects.filter(pk__in=living).update(due_at=now + after, woken_at=0)
        tried += living
    if not after:
        queue.wake(tried[:WOKEN], say("a person asked to try again"))
    return len(tried)
