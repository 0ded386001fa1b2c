from __future__ import annotations

from django.db import transaction

from tokbridge.core.address import to_plan_address
from tokbridge.core.facts import Step
from tokbridge.core.saying import say
from tokbridge.records.models import Binding
from tokbridge.sync.act.attempt import attempt
from tokbridge.sync.act.create import neutral
from tokbridge.sync.facts import View
from tokbridge.sync.lease import Lease
from tokbridge.sync.order_rows import address_digest
from tokbridge.sync.storeside import store_of


def update_address(view: View, step: Step, lease: Lease, why: str) -> None:
    """Carry the buyer's new address to the store order. The address itself stays out of the journal."""
    binding = view.binding
    assert binding is not None and binding.ref is not None  # noqa: S101 - decide() updates bound orders only
    order = neutral(view)
    assert order.recipient is not None  # noqa: S101 - a digest exists only with an address
    with attempt(view, step, why) as told:
        store_of(view).store.update_address(binding.ref, to_plan_address(order.recipient))
        with transaction.atomic():
            lease.check()
            Binding.objects.filter(pk=binding.pk).update(address_digest=address_digest(order))
        told.answer = say("updated")
