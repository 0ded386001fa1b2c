"""Which platforms there are. A new one is one line here."""

from __future__ import annotations

from collections.abc import Mapping

from tokbridge.stores import magento, prestashop, shopify
from tokbridge.stores.platform import Platform

PLATFORMS: Mapping[str, Platform] = {one.name: one for one in (shopify.PLATFORM, magento.PLATFORM, prestashop.PLATFORM)}
