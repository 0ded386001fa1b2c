"""Money booked on an order: transactions, and marking it as paid, giving money back (reference 5)."""

from decimal import Decimal

from tokbridge.sandbox.shopify.change import known_order
from tokbridge.sandbox.shopify.refuse import refuse
from tokbridge.sandbox.shopify.shop import Shop
from tokbridge.sandbox.shopify.totals import outstanding, recompute_financial_status
from tokbridge.sandbox.shopify.values import Doc


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


def refund_sales(shop: Shop, order: Doc, amount: Decimal) -> list[int]:
    """Refund an amount over the sales in their order; the ids of the new transactions."""
    entries = []
    sales = [one for one in order["transactions"] if one["kind"] in ("SALE", "CAPTURE") and one["status"] == "SUCCESS"]
    for sale in sales:
        back = sum(Decimal(one["amount"]) for one in order["transactions"] if one["parentId"] == sale["id"])
        share = min(amount, Decimal(sale["amount"]) - back)
        if share > 0:
            entries.append(int(book(shop, order, "REFUND", share, gateway=sale["gateway"], parent=sale["id"])["id"]))
            amount -= share
    return entries
