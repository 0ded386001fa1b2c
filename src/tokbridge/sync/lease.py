"""Who works on an order right now: a compare-and-set on its row, with a token that fences every commit.

A lease lasts 60 s, every outside call at most 20 s, and the lease is renewed right before a write is sent; so a write
never starts under a lease that another worker may have taken.
"""

from __future__ import annotations

import math
import secrets
import time
from typing import Any

from django.conf import settings

from tokbridge.records import direct
from tokbridge.records.models import Order

LEASE = 60.0
JUST_RENEWED = 1.0  # a lease renewed this recently cannot have been taken by anybody, nor the machine have slept since

_TAKE = (
    "UPDATE records_order SET lease_token = %s, lease_until = %s, due_at = NULL, woken_at = 0"
    " WHERE id = %s AND lease_until < %s"
)
_RELEASE = (
    "UPDATE records_order SET {news} lease_token = '', lease_until = 0,"
    " due_at = CASE WHEN due_at < %s THEN due_at ELSE %s END"
    " WHERE id = %s AND lease_token = %s RETURNING due_at"
)


class LeaseLost(Exception):
    """Somebody else works on this order; everything not yet committed is dropped."""


class FactsChanged(LeaseLost):
    """News arrived while a step was prepared; it is dropped before anything was sent, and the order is looked at anew."""


class Lease:
    """The right to work on one order. `update` is the only way to write the order's own columns."""

    def __init__(self, order_id: int, token: str) -> None:
        self.order_id = order_id
        self.token = token
        self._renewed_at = 0.0

    @classmethod
    def take(cls, order_id: int) -> Lease | None:
        """None when somebody else has it. Clears `due_at`: what arrives meanwhile sets it anew and is not lost; and
        `woken_at`: the wake-up was followed, so the next moment at which it is due is no repetition."""
        now = time.time()
        token = f"{settings.WORKER_NAME}:{secrets.token_hex(8)}"
        taken = direct.execute(_TAKE, [token, now + LEASE, order_id, now])
        return cls(order_id, token) if taken else None

    def check(self) -> None:
        """Renew it. Raises `LeaseLost`, so that a surrounding transaction ends."""
        now = time.time()
        self.update(lease_until=now + LEASE)
        self._renewed_at = now

    def before_sending(self) -> None:
        """Called right before a write is sent. Raises `LeaseLost`."""
        if not 0 <= time.time() - self._renewed_at < JUST_RENEWED:
            self.check()

    def update(self, **columns: Any) -> None:
        """Write columns of the order under this lease. Raises `LeaseLost`, so that a surrounding transaction ends."""
        if not direct.update(Order, {"id": self.order_id, "lease_token": self.token}, columns):
            raise LeaseLost(str(self.order_id))

    def release(self, due_at: float | None, **columns: Any) -> bool:
        """Give it back and say when to look again; what became due meanwhile stays due. True: due at once."""
        sql = _RELEASE.format(news="".join(f"{name} = %s," for name in columns))
        sooner_than = math.inf if due_at is None else due_at
        left = direct.row_of(sql, [*columns.values(), sooner_than, due_at, self.order_id, self.token])
        return left is not None and left[0] is not None and left[0] <= time.time()


def free_leases_of(worker: str) -> int:
    """Called by a worker that has just started under its exclusive name: what it held before, it lost with its life."""
    return Order.objects.filter(lease_token__startswith=f"{worker}:").update(lease_token="", lease_until=0, due_at=0)
