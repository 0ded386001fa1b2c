"""Telling TikTok the store's order numbers, a hundred at a time; shown in Seller Center, needed by nothing else."""

from __future__ import annotations

import time

import structlog

from tokbridge.core.errors import OutsideError, Refused
from tokbridge.core.matching import is_piece
from tokbridge.records.models import Account, Binding, BindingState
from tokbridge.stores.registry import PLATFORMS
from tokbridge.sync.connections import account_and_shop, marketplace, web_store
from tokbridge.tiktok import orders

AT_ONCE = 100  # reference 3.9
OTHERWISE = "ORDER_MANAGEMENT_SYSTEM"  # a platform TikTok has no word for
SETTLED = 10.0  # seconds after binding, so that a burst goes out together

log = structlog.get_logger()


def send_references() -> int:
    """One call per account that has something to tell; returns how many orders were told."""
    told = 0
    waiting = Binding.objects.filter(
        state=BindingState.BOUND, referenced_at=None, bound_at__lt=time.time() - SETTLED
    ).select_related("order")
    for account in Account.objects.all():
        rows = list(waiting.filter(order__account=account)[:AT_ONCE])
        if rows:
            told += _send(account.pk, rows)
    return told


def _send(account_id: int, rows: list[Binding]) -> int:
    account, shop = account_and_shop(account_id)
    references = [
        (
            row.order.tiktok_id,
            row.order.store_number or row.number,
            PLATFORMS[web_store(row.store_id).platform].tiktok_name or OTHERWISE,
            [(unit, item["ref"]) for item in row.rows for unit in item["line_ids"] if not is_piece(unit)],
        )
        for row in rows
    ]
    try:
        refused = orders.add_references(marketplace(account.authorisation_id).client, shop, references)
    except OutsideError as error:
        log.info("store numbers could not be told to TikTok yet", orders=len(rows), code=error.code)
        return 0
    for order_id, refusal in refused.items():
        log.info("TikTok did not take a store number", order=order_id or "one of several", code=refusal.code)
    again = {order_id for order_id, refusal in refused.items() if not isinstance(refusal, Refused)}
    told = [row.pk for row in rows if row.order.tiktok_id not in again and "" not in again]
    Binding.objects.filter(pk__in=told).update(referenced_at=time.time())
    return len(told)
