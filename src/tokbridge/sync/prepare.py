"""What must exist on both sides before orders can be carried: looked at and made good daily."""

from __future__ import annotations

import time

import structlog
from django.conf import settings

from tokbridge.core.errors import CredentialRefused, OutsideError, Refused
from tokbridge.core.saying import say
from tokbridge.records.models import Account, Store
from tokbridge.stores.nouns import Health
from tokbridge.sync.channels import forget_channels
from tokbridge.sync.connections import account_and_shop, marketplace, web_store
from tokbridge.sync.journal import close_connection_problem, note_connection_problem
from tokbridge.sync.limits import note_credential
from tokbridge.tiktok import webhooks

FINDABLE = 50 * 86400  # seconds; Shopify hides orders over 60 days old without read_all_orders (reference 1.3)

log = structlog.get_logger()


def prepare_store(store_id: int) -> None:
    """What must exist in the store: its currency known, the mark's definition, webhooks. Repeated daily."""
    web = web_store(store_id)
    row = Store.objects.get(pk=store_id)
    try:
        web.store.prepare(f"{settings.PUBLIC_URL}/hooks/store/{store_id}/")
        health = web.store.check()
    except OutsideError as error:
        note_credential(web.outside, error)
        if not isinstance(error, CredentialRefused):  # that has a banner of its own
            note_connection_problem(row.connection_id, "prepare", error)
        Store.objects.filter(pk=store_id).update(prepare_at=time.time() + 60)
        log.warning("store could not be prepared; it is tried again", store=row.address, code=error.code)
        return
    close_connection_problem(row.connection_id, "prepare")
    Store.objects.filter(pk=store_id).update(currency=health.currency, oldest=_oldest(health))
    forget_channels()
    missing = [say("{name}: {detail}", name=item.name, detail=item.detail) for item in health.findings if not item.ok]
    if not health.ok:
        note_connection_problem(row.connection_id, "incomplete", Refused("incomplete", "; ".join(missing)))
        return
    close_connection_problem(row.connection_id, "incomplete")
    for advice in missing:
        log.info("the store could be set up better", store=row.address, advice=advice)


def _oldest(health: Health) -> int | None:
    """Orders older than this are not created: the store could not find them again (policy `oldest`)."""
    blind = any(item.name == "scope read_all_orders" and not item.ok for item in health.findings)
    return FINDABLE if blind else None


def register_webhooks(account_id: int) -> None:
    """Ask TikTok to send this account's events here; made good daily, sooner after trouble."""
    address = f"{settings.PUBLIC_URL}/hooks/tiktok/"
    row, shop = account_and_shop(account_id)
    market = marketplace(row.authorisation_id)
    try:
        there = {item.event_type: item.address for item in webhooks.list_(market.client, shop)}
        for event_type in webhooks.EVENT_TYPES:
            if there.get(event_type) != address:
                webhooks.put(market.client, shop, event_type, address)
    except OutsideError as error:
        note_credential(market.outside, error)
        Account.objects.filter(pk=account_id).update(prepare_at=time.time() + 60)
        log.warning("webhooks could not be registered; polls carry on", account=row.name, code=error.code)
