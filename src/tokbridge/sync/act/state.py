"""What the store order is told of its own state: a status by the channel's map, an invoice for what was shipped."""

from __future__ import annotations

from django.db import transaction

from tokbridge.core.facts import Step
from tokbridge.core.saying import say
from tokbridge.records.models import Binding
from tokbridge.sync.act.attempt import attempt, units_told
from tokbridge.sync.facts import View
from tokbridge.sync.lease import Lease
from tokbridge.sync.storeside import base_columns, store_of


def update_status(view: View, step: Step, lease: Lease, why: str) -> None:
    """Give the store order the status that the channel maps TikTok's status to. That it was given is written down
    before anything else is asked, else staff who change it meanwhile would have their change taken back."""
    binding = view.binding
    assert binding is not None and binding.ref is not None  # noqa: S101 - decide() gives statuses to bound orders only
    with attempt(view, step, why, step.subject) as told:
        store = store_of(view).store
        store.set_status(binding.ref, step.subject)
        with transaction.atomic():
            lease.check()
            Binding.objects.filter(pk=binding.pk).update(status_given=step.subject)
            told.end(say("given"))
        found = store.read_order(binding.ref)
        if found is not None:
            lease.update(store_status=found.status[:60], **base_columns(found))


def invoice(view: View, step: Step, lease: Lease, why: str) -> None:
    """Have the store invoice what was shipped there."""
    binding = view.binding
    assert binding is not None and binding.ref is not None  # noqa: S101 - decide() invoices bound orders only
    shipped = {line for one in view.parcels if one.in_store and not one.cancelled for line in one.line_ids}
    with attempt(view, step, why, units_told(len(shipped))) as told:
        store_of(view).store.book_shipped(binding.ref)
        with transaction.atomic():
            lease.check()
            Binding.objects.filter(pk=binding.pk).update(invoiced_lines=sorted(shipped))
        told.answer = say("invoiced")
