"""Magento 2 (Open Source, Adobe Commerce, Mage-OS; REST), an implementation of the store contract."""

from collections.abc import Callable, Mapping

from tokbridge.core.wire import Http
from tokbridge.stores.base import StockGate, Throttle
from tokbridge.stores.magento.config import SETTINGS, MagentoConfig, admin_page
from tokbridge.stores.magento.health import PLATFORM as NAME
from tokbridge.stores.magento.store import MagentoStore
from tokbridge.stores.platform import Platform

__all__ = ["PLATFORM", "SETTINGS", "MagentoConfig", "MagentoStore"]


def _open(
    http: Http,
    settings: Mapping[str, str],
    clock: Callable[[], float],
    limits: Throttle | None,
    gate: StockGate | None = None,
) -> MagentoStore:
    return MagentoStore(http, MagentoConfig.from_settings(settings), clock, limits)


PLATFORM = Platform(
    name=NAME,
    title="Magento",
    open=_open,
    settings=SETTINGS,
    first_limit=(30, 60),  # calls; every call boots the shop (reference magento-rest.md 11), no figure is published
    email="buyerid@tiktok.com",  # orders over REST make no customer and mail nobody
    admin_page=admin_page,
    at_once=4,  # reference magento-rest.md 11
    tiktok_name="MAGENTO",
)
