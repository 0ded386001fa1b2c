"""Resolvers of products, stock, locations, customers, the shop, the app and its subscriptions."""

from typing import Any

from tokbridge.sandbox.shopify import stock
from tokbridge.sandbox.shopify.context import Context, Types, picks
from tokbridge.sandbox.shopify.customers import display_name
from tokbridge.sandbox.shopify.paging import page
from tokbridge.sandbox.shopify.search import DATE, SearchIndex
from tokbridge.sandbox.shopify.values import Doc, gid, number, utc

VERSIONS = ("2026-01", "2026-04", "2026-07", "2026-10")
PLANS = {
    "standard": (100, "Basic"),
    "advanced": (200, "Advanced"),
    "plus": (1000, "Shopify Plus"),
    "enterprise": (2000, "Enterprise"),
}
"""Plan → (points per second, public name); the bucket is 20 times the rate (reference 6.1)."""


def version(handle: str) -> Doc:
    """An ApiVersion."""
    return {"handle": handle, "displayName": handle, "supported": handle in VERSIONS}


def _available(variant: Doc) -> int:
    return sum(one["available"] for one in variant["levels"].values())


def _level(variant: Doc, location: int) -> Doc | None:
    one = variant["levels"].get(str(location))
    return {**one, "variant": variant, "locationId": location} if one else None


def _item_levels(variant: Doc, context: Context, **args: Any) -> Doc:
    levels = [level for key in variant["levels"] if (level := _level(variant, int(key)))]
    return page(levels, args, lambda one: (one["id"], one["id"]))


def _location_levels(location: Doc, context: Context, **args: Any) -> Doc:
    levels = [
        level for variant in context.shop.variants.values() if (level := _level(variant, location["id"])) is not None
    ]
    if args.get("query"):
        index = SearchIndex({"updated_at": DATE}, context.shop.now, lambda: 0.0)
        for one in levels:
            index.put(one["id"], {"updated_at": one["updatedAt"]})
        found = index.find(args["query"], ["location", "inventoryLevels"])
        if found.note:
            context.search_notes.append(found.note)
        levels = [one for one in levels if found.ids is None or one["id"] in found.ids]
    return page(levels, args, lambda one: (one["id"], one["id"]))


def _quantities(one: Doc, context: Context, names: list[str]) -> list[Doc]:
    known = {"available": one["available"], "committed": one["committed"], "on_hand": stock.on_hand(one)}
    return [
        {
            "id": gid("InventoryQuantity", f"{one['id']}-{name}"),
            "name": name,
            "quantity": known.get(name, 0),
            "updatedAt": utc(one["updatedAt"]),
        }
        for name in names
    ]


def _changes(group: Doc, context: Context, **args: Any) -> list[Doc]:
    names = args.get("quantityNames")
    return [
        {
            "name": one["name"],
            "delta": one["delta"],
            "quantityAfterChange": None,
            "ledgerDocumentUri": None,
            "item": context.shop.variants[one["variantId"]],
            "location": context.shop.locations[one["locationId"]],
        }
        for one in group["changes"]
        if names is None or one["name"] in names
    ]


def _product(variant: Doc, context: Context) -> Doc:
    return context.shop.products[variant["productId"]]


def _variants(product: Doc, context: Context, **args: Any) -> Doc:
    return page(product["variants"], args, lambda one: (one["position"], one["id"]))


def _shop(key: str) -> Any:
    return lambda shop, context: context.shop.settings[key]


def _plan(shop: Doc, context: Context) -> Doc:
    settings = context.shop.settings
    return {
        "publicDisplayName": PLANS[settings["plan"]][1],
        "partnerDevelopment": settings["development_store"],
        "shopifyPlus": settings["plan"] == "plus",
    }


def _capabilities(definition: Doc, context: Context) -> Doc:
    filterable = definition["filterable"]
    return {
        "adminFilterable": {
            "eligible": True,
            "enabled": filterable,
            "status": "FILTERABLE" if filterable else "NOT_FILTERABLE",
        },
        "uniqueValues": {"eligible": True, "enabled": definition["type"] == "id"},
    }


