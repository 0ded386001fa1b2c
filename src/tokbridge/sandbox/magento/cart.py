"""The guest cart, route B: Magento's own prices, stock checks and a reservation (reference magento-rest.md 4)."""

import secrets
import string
from decimal import Decimal

from tokbridge.sandbox.magento.catalogue import need_product
from tokbridge.sandbox.magento.context import Context
from tokbridge.sandbox.magento.create import REQUIRED, ZEROES, check_address
from tokbridge.sandbox.magento.refuse import Refused, not_found
from tokbridge.sandbox.magento.shop import Shop
from tokbridge.sandbox.magento.values import ZERO, Doc, dec, num

LETTERS = string.ascii_letters + string.digits
NO_SUCH = "No such entity with %fieldName = %fieldValue"
PAYMENT = {"code": "checkmo", "title": "Check / Money order"}
CARRIER, METHOD = "flatrate", "flatrate"


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


def _rate(shop: Shop, cart: Doc) -> Decimal:
    units = sum((dec(one["qty"]) for one in cart["items"] if one["product_type"] != "virtual"), ZERO)
    return dec(shop.settings["flat_rate"]) * units


def estimate(context: Context) -> object:
    """POST guest-carts/{cartId}/estimate-shipping-methods"""
    cart = _cart(context)
    context.body("estimate")
    amount = num(_rate(context.shop, cart))
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
    return {"payment_methods": [PAYMENT], "totals": _totals(shop, cart)}


def _address(given: Doc) -> Doc:
    return {key: value for key, value in given.items() if key in (*REQUIRED, "region", "region_code", "region_id")}


def _totals(shop: Shop, cart: Doc) -> Doc:
    rate = num(_rate(shop, cart))
    subtotal = num(sum((dec(one["price"]) * dec(one["qty"]) for one in cart["items"]), ZERO))
    grand = num(dec(subtotal) + dec(rate))
    currency = shop.scope.currency(shop.scope.website_of(cart["row"]["store_id"])["id"])
    both: Doc = {}
    for base in ("", "base_"):
        both |= {
            f"{base}grand_total": grand,
            f"{base}subtotal": subtotal,
            f"{base}discount_amount": 0,
            f"{base}subtotal_with_discount": subtotal,
            f"{base}shipping_amount": rate,
            f"{base}shipping_discount_amount": 0,
            f"{base}tax_amount": 0,
            f"{base}shipping_tax_amount": 0,
            f"{base}shipping_incl_tax": rate,
        }
    segments: list[Doc] = [
        {"code": "subtotal", "title": "Subtotal", "value": subtotal},
        {"code": "shipping", "title": "Shipping & Handling (Flat Rate - Fixed)", "value": rate},
        {"code": "tax", "title": "Tax", "value": 0, "extension_attributes": {"tax_grandtotal_details": []}},
        {"code": "grand_total", "title": "Grand Total", "value": grand, "area": "footer"},
    ]
    return {
        **both,
        "weee_tax_applied_amount": None,
        "subtotal_incl_tax": subtotal,
        "base_currency_code": currency,
        "quote_currency_code": currency,
        "items_qty": num(sum((dec(one["qty"]) for one in cart["items"]), ZERO)),
        "items": [_total_item(one) for one in cart["items"]],
        "total_segments": segments,
    }


def _total_item(item: Doc) -> Doc:
    row = num(dec(item["price"]) * dec(item["qty"]))
    shown: Doc = {"item_id": item["item_id"], "qty": item["qty"], "name": item["name"]}
    for base in ("", "base_"):
        shown |= {
            f"{base}price": item["price"],
            f"{base}row_total": row,
            f"{base}tax_amount": 0,
            f"{base}discount_amount": 0,
            f"{base}price_incl_tax": item["price"],
            f"{base}row_total_incl_tax": row,
        }
    zeroes = {"row_total_with_discount": 0, "tax_percent": 0, "discount_percent": 0}
    return {**shown, **zeroes, "options": "[]", "weee_tax_applied_amount": None, "weee_tax_applied": None}


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
    order = _order(shop, cart, billing, str(given["email"]))
    stock = shop.stock_for(order)["stock_id"]
    for item in order["items"]:
        shop.inventory.reserve(item["sku"], stock, -dec(item["qty_ordered"]), order["row"]["entity_id"], "order_placed")
    cart["placed"] = True
    shop.carts.save(cart)
    shop.orders.save(order)
    number = order["row"]["entity_id"]
    return number if shop.since("2.4.7") else str(number)


