"""Which account leads to which store, from the settings' words to the orders' ways."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import LazySettings

from tests.sync.world import SHOP_ID, World
from tokbridge.core.status import Status
from tokbridge.project.environment import Environment, WrongSetting
from tokbridge.records.models import Account, Channel, Connection, Order, Store
from tokbridge.sync.channels import policy_of, route
from tokbridge.sync.routes import connect_accounts
from tokbridge.tiktok.mapping import to_order


class Routes:
    """Two stores beside one account without channels, and settings to connect them by."""

    def __init__(self, world: World, settings: LazySettings) -> None:
        Channel.objects.all().delete()
        self.world, self.settings = world, settings
        connection = Connection.objects.create(name="Second store")
        self.second = Store.objects.create(
            connection=connection, platform="magento", address="https://bob.example", credentials="{}", currency="GBP"
        )
        self.stores = {"shopify": world.store_row, "magento": self.second}
        settings.STATUSES = {"shopify": (), "magento": ()}
        settings.CHANNELS = ()
        settings.CHANNEL_START = ""
        settings.HOLD_SECONDS = 1800

    def connect(self, text: str, *platforms: str) -> None:
        """Start the program with these channels; all stores unless some are named."""
        self.settings.CHANNELS = Environment({"TOKBRIDGE_CHANNELS": text}).pairs("CHANNELS")
        connect_accounts(Account.objects.all(), {one: self.stores[one] for one in platforms or self.stores})

    def refused(self, text: str, *platforms: str) -> str:
        before = list(Channel.objects.order_by("pk").values())
        with pytest.raises(WrongSetting) as refusal:
            self.connect(text, *platforms)
        assert list(Channel.objects.order_by("pk").values()) == before, "half of it was done"
        return str(refusal.value)

    def made(self) -> list[tuple[str, str, str]]:
        found = Channel.objects.filter(account=self.world.account).order_by("pk")
        return [(one.rule, one.value, one.store.platform) for one in found]

    def way(self, **changes: Any) -> str:
        """The platform an order like this goes to, or how many channels take it."""
        raw = self.world.tiktok.put(**changes)
        where = route(self.world.account, to_order(raw, SHOP_ID, "GB"))
        if where.channel_id is None:
            return str(where.matches)
        return Channel.objects.get(pk=where.channel_id).store.platform


@pytest.fixture
def routes(db: None, monkeypatch: pytest.MonkeyPatch, settings: LazySettings) -> Routes:
    """In one transaction, which is faster; orders can't be carried there."""
    return Routes(World(monkeypatch), settings)


@pytest.fixture
def carrying(world: World, settings: LazySettings) -> Routes:
    return Routes(world, settings)


def test_with_one_store_every_account_leads_there(routes: Routes) -> None:
    other = Account.objects.create(
        authorisation=routes.world.authorisation, shop_id="7496", name="Cups", region="GB", cipher="c"
    )
    routes.connect("", "magento")
    assert routes.made() == [("all", "", "magento")]
    assert Channel.objects.get(account=other).store == routes.second
    assert routes.way() == "magento"


def test_several_stores_need_channels(routes: Routes) -> None:
    words = routes.refused("")
    assert words.startswith("TOKBRIDGE_CHANNELS: is needed with several stores")
    assert "SHOP_ID@WAREHOUSE_ID=platform" in words


def test_a_whole_shop(routes: Routes) -> None:
    routes.connect(f"{SHOP_ID}=magento, 7496=shopify")
    assert routes.made() == [("all", "", "magento")]
    assert routes.way() == "magento"


def test_by_warehouse(routes: Routes) -> None:
    routes.connect(f"{SHOP_ID}@6955-A=shopify\n{SHOP_ID}@6956=magento")
    assert routes.made() == [("warehouse", "6955-A", "shopify"), ("warehouse", "6956", "magento")]
    ways = [routes.way(warehouse_id=one) for one in ("6955-A", "6956", "6957")]
    assert ways == ["shopify", "magento", "0"]


