"""Orders, invoices, shipments and credit memos as services (reference magento-rest.md 4, 8, 9, 10)."""

from tokbridge.sandbox.magento import create, invoice, manage, refund, search, ship, show, update
from tokbridge.sandbox.magento.context import Context
from tokbridge.sandbox.magento.refuse import not_found
from tokbridge.sandbox.magento.rows import HEADER, ITEMS
from tokbridge.sandbox.magento.values import Doc, present

ORDER_COLUMNS = (
    *HEADER,
    "shipping_method",
    "shipping_address_id",
    "coupon_rule_name",
    "customer_note_notify",
    "send_email",
)
SHIPMENT_COLUMNS = [
    "entity_id",
    "increment_id",
    "order_id",
    "store_id",
    "created_at",
    "updated_at",
    "total_qty",
    "total_weight",
    "email_sent",
    "customer_id",
    "shipping_address_id",
    "billing_address_id",
    "shipment_status",
]
INVOICE_COLUMNS = [
    "entity_id",
    "increment_id",
    "order_id",
    "store_id",
    "created_at",
    "updated_at",
    "state",
    "grand_total",
    "base_grand_total",
    "total_qty",
    "subtotal",
    "tax_amount",
    "shipping_amount",
    "discount_amount",
    "order_currency_code",
    "base_currency_code",
    "transaction_id",
    "billing_address_id",
    "shipping_address_id",
    "email_sent",
    "invoice_id",
    "creditmemo_status",
]
HISTORY_COLUMNS = ("parent_id", "entity_id", "status", "created_at", "entity_name", "comment")


def save(context: Context) -> object:
    """POST orders, PUT orders/create: create, or change when entity_id is given."""
    entity = context.body("order")["entity"]
    if entity.get("entity_id"):
        return update.update(context.shop, entity)
    return create.create(context.shop, entity, context.store)


def get(context: Context) -> object:
    """GET orders/{id}"""
    return show.order(context.shop, context.order())


def find(context: Context) -> object:
    """GET orders"""
    shop = context.shop
    return search.search(shop.orders, context.call.query, ORDER_COLUMNS, lambda doc: show.order(shop, doc))


def items(context: Context) -> object:
    """GET orders/items"""
    shop = context.shop
    rows = (row for doc in shop.orders for row in doc["items"])
    return search.search_rows(rows, context.call.query, ITEMS, lambda row: show.item(shop, row))


def item(context: Context) -> object:
    """GET orders/items/{id}"""
    number = context.entity_id()
    for doc in context.shop.orders:
        for row in doc["items"]:
            if row["item_id"] == number:
                return show.item(context.shop, row)
    raise not_found()


def statuses(context: Context) -> object:
    """GET orders/{id}/statuses: one text, the current status."""
    return context.order()["row"].get("status")


def cancel(context: Context) -> object:
    """POST orders/{id}/cancel"""
    return manage.cancel(context.shop, context.order())


def hold(context: Context) -> object:
    """POST orders/{id}/hold"""
    return manage.hold(context.shop, context.order())


def unhold(context: Context) -> object:
    """POST orders/{id}/unhold"""
    return manage.unhold(context.shop, context.order())


def emails(context: Context) -> object:
    """POST orders/{id}/emails: "sent", to nobody."""
    order = context.order()
    with context.shop.changing(order):
        order["row"]["email_sent"] = 1
    return True


def add_comment(context: Context) -> object:
    """POST orders/{id}/comments"""
    return manage.comment(context.shop, context.order(), context.body("comment")["status_history"])


def comments(context: Context) -> object:
    """GET orders/{id}/comments, oldest first."""
    order = context.order()
    wanted = {"field": "parent_id", "value": str(order["row"]["entity_id"]), "condition_type": "eq"}
    shown = [present(one) for one in order["histories"]]
    criteria = {"filter_groups": [{"filters": [wanted]}]}
    return {"items": shown, "search_criteria": criteria, "total_count": len(shown)}


def address(context: Context) -> object:
    """PUT orders/{parent_id}"""
    return update.change_address(context.shop, context.entity_id("parent_id"), context.body("address")["entity"])


def ship_order(context: Context) -> object:
    """POST order/{id}/ship"""
    return str(ship.ship(context.shop, context.order(), context.body("ship")))


def invoice_order(context: Context) -> object:
    """POST order/{id}/invoice"""
    return str(invoice.invoice(context.shop, context.order(), context.body("invoice")))


def refund_order(context: Context) -> object:
    """POST order/{id}/refund"""
    return str(refund.refund(context.shop, context.order(), context.body("refund")))


def refund_invoice(context: Context) -> object:
    """POST invoice/{id}/refund: as the order's; offline methods know no online refund."""
    found = context.shop.invoices.get(context.entity_id())
    if found is None:
        raise not_found()
    order = context.shop.need_order(found["row"]["order_id"])
    return str(refund.refund(context.shop, order, context.body("invoice_refund")))


def shipments(context: Context) -> object:
    """GET shipments"""
    return search.search(context.shop.shipments, context.call.query, SHIPMENT_COLUMNS, show.shipment)


def shipment(context: Context) -> object:
    """GET shipment/{id}"""
    return show.shipment(ship.need(context.shop, context.entity_id()))


def add_track(context: Context) -> object:
    """POST shipment/track"""
    return ship.add_track(context.shop, context.body("track")["entity"])


def delete_track(context: Context) -> object:
    """DELETE shipment/track/{id}"""
    return ship.delete_track(context.shop, context.entity_id())


def comment_shipment(context: Context) -> object:
    """POST shipment/{id}/comments"""
    return ship.add_comment(context.shop, context.entity_id(), context.body("shipment_comment")["entity"])


def shipment_comments(context: Context) -> object:
    """GET shipment/{id}/comments"""
    doc = ship.need(context.shop, context.entity_id())
    return {"items": doc["comments"], "search_criteria": {"filter_groups": []}, "total_count": len(doc["comments"])}


def invoices(context: Context) -> object:
    """GET invoices"""
    return search.search(context.shop.invoices, context.call.query, INVOICE_COLUMNS, show.document)


def creditmemos(context: Context) -> object:
    """GET creditmemos"""
    return search.search(context.shop.creditmemos, context.call.query, INVOICE_COLUMNS, show.document)


def _one(found: Doc | None) -> Doc:
    if found is None:
        raise not_found()
    return show.document(found)


def get_invoice(context: Context) -> object:
    """GET invoices/{id}"""
    return _one(context.shop.invoices.get(context.entity_id()))


def get_creditmemo(context: Context) -> object:
    """GET creditmemo/{id}"""
    return _one(context.shop.creditmemos.get(context.entity_id()))
