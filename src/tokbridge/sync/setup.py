"""From settings to rows: the connections named by the environment."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping

from django.conf import settings

from tokbridge.core.errors import Refused
from tokbridge.core.saying import say
from tokbridge.core.wire import Request, Response
from tokbridge.project.environment import WrongSetting
from tokbridge.records.models import Account, Authorisation, Connection, Store
from tokbridge.stores.platform import Platform
from tokbridge.stores.registry import PLATFORMS
from tokbridge.sync.connections import forget_connections, marketplace, pool
from tokbridge.sync.routes import connect_accounts
from tokbridge.sync.tokens import authorise
from tokbridge.tiktok.tokens import authorised_shops

TIKTOK_RATE = 50  # calls a second; no figure is published, older texts say 50 per app (reference 8.4); a 429 slows down


def connect_from_settings() -> None:
    """Make or renew the rows of the connections that the environment names; idempotent, run at every start."""
    authorisation = _authorisation()
    stores = {name: store for name, platform in PLATFORMS.items() if (store := _store(platform)) is not None}
    if authorisation is None:
        return
    if settings.TIKTOK["auth_code"] and not authorisation.access_token:
        authorise(authorisation, pool, settings.TIKTOK["auth_code"])
    if authorisation.access_token:
        forget_connections()
        read_accounts(authorisation)
    if stores:
        connect_accounts(Account.objects.filter(authorisation=authorisation), stores)


def read_accounts(authorisation: Authorisation) -> None:
    """The shops this authorisation opens become accounts; with TOKBRIDGE_TIKTOK_SHOP_ID only that one, and a log-in
    that lacks it is refused."""
    wanted = settings.TIKTOK["shop_id"]
    shops = authorised_shops(marketplace(authorisation.pk).client)
    if wanted and wanted not in {shop.id for shop in shops}:
        names = ", ".join(f"{shop.name} ({shop.id})" for shop in shops) or "no shop"
        raise Refused("other shop", say("this log-in opens {names}, not shop {wanted}", names=names, wanted=wanted))
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


def _store(platform: Platform) -> Store | None:
    texts: Mapping[str, str] = settings.STORES.get(platform.name, {})
    if not texts.get("shop"):
        if texts:
            raise WrongSetting(f"{platform.name}_SHOP".upper(), f"is needed for a connection to {platform.title}")
        return None
    try:
        platform.open(_Nowhere(), texts, time.time, None)
    except (ValueError, KeyError) as error:
        words = str(error)
        for text in texts.values():  # Python's own words quote what they could not read
            words = words.replace(repr(text), "the value")
        raise WrongSetting(f"{platform.name}_…".upper(), f"{words} (see docs/{platform.name}.md)") from None
    secret = {setting.name for setting in platform.settings if setting.secret}
    columns = {
        "credentials": json.dumps({name: text for name, text in texts.items() if name in secret}),
        "options": {name: text for name, text in texts.items() if name not in {*secret, "shop"}},
    }
    row = Store.objects.filter(platform=platform.name, address=texts["shop"]).first()
    if row is None:
        rate, burst = platform.first_limit
        connection = Connection.objects.create(
            name=f"{platform.title} {texts['shop']}"[:120], since=time.time(), rate=rate, burst=burst
        )
        return Store.objects.create(connection=connection, platform=platform.name, address=texts["shop"], **columns)
    Store.objects.filter(pk=row.pk).update(**columns)
    row.refresh_from_db()
    return row


class _Nowhere:
    """Opening a store makes no call; one that did would be a fault of its adapter."""

    def send(self, request: Request) -> Response:
        raise AssertionError(f"a call before the connection stands: {request.operation}")
