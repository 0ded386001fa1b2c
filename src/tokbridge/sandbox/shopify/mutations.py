"""The root fields that write."""

import hashlib
from collections.abc import Callable
from functools import wraps
from typing import Any

from graphql import StringValueNode, VariableNode

from tokbridge.sandbox.shopify import access, change, fulfil, holds, stock
from tokbridge.sandbox.shopify.context import Context, Info
from tokbridge.sandbox.shopify.create import create_order
from tokbridge.sandbox.shopify.fulfil import find
from tokbridge.sandbox.shopify.queries import part_of
from tokbridge.sandbox.shopify.read_order import owned
from tokbridge.sandbox.shopify.refuse import Refused, bad_request, refuse, top_error
from tokbridge.sandbox.shopify.values import Doc, gid
from tokbridge.sandbox.wire import dump

Mutation = Callable[..., Doc]
"""(context, info, **arguments) → payload without its user errors"""

TOO_MANY = "Too many attempts. Please try again later."
KEY_SECONDS = 86400


def _payload(errors: str = "userErrors") -> Callable[[Mutation], Mutation]:
    def wrap(inner: Mutation) -> Mutation:
        @wraps(inner)
        def run(context: Context, info: Info, **args: Any) -> Doc:
            try:
                return {"userErrors": [], errors: [], **inner(context, info, **args)}
            except Refused as refused:
                return {"userErrors": [], errors: refused.errors}

        return run

    return wrap


@_payload()
def order_create(context: Context, info: Info, order: Doc, options: Doc | None = None) -> Doc:
    shop = context.shop
    if (order.get("customer") or {}).get("toUpsert") and not access.allowed(context.token, ("write_customers",)):
        raise refuse(
            ["order", "customer"], "Access denied: write_customers is required to upsert a customer", "INVALID"
        )
    if shop.settings["development_store"]:
        _count_create(context)
    clamp = context.version >= "2026-07"
    return {"order": create_order(shop, order, options or {}, str(shop.settings["app_id"]), clamp=clamp)}


def _count_create(context: Context) -> None:
    """Five a minute on development and trial stores (reference 2.2)."""
    now, recent = context.shop.now(), context.shop.recent_creates
    while recent and recent[0] <= now - 60:
        recent.popleft()
    if len(recent) >= 5:
        raise refuse(None, TOO_MANY)
    recent.append(now)


@_payload()
def order_update(context: Context, info: Info, input: Doc) -> Doc:
    return {"order": change.update_order(context.shop, input)}


@_payload()
def tags_add(context: Context, info: Info, id: str, tags: list[str]) -> Doc:
    return {"node": {**change.tag(context.shop, id, tags, add=True), "__typename": "Order"}}


@_payload()
def tags_remove(context: Context, info: Info, id: str, tags: list[str]) -> Doc:
    return {"node": {**change.tag(context.shop, id, tags, add=False), "__typename": "Order"}}


@_payload()
def order_close(context: Context, info: Info, input: Doc) -> Doc:
    return {"order": change.set_closed(context.shop, input["id"], closed=True)}


@_payload()
def order_open(context: Context, info: Info, input: Doc) -> Doc:
    return {"order": change.set_closed(context.shop, input["id"], closed=False)}


@_payload()
def order_mark_as_paid(context: Context, info: Info, input: Doc) -> Doc:
    return {"order": change.mark_paid(context.shop, input["id"])}


@_payload("orderCancelUserErrors")
def order_cancel(context: Context, info: Info, **args: Any) -> Doc:
    return {"job": change.ask_cancel(context.shop, args)}


@_payload()
def refund_create(context: Context, info: Info, input: Doc) -> Doc:
    shop = context.shop
    record = _idempotent(context, info, "refundCreate", input)
    if record.get("answer"):
        order = shop.orders[record["answer"]["order"]]
        return {"order": order, "refund": owned(order, find(order["refunds"], record["answer"]["refund"]))}
    order, refund = change.refund_order(shop, input)
    _remember(context, record, {"order": order["id"], "refund": refund["id"]})
    return {"order": order, "refund": owned(order, refund)}


@_payload()
def inventory_set_quantities(context: Context, info: Info, input: Doc) -> Doc:
    strict = context.version >= "2026-04"
    if strict and any("changeFromQuantity" not in one for one in input["quantities"]):
        text = "InventoryQuantityInput must include the following argument: changeFromQuantity."
        raise top_error("INVALID_FIELD_ARGUMENTS", text)
    given = {**input, "quantities": [{"changeFromQuantity": None, **one} for one in input["quantities"]]}
    record = _idempotent(context, info, "inventorySetQuantities", input)
    if record.get("answer") and all(one["changeFromQuantity"] is None for one in given["quantities"]):
        return {"inventoryAdjustmentGroup": record["answer"]}
    group = stock.set_quantities(context.shop, given)
    _remember(context, record, group)
    return {"inventoryAdjustmentGroup": group}


