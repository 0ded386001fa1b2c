"""The platforms that stand. A new one is one line here."""

from tokbridge.sandbox.frame import Site
from tokbridge.sandbox.magento.site import MagentoSite
from tokbridge.sandbox.prestashop.site import PrestaShopSite
from tokbridge.sandbox.shopify.site import ShopifySite
from tokbridge.sandbox.tiktok.site import TikTokSite

SITES: dict[str, type[Site]] = {site.platform: site for site in (TikTokSite, ShopifySite, MagentoSite, PrestaShopSite)}
