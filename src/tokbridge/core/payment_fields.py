"""Where each of TikTok's 25 payment fields belongs, and its sign in what the buyer pays.

Sources: reference tiktok-shop-api.md 3.5 (field list, three identities) and TikTok's own field descriptions for Get
Order List 202309. Only `retail_delivery_fee` is named in TikTok's identity of the total; the other fees are described
as paid by the buyer, so they are expected on top, and `books` checks against total_amount whether they are.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Place(StrEnum):
    CURRENCY = "currency"
    TOTAL = "what the buyer paid"
    PRODUCTS = "products"
    SHIPPING = "shipping"
    TAX = "tax"
    FEE = "fee on top"
    SELLER_DISCOUNT = "discount the seller pays"
    TIKTOK_DISCOUNT = "discount TikTok pays"


@dataclass(frozen=True, slots=True)
class PaymentField:
    """`sign` in the identity that the field takes part in; `title` is what a store order shows for it."""

    place: Place
    sign: int
    title: str
    remark: str


_US_BEFORE_TAX = "before tax in the US, tax included elsewhere"

FIELDS: dict[str, PaymentField] = {
    "currency": PaymentField(Place.CURRENCY, 0, "Currency", "of all fields"),
    "total_amount": PaymentField(Place.TOTAL, 1, "Buyer paid", "buyer paid total payment"),
    "sub_total": PaymentField(Place.PRODUCTS, 1, "Products", f"after all product discounts; {_US_BEFORE_TAX}"),
    "original_total_product_price": PaymentField(
        Place.PRODUCTS, 1, "Products before discounts", f"inside sub_total; {_US_BEFORE_TAX}"
    ),
    "seller_discount": PaymentField(Place.SELLER_DISCOUNT, -1, "Seller discount", "product discount; inside sub_total"),
    "platform_discount": PaymentField(
        Place.TIKTOK_DISCOUNT, -1, "TikTok product discount", "product discount by platform; inside sub_total"
    ),
    "payment_platform_discount": PaymentField(
        Place.TIKTOK_DISCOUNT, -1, "Payment discount", "funded by a payment platform, not by the seller"
    ),
    "payment_discount_service_fee": PaymentField(
        Place.FEE, 1, "Payment discount service fee", "paid by the buyer to apply the payment discount"
    ),
    "shipping_fee": PaymentField(Place.SHIPPING, 1, "Shipping", f"after all shipping discounts; {_US_BEFORE_TAX}"),
    "original_shipping_fee": PaymentField(Place.SHIPPING, 1, "Shipping before discounts", "inside shipping_fee"),
    "shipping_fee_seller_discount": PaymentField(
        Place.SELLER_DISCOUNT, -1, "Seller shipping discount", "inside shipping_fee; 0 when the co-funded one applies"
    ),
    "shipping_fee_platform_discount": PaymentField(
        Place.TIKTOK_DISCOUNT, -1, "TikTok shipping discount", "inside shipping_fee"
    ),
    "shipping_fee_cofunded_discount": PaymentField(
        Place.TIKTOK_DISCOUNT,
        -1,
        "Co-funded shipping discount",
        "inside shipping_fee though TikTok's identity leaves it out; given by the seller, paid back on delivery",
    ),
    "tax": PaymentField(Place.TAX, 1, "Tax", "sum of the taxes; on top in the US, elsewhere inside the prices"),
    "product_tax": PaymentField(Place.TAX, 1, "Product tax", "inside tax; sum of the lines' item_tax"),
    "shipping_fee_tax": PaymentField(Place.TAX, 1, "Shipping tax", "inside tax"),
    "small_order_fee": PaymentField(Place.FEE, 1, "Small order fee", "Thailand"),
    "retail_delivery_fee": PaymentField(Place.FEE, 1, "Retail delivery fee", "US; named in TikTok's identity"),
    "buyer_service_fee": PaymentField(Place.FEE, 1, "Buyer service fee", "Indonesia"),
    "handling_fee": PaymentField(Place.FEE, 1, "Handling fee", "for the payment method"),
    "shipping_insurance_fee": PaymentField(Place.FEE, 1, "Shipping insurance", "Indonesia"),
    "item_insurance_fee": PaymentField(Place.FEE, 1, "Item insurance", "US, Indonesia"),
    "item_insurance_tax": PaymentField(Place.FEE, 1, "Item insurance tax", "US; a row of its own, also when in tax"),
    "distance_shipping_fee": PaymentField(Place.FEE, 1, "Distance shipping fee", "Indonesia"),
    "distance_fee": PaymentField(Place.FEE, 1, "Distance fee", "Indonesia"),
}

FEES = tuple(name for name, field in FIELDS.items() if field.place is Place.FEE)
AMOUNTS = tuple(name for name, field in FIELDS.items() if field.place is not Place.CURRENCY)

TAXES_ON_TOP = frozenset({"US"})  # regions whose prices are before tax
