"""The root fields that read."""

from typing import Any

from tokbridge.sandbox.shopify import access
from tokbridge.sandbox.shopify.context import Context, Field, Types
from tokbridge.sandbox.shopify.paging import page
from tokbridge.sandbox.shopify.read_order import owned
from tokbridge.sandbox.shopify.read_shop import VERSIONS, version
from tokbridge.sandbox.shopify.refuse import bad_request
from tokbridge.sandbox.shopify.search import SearchIndex
from tokbridge.sandbox.shopify.values import Doc, number, parts

SIXTY_DAYS = 60 * 86400
ORDER_SORT = {
    "CREATED_AT": "created_at", "UPDATED_AT": "updated_at", "PROCESSED_AT": "processed_at", "ID": "id",
    "ORDER_NUMBER": "name", "TOTAL_PRICE": "total", "PO_NUMBER": "po_number",
}  # fmt: skip
VARIANT_SORT = {"ID": "id", "SKU": "sku", "TITLE": "title", "INVENTORY_QUANTITY": "inventory_quantity"}
PRODUCT_SORT = {
    "ID": "id",
    "TITLE": "title",
    "UPDATED_AT": "updated_at",
    "CREATED_AT": "created_at",
    "VENDOR": "vendor",
}


def visible(context: Context, order: Doc | None) -> Doc | None:
    """An order this token may see: older than 60 days only with read_all_orders, else silently absent."""
    if order is None or access.allowed(context.token, ("read_all_orders",)):
        return order
    return order if context.shop.now() - order["createdAt"] <= SIXTY_DAYS else None


def _search(
    context: Context, index: SearchIndex, store: dict[int, Doc], name: str, *, args: Doc, sorts: dict[str, str]
) -> tuple[list[int], str]:
    if args.get("sortKey") not in sorts:
        raise bad_request(f"This sandbox cannot sort {name} by {args.get('sortKey')}")
    found = index.find(args.get("query"), [name])
    if found.note:
        context.search_notes.append(found.note)
    return [key for key in (index.rows if found.ids is None else found.ids) if key in store], sorts[args["sortKey"]]


def _sorted_page(index: SearchIndex, store: dict[int, Doc], keys: list[int], field: str, args: Doc) -> Doc:
    def key(one: int) -> tuple[Any, int]:
        value = index.rows[one].get(field)
        return ("" if value is None else value, one)

    return page(keys, args, key, store.__getitem__)


def _orders(root: Doc, context: Context, **args: Any) -> Doc:
    shop = context.shop
    keys, field = _search(context, shop.order_index, shop.orders, "orders", args=args, sorts=ORDER_SORT)
    if not access.allowed(context.token, ("read_all_orders",)):
        since = shop.now() - SIXTY_DAYS
        keys = [key for key in keys if shop.orders[key]["createdAt"] >= since]
    return _sorted_page(shop.order_index, shop.orders, keys, field, args)


def _orders_count(root: Doc, context: Context, limit: int | None = None, query: str | None = None) -> Doc:
    args = {"query": query, "sortKey": "ID"}
    keys, _ = _search(
        context, context.shop.order_index, context.shop.orders, "ordersCount", args=args, sorts=ORDER_SORT
    )
    exact = limit is None or len(keys) <= limit
    return {"count": len(keys) if exact else limit, "precision": "EXACT" if exact else "AT_LEAST"}


def _order_by_identifier(root: Doc, context: Context, identifier: Doc) -> Doc | None:
    if identifier.get("id"):
        return visible(context, context.shop.orders.get(number(identifier["id"], "Order")))
    wanted = identifier["customId"]
    namespace = wanted.get("namespace") or "custom"
    definition = context.shop.definition(namespace, wanted["key"])
    if definition is None or definition["type"] != "id":
        raise bad_request(f"Metafield definition of type 'id' is required when using custom ids: {wanted['key']}")
    found = context.shop.by_metafield.get((namespace, wanted["key"], wanted["value"]))
    return visible(context, context.shop.orders[found]) if found else None


def _variants(root: Doc, context: Context, **args: Any) -> Doc:
    shop = context.shop
    keys, field = _search(context, shop.variant_index, shop.variants, "productVariants", args=args, sorts=VARIANT_SORT)
    return _sorted_page(shop.variant_index, shop.variants, keys, field, args)


def _products(root: Doc, context: Context, **args: Any) -> Doc:
    shop = context.shop
    keys, field = _search(context, shop.product_index, shop.products, "products", args=args, sorts=PRODUCT_SORT)
    return _sorted_page(shop.product_index, shop.products, keys, field, args)


