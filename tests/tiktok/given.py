"""Raw orders shaped like TikTok's: a plain paid British order, to be changed by each test."""

from __future__ import annotations

import copy
from typing import Any

from tokbridge.tiktok.mapping import to_order

_LINE: dict[str, Any] = {
    "id": "579000000000000101",
    "product_id": "1729000000000000001",
    "product_name": "Enamel mug",
    "sku_id": "1729000000000000011",
    "sku_name": "Blue",
    "sku_image": "https://img.example.invalid/mug.jpeg",
    "seller_sku": "MUG-BLUE",
    "currency": "GBP",
    "original_price": "12.00",
    "sale_price": "9.50",
    "seller_discount": "2.00",
    "platform_discount": "0.50",
    "display_status": "AWAITING_SHIPMENT",
    "is_gift": False,
    "sku_type": "NORMAL",
}

_ORDER: dict[str, Any] = {
    "id": "579000000000000001",
    "status": "AWAITING_SHIPMENT",
    "order_type": "NORMAL",
    "create_time": 1700000000,
    "paid_time": 1700000060,
    "update_time": 1700003700,
    "rts_sla_time": 1700172800,
    "cancel_order_sla_time": 1700345600,
    "fulfillment_type": "FULFILLMENT_BY_SELLER",
    "shipping_type": "SELLER",
    "delivery_type": "HOME_DELIVERY",
    "delivery_option_id": "7091000000000000001",
    "delivery_option_name": "Shipped by seller",
    "warehouse_id": "6955000000000000001",
    "is_cod": False,
    "is_sample_order": False,
    "is_replacement_order": False,
    "is_exchange_order": False,
    "is_on_hold_order": True,
    "is_buyer_request_cancel": False,
    "user_id": "7021000000000000001",
    "buyer_email": "v2example@chat.seller.tiktok.com",
    "buyer_nickname": "mugfriend",
    "buyer_message": "Please wrap it.",
    "payment_method_name": "Card",
    "payment": {
        "currency": "GBP",
        "total_amount": "21.49",
        "sub_total": "19.00",
        "original_total_product_price": "24.00",
        "seller_discount": "4.00",
        "platform_discount": "1.00",
        "shipping_fee": "2.49",
        "original_shipping_fee": "3.49",
        "shipping_fee_seller_discount": "0",
        "shipping_fee_platform_discount": "1.00",
        "tax": "0",
    },
    "recipient_address": {
        "full_address": "United Kingdom, England, Leeds, 1 Mill Lane",
        "phone_number": "(+44)7700900123",
        "name": "Ada Byron",
        "first_name": "Ada",
        "last_name": "Byron",
        "address_detail": "1 Mill Lane",
        "address_line1": "1 Mill Lane",
        "address_line2": "Flat 2",
        "address_line3": " ",
        "address_line4": "",
        "postal_code": "LS1 1AA",
        "region_code": "GB",
        "post_town": "Leeds",
        "district_info": [
            {
                "address_level": "L0",
                "address_level_name": "Country",
                "address_name": "United Kingdom",
                "iso_code": "GB",
            },
            {"address_level": "L1", "address_level_name": "Nation", "address_name": "England"},
        ],
    },
}


def line(**changes: Any) -> dict[str, Any]:
    return {**_LINE, **changes}


def order(**changes: Any) -> dict[str, Any]:
    raw = copy.deepcopy(_ORDER)
    raw["line_items"] = [line(), line(id="579000000000000102")]
    raw.update(changes)
    return raw


def vietnamese(**changes: Any) -> dict[str, Any]:
    """Cash on delivery, platform logistics, whole amounts, a package from the start."""
    unit = line(
        currency="VND",
        original_price="168000",
        sale_price="168000",
        seller_discount="0",
        platform_discount="0",
        package_id="1153000000000000001",
        package_status="TO_FULFILL",
        gift_retail_price="0",
        sku_name="Thùng 24 Chai",
    )
    raw = order(
        line_items=[unit, {**unit, "id": "579000000000000102"}],
        is_cod=True,
        is_on_hold_order=False,
        shipping_type="TIKTOK",
        payment={
            "currency": "VND",
            "total_amount": "351000",
            "sub_total": "336000",
            "original_total_product_price": "336000",
            "shipping_fee": "15000",
            "original_shipping_fee": "15000",
            "tax": "0",
        },
        packages=[{"id": "1153000000000000001"}],
        payment_method_name="Cash on delivery",
    )
    del raw["paid_time"]
    raw.update(changes)
    return raw


def american(**changes: Any) -> dict[str, Any]:
    """Taxes on top, two of them on each unit."""
    taxes = [
        {"tax_type": "SALES_TAX", "tax_amount": "0.83", "tax_rate": "0.0825"},
        {"tax_type": "SALES_TAX", "tax_amount": "0.05"},
    ]
    raw = order(
        line_items=[
            line(currency="USD", item_tax=taxes),
            line(id="579000000000000102", currency="USD", item_tax=taxes),
        ],
        payment={
            "currency": "USD",
            "total_amount": "23.53",
            "sub_total": "19.00",
            "original_total_product_price": "24.00",
            "seller_discount": "4.00",
            "platform_discount": "1.00",
            "shipping_fee": "2.49",
            "original_shipping_fee": "2.49",
            "tax": "1.76",
            "product_tax": "1.76",
            "retail_delivery_fee": "0.28",
        },
    )
    raw.update(changes)
    return raw


def mapped(raw: dict[str, Any]) -> Any:
    """The raw order as ours, of a British shop."""
    return to_order(raw, "7495000000000000001", "GB")
