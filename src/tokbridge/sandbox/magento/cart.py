"""The guest cart, route B: Magento's own prices, stock checks and a reservation (reference magento-rest.md 4)."""

import secrets
import string
from decimal import Decimal

from tokbridge.sandbox.magento.address import REQUIRED
from tokbridge.sandbox.magento.cart_order import CARRIER, METHOD, PAYMENT, order_of
from tokbridge.sandbox.magento.cart_totals import rate_of, totals_of
from tokbridge.sandbox.magento.catalogue import need_product
from tokbridge.sandbox.magento.context import Context
from tokbridge.sandbox.magento.refuse import Refused, not_found
from tokbridge.sandbox.magento.shop import Shop
from tokbridge.sandbox.magento.values import ZERO, Doc, dec, num

LETTERS = string.ascii_letters + string.digits
NO_SUCH = "No such entity with %fieldName = %fieldValue"


def new(context: Context) -> object:
    """POST guest-carts → the masked id."""
    masked = "".join(secrets.choice(LETTERS) for _ in range(32))
    row = {"entity_id": context.shop.next("cart"), "masked_id": masked, "store_id": context.store["id"] or 1}
    context.shop.carts.save({"row": row, "items": [], "billing": None, "shipping": None, "placed": False})
    return masked


def _cart(context: Context) -> Doc:
    masked = context.path["cartId"]
    found = [one for one in context.shop.carts.by("masked_id", masked) if one["row"]["masked_id"] == masked]
    if not found:
        raise Refused(NO_SUCH, 404, {"fieldName": "cartId", "fieldValue": None})
    if found[0]["placed"]:
        number = str(found[0]["row"]["entity_id"])
        raise Refused(NO_SUCH, 404, {"fieldName": "cartId", "fieldValue": number})
    return found[0]


def _item_shown(cart: Doc, item: Doc) -> Doc:
    names = ("item_id", "sku", "qty", "name", "price", "product_type")
    return {**{name: item[name] for name in names}, "quote_id": str(cart["row"]["entity_id"])}


def items(context: Context) -> object:
    """GET guest-carts/{cartId}/items"""
    cart = _cart(context)
    return [_item_shown(cart, item) for item in cart["items"]]


def _available(shop: Shop, cart: Doc, doc: Doc, quantity: Decimal) -> None:
    row = doc["row"]
    stock = shop.inventory.stock_of(shop.scope.website_of(cart["row"]["store_id"])["code"])
    salable = shop.inventory.salable(row["sku"], stock)
    if row["status"] != 1 or salable <= 0:
        raise Refused("Product that you are trying to add is not available.")
    if quantity > salable:
        raise Refused("The requested qty is not available")


def add(context: Context) -> object:
    """POST guest-carts/{cartId}/items; a price in the body is ignored."""
    shop, cart = context.shop, _cart(context)
    given = context.body("cart_item")["cart_item"]
    doc = need_product(shop, str(given.get("sku") or ""))
    own = next((one for one in cart["items"] if one["sku"] == doc["row"]["sku"]), None)
    quantity = dec(given.get("qty")) + (dec(own["qty"]) if own else ZERO)
    _available(shop, cart, doc, quantity)
    if own is None:
        row = doc["row"]
        own = {"item_id": shop.next("quote_item"), "sku": row["sku"], "name": row["name"], "price": row["price"]}
        own |= {"product_id": row["entity_id"], "product_type": row["type_id"], "weight": row.get("weight", 0)}
        cart["items"].append(own)
    own["qty"] = num(quantity)
    shop.carts.save(cart)
    return _item_shown(cart, own)


def estimate(context: Context) -> object:
    """POST guest-carts/{cartId}/estimate-shipping-methods"""
    cart = _cart(context)
    context.body("estimate")
    amount = num(rate_of(context.shop, cart))
    return [
        {
            "carrier_code": CARRIER,
            "method_code": METHOD,
            "carrier_title": "Flat Rate",
            "method_title": "Fixed",
            "amount": amount,
            "base_amount": amount,
            "available": True,
            "error_message": "",
            "price_excl_tax": amount,
            "price_incl_tax": amount,
        }
    ]


def shipping(context: Context) -> object:
    """POST guest-carts/{cartId}/shipping-information"""
    shop, cart = context.shop, _cart(context)
    given = context.body("shipping_information")["address_information"]
    carrier, method = given.get("shipping_carrier_code"), given.get("shipping_method_code")
    if (carrier, method) != (CARRIER, METHOD):
        raise Refused("Carrier with such method not found: %1, %2", 404, [carrier, method])
    cart["shipping"] = _address(given.get("shipping_address") or {})
    cart["billing"] = _address(given.get("billing_address") or given.get("shipping_address") or {})
    shop.carts.save(cart)
    return {"payment_methods": [PAYMENT], "totals": totals_of(shop, cart)}


def _address(given: Doc) -> Doc:
    return {key: value for key, value in given.items() if key in (*REQUIRED, "region", "region_code", "region_id")}


def place(context: Context) -> object:
    """POST guest-carts/{cartId}/payment-information: the order; its id is a text in 2.4.4 and a number in 2.4.7."""
    shop, cart = context.shop, _cart(context)
    given = context.body("payment_information")
    if given["payment_method"].get("method") != PAYMENT["code"]:
        raise Refused("The requested Payment Method is not available.")
    if not cart["items"]:
        raise not_found("No such entity.")
    for item in cart["items"]:
        _available(shop, cart, need_product(shop, item["sku"]), dec(item["qty"]))
    if cart["shipping"] is None:
        raise Refused("The shipping method is missing. Select the shipping method and try again.")
    billing = _address(given.get("billing_address") or {}) or cart["billing"]
    order = order_of(shop, cart, billing, str(given["email"]))
    stock = shop.stock_for(order)["stock_id"]
    for item in order["items"]:
        shop.inventory.reserve(item["sku"], stock, -dec(item["qty_ordered"]), order["row"]["entity_id"], "order_placed")
    cart["placed"] = True
    shop.carts.save(cart)
    shop.orders.save(order)
    number = order["row"]["entity_id"]
    return number if shop.since("2.4.7") else str(number)
