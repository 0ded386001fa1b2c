"""The control API under /_sandbox/: seeding products, and what staff does in the admin."""

from collections.abc import Callable, Mapping

from tokbridge.sandbox.shopify import cancel, fulfil, stock
from tokbridge.sandbox.shopify.access import MISSING_OF_PARTIAL, WRONG_TOKEN, Tokens
from tokbridge.sandbox.shopify.cost import Bucket
from tokbridge.sandbox.shopify.shop import Shop
from tokbridge.sandbox.shopify.values import Doc, gid
from tokbridge.sandbox.wire import Control, Json, Reject, Routes


def add_controls(
    routes: Routes[Control], shop: Shop, tokens: Tokens, bucket: Bucket, base_url: Callable[[], str]
) -> None:
    """Register the routes of this platform."""
    desk = _Desk(shop, tokens, bucket)
    routes.add("POST", "products", desk.add_products)
    routes.add("GET", "products", lambda body, path: {"products": [_shown(one) for one in shop.products.values()]})
    routes.add("POST", "locations", lambda body, path: shop.add_location(str(body["name"])))
    routes.add("GET", "locations", lambda body, path: {"locations": list(shop.locations.values())})
    routes.add("PUT", "stock", desk.set_stock)
    routes.add("POST", "stock", desk.set_stock)
    routes.add("POST", "orders/{order}/ship", desk.ship)
    routes.add("POST", "orders/{order}/track", desk.track)
    routes.add("POST", "orders/{order}/unship", desk.unship)
    routes.add("POST", "orders/{order}/cancel", desk.cancel)
    routes.add("POST", "orders/{order}/status", desk.status)
    routes.add("POST", "orders/{order}/age", desk.age)
    routes.add("GET", "credentials", lambda body, path: _credentials(shop.settings, base_url()))
    routes.add("GET", "tokens", lambda body, path: {"tokens": tokens.list()})
    routes.add("POST", "tokens", desk.add_token)
    routes.add("DELETE", "tokens/{token}", desk.revoke)
    routes.add("POST", "uninstall", desk.uninstall)
    routes.add("POST", "bucket/empty", desk.empty_bucket)


def _shown(product: Doc) -> Json:
    variants = [
        {
            "id": gid("ProductVariant", one["id"]),
            "inventory_item": gid("InventoryItem", one["itemId"]),
            "sku": one["sku"],
        }
        for one in product["variants"]
    ]
    return {"id": gid("Product", product["id"]), "title": product["title"], "variants": variants}


def _credentials(settings: Doc, base_url: str) -> Json:
    """Settings texts of a connector: everything permitted, reading only, refused, and with scopes missing; and the names
    that faults know the main writes by."""
    address = {"shop": settings["shop_domain"], "base_url": base_url}
    app = {"client_id": settings["client_id"], "client_secret": settings["client_secret"]}
    return {
        "connect": {**address, **app},
        "read_only": {**address, "token": "shpat_sandbox_read"},
        "wrong": {**address, "token": WRONG_TOKEN},
        "partial": {**address, "token": "shpat_sandbox_partial", "missing": list(MISSING_OF_PARTIAL)},
        "operations": {"create": "orderCreate", "cancel": "orderCancel"},
    }


