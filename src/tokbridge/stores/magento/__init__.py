"""Magento 2 (Open Source, Adobe Commerce, Mage-OS; REST), an implementation of the store contract."""

from tokbridge.stores.magento.config import SETTINGS, MagentoConfig
from tokbridge.stores.magento.store import MagentoStore

__all__ = ["SETTINGS", "MagentoConfig", "MagentoStore"]
