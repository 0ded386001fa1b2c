"""Raw orders that are not as the reference has them: fields that are new, absent, or cannot be read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.tiktok.given import mapped, order
from tokbridge.core.order import Payment
from tokbridge.tiktok.mapping import Unreadable


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