def _locations(root: Doc, context: Context, **args: Any) -> Doc:
    return page(list(context.shop.locations.values()), args, lambda one: (one["name"], one["id"]))


def _customer_by_identifier(root: Doc, context: Context, identifier: Doc) -> Doc | None:
    shop = context.shop
    if identifier.get("id"):
        return shop.customers.get(number(identifier["id"], "Customer"))
    found = shop.customer_by_email.get(str(identifier.get("emailAddress") or "").lower())
    return shop.customers[found] if found else None


def _definitions(root: Doc, context: Context, **args: Any) -> Doc:
    chosen = [
        one
        for one in context.shop.definitions.values()
        if one["ownerType"] == args["ownerType"]
        and args.get("namespace") in (None, one["namespace"])
        and args.get("key") in (None, one["key"])
    ]
    return page(chosen, args, lambda one: (one["id"], one["id"]))


def _subscriptions(root: Doc, context: Context, **args: Any) -> Doc:
    address = args.get("uri") or args.get("callbackUrl")
    chosen = [
        one
        for one in context.subscriptions.list()
        if (not args.get("topics") or one["topic"] in args["topics"]) and address in (None, one["uri"])
    ]
    return page(chosen, args, lambda one: (one["createdAt"], one["id"]))


def part_of(context: Context, kind: str, field: str, wanted: object) -> Doc | None:
    """A part of an order by its global id, together with the order."""
    key = number(wanted, kind)
    order = visible(context, context.shop.order_of(kind, key))
    if order is None:
        return None
    return next((owned(order, one) for one in order[field] if one["id"] == key), None)


def _fulfillment_order(root: Doc, context: Context, id: str) -> Doc | None:
    seen = access.allowed(context.token, (access.OWN_FULFILLMENT_ORDERS,))
    return part_of(context, "FulfillmentOrder", "fulfillmentOrders", id) if seen else None


def _node(root: Doc, context: Context, id: str) -> Doc | None:
    kind, _ = parts(id)
    field = NODES.get(kind)
    found = field(root, context, id=id) if field else None
    return None if found is None else {**found, "__typename": kind}


def _by_number(store: str, kind: str) -> Field:
    def read(root: Doc, context: Context, id: str | None = None) -> Doc | None:
        documents: dict[int, Doc] = getattr(context.shop, store)
        return documents.get(number(id, kind))

    return read


def _part(kind: str, field: str) -> Field:
    return lambda root, context, id: part_of(context, kind, field, id)


def _location(root: Doc, context: Context, id: str | None = None) -> Doc | None:
    if id is None:
        return context.shop.locations[context.shop.default_location()]
    return context.shop.locations.get(number(id, "Location"))


NODES: dict[str, Field] = {
    "Order": lambda root, context, id: visible(context, context.shop.orders.get(number(id, "Order"))),
    "Product": _by_number("products", "Product"),
    "ProductVariant": _by_number("variants", "ProductVariant"),
    "InventoryItem": _by_number("items", "InventoryItem"),
    "Customer": _by_number("customers", "Customer"),
    "Location": _location,
    "Fulfillment": _part("Fulfillment", "fulfillments"),
    "FulfillmentOrder": _fulfillment_order,
    "LineItem": _part("LineItem", "lines"),
    "Refund": _part("Refund", "refunds"),
    "OrderTransaction": _part("OrderTransaction", "transactions"),
    "MetafieldDefinition": _by_number("definitions", "MetafieldDefinition"),
    "WebhookSubscription": lambda root, context, id: context.subscriptions.get(number(id, "WebhookSubscription")),
}

QUERIES: Types = {
    "QueryRoot": {
        "shop": lambda root, context: {},
        "currentAppInstallation": lambda root, context: {},
        "publicApiVersions": lambda root, context: [version(handle) for handle in VERSIONS],
        "order": NODES["Order"],
        "orders": _orders,
        "ordersCount": _orders_count,
        "orderByIdentifier": _order_by_identifier,
        "product": NODES["Product"],
        "products": _products,
        "productVariant": NODES["ProductVariant"],
        "productVariants": _variants,
        "inventoryItem": NODES["InventoryItem"],
        "location": _location,
        "locations": _locations,
        "customer": NODES["Customer"],
        "customerByIdentifier": _customer_by_identifier,
        "fulfillment": NODES["Fulfillment"],
        "fulfillmentOrder": _fulfillment_order,
        "job": lambda root, context, id: context.shop.jobs.get(parts(id)[1]),
        "metafieldDefinitions": _definitions,
        "webhookSubscription": NODES["WebhookSubscription"],
        "webhookSubscriptions": _subscriptions,
        "node": _node,
        "nodes": lambda root, context, ids: [_node(root, context, one) for one in ids],
    },
}
