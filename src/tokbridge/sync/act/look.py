"""Looking: reading one side again, and finding out what came of a creation."""

from __future__ import annotations

import time

from django.db import transaction

from tokbridge.core.errors import OrderGone, Retry
from tokbridge.core.facts import Step
from tokbridge.core.saying import say
from tokbridge.core.status import Status
from tokbridge.records import direct
from tokbridge.records.models import Binding, BindingState, Instruction, Outcome
from tokbridge.stores.nouns import StoreOrder
from tokbridge.sync import journal
from tokbridge.sync.connections import WebStore
from tokbridge.sync.facts import View
from tokbridge.sync.feeds import fetch_ids
from tokbridge.sync.lease import Lease
from tokbridge.sync.storeside import base_columns, bound_columns, out_of_sight, store_of, store_parcels

_WISH_FULFILLED = (
    "UPDATE records_instruction SET done_at = %s, result = %s"
    " WHERE order_id = %s AND verb IN ('create', 'recreate') AND done_at IS NULL"
)
LOOK_AGAIN = 10.0  # seconds between two looks for a creation whose outcome is not known, at most


def look_tiktok(view: View, step: Step, lease: Lease, why: str) -> None:
    """Read the order from TikTok now; what it says is stored by the one intake. A person who asks gets both sides; when
    he asked for many orders, TikTok's side was read for all of them together (`desk.instruct`, `read_since`)."""
    wish = next((wish for wish in view.wishes if step.subject == f"wish {wish.pk}"), None)
    since = wish.args.get("read_since") if wish else None
    began = time.time()
    if since is None or view.row.read_at < since:
        fetch_ids(view.account.pk, [view.row.tiktok_id])
    else:
        began = view.row.read_at
    if step.subject.startswith("wish "):
        if view.binding is not None and view.binding.ref is not None:
            look_store(view, step, lease, why)
        Instruction.objects.filter(pk=int(step.subject[5:])).update(done_at=time.time(), result=say("read from TikTok"))
    lease.update(read_at=began)


def look_marker(view: View, step: Step, lease: Lease, why: str) -> None:
    """Find the store order of an open intention. Found: bound. Empty after the settle time: it was not created."""
    binding = view.binding
    assert binding is not None  # noqa: S101 - decide() looks only for an intention
    web = store_of(view)
    asked_at = time.time()
    row = journal.begin(view.row.pk, step.do, "", say("{why} ({occasion})", why=step.why, occasion=why))
    found = web.store.find_order(binding.marker)
    if found is not None:
        bind_found(web, lease, binding, found)
        journal.end(row, Outcome.FOUND, f"{found.number} ({found.ref})")
        return
    journal.end(row, Outcome.EMPTY)
    settled_at = binding.intended_at + web.store.settle
    if asked_at < settled_at:
        pause = min(settled_at - asked_at + 0.1, LOOK_AGAIN)
        raise Retry("not found yet", "the store may still be creating the order", after=pause)
    with transaction.atomic():
        lease.check()
        Binding.objects.filter(pk=binding.pk, state=BindingState.INTENDED).update(state=BindingState.ABSENT)


def bind_found(web: WebStore, lease: Lease, binding: Binding, found: StoreOrder) -> None:
    """Bind a store order that was there already. Staff may have shipped of it meanwhile, and the store's feed has told so
    when nobody knew whose it was."""
    parcels = web.store.parcels_of([found.ref])
    with transaction.atomic():
        bind(lease, binding, found)
        binding.refresh_from_db()
        store_parcels(binding, parcels)


def bind(lease: Lease, binding: Binding, found: StoreOrder) -> None:
    """Tie the order to its store order, once; what the read-back shows is kept beside it. However it was found, a
    person's wish to create it is fulfilled."""
    columns = bound_columns(binding, found)
    direct.update(Binding, {"id": binding.pk, "state": BindingState.INTENDED}, columns)
    now = time.time()
    news = {"store_number": found.number, "store_status": found.status[:60], "created_at": now, "store_read_at": now}
    lease.update(**news, **base_columns(found))
    direct.execute(_WISH_FULFILLED, [time.time(), say("created as {number}", number=found.number), binding.order_id])


def look_store(view: View, _step: Step, lease: Lease, _why: str) -> None:
    """Read the store order and its parcels now. One that is cancelled, on TikTok or there, may as well be gone."""
    binding = view.binding
    assert binding is not None and binding.ref is not None  # noqa: S101 - decide() asks only for bound orders
    web = store_of(view)
    began = time.time()
    found = web.store.read_order(binding.ref)
    cancelled = view.facts.status is Status.CANCELLED and not out_of_sight(view)
    if found is None and (binding.cancelled_at is not None or cancelled):
        lease.update(store_read_at=began)
        return
    if found is None:
        raise OrderGone("the store no longer has this order")
    parcels = web.store.parcels_of([binding.ref])
    with transaction.atomic():
        columns = {"store_read_at": began, "store_status": found.status[:60], **base_columns(found)}
        if found.cancelled and binding.cancelled_at is None:
            Binding.objects.filter(pk=binding.pk).update(cancelled_at=began)
        store_parcels(binding, parcels)
        lease.update(**columns)
