"""PrestaShop (webservice, 1.7 to 9) as a store."""

from tokbridge.stores.prestashop.config import SETTINGS, PrestaShopConfig
from tokbridge.stores.prestashop.store import PrestaShopStore

__all__ = ["SETTINGS", "PrestaShopConfig", "PrestaShopStore"]
