"""Sources, stocks, source items and salable quantities as services (reference magento-rest.md 12)."""

from tokbridge.sandbox.magento import search
from tokbridge.sandbox.magento.context import Context
from tokbridge.sandbox.magento.criteria import tree
from tokbridge.sandbox.magento.inventory import item_shown, stock_shown
from tokbridge.sandbox.magento.refuse import Refused, missing, not_found
from tokbridge.sandbox.magento.shop import Shop
from tokbridge.sandbox.magento.values import ZERO, Doc, dec, num, present


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
        status = 1 if one.get("status") is None else int(one["status"])
        inventory.set_quantity(one["sku"], one["source_code"], dec(one.get("quantity")), status)
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
    skus = given.get("skus")
    if not isinstance(skus, dict):
        raise missing("skus")
    stock = _stock(context, stock_id)
    return [
        {"sku": sku, "stock_id": stock["stock_id"], "salable": _salable(context.shop, sku, stock)}
        for sku in skus.values()
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
    asked = given.get("sku_requests")
    for one in asked.values() if isinstance(asked, dict) else ():
        if not isinstance(one, dict) or not one.get("sku"):
            raise missing("sku")
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
        if not one.get("sku"):
            raise missing("sku")
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
