"""Figures computed by hand, region by region, and what blocks an order."""

from __future__ import annotations

from dataclasses import fields, replace

import pytest

from tests.core.orders import changed, line, order, payment, thai_order, us_order
from tokbridge.core.books import books
from tokbridge.core.identities import DoesNotAddUp
from tokbridge.core.order import LineTax, Payment
from tokbridge.core.payment_fields import FIELDS


def test_every_payment_field_has_its_place() -> None:
    assert {field.name for field in fields(Payment)} - {"unknown_fields"} == set(FIELDS)
    assert len(FIELDS) == 25


def test_us() -> None:
    result = books(us_order())
    assert not result.taxes_included
    assert (result.buyer_paid, result.tiktok_pays, result.seller_view) == (4141, 800, 4941)
    assert (result.shipping, result.shipping_discount, result.shipping_tax) == (399, 200, 33)
    assert [(fee.field, fee.amount) for fee in result.fees] == [("retail_delivery_fee", 29)]
    assert [tax.amount for booked in result.lines for tax in booked.taxes] == [140, 140]
    assert result.beside == ()


def test_thailand() -> None:
    result = books(thai_order())
    assert result.taxes_included
    assert (result.buyer_paid, result.tiktok_pays, result.seller_view) == (8600, 4500, 13100)
    assert {fee.field: fee.amount for fee in result.fees} == {
        "payment_discount_service_fee": 100,
        "small_order_fee": 2000,
    }
    assert [tax.amount for tax in result.lines[0].taxes] == [458]


def test_vietnam_without_decimals() -> None:
    """A captured shape: three at 168,000 VND and 153,000 shipping, all cancelled; the payment still holds 657,000."""
    lines = [line(name, 168_000, cancelled=True) for name in "abc"]
    paid = payment("VND", lines, shipping_fee=153_000, original_shipping_fee=153_000, total_amount=657_000)
    result = books(order("VN", paid, *lines))
    assert (result.buyer_paid, result.seller_view, result.cancelled) == (657_000, 657_000, 0)
    assert len(result.lines) == 3


def test_indonesia_with_fees_beside_the_total() -> None:
    """10,000 IDR and 1 IDR shipping; a service fee is told but the total is 10,001: then it is named, not booked."""
    lines = [line("a", 1_000_000)]
    paid = payment("IDR", lines, shipping_fee=100, original_shipping_fee=100, total_amount=1_000_100)
    result = books(order("ID", replace(paid, buyer_service_fee=100_000), *lines))
    assert result.fees == ()
    assert result.beside == ("buyer_service_fee",)
    assert result.seller_view == 1_000_100


def test_a_rest_of_exactly_one_fee_becomes_its_row() -> None:
    lines = [line("a", 1000)]
    paid = payment("EUR", lines, handling_fee=70, distance_fee=50, total_amount=1070)
    result = books(order("DE", paid, *lines))
    assert [(fee.field, fee.amount) for fee in result.fees] == [("handling_fee", 70)]
    assert result.beside == ("distance_fee",)


def test_a_rest_that_two_fees_explain_blocks() -> None:
    lines = [line("a", 1000)]
    paid = payment("EUR", lines, handling_fee=50, distance_fee=50, total_amount=1050)
    with pytest.raises(DoesNotAddUp, match="more than one field"):
        books(order("DE", paid, *lines))


def test_taxes_on_top_outside_the_us_for_cross_border_shops() -> None:
    lines = [line("a", 1000)]
    paid = payment("EUR", lines, tax=190, product_tax=190, total_amount=1190)
    result = books(order("DE", paid, *lines))
    assert not result.taxes_included
    assert result.seller_view == 1190
    inside = books(order("DE", replace(paid, total_amount=1000), *lines))
    assert inside.taxes_included
    assert inside.seller_view == 1000


def test_insurance_tax_inside_or_beside_tax() -> None:
    lines = [line("a", 1000, taxes=(LineTax("SALES_TAX", 80),))]
    for tax in (85, 80):
        paid = payment(
            "USD",
            lines,
            tax=tax,
            product_tax=80,
            item_insurance_fee=50,
            item_insurance_tax=5,
            total_amount=1135,
        )
        result = books(order("US", paid, *lines))
        assert {fee.field: fee.amount for fee in result.fees} == {"item_insurance_fee": 50, "item_insurance_tax": 5}
        assert sum(tax.amount for booked in result.lines for tax in booked.taxes) == 80


def test_tax_that_is_only_the_insurances_is_no_product_tax() -> None:
    lines = [line("a", 1000)]
    paid = payment("USD", lines, tax=7, shipping_fee_tax=2, item_insurance_tax=5, total_amount=1007)
    result = books(order("US", paid, *lines))
    assert [fee.amount for fee in result.fees] == [5]
    assert (result.lines[0].taxes, result.shipping_tax, result.beside) == ((), 2, ())


