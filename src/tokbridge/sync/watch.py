"""The store's side: parcels, cancellations and statuses that staff made there, by webhook and by poll."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterable

from django.db import transaction

from tokbridge.core.errors import OutsideError
from tokbridge.records.models import Binding, BindingState, Order, Store
from tokbridge.stores.nouns import Change
from tokbridge.sync.connections import web_store
from tokbridge.sync.limits import note_credential
from tokbridge.sync.parcel_poll import poll_parcels
from tokbridge.sync.storeside import store_parcels

LEASE = 60.0


def watch(store_id: int, every: float) -> list[int] | None:
    """Read what changed in the store since the last look; returns the orders to look at. None: another worker reads."""
    token = secrets.token_hex(8)
    now = time.time()
    mine = Store.objects.filter(pk=store_id, lease_token=token)
    if not Store.objects.filter(pk=store_id, lease_until__lt=now).update(
        lease_token=token, lease_until=now + LEASE, next_at=now + every
    ):
        return None
    web = web_store(store_id)
    changed: list[int] = []
    try:
        cursor = Store.objects.values_list("cursor", flat=True).get(pk=store_id)
        while True:
            began = time.time()
            page = web.store.changes_since(cursor)
            changed += take_changes(store_id, page.changes, began)
            cursor = page.cursor
            if not mine.update(cursor=cursor, lease_until=time.time() + LEASE):
                return changed
            if not page.more:
                break
        if web.store.poll_parcels:
            changed += poll_parcels(web, lambda: bool(mine.update(lease_until=time.time() + LEASE)))
        web.outside.accepted()
        return changed
    except OutsideError as error:
        note_credential(web.outside, error)
        raise
    finally:
        mine.update(lease_token="", lease_until=0)


def take_changes(store_id: int, changes: Iterable[Change], read_at: float) -> list[int]:
    """Keep what the store says of our orders; returns the ids of orders to look at. Foreign orders are passed over."""
    by_ref = {change.ref: change for change in changes}
    bindings = Binding.objects.filter(store_id=store_id, ref__in=by_ref).exclude(state=BindingState.RELEASED)
    due: list[int] = []
    for binding in bindings:
        change = by_ref[str(binding.ref)]
        parcels = change.parcels
        if parcels is None:
            parcels = tuple(web_store(store_id).store.parcels_of([change.ref]))
        with transaction.atomic():
            touched = store_parcels(binding, parcels)
            if change.cancelled and binding.cancelled_at is None:
                touched |= bool(Binding.objects.filter(pk=binding.pk, cancelled_at=None).update(cancelled_at=read_at))
            columns: dict[str, object] = {"store_status": change.status[:60], "store_read_at": read_at}
            if touched:
                columns |= {"due_at": read_at, "updated_at": read_at}
                due.append(binding.order_id)
            Order.objects.filter(pk=binding.order_id).update(**columns)
    return due


def look_at(store_id: int, refs: list[str]) -> list[int]:
    """A webhook named these store orders: read them now; returns the orders to look at."""
    known = list(
        Binding.objects.filter(store_id=store_id, ref__in=refs, state=BindingState.BOUND).values_list("ref", flat=True)
    )
    web = web_store(store_id)
    changes = []
    began = time.time()
    try:
        for ref in known:
            found = web.store.read_order(str(ref))
            if found is not None:
                changes.append(Change(found.ref, found.marker, found.status, found.cancelled, "", None, began))
    except OutsideError as error:
        note_credential(web.outside, error)
        raise
    return take_changes(store_id, changes, began)
