"""Does the merchant's stock remedy run? Proven with the first order of each day, by what the store says is reserved.

Magento reserves nothing for orders made the direct way; a job on the merchant's side adds it (reference
magento-rest.md 5), and no call can see that job. So the units reserved of one SKU are read before an order is created
and again some time after: they must have grown by what was ordered. `Store.stock_proof` keeps the last proof:
{state: "waiting" | "proven" | "missing", order, variant, sku, quantity, reserved, at, tries}.
"""

from __future__ import annotations

import time
from typing import Any

import structlog
from django.conf import settings
from django.db.models import Q

from tokbridge.core.errors import Actor, OutsideError, Refused
from tokbridge.core.plan import Plan
from tokbridge.core.saying import say
from tokbridge.core.status import SHIPPABLE
from tokbridge.records.models import Binding, BindingState, Parcel, Store
from tokbridge.stores.nouns import Stock
from tokbridge.sync.connections import WebStore, web_store
from tokbridge.sync.journal import close_connection_problem, note_connection_problem

AGAIN = 24  # a proof is good for this many of TikTok's hours
MOST, AT_ONCE = 2000, 50  # open orders that are looked through; store orders asked for parcels in one call
TRIES = 3  # the job may run rarely: so many looks, a quarter of an hour apart, before it counts as missing

log = structlog.get_logger()


def pause() -> float:
    """Seconds between an order and the look whether its units are reserved: a quarter of an hour, less in a demo."""
    return settings.HOLD_SECONDS / 4


def before_creation(web: WebStore, plan: Plan) -> None:
    """Note what is reserved now, when a new proof is due; called right before an order is created."""
    if not web.store.stock_to_prove:
        return
    last = Store.objects.values_list("stock_proof", flat=True).get(pk=web.row_id)
    fresh = last.get("at", 0) > time.time() - AGAIN * settings.HOLD_SECONDS
    if last.get("state") == "waiting" or (last.get("state") == "proven" and fresh):
        return
    row = next((line for line in plan.lines if line.variant), None)
    if row is None:
        return
    try:
        reserved = _reserved(web.store.stock([row.variant]).get(row.variant))
    except OutsideError as error:  # a proof that cannot be begun holds up no order
        log.info("the stock proof could not be begun; the next order begins it", code=error.code)
        return
    if reserved is None:
        return
    units = sum(line.quantity for line in plan.lines if line.variant == row.variant)
    proof = {
        "state": "waiting",
        "order": plan.order_id,
        "variant": row.variant,
        "sku": row.seller_sku,
        "quantity": units,
        "reserved": reserved,
        "at": time.time(),
        "tries": 0,
    }
    Store.objects.filter(pk=web.row_id).update(stock_proof=proof)


def look_for_reservations() -> None:
    """Look again at every proof that waits; one of the rounds."""
    for row in Store.objects.filter(stock_proof__state="waiting"):
        proof: dict[str, Any] = row.stock_proof
        if time.time() < proof["at"] + pause() * (proof["tries"] + 1):
            continue
        try:
            _look(row, proof)
        except OutsideError as error:
            log.info("the stock proof could not be read; it is read again", store=row.address, code=error.code)


def _look(row: Store, proof: dict[str, Any]) -> None:
    if not _undisturbed(row.pk, proof):
        _keep(row.pk, {})  # what moved meanwhile hides what the remedy does; the next order proves it
        return
    web = web_store(row.pk)
    reserved = _reserved(web.store.stock([proof["variant"]]).get(proof["variant"]))
    if reserved is None:
        _keep(row.pk, {})
        return
    if reserved - proof["reserved"] >= proof["quantity"]:
        _keep(row.pk, {**proof, "state": "proven", "reserved_after": reserved})
        close_connection_problem(row.connection_id, "stock_not_reserved")
        log.info("the store reserves stock for our orders", store=row.address, sku=proof["sku"])
        return
    tries = proof["tries"] + 1
    state = "missing" if tries >= TRIES else "waiting"
    _keep(row.pk, {**proof, "tries": tries, "state": state, "reserved_after": reserved})
    if state == "missing":
        words = say(
            "order {order} took {n} of {sku}, but the store reserves {reserved} of it"
            " as against {before} before: the units are still on offer",
            order=proof["order"],
            n=proof["quantity"],
            sku=proof["sku"],
            reserved=reserved,
            before=proof["reserved"],
        )
        note_connection_problem(row.connection_id, "stock_not_reserved", Refused("stock", words, Actor.OWNER))


def _undisturbed(store_id: int, proof: dict[str, Any]) -> bool:
    """The store order stands as it was made, and no other order of ours with the same variant was made, shipped or
    cancelled since: each of them moves what is reserved. The store itself is asked for parcels we have not seen yet."""
    since, order_id = float(proof["at"]), str(proof["order"])
    there = Binding.objects.filter(store_id=store_id, state=BindingState.BOUND)
    own = there.filter(order__tiktok_id=order_id, cancelled_at=None).first()
    if own is None or own.cancelled_lines:
        return False
    recent = there.exclude(pk=own.pk).filter(Q(bound_at__gte=since) | Q(cancelled_at__gte=since))
    if any(_holds(one, proof) for one in recent.only("rows")):
        return False
    unshipped = there.exclude(pk=own.pk).filter(cancelled_at=None, order__status__in=SHIPPABLE)
    others = [one for one in unshipped.only("rows", "ref", "order_id")[:MOST] if _holds(one, proof)]
    seen = Parcel.objects.filter(order_id__in=[own.order_id, *(one.order_id for one in others)], in_store=True)
    if seen.filter(Q(order_id=own.order_id, cancelled=False) | Q(seen_at__gte=since)).exists():
        return False
    shipped_before = set(seen.values_list("order_id", flat=True))
    quiet = [own, *(one for one in others if one.order_id not in shipped_before)][:AT_ONCE]
    store = web_store(store_id).store
    found = store.read_order(str(own.ref))
    return found is not None and not found.cancelled and not store.parcels_of([str(one.ref) for one in quiet])


def _holds(binding: Binding, proof: dict[str, Any]) -> bool:
    return any(row.get("variant") == proof["variant"] for row in binding.rows)


def _reserved(stock: Stock | None) -> int | None:
    if stock is None or stock.on_hand is None or stock.available is None:
        return None
    return stock.on_hand - stock.available


def _keep(store_id: int, proof: dict[str, Any]) -> None:
    Store.objects.filter(pk=store_id).update(stock_proof=proof)
