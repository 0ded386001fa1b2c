"""The root fields that write orders: create, update, tag, close, pay, cancel, refund."""

from typing import Any

from tokbridge.sandbox.shopify import access, cancel, change, payment
from tokbridge.sandbox.shopify.context import Context, Info, Mutation, payload
from tokbridge.sandbox.shopify.create import create_order
from tokbridge.sandbox.shopify.fulfil import find
from tokbridge.sandbox.shopify.idempotency import recall, remember
from tokbridge.sandbox.shopify.read_order import owned
from tokbridge.sandbox.shopify.refund import refund_order
from tokbridge.sandbox.shopify.refuse import refuse
from tokbridge.sandbox.shopify.values import Doc

TOO_MANY = "Too many attempts. Please try again later."


@payload()
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


@payload()
def order_update(context: Context, info: Info, input: Doc) -> Doc:
    return {"order": change.update_order(context.shop, input)}


@payload()
def tags_add(context: Context, info: Info, id: str, tags: list[str]) -> Doc:
    return {"node": {**change.tag(context.shop, id, tags, add=True), "__typename": "Order"}}


@payload()
def tags_remove(context: Context, info: Info, id: str, tags: list[str]) -> Doc:
    return {"node": {**change.tag(context.shop, id, tags, add=False), "__typename": "Order"}}


@payload()
def order_close(context: Context, info: Info, input: Doc) -> Doc:
    return {"order": change.set_closed(context.shop, input["id"], closed=True)}


@payload()
def order_open(context: Context, info: Info, input: Doc) -> Doc:
    return {"order": change.set_closed(context.shop, input["id"], closed=False)}


@payload()
def order_mark_as_paid(context: Context, info: Info, input: Doc) -> Doc:
    return {"order": payment.mark_paid(context.shop, input["id"])}


@payload("orderCancelUserErrors")
def order_cancel(context: Context, info: Info, **args: Any) -> Doc:
    return {"job": cancel.ask_cancel(context.shop, args)}


@payload()
def refund_create(context: Context, info: Info, input: Doc) -> Doc:
    shop = context.shop
    record = recall(context, info, "refundCreate", input)
    if record.get("answer"):
        order = shop.orders[record["answer"]["order"]]
        return {"order": order, "refund": owned(order, find(order["refunds"], record["answer"]["refund"]))}
    order, refund = refund_order(shop, input)
    remember(context, record, {"order": order["id"], "refund": refund["id"]})
    return {"order": order, "refund": owned(order, refund)}


ORDER_MUTATIONS: dict[str, Mutation] = {
    "orderCreate": order_create,
    "orderUpdate": order_update,
    "tagsAdd": tags_add,
    "tagsRemove": tags_remove,
    "orderClose": order_close,
    "orderOpen": order_open,
    "orderMarkAsPaid": order_mark_as_paid,
    "orderCancel": order_cancel,
    "refundCreate": refund_create,
}
