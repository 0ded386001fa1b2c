"""The order that a guest's cart becomes, with Magento's own totals (reference magento-rest.md 4)."""

import secrets

from tokbridge.sandbox.magento.address import check_address
from tokbridge.sandbox.magento.cart_totals import totals_of
from tokbridge.sandbox.magento.rows import ZEROES
from tokbridge.sandbox.magento.shop import Shop
from tokbridge.sandbox.magento.values import ZERO, Doc, dec, num

PAYMENT = {"code": "checkmo", "title": "Check / Money order"}
CARRIER, METHOD = "flatrate", "flatrate"


def order_of(shop: Shop, cart: Doc, billing: Doc, email: str) -> Doc:
    """The order that a quote becomes, with Magento's own totals."""
    addresses = {"shipping": {**cart["shipping"], "email": email}, "billing": {**billing, "email": email}}
    for address in addresses.values():
        check_address(address)
    store = shop.scope.need_store(cart["row"]["store_id"])
    totals, now, number = totals_of(shop, cart), shop.now(), shop.next("order")
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
