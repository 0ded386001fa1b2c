"""The root fields that write what belongs to the shop: stock, metafield definitions, webhook subscriptions."""

from tokbridge.sandbox.shopify import stock
from tokbridge.sandbox.shopify.context import Context, Info, Mutation, payload
from tokbridge.sandbox.shopify.idempotency import recall, remember
from tokbridge.sandbox.shopify.refuse import refuse, top_error
from tokbridge.sandbox.shopify.values import Doc


@payload()
def inventory_set_quantities(context: Context, info: Info, input: Doc) -> Doc:
    strict = context.version >= "2026-04"
    if strict and any("changeFromQuantity" not in one for one in input["quantities"]):
        text = "InventoryQuantityInput must include the following argument: changeFromQuantity."
        raise top_error("INVALID_FIELD_ARGUMENTS", text)
    given = {**input, "quantities": [{"changeFromQuantity": None, **one} for one in input["quantities"]]}
    record = recall(context, info, "inventorySetQuantities", input)
    if record.get("answer") and all(one["changeFromQuantity"] is None for one in given["quantities"]):
        return {"inventoryAdjustmentGroup": record["answer"]}
    group = stock.set_quantities(context.shop, given)
    remember(context, record, group)
    return {"inventoryAdjustmentGroup": group}


@payload()
def metafield_definition_create(context: Context, info: Info, definition: Doc) -> Doc:
    shop = context.shop
    namespace = definition.get("namespace") or f"app--{shop.settings['app_id']}"
    if shop.definition(namespace, definition["key"], definition["ownerType"]):
        text = f"Key is in use for {definition['ownerType'].capitalize()} metafields on the '{namespace}' namespace."
        raise refuse(["definition", "key"], text, "TAKEN")
    capabilities = definition.get("capabilities") or {}
    one = {
        "id": shop.next_id(),
        "namespace": namespace,
        "key": definition["key"],
        "name": definition["name"],
        "description": definition.get("description"),
        "type": definition["type"],
        "ownerType": definition["ownerType"],
        "pin": definition["pin"],
        "filterable": bool((capabilities.get("adminFilterable") or {}).get("enabled")),
    }
    shop.definitions[one["id"]] = one
    shop.keep("definition", one["id"], one)
    return {"createdDefinition": one}


@payload()
def webhook_create(context: Context, info: Info, topic: str, webhookSubscription: Doc) -> Doc:
    return {"webhookSubscription": context.subscriptions.create(topic, webhookSubscription)}


@payload()
def webhook_update(context: Context, info: Info, id: str, webhookSubscription: Doc) -> Doc:
    return {"webhookSubscription": context.subscriptions.update(id, webhookSubscription)}


@payload()
def webhook_delete(context: Context, info: Info, id: str) -> Doc:
    return {"deletedWebhookSubscriptionId": context.subscriptions.delete(id)}


SHOP_MUTATIONS: dict[str, Mutation] = {
    "inventorySetQuantities": inventory_set_quantities,
    "metafieldDefinitionCreate": metafield_definition_create,
    "webhookSubscriptionCreate": webhook_create,
    "webhookSubscriptionUpdate": webhook_update,
    "webhookSubscriptionDelete": webhook_delete,
}