def _idempotent(context: Context, info: Info, name: str, given: Doc) -> Doc:
    """The record of this @idempotent key, `answer` only on a repeat; mandatory from 2026-04 (reference 3.4)."""
    node = next((one for one in info.field_nodes[0].directives or () if one.name.value == "idempotent"), None)
    if node is None:
        if context.version >= "2026-04":
            raise bad_request("The @idempotent directive is required for this mutation but was not provided.")
        return {}
    value = (node.arguments or ())[0].value
    key = ""
    if isinstance(value, StringValueNode):
        key = value.value
    elif isinstance(value, VariableNode):
        key = str(variables(info).get(value.name.value) or "")
    if not key.strip():
        raise bad_request("The idempotency key can't be blank.")
    mark = hashlib.sha256(name.encode() + dump(given)).hexdigest()
    record = context.shop.keys.get(key)
    if record is None or record["at"] < context.shop.now() - KEY_SECONDS:
        record = {"key": key, "mark": mark, "at": context.shop.now()}
    elif record["mark"] != mark:
        text = "The request with this idempotency key has different parameters than the original request."
        raise refuse(None, text, "IDEMPOTENCY_KEY_PARAMETER_MISMATCH")
    return record


def _remember(context: Context, record: Doc, answer: Doc) -> None:
    if record:
        kept = {**record, "answer": answer}
        context.shop.keys[record["key"]] = kept
        context.shop.keep("key", record["key"], kept)


def variables(info: Info) -> Doc:
    """The coerced variables of the request."""
    found: Any = info.variable_values
    coerced = getattr(found, "coerced", found)
    return dict(coerced)


@_payload()
def fulfillment_create(context: Context, info: Info, fulfillment: Doc, message: str | None = None) -> Doc:
    if not access.allowed(context.token, access.MUTATION_SCOPES["fulfillmentCancel"]):
        raise refuse(["fulfillment"], "The api_client does not have access to the fulfillment order.")
    return {"fulfillment": _whole(context, fulfil.create_fulfillment(context.shop, fulfillment))}


@_payload()
def fulfillment_tracking_info_update(
    context: Context, info: Info, fulfillmentId: str, trackingInfoInput: Doc, **args: Any
) -> Doc:
    return {"fulfillment": _whole(context, fulfil.track(context.shop, fulfillmentId, trackingInfoInput))}


@_payload()
def fulfillment_cancel(context: Context, info: Info, id: str) -> Doc:
    return {"fulfillment": _whole(context, fulfil.cancel_fulfillment(context.shop, id))}


@_payload()
def fulfillment_event_create(context: Context, info: Info, fulfillmentEvent: Doc) -> Doc:
    return {"fulfillmentEvent": fulfil.add_event(context.shop, fulfillmentEvent)}


def _whole(context: Context, fulfillment: Doc) -> Doc:
    order = context.shop.order_of("Fulfillment", fulfillment["id"])
    return owned(order or {}, fulfillment)


@_payload()
def fulfillment_order_hold(context: Context, info: Info, id: str, fulfillmentHold: Doc) -> Doc:
    entry, _, rest = holds.hold(context.shop, id, fulfillmentHold, str(context.shop.settings["app_id"]))
    remaining = gid("FulfillmentOrder", rest["id"]) if rest else None
    return {
        "fulfillmentHold": entry,
        "fulfillmentOrder": _fulfillment_order(context, id),
        "remainingFulfillmentOrder": _fulfillment_order(context, remaining),
    }


@_payload()
def fulfillment_order_release_hold(
    context: Context, info: Info, id: str, holdIds: list[str] | None = None, **args: Any
) -> Doc:
    fresh = holds.release(context.shop, id, holdIds)
    return {"fulfillmentOrder": _fulfillment_order(context, gid("FulfillmentOrder", fresh["id"]))}


def _fulfillment_order(context: Context, wanted: str | None) -> Doc | None:
    return part_of(context, "FulfillmentOrder", "fulfillmentOrders", wanted) if wanted else None


@_payload()
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


@_payload()
def webhook_create(context: Context, info: Info, topic: str, webhookSubscription: Doc) -> Doc:
    return {"webhookSubscription": context.subscriptions.create(topic, webhookSubscription)}


@_payload()
def webhook_update(context: Context, info: Info, id: str, webhookSubscription: Doc) -> Doc:
    return {"webhookSubscription": context.subscriptions.update(id, webhookSubscription)}


@_payload()
def webhook_delete(context: Context, info: Info, id: str) -> Doc:
    return {"deletedWebhookSubscriptionId": context.subscriptions.delete(id)}


MUTATIONS: dict[str, Mutation] = {
    "orderCreate": order_create,
    "orderUpdate": order_update,
    "tagsAdd": tags_add,
    "tagsRemove": tags_remove,
    "orderClose": order_close,
    "orderOpen": order_open,
    "orderMarkAsPaid": order_mark_as_paid,
    "orderCancel": order_cancel,
    "refundCreate": refund_create,
    "inventorySetQuantities": inventory_set_quantities,
    "fulfillmentCreate": fulfillment_create,
    "fulfillmentTrackingInfoUpdate": fulfillment_tracking_info_update,
    "fulfillmentCancel": fulfillment_cancel,
    "fulfillmentEventCreate": fulfillment_event_create,
    "fulfillmentOrderHold": fulfillment_order_hold,
    "fulfillmentOrderReleaseHold": fulfillment_order_release_hold,
    "metafieldDefinitionCreate": metafield_definition_create,
    "webhookSubscriptionCreate": webhook_create,
    "webhookSubscriptionUpdate": webhook_update,
    "webhookSubscriptionDelete": webhook_delete,
}
