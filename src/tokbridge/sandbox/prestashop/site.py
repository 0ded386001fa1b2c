"""The PrestaShop sandbox as a site: names of operations, faults, settings (reference 2)."""

from typing import Any, ClassVar

from tokbridge.sandbox.frame import Site
from tokbridge.sandbox.keep import Keep
from tokbridge.sandbox.prestashop import goods, seed
from tokbridge.sandbox.prestashop.access import Keys
from tokbridge.sandbox.prestashop.asked import asks_json, id_of, is_api, method, resource_of
from tokbridge.sandbox.prestashop.body import entities
from tokbridge.sandbox.prestashop.book import book, new_orders
from tokbridge.sandbox.prestashop.control import add_controls
from tokbridge.sandbox.prestashop.errors import Refusal
from tokbridge.sandbox.prestashop.render import HTML_TYPE, Writer
from tokbridge.sandbox.prestashop.schema import Row, resources
from tokbridge.sandbox.prestashop.service import Service
from tokbridge.sandbox.prestashop.shop import Shop
from tokbridge.sandbox.prestashop.staff import ship_due
from tokbridge.sandbox.wire import Answer, Call, Json, Operation, Reject

SETTINGS: Json = {
    "version": "8.2.4",
    "domain": "",
    "currency": "EUR",
    "rates": {},
    "debug": False,
    "warning_mode": False,
    "order_race": 1,
    "mail_server": True,
    "mail_port": "8125",
    "shop_email": "admin@example.test",
    "auto_ship_seconds": None,
    "auto_ship_carrier": "UPS",
}
VERSIONS = ("1.7.8", "8.2.4", "9.1.0")
ABOUT_AN_ORDER = ("order_histories", "order_carriers", "order_payments", "order_invoices", "order_slip", "messages")


class PrestaShopSite(Site):
    """One shop."""

    platform: ClassVar[str] = "prestashop"
    default_settings: ClassVar[Json] = SETTINGS

    def __init__(self, keep: Keep) -> None:
        super().__init__(keep)
        self.shop = Shop(self.settings, self.now, self.store, self.load)
        if self.shop.db.fresh:
            seed.fill(self.shop)
        self.keys = Keys(self.store, self.load("key"))
        self.service = Service(self.shop, self.keys, self.address)
        add_controls(self.controls, self.shop, self.keys, self.address)

    def address(self) -> str:
        """The shop's own address: setting domain, else where it is served."""
        domain = str(self.settings["domain"])
        return f"http://{domain}" if domain else self.base_url

    def operation(self, call: Call) -> Operation:
        """`resource.verb`; the root is `root.get`, everything outside /api is `unknown`."""
        if not is_api(call):
            return Operation(("unknown",), write=False)
        name, verb = resource_of(call) or "root", method(call).lower()
        body = self._first(call, name, verb)
        return Operation((f"{name}.{verb}",), verb not in ("get", "head"), self._subject(call, name, body))

    def answer(self, call: Call) -> Answer:
        """Apply one call."""
        if not is_api(call):
            return Answer(404, b"", HTML_TYPE)
        return self.service.answer(call)

    def error(self, call: Call, code: Any, message: str, http: int | None) -> Answer:
        """The error list with one entry; `code` a number of the reference's table, `http` 500 unless said."""
        writer = Writer(f"{self.address()}/api/", asks_json(call), self.shop.languages(), bare=False)
        return writer.errors(http or 500, [(int(code or 0), message)])

    def change_settings(self, changes: Json) -> Json:
        """The currency may change while there are no orders; versions are those of VERSIONS or any other numbers."""
        code = changes.get("currency", self.settings["currency"])
        if code != self.settings["currency"]:
            if new_orders(self.shop):
                raise Reject("the currency may be changed only while there are no orders")
            goods.set_currency(self.shop, str(code))
        goods.set_rates(self.shop, changes.get("rates", {}))
        if "version" in changes and not all(part.isdigit() for part in str(changes["version"]).split(".")):
            raise Reject(f"version must be numbers with dots, such as {', '.join(VERSIONS)}")
        return super().change_settings(changes)

    def book(self) -> Json:
        """Orders and stock."""
        return book(self.shop)

    def tick(self) -> None:
        """Let the staff ship."""
        ship_due(self.shop)

    def _first(self, call: Call, name: str, verb: str) -> Row:
        """The fields of the first entity sent, {} when there is none."""
        resource = resources().get(name)
        if resource is None or verb not in ("post", "put", "patch"):
            return {}
        try:
            found = entities(resource, call.body)
        except Refusal:
            return {}
        return found[0].fields if found else {}

    def _subject(self, call: Call, name: str, body: Row) -> str:
        """The gift_message of the cart or order a call is about; for other calls the id in the path."""
        if found := call.first("filter[gift_message]"):
            return found.strip("[]")
        asked = {key: call.first(f"filter[{key}]").strip("[]") for key in ("id", "id_cart", "id_order")}
        row = self._about(name, body or asked, id_of(call))
        return str(body.get("gift_message") or (row or {}).get("gift_message") or id_of(call))

    def _about(self, name: str, body: Row, path_id: str) -> Row | None:
        tables = self.shop.db
        if name == "orders":
            return tables["orders"].get(body.get("id") or path_id) or tables["carts"].get(body.get("id_cart"))
        if name in ("carts", "specific_prices"):
            return tables["carts"].get(body.get("id_cart") or body.get("id") or path_id)
        if name not in ABOUT_AN_ORDER:
            return None
        known = tables[name].get(body.get("id") or path_id) or body
        if name == "order_payments":
            return tables["orders"].first(reference=known.get("order_reference") or "-")
        return tables["orders"].get(known.get("id_order"))
