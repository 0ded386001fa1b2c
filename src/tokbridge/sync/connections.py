"""The live adapters of this process: one per authorisation and store, made from their rows."""

from __future__ import annotations

import json
import threading
import time
from dataclasses import dataclass

from tokbridge.records.models import Account, Authorisation
from tokbridge.records.models import Store as StoreRow
from tokbridge.stores.base import Store
from tokbridge.stores.registry import PLATFORMS
from tokbridge.sync.deadline import Pool
from tokbridge.sync.limits import Outside
from tokbridge.sync.stock_gate import StockGate
from tokbridge.sync.tokens import RowTokens, app_of
from tokbridge.tiktok.app import App
from tokbridge.tiktok.shop import Shop
from tokbridge.tiktok.transport import Client


@dataclass(frozen=True, slots=True)
class Marketplace:
    """TikTok as seen through one authorisation."""

    client: Client
    outside: Outside
    app: App


@dataclass(frozen=True, slots=True)
class WebStore:
    store: Store
    outside: Outside
    row_id: int
    platform: str


pool = Pool()
_lock = threading.RLock()
_marketplaces: dict[int, Marketplace] = {}
_stores: dict[int, WebStore] = {}
_accounts: dict[int, tuple[Account, Shop]] = {}


def forget_connections() -> None:
    """Make every adapter anew at its next use; for whoever has changed credentials."""
    with _lock:
        _marketplaces.clear()
        _stores.clear()
        _accounts.clear()


def marketplace(authorisation_id: int) -> Marketplace:
    with _lock:
        if authorisation_id not in _marketplaces:
            row = Authorisation.objects.get(pk=authorisation_id)
            outside = Outside(pool, row.connection_id)
            app = app_of(row)
            client = Client(outside, app, RowTokens(row.pk, outside), time.time)
            _marketplaces[authorisation_id] = Marketplace(client, outside, app)
        return _marketplaces[authorisation_id]


def account_and_shop(account_id: int) -> tuple[Account, Shop]:
    with _lock:
        if account_id not in _accounts:
            row = Account.objects.select_related("authorisation").get(pk=account_id)
            _accounts[account_id] = (row, Shop(id=row.shop_id, region=row.region, cipher=row.cipher))
        return _accounts[account_id]


def web_store(store_id: int) -> WebStore:
    with _lock:
        if store_id not in _stores:
            row = StoreRow.objects.get(pk=store_id)
            platform = PLATFORMS[row.platform]
            outside = Outside(pool, row.connection_id, platform.at_once)
            values = {"shop": row.address, **json.loads(row.credentials), **row.options}
            texts = {name: str(value) for name, value in values.items()}
            store = platform.open(outside, texts, time.time, outside, StockGate(row.connection_id))
            _stores[store_id] = WebStore(store, outside, row.pk, row.platform)
        return _stores[store_id]
