"""The control API under /_sandbox/: seeding, keys, and what staff does."""

from collections.abc import Callable, Mapping

from tokbridge.sandbox.prestashop import goods, staff, stock
from tokbridge.sandbox.prestashop.access import NEEDED, READ, Key, Keys, Rights, all_rights
from tokbridge.sandbox.prestashop.book import order, skus
from tokbridge.sandbox.prestashop.schema import Row
from tokbridge.sandbox.prestashop.shop import Shop
from tokbridge.sandbox.wire import Control, Json, Reject, Routes

CONNECT = "SANDBOXCONNECTKEY000000000000001"
READ_ONLY = "SANDBOXREADONLYKEY00000000000002"
PARTIAL = "SANDBOXPARTIALKEY000000000000003"
WRONG = "SANDBOXWRONGKEY00000000000000009"
MISSING = ("order_histories", "specific_prices")
CARRIER = "TikTok Shop"


def add_controls(routes: Routes[Control], shop: Shop, keys: Keys, address: Callable[[], str]) -> None:
    """Register the routes of this platform."""
    desk = _Desk(shop, keys, address)
    routes.add("GET", "credentials", desk.credentials)
    routes.add("POST", "ready", desk.ready)
    routes.add("POST", "empty", desk.empty)
    routes.add("GET", "keys", lambda body, path: {"keys": keys.listed()})
    routes.add("POST", "keys", desk.add_key)
    routes.add("DELETE", "keys/{key}", desk.remove_key)
    routes.add("POST", "shops", desk.add_shop)
    routes.add("POST", "carriers", desk.add_carrier)
    routes.add("POST", "carriers/{reference}/edit", desk.edit_carrier)
    routes.add("POST", "products", desk.add_products)
    routes.add("GET", "products", lambda body, path: {"products": goods.listed(shop)})
    routes.add("PUT", "stock", desk.set_stock)
    routes.add("POST", "stock", desk.set_stock)
    routes.add("GET", "orders/{order}", lambda body, path: order(shop, desk.order(path)))
    routes.add("POST", "orders/{order}/ship", desk.ship)
    routes.add("POST", "orders/{order}/track", desk.track)
    routes.add("POST", "orders/{order}/unship", desk.unship)
    routes.add("POST", "orders/{order}/cancel", desk.cancel)
    routes.add("POST", "orders/{order}/status", desk.status)
    routes.add("GET", "mails", lambda body, path: {"mails": shop.mails})
    routes.add("DELETE", "mails", desk.forget_mails)


