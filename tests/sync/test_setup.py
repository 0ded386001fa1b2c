"""From the settings of a platform to a connected store: kept whole, renewed, refused without being told."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from django.conf import LazySettings

from tests.sync.world import KEY, SECRET, SHOP_ID, World
from tokbridge.core.wire import Request
from tokbridge.project.environment import WrongSetting
from tokbridge.records.models import Account, Channel, Connection, Order, Store
from tokbridge.stores.shopify import ShopifyStore
from tokbridge.sync import connections, setup
from tokbridge.sync.connections import forget_connections, web_store
from tokbridge.sync.setup import connect_from_settings

TEXTS = {
    "shop": "mugs.myshopify.com",
    "token": "shpat_1",
    "client_secret": "hush",
    "api_version": "2026-07",
    "base_url": "http://127.0.0.1:8801",
    "settle_s": "5",
}


@pytest.fixture
def alone(db: None, settings: LazySettings) -> LazySettings:
    """No TikTok app named, no store: only what a test adds."""
    forget_connections()
    settings.TIKTOK = {**settings.TIKTOK, "app_key": ""}
    settings.STORES, settings.STATUSES, settings.CHANNELS = {"shopify": {}}, {"shopify": ()}, ()
    return settings


def refused(settings: LazySettings, **texts: str) -> str:
    settings.STORES = {"shopify": texts}
    with pytest.raises(WrongSetting) as refusal:
        connect_from_settings()
    assert not Store.objects.exists()
    assert not Connection.objects.exists()
    return str(refusal.value)


def test_a_store_is_connected_as_its_settings_say(alone: LazySettings) -> None:
    alone.STORES = {"shopify": TEXTS}
    connect_from_settings()
    row = Store.objects.get()
    assert (row.platform, row.address) == ("shopify", "mugs.myshopify.com")
    assert json.loads(row.credentials) == {"token": "shpat_1", "client_secret": "hush"}
    assert row.options == {"api_version": "2026-07", "base_url": "http://127.0.0.1:8801", "settle_s": "5"}
    assert (row.connection.name, row.connection.rate, row.connection.burst) == ("Shopify mugs.myshopify.com", 100, 2000)
    store = web_store(row.pk).store
    assert isinstance(store, ShopifyStore)
    assert store.settle == 5


def test_secrets_are_not_readable_in_the_row(alone: LazySettings) -> None:
    from django.db import connection

    alone.STORES = {"shopify": TEXTS}
    connect_from_settings()
    with connection.cursor() as cursor:
        cursor.execute("SELECT credentials, options FROM records_store")
        assert "shpat_1" not in str(cursor.fetchall())


def test_the_next_start_renews_it_and_keeps_what_was_found_out(alone: LazySettings) -> None:
    alone.STORES = {"shopify": TEXTS}
    connect_from_settings()
    first = Store.objects.get()
    Store.objects.update(currency="GBP", cursor="c", stock_proof={"state": "proven"})
    Connection.objects.update(rate=500)
    alone.STORES = {"shopify": {"shop": "mugs.myshopify.com", "client_id": "i", "client_secret": "new"}}
    connect_from_settings()
    row = Store.objects.get()
    assert (row.pk, row.currency, row.cursor, row.stock_proof) == (first.pk, "GBP", "c", {"state": "proven"})
    assert json.loads(row.credentials) == {"client_secret": "new"}
    assert row.options == {"client_id": "i"}
    assert row.connection.rate == 500


def test_without_settings_there_is_no_store(alone: LazySettings) -> None:
    connect_from_settings()
    assert not Store.objects.exists()


def test_a_missing_shop_is_asked_for(alone: LazySettings) -> None:
    words = refused(alone, token="hunter2")
    assert words == "TOKBRIDGE_SHOPIFY_SHOP: is needed for a connection to Shopify"


@pytest.mark.parametrize(
    ("texts", "words"),
    [
        ({"shop": "hunter2.example.com", "token": "t"}, "the permanent one"),
        ({"shop": "mugs.myshopify.com", "token": "t", "api_version": "hunter2"}, "a quarter such as"),
        ({"shop": "mugs.myshopify.com", "client_secret": "hunter2"}, "access token or a client id"),
        ({"shop": "mugs.myshopify.com", "token": "t", "settle_s": "hunter2"}, "could not convert string to float"),
    ],
)
def test_what_cannot_be_right_is_refused_without_being_told(
    alone: LazySettings, texts: dict[str, str], words: str
) -> None:
    told = refused(alone, **texts)
    assert told.startswith("TOKBRIDGE_SHOPIFY_…: ")
    assert words in told
    assert told.endswith("(see docs/shopify.md)")
    assert "hunter2" not in told


@pytest.mark.parametrize("error", [ValueError("cannot read 'hunter2'"), KeyError("hunter2")])
def test_an_adapter_that_quotes_a_secret_does_not_make_it_known(
    alone: LazySettings, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def quotes(*_given: object) -> Any:
        raise error

    monkeypatch.setattr(setup, "PLATFORMS", {"shopify": replace(setup.PLATFORMS["shopify"], open=quotes)})
    assert "hunter2" not in refused(alone, shop="mugs.myshopify.com", token="hunter2")


def test_opening_a_store_to_look_at_its_settings_makes_no_call(
    alone: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def calls(http: Any, _texts: Mapping[str, str], *_given: object) -> Any:
        http.send(Request("check", "GET", "https://mugs.example/"))

    monkeypatch.setattr(setup, "PLATFORMS", {"shopify": replace(setup.PLATFORMS["shopify"], open=calls)})
    alone.STORES = {"shopify": TEXTS}
    with pytest.raises(AssertionError, match="a call before the connection stands: check"):
        connect_from_settings()


def test_both_sides_at_the_first_start(world: World, settings: LazySettings, monkeypatch: pytest.MonkeyPatch) -> None:
    for rows in (Order, Channel, Account, Store):
        rows.objects.all().delete()
    settings.TIKTOK = {
        **settings.TIKTOK,
        "app_key": KEY,
        "app_secret": SECRET,
        "api_url": "http://127.0.0.1",
        "auth_url": "http://127.0.0.1",
    }
    settings.STORES, settings.CHANNELS, settings.STATUSES = {"shopify": TEXTS}, (), {"shopify": ()}
    for place in (connections, setup):
        monkeypatch.setattr(place, "pool", world.tiktok_wire)
    for _ in range(2):
        connect_from_settings()
    assert Account.objects.get().shop_id == SHOP_ID
    channel = Channel.objects.get()
    assert (channel.account.shop_id, channel.store.address, channel.rule) == (SHOP_ID, "mugs.myshopify.com", "all")
    assert world.store_wire.sent == []
