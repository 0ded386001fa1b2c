"""POST orders: the payment module's validation of a cart (reference 1, 5.6). The body is hardly looked at."""

from decimal import Decimal

from tokbridge.sandbox.prestashop import stock
from tokbridge.sandbox.prestashop.columns import number
from tokbridge.sandbox.prestashop.delivery import Shipping
from tokbridge.sandbox.prestashop.errors import Dead
from tokbridge.sandbox.prestashop.prices import Buyer, catalogue
from tokbridge.sandbox.prestashop.rounding import rounded
from tokbridge.sandbox.prestashop.save import Writing
from tokbridge.sandbox.prestashop.schema import Row
from tokbridge.sandbox.prestashop.shop import Shop
from tokbridge.sandbox.prestashop.states import PAYMENT_MODULES, enter, pay, record, tell
from tokbridge.sandbox.prestashop.totals import Line, Totals, priced, tax_place_of, totals_of, unit_weight, weight_of
from tokbridge.sandbox.prestashop.view import order_rows

TAKEN = "Cart cannot be loaded or an order has already been placed using this cart"
WRONG_KEY = "Error processing order. Secure key does not match."


def is_taken(shop: Shop, cart: Row) -> bool:
    """Whether a cart has an order already.

    Nothing locks it between this look and the order (reference 5.8): the first `order_race` (a setting) calls of a cart all
    looked before any of them had made its order.
    """
    return len(shop.table("orders").find(id_cart=cart["id"])) >= int(shop.settings["order_race"])


def place(writing: Writing, one: Row) -> Row:
    """Make the order of a cart; gives the echo of the body with the real id and lines."""
    shop = writing.shop
    if one["module"] not in PAYMENT_MODULES:
        raise Dead
    cart = shop.table("carts").get(one["id_cart"])
    if cart is None or is_taken(shop, cart):
        shop.alert()
        raise Dead(TAKEN)
    customer = shop.table("customers").get(one["id_customer"])
    if customer is None or customer["secure_key"] != cart["secure_key"]:
        raise Dead(WRONG_KEY)
    address = shop.table("addresses").get(cart["id_address_delivery"])
    country = shop.table("countries").get(address["id_country"]) if address else None
    currency = shop.table("currencies").get(cart["id_currency"])
    if address is None or country is None or country["active"] != "1" or currency is None:
        raise Dead
    buyer = Buyer(str(cart["id"]), str(customer["id"]), tuple(customer["_groups"]), currency)
    tax_place = tax_place_of(shop, cart, address)
    kind, mode = shop.number("PS_ROUND_TYPE", 2), shop.number("PS_PRICE_ROUND_MODE", 2)
    lines = [priced(shop, row, buyer, tax_place, kind, mode) for row in cart.get("_rows", [])]
    if not lines:
        raise Dead
    totals = totals_of(shop, cart, address, buyer, tax_place, lines, kind, mode)
    order = _create(shop, one, cart, customer, totals)
    shop.unshipped.add(order["id"])
    state_id = _target(shop, one, totals)
    for line in lines:
        _detail(shop, order, line, state_id, writing)
    _carrier(shop, order, lines, totals.shipping)
    _forget_prices(shop, buyer.cart)
    _finish(shop, order, one, state_id)
    return {**one, "id": int(order["id"]), "current_state": None, "order_rows": order_rows(shop, order)}


def _target(shop: Shop, one: Row, totals: Totals) -> int:
    """PS_OS_WS_PAYMENT, or the error state when that one is a valid sale and the amount differs."""
    state_id = shop.number("PS_OS_WS_PAYMENT")
    state = shop.table("order_states").get(state_id)
    if state is None:
        raise Dead
    paid = rounded(number(one["total_paid"]), 2, totals.places)
    return shop.number("PS_OS_ERROR") if state["logable"] == "1" and paid != totals.gross else state_id


