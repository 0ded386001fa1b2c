"""What a raw order of TikTok becomes: its status, units, sums, address and kind."""

from __future__ import annotations

from typing import Any

import pytest

from tests.tiktok.given import american, line, mapped, order, vietnamese
from tokbridge.core.order import Address, District, FulfilmentType, Kind, LineTax, LogisticMode, Payment
from tokbridge.core.status import Status


def test_a_british_order() -> None:
    found = mapped(order())
    assert (found.id, found.shop_id, found.region) == ("579000000000000001", "7495000000000000001", "GB")
    assert found.status is Status.AWAITING_SHIPMENT
    assert (found.create_time, found.update_time, found.paid_time) == (1700000000, 1700003700, 1700000060)
    assert (found.ship_by, found.cancel_at, found.delivered_at) == (1700172800, 1700345600, None)
    assert (found.fulfilment_type, found.logistic_mode, found.kind) == (
        FulfilmentType.MERCHANT,
        LogisticMode.SELLER,
        Kind.NORMAL,
    )
    assert (found.is_cod, found.on_hold_shop, found.buyer_requests_cancel) == (False, True, False)
    assert (found.buyer_id, found.buyer_email) == ("7021000000000000001", "v2example@chat.seller.tiktok.com")
    assert (found.buyer_nickname, found.buyer_message, found.seller_note) == ("mugfriend", "Please wrap it.", "")
    assert (found.payment_method, found.warehouse_id) == ("Card", "6955000000000000001")
    assert (found.delivery_option_id, found.delivery_option_name) == ("7091000000000000001", "Shipped by seller")
    assert (found.cancel_reason, found.cancel_initiator, found.packages) == ("", "", ())
    assert found.payment == Payment(
        currency="GBP",
        total_amount=2149,
        sub_total=1900,
        original_total_product_price=2400,
        seller_discount=400,
        platform_discount=100,
        shipping_fee=249,
        original_shipping_fee=349,
        shipping_fee_platform_discount=100,
    )
    assert found.recipient == Address(
        name="Ada Byron",
        first_name="Ada",
        last_name="Byron",
        phone="(+44)7700900123",
        lines=("1 Mill Lane", "Flat 2"),
        detail="1 Mill Lane",
        full="United Kingdom, England, Leeds, 1 Mill Lane",
        postal_code="LS1 1AA",
        region_code="GB",
        post_town="Leeds",
        districts=(District("L0", "United Kingdom", "GB"), District("L1", "England", "")),
        masked=False,
    )


def test_its_units() -> None:
    first, second = mapped(order()).lines
    assert (first.id, second.id) == ("579000000000000101", "579000000000000102")
    assert (first.product_id, first.sku_id, first.seller_sku) == (
        "1729000000000000001",
        "1729000000000000011",
        "MUG-BLUE",
    )
    assert (first.product_name, first.sku_name) == ("Enamel mug", "Blue")
    assert (first.original_price, first.sale_price, first.seller_discount, first.platform_discount) == (
        1200,
        950,
        200,
        50,
    )
    assert (first.taxes, first.is_gift, first.cancelled, first.package_id) == ((), False, False, "")


def test_an_american_order_has_its_taxes() -> None:
    found = mapped(american())
    assert (found.payment.tax, found.payment.product_tax, found.payment.retail_delivery_fee) == (176, 176, 28)
    assert found.lines[0].taxes == (LineTax("SALES_TAX", 83, "0.0825"), LineTax("SALES_TAX", 5, ""))


def test_a_vietnamese_cash_on_delivery_order() -> None:
    found = mapped(vietnamese())
    assert (found.is_cod, found.paid_time, found.currency) == (True, None, "VND")
    assert (found.payment.total_amount, found.lines[0].sale_price) == (351000, 168000)
    assert found.logistic_mode is LogisticMode.PLATFORM
    assert (found.packages, found.lines[0].package_id) == (("1153000000000000001",), "1153000000000000001")
    assert found.lines[0].package_status == "TO_FULFILL"


