"""What happens to an order after its creation: update, tags, close, payment, cancellation, refund (reference 5)."""

import uuid
from decimal import Decimal

from tokbridge.sandbox.shopify import stock
from tokbridge.sandbox.shopify.fulfil import find
from tokbridge.sandbox.shopify.places import address
from tokbridge.sandbox.shopify.refuse import refuse
from tokbridge.sandbox.shopify.shop import Shop
from tokbridge.sandbox.shopify.totals import outstanding, paid, recompute_financial_status, refunded, settle_totals
from tokbridge.sandbox.shopify.values import Doc, number

GONE = "Order does not exist"
STAFF_NOTE = 255


def known_order(shop: Shop, wanted: object, field: list[str], code: str | None = None) -> Doc:
    """The order of a global id, or Refused "Order does not exist"."""
    order = shop.orders.get(number(wanted, "Order"))
    if order is None:
        raise refuse(field, GONE, code)
    return order


def update_order(shop: Shop, given: Doc) -> Doc:
    """orderUpdate: tags, note and customAttributes are replaced whole."""
    order = known_order(shop, given["id"], ["id"])
    changes = {key: value for key, value in given.items() if key != "id"}
    if not changes:
        raise refuse(None, "No valid update parameters have been provided")
    for name in ("note", "email", "phone", "poNumber"):
        if name in changes:
            order[name] = changes[name]
    if "tags" in changes:
        order["tags"] = sorted(set(changes["tags"] or []), key=str.lower)
    if "customAttributes" in changes:
        order["customAttributes"] = [dict(one) for one in changes["customAttributes"] or []]
    if changes.get("shippingAddress"):
        order["shippingAddress"] = address(changes["shippingAddress"], shop.next_id())
    for field in changes.get("metafields") or []:
        _set_metafield(shop, order, field)
    shop.save_order(order)
    return order


def _set_metafield(shop: Shop, order: Doc, given: Doc) -> None:
    namespace = given.get("namespace") or "custom"
    for field in order["metafields"]:
        if (field["namespace"], field["key"]) == (namespace, given.get("key")):
            shop.by_metafield.pop((namespace, field["key"], field["value"]), None)
            field.update(value=given.get("value"), updatedAt=shop.now())
            return
    definition = shop.definition(namespace, given.get("key") or "")
    kind = given.get("type") or (definition["type"] if definition else None)
    if not kind or not given.get("key") or not given.get("value"):
        raise refuse(["input", "metafields"], "Metafields must have a key, a type and a value")
    order["metafields"].append(
        {
            "id": shop.next_id(), "namespace": namespace, "key": given["key"], "type": kind, "value": given["value"],
            "createdAt": shop.now(), "updatedAt": shop.now(),
        }
    )  # fmt: skip


def tag(shop: Shop, wanted: object, tags: list[str], *, add: bool) -> Doc:
    """tagsAdd and tagsRemove on an order."""
    order = shop.orders.get(number(wanted, "Order"))
    if order is None:
        raise refuse(["id"], "Node does not exist")
    given = {one.strip() for one in tags if one.strip()}
    kept = set(order["tags"]) | given if add else {one for one in order["tags"] if one not in given}
    order["tags"] = sorted(kept, key=str.lower)
    shop.save_order(order)
    return order


def set_closed(shop: Shop, wanted: object, *, closed: bool) -> Doc:
    """orderClose and orderOpen; nothing happens when it is so already."""
    order = known_order(shop, wanted, ["id"])
    if (order["closedAt"] is not None) != closed:
        order["closedAt"] = shop.now() if closed else None
        shop.save_order(order)
    return order


def mark_paid(shop: Shop, wanted: object) -> Doc:
    """orderMarkAsPaid: books a sale on gateway manual."""
    order = known_order(shop, wanted, ["id"])
    if not can_mark_paid(order):
        raise refuse(["id"], "Order cannot be marked as paid.")
    book(shop, order, "SALE", outstanding(order), gateway="manual", parent=None)
    recompute_financial_status(order)
    shop.save_order(order, "orders/paid")
    return order


def can_mark_paid(order: Doc) -> bool:
    """Whether something is owed and the order still lives."""
    return order["cancelledAt"] is None and order["financialStatus"] != "PAID" and outstanding(order) > 0


def book(shop: Shop, order: Doc, kind: str, amount: Decimal, *, gateway: str | None, parent: int | None) -> Doc:
    """Add a successful transaction."""
    now = shop.now()
    entry = {
        "id": shop.next_id(), "kind": kind, "status": "SUCCESS", "gateway": gateway, "amount": str(amount),
        "parentId": parent, "authorizationCode": None, "receiptJson": None, "test": False,
        "createdAt": now, "processedAt": now,
    }  # fmt: skip
    order["transactions"].append(entry)
    return entry