def test_by_the_beginning_of_the_sku(routes: Routes) -> None:
    routes.connect(f"{SHOP_ID}#MUG-=shopify, {SHOP_ID}#cup set=magento")
    assert routes.made() == [("sku_prefix", "MUG-", "shopify"), ("sku_prefix", "cup set", "magento")]
    raw = routes.world.tiktok.put()
    mug, cup = ({**raw["line_items"][0], "seller_sku": sku} for sku in (" mug-blue", "Cup Set 4"))
    assert routes.way(line_items=[mug]) == "shopify"
    assert routes.way(line_items=[cup]) == "magento"
    assert routes.way(line_items=[mug, {**cup, "id": "2"}]) == "0"


def test_an_order_is_carried_along_the_channel_that_was_made(carrying: Routes) -> None:
    world = carrying.world
    carrying.connect(f"{SHOP_ID}@6955=shopify, {SHOP_ID}@6956=magento")
    Channel.objects.update(start=0)
    order_id = world.order(warehouse_id="6955")
    world.bring(order_id)
    assert world.row(order_id).channel == Channel.objects.get(value="6955")


def test_a_shop_that_no_channel_names_has_none(routes: Routes) -> None:
    routes.connect("7496=magento")
    assert routes.made() == []


@pytest.mark.parametrize(
    "left", ["@6955", "#MUG", f"{SHOP_ID}@", f"{SHOP_ID}#", f"{SHOP_ID}@69 55", "two words", f"{SHOP_ID}@1@2", "7-5"]
)
def test_what_is_no_rule_is_refused(routes: Routes, left: str) -> None:
    words = routes.refused(f"{SHOP_ID}=shopify, {left}=magento")
    assert words.startswith("TOKBRIDGE_CHANNELS: must name SHOP_ID=platform")


@pytest.mark.parametrize("platform", ["woocommerce", "Magento", "magento"])
def test_a_store_that_is_not_connected_is_refused(routes: Routes, platform: str) -> None:
    words = routes.refused(f"{SHOP_ID}={platform}", "shopify")
    assert words == f"TOKBRIDGE_CHANNELS: names the store '{platform}', but only these are connected: shopify"


@pytest.mark.parametrize("second", ["@6955", "#MUG"])
def test_rules_are_not_mixed(routes: Routes, second: str) -> None:
    words = routes.refused(f"{SHOP_ID}=shopify, {SHOP_ID}{second}=magento")
    assert f"mixes rules for shop {SHOP_ID}" in words
    assert "exactly one channel" in words
    routes.refused(f"{SHOP_ID}#MUG=shopify, {SHOP_ID}@6955=magento")
    routes.connect(f"{SHOP_ID}=shopify, 7496{second}=magento")


def test_nor_with_a_channel_that_stands(routes: Routes) -> None:
    """Both would take the same orders, and every order would be stopped for that."""
    routes.connect("", "shopify")
    words = routes.refused(f"{SHOP_ID}@6955=shopify, {SHOP_ID}@6956=magento")
    assert "mixes rules" in words and "all, warehouse" in words


def test_the_same_rule_to_another_store_is_refused(routes: Routes) -> None:
    routes.connect(f"{SHOP_ID}=shopify")
    words = routes.refused(f"{SHOP_ID}=magento")
    assert words == f"TOKBRIDGE_CHANNELS: shop {SHOP_ID} already leads to shopify ada.example this way"


def test_of_what_is_refused_nothing_is_done(routes: Routes) -> None:
    """Else a channel with a wrong way would stand, and orders keep their channel."""
    routes.connect(f"{SHOP_ID}@6955=shopify")
    words = routes.refused(f"{SHOP_ID}@6957=magento, {SHOP_ID}@6955=magento")
    assert "already leads to shopify" in words


def test_a_second_start_changes_nothing(routes: Routes) -> None:
    text = f"{SHOP_ID}@6955=shopify, {SHOP_ID}@6956=magento"
    routes.connect(text)
    before = list(Channel.objects.order_by("pk").values())
    routes.world.clock.sleep(86400)
    routes.settings.CHANNEL_START = "2020-01-01"
    routes.connect(text)
    assert list(Channel.objects.order_by("pk").values()) == before