class _Desk:
    def __init__(self, shop: Shop, tokens: Tokens, bucket: Bucket) -> None:
        self._shop = shop
        self._tokens = tokens
        self._bucket = bucket

    def add_products(self, body: Json, path: Mapping[str, str]) -> object:
        """One product, or {"products": [...]}: sku, title, price, stock, policy, tracked, requires_shipping."""
        given = body.get("products", [body])
        return {"products": [_shown(self._product(one)) for one in given]}

    def _product(self, given: Json) -> Doc:
        shop, now = self._shop, self._shop.now()
        title = given.get("title") or given.get("sku") or "Product"
        product: Doc = {
            "id": shop.next_id(),
            "title": title,
            "handle": "-".join(str(title).lower().split()),
            "vendor": given.get("vendor", shop.settings["shop_name"]),
            "status": given.get("status", "ACTIVE"),
            "tags": given.get("tags", []),
            "createdAt": now,
            "variants": [],
        }
        for place, one in enumerate(given.get("variants") or [given], 1):
            levels = {str(shop.default_location()): stock.level(shop, int(one.get("stock", 0)))}
            product["variants"].append(
                {
                    "id": shop.next_id(),
                    "itemId": shop.next_id(),
                    "productId": product["id"],
                    "position": place,
                    "title": one["title"] if given.get("variants") and one.get("title") else "Default Title",
                    "sku": one.get("sku"),
                    "barcode": one.get("barcode"),
                    "price": str(one.get("price", "0.00")),
                    "policy": one.get("policy", "DENY"),
                    "tracked": one.get("tracked", True),
                    "requiresShipping": one.get("requires_shipping", True),
                    "levels": levels,
                }
            )
        shop.save_product(product, at_once=not given.get("lag", False))
        shop.tell("products/create", product, {})
        return product

    def set_stock(self, body: Json, path: Mapping[str, str]) -> object:
        """{"sku", "available"} (every variant with this SKU, at `location` or the first one)."""
        shop = self._shop
        found = shop.by_sku.get(str(body["sku"]))
        if not found:
            raise Reject(f"no variant with SKU {body['sku']}")
        place = int(body.get("location") or shop.default_location())
        for key in found:
            variant = shop.variants[key]
            have = variant["levels"].get(str(place), {"available": 0})["available"]
            stock.move(shop, variant, place, available=int(body["available"]) - have)
        return {"variants": len(found)}

    def ship(self, body: Json, path: Mapping[str, str]) -> object:
        """{"carrier", "number", "items": [{"sku" or "line", "quantity"}]}; without items everything that is left."""
        order = self._order(path)
        ready = [one for one in order["fulfillmentOrders"] if one["status"] in ("OPEN", "IN_PROGRESS")]
        if not ready:
            raise Reject("nothing left to ship")
        parcels = [{"company": body.get("carrier"), "number": body.get("number"), "url": body.get("url")}]
        parcels = parcels if any(parcels[0].values()) else []
        wanted = self._items(order, ready, body["items"]) if body.get("items") else None
        shipped = fulfil.ship(self._shop, order, ready, wanted, parcels)
        return {"fulfillment": gid("Fulfillment", shipped["id"])}

    def _items(self, order: Doc, ready: list[Doc], items: list[Json]) -> fulfil.Wanted:
        left = [[item.get("sku"), item.get("line"), int(item.get("quantity", 1))] for item in items]
        wanted: fulfil.Wanted = []
        for one in ready:
            chosen = []
            for part in one["lines"]:
                line = fulfil.find(order["lines"], part["lineId"])
                rest = part["remaining"]
                for item in left:
                    if item[2] and rest and (item[1] == line["id"] or (item[0] and item[0] == line["sku"])):
                        taken = min(rest, item[2])
                        chosen.append((part, taken))
                        item[2] -= taken
                        rest -= taken
            wanted.append((one, chosen))
        if any(item[2] for item in left):
            raise Reject("not that many left to ship")
        return [(one, chosen) for one, chosen in wanted if chosen]

    def track(self, body: Json, path: Mapping[str, str]) -> object:
        """{"carrier", "number", "fulfillment"}: new tracking of a shipment, the last living one by default."""
        one = self._fulfillment(body, path)
        given = {"company": body.get("carrier"), "number": body.get("number"), "url": body.get("url")}
        fulfil.track(self._shop, gid("Fulfillment", one["id"]), given)
        return {"fulfillment": gid("Fulfillment", one["id"])}

    def unship(self, body: Json, path: Mapping[str, str]) -> object:
        """{"fulfillment"}: cancel a shipment, the last living one by default."""
        one = self._fulfillment(body, path)
        fulfil.cancel_fulfillment(self._shop, gid("Fulfillment", one["id"]))
        return {"fulfillment": gid("Fulfillment", one["id"])}

    def cancel(self, body: Json, path: Mapping[str, str]) -> object:
        """{"reason", "restock", "refund", "note"}: done at once."""
        order = self._order(path)
        if order["cancelledAt"] is not None:
            raise Reject("already cancelled")
        reason = str(body.get("reason", "OTHER")).upper()
        restock, refund = bool(body.get("restock", True)), bool(body.get("refund", False))
        cancel.cancel(self._shop, order, reason, restock=restock, give_back=refund, note=body.get("note"))
        return {"order": gid("Order", order["id"])}

    def status(self, body: Json, path: Mapping[str, str]) -> object:
        """Staff gives no status by hand: Shopify computes them."""
        self._order(path)
        raise Reject("Shopify computes its statuses from payments and shipments; none can be given by hand")

    def age(self, body: Json, path: Mapping[str, str]) -> object:
        """{"days"}: make an order older, for the 60-day rule."""
        order = self._order(path)
        order["createdAt"] -= float(body["days"]) * 86400
        self._shop.save_order(order)
        return {"order": gid("Order", order["id"])}

    def add_token(self, body: Json, path: Mapping[str, str]) -> object:
        """{"token", "scopes", "expires_in"}: add a token or change its scopes."""
        life = body.get("expires_in")
        ends = self._shop.now() + float(life) if life is not None else None
        scopes = body.get("scopes") or self._shop.settings["scopes"]
        return self._tokens.add(str(body["token"]), list(scopes), ends)

    def revoke(self, body: Json, path: Mapping[str, str]) -> object:
        """Forget a token."""
        self._tokens.revoke(path["token"])
        return {}

    def uninstall(self, body: Json, path: Mapping[str, str]) -> object:
        """The merchant removes the app: tokens die first, then app/uninstalled goes out."""
        for token in self._tokens.list():
            self._tokens.revoke(token["token"])
        self._shop.settings["app_installed"] = False
        self._shop.tell("app/uninstalled", {}, {})
        return {}

    def empty_bucket(self, body: Json, path: Mapping[str, str]) -> object:
        """Drain the cost bucket."""
        self._bucket.empty()
        return {}

    def _order(self, path: Mapping[str, str]) -> Doc:
        """By number (#1001), id, or source identifier."""
        wanted = path["order"]
        orders: list[Doc] = list(self._shop.orders.values())
        for order in reversed(orders):
            if wanted in (order["name"], str(order["id"]), order["sourceIdentifier"], gid("Order", order["id"])):
                return order
        raise Reject(f"no order {wanted}")

    def _fulfillment(self, body: Json, path: Mapping[str, str]) -> Doc:
        living = [one for one in self._order(path)["fulfillments"] if one["status"] == "SUCCESS"]
        wanted = body.get("fulfillment")
        found = [one for one in living if wanted in (None, one["id"], gid("Fulfillment", one["id"]))]
        if not found:
            raise Reject("no such shipment")
        last: Doc = found[-1]
        return last
