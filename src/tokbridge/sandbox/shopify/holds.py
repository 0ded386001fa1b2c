"""Holding and releasing fulfilment orders; both give new fulfilment orders (reference 4.4)."""

from tokbridge.sandbox.shopify.fulfil import find, open_order, part
from tokbridge.sandbox.shopify.refuse import refuse
from tokbridge.sandbox.shopify.shop import Shop
from tokbridge.sandbox.shopify.values import Doc, number

MOST_HOLDS = 10
NOT_FOUND = "Fulfillment order does not exist."


def hold(shop: Shop, wanted: object, given: Doc, app: str) -> tuple[Doc, Doc, Doc | None]:
    """Put a fulfilment order, or some of its lines, on hold: (hold, held order, remaining order or None)."""
    order, one = _fulfillment_order(shop, wanted)
    if one["status"] not in ("OPEN", "ON_HOLD"):
        raise refuse(["id"], f"Fulfillment order is not in a holdable state: {one['status'].lower()}.", "TAKEN")
    mine = [entry for entry in one["holds"] if entry["app"] == app]
    if any(entry["handle"] == given["handle"] for entry in mine):
        text = "The handle provided for the fulfillment hold is already in use by this app for another hold"
        raise refuse(["fulfillmentHold", "handle"], text, "DUPLICATE_FULFILLMENT_HOLD_HANDLE")
    if len(mine) >= MOST_HOLDS:
        text = "The maximum number of fulfillment holds for this fulfillment order has been reached for this app"
        raise refuse(["id"], text, "FULFILLMENT_ORDER_HOLD_LIMIT_REACHED")
    rest = _split(shop, one, given["fulfillmentOrderLineItems"])
    if rest is not None:
        order["fulfillmentOrders"].append(rest)
    entry = {
        "id": shop.next_id(),
        "app": app,
        "reason": given["reason"],
        "reasonNotes": given.get("reasonNotes"),
        "handle": given["handle"],
        "rest": rest["id"] if rest else None,
    }
    one["holds"].append(entry)
    one.update(status="ON_HOLD", updatedAt=shop.now())
    shop.save_order(order)
    shop.tell("fulfillment_orders/placed_on_hold", one, order)
    return entry, one, rest


def release(shop: Shop, wanted: object, hold_ids: list[str] | None) -> Doc:
    """Release the given holds (without ids everybody's); gives the fulfilment order to work with from now on.

    A new one takes over, with what was split off; the old ones stay CLOSED without lines.
    """
    order, one = _fulfillment_order(shop, wanted)
    gone = None if hold_ids is None else {number(key, "FulfillmentHold") for key in hold_ids}
    released = [entry for entry in one["holds"] if gone is None or entry["id"] in gone]
    one["holds"] = [entry for entry in one["holds"] if entry not in released]
    if one["holds"] or one["status"] != "ON_HOLD":
        return one
    merged = [one]
    for entry in released:
        merged += [
            rest for rest in order["fulfillmentOrders"] if rest["id"] == entry["rest"] and rest["status"] == "OPEN"
        ]
    left: dict[int, int] = {}
    for old in merged:
        for line in old["lines"]:
            left[line["lineId"]] = left.get(line["lineId"], 0) + line["remaining"]
        old.update(status="CLOSED", lines=[], updatedAt=shop.now())
    fresh = open_order(shop, one["locationId"], [part(shop, line, quantity) for line, quantity in left.items()])
    order["fulfillmentOrders"].append(fresh)
    shop.save_order(order)
    shop.tell("fulfillment_orders/hold_released", fresh, order)
    return fresh


def _split(shop: Shop, one: Doc, given: list[Doc]) -> Doc | None:
    """Keep the given quantities in the held order, move the remainder to a new one."""
    if not given:
        return None
    held = {number(entry["id"], "FulfillmentOrderLineItem"): entry["quantity"] for entry in given}
    known = {line["id"]: line for line in one["lines"]}
    for key, quantity in held.items():
        if quantity <= 0:
            text = "The line item quantity must be greater than 0."
            raise refuse(["fulfillmentHold", "fulfillmentOrderLineItems"], text, "GREATER_THAN_ZERO")
        if key not in known or quantity > known[key]["remaining"]:
            text = "The line item quantity is invalid."
            raise refuse(["fulfillmentHold", "fulfillmentOrderLineItems"], text, "INVALID_LINE_ITEM_QUANTITY")
    rest = []
    for line in one["lines"]:
        over = line["remaining"] - held.get(line["id"], 0)
        if over:
            rest.append(part(shop, line["lineId"], over))
            line["total"] -= over
            line["remaining"] -= over
    one["lines"] = [line for line in one["lines"] if line["total"]]
    return open_order(shop, one["locationId"], rest) if rest else None


def _fulfillment_order(shop: Shop, wanted: object) -> tuple[Doc, Doc]:
    key = number(wanted, "FulfillmentOrder")
    order = shop.order_of("FulfillmentOrder", key)
    if order is None:
        raise refuse(["id"], NOT_FOUND, "FULFILLMENT_ORDER_NOT_FOUND")
    return order, find(order["fulfillmentOrders"], key)
