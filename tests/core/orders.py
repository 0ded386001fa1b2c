"""Orders for the money tests: hand-made ones, and random ones built so that TikTok's identities hold."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import strategies as st

from tokbridge.core.matching import Match
from tokbridge.core.order import Address, District, FulfilmentType, Kind, Line, LineTax, LogisticMode, Order, Payment
from tokbridge.core.payment_fields import FEES, TAXES_ON_TOP
from tokbridge.core.status import Status


def line(id: str, original: int, *, seller: int = 0, platform: int = 0, **other: Any) -> Line:
    facts: dict[str, Any] = {
        "id": id,
        "product_id": "1",
        "sku_id": "sku-1",
        "seller_sku": "RED-M",
        "product_name": "Shirt",
        "sku_name": "Red, M",
        "image": "",
        "original_price": original,
        "sale_price": original - seller - platform,
        "seller_discount": seller,
        "platform_discount": platform,
        "taxes": (),
        "is_gift": False,
        "cancelled": False,
        "cancel_reason": "",
        "cancel_user": "",
        "package_id": "",
        "package_status": "",
        "tracking_number": "",
        "provider_id": "",
        "provider_name": "",
    }
    return Line(**(facts | other))


def order(region: str, payment: Payment, *lines: Line, **other: Any) -> Order:
    facts: dict[str, Any] = {
        "id": "576000000000000001",
        "shop_id": "7",
        "region": region,
        "status": Status.AWAITING_SHIPMENT,
        "create_time": 1_700_000_000,
        "update_time": 1_700_000_100,
        "paid_time": 1_700_000_010,
        "currency": payment.currency,
        "payment": payment,
        "lines": lines,
        "recipient": None,
        "fulfilment_type": FulfilmentType.MERCHANT,
        "logistic_mode": LogisticMode.SELLER,
        "kind": Kind.NORMAL,
        "is_cod": False,
        "on_hold_shop": False,
        "buyer_requests_cancel": False,
        "buyer_id": "7021",
        "buyer_email": "relay@chat.example",
        "buyer_nickname": "",
        "buyer_message": "",
        "seller_note": "",
        "payment_method": "Card",
        "delivery_option_id": "55",
        "delivery_option_name": "Standard shipping",
        "warehouse_id": "",
        "cancel_reason": "",
        "cancel_initiator": "",
        "packages": (),
        "ship_by": None,
        "cancel_at": None,
        "delivered_at": None,
    }
    return Order(**(facts | other))


def payment(currency: str, lines: list[Line], **other: int) -> Payment:
    """The product fields summed from the lines; everything else as given, shipping and total computed when not."""
    facts: dict[str, int] = {
        "original_total_product_price": sum(each.original_price for each in lines),
        "seller_discount": sum(each.seller_discount for each in lines),
        "platform_discount": sum(each.platform_discount for each in lines),
        "sub_total": sum(each.sale_price for each in lines),
    }
    return Payment(currency=currency, **({"total_amount": 0} | facts | other))


def matches(of: Order) -> dict[str, Match]:
    return {each.id: Match(f"variant-{each.sku_id}", "Store shirt", each.sku_name, True) for each in of.lines}


def address(country: str, districts: dict[str, str], **other: Any) -> Address:
    facts: dict[str, Any] = {
        "name": "Ada Lovelace",
        "first_name": "Ada",
        "last_name": "Lovelace",
        "phone": "(+1)213-555-0100",
        "lines": ("1 Main St", "Suite 2"),
        "detail": "",
        "full": "",
        "postal_code": "90001",
        "region_code": country,
        "post_town": "",
        "districts": tuple(District(level, name) for level, name in districts.items()),
    }
    return Address(**(facts | other))


_amounts = st.one_of(st.just(0), st.integers(1, 99_999))
_CURRENCIES = {"US": "USD", "JP": "JPY", "VN": "VND", "FR": "EUR", "GB": "GBP"}


@st.composite
def consistent(draw: st.DrawFn, regions: tuple[str, ...] = tuple(_CURRENCIES), cancel: bool = False) -> Order:
    """An order whose identities hold: units of few SKUs with own prices, all discounts, fees and taxes drawn."""
    region = draw(st.sampled_from(regions))
    on_top = region in TAXES_ON_TOP
    taxed_by_line = cancel or draw(st.booleans())
    lines = []
    for number in range(draw(st.integers(1, 6))):
        original = draw(st.integers(0, 50_000))
        seller = draw(st.integers(0, original))
        platform = draw(st.integers(0, original - seller))
        sku = draw(st.sampled_from("AB"))
        tax = draw(_amounts) if taxed_by_line else 0
        lines.append(
            line(
                f"l{number}",
                original,
                seller=seller,
                platform=platform,
                sku_id=sku,
                seller_sku=f"sku {sku}",
                is_gift=draw(st.booleans()),
                taxes=(LineTax("SALES_TAX", tax, "0.0825"),) if tax else (),
            )
        )
    lines += [
        replace(each, id=f"again-{each.id}") for each in draw(st.lists(st.sampled_from(lines), max_size=3, unique=True))
    ]
    if cancel:
        lines = [replace(each, cancelled=draw(st.booleans())) for each in lines]

    by_seller, by_tiktok, cofunded, shipping = (draw(_amounts) for _ in range(4))
    fees = {name: draw(_amounts) for name in FEES if draw(st.integers(0, 3)) == 0}
    by_line = sum(tax.amount for each in lines for tax in each.taxes)
    product_tax = by_line if taxed_by_line else draw(_amounts)
    shipping_tax = draw(_amounts)
    tax = product_tax + shipping_tax if on_top else 0
    if on_top and draw(st.booleans()):
        tax += fees.get("item_insurance_tax", 0)
        inside = fees.get("item_insurance_tax", 0)
    else:
        inside = 0
    goods = sum(each.sale_price for each in lines) + shipping
    live = sum(each.sale_price for each in lines if not each.cancelled) + shipping
    discount = 0 if cancel else draw(st.integers(0, min(live, 5000)))
    return order(
        region,
        payment(
            _CURRENCIES[region],
            lines,
            shipping_fee=shipping,
            original_shipping_fee=shipping + by_seller + by_tiktok + cofunded,
            shipping_fee_seller_discount=by_seller,
            shipping_fee_platform_discount=by_tiktok,
            shipping_fee_cofunded_discount=cofunded,
            tax=tax,
            product_tax=product_tax,
            shipping_fee_tax=shipping_tax,
            payment_platform_discount=discount,
            total_amount=goods + tax + sum(fees.values()) - inside - discount,
            **fees,
        ),
        *lines,
    )


def us_order() -> Order:
    """Two shirts at 25.00 less 5.00 by the seller and 3.00 by TikTok, 8.25 % tax on each 17.00 = 1.40; shipping 5.99
    of which TikTok pays 2.00, taxed 0.33; Colorado's delivery fee 0.29. Buyer: 34.00 + 3.99 + 3.13 + 0.29 = 41.41."""
    tax = (LineTax("SALES_TAX", 140, "0.0825"),)
    lines = [line("a", 2500, seller=500, platform=300, taxes=tax), line("b", 2500, seller=500, platform=300, taxes=tax)]
    paid = payment(
        "USD",
        lines,
        shipping_fee=399,
        original_shipping_fee=599,
        shipping_fee_platform_discount=200,
        tax=313,
        product_tax=280,
        shipping_fee_tax=33,
        retail_delivery_fee=29,
        total_amount=4141,
    )
    return order("US", paid, *lines)


def thai_order() -> Order:
    """One at 80.00 THB less 10.00 by TikTok, prices with VAT 4.58 inside; shipping 30.00, of it 20.00 co-funded; small
    order fee 20.00; payment discount 15.00 with its service fee 1.00.
    Buyer: 70 + 10 + 20 + 1 - 15 = 86.00. TikTok: 10 + 20 + 15 = 45.00."""
    lines = [line("a", 8000, platform=1000)]
    paid = payment(
        "THB",
        lines,
        shipping_fee=1000,
        original_shipping_fee=3000,
        shipping_fee_cofunded_discount=2000,
        product_tax=458,
        small_order_fee=2000,
        payment_platform_discount=1500,
        payment_discount_service_fee=100,
        total_amount=8600,
    )
    return order("TH", paid, *lines)


def changed(of: Order, **amounts: int) -> Order:
    return replace(of, payment=replace(of.payment, **amounts))
