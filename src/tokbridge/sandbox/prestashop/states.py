"""An order's state and everything it sets off: stock, invoice, delivery, payment, mail (reference 5.6, 6)."""

from decimal import Decimal

from tokbridge.sandbox.prestashop import stock
from tokbridge.sandbox.prestashop.errors import Dead
from tokbridge.sandbox.prestashop.schema import Row
from tokbridge.sandbox.prestashop.shop import Shop
from tokbridge.sandbox.prestashop.view import order_rows

PAYMENT_MODULES = {
    "ps_wirepayment": "Bank transfer",
    "ps_checkpayment": "Payments by check",
    "ps_cashondelivery": "Cash on delivery (COD)",
}
"""Installed payment modules and the names they show. Only "Bank transfer" is recorded."""


def enter(shop: Shop, order: Row, state_id: object, *, placing: bool = False) -> Row:
    """Put an order into a state; gives the state. `placing`: the payment made with the order pays its invoice."""
    state = shop.table("order_states").get(state_id)
    if state is None:
        raise Dead
    before = shop.table("order_states").get(order["current_state"])
    if before is not None and not placing:
        _move_stock(shop, order, before, state)
    if state["invoice"] == "1" and order["invoice_number"] == "0":
        _invoice(shop, order, placing)
    if state["delivery"] == "1":
        _deliver(shop, order)
    if state["paid"] == "1":
        _pay_rest(shop, order)
    shop.update("orders", order, current_state=state["id"], valid=state["logable"], date_upd=shop.time())
    return state


def record(shop: Shop, order: Row, state: Row, employee: int = 0) -> Row:
    """A line in the order's history."""
    values = {"id_order": order["id"], "id_order_state": state["id"], "id_employee": employee}
    return shop.insert("order_histories", **values, date_add=shop.time())


def tell(shop: Shop, order: Row, state: Row) -> bool:
    """The state's mail to the buyer, if the state has one; False when mail does not work."""
    customer = shop.table("customers").get(order["id_customer"])
    if state["send_email"] != "1" or customer is None:
        return True
    return shop.mail(customer["email"], state["name"].get(order["id_lang"], state["name"]["1"]))


def _quiet(shop: Shop) -> tuple[int, int]:
    """The two states in which an order holds no stock."""
    return shop.number("PS_OS_ERROR"), shop.number("PS_OS_CANCELED")


def _move_stock(shop: Shop, order: Row, before: Row, after: Row) -> None:
    """Cancelled and error give stock back; a later valid state takes it again; refunded does neither."""
    was, is_now = before["id"] in _quiet(shop), after["id"] in _quiet(shop)
    if was == is_now or (was and after["logable"] != "1"):
        return
    for line in order_rows(shop, order):
        pieces = int(line["product_quantity"])
        stock.move(shop, line["product_id"], line["product_attribute_id"], -pieces if was else pieces)


def _invoice(shop: Shop, order: Row, placing: bool) -> None:
    number, now = int(shop.notes.get("invoice", 0)) + 1, shop.time()
    shop.note("invoice", number)
    invoice = shop.insert(
        "order_invoices",
        id_order=order["id"],
        number=number,
        total_discount_tax_excl=order["total_discounts_tax_excl"],
        total_discount_tax_incl=order["total_discounts_tax_incl"],
        total_paid_tax_excl=order["total_paid_tax_excl"],
        total_paid_tax_incl=order["total_paid_tax_incl"],
        total_products=order["total_products"],
        total_products_wt=order["total_products_wt"],
        total_shipping_tax_excl=order["total_shipping_tax_excl"],
        total_shipping_tax_incl=order["total_shipping_tax_incl"],
        total_wrapping_tax_excl=order["total_wrapping_tax_excl"],
        total_wrapping_tax_incl=order["total_wrapping_tax_incl"],
        shop_address=shop.config("PS_SHOP_NAME"),
        date_add=now,
    )
    for name in ("order_details", "order_carriers"):
        for row in shop.table(name).find(id_order=order["id"]):
            shop.update(name, row, id_order_invoice=invoice["id"])
    if placing:
        for payment in shop.table("order_payments").find(order_reference=order["reference"]):
            shop.update("order_payments", payment, _invoice=invoice["id"])
    shop.update("orders", order, invoice_number=number, invoice_date=now)


def _deliver(shop: Shop, order: Row) -> None:
    now = shop.time()
    if order["delivery_number"] == "0":
        number = int(shop.notes.get("delivery", 0)) + 1
        shop.note("delivery", number)
        shop.update("orders", order, delivery_number=number)
    shop.update("orders", order, delivery_date=now)
    for invoice in shop.table("order_invoices").find(id_order=order["id"]):
        shop.update("order_invoices", invoice, delivery_number=order["delivery_number"], delivery_date=now)


def _pay_rest(shop: Shop, order: Row) -> None:
    """A paid state books what its invoices are still short of, in the payment module's name (reference 5.6)."""
    payments = shop.table("order_payments").find(order_reference=order["reference"])
    for invoice in shop.table("order_invoices").find(id_order=order["id"]):
        paid = sum((Decimal(one["amount"]) for one in payments if one.get("_invoice") == invoice["id"]), Decimal(0))
        rest = Decimal(invoice["total_paid_tax_incl"]) - paid
        if rest > 0:
            pay(shop, order, rest, PAYMENT_MODULES.get(order["module"], str(order["module"])), invoice["id"])


def pay(shop: Shop, order: Row, amount: Decimal, label: str, invoice: int | None = None) -> None:
    """Book a payment."""
    shop.insert(
        "order_payments",
        order_reference=order["reference"],
        id_currency=order["id_currency"],
        amount=amount,
        payment_method=label,
        conversion_rate=order["conversion_rate"],
        date_add=shop.time(),
        _invoice=invoice,
    )
    shop.update("orders", order, total_paid_real=Decimal(order["total_paid_real"]) + amount)
