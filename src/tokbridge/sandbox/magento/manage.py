"""Cancel, hold, comments, and the stock command that repairs reservations (reference magento-rest.md 5, 8, 9)."""

from decimal import Decimal

from tokbridge.sandbox.magento import life
from tokbridge.sandbox.magento.refuse import Refused
from tokbridge.sandbox.magento.rows import stored
from tokbridge.sandbox.magento.shop import Shop
from tokbridge.sandbox.magento.values import ZERO, Doc, cents, dec, num

FINISHED = frozenset({"complete", "closed", "canceled"})
NOT_OF_STATE = 'Unable to add comment: The status "%1" is not part of the order\n                 status history.'


def cancel(shop: Shop, order: Doc) -> bool:
    """Cancel what is left to bill; false when nothing may be cancelled, and then nothing happens."""
    if not life.can_cancel(order):
        return False
    row = order["row"]
    with shop.changing(order):
        state = "canceled"
        for item in order["items"]:
            if state != "processing" and life.left_to_refund(item) > 0:
                more = life.left_to_ship(item) > life.left_to_cancel(item)
                state = "processing" if more else "complete"
            _cancel_item(shop, order, item)
        for base in ("", "base_"):
            _sums(row, base)
        life.set_state(order, state)
        life.settle(order)
    return True


def _cancel_item(shop: Shop, order: Doc, item: Doc) -> None:
    quantity = life.left_to_cancel(item)
    canceled, ordered = dec(item["qty_canceled"]) + quantity, dec(item["qty_ordered"]) or Decimal(1)
    item["qty_canceled"] = num(canceled)
    item["tax_canceled"] = num(cents(dec(item.get("tax_amount")) * canceled / ordered))
    item["discount_tax_compensation_canceled"] = 0
    product = shop.product(item.get("sku"))
    if quantity and product is not None and item.get("product_id") is not None:
        stock = shop.stock_for(order)["stock_id"]
        shop.inventory.reserve(product["row"]["sku"], stock, quantity, order["row"]["entity_id"], "order_canceled")


def _sums(row: Doc, base: str) -> None:
    def left(whole: str, done: str) -> Decimal:
        return dec(row.get(base + whole)) - dec(row.get(base + done))

    row[f"{base}subtotal_canceled"] = num(left("subtotal", "subtotal_invoiced"))
    row[f"{base}tax_canceled"] = num(left("tax_amount", "tax_invoiced"))
    row[f"{base}shipping_canceled"] = num(left("shipping_amount", "shipping_invoiced"))
    discount = abs(dec(row.get(f"{base}discount_amount"))) - abs(dec(row.get(f"{base}discount_invoiced")))
    row[f"{base}discount_canceled"] = num(discount)
    row[f"{base}total_canceled"] = num(left("grand_total", "total_paid"))


def hold(shop: Shop, order: Doc) -> bool:
    """Put on hold; the former state and status are remembered."""
    if not life.can_hold(order):
        raise Refused("A hold action is not available.")
    row = order["row"]
    with shop.changing(order):
        row["hold_before_state"], row["hold_before_status"] = row.get("state"), row.get("status")
        row["state"] = row["status"] = "holded"
    return True


def unhold(shop: Shop, order: Doc) -> bool:
    """Back to what it was."""
    if not life.held(order):
        raise Refused("You cannot remove the hold.")
    row = order["row"]
    with shop.changing(order):
        row["state"], row["status"] = row.get("hold_before_state"), row.get("hold_before_status")
        row["hold_before_state"] = row["hold_before_status"] = None
    return True


def states_of(shop: Shop, status: str) -> set[str]:
    """The states a status belongs to: Magento's own ones and the merchant's (setting `statuses`)."""
    own = shop.settings["statuses"].get(status)
    return {str(own)} if own else life.STATUS_STATES.get(status, set())


def comment(shop: Shop, order: Doc, given: Doc) -> bool:
    """Add a comment. Before 2.4.7 its status becomes the order's, none at all empties it; since then none keeps the
    order's and one of another state is refused."""
    row, status = order["row"], given.get("status")
    if shop.since("2.4.7"):
        status = status or row.get("status")
        if status is not None and status != row.get("status") and row.get("state") not in states_of(shop, status):
            raise Refused(NOT_OF_STATE, 400, [status])
    kept = {key: value for key, value in given.items() if key not in ("extension_attributes", "parent_id", "entity_id")}
    made = {
        **kept,
        "entity_id": shop.next("history"),
        "parent_id": row["entity_id"],
        "status": status,
        "created_at": given.get("created_at") or shop.now(),
        "is_customer_notified": given.get("is_customer_notified", 0),
        "is_visible_on_front": given.get("is_visible_on_front", 0),
    }
    with shop.changing(order):
        row["status"] = stored(shop, {"status": status}, {"status": 32})["status"]
        order["histories"].append(stored(shop, made, {"comment": None, "status": 32}))
    return True


def compensate(shop: Shop) -> Doc:
    """inventory:reservation:list-inconsistencies piped into create-compensations: give every order the reservations
    it should have. Crashes while any order has a null status, skips orders without a store."""
    if any(order["row"].get("status") is None for order in shop.orders):
        return {"crashed": True, "compensations": []}
    made = []
    for order in _suspects(shop):
        row = order["row"]
        if row.get("store_id") is None:
            continue
        have = shop.inventory.reserved_for(row["entity_id"])
        for sku, due in _due(shop, order).items():
            lacking = due - have.get(sku.lower(), ZERO)
            if lacking:
                stock = shop.stock_for(order)["stock_id"]
                shop.inventory.reserve(sku, stock, lacking, row["entity_id"], "manual_compensation")
                made.append({"order": row["increment_id"], "sku": sku, "stock": stock, "quantity": num(lacking)})
    return {"crashed": False, "compensations": made}


def _suspects(shop: Shop) -> list[Doc]:
    """Orders that may lack a reservation: those with any, and those not finished."""
    unfinished = (order for order in shop.orders if order["row"].get("state") not in FINISHED)
    found = {order["row"]["entity_id"]: order for order in unfinished}
    for number in shop.inventory.unsettled():
        order = shop.orders.get(number)
        if order is not None:
            found[number] = order
    return [found[number] for number in sorted(found)]


def _due(shop: Shop, order: Doc) -> dict[str, Decimal]:
    """The sum of reservations an order should have, by SKU: minus what is still to leave, nothing when finished."""
    due: dict[str, Decimal] = {}
    for item in order["items"]:
        product = shop.product(item.get("sku"))
        if product is None or item.get("product_id") is None:
            continue
        sku = product["row"]["sku"]
        left = ZERO if order["row"].get("state") in FINISHED else _open(item)
        due[sku] = due.get(sku, ZERO) - left
    return due


def _open(item: Doc) -> Decimal:
    gone = max(dec(item["qty_shipped"]), dec(item["qty_refunded"]))
    return max(dec(item["qty_ordered"]) - gone - dec(item["qty_canceled"]), ZERO)
