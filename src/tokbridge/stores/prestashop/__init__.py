"""PrestaShop (webservice, 1.7 to 9) as a store."""

from collections.abc import Callable, Mapping

from tokbridge.core.wire import Http
from tokbridge.stores.base import StockGate, Throttle
from tokbridge.stores.platform import Platform
from tokbridge.stores.prestashop.config import SETTINGS, PrestaShopConfig, admin_page
from tokbridge.stores.prestashop.store import PrestaShopStore

__all__ = ["PLATFORM", "SETTINGS", "PrestaShopConfig", "PrestaShopStore"]


def _open(
    http: Http,
    settings: Mapping[str, str],
    clock: Callable[[], float],
    limits: Throttle | None,
    gate: StockGate | None = None,
) -> PrestaShopStore:
    return PrestaShopStore(http, PrestaShopConfig.from_settings(settings), clock, limits, gate)


PLATFORM = Platform(
    name=PrestaShopStore.platform,
    title="PrestaShop",
    open=_open,
    settings=SETTINGS,
    first_limit=(30, 60),  # calls; every call boots the shop (reference prestashop-webservice.md 12)
    email="{buyer_id}@tiktok.invalid",  # the shop mails whoever stands there
    admin_page=admin_page,
    shows_ids=True,
    at_once=2,  # reference prestashop-webservice.md 12
)
