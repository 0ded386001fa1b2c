"""Products, source items and store data as services (reference magento-rest.md 12)."""

from typing import Any

from tokbridge.sandbox.magento import search
from tokbridge.sandbox.magento.context import Context
from tokbridge.sandbox.magento.refuse import NO_PRODUCT, missing, not_found
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
