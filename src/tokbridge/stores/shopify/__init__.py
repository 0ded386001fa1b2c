"""Shopify (Admin GraphQL API), first implementation of the store contract."""

from collections.abc import Callable, Mapping

from tokbridge.core.wire import Http
from tokbridge.stores.base import StockGate, Throttle
from tokbridge.stores.platform import Platform
from tokbridge.stores.shopify.config import SETTINGS, ShopifyConfig, admin_page
from tokbridge.stores.shopify.health import PLATFORM as NAME
from tokbridge.stores.shopify.store import ShopifyStore

__all__ = ["PLATFORM", "ShopifyConfig", "ShopifyStore"]


def _open(
    http: Http,
    settings: Mapping[str, str],
    clock: Callable[[], float],
    limits: Throttle | None,
    gate: StockGate | None = None,
) -> ShopifyStore:
    return ShopifyStore(http, ShopifyConfig.from_settings(settings), clock, limits)


PLATFORM = Platform(
    name=NAME,
    title="Shopify",
    open=_open,
    settings=SETTINGS,
    first_limit=(100, 2000),  # points; the smallest plan (reference shopify-admin-api.md 6.1)
    # One shared address would become one customer whose address every order overwrites (reference 2.2).
    email="{buyer_id}@tiktok.com",
    admin_page=admin_page,
    ref="gid://shopify/Order/{id}",
    tiktok_name="SHOPIFY",
)
