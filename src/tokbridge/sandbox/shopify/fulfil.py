"""Fulfilment orders and fulfilments: opening, shipping, tracking, taking back (reference 4)."""

from tokbridge.sandbox.shopify import stock
from tokbridge.sandbox.shopify.refuse import refuse, top_error
from tokbridge.sandbox.shopify.shop import Shop
from tokbridge.sandbox.shopify.totals import fulfillment_status, paid_and_fulfilled
from tokbridge.sandbox.shopify.values import Doc, number, seconds

Wanted = list[tuple[Doc, list[tuple[Doc, int]]]]
"""Fulfilment orders with the lines and quantities to ship of each."""


def open_order(shop: Shop, location: int, lines: list[Doc]) -> Doc:
    """A new fulfilment order, OPEN and UNSUBMITTED."""
    now = shop.now()
    return {
        "id": shop.next_id(),
        "status": "OPEN",
        "requestStatus": "UNSUBMITTED",
        "locationId": location,
        "lines": lines,
        "holds": [],
        "createdAt": now,
        "updatedAt": now,
    }


def open_orders(shop: Shop, order: Doc) -> list[Doc]:
    """One fulfilment order per location; they exist at once, even for what needs no shipping (reference 2.2)."""
    places: dict[int, list[Doc]] = {}
    for line in order["lines"]:
        location = line["claim"]["location"] if line["claim"] else shop.default_location()
        places.setdefault(location, []).append(part(shop, line["id"], line["quantity"]))
    return [open_order(shop, location, lines) for location, lines in places.items()]


def part(shop: Shop, line: int, quantity: int) -> Doc:
    """A line of a fulfilment order."""
    return {"id": shop.next_id(), "lineId": line, "total": quantity, "remaining": quantity}


def create_fulfillment(shop: Shop, given: Doc) -> Doc:
    """fulfillmentCreate; raises Refused with the texts of reference 4.3."""
    groups = given["lineItemsByFulfillmentOrder"]
    _check_quantities(groups)
    wanted: Wanted = []
    orders: dict[int, Doc] = {}
    for group in groups:
        key = number(group["fulfillmentOrderId"], "FulfillmentOrder")
        if str(group["fulfillmentOrderId"]).endswith("/0"):
            raise top_error("RESOURCE_NOT_FOUND", "invalid id")
        order = shop.order_of("FulfillmentOrder", key)
        if order is None:
            raise refuse(["fulfillment"], "Fulfillment order does not exist.")
        orders[order["id"]] = order
        one = find(order["fulfillmentOrders"], key)
        wanted.append((one, _lines(one, group.get("fulfillmentOrderLineItems"))))
    if len(orders) > 1:
        ids = ", ".join(str(key) for key in orders)
        text = f"All fulfillment orders must belong to the same order. Multiple orders with ids [{ids}] were found."
        raise refuse(["fulfillment"], text)
    places = list(dict.fromkeys(one["locationId"] for one, _ in wanted))
    if len(places) > 1:
        ids = ", ".join(str(key) for key in places)
        text = (
            "All fulfillment orders must be assigned to a single location."
            f" Multiple locations with ids [{ids}] were found."
        )
        raise refuse(["fulfillment"], text)
    if not orders:
        raise refuse(["fulfillment"], "Fulfillment order does not exist.")
    order = next(iter(orders.values()))
    return ship(shop, order, [one for one, _ in wanted], wanted, tracking(given.get("trackingInfo")))


def ship(shop: Shop, order: Doc, ones: list[Doc], wanted: Wanted | None, parcels: list[Doc]) -> Doc:
    """Book a shipment of everything remaining (wanted None) or of the given lines; closes what is done."""
    if wanted is None:
        wanted = [(one, [(line, line["remaining"]) for line in one["lines"] if line["remaining"]]) for one in ones]
    shipped: dict[int, Doc] = {}
    for one, lines in wanted:
        for line, quantity in lines:
            line["remaining"] -= quantity
            entry = shipped.setdefault(
                line["lineId"], {"id": shop.next_id(), "lineId": line["lineId"], "quantity": 0, "claimed": 0}
            )
            entry["quantity"] += quantity
            entry["claimed"] += _take_claim(shop, find(order["lines"], line["lineId"]), quantity)
        one["updatedAt"] = shop.now()
        one["status"] = "IN_PROGRESS" if any(line["remaining"] for line in one["lines"]) else "CLOSED"
    fulfillment = {
        "id": shop.next_id(),
        "sequence": len(order["fulfillments"]) + 1,
        "status": "SUCCESS",
        "displayStatus": "FULFILLED",
        "locationId": ones[0]["locationId"],
        "fulfillmentOrderIds": [one["id"] for one in ones],
        "tracking": parcels,
        "events": [],
        "lines": list(shipped.values()),
        "createdAt": shop.now(),
        "updatedAt": shop.now(),
    }
    order["fulfillments"].append(fulfillment)
    done = fulfillment_status(order) == "FULFILLED"
    if shop.settings["auto_close"] and paid_and_fulfilled(order) and order["closedAt"] is None:
        order["closedAt"] = shop.now()
    shop.save_order(order, "orders/fulfilled" if done else "orders/partially_fulfilled")
    shop.tell("fulfillments/create", fulfillment, order)
    return fulfillment


