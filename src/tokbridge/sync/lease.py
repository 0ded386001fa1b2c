"""Who works on an order right now: a compare-and-set on its row, with a token that fences every commit.

A lease lasts 60 s, every outside call at most 20 s, and the lease is renewed right before a write is sent; so a write
never starts under a lease that another worker may have taken.
"""

from __future__ import annotations

import secrets
import time
from typing import Any

from django.conf import settings
from django.db.models import Case, F, FloatField, Q, Value, When
from django.db.models.functions import Least

from tokbridge.records.models import Order

LEASE = 60.0


class LeaseLost(Exception):
    """Somebody else works on this order; everything not yet committed is dropped."""


class FactsChanged(LeaseLost):
    """News arrived while a step was prepared; it is dropped before anything was sent, and the order is looked at anew."""


class Lease:
    """The right to work on one order. `update` is the only way to write the order's own columns."""

    def __init__(self, order_id: int, token: str) -> None:
        self.order_id = order_id
        self.token = token
        self._renewed_at = time.time()

    @classmethod
    def take(cls, order_id: int) -> Lease | None:
        """None when somebody else has it. Clears `due_at`: what arrives meanwhile sets it anew and is not lost; and
        `woken_at`: the wake-up was followed, so the next moment at which it is due is no repetition."""
        now = time.time()
        token = f"{settings.WORKER_NAME}:{secrets.token_hex(8)}"
        taken = Order.objects.filter(pk=order_id, lease_until__lt=now).update(
            lease_token=token, lease_until=now + LEASE, due_at=None, woken_at=0
        )
        return cls(order_id, token) if taken else None

    def check(self) -> None:
        """Renew it; called right before a write is sent. Raises `LeaseLost`."""
        self.update(lease_until=time.time() + LEASE)

    def update(self, **columns: Any) -> None:
        """Write columns of the order under this lease. Raises `LeaseLost`, so that a surrounding transaction ends."""
        if not Order.objects.filter(pk=self.order_id, lease_token=self.token).update(**columns):
            raise LeaseLost(str(self.order_id))

    def release(self, due_at: float | None, **columns: Any) -> bool:
        """Give it back and say when to look again; what became due meanwhile stays due. True: due at once."""
        moment: Any = F("due_at")
        if due_at is not None:
            moment = Case(
                When(Q(due_at__isnull=True), then=Value(due_at, FloatField())),
                default=Least(F("due_at"), Value(due_at, FloatField())),
            )
        Order.objects.filter(pk=self.order_id, lease_token=self.token).update(
            lease_token="", lease_until=0, due_at=moment, **columns
        )
        return Order.objects.filter(pk=self.order_id, due_at__lte=time.time()).exists()


def free_leases_of(worker: str) -> int:
    """Called by a worker that has just started under its exclusive name: what it held before, it lost with its life."""
    return Order.objects.filter(lease_token__startswith=f"{worker}:").update(lease_token="", lease_until=0, due_at=0)