def ask_cancel(shop: Shop, given: Doc) -> Doc:
    """orderCancel: checks, then a job that is done later; gives the job."""
    order = known_order(shop, given["orderId"], ["orderId"], "NOT_FOUND")
    if given.get("refund") is not None and given.get("refundMethod"):
        text = "Only one of the arguments `refund` or `refund_method` is allowed."
        raise refuse(["refund"], text, "INVALID")
    if len(given.get("staffNote") or "") > STAFF_NOTE:
        text = f"Staff note is too long. Maximum length is {STAFF_NOTE} characters."
        raise refuse(["staffNote"], text, "INVALID")
    if order["cancelledAt"] is not None:
        raise refuse(["orderId"], "Cannot cancel an order that has already been canceled", "INVALID")
    if any(one["status"] == "SUCCESS" for one in order["fulfillments"]):
        raise refuse(["orderId"], "Cannot cancel an order that has outstanding fulfillments", "INVALID")
    if any(job["orderId"] == order["id"] and not job["done"] for job in shop.jobs.values()):
        raise refuse(["orderId"], "Cancellation is already in progress", "INVALID")
    method = given.get("refundMethod") or {}
    job = {
        "id": str(uuid.uuid4()),
        "orderId": order["id"],
        "done": False,
        "due": shop.now() + float(shop.settings["job_seconds"]),
        "reason": given["reason"],
        "restock": given["restock"],
        "refund": bool(given.get("refund") or method.get("originalPaymentMethodsRefund")),
        "staffNote": given.get("staffNote"),
    }
    shop.jobs[job["id"]] = job
    shop.keep("job", job["id"], job)
    return job


def finish_jobs(shop: Shop) -> None:
    """Carry out the cancellations that are due."""
    for job in [one for one in shop.jobs.values() if not one["done"] and one["due"] <= shop.now()]:
        order = shop.orders[job["orderId"]]
        if order["cancelledAt"] is None:
            cancel(shop, order, job["reason"], restock=job["restock"], give_back=job["refund"], note=job["staffNote"])
        job["done"] = True
        shop.keep("job", job["id"], job)


def cancel(shop: Shop, order: Doc, reason: str, *, restock: bool, give_back: bool, note: str | None) -> None:
    """The effect: cancelled, closed, fulfilment orders closed, quantities 0; stock and money back if wanted."""
    now = shop.now()
    for line in order["lines"]:
        claim = line["claim"]
        if claim and claim["quantity"]:
            back = claim["quantity"] if restock else 0
            variant = shop.variants[line["variantId"]]
            stock.move(shop, variant, claim["location"], available=back, committed=-claim["quantity"])
            claim["quantity"] = 0
    lines = [_refund_line(shop, line, line["currentQuantity"], "CANCEL" if restock else "NO_RESTOCK", None)
             for line in order["lines"] if line["currentQuantity"]]  # fmt: skip
    for line in order["lines"]:
        line["currentQuantity"] = 0
    for one in order["fulfillmentOrders"]:
        if one["status"] != "CLOSED":
            one.update(status="CLOSED", updatedAt=now, holds=[])
            for part in one["lines"]:
                part["remaining"] = 0
    order.update(cancelledAt=now, closedAt=order["closedAt"] or now, cancelReason=reason, staffNote=note)
    open_money = paid(order) - refunded(order)
    if give_back and open_money > 0:
        entries = _give_back(shop, order, open_money)
        _add_refund(shop, order, lines, entries, shipping=Decimal(order["totals"]["shipping"]), note=None)
        recompute_financial_status(order)
    settle_totals(order)
    shop.save_order(order, "orders/cancelled")


def _give_back(shop: Shop, order: Doc, amount: Decimal) -> list[int]:
    entries = []
    sales = [one for one in order["transactions"] if one["kind"] in ("SALE", "CAPTURE") and one["status"] == "SUCCESS"]
    for sale in sales:
        back = sum(Decimal(one["amount"]) for one in order["transactions"] if one["parentId"] == sale["id"])
        share = min(amount, Decimal(sale["amount"]) - back)
        if share > 0:
            entries.append(int(book(shop, order, "REFUND", share, gateway=sale["gateway"], parent=sale["id"])["id"]))
            amount -= share
    return entries


def _refund_line(shop: Shop, line: Doc, quantity: int, kind: str, location: int | None) -> Doc:
    return {
        "id": shop.next_id(), "lineId": line["id"], "quantity": quantity, "restockType": kind, "locationId": location,
    }  # fmt: skip


