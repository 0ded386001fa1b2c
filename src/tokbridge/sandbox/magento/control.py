"""The control API under /_sandbox/: its routes, and the integrations a merchant makes and revokes."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from tokbridge.sandbox.magento import manage
from tokbridge.sandbox.magento.access import MISSING
from tokbridge.sandbox.magento.control_goods import Goods
from tokbridge.sandbox.magento.control_orders import OrderDesk
from tokbridge.sandbox.magento.refuse import Refused
from tokbridge.sandbox.wire import Control, Json, Reject, Routes

if TYPE_CHECKING:
    from tokbridge.sandbox.magento.site import MagentoSite

SECRETS = ("consumer_key", "consumer_secret", "access_token", "access_secret")


def add_controls(routes: Routes[Control], site: "MagentoSite") -> None:
    """Register the routes of this platform."""
    integrations, goods, orders = _Integrations(site), Goods(site.shop), OrderDesk(site.shop)
    for method, name, target in (
        ("GET", "credentials", integrations.credentials),
        ("POST", "products", goods.add_products),
        ("GET", "products", goods.products),
        ("PUT", "stock", goods.set_stock),
        ("POST", "stock", goods.set_stock),
        ("POST", "customers", goods.add_customer),
        ("POST", "websites", lambda body, path: site.shop.scope.add_website(body)),
        ("POST", "stores", lambda body, path: site.shop.scope.add_store(body)),
        ("POST", "sources", goods.add_source),
        ("POST", "stocks", goods.add_stock),
        ("POST", "integrations", lambda body, path: site.access.add(body)),
        ("GET", "integrations", lambda body, path: {"integrations": list(site.access.integrations.values())}),
        ("DELETE", "integrations/{name}", integrations.revoke),
        ("POST", "compensate", lambda body, path: manage.compensate(site.shop)),
        ("GET", "orders/{order}", orders.show),
        ("POST", "orders/{order}/ship", orders.ship),
        ("POST", "orders/{order}/track", orders.track),
        ("POST", "orders/{order}/unship", orders.unship),
        ("POST", "orders/{order}/cancel", orders.cancel),
        ("POST", "orders/{order}/status", orders.status),
        ("POST", "orders/{order}/invoice", orders.invoice),
        ("POST", "orders/{order}/hold", orders.hold),
        ("POST", "orders/{order}/unhold", orders.unhold),
        ("POST", "orders/{order}/age", orders.age),
        ("POST", "orders/{order}/base", orders.base),
    ):
        routes.add(method, name, _refusing(target))


def _refusing(target: Control) -> Control:
    """Staff gets the shop's own refusals as 400."""

    def run(body: Json, path: Mapping[str, str]) -> object:
        try:
            return target(body, path)
        except Refused as refused:
            raise Reject(str(refused)) from refused

    return run


class _Integrations:
    def __init__(self, site: "MagentoSite") -> None:
        self._site = site

    def credentials(self, body: Json, path: Mapping[str, str]) -> object:
        """Settings texts of an adapter: whole, read-only, wrong, with missing rights."""
        shop = {
            "shop": self._site.base_url + self._site.settings["path"],
            "store_view": "default",
            "stock_remedy": "compensations",
        }
        known = self._site.access.integrations
        made: Json = {
            name: {**shop, **{secret: known[name][secret] for secret in SECRETS}}
            for name in ("connect", "read_only", "partial")
            if name in known
        }
        wrong: Json = {**shop, **{secret: f"wrong-{secret}" for secret in SECRETS}}
        shown: Json = {**made, "wrong": wrong}
        if "partial" in shown:
            shown["partial"] = {**shown["partial"], "missing": MISSING}
        return {**shown, "operations": {"create": "orders.create", "cancel": "orders.cancel"}}

    def revoke(self, body: Json, path: Mapping[str, str]) -> object:
        """The merchant revokes an integration."""
        self._site.access.revoke(path["name"])
        return {}
