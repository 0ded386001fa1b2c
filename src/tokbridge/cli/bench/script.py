"""The requests that carrying an order takes, as the adapters themselves make them: caught at the edge, not sent."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import NoReturn

from tokbridge.cli.bench.floor import Login
from tokbridge.cli.bench.world import World
from tokbridge.core.books import books
from tokbridge.core.matching import Match, match
from tokbridge.core.order import Order
from tokbridge.core.plan import Plan
from tokbridge.core.planning import build
from tokbridge.core.policy import Policy
from tokbridge.core.wire import Request, Response
from tokbridge.stores.base import Store
from tokbridge.stores.registry import PLATFORMS
from tokbridge.sync.deadline import Pool
from tokbridge.tiktok import orders as tiktok
from tokbridge.tiktok.app import App
from tokbridge.tiktok.mapping import to_order
from tokbridge.tiktok.shop import Shop
from tokbridge.tiktok.transport import Client

REGION = "US"
PLATFORM = "shopify"
READ_AT_ONCE = 50


class _Caught(Exception):
    def __init__(self, request: Request) -> None:
        self.request = request


class _Net:
    """An `Http` that keeps what it is given instead of sending it, once `closed`."""

    def __init__(self) -> None:
        self._pool = Pool()
        self.closed = False

    def send(self, request: Request) -> Response:
        if self.closed:
            raise _Caught(request)
        return self._pool.send(request)


class _NoJournal:
    """Shopify creates with one call, so nothing is ever saved."""

    def save(self, key: str, value: str) -> NoReturn:
        raise AssertionError(f"Shopify's creation saved {key}")

    def get(self, key: str) -> None:
        return None


class _Token:
    def __init__(self, token: str) -> None:
        self._token = token

    def current(self) -> str:
        return self._token

    def renew(self, stale: str) -> str:
        return self._token


def requests_to_carry(there: World, login: Login, ids: list[str]) -> list[tuple[Request, Request, Request]]:
    """For every order: read it from TikTok, look for it in the store, create it there."""
    net = _Net()
    shop = Shop(id=there.tiktok.get("credentials")["shops"][0]["id"], region=REGION, cipher=login.cipher)
    app = App(key=login.key, secret=login.secret, us=True, api_url=login.url, auth_url=login.url)
    client = Client(net, app, _Token(login.token), time.time)
    store = _store(there, net)
    store.prepare(None)
    currency = store.check().currency
    plans: dict[str, Plan] = {}
    for first in range(0, len(ids), READ_AT_ONCE):
        read = tiktok.read(client, shop, ids[first : first + READ_AT_ONCE])
        found = [to_order(raw, shop.id, REGION) for raw in read.orders]
        plans |= {order.id: _plan(order, store, currency) for order in found}
    net.closed = True
    return [
        (
            _caught(lambda: tiktok.read(client, shop, [order_id])),  # noqa: B023 - called at once
            _caught(lambda: store.find_order(plan.marker)),  # noqa: B023 - called at once
            _caught(lambda: store.create_order(plan, _NoJournal())),  # noqa: B023 - called at once
        )
        for order_id, plan in plans.items()
    ]


def _store(there: World, net: _Net) -> Store:
    told = there.store.get("settings")
    settings = {"shop": told["shop_domain"], "base_url": there.store.url}
    settings |= {name: told[name] for name in ("client_id", "client_secret")}
    return PLATFORMS[PLATFORM].open(net, settings, time.time, None)


def _plan(order: Order, store: Store, currency: str) -> Plan:
    policy = Policy(store_currency=currency)
    both = books(order)
    lines = [booked.line for booked in both.lines]
    variants = {
        sku: [Match(one.ref, one.title, one.variant_title, one.requires_shipping) for one in found]
        for sku, found in store.find_products(sorted({line.seller_sku for line in lines})).items()
    }
    return build(
        order,
        both,
        dict(match(lines, variants, {}).by_line),
        policy,
        number=policy.number_prefix + order.id,
        marker=order.id,
        email=PLATFORMS[PLATFORM].email,
    )


def _caught(call: Callable[[], object]) -> Request:
    try:
        call()
    except _Caught as caught:
        return caught.request
    raise RuntimeError("the adapter sent nothing")
