"""The root fields that write fulfilments, and holds of fulfilment orders."""

from typing import Any

from tokbridge.sandbox.shopify import access, fulfil, holds
from tokbridge.sandbox.shopify.context import Context, Info, Mutation, payload
from tokbridge.sandbox.shopify.queries import part_of
from tokbridge.sandbox.shopify.read_order import owned
from tokbridge.sandbox.shopify.refuse import refuse
from tokbridge.sandbox.shopify.values import Doc, gid


@payload()
def fulfillment_create(context: Context, info: Info, fulfillment: Doc, message: str | None = None) -> Doc:
    if not access.allowed(context.token, access.MUTATION_SCOPES["fulfillmentCancel"]):
        raise refuse(["fulfillment"], "The api_client does not have access to the fulfillment order.")
    return {"fulfillment": _whole(context, fulfil.create_fulfillment(context.shop, fulfillment))}


@payload()
def fulfillment_tracking_info_update(
    context: Context, info: Info, fulfillmentId: str, trackingInfoInput: Doc, **args: Any
) -> Doc:
    return {"fulfillment": _whole(context, fulfil.track(context.shop, fulfillmentId, trackingInfoInput))}


@payload()
def fulfillment_cancel(context: Context, info: Info, id: str) -> Doc:
    return {"fulfillment": _whole(context, fulfil.cancel_fulfillment(context.shop, id))}


@payload()
def fulfillment_event_create(context: Context, info: Info, fulfillmentEvent: Doc) -> Doc:
    return {"fulfillmentEvent": fulfil.add_event(context.shop, fulfillmentEvent)}


def _whole(context: Context, fulfillment: Doc) -> Doc:
    order = context.shop.order_of("Fulfillment", fulfillment["id"])
    return owned(order or {}, fulfillment)


@payload()
def fulfillment_order_hold(context: Context, info: Info, id: str, fulfillmentHold: Doc) -> Doc:
    entry, _, rest = holds.hold(context.shop, id, fulfillmentHold, str(context.shop.settings["app_id"]))
    remaining = gid("FulfillmentOrder", rest["id"]) if rest else None
    return {
        "fulfillmentHold": entry,
        "fulfillmentOrder": _fulfillment_order(context, id),
        "remainingFulfillmentOrder": _fulfillment_order(context, remaining),
    }


@payload()
def fulfillment_order_release_hold(
    context: Context, info: Info, id: str, holdIds: list[str] | None = None, **args: Any
) -> Doc:
    fresh = holds.release(context.shop, id, holdIds)
    return {"fulfillmentOrder": _fulfillment_order(context, gid("FulfillmentOrder", fresh["id"]))}


def _fulfillment_order(context: Context, wanted: str | None) -> Doc | None:
    return part_of(context, "FulfillmentOrder", "fulfillmentOrders", wanted) if wanted else None


SHIP_MUTATIONS: dict[str, Mutation] = {
    "fulfillmentCreate": fulfillment_create,
    "fulfillmentTrackingInfoUpdate": fulfillment_tracking_info_update,
    "fulfillmentCancel": fulfillment_cancel,
    "fulfillmentEventCreate": fulfillment_event_create,
    "fulfillmentOrderHold": fulfillment_order_hold,
    "fulfillmentOrderReleaseHold": fulfillment_order_release_hold,
}
