"""Products, source items and store data as services (reference magento-rest.md 12)."""

from typing import Any

from tokbridge.sandbox.magento import search
from tokbridge.sandbox.magento.context import Context
from tokbridge.sandbox.magento.criteria import tree
from tokbridge.sandbox.magento.inventory import item_shown, stock_shown
from tokbridge.sandbox.magento.refuse import NO_PRODUCT, Refused, missing, not_found
from tokbridge.sandbox.magento.shop import Shop
from tokbridge.sandbox.magento.values import ZERO, Doc, dec, num, present

COLUMNS = (
    "entity_id",
    "id",
    "sku",
    "name",
    "price",
    "status",
    "type_id",
    "visibility",
    "attribute_set_id",
    "created_at",
    "updated_at",
    "weight",
    "website_id",
    "store_id",
)
OWN = ("name", "attribute_set_id", "price", "status", "visibility", "type_id", "created_at", "updated_at", "weight")


def product_shown(shop: Shop, doc: Doc, single: bool) -> Doc:
    """A product; its legacy stock item only in single reads."""
    row = doc["row"]
    shown = {"id": row["entity_id"], "sku": row["sku"], **present({name: row.get(name) for name in OWN})}
    extension: Doc = {"website_ids": doc["website_ids"]}
    if single:
        extension["stock_item"] = stock_item(shop, doc)
    attributes: list[tuple[str, Any]] = [
        ("options_container", "container2"),
        ("msrp_display_actual_price_type", "0"),
        ("url_key", doc["url_key"]),
        ("required_options", "0"),
        ("has_options", "0"),
        ("tax_class_id", "2"),
        ("category_ids", []),
    ]
    if shop.since("2.4.7"):
        attributes[1], attributes[2] = attributes[2], attributes[1]
    own = dict(doc["attributes"])
    attributes = [(code, own.pop(code, value)) for code, value in attributes] + list(own.items())
    return {
        **shown,
        "extension_attributes": extension,
        "product_links": [],
        "options": [],
        "media_gallery_entries": [],
        "tier_prices": [],
        "custom_attributes": [{"attribute_code": code, "value": value} for code, value in attributes],
    }


def stock_item(shop: Shop, doc: Doc) -> Doc:
    """The legacy stock item: the default source."""
    number, sku = doc["row"]["entity_id"], doc["row"]["sku"]
    item = shop.inventory.items.get((sku.lower(), "default"))
    return {
        "item_id": number,
        "product_id": number,
        "stock_id": 1,
        "qty": item["quantity"] if item else 0,
        "is_in_stock": bool(item and item["status"] == 1 and dec(item["quantity"]) > 0),
        "is_qty_decimal": False,
        "show_default_notification_message": False,
        "use_config_min_qty": True,
        "min_qty": 0,
        "use_config_min_sale_qty": 1,
        "min_sale_qty": 1,
        "use_config_max_sale_qty": True,
        "max_sale_qty": 10000,
        "use_config_backorders": True,
        "backorders": 0,
        "use_config_notify_stock_qty": True,
        "notify_stock_qty": 1,
        "use_config_qty_increments": True,
        "qty_increments": 0,
        "use_config_enable_qty_inc": True,
        "enable_qty_increments": False,
        "use_config_manage_stock": True,
        "manage_stock": True,
        "low_stock_date": None,
        "is_decimal_divided": False,
        "stock_status_changed_auto": 0,
    }


def need_product(shop: Shop, sku: str) -> Doc:
    """A product by SKU in any case; 404 when there is none."""
    found = shop.product(sku)
    if found is None:
        raise not_found(NO_PRODUCT)
    return found


def product(context: Context) -> object:
    """GET products/{sku}"""
    return product_shown(context.shop, need_product(context.shop, context.path["sku"]), single=True)


def products(context: Context) -> object:
    """GET products"""
    shop = context.shop
    return search.search(shop.products, context.call.query, COLUMNS, lambda doc: product_shown(shop, doc, single=False))