def test_an_old_cancelled_order_with_everything_emptied() -> None:
    empty = dict.fromkeys(order()["recipient_address"], "")
    gone = line(display_status="CANCELLED", cancel_reason="Không thể giao hàng", cancel_user="SELLER")
    found = mapped(
        order(
            status="CANCELLED",
            line_items=[gone],
            recipient_address={**empty, "delivery_preferences": {"drop_off_location": ""}},
            cancel_reason="Không thể giao hàng",
            cancellation_initiator="SELLER",
        )
    )
    assert found.recipient is None
    assert found.live_lines == ()
    assert (found.cancel_reason, found.cancel_initiator) == ("Không thể giao hàng", "SELLER")
    assert (found.lines[0].cancel_reason, found.lines[0].cancel_user) == ("Không thể giao hàng", "SELLER")


@pytest.mark.parametrize(
    ("order_status", "display_status", "cancelled"),
    [
        ("AWAITING_SHIPMENT", "CANCELLED", True),
        ("AWAITING_SHIPMENT", "TO_SHIP", False),
        ("CANCELLED", "", True),
        ("CANCELLED", None, True),
        ("CANCELLED", "CANCELLED", True),
        ("PARTIALLY_SHIPPING", "AWAITING_COLLECTION", False),
        ("DELIVERED", "", False),
    ],
)
def test_cancelled_units(order_status: str, display_status: str | None, cancelled: bool) -> None:
    found = mapped(order(status=order_status, line_items=[line(display_status=display_status)]))
    assert found.lines[0].cancelled is cancelled


@pytest.mark.parametrize(
    ("flags", "kind"),
    [
        ({"is_sample_order": True}, Kind.SAMPLE),
        ({"is_replacement_order": True}, Kind.REPLACEMENT),
        ({"is_exchange_order": True}, Kind.EXCHANGE),
        ({"is_sample_order": None, "is_exchange_order": ""}, Kind.NORMAL),
    ],
)
def test_kinds(flags: dict[str, object], kind: Kind) -> None:
    assert mapped(order(**flags)).kind is kind


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("FULFILLMENT_BY_SELLER", FulfilmentType.MERCHANT),
        ("FULFILLMENT_BY_TIKTOK", FulfilmentType.TIKTOK),
        ("FULFILLMENT_BY_DILAYANI_TOKOPEDIA", FulfilmentType.TIKTOK),
    ],
)
def test_fulfilment_types(word: str, expected: FulfilmentType) -> None:
    assert mapped(order(fulfillment_type=word)).fulfilment_type is expected


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("SELLER", LogisticMode.SELLER),
        ("TIKTOK", LogisticMode.PLATFORM),
        ("TIKTOK_DIGITAL", LogisticMode.DIGITAL),
    ],
)
def test_logistic_modes(word: str, expected: LogisticMode) -> None:
    assert mapped(order(shipping_type=word)).logistic_mode is expected


def test_a_gift_costs_nothing() -> None:
    found = mapped(order(line_items=[line(is_gift=True, original_price="0", sale_price="0", gift_retail_price="20")]))
    assert (found.has_gift, found.lines[0].sale_price) == (True, 0)


@pytest.mark.parametrize(
    "change",
    [
        {"phone_number": "(+1)213-***-1234"},
        {"name": "A** B***"},
        {"address_line1": "1*** Coleman Ave"},
        {"address_detail": "****"},
        {"full_address": "1*** Coleman Ave"},
    ],
)
def test_a_masked_address_is_known_as_such(change: dict[str, str]) -> None:
    raw = order()
    raw["recipient_address"].update(change)
    assert mapped(raw).recipient.masked


@pytest.mark.parametrize("recipient", [None, {}, {"name": " ", "district_info": []}, {"district_info": None}])
def test_no_address_while_unpaid_or_on_hold(recipient: dict[str, Any] | None) -> None:
    assert mapped(order(status="ON_HOLD", recipient_address=recipient)).recipient is None
    raw = order(status="UNPAID")
    del raw["recipient_address"]
    assert mapped(raw).recipient is None
