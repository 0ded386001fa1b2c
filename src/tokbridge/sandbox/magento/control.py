"""The control API under /_sandbox/: seeding, integrations, and what the merchant's staff does in the admin."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from tokbridge.sandbox.magento import invoice, life, manage, refund, ship
from tokbridge.sandbox.magento.access import MISSING
from tokbridge.sandbox.magento.book import order as order_shown
from tokbridge.sandbox.magento.refuse import Refused
from tokbridge.sandbox.magento.shop import Shop
from tokbridge.sandbox.magento.values import Doc, cents, dec, num, seconds_of, stamp
from tokbridge.sandbox.wire import Control, Json, Reject, Routes

if TYPE_CHECKING:
    from tokbridge.sandbox.magento.site import MagentoSite

CARRIERS = {"ups": "ups", "usps": "usps", "fedex": "fedex", "dhl": "dhl"}
SECRETS = ("consumer_key", "consumer_secret", "access_token", "access_secret")


def add_controls(routes: Routes[Control], site: "MagentoSite") -> None:
    """Register the routes of this platform."""
    desk = _Desk(site)
    for method, name, target in (
        ("GET", "credentials", desk.credentials),
        ("POST", "products", desk.add_products),
        ("GET", "products", desk.products),
        ("PUT", "stock", desk.set_stock),
        ("POST", "stock", desk.set_stock),
        ("POST", "customers", desk.add_customer),
        ("POST", "websites", lambda body, path: site.shop.scope.add_website(body)),
        ("POST", "stores", lambda body, path: site.shop.scope.add_store(body)),
        ("POST", "sources", desk.add_source),
        ("POST", "stocks", desk.add_stock),
        ("POST", "integrations", lambda body, path: site.access.add(body)),
        ("GET", "integrations", lambda body, path: {"integrations": list(site.access.integrations.values())}),
        ("DELETE", "integrations/{name}", desk.revoke),
        ("POST", "compensate", lambda body, path: manage.compensate(site.shop)),
        ("GET", "orders/{order}", lambda body, path: order_shown(site.shop, desk.order(path))),
        ("POST", "orders/{order}/ship", desk.ship),
        ("POST", "orders/{order}/track", desk.track),
        ("POST", "orders/{order}/unship", desk.unship),
        ("POST", "orders/{order}/cancel", desk.cancel),
        ("POST", "orders/{order}/status", desk.status),
        ("POST", "orders/{order}/invoice", desk.invoice),
        ("POST", "orders/{order}/hold", desk.hold),
        ("POST", "orders/{order}/unhold", desk.unhold),
        ("POST", "orders/{order}/age", desk.age),
        ("POST", "orders/{order}/base", desk.base),
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


class _Desk:
    def __init__(self, site: "MagentoSite") -> None:
        self._site = site

    @property
    def _shop(self) -> Shop:
        return self._site.shop

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

    def add_products(self, body: Json, path: Mapping[str, str]) -> object:
        """One product, or {"products": [...]}: sku, title, price, stock, status (1, 2), type, weight, source."""
        return {"products": [_product_shown(self._product(one)) for one in body.get("products", [body])]}

    def _product(self, given: Json) -> Doc:
        shop, sku = self._shop, str(given["sku"])
        title = str(given.get("title") or given.get("name") or sku)
        if shop.product(sku):
            raise Reject(f"SKU {sku} exists")
        number, now = shop.next("product"), shop.now()
        kind = given.get("type", "simple")
        doc: Doc = {
            "row": {
                "entity_id": number,
                "id": number,
                "sku": sku,
                "name": title,
                "attribute_set_id": 4,
                "price": num(dec(given.get("price", 0))),
                "status": 1 if given.get("status", 1) in (1, "1", "ACTIVE", "enabled", True) else 2,
                "visibility": 4,
                "type_id": kind,
                "created_at": now,
                "updated_at": now,
                **({} if kind == "virtual" else {"weight": num(dec(given.get("weight", 1)))}),
            },
            "url_key": given.get("url_key") or "-".join(title.lower().split()),
            "attributes": {},
            "website_ids": given.get("website_ids") or [1],
        }
        shop.products.save(doc)
        quantity = dec(given.get("stock", 0))
        shop.inventory.set_quantity(sku, given.get("source", "default"), quantity, 1 if quantity > 0 else 0)
        return doc

    def products(self, body: Json, path: Mapping[str, str]) -> object:
        """All products; each is its own only variant."""
        return {"products": [_product_shown(one) for one in self._shop.products]}

    def set_stock(self, body: Json, path: Mapping[str, str]) -> object:
        """{"sku", "available"}: make the salable quantity this (at `source`, else the stock's first source)."""
        shop, sku = self._shop, str(body["sku"])
        product = shop.product(sku)
        if product is None:
            raise Reject(f"no product with SKU {sku}")
        inventory = shop.inventory
        stock = inventory.stock_of(str(body.get("website", "base")))
        source = str(body.get("source") or (inventory.sources_of(stock) or ["default"])[0])
        have = inventory.at(sku, source) or dec(0)
        item = inventory.items.get((sku.lower(), source))
        if item is not None and item["status"] != 1:
            inventory.set_quantity(sku, source, have, 1)
        wanted = have + dec(body["available"]) - inventory.salable(sku, stock)
        inventory.set_quantity(sku, source, wanted, 1)
        return {"source": source, "quantity": num(wanted)}

    def add_customer(self, body: Json, path: Mapping[str, str]) -> object:
        """{"id", "email"}: an account that orders may name."""
        shop, number = self._shop, str(body["id"])
        shop.customers[number] = {"id": int(body["id"]), "email": body.get("email")}
        shop.keep("customer", number, shop.customers[number])
        return shop.customers[number]

    def add_source(self, body: Json, path: Mapping[str, str]) -> object:
        """{"source_code", "name", "country_id", "postcode"}"""
        code = str(body["source_code"])
        self._shop.inventory.add_source({"name": code, "country_id": "US", "postcode": "00000", **body})
        return {"source_code": code}

    def add_stock(self, body: Json, path: Mapping[str, str]) -> object:
        """{"name", "websites": [codes], "sources": [codes by priority]}"""
        number = self._shop.inventory.add_stock(str(body["name"]), list(body.get("websites") or []))
        for priority, code in enumerate(body.get("sources") or [], 1):
            self._shop.inventory.link(number, str(code), priority)
        return {"stock_id": number}

    def revoke(self, body: Json, path: Mapping[str, str]) -> object:
        """The merchant revokes an integration."""
        self._site.access.revoke(path["name"])
        return {}

    def ship(self, body: Json, path: Mapping[str, str]) -> object:
        """{"carrier", "number", "items": [{"sku", "quantity"}], "source"}: the same path as the API's ship."""
        order = self.order(path)
        given: Doc = {}
        if body.get("items"):
            given["items"] = _chosen(order, body["items"])
        if body.get("number"):
            given["tracks"] = [_track(body)]
        if body.get("source"):
            given["arguments"] = {"extension_attributes": {"source_code": body["source"]}}
        return {"fulfillment": str(ship.ship(self._shop, order, given))}

    def track(self, body: Json, path: Mapping[str, str]) -> object:
        """{"carrier", "number", "fulfillment"}: a track for the last shipment; one it has is deleted and added anew."""
        shipment = self._shipment(body, path)
        if shipment["tracks"]:
            ship.delete_track(self._shop, shipment["tracks"][-1]["entity_id"])
        ship.add_track(self._shop, {"parent_id": shipment["row"]["entity_id"], **_track(body)})
        return {"fulfillment": str(shipment["row"]["entity_id"])}

    def unship(self, body: Json, path: Mapping[str, str]) -> object:
        """Magento has no way back from a shipment: only its tracks can be deleted."""
        raise Reject("Magento does not take shipments back")

    def cancel(self, body: Json, path: Mapping[str, str]) -> object:
        """{"reason", "restock"}: cancels; what is billed is given back by a credit memo, which closes the order."""
        order, shop = self.order(path), self._shop
        if life.held(order):
            manage.unhold(shop, order)
        done = manage.cancel(shop, order)
        if any(life.left_to_refund(item) > 0 for item in order["items"]) and life.can_refund(order):
            returned = [item["item_id"] for item in order["items"]] if body.get("restock", True) else []
            extension = {"extension_attributes": {"return_to_stock_items": returned}}
            refund.refund(shop, order, {"arguments": extension})
            done = True
        if not done:
            raise Reject(f"an order in state {order['row'].get('state')} cannot be cancelled")
        if body.get("reason"):
            manage.comment(shop, order, {"comment": str(body["reason"]), "status": order["row"].get("status")})
        return {"order": str(order["row"]["entity_id"]), "state": order["row"]["state"]}

    def status(self, body: Json, path: Mapping[str, str]) -> object:
        """{"status"}: staff gives a status of the order's state, in the comment form; the merchant's own ones stand in
        setting `statuses` {code: state}."""
        order, status = self.order(path), str(body["status"])
        if order["row"].get("state") not in manage.states_of(self._shop, status):
            raise Reject(f"status {status} is not one of state {order['row'].get('state')}")
        manage.comment(self._shop, order, {"comment": body.get("comment"), "status": status})
        return {"order": str(order["row"]["entity_id"]), "status": status}

    def invoice(self, body: Json, path: Mapping[str, str]) -> object:
        """Bill everything left."""
        return {"invoice": str(invoice.invoice(self._shop, self.order(path), {}))}

    def hold(self, body: Json, path: Mapping[str, str]) -> object:
        """Put on hold."""
        return {"held": manage.hold(self._shop, self.order(path))}

    def unhold(self, body: Json, path: Mapping[str, str]) -> object:
        """Release."""
        return {"released": manage.unhold(self._shop, self.order(path))}

    def age(self, body: Json, path: Mapping[str, str]) -> object:
        """{"days"}: make an order older."""
        order = self.order(path)
        for name in ("created_at", "updated_at"):
            order["row"][name] = stamp(seconds_of(order["row"][name]) - float(body["days"]) * 86400)
        self._shop.orders.save(order)
        return {"order": str(order["row"]["entity_id"])}

    def base(self, body: Json, path: Mapping[str, str]) -> object:
        """{"currency", "rate"}: a module of the shop keeps this order in another base currency, of which one is `rate` of
        the order's."""
        order, rate = self.order(path), dec(body["rate"])
        row = order["row"]
        for name, amount in row.items():
            if name.startswith("base_") and isinstance(amount, int | float) and not name.endswith("_rate"):
                row[name] = num(cents(dec(amount) / rate))
        row |= {"base_currency_code": str(body["currency"]), "base_to_order_rate": num(rate)}
        self._shop.orders.save(order)
        return {"order": str(row["entity_id"]), "base_grand_total": row["base_grand_total"]}

    def order(self, path: Mapping[str, str]) -> Doc:
        """By number (increment_id), marker (ext_order_id) or id."""
        wanted, shop = path["order"], self._shop
        found = shop.orders.by("increment_id", wanted) or shop.orders.by("ext_order_id", wanted)
        one = found[-1] if found else shop.orders.get(int(wanted)) if wanted.isdigit() else None
        if one is None:
            raise Reject(f"no order {wanted}")
        return one

    def _shipment(self, body: Json, path: Mapping[str, str]) -> Doc:
        shipments = self._shop.shipments.by("order_id", self.order(path)["row"]["entity_id"])
        wanted = body.get("fulfillment")
        found = [one for one in shipments if wanted in (None, str(one["row"]["entity_id"]))]
        if not found:
            raise Reject("no such shipment")
        return found[-1]


def _product_shown(doc: Doc) -> Json:
    number, sku = str(doc["row"]["entity_id"]), doc["row"]["sku"]
    return {"id": number, "title": doc["row"]["name"], "variants": [{"id": number, "sku": sku}]}


def _track(body: Json) -> Doc:
    carrier = str(body.get("carrier") or "Custom")
    code = CARRIERS.get(carrier.lower(), "custom")
    return {"track_number": str(body["number"]), "title": carrier, "carrier_code": code}


def _chosen(order: Doc, items: list[Any]) -> list[Doc]:
    """Order items for [{"sku", "quantity"}], over all lines of a SKU."""
    chosen = []
    for one in items:
        left = dec(one.get("quantity", 1))
        for item in order["items"]:
            if item.get("sku") == one.get("sku") or item["item_id"] == one.get("line"):
                taken = min(left, life.left_to_ship(item))
                if taken > 0:
                    chosen.append({"order_item_id": item["item_id"], "qty": num(taken)})
                    left -= taken
        if left > 0:
            raise Reject("not that many left to ship")
    return chosen