def _create(shop: Shop, one: Row, cart: Row, customer: Row, totals: Totals) -> Row:
    now, shipping = shop.time(), totals.shipping
    currency = shop.table("currencies").rows[int(cart["id_currency"])]
    return shop.insert(
        "orders",
        **{name: cart[name] for name in ("id_address_delivery", "id_address_invoice", "id_currency", "id_lang")},
        **{
            name: cart[name]
            for name in ("recyclable", "gift", "gift_message", "mobile_theme", "id_shop", "id_shop_group")
        },
        id_cart=cart["id"],
        id_customer=customer["id"],
        id_carrier=shipping.carrier["id"] if shipping.carrier else 0,
        module=one["module"],
        payment=one["payment"],
        secure_key=customer["secure_key"],
        total_paid=totals.gross,
        total_paid_tax_incl=totals.gross,
        total_paid_tax_excl=totals.net,
        total_products=totals.goods_net,
        total_products_wt=totals.goods_gross,
        total_shipping=shipping.gross,
        total_shipping_tax_incl=shipping.gross,
        total_shipping_tax_excl=shipping.net,
        carrier_tax_rate=shipping.rate * 100,
        round_mode=totals.mode,
        round_type=totals.kind,
        conversion_rate=currency["conversion_rate"],
        reference=shop.reference(),
        date_add=now,
        date_upd=now,
    )


def _detail(shop: Shop, order: Row, line: Line, state_id: int, writing: Writing) -> None:
    product, price = line.product, line.price
    combination = shop.table("combinations").get(line.attribute) or {}
    name = product["name"].get(order["id_lang"]) or product["name"]["1"]
    level = stock.level(shop, product["id"], line.attribute)
    have = int(level["quantity"]) if level else 0
    currency = shop.table("currencies").rows[int(order["id_currency"])]
    shop.insert(
        "order_details",
        id_order=order["id"],
        product_id=product["id"],
        product_attribute_id=line.attribute,
        id_shop=writing.id_shop,
        product_name=f"{name} ({combination['_name']})" if combination.get("_name") else name,
        product_quantity=line.quantity,
        product_quantity_in_stock=max(0, min(line.quantity, have)),
        product_price=price.net,
        product_ean13=combination.get("ean13") or product["ean13"],
        product_isbn=combination.get("isbn") or product["isbn"],
        product_upc=combination.get("upc") or product["upc"],
        product_mpn=combination.get("mpn") or product["mpn"],
        product_reference=combination.get("reference") or product["reference"],
        product_supplier_reference=product.get("_supplier_reference", ""),
        product_weight=unit_weight(shop, line),
        id_tax_rules_group=product["id_tax_rules_group"],
        id_customization="0",
        unit_price_tax_incl=price.gross,
        unit_price_tax_excl=price.net,
        total_price_tax_incl=line.gross,
        total_price_tax_excl=line.net,
        purchase_supplier_price=product["wholesale_price"],
        original_product_price=catalogue(shop, product, line.attribute, currency),
        original_wholesale_price=product["wholesale_price"],
        _taxes=list(price.taxes),
    )
    if state_id not in (shop.number("PS_OS_ERROR"), shop.number("PS_OS_CANCELED")):
        stock.move(shop, product["id"], line.attribute, -line.quantity)


def _carrier(shop: Shop, order: Row, lines: list[Line], shipping: Shipping) -> None:
    """The row that carries the tracking number; none when nobody delivers."""
    if shipping.carrier is None:
        return
    shop.insert(
        "order_carriers",
        id_order=order["id"],
        id_carrier=shipping.carrier["id"],
        weight=sum((weight_of(shop, line) for line in lines), Decimal(0)),
        shipping_cost_tax_excl=shipping.net,
        shipping_cost_tax_incl=shipping.gross,
        date_add=shop.time(),
    )


def _forget_prices(shop: Shop, cart: str) -> None:
    """The prices bound to the cart vanish with its order."""
    for row in shop.table("specific_prices").find(id_cart=cart):
        shop.table("specific_prices").delete(row["id"])


def _finish(shop: Shop, order: Row, one: Row, state_id: int) -> None:
    """Payment, state, history, mails. What is paid is booked only if the state asked for is a valid sale."""
    target = shop.table("order_states").rows[shop.number("PS_OS_WS_PAYMENT")]
    if target["logable"] == "1":
        pay(shop, order, number(one["total_paid"]), one["payment"])
    state = enter(shop, order, state_id, placing=True)
    record(shop, order, state)
    tell(shop, order, state)
    customer = shop.table("customers").rows[int(order["id_customer"])]
    if state_id not in (shop.number("PS_OS_ERROR"), shop.number("PS_OS_CANCELED")):
        shop.mail(customer["email"], "Order confirmation")