def save_product(context: Context) -> object:
    """PUT products/{sku}: the product's own fields and custom attributes that are given; the rest stays."""
    shop = context.shop
    doc = need_product(shop, context.path["sku"])
    given = (context.json() or {}).get("product")
    if not isinstance(given, dict):
        raise missing("product")
    row = doc["row"]
    for name in ("name", "status", "visibility", "type_id"):
        row[name] = given.get(name, row[name])
    for name in ("price", "weight"):
        if given.get(name) is not None:
            row[name] = num(dec(given[name]))
    for one in given.get("custom_attributes") or []:
        doc["attributes"][str(one["attribute_code"])] = one.get("value")
    row["updated_at"] = shop.now()
    shop.products.save(doc)
    return product_shown(shop, doc, single=True)


def legacy_stock(context: Context) -> object:
    """GET stockItems/{sku}"""
    return stock_item(context.shop, need_product(context.shop, context.path["sku"]))


def save_legacy_stock(context: Context) -> object:
    """PUT products/{sku}/stockItems/{itemId}: the quantity of the default source."""
    doc = need_product(context.shop, context.path["sku"])
    given = context.body("stock_item")["stock_item"]
    sku, inventory = doc["row"]["sku"], context.shop.inventory
    quantity = dec(given["qty"]) if given.get("qty") is not None else inventory.at(sku, "default") or ZERO
    inventory.set_quantity(sku, "default", quantity, 1 if given.get("is_in_stock", quantity > 0) else 0)
    return doc["row"]["entity_id"]


def source_items(context: Context) -> object:
    """GET inventory/source-items"""
    rows = context.shop.inventory.items.values()
    known = ("source_item_id", "sku", "source_code", "quantity", "status")
    return search.search_rows(rows, context.call.query, known, item_shown)


def save_source_items(context: Context) -> object:
    """POST inventory/source-items: absolute quantities, all or none."""
    given = context.body("source_items")["source_items"]
    inventory = context.shop.inventory
    if any(not one.get("sku") or one.get("source_code") not in inventory.sources for one in given):
        raise Refused("Could not save Source Item")
    for one in given:
        inventory.set_quantity(one["sku"], one["source_code"], dec(one.get("quantity")), int(one.get("status", 1)))
    return []


def sources(context: Context) -> object:
    """GET inventory/sources"""
    rows = context.shop.inventory.sources.values()
    known = ("source_code", "name", "enabled", "country_id", "postcode")
    return search.search_rows(rows, context.call.query, known, present, required=False)


def save_source(context: Context) -> object:
    """POST inventory/sources"""
    context.shop.inventory.add_source(context.body("source")["source"])
    return []


def stocks(context: Context) -> object:
    """GET inventory/stocks"""
    rows = context.shop.inventory.stocks.values()
    return search.search_rows(rows, context.call.query, ("stock_id", "name"), stock_shown, required=False)


def save_stock(context: Context) -> object:
    """POST inventory/stocks: it takes over the websites it names."""
    given = context.body("stock")["stock"]
    channels = (given.get("extension_attributes") or {}).get("sales_channels") or []
    return context.shop.inventory.add_stock(
        str(given.get("name") or ""), [str(one["code"]) for one in channels if one.get("type") == "website"]
    )


def save_links(context: Context) -> object:
    """POST inventory/stock-source-links, all or none."""
    given = context.body("links")["links"]
    inventory = context.shop.inventory
    before = {number: list(stock["links"]) for number, stock in inventory.stocks.items()}
    try:
        for one in given:
            inventory.link(int(one.get("stock_id") or 0), str(one.get("source_code")), int(one.get("priority") or 0))
    except Refused:
        for number, links in before.items():
            inventory.stocks[number]["links"] = links
        raise
    return []


def resolver(context: Context) -> object:
    """GET inventory/stock-resolver/{type}/{code}"""
    code = context.path["code"]
    if context.path["type"] != "website" or not any(code in one["channels"] for one in _stocks(context)):
        raise not_found("No linked stock found")
    return stock_shown(context.shop.inventory.stock_of(code))


