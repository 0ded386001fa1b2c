"""Generated orders: consistent ones add up, and no change of one figure is silent."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.core.orders import changed, consistent
from tokbridge.core.books import Books, books
from tokbridge.core.identities import DoesNotAddUp
from tokbridge.core.order import Order
from tokbridge.core.payment_fields import AMOUNTS


def rows(result: Books) -> int:
    """What the buyer paid, added up from the parts."""
    products = sum(booked.line.sale_price for booked in result.lines)
    taxes = sum(tax.amount for booked in result.lines for tax in booked.taxes) + result.shipping_tax
    fees = sum(fee.amount for fee in result.fees)
    on_top = 0 if result.taxes_included else taxes
    return products + result.shipping + fees + on_top - result.payment_discount


@given(consistent())
def test_consistent_orders_add_up(of: Order) -> None:
    result = books(of)
    assert rows(result) == result.buyer_paid == of.payment.total_amount
    discounts = (
        of.payment.platform_discount
        + of.payment.shipping_fee_platform_discount
        + of.payment.shipping_fee_cofunded_discount
        + of.payment.payment_platform_discount
    )
    assert result.seller_view == of.payment.total_amount + discounts
    assert result.beside == ()


@given(consistent(cancel=True))
def test_orders_cancelled_in_part_add_up(of: Order) -> None:
    result = books(of)
    assert rows(result) == result.buyer_paid
    assert result.buyer_paid + result.cancelled == of.payment.total_amount
    live = [each.id for each in of.live_lines]
    assert [booked.line.id for booked in result.lines] == (live or [each.id for each in of.lines])


@given(consistent(), st.sampled_from(AMOUNTS), st.integers(-5000, 5000))
def test_no_difference_is_silent(of: Order, field: str, delta: int) -> None:
    """One payment field changed: blocked, or every figure still adds up and the changed field is named."""
    assume(delta)
    before, after = getattr(of.payment, field), getattr(of.payment, field) + delta
    right = books(of)
    try:
        result = books(changed(of, **{field: after}))
    except DoesNotAddUp as error:
        assert error.expected != error.actual or "more than one field" in error.explanation
        return
    assert after >= 0
    assert rows(result) == result.buyer_paid == of.payment.total_amount + (delta if field == "total_amount" else 0)
    named = {fee.field for fee in result.fees} | set(result.beside)
    if field in ("product_tax", "shipping_fee_tax", "tax"):
        # absent or inside the prices: no figure of either view may move
        assert result.seller_view == right.seller_view
        assert before == 0 or after == 0 or result.taxes_included
    elif field == "total_amount":
        assert result.beside, "another reading of the total must name what it leaves out"
    else:
        assert field in named or result.beside


@given(consistent(), st.data())
def test_a_changed_line_is_never_silent(of: Order, data: st.DataObject) -> None:
    attribute = data.draw(st.sampled_from(["original_price", "sale_price", "seller_discount", "platform_discount"]))
    index = data.draw(st.integers(0, len(of.lines) - 1))
    delta = data.draw(st.integers(1, 500))
    wrong = replace(of.lines[index], **{attribute: getattr(of.lines[index], attribute) + delta})
    with pytest.raises(DoesNotAddUp):
        books(replace(of, lines=(*of.lines[:index], wrong, *of.lines[index + 1 :])))
