"""Which platforms there are: a name, and how its store is opened from a connection's settings."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol

from tokbridge.core.wire import Http
from tokbridge.stores.base import Store
from tokbridge.stores.shopify import ShopifyConfig, ShopifyStore, Throttle


class Factory(Protocol):
    """`settings` are the connection's address and credentials as texts, under the names of the platform's config.
    Raises ValueError (or KeyError) for settings that can't be right."""

    def __call__(
        self, http: Http, settings: Mapping[str, str], clock: Callable[[], float], limits: Throttle | None
    ) -> Store: ...


def _shopify(http: Http, settings: Mapping[str, str], clock: Callable[[], float], limits: Throttle | None) -> Store:
    return ShopifyStore(http, ShopifyConfig.from_settings(settings), clock, limits)


PLATFORMS: Mapping[str, Factory] = {"shopify": _shopify}

# The limit of a new connection until the platform's answers tell its own: units per second, and bucket.
FIRST_LIMITS: Mapping[str, tuple[float, float]] = {"shopify": (100, 2000)}  # points; the smallest plan (reference 6.1)