def track(shop: Shop, fulfillment_id: object, given: Doc) -> Doc:
    """fulfillmentTrackingInfoUpdate: all tracking is replaced, also of a cancelled fulfilment."""
    order, fulfillment = _fulfillment(shop, fulfillment_id, "fulfillmentId", "Fulfillment does not exist.")
    fulfillment["tracking"] = tracking(given)
    fulfillment["updatedAt"] = shop.now()
    shop.save_order(order)
    shop.tell("fulfillments/update", fulfillment, order)
    return fulfillment


def cancel_fulfillment(shop: Shop, fulfillment_id: object) -> Doc:
    """fulfillmentCancel: back to unfulfilled and open, with a new fulfilment order; a repeat succeeds silently."""
    order, fulfillment = _fulfillment(shop, fulfillment_id, "id", "Fulfillment not found.")
    if fulfillment["status"] == "CANCELLED":
        return fulfillment
    fulfillment.update(status="CANCELLED", displayStatus="CANCELED", updatedAt=shop.now())
    for entry in fulfillment["lines"]:
        line = find(order["lines"], entry["lineId"])
        if entry["claimed"]:
            stock.move(shop, shop.variants[line["variantId"]], fulfillment["locationId"], committed=entry["claimed"])
            line["claim"] = line["claim"] or {"location": fulfillment["locationId"], "quantity": 0}
            line["claim"]["quantity"] += entry["claimed"]
    again = [part(shop, entry["lineId"], entry["quantity"]) for entry in fulfillment["lines"]]
    order["fulfillmentOrders"].append(open_order(shop, fulfillment["locationId"], again))
    order["closedAt"] = None
    shop.save_order(order)
    shop.tell("fulfillments/update", fulfillment, order)
    return fulfillment


def add_event(shop: Shop, given: Doc) -> Doc:
    """fulfillmentEventCreate: the newest event is the shipment's display status."""
    field, text = "fulfillmentEvent", "Fulfillment does not exist."
    order, fulfillment = _fulfillment(shop, given["fulfillmentId"], field, text)
    now = shop.now()
    happened = seconds(given["happenedAt"]) if given.get("happenedAt") else now
    event: Doc = {
        "id": shop.next_id(), "status": given["status"], "message": given.get("message"), "happenedAt": happened,
        "createdAt": now,
    }  # fmt: skip
    fulfillment["events"].append(event)
    if fulfillment["status"] == "SUCCESS":
        newest = max(fulfillment["events"], key=lambda one: (one["happenedAt"], one["id"]))
        fulfillment["displayStatus"] = newest["status"]
    fulfillment["updatedAt"] = now
    shop.save_order(order)
    shop.tell("fulfillments/update", fulfillment, order)
    return event


def tracking(given: Doc | None) -> list[Doc]:
    """The parcels of a FulfillmentTrackingInput: number(s) and url(s) side by side, one company."""
    if not given:
        return []
    numbers = given.get("numbers") or ([given["number"]] if given.get("number") else [])
    urls = given.get("urls") or ([given["url"]] if given.get("url") else [])
    count = max(len(numbers), len(urls), 1 if given.get("company") else 0)
    padded = zip(numbers + [None] * (count - len(numbers)), urls + [None] * (count - len(urls)), strict=True)
    return [{"company": given.get("company"), "number": one, "url": url} for one, url in padded]


def find(parts: list[Doc], key: int) -> Doc:
    """The part of an order with this number."""
    return next(one for one in parts if one["id"] == key)


def _check_quantities(groups: list[Doc]) -> None:
    for at, group in enumerate(groups):
        for place, line in enumerate(group.get("fulfillmentOrderLineItems") or []):
            if line["quantity"] <= 0:
                field = ["fulfillment", "lineItemsByFulfillmentOrder", str(at)]
                field += ["fulfillmentOrderLineItems", str(place), "quantity"]
                raise refuse(field, "Quantity must be greater than 0")


def _lines(one: Doc, given: list[Doc] | None) -> list[tuple[Doc, int]]:
    if one["status"] not in ("OPEN", "IN_PROGRESS"):
        state = one["status"].lower()
        raise refuse(["fulfillment"], f"Fulfillment order {one['id']} has an unfulfillable status= {state}.")
    if not given:
        return [(line, line["remaining"]) for line in one["lines"] if line["remaining"]]
    lines: list[tuple[Doc, int]] = []
    left = {line["id"]: line["remaining"] for line in one["lines"]}
    for entry in given:
        key = number(entry["id"], "FulfillmentOrderLineItem")
        if key not in left:
            raise refuse(["fulfillment"], "Fulfillment order line item does not exist.")
        left[key] -= entry["quantity"]
        if left[key] < 0:
            raise refuse(["fulfillment"], "Invalid fulfillment order line item quantity requested.")
        lines.append((find(one["lines"], key), entry["quantity"]))
    return lines


def _fulfillment(shop: Shop, wanted: object, field: str, text: str) -> tuple[Doc, Doc]:
    key = number(wanted, "Fulfillment")
    order = shop.order_of("Fulfillment", key)
    if order is None:
        raise refuse([field], text)
    return order, find(order["fulfillments"], key)


def _take_claim(shop: Shop, line: Doc, quantity: int) -> int:
    """Shipping takes claimed units out of committed (and so out of on_hand); gives how many were claimed."""
    taken = min(quantity, line["claim"]["quantity"]) if line["claim"] else 0
    if taken:
        stock.move(shop, shop.variants[line["variantId"]], line["claim"]["location"], committed=-taken)
        line["claim"]["quantity"] -= taken
    return taken
