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
from tokbridge.records.models import Binding, BindingState, Parcel, Store
from tokbridge.stores.base import Stock
from tokbridge.sync.connections import WebStore, web_store
from tokbridge.sync.journal import close_connection_problem, note_connection_problem

AGAIN = 24  # a proof is good for this many of TikTok's hours
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
    if not _still_open(row.pk, str(proof["order"])):
        _keep(row.pk, {})  # shipped or cancelled meanwhile: its reservation is gone again; the next order proves it
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
        words = (
            f"order {proof['order']} took {proof['quantity']} of {proof['sku']}, but the store reserves {reserved} of it "
            f"as against {proof['reserved']} before: the units are still on offer"
        )
        note_connection_problem(row.connection_id, "stock_not_reserved", Refused("stock", words, Actor.OWNER))


def _still_open(store_id: int, order_id: str) -> bool:
    """The store order stands, and nothing of it was shipped or cancelled."""
    binding = Binding.objects.filter(
        Q(store_id=store_id, order__tiktok_id=order_id, state=BindingState.BOUND, cancelled_at=None)
    ).first()
    if binding is None or binding.cancelled_lines:
        return False
    return not Parcel.objects.filter(order_id=binding.order_id, in_store=True, cancelled=False).exists()


def _reserved(stock: Stock | None) -> int | None:
    if stock is None or stock.on_hand is None or stock.available is None:
        return None
    return stock.on_hand - stock.available


def _keep(store_id: int, proof: dict[str, Any]) -> None:
    Store.objects.filter(pk=store_id).update(stock_proof=proof)