def test_tax_without_lines_is_shared_by_price() -> None:
    lines = [line("a", 1000), line("b", 1000), line("c", 1000)]
    paid = payment("USD", lines, tax=100, total_amount=3100)
    result = books(order("US", paid, *lines))
    assert [tax.amount for booked in result.lines for tax in booked.taxes] == [34, 33, 33]


def test_cofunded_discount_that_the_fee_does_not_show() -> None:
    lines = [line("a", 1000)]
    paid = payment(
        "EUR",
        lines,
        shipping_fee=500,
        original_shipping_fee=500,
        shipping_fee_cofunded_discount=200,
        total_amount=1500,
    )
    result = books(order("DE", paid, *lines))
    assert (result.shipping_discount, result.beside) == (0, ("shipping_fee_cofunded_discount",))


@pytest.mark.parametrize("covers_all", [True, False])
def test_cancelled_in_part(covers_all: bool) -> None:
    """One of two units at 20.00 less 2.00 by TikTok is cancelled; tax 1.50 each, shipping 4.00."""
    tax = (LineTax("SALES_TAX", 150),)
    lines = [line("a", 2000, platform=200, taxes=tax), line("b", 2000, platform=200, taxes=tax, cancelled=True)]
    count = 2 if covers_all else 1
    paid = payment(
        "USD",
        lines if covers_all else lines[:1],
        shipping_fee=400,
        original_shipping_fee=400,
        tax=150 * count,
        product_tax=150 * count,
        total_amount=1950 * count + 400,
    )
    result = books(order("US", paid, *lines))
    assert [booked.line.id for booked in result.lines] == ["a"]
    assert (result.buyer_paid, result.seller_view) == (2350, 2550)
    assert result.cancelled == (1950 if covers_all else 0)


def test_cancelled_in_part_with_what_cannot_be_split() -> None:
    lines = [line("a", 2000), line("b", 2000, cancelled=True)]
    discount = payment("EUR", lines, payment_platform_discount=100, total_amount=3900)
    with pytest.raises(DoesNotAddUp, match="payment_platform_discount was theirs"):
        books(order("DE", discount, *lines))
    tax = payment("USD", lines, tax=200, product_tax=200, total_amount=4200)
    with pytest.raises(DoesNotAddUp, match="how much tax was theirs"):
        books(order("US", tax, *lines))


def test_the_error_names_identity_and_both_figures() -> None:
    with pytest.raises(DoesNotAddUp) as caught:
        books(changed(us_order(), total_amount=4142))
    assert (caught.value.expected, caught.value.actual, caught.value.currency) == (4141, 4142, "USD")
    assert "total_amount = sub_total" in caught.value.explanation
    assert "expected 41.41 USD, TikTok says 41.42 USD" in str(caught.value)


def test_an_unknown_field_that_explains_the_rest_still_blocks() -> None:
    of = changed(us_order(), total_amount=4191)
    of = replace(of, payment=replace(of.payment, unknown_fields=(("note", "n/a"), ("green_fee", "0.50"))))
    with pytest.raises(DoesNotAddUp, match="'green_fee'"):
        books(of)


def test_an_unknown_field_beside_a_right_total_is_named() -> None:
    of = us_order()
    of = replace(of, payment=replace(of.payment, unknown_fields=(("green_points", "0.50"),)))
    assert books(of).beside == ("green_points",)


@pytest.mark.parametrize(
    ("amounts", "words"),
    [
        ({"sub_total": 3500, "total_amount": 4241}, "sub_total = original_total_product_price"),
        ({"seller_discount": 900, "sub_total": 3500, "total_amount": 4241}, "sum of the lines' seller_discount"),
        ({"original_shipping_fee": 600}, "shipping_fee = original_shipping_fee"),
        ({"tax": 314, "total_amount": 4142}, "tax = product_tax"),
        ({"tax": 0, "total_amount": 3828}, "tax = product_tax"),
        ({"product_tax": 281, "tax": 314, "total_amount": 4142}, "sum of the lines' item_tax"),
        ({"handling_fee": -1, "total_amount": 4140}, "handling_fee is not below zero"),
    ],
)
def test_what_blocks(amounts: dict[str, int], words: str) -> None:
    with pytest.raises(DoesNotAddUp, match=words):
        books(changed(us_order(), **amounts))


def test_a_line_that_contradicts_itself_blocks() -> None:
    of = us_order()
    wrong = replace(of.lines[0], sale_price=1699)
    with pytest.raises(DoesNotAddUp, match="line a"):
        books(replace(of, lines=(wrong, of.lines[1])))
