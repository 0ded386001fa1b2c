"""Control: what the merchant seeds the shop with: products, stock, sources, stocks, customers."""

from collections.abc import Mapping

from tokbridge.sandbox.magento.shop import Shop
from tokbridge.sandbox.magento.values import Doc, dec, num
from tokbridge.sandbox.wire import Json, Reject


class Goods:
    """The controls about what a shop has."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop

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


def _product_shown(doc: Doc) -> Json:
    number, sku = str(doc["row"]["entity_id"]), doc["row"]["sku"]
    return {"id": number, "title": doc["row"]["name"], "variants": [{"id": number, "sku": sku}]}
