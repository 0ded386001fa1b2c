"""Refunds: lines taken back, stock restored, money returned (reference 5)."""

from decimal import Decimal

from tokbridge.sandbox.shopify import stock
from tokbridge.sandbox.shopify.change import known_order
from tokbridge.sandbox.shopify.fulfil import find
from tokbridge.sandbox.shopify.payment import book
from tokbridge.sandbox.shopify.refuse import refuse
from tokbridge.sandbox.shopify.shop import Shop
from tokbridge.sandbox.shopify.totals import paid, recompute_financial_status, refunded
from tokbridge.sandbox.shopify.values import Doc, number


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
    refund = add_refund(shop, order, lines, booked, shipping=shipping, note=given.get("note"))
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
        lines.append(refund_line(shop, line, item["quantity"], kind, location))
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


def refund_line(shop: Shop, line: Doc, quantity: int, kind: str, location: int | None) -> Doc:
    """One line of a refund; `kind` says whether the goods go back to stock."""
    return {
        "id": shop.next_id(), "lineId": line["id"], "quantity": quantity, "restockType": kind, "locationId": location,
    }  # fmt: skip


def add_refund(
    shop: Shop, order: Doc, lines: list[Doc], entries: list[int], *, shipping: Decimal, note: str | None
) -> Doc:
    """Keep a refund and tell of it; `entries` are the ids of its transactions."""
    refund: Doc = {
        "id": shop.next_id(), "createdAt": shop.now(), "note": note, "lines": lines, "transactionIds": entries,
        "shipping": str(shipping),
    }  # fmt: skip
    order["refunds"].append(refund)
    shop.parents[("Refund", refund["id"])] = order["id"]
    shop.tell("refunds/create", refund, order)
    return refund