def test_a_channel_starts_when_it_is_made_in_tiktoks_time(carrying: Routes) -> None:
    world = carrying.world
    world.tiktok.offset = 120.0
    for _ in range(3):
        world.read(world.order())  # every answer tells TikTok's time
    carrying.connect("", "shopify")
    assert abs(Channel.objects.get().start - world.tiktok.now()) <= 2


def test_older_orders_are_not_created_by_themselves(carrying: Routes) -> None:
    world = carrying.world
    carrying.connect("", "shopify")
    order_id = world.order()
    world.read(order_id)
    world.carry(order_id)
    assert (world.store_orders(order_id), world.row(order_id).reason) == ([], "before the channel's start")


@pytest.mark.parametrize("text", ["2023-11-14T22:13:20+00:00", "2023-11-14 22:13:20", "2023-11-15T00:13:20+02:00"])
def test_a_start_that_the_settings_name(routes: Routes, text: str) -> None:
    routes.settings.CHANNEL_START = text
    routes.connect("", "shopify")
    assert Channel.objects.get().start == 1_700_000_000


def test_a_start_that_is_no_moment_is_refused(routes: Routes) -> None:
    routes.settings.CHANNEL_START = "hunter2"
    assert routes.refused("", "shopify") == "TOKBRIDGE_START: must look like 2026-11-22T08:00:00+00:00"


def test_the_settings_make_the_policy_of_a_new_channel(routes: Routes) -> None:
    routes.settings.STATUSES = {"shopify": (), "magento": (("in_transit", "shipped"), ("CANCELLED", "void"))}
    routes.connect(f"{SHOP_ID}=magento")
    policy = policy_of(Channel.objects.get().pk)
    assert policy.hold == 1800
    assert policy.statuses == ((Status.IN_TRANSIT, "shipped"), (Status.CANCELLED, "void"))


@pytest.mark.parametrize("text", ["", f"{SHOP_ID}=shopify"])
def test_statuses_are_taken_by_a_channel_that_stands_and_nothing_else_of_it_changes(routes: Routes, text: str) -> None:
    routes.connect(text, "shopify")
    Channel.objects.update(policy={"hold": 60, "tags": ["x"], "statuses": [["DELIVERED", "old"]]})
    routes.settings.STATUSES["shopify"] = (("DELIVERED", "new"),)
    routes.connect(text, "shopify")
    policy = policy_of(Channel.objects.get().pk)
    assert (policy.hold, policy.tags, policy.statuses) == (60, ("x",), ((Status.DELIVERED, "new"),))


def test_without_channels_an_account_keeps_the_store_it_leads_to(routes: Routes) -> None:
    routes.connect("", "shopify")
    routes.settings.STATUSES["magento"] = (("DELIVERED", "closed"),)
    routes.connect("", "magento")
    assert routes.made() == [("all", "", "shopify")]
    assert policy_of(Channel.objects.get().pk).statuses == ()


@pytest.mark.parametrize("known", [False, True])
def test_a_status_that_tiktok_has_not_is_refused(routes: Routes, known: bool) -> None:
    if known:
        routes.connect("", "shopify")
    routes.settings.STATUSES["shopify"] = (("DELIVERED", "done"), ("SENT", "done"))
    words = routes.refused("", "shopify")
    assert words.startswith("TOKBRIDGE_SHOPIFY_STATUSES_FROM_TIKTOK: SENT is no status of TikTok's")
    assert "AWAITING_SHIPMENT" in words


def test_no_order_lost_its_channel(carrying: Routes) -> None:
    world = carrying.world
    carrying.connect(f"{SHOP_ID}=shopify")
    Channel.objects.update(start=0)
    order_id = world.order()
    world.bring(order_id)
    there = world.row(order_id).channel_id
    carrying.connect(f"{SHOP_ID}=shopify")
    assert Order.objects.get(tiktok_id=order_id).channel_id == there
