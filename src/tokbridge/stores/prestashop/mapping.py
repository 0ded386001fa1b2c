"""A plan as PrestaShop's rows: customer, address, cart, prices, order (reference prestashop-webservice.md 5). Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from decimal import Decimal

from tokbridge.core.plan import Plan, PlanAddress
from tokbridge.stores.prestashop import texts
from tokbridge.stores.prestashop.pricing import CartRow, Variant
from tokbridge.stores.prestashop.transport import Row

MARK = "tts:"
_NO_DATE = "0000-00-00 00:00:00"
PAYMENT = "TikTok Shop"

Fields = dict[str, object]


def mark(marker: str) -> str:
    """`gift_message` of cart and order: the only mark that exists before the order does (reference 5.4)."""
    return f"{MARK}{marker}"


def failed_mark(marker: str, tag: str) -> str:
    """The mark of an order that ended in the error state: found beside the real one, and never taken for it."""
    return f"{mark(marker)} payment error {tag}"


def marker_of(gift_message: object) -> str:
    """The marker in a mark of ours; "" for any other text, an order's in the error state included."""
    text = str(gift_message or "")
    marker = text.removeprefix(MARK)
    return marker if text.startswith(MARK) and " " not in marker else ""


def tag_of(nets: Mapping[Variant, str], quantities: Sequence[CartRow], sent: str, carrier: str) -> str:
    """A short name of everything that makes the shop's total: the same prices are not tried twice by themselves."""
    parts = [f"{'-'.join(row.variant)} {row.quantity} {nets[row.variant]}" for row in quantities]
    return hashlib.sha256("\n".join([*sorted(parts), sent, carrier]).encode()).hexdigest()[:10]


def customer(plan: Plan, *, group: str, language: str, password: str, name_size: int) -> Fields:
    """Without a group the shop finds no carrier (reference 5.2)."""
    first, last = texts.person(plan.address, name_size)
    return {
        "passwd": password,
        "lastname": last,
        "firstname": first,
        "email": plan.email,
        "active": "1",
        "newsletter": "0",
        "optin": "0",
        "id_lang": language,
        "id_default_group": group,
        "associations": {"groups": {"group": [{"id": group}]}},
    }


def address(
    wanted: PlanAddress,
    *,
    customer_id: str,
    country: str,
    state: str,
    needs_dni: bool,
    alias: str,
    other: str,
    size: int,
) -> dict[str, str]:
    first, last = texts.person(wanted, size)
    line1, line2 = texts.street(wanted)
    fields = {
        "id_customer": customer_id,
        "id_country": country,
        "id_state": state,
        "alias": alias,
        "company": texts.company(wanted.company),
        "lastname": last,
        "firstname": first,
        "address1": line1,
        "address2": line2,
        "postcode": texts.postcode(wanted.postal_code),
        "city": texts.city(wanted.city),
        "phone": texts.phone(wanted.phone),
        "dni": texts.NO_DNI if needs_dni else "",
        "other": other,
    }
    return {name: value for name, value in fields.items() if value}


def alias(marker: str) -> str:
    return f"TTS {marker}"[: texts.ALIAS_SIZE]


def delivery_option(address_id: str, carrier: str) -> str:
    """The comma after the carrier belongs to it; id_carrier alone is ignored (reference 1, fact 6)."""
    return json.dumps({address_id: f"{carrier},"}, separators=(",", ":"))


def cart(
    plan: Plan,
    rows: Sequence[CartRow],
    *,
    customer_id: str,
    address_id: str,
    currency: str,
    language: str,
    carrier: str,
) -> Fields:
    """Without secure_key: the cart takes the customer's (reference 5.4)."""
    return {
        "id_currency": currency,
        "id_lang": language,
        "id_customer": customer_id,
        "id_address_delivery": address_id,
        "id_address_invoice": address_id,
        "delivery_option": delivery_option(address_id, carrier),
        "gift": "0",
        "gift_message": mark(plan.marker),
        "associations": {
            "cart_rows": {
                "cart_row": [
                    {
                        "id_product": row.variant[0],
                        "id_product_attribute": row.variant[1],
                        "id_address_delivery": address_id,
                        "quantity": str(row.quantity),
                    }
                    for row in rows
                ]
            }
        },
    }


def same_cart(found: Row, wanted: Fields) -> bool:
    """Whether a cart left by an earlier try is the one we would make now."""
    names = ("id_currency", "id_customer", "id_address_delivery", "id_address_invoice", "gift_message")
    if any(str(found.get(name)) != str(wanted[name]) for name in names):
        return False
    if _option(found.get("delivery_option")) != _option(wanted["delivery_option"]):
        return False
    associations = wanted["associations"]
    assert isinstance(associations, dict)  # noqa: S101 - made by `cart` above
    return _cart_rows(found.get("associations")) == _cart_rows(
        {"cart_rows": associations["cart_rows"]["cart_row"]},
    )


def _option(text: object) -> object:
    try:
        return json.loads(str(text))
    except ValueError:
        return text


def _cart_rows(associations: object) -> list[tuple[str, str, int]]:
    rows = associations.get("cart_rows", []) if isinstance(associations, dict) else []
    return sorted(
        (str(row.get("id_product")), str(row.get("id_product_attribute") or "0"), int(row.get("quantity") or 0))
        for row in rows
    )


def specific_price(
    variant: Variant, net: str, *, shop: str, cart_id: str, currency: str, customer_id: str
) -> dict[str, str]:
    """The price of a product in one cart. Bound to the order's currency: with 0 it would be converted (reference 5.5)."""
    return {
        "id_shop": shop,
        "id_cart": cart_id,
        "id_product": variant[0],
        "id_product_attribute": variant[1],
        "id_currency": currency,
        "id_country": "0",
        "id_group": "0",
        "id_customer": customer_id,
        "price": net,
        "from_quantity": "1",
        "reduction": "0",
        "reduction_tax": "0",
        "reduction_type": "amount",
        "from": _NO_DATE,
        "to": _NO_DATE,
    }


def order(found_cart: Row, *, carrier: str, module: str, sent: str, language: str) -> dict[str, str]:
    """Only the cart, the module, the label and what was paid count; the rest must be there (reference 5.6)."""
    return {
        "id_address_delivery": str(found_cart["id_address_delivery"]),
        "id_address_invoice": str(found_cart["id_address_invoice"]),
        "id_cart": str(found_cart["id"]),
        "id_currency": str(found_cart["id_currency"]),
        "id_lang": str(found_cart.get("id_lang") or language),
        "id_customer": str(found_cart["id_customer"]),
        "id_carrier": carrier,
        "module": module,
        "payment": PAYMENT,
        "total_paid": sent,
        "total_paid_real": sent,
        "total_products": sent,
        "total_products_wt": sent,
        "conversion_rate": "1",
    }


def without_tax(gross: Decimal, rate_percent: object) -> Decimal:
    """By the order's own carrier_tax_rate ("20.000"), six decimals."""
    return (gross / (1 + Decimal(str(rate_percent or "0")) / 100)).quantize(Decimal("0.000001"))
