from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.tiktok.given import american, line, order, vietnamese
from tokbridge.core.order import Address, District, FulfilmentType, Kind, LineTax, LogisticMode, Payment
from tokbridge.core.status import Status
from tokbridge.tiktok.mapping import Unreadable, to_order


def mapped(raw: dict[str, Any]) -> Any:
    return to_order(raw, "7495000000000000001", "GB")


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


def test_unknown_payment_fields_are_collected_unless_they_are_nothing() -> None:
    raw = order()
    raw["payment"] |= {
        "eco_fee": "0.10",
        "new_discount": 2,
        "odd": {"a": "1"},
        "words": "n/a",
        "nil": "0.00",
        "none": None,
        "blank": "",
        "zero": 0,
    }
    assert mapped(raw).payment.unknown_fields == (
        ("eco_fee", "0.10"),
        ("new_discount", "2"),
        ("odd", '{"a": "1"}'),
        ("words", "n/a"),
    )


def test_every_payment_field_of_the_reference_has_its_place() -> None:
    raw = order()
    names = [name for name in Payment.__dataclass_fields__ if name not in {"currency", "unknown_fields"}]
    raw["payment"] = {"currency": "GBP"} | {name: f"{n}.01" for n, name in enumerate(names)}
    found = mapped(raw).payment
    assert [getattr(found, name) for name in names] == [100 * n + 1 for n in range(len(names))]
    assert found.unknown_fields == ()
    assert len(names) == 24


def test_new_fields_and_absent_optional_ones_are_tolerated() -> None:
    bare = {
        "id": 579000000000000001,
        "status": "AWAITING_SHIPMENT",
        "create_time": 1700000000,
        "update_time": "1700000001",
        "fulfillment_type": "FULFILLMENT_BY_SELLER",
        "shipping_type": "SELLER",
        "payment": {"currency": "GBP", "total_amount": "1.00", "sub_total": "1.00"},
        "line_items": [{"id": 579000000000000101, "original_price": "1", "sale_price": "1", "hologram": True}],
        "paid_time": 0,
        "rts_sla_time": "",
        "packages": None,
        "is_cod": "",
        "order_rights": [1],
        "never_seen": {"a": 1},
    }
    found = mapped(bare)
    assert (found.id, found.lines[0].id) == ("579000000000000001", "579000000000000101")
    assert (found.update_time, found.paid_time, found.ship_by) == (1700000001, None, None)
    assert (found.is_cod, found.on_hold_shop, found.packages, found.recipient) == (False, False, (), None)


def without(*path: str | int) -> Callable[[dict[str, Any]], None]:
    def change(raw: Any) -> None:
        for step in path[:-1]:
            raw = raw[step]
        del raw[path[-1]]

    return change


def having(value: object, *path: str | int) -> Callable[[dict[str, Any]], None]:
    def change(raw: Any) -> None:
        for step in path[:-1]:
            raw = raw[step]
        raw[path[-1]] = value

    return change


@pytest.mark.parametrize(
    ("change", "field"),
    [
        (without("id"), "id"),
        (having("", "id"), "id"),
        (having(None, "id"), "id"),
        (having(5.79e17, "id"), "id"),
        (without("status"), "status"),
        (having("VAPORISED", "status"), "status"),
        (without("create_time"), "create_time"),
        (having("soon", "update_time"), "update_time"),
        (without("payment"), "payment"),
        (without("payment", "currency"), "payment.currency"),
        (having("XXX", "payment", "currency"), "payment.currency"),
        (without("payment", "total_amount"), "payment.total_amount"),
        (having("", "payment", "sub_total"), "payment.sub_total"),
        (having("12,50", "payment", "tax"), "payment.tax"),
        (having("2.495", "payment", "shipping_fee"), "payment.shipping_fee"),
        (without("line_items"), "line_items"),
        (without("line_items", 1, "id"), "line_items.1.id"),
        (without("line_items", 1, "sale_price"), "line_items.1.sale_price"),
        (having("abc", "line_items", 0, "original_price"), "line_items.0.original_price"),
        (having("EUR", "line_items", 1, "currency"), "line_items.1.currency"),
        (having([{"tax_amount": "x"}], "line_items", 0, "item_tax"), "line_items.0.item_tax.0.tax_amount"),
        (without("fulfillment_type"), "fulfillment_type"),
        (having("FULFILLMENT_BY_MOON", "fulfillment_type"), "fulfillment_type"),
        (having("IN-STORE PICKUP", "shipping_type"), "shipping_type"),
        (having([1], "recipient_address", "name"), "recipient_address.name"),
    ],
)
def test_what_cannot_be_read_is_named_without_the_buyers_data(
    change: Callable[[dict[str, Any]], None], field: str
) -> None:
    raw = order()
    change(raw)
    with pytest.raises(Unreadable) as caught:
        mapped(raw)
    assert caught.value.field == field
    assert caught.value.words.startswith(f"{field}: ")
    for private in ("Ada", "Byron", "Mill Lane", "7700900123", "scs", "mugfriend"):
        assert private not in str(caught.value)
