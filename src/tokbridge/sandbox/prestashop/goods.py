"""Preparing the shop: products, the carrier for marketplace orders, active countries, another currency."""

from decimal import Decimal

from tokbridge.sandbox.prestashop.schema import Row
from tokbridge.sandbox.prestashop.seed_catalogue import PRODUCTS
from tokbridge.sandbox.prestashop.shop import Shop
from tokbridge.sandbox.wire import Json, Reject

DEMO_PRODUCTS = len([line for line in PRODUCTS.splitlines() if line])
DEMO_TABLES = ("orders", "carts", "order_details", "order_histories", "order_carriers")

CURRENCIES = {
    "EUR": ("978", 2, "€"), "USD": ("840", 2, "$"), "GBP": ("826", 2, "£"), "JPY": ("392", 0, "¥"), "VND": ("704", 0, "₫"),
    "IDR": ("360", 2, "Rp"), "THB": ("764", 2, "฿"), "MYR": ("458", 2, "RM"), "PHP": ("608", 2, "₱"), "SGD": ("702", 2, "$"),
    "MXN": ("484", 2, "$"), "BRL": ("986", 2, "R$"),
}  # fmt: skip
"""Number, decimals and symbol of ISO 4217."""


def add(shop: Shop, given: Json) -> Row:
    """A product with its stock rows; `variants` makes combinations, whose price is the difference to the product's."""
    sku, now = str(given.get("sku") or ""), shop.time()
    title = str(given.get("title") or sku or "Product")
    price = Decimal(str(given.get("price", "0")))
    values: Row = {
        "reference": sku, "name": dict.fromkeys(shop.languages(), title), "price": price, "type": "simple", "state": 1,
        "id_tax_rules_group": tax_group(shop, given.get("tax")), "active": int(bool(given.get("active", True))),
        "weight": given.get("weight", 0), "available_for_order": 1, "show_price": 1, "minimal_quantity": 1, "indexed": 1,
        "condition": "new", "visibility": "both", "id_shop_default": 1, "id_category_default": 2, "date_add": now,
        "date_upd": now, "ean13": given.get("barcode", ""), "_categories": ["2"],
    }  # fmt: skip
    product = shop.insert("products", **values)
    variants = list(given.get("variants") or [])
    pieces = sum(int(one.get("stock", 0)) for one in variants) if variants else int(given.get("stock", 0))
    _level(shop, product["id"], 0, pieces)
    for place, one in enumerate(variants):
        combination = shop.insert(
            "combinations", id_product=product["id"], reference=str(one.get("sku") or ""), minimal_quantity=1,
            price=Decimal(str(one.get("price", price))) - price, default_on="1" if place == 0 else "",
            _name=str(one.get("title") or one.get("sku") or ""), _values=[], _images=[],
        )  # fmt: skip
        _level(shop, product["id"], combination["id"], int(one.get("stock", 0)))
    return product


def _level(shop: Shop, product: int, attribute: int, pieces: int) -> None:
    values = {"id_product": product, "id_product_attribute": attribute, "quantity": pieces}
    shop.insert("stock_availables", **values, id_shop=1, out_of_stock=2)


def tax_group(shop: Shop, percent: object) -> int:
    """The tax group whose French rate this is; a new one with that rate everywhere when there is none; 0 = no tax."""
    rate = Decimal(str(percent or 0))
    if rate == 0:
        return 0
    home = shop.config("PS_COUNTRY_DEFAULT")
    for rule in shop.table("tax_rules").find(id_country=home):
        if Decimal(shop.table("taxes").rows[int(rule["id_tax"])]["rate"]) == rate:
            return int(rule["id_tax_rules_group"])
    name, now = f"Tax {rate}%", shop.time()
    tax = shop.insert("taxes", rate=rate, active=1, name=dict.fromkeys(shop.languages(), name))
    group = shop.insert("tax_rule_groups", name=name, active=1, date_add=now, date_upd=now)
    for country in list(shop.table("countries")):
        shop.insert("tax_rules", id_tax_rules_group=group["id"], id_country=country["id"], id_tax=tax["id"])
    return int(group["id"])


def listed(shop: Shop) -> list[Json]:
    """Products that are not the demo catalogue's."""
    return [shown(shop, row) for row in shop.table("products") if row["id"] > DEMO_PRODUCTS]


def shown(shop: Shop, product: Row) -> Json:
    """A product as the control API tells it: variants are `product-combination`."""
    combinations = shop.table("combinations").find(id_product=product["id"])
    pairs = [(one["id"], one["reference"]) for one in combinations] or [(0, product["reference"])]
    variants = [{"id": f"{product['id']}-{attribute}", "sku": sku} for attribute, sku in pairs]
    return {"id": str(product["id"]), "title": product["name"]["1"], "variants": variants}