SHOP: Types = {
    "ProductVariant": {
        **picks("sku", "barcode", "title", "price", "position"),
        "id": lambda one, context: gid("ProductVariant", one["id"]),
        "legacyResourceId": lambda one, context: one["id"],
        "displayName": lambda one, context: f"{_product(one, context)['title']} - {one['title']}",
        "createdAt": lambda one, context: utc(_product(one, context)["createdAt"]),
        "updatedAt": lambda one, context: utc(_product(one, context)["updatedAt"]),
        "inventoryPolicy": lambda one, context: one["policy"],
        "inventoryQuantity": lambda one, context: _available(one),
        "availableForSale": lambda one, context: (
            not one["tracked"] or one["policy"] == "CONTINUE" or _available(one) > 0
        ),
        "inventoryItem": lambda one, context: one,
        "product": _product,
        "selectedOptions": lambda one, context: [{"name": "Title", "value": one["title"]}],
    },
    "Product": {
        **picks("title", "handle", "status", "tags", "vendor"),
        "id": lambda one, context: gid("Product", one["id"]),
        "legacyResourceId": lambda one, context: one["id"],
        "productType": lambda one, context: "",
        "createdAt": lambda one, context: utc(one["createdAt"]),
        "updatedAt": lambda one, context: utc(one["updatedAt"]),
        "totalInventory": lambda one, context: sum(_available(variant) for variant in one["variants"]),
        "variants": _variants,
    },
    "InventoryItem": {
        **picks("sku", "tracked"),
        "id": lambda one, context: gid("InventoryItem", one["itemId"]),
        "legacyResourceId": lambda one, context: one["itemId"],
        "requiresShipping": lambda one, context: one["requiresShipping"],
        "duplicateSkuCount": lambda one, context: (
            len(context.shop.by_sku.get(one["sku"], ())) - 1 if one["sku"] else 0
        ),
        "createdAt": lambda one, context: utc(_product(one, context)["createdAt"]),
        "updatedAt": lambda one, context: utc(_product(one, context)["updatedAt"]),
        "variant": lambda one, context: one,
        "inventoryLevel": lambda one, context, locationId, **args: _level(one, number(locationId, "Location")),
        "inventoryLevels": _item_levels,
    },
    "InventoryLevel": {
        "id": lambda one, context: stock.level_gid(one["variant"], one),
        "item": lambda one, context: one["variant"],
        "location": lambda one, context: context.shop.locations[one["locationId"]],
        "updatedAt": lambda one, context: utc(one["updatedAt"]),
        "quantities": _quantities,
    },
    "InventoryAdjustmentGroup": {
        **picks("reason", "referenceDocumentUri"),
        "id": lambda one, context: gid("InventoryAdjustmentGroup", one["id"]),
        "createdAt": lambda one, context: utc(one["createdAt"]),
        "changes": _changes,
    },
    "Location": {
        **picks("name", "isActive"),
        "id": lambda one, context: gid("Location", one["id"]),
        "legacyResourceId": lambda one, context: one["id"],
        "fulfillsOnlineOrders": lambda one, context: True,
        "hasActiveInventory": lambda one, context: True,
        "isFulfillmentService": lambda one, context: False,
        "isPrimary": lambda one, context: one["id"] == context.shop.default_location(),
        "shipsInventory": lambda one, context: True,
        "inventoryLevels": _location_levels,
        "address": lambda one, context: {
            "address1": None, "address2": None, "city": None, "country": None, "province": None, "provinceCode": None,
            "zip": None, "countryCode": context.shop.settings["country"],
        },
    },
    "Customer": {
        **picks("firstName", "lastName", "email", "phone", "note", "tags", "defaultAddress"),
        "id": lambda one, context: gid("Customer", one["id"]),
        "legacyResourceId": lambda one, context: one["id"],
        "createdAt": lambda one, context: utc(one["createdAt"]),
        "updatedAt": lambda one, context: utc(one["updatedAt"]),
        "displayName": lambda one, context: display_name(one),
        "numberOfOrders": lambda one, context: one["orders"],
        "defaultEmailAddress": lambda one, context: {"emailAddress": one["email"]} if one["email"] else None,
    },
    "Shop": {
        "id": lambda shop, context: gid("Shop", context.shop.settings["shop_id"]),
        "name": _shop("shop_name"),
        "email": _shop("shop_email"),
        "url": lambda shop, context: f"https://{context.shop.settings['shop_domain']}",
        "myshopifyDomain": _shop("shop_domain"),
        "currencyCode": _shop("currency"),
        "enabledPresentmentCurrencies": lambda shop, context: [context.shop.settings["currency"]],
        "ianaTimezone": _shop("timezone"),
        "taxesIncluded": _shop("taxes_included"),
        "taxShipping": lambda shop, context: False,
        "plan": _plan,
    },
    "AppInstallation": {
        "id": lambda one, context: gid("AppInstallation", context.shop.settings["app_id"]),
        "accessScopes": lambda one, context: [
            {"handle": scope, "description": scope.replace("_", " ")} for scope in context.token["scopes"]
        ],
        "app": lambda one, context: {
            "id": gid("App", context.shop.settings["app_id"]), "handle": "sandbox-app", "title": "Sandbox app",
        },
    },
    "Job": {
        **picks("done"),
        "id": lambda job, context: gid("Job", job["id"]),
        "query": lambda job, context: {} if job["done"] else None,
    },
    "MetafieldDefinition": {
        **picks("namespace", "key", "name", "description", "ownerType"),
        "id": lambda one, context: gid("MetafieldDefinition", one["id"]),
        "pinnedPosition": lambda one, context: 1 if one["pin"] else None,
        "type": lambda one, context: {"name": one["type"], "category": "ID" if one["type"] == "id" else "TEXT"},
        "capabilities": _capabilities,
    },
    "WebhookSubscription": {
        **picks("topic", "format", "uri", "name"),
        "id": lambda one, context: gid("WebhookSubscription", one["id"]),
        "legacyResourceId": lambda one, context: one["id"],
        "callbackUrl": lambda one, context: one["uri"],
        "createdAt": lambda one, context: utc(one["createdAt"]),
        "updatedAt": lambda one, context: utc(one["updatedAt"]),
        "apiVersion": lambda one, context: version(context.shop.settings["webhook_version"]),
    },
}  # fmt: skip
