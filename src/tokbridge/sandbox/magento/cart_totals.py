"""What a cart costs: Magento's own prices and the flat rate (reference magento-rest.md 4)."""

from decimal import Decimal

from tokbridge.sandbox.magento.shop import Shop
from tokbridge.sandbox.magento.values import ZERO, Doc, dec, num


def rate_of(shop: Shop, cart: Doc) -> Decimal:
    """The shipping: the setting's rate for every unit that is shipped."""
    units = sum((dec(one["qty"]) for one in cart["items"] if one["product_type"] != "virtual"), ZERO)
    return dec(shop.settings["flat_rate"]) * units


def totals_of(shop: Shop, cart: Doc) -> Doc:
    """The totals as the cart's calls show them, and its items with their row totals."""
    rate = num(rate_of(shop, cart))
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
