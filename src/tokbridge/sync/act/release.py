"""Letting a store order go that is cancelled or gone, so that the order gets a new one."""

from __future__ import annotations

import time

from django.db import transaction

from tokbridge.core.facts import Step
from tokbridge.core.saying import say
from tokbridge.records.models import Binding, BindingState, Instruction, Outcome, Parcel
from tokbridge.stores.base import Store
from tokbridge.stores.nouns import StoreOrder
from tokbridge.sync.act.attempt import attempt
from tokbridge.sync.facts import View
from tokbridge.sync.lease import Lease
from tokbridge.sync.storeside import out_of_sight, store_of

_FORGOTTEN = {  # columns of the order that told of the old store order
    "store_number": None,
    "store_status": "",
    "created_at": None,
    "base_total": None,
    "base_currency": None,
    "base_rate": None,
}


def release(view: View, step: Step, lease: Lease, why: str) -> None:
    """Ask the store for the old order, by its id and by its mark. Cancelled or gone: the binding is released, and what
    follows is the creation of any order without a store order, under a mark of its own ("-2"). Still alive, or of an age
    at which the store may hide it: the person is told, and nothing changes."""
    binding = view.binding
    assert binding is not None and binding.ref is not None  # noqa: S101 - decide() releases bound orders only
    wish_id = int(step.subject.removeprefix("wish "))
    with attempt(view, step, why, binding.number) as told:
        began = time.time()
        old, alive = _look(store_of(view).store, binding)
        with transaction.atomic():
            lease.check()
            if words := _why_not(view, old, alive):
                Instruction.objects.filter(pk=wish_id).update(done_at=began, refused=True, result=words)
                told.outcome = Outcome.REFUSED
                told.end(words)
            else:
                _let_go(binding, old, began)
                lease.update(store_read_at=began, **_FORGOTTEN)
                told.end(say("it is cancelled in the store") if old else say("the store no longer has it"))


def _look(store: Store, binding: Binding) -> tuple[StoreOrder | None, StoreOrder | None]:
    """The old store order, and one that is alive: that one, or another with its mark."""
    old = store.read_order(str(binding.ref))
    marked = store.find_order(binding.marker) if old is None or old.cancelled else old
    return old, next((one for one in (old, marked) if one is not None and not one.cancelled), None)


def _why_not(view: View, old: StoreOrder | None, alive: StoreOrder | None) -> str:
    """Why the old store order is kept; "" when it is cancelled or gone."""
    if alive is not None:
        return say("the store order {number} is not cancelled there; cancel it first", number=alive.number)
    if old is None and view.policy.oldest is not None and out_of_sight(view):
        days = view.policy.oldest // 86400
        return say(
            "the store may hide orders placed more than {days} days ago, so nobody knows that it is gone", days=days
        )
    return ""


def _let_go(binding: Binding, old: StoreOrder | None, at: float) -> None:
    """A store that deleted the order may give its id away again, so the binding keeps only that of one that is there."""
    Binding.objects.filter(pk=binding.pk).update(
        state=BindingState.RELEASED, cancelled_at=binding.cancelled_at or at, ref=old.ref if old else None
    )
    parcels = Parcel.objects.filter(order_id=binding.order_id)
    parcels.filter(origin="store", tiktok_number="").update(cancelled=True)  # nobody else knows of these
    parcels.update(store_ref=None, in_store=False)