class _Desk:
    def __init__(self, shop: Shop, keys: Keys, address: Callable[[], str]) -> None:
        self._shop = shop
        self._keys = keys
        self._address = address

    def credentials(self, body: Json, path: Mapping[str, str]) -> object:
        """Settings texts for a connector; makes the shop ready for orders from everywhere first."""
        carrier = goods.ready(self._shop, CARRIER)
        partial = {name: list(verbs) for name, verbs in NEEDED.items() if name not in MISSING}
        rights: tuple[tuple[str, Rights], ...] = (
            (CONNECT, {name: list(verbs) for name, verbs in NEEDED.items()}),
            (READ_ONLY, all_rights(READ)),
            (PARTIAL, partial),
        )
        for key, given in rights:
            self._keys.add(Key(key, given))
        common = {
            "shop": self._address(),
            "payment_module": "ps_wirepayment",
            "carrier": str(carrier["id_reference"]),
            "mails_off": "off",
        }
        return {
            "connect": {**common, "key": CONNECT},
            "read_only": {**common, "key": READ_ONLY},
            "wrong": {**common, "key": WRONG},
            "partial": {**common, "key": PARTIAL, "missing": list(MISSING)},
            "operations": {
                "create": "orders.post",
                "cancel": "order_histories.post",
                "stock": "stock_availables.patch",
            },
        }

    def ready(self, body: Json, path: Mapping[str, str]) -> object:
        """Countries active, a free carrier for every zone and group."""
        carrier = goods.ready(self._shop, CARRIER)
        return {"carrier": str(carrier["id_reference"])}

    def empty(self, body: Json, path: Mapping[str, str]) -> object:
        """Forget the demo orders of the fresh shop."""
        goods.forget_demo_orders(self._shop)
        return {}

    def add_key(self, body: Json, path: Mapping[str, str]) -> object:
        """{"key", "permissions": "all" | "read" | {resource: [verbs]}, "active", "shops": [ids]}"""
        wanted = body.get("permissions", "all")
        rights = wanted if isinstance(wanted, dict) else all_rights(READ) if wanted == "read" else all_rights()
        shops = [str(one) for one in body.get("shops", [])]
        return vars(self._keys.add(Key(str(body["key"]), rights, bool(body.get("active", True)), shops)))

    def remove_key(self, body: Json, path: Mapping[str, str]) -> object:
        """Forget a key."""
        self._keys.remove(path["key"])
        return {}

    def add_shop(self, body: Json, path: Mapping[str, str]) -> object:
        """{"name"}: a further shop of the same group (multistore)."""
        shop = self._shop.insert("shops", name=body["name"], id_shop_group=1, id_category=2, active=1)
        return {"id": shop["id"]}

    def add_carrier(self, body: Json, path: Mapping[str, str]) -> object:
        """{"name", "url", "price", "zones", "groups", "active"}"""
        made = goods.add_carrier(self._shop, body)
        return {"id": made["id"], "id_reference": made["id_reference"]}

    def edit_carrier(self, body: Json, path: Mapping[str, str]) -> object:
        """Fields to change ("name", "url", "active" …): the carrier gets a new id."""
        made = goods.edit_carrier(self._shop, path["reference"], body)
        return {"id": made["id"], "id_reference": made["id_reference"]}

    def add_products(self, body: Json, path: Mapping[str, str]) -> object:
        """One product, or {"products": [...]}: sku, title, price (net), stock, tax (percent), active, weight, variants."""
        return {
            "products": [goods.shown(self._shop, goods.add(self._shop, one)) for one in body.get("products", [body])]
        }

    def set_stock(self, body: Json, path: Mapping[str, str]) -> object:
        """{"sku", "available"}: every combination or product with this SKU."""
        found = [row for sku, row in skus(self._shop) if sku == str(body["sku"])]
        if not found:
            raise Reject(f"nothing with SKU {body['sku']}")
        for row in found:
            stock.put(self._shop, row, int(body["available"]))
        return {"variants": len(found)}

    def ship(self, body: Json, path: Mapping[str, str]) -> object:
        """{"carrier", "number", "items": [{"sku", "quantity"}]}: items, when given, must cover everything."""
        items = list(body.get("items") or [])
        row = staff.ship(self._shop, self.order(path), _text(body, "carrier"), _text(body, "number"), items)
        return {"fulfillment": str(row["id"])}

    def track(self, body: Json, path: Mapping[str, str]) -> object:
        """{"carrier", "number"}"""
        row = staff.track(self._shop, self.order(path), _text(body, "carrier"), _text(body, "number"))
        return {"fulfillment": str(row["id"])}

    def unship(self, body: Json, path: Mapping[str, str]) -> object:
        """Back to preparation."""
        staff.unship(self._shop, self.order(path))
        return {}

    def cancel(self, body: Json, path: Mapping[str, str]) -> object:
        """The cancelled state; "reason" and "restock" have no counterpart: the state always gives stock back."""
        staff.cancel(self._shop, self.order(path))
        return {}

    def status(self, body: Json, path: Mapping[str, str]) -> object:
        """{"status": id or name of a state}"""
        wanted = str(body["status"])
        for state in self._shop.table("order_states"):
            if wanted == str(state["id"]) or wanted.casefold() in (one.casefold() for one in state["name"].values()):
                staff.set_state(self._shop, self.order(path), state["id"])
                return {"state": state["id"]}
        raise Reject(f"no state {wanted}")

    def forget_mails(self, body: Json, path: Mapping[str, str]) -> object:
        """Begin the mail log anew."""
        for place in range(len(self._shop.mails)):
            self._shop.keep("mail", str(place + 1), None)
        self._shop.mails.clear()
        return {}

    def order(self, path: Mapping[str, str]) -> Row:
        """By id, reference, gift_message, or the marker behind "tts:"."""
        wanted = path["order"]
        table = self._shop.table("orders")
        for name, text in (("gift_message", wanted), ("gift_message", f"tts:{wanted}"), ("reference", wanted)):
            found = table.find(**{name: text})
            if found and text:
                return found[-1]
        one = table.get(wanted)
        if one is None or one["id"] <= int(self._shop.notes.get("seeded_order", 0)):
            raise Reject(f"no order {wanted}")
        return one


def _text(body: Json, name: str) -> str:
    return str(body.get(name) or "")
