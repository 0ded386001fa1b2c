"""TikTok's order as the neutral order of `core.order`. Pure: the raw object in, the neutral order out."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields
from typing import Any, TypeVar

from tokbridge.core import money, status
from tokbridge.core.order import (
    Address,
    District,
    FulfilmentType,
    Kind,
    Line,
    LineTax,
    LogisticMode,
    Order,
    Payment,
)
from tokbridge.core.saying import say
from tokbridge.core.status import Status
from tokbridge.tiktok.errors import Unreadable
from tokbridge.tiktok.order_shape import LineItem, OrderShape, PaymentShape, Recipient
from tokbridge.tiktok.reading import read

__all__ = ["Unreadable", "to_order"]

W = TypeVar("W")

_FULFILMENT = {
    "FULFILLMENT_BY_SELLER": FulfilmentType.MERCHANT,
    "FULFILLMENT_BY_TIKTOK": FulfilmentType.TIKTOK,
    "FULFILLMENT_BY_DILAYANI_TOKOPEDIA": FulfilmentType.TIKTOK,
}
_LOGISTICS = {"SELLER": LogisticMode.SELLER, "TIKTOK": LogisticMode.PLATFORM, "TIKTOK_DIGITAL": LogisticMode.DIGITAL}
_AMOUNTS = tuple(field.name for field in fields(Payment) if field.name not in {"currency", "unknown_fields"})


def to_order(raw: Mapping[str, Any], shop_id: str, region: str) -> Order:
    """One raw order of a list or detail as an `Order`; amounts in minor units of its currency.

    Fields that TikTok leaves out, sends as null or as "" count as absent. Raises `Unreadable` naming the field when
    something that counts is missing or holds what nobody has seen before; its words carry no buyer's data.
    """
    shape = read(OrderShape, raw)
    currency = _currency(shape.payment.currency)
    order_status = _status(shape.status)
    return Order(
        id=shape.id,
        shop_id=shop_id,
        region=region,
        status=order_status,
        create_time=shape.create_time,
        update_time=shape.update_time,
        paid_time=shape.paid_time,
        currency=currency,
        payment=_payment(shape.payment),
        lines=tuple(_line(item, n, currency, order_status) for n, item in enumerate(shape.line_items)),
        recipient=_address(shape.recipient_address),
        fulfilment_type=_word("fulfillment_type", shape.fulfillment_type, _FULFILMENT),
        logistic_mode=_word("shipping_type", shape.shipping_type, _LOGISTICS),
        kind=_kind(shape),
        is_cod=shape.is_cod,
        on_hold_shop=shape.is_on_hold_order,
        buyer_requests_cancel=shape.is_buyer_request_cancel,
        buyer_id=shape.user_id,
        buyer_email=shape.buyer_email,
        buyer_nickname=shape.buyer_nickname,
        buyer_message=shape.buyer_message,
        seller_note=shape.seller_note,
        payment_method=shape.payment_method_name,
        delivery_option_id=shape.delivery_option_id,
        delivery_option_name=shape.delivery_option_name,
        warehouse_id=shape.warehouse_id,
        cancel_reason=shape.cancel_reason,
        cancel_initiator=shape.cancellation_initiator,
        packages=tuple(package.id for package in shape.packages),
        ship_by=shape.rts_sla_time,
        cancel_at=shape.cancel_order_sla_time,
        delivered_at=shape.delivery_time,
    )


def _status(word: str) -> Status:
    try:
        return status.parse(word)
    except ValueError:
        raise Unreadable("status", say("unknown word {word}", word=repr(word[:40]))) from None


def _word(field: str, word: str, known: Mapping[str, W]) -> W:
    try:
        return known[word]
    except KeyError:
        raise Unreadable(field, say("unknown word {word}", word=repr(word[:40]))) from None


def _kind(shape: OrderShape) -> Kind:
    if shape.is_sample_order:
        return Kind.SAMPLE
    if shape.is_replacement_order:
        return Kind.REPLACEMENT
    return Kind.EXCHANGE if shape.is_exchange_order else Kind.NORMAL


def _currency(word: str) -> str:
    try:
        money.exponent(word)
    except ValueError as error:
        raise Unreadable("payment.currency", str(error)) from None
    return word


def _amount(where: str, name: str, text: str, currency: str) -> int:
    if not text:
        return 0
    try:
        return money.parse(text, currency)
    except ValueError as error:
        raise Unreadable(f"{where}.{name}", str(error)) from None


def _payment(shape: PaymentShape) -> Payment:
    amounts = {name: _amount("payment", name, getattr(shape, name), shape.currency) for name in _AMOUNTS}
    unknown = tuple(
        (name, value if isinstance(value, str) else json.dumps(value))
        for name, value in sorted(shape.unknown.items())
        if not _is_nothing(value, shape.currency)
    )
    return Payment(currency=shape.currency, unknown_fields=unknown, **amounts)


def _is_nothing(value: object, currency: str) -> bool:
    if not value:
        return True
    try:
        return money.parse(str(value), currency) == 0
    except ValueError:
        return False


def _line(item: LineItem, n: int, currency: str, order_status: Status) -> Line:
    where = f"line_items.{n}"
    if item.currency and item.currency != currency:
        words = say("{currency} in an order of {other}", currency=item.currency[:10], other=currency[:10])
        raise Unreadable(f"{where}.currency", words)
    taxes = tuple(
        LineTax(tax.tax_type, _amount(f"{where}.item_tax.{m}", "tax_amount", tax.tax_amount, currency), tax.tax_rate)
        for m, tax in enumerate(item.item_tax)
    )
    return Line(
        id=item.id,
        product_id=item.product_id,
        sku_id=item.sku_id,
        seller_sku=item.seller_sku,
        product_name=item.product_name,
        sku_name=item.sku_name,
        image=item.sku_image,
        original_price=_amount(where, "original_price", item.original_price, currency),
        sale_price=_amount(where, "sale_price", item.sale_price, currency),
        seller_discount=_amount(where, "seller_discount", item.seller_discount, currency),
        platform_discount=_amount(where, "platform_discount", item.platform_discount, currency),
        taxes=taxes,
        is_gift=item.is_gift,
        cancelled=(item.display_status or order_status) in {"CANCELLED", "CANCEL"},
        cancel_reason=item.cancel_reason,
        cancel_user=item.cancel_user,
        package_id=item.package_id,
        package_status=item.package_status,
        tracking_number=item.tracking_number,
        provider_id=item.shipping_provider_id,
        provider_name=item.shipping_provider_name,
    )


def _address(shape: Recipient | None) -> Address | None:
    """None when TikTok gave no word of it: while unpaid or on hold, and on old cancelled orders."""
    if shape is None:
        return None
    lines = (shape.address_line1, shape.address_line2, shape.address_line3, shape.address_line4)
    seen = (shape.name, shape.first_name, shape.last_name, shape.phone_number, *lines)
    told = (*seen, shape.address_detail, shape.full_address, shape.postal_code, shape.region_code, shape.post_town)
    if not any(text.strip() for text in told) and not shape.district_info:
        return None
    return Address(
        name=shape.name,
        first_name=shape.first_name,
        last_name=shape.last_name,
        phone=shape.phone_number,
        lines=tuple(line.strip() for line in lines if line.strip()),
        detail=shape.address_detail,
        full=shape.full_address,
        postal_code=shape.postal_code,
        region_code=shape.region_code,
        post_town=shape.post_town,
        districts=tuple(District(d.address_level, d.address_name, d.iso_code) for d in shape.district_info),
        masked=any("*" in text for text in (*seen, shape.address_detail, shape.full_address)),
    )