def ready(shop: Shop, carrier: str) -> Row:
    """Activate every country and give a free carrier to every zone and group; gives the carrier."""
    for country in shop.table("countries"):
        if country["active"] != "1":
            shop.update("countries", country, active="1")
    zones = [str(one["id"]) for one in shop.table("zones")]
    groups = [str(one["id"]) for one in shop.table("groups")]
    for row in shop.table("carriers"):
        if row["name"] == carrier and row["deleted"] == "0" and row.get("_zones"):
            return row
    made = shop.insert(
        "carriers", name=carrier, active=1, is_free=1, shipping_method=2, url="https://track.example/@",
        position=len(shop.table("carriers")), delay=dict.fromkeys(shop.languages(), "Sold on TikTok Shop"),
        _zones=zones, _groups=groups,
    )  # fmt: skip
    return shop.update("carriers", made, id_reference=made["id"])


def add_carrier(shop: Shop, given: Json) -> Row:
    """A carrier the merchant makes: name, url, price (net; 0 = free), zones (all), groups (all), active."""
    zones = [str(one) for one in given.get("zones") or [row["id"] for row in shop.table("zones")]]
    groups = [str(one) for one in given.get("groups") or [row["id"] for row in shop.table("groups")]]
    price, name = Decimal(str(given.get("price", "0"))), str(given["name"])
    made = shop.insert(
        "carriers", name=name, active=int(bool(given.get("active", True))), is_free=int(price == 0), shipping_method=1,
        url=str(given.get("url", "https://track.example/@")), position=len(shop.table("carriers")),
        delay=dict.fromkeys(shop.languages(), name), _zones=zones, _groups=groups,
    )  # fmt: skip
    for zone in zones if price else []:
        shop.insert("deliveries", id_carrier=made["id"], id_range_price=0, id_range_weight=1, id_zone=zone, id_shop="",
                    id_shop_group="", price=price)  # fmt: skip
    return shop.update("carriers", made, id_reference=made["id"])


def edit_carrier(shop: Shop, reference: str, changes: Json) -> Row:
    """What the back office does when a carrier is edited: a new id takes over, id_reference stays (reference 5.1)."""
    for row in shop.table("carriers").find(id_reference=reference, deleted="0"):
        values = {name: value for name, value in row.items() if name != "id"}
        shop.update("carriers", row, deleted="1")
        made = shop.insert("carriers", **{**values, **changes})
        for delivery in shop.table("deliveries").find(id_carrier=row["id"]):
            shop.insert("deliveries", **{**{k: v for k, v in delivery.items() if k != "id"}, "id_carrier": made["id"]})
        return made
    raise Reject(f"no carrier with id_reference {reference}")


def forget_demo_orders(shop: Shop) -> None:
    """Delete the orders of the fresh shop with all that hangs on them."""
    last = int(shop.notes.get("seeded_order", 0))
    for name in DEMO_TABLES:
        key = "id" if name in ("orders", "carts") else "id_order"
        for row in [one for one in shop.table(name) if int(one[key]) <= last]:
            shop.table(name).delete(row["id"])


def set_currency(shop: Shop, code: str) -> None:
    """Make the default currency another one; prices keep their figures."""
    if code not in CURRENCIES:
        raise Reject(f"currency must be one of {sorted(CURRENCIES)}")
    row = shop.table("currencies").rows[shop.number("PS_CURRENCY_DEFAULT", 1)]
    shop.update("currencies", row, **_currency(shop, code))


def set_rates(shop: Shop, rates: Json) -> None:
    """Sell in further currencies: code -> units for one of the default currency."""
    known = {row["iso_code"]: row for row in shop.table("currencies")}
    default = shop.table("currencies").rows[shop.number("PS_CURRENCY_DEFAULT", 1)]["iso_code"]
    for code, rate in rates.items():
        if code not in CURRENCIES or code == default or Decimal(str(rate)) <= 0:
            raise Reject(f"rates are positive and of others of {sorted(CURRENCIES)} than {default}")
        if code in known:
            shop.update("currencies", known[code], conversion_rate=rate)
        else:
            shop.insert("currencies", **_currency(shop, code), conversion_rate=rate, active=1, deleted=0)


def _currency(shop: Shop, code: str) -> Row:
    number, places, symbol = CURRENCIES[code]
    return {
        "iso_code": code, "numeric_iso_code": number, "precision": places, "name": code,
        "names": dict.fromkeys(shop.languages(), code), "symbol": dict.fromkeys(shop.languages(), symbol),
    }  # fmt: skip