def _stocks(context: Context) -> list[Doc]:
    return list(context.shop.inventory.stocks.values())


def _stock(context: Context, text: str) -> Doc:
    found = context.shop.inventory.stocks.get(int(text)) if text.isdigit() else None
    if found is None:
        raise not_found(f"Stock with id {text} does not exist.")
    return found


def salable_quantity(context: Context) -> object:
    """GET inventory/get-product-salable-quantity/{sku}/{stockId}; fails for unknown SKUs and for composite types."""
    doc = context.shop.product(context.path["sku"])
    if doc is None or doc["row"]["type_id"] in ("configurable", "bundle", "grouped"):
        raise Crash
    return num(context.shop.inventory.salable(doc["row"]["sku"], _stock(context, context.path["stockId"])))


class Crash(Exception):
    """A 500 that is not masked but a bare JSON text (reference magento-rest.md 3)."""


def _salable(shop: Shop, sku: str, stock: Doc) -> bool:
    return shop.product(sku) is not None and shop.inventory.salable(sku, stock) > 0


def is_salable(context: Context) -> object:
    """GET inventory/is-product-salable/{sku}/{stockId}"""
    return _salable(context.shop, context.path["sku"], _stock(context, context.path["stockId"]))


def are_salable(context: Context) -> object:
    """GET inventory/are-products-salable?skus[0]=…&stockId=…"""
    given = tree(context.call.query)
    stock_id = str(given.get("stock_id") or "")
    if "skus" not in given:
        raise missing("skus")
    stock = _stock(context, stock_id)
    return [
        {"sku": sku, "stock_id": stock["stock_id"], "salable": _salable(context.shop, sku, stock)}
        for sku in given["skus"].values()
    ]


NOT_ENOUGH = [
    {"code": "back_order-disabled", "message": "Backorders are disabled"},
    {"code": "manage_stock-enabled", "message": "Manage stock is enabled"},
    {"code": "is_salable_with_reservations-not_enough_qty", "message": "The requested qty is not available"},
]


def is_salable_quantity(context: Context) -> object:
    """GET inventory/is-product-salable-for-requested-qty/{sku}/{stockId}/{qty}"""
    stock, sku = _stock(context, context.path["stockId"]), context.path["sku"]
    enough = context.shop.inventory.salable(sku, stock) >= dec(context.path["qty"])
    return {"salable": enough, "errors": [] if enough else NOT_ENOUGH}


def are_salable_quantities(context: Context) -> object:
    """GET inventory/are-product-salable-for-requested-qty/?skuRequests[0][sku]=…&skuRequests[0][qty]=…&stockId=…"""
    given = tree(context.call.query)
    stock = _stock(context, str(given.get("stock_id") or ""))
    shown = []
    for one in (given.get("sku_requests") or {}).values():
        enough = context.shop.inventory.salable(one["sku"], stock) >= dec(one.get("qty"))
        shown.append(
            {
                "sku": one["sku"],
                "stock_id": stock["stock_id"],
                "salable": enough,
                "errors": [] if enough else NOT_ENOUGH,
            }
        )
    return shown


def select_sources(context: Context) -> object:
    """POST inventory/source-selection-algorithm-result, by priority."""
    wanted = context.body("selection")["inventory_request"]
    inventory = context.shop.inventory
    stock = _stock(context, str(wanted.get("stock_id") or 0))
    chosen, shippable = [], True
    for one in wanted.get("items") or []:
        left = dec(one.get("qty"))
        for code in inventory.sources_of(stock):
            available = inventory.at(one["sku"], code) or ZERO
            taken = min(left, available)
            if taken > 0:
                chosen.append(
                    {
                        "source_code": code,
                        "sku": one["sku"],
                        "qty_to_deduct": num(taken),
                        "qty_available": num(available),
                    }
                )
            left -= max(taken, ZERO)
        shippable = shippable and left <= 0
    return {"source_selection_items": chosen, "shippable": shippable}