def _order(shop: Shop, cart: Doc, billing: Doc, email: str) -> Doc:
    """The order that a quote becomes, with Magento's own totals."""
    addresses = {"shipping": {**cart["shipping"], "email": email}, "billing": {**billing, "email": email}}
    for address in addresses.values():
        check_address(address)
    store = shop.scope.need_store(cart["row"]["store_id"])
    totals, now, number = _totals(shop, cart), shop.now(), shop.next("order")
    currency = totals["base_currency_code"]
    row: Doc = {
        name: totals[name]
        for name in totals
        if name.endswith(("grand_total", "subtotal", "_amount", "incl_tax")) and "weee" not in name
    }
    row.pop("subtotal_with_discount", None)
    row["base_subtotal_incl_tax"] = row["subtotal_incl_tax"]
    row |= {
        "entity_id": number,
        "increment_id": shop.next_increment("order", store["id"]),
        "quote_id": cart["row"]["entity_id"],
        "remote_ip": "192.0.2.1",
        "store_id": store["id"],
        "store_name": shop.scope.store_name(store),
        "state": "new",
        "status": "pending",
        "is_virtual": 0,
        "customer_is_guest": 1,
        "customer_note_notify": 1,
        "email_sent": 1,
        "customer_email": email,
        "customer_firstname": billing.get("firstname"),
        "customer_lastname": billing.get("lastname"),
        **({"customer_group_id": 0} if shop.since("2.4.7") else {}),
        **{f"{kind}_currency_code": currency for kind in ("base", "order", "store", "global")},
        "base_to_global_rate": 1,
        "base_to_order_rate": 1,
        "store_to_base_rate": 0,
        "store_to_order_rate": 0,
        "discount_tax_compensation_amount": 0,
        "base_discount_tax_compensation_amount": 0,
        "shipping_discount_tax_compensation_amount": 0,
        "base_shipping_discount_tax_compensation_amnt": 0,
        "shipping_description": "Flat Rate - Fixed",
        "protect_code": secrets.token_hex(16),
        "total_item_count": len(cart["items"]),
        "total_qty_ordered": totals["items_qty"],
        "weight": num(sum((dec(one["weight"]) * dec(one["qty"]) for one in cart["items"]), ZERO)),
        "created_at": now,
        "updated_at": now,
    }
    doc: Doc = {
        "row": row,
        "items": [_order_item(shop, one, row, now) for one in cart["items"]],
        "method": f"{CARRIER}_{METHOD}",
        "histories": [],
        "applied_taxes": [],
        "item_applied_taxes": [],
        "taxes": [],
        "tax_items": [],
    }
    for kind, address in addresses.items():
        own = {**address, "address_type": kind, "entity_id": shop.next("address"), "parent_id": number}
        doc[kind] = own
        row[f"{kind}_address_id"] = own["entity_id"]
    doc["payment"] = {
        "entity_id": shop.next("payment"),
        "parent_id": number,
        "method": PAYMENT["code"],
        "additional_information": [PAYMENT["title"]],
        "additional_keys": ["method_title"],
        "amount_ordered": row["grand_total"],
        "base_amount_ordered": row["base_grand_total"],
        "shipping_amount": row["shipping_amount"],
        "base_shipping_amount": row["base_shipping_amount"],
    }
    return doc


def _order_item(shop: Shop, item: Doc, order: Doc, now: str) -> Doc:
    total = num(dec(item["price"]) * dec(item["qty"]))
    row: Doc = {name: 0 for name in ZEROES if name not in ("base_cost", "qty_backordered")}
    for base in ("", "base_"):
        row |= {
            f"{base}price": item["price"],
            f"{base}original_price": item["price"],
            f"{base}price_incl_tax": item["price"],
            f"{base}row_total": total,
            f"{base}row_total_incl_tax": total,
            f"{base}discount_tax_compensation_amount": 0,
        }
    return row | {
        "item_id": shop.next("item"),
        "order_id": order["entity_id"],
        "quote_item_id": item["item_id"],
        "store_id": order["store_id"],
        "product_id": item["product_id"],
        "product_type": item["product_type"],
        "sku": item["sku"],
        "name": item["name"],
        "qty_ordered": item["qty"],
        "weight": item["weight"],
        "row_weight": num(dec(item["weight"]) * dec(item["qty"])),
        "is_qty_decimal": 0,
        "is_virtual": 0,
        "created_at": now,
        "updated_at": now,
    }
