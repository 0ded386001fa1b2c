"""Shopify (Admin GraphQL API), first implementation of the store contract."""

from tokbridge.stores.shopify.config import ShopifyConfig
from tokbridge.stores.shopify.store import ShopifyStore
from tokbridge.stores.shopify.transport import Throttle

__all__ = ["ShopifyConfig", "ShopifyStore", "Throttle"]
