"""From settings to rows: the connections named by the environment, and what must exist on both sides."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime
from typing import Any

import structlog
from django.conf import settings

from tokbridge.core.errors import CredentialRefused, OutsideError, Refused
from tokbridge.project.environment import WrongSetting
from tokbridge.records.models import Account, Authorisation, Channel, Connection, Store
from tokbridge.stores.base import Health
from tokbridge.stores.registry import FIRST_LIMITS
from tokbridge.sync.channels import forget_channels
from tokbridge.sync.connections import account_and_shop, forget_connections, marketplace, pool, web_store
from tokbridge.sync.journal import close_connection_problem, note_connection_problem
from tokbridge.sync.limits import note_credential
from tokbridge.sync.tokens import authorise
from tokbridge.tiktok import webhooks
from tokbridge.tiktok.tokens import authorised_shops

TIKTOK_RATE = 50  # calls a second; no figure is published, older texts say 50 per app (reference 8.4); a 429 slows down
FINDABLE = 50 * 86400  # seconds; Shopify hides orders over 60 days old without read_all_orders (reference 1.3)

log = structlog.get_logger()


def connect_from_settings() -> None:
    """Make or renew the rows of the connections that the environment names; idempotent, run at every start."""
    authorisation = _authorisation()
    store = _store()
    if authorisation is None:
        return
    if settings.TIKTOK["auth_code"] and not authorisation.access_token:
        authorise(authorisation, pool, settings.TIKTOK["auth_code"])
    if authorisation.access_token:
        forget_connections()
        read_accounts(authorisation)
    if store is not None:
        for account in Account.objects.filter(authorisation=authorisation):
            _channel(account, store)


def read_accounts(authorisation: Authorisation) -> None:
    """The shops this authorisation opens become accounts; with TOKBRIDGE_TIKTOK_SHOP_ID only that one, and a log-in
    that lacks it is refused."""
    wanted = settings.TIKTOK["shop_id"]
    shops = authorised_shops(marketplace(authorisation.pk).client)
    if wanted and wanted not in {shop.id for shop in shops}:
        names = ", ".join(f"{shop.name} ({shop.id})" for shop in shops) or "no shop"
        raise Refused("other shop", f"this log-in opens {names}, not shop {wanted}")
    for shop in shops:
        if not wanted or shop.id == wanted:
            Account.objects.update_or_create(
                shop_id=shop.id,
                defaults={
                    "authorisation": authorisation,
                    "name": shop.name,
                    "region": shop.region,
                    "cipher": shop.cipher,
                },
            )


def _authorisation() -> Authorisation | None:
    values = settings.TIKTOK
    if not values["app_key"]:
        return None
    if not values["app_secret"]:
        raise WrongSetting("TIKTOK_APP_SECRET", "is needed beside TOKBRIDGE_TIKTOK_APP_KEY")
    columns = {
        "app_secret": values["app_secret"],
        "us": values["market"] == "us",
        "service_id": values["service_id"],
        "api_url": values["api_url"],
        "auth_url": values["auth_url"],
    }
    row = Authorisation.objects.filter(app_key=values["app_key"]).first()
    if row is None:
        connection = Connection.objects.create(
            name="TikTok Shop", since=time.time(), rate=TIKTOK_RATE, burst=TIKTOK_RATE
        )
        return Authorisation.objects.create(connection=connection, app_key=values["app_key"], **columns)
    Authorisation.objects.filter(pk=row.pk).update(**columns)
    row.refresh_from_db()
    return row


def _store() -> Store | None:
    values: dict[str, Any] = settings.SHOPIFY
    if not values["shop"]:
        return None
    if not values["token"] and not (values["client_id"] and values["client_secret"]):
        raise WrongSetting("SHOPIFY_TOKEN", "is needed, or SHOPIFY_CLIENT_ID and SHOPIFY_CLIENT_SECRET")
    columns: dict[str, Any] = {
        "credentials": json.dumps(
            {name: values[name] for name in ("token", "client_id", "client_secret", "webhook_secrets")}
        ),
        "options": {name: values[name] for name in ("api_version", "base_url", "settle_s")},
    }
    row = Store.objects.filter(platform="shopify", address=values["shop"]).first()
    if row is None:
        rate, burst = FIRST_LIMITS["shopify"]
        connection = Connection.objects.create(
            name=f"Shopify {values['shop']}", since=time.time(), rate=rate, burst=burst
        )
        row = Store.objects.create(connection=connection, platform="shopify", address=values["shop"], **columns)
    else:
        Store.objects.filter(pk=row.pk).update(**columns)
        row.refresh_from_db()
    return row


def _channel(account: Account, store: Store) -> None:
    """The account's only channel starts when it is made; a later start of the program never moves that moment."""
    if Channel.objects.filter(account=account).exists():
        return
    start = int(time.time() + marketplace(account.authorisation_id).client.offset)  # orders bear TikTok's time
    if settings.CHANNEL_START:
        try:
            moment = datetime.fromisoformat(settings.CHANNEL_START)
        except ValueError:
            raise WrongSetting("START", "must look like 2026-11-22T08:00:00+00:00") from None
        start = int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())
    Channel.objects.create(account=account, store=store, start=start, policy={"hold": settings.HOLD_SECONDS})
    forget_channels()


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
    missing = [f"{item.name}: {item.detail}" for item in health.findings if not item.ok]
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
