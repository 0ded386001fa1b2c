"""Shopify (Admin GraphQL API), first implementation of the store contract."""

from tokbridge.stores.shopify.config import SETTINGS, ShopifyConfig
from tokbridge.stores.shopify.store import ShopifyStore
from tokbridge.stores.shopify.transport import Throttle

__all__ = ["SETTINGS", "ShopifyConfig", "ShopifyStore", "Throttle"]