def _add_refund(
    shop: Shop, order: Doc, lines: list[Doc], entries: list[int], *, shipping: Decimal, note: str | None
) -> Doc:
    refund: Doc = {
        "id": shop.next_id(), "createdAt": shop.now(), "note": note, "lines": lines, "transactionIds": entries,
        "shipping": str(shipping),
    }  # fmt: skip
    order["refunds"].append(refund)
    shop.parents[("Refund", refund["id"])] = order["id"]
    shop.tell("refunds/create", refund, order)
    return refund


def refund_order(shop: Shop, given: Doc) -> tuple[Doc, Doc]:
    """refundCreate: (order, refund); texts of reference 5."""
    order = known_order(shop, given["orderId"], ["orderId"])
    items, entries = given.get("refundLineItems") or [], given.get("transactions") or []
    if not items and not entries and not given.get("shipping"):
        text = "either refund line items or refund duties or transactions or refund methods must be present"
        raise refuse(None, text)
    lines = _refund_items(shop, order, items)
    parents = _parents(order, entries)
    amount = sum((Decimal(entry["amount"]) for entry in entries), Decimal(0))
    net = paid(order) - refunded(order)
    if amount > net and not given["allowOverRefunding"]:
        raise refuse(None, f"Refund amount ${amount:.2f} is greater than net payment received ${net:.2f}")
    booked = []
    for entry, parent in zip(entries, parents, strict=True):
        share = Decimal(entry["amount"])
        booked.append(int(book(shop, order, "REFUND", share, gateway=parent["gateway"], parent=parent["id"])["id"]))
    for line in lines:
        _take_back(shop, order, line)
    wanted = given.get("shipping") or {}
    whole = Decimal(order["totals"]["shipping"])
    shipping = whole if wanted.get("fullRefund") else Decimal(wanted.get("amount") or 0)
    refund = _add_refund(shop, order, lines, booked, shipping=shipping, note=given.get("note"))
    recompute_financial_status(order)
    shop.save_order(order)
    return order, refund


def _refund_items(shop: Shop, order: Doc, items: list[Doc]) -> list[Doc]:
    lines = []
    for at, item in enumerate(items):
        key = number(item["lineItemId"], "LineItem")
        if shop.parents.get(("LineItem", key)) != order["id"]:
            raise refuse(["refundLineItems", str(at), "lineItemId"], "Line item does not exist")
        line = find(order["lines"], key)
        if item["quantity"] > line["currentQuantity"]:
            text = "Quantity cannot refund more items than were purchased"
            raise refuse(["refundLineItems", str(at), "quantity"], text)
        kind = item.get("restockType") or "NO_RESTOCK"
        if kind == "RETURN" and number(item.get("locationId"), "Location") not in shop.locations:
            raise refuse(["refundLineItems", str(at), "locationId"], "Location is required to restock items")
        location = number(item.get("locationId"), "Location") or shop.default_location()
        lines.append(_refund_line(shop, line, item["quantity"], kind, location))
    return lines


def _parents(order: Doc, entries: list[Doc]) -> list[Doc]:
    found = []
    for entry in entries:
        if entry["kind"] != "REFUND":
            kind = entry["kind"].lower().replace("_", " ")
            raise refuse(["transactions"], f"Kind {kind} is not a valid transaction")
        key = number(entry.get("parentId"), "OrderTransaction")
        parent = next(
            (one for one in order["transactions"] if one["id"] == key and one["kind"] in ("SALE", "CAPTURE")), None
        )
        if parent is None:
            raise refuse(["transactions"], "Transactions require a parent_id associated with the order")
        found.append(parent)
    return found


def _take_back(shop: Shop, order: Doc, entry: Doc) -> None:
    """Lower the line; what is not shipped leaves its fulfilment order; restock when wanted."""
    line = find(order["lines"], entry["lineId"])
    line["currentQuantity"] -= entry["quantity"]
    left = entry["quantity"]
    for one in order["fulfillmentOrders"]:
        for part in one["lines"]:
            if part["lineId"] == line["id"] and left:
                taken = min(left, part["remaining"])
                part["remaining"] -= taken
                left -= taken
        if one["status"] in ("OPEN", "IN_PROGRESS") and not any(part["remaining"] for part in one["lines"]):
            one.update(status="CLOSED", updatedAt=shop.now())
    unshipped = entry["quantity"] - left
    variant = shop.variants.get(line["variantId"]) if line["variantId"] else None
    if variant is None or not variant["tracked"]:
        return
    claim = line["claim"]
    freed = min(unshipped, claim["quantity"]) if claim else 0
    back = entry["quantity"] if entry["restockType"] in ("RETURN", "CANCEL") else 0
    if freed:
        claim["quantity"] -= freed
        stock.move(shop, variant, claim["location"], available=min(freed, back), committed=-freed)
    if back - freed > 0:
        stock.move(shop, variant, entry["locationId"], available=back - freed)
