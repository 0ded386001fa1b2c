"""The connection test of TikTok's side: authorisation, shops, clock, carriers, webhooks, feeds."""

from __future__ import annotations

import time
from collections.abc import Iterator

from django.conf import settings

from tokbridge.core.errors import CredentialRefused, OutsideError, Refused
from tokbridge.core.problems import kind
from tokbridge.records.models import Account, Authorisation, Watermark
from tokbridge.stores.nouns import Finding
from tokbridge.sync.connections import account_and_shop, marketplace
from tokbridge.tiktok import logistics, webhooks
from tokbridge.tiktok.shop import Shop
from tokbridge.tiktok.tokens import authorised_shops
from tokbridge.tiktok.transport import Client

DAY = 86400
WARN_DAYS = 30  # before the authorisation ends
CLOCK_TOLERANCE = 30.0  # seconds
BY_SELLER = "SEND_BY_SELLER"
AUTHORISE = "run `tokbridge authorise`, open the address it prints, then run it again with the code"

Told = tuple[str, Finding, bool]  # where ("" = the authorisation), what, is it needed


def tiktok_findings(row: Authorisation) -> Iterator[Told]:
    """Everything about one authorisation and its shops. Raises the errors of `core.errors`."""
    if not row.access_token:
        yield "", Finding("authorisation", False, "never authorised for a shop", AUTHORISE), True
        return
    client = marketplace(row.pk).client
    try:
        opened = {shop.id: shop for shop in authorised_shops(client)}
    except CredentialRefused as error:
        yield "", Finding("authorisation", False, f"{error.code}: {error.words}", AUTHORISE), True
        return
    row.refresh_from_db()
    yield "", _days_left(row), True
    yield "", _clock(client.offset), True
    names = ", ".join(f"{shop.name} ({shop.id}, {shop.region})" for shop in opened.values())
    yield "", Finding("shops", bool(opened), names or "the authorisation opens no shop", AUTHORISE), True
    for account in Account.objects.filter(authorisation=row).order_by("name"):
        where = f"TikTok shop {account.name} ({account.shop_id})"
        if account.shop_id not in opened:
            lost = Finding("shop", False, "this authorisation no longer opens it", AUTHORISE)
            yield where, lost, True
            continue
        _, shop = account_and_shop(account.pk)
        for finding in (_carriers(client, shop), _webhooks(client, shop), _feed(account, client.offset)):
            yield where, finding, True


def _days_left(row: Authorisation) -> Finding:
    days = int((row.refresh_expires - time.time()) // DAY)
    detail = f"{row.seller_name}, token accepted, {days} days left"
    return Finding("authorisation", days >= WARN_DAYS, detail, f"it ends soon: {AUTHORISE}")


def _clock(offset: float) -> Finding:
    detail = f"TikTok's clock is {offset:+.0f} s from ours"
    return Finding("clock", abs(offset) <= CLOCK_TOLERANCE, detail, kind("clock").fix)


def _carriers(client: Client, shop: Shop) -> Finding:
    """Can the way to the carriers be read: warehouses, their delivery options, the options' providers?"""
    name = "carriers"
    try:
        places = [place for place in logistics.warehouses(client, shop) if place.type == "SALES_WAREHOUSE"]
        options = {one.id: one for place in places for one in logistics.delivery_options(client, shop, place.id)}
        own = [one for one in options.values() if one.type == BY_SELLER]
        carriers = {one.name for option in own for one in logistics.providers(client, shop, option.id)}
    except Refused as error:
        return Finding(
            name, False, f"{error.code}: {error.words}", "grant the app the scopes for logistics and fulfilment"
        )
    except OutsideError as error:
        return Finding(name, False, f"{error.code}: {error.words}", kind("retry").fix)
    detail = (
        f"{len(places)} warehouses, {len(options)} delivery options ({len(own)} sent by you), {len(carriers)} carriers"
    )
    remedy = "set up a warehouse with a delivery option in Seller Center"
    if own and not carriers:
        remedy = "TikTok names no carrier for the options you send yourself: look in Seller Center"
    return Finding(name, bool(options) and (not own or bool(carriers)), detail, remedy)


def _webhooks(client: Client, shop: Shop) -> Finding:
    address = f"{settings.PUBLIC_URL}/hooks/tiktok/"
    try:
        there = {one.event_type: one.address for one in webhooks.list_(client, shop)}
    except OutsideError as error:
        return Finding(
            "webhooks", False, f"{error.code}: {error.words}", "polls carry on meanwhile; look at the app's scopes"
        )
    missing = [event for event in webhooks.EVENT_TYPES if there.get(event) != address]
    if not missing:
        return Finding("webhooks", True, f"all at {address}")
    detail = f"not at {address}: {', '.join(missing)}"
    return Finding(
        "webhooks", False, detail, "a running worker registers them; set TOKBRIDGE_PUBLIC_URL to your address"
    )


def _feed(account: Account, offset: float) -> Finding:
    """How old the newest stored news may be, by TikTok's clock."""
    value = Watermark.objects.filter(account=account, feed="orders").values_list("value", flat=True).first() or 0
    remedy = "start a worker (`tokbridge serve`), or look at its log"
    if not value:
        return Finding("orders feed", False, "nothing was read yet", remedy)
    age = max(0, int(time.time() + offset - value))
    return Finding("orders feed", age <= 300 + 3 * settings.POLL_SECONDS, f"read up to {age} s ago", remedy)
