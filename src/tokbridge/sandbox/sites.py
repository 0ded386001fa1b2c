"""The platforms that stand. A new one is one line here."""

from tokbridge.sandbox.frame import Site
from tokbridge.sandbox.shopify.site import ShopifySite

SITES: dict[str, type[Site]] = {site.platform: site for site in (ShopifySite,)}
