"""Amounts: whatever the plan, the rows add up in integers, and what is sent says the same."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.stores.magento.fake import config_with
from tests.stores.plans import MAGENTO
from tokbridge.core import money
from tokbridge.core.errors import Actor, Refused
from tokbridge.core.plan import Plan, PlanFee, PlanShipping, PlanTax
from tokbridge.stores.magento.amounts import number, percent, plan_money, unit_price
from tokbridge.stores.magento.mapping import Place, order_input
from tokbridge.stores.magento.products import Product
from tokbridge.stores.magento.shop import StoreView

line, plan = MAGENTO.line, MAGENTO.plan

CURRENCIES = ("USD", "EUR", "JPY", "VND", "IDR")


def place(currency: str) -> Place:
    view = StoreView(1, "default", 1, currency, currency, "US", "kgs")
    return Place(view, (), {"1:TT-A": Product(1, "TT-A", "Shirt", "simple", True, 1.0)})


def taxes_up_to(most: int) -> st.SearchStrategy[tuple[PlanTax, ...]]:
    one = st.builds(
        PlanTax,
        st.sampled_from(("VAT", "City")),
        st.sampled_from(("", "0.19")),
        st.integers(0, most // 2),
        st.booleans(),
    )
    return st.lists(one, max_size=2).map(tuple)


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    def one_line() -> Any:
        price, quantity = draw(st.integers(0, 10_000_000)), draw(st.integers(1, 60))
        taxes = draw(taxes_up_to(price * quantity))
        return line(
            unit_price=price, original_unit_price=price + draw(st.integers(0, 9999)), quantity=quantity, taxes=taxes
        )

    shipping = draw(st.integers(0, 99_999))
    return plan(
        currency=draw(st.sampled_from(CURRENCIES)),
        lines=tuple(one_line() for _ in range(draw(st.integers(1, 6)))),
        shipping=PlanShipping("Standard", "s", shipping, draw(taxes_up_to(shipping))),
        fees=tuple(PlanFee("fee", "Fee", draw(st.integers(0, 500))) for _ in range(draw(st.integers(0, 2)))),
        taxes_included=draw(st.booleans()),
    )


def exact(value: Any) -> Decimal:
    return Decimal(str(value))


def _tax_rows_add_up(sent: dict[str, Any]) -> None:
    attributes = sent["extension_attributes"]
    of_order = sum(exact(tax["amount"]) for tax in attributes.get("applied_taxes", ()))
    of_rows = sum(exact(t["amount"]) for row in attributes.get("item_applied_taxes", ()) for t in row["applied_taxes"])
    assert of_order == of_rows == exact(sent["tax_amount"])


@settings(max_examples=40, deadline=None)
@given(plans())
def test_rows_add_up_exactly(made: Plan) -> None:
    """reference 7: grand_total = subtotal + tax + shipping + discount, of numbers as they stand in the JSON."""
    sent = order_input(made, place(made.currency), config_with())["entity"]
    rows = sent["items"]
    total = Decimal(money.show(made.total, made.currency))
    assert exact(sent["grand_total"]) == total
    parts = ("subtotal", "tax_amount", "shipping_amount", "discount_amount")
    assert sum(exact(sent[name]) for name in parts) == total
    assert exact(sent["subtotal"]) == sum(exact(row["row_total"]) for row in rows)
    assert exact(sent["subtotal_incl_tax"]) == sum(exact(row["row_total_incl_tax"]) for row in rows)
    assert exact(sent["tax_amount"]) == sum(exact(row["tax_amount"]) for row in rows) + exact(
        sent["shipping_tax_amount"]
    )
    assert exact(sent["shipping_incl_tax"]) == exact(sent["shipping_amount"]) + exact(sent["shipping_tax_amount"])
    for row, planned in zip(rows, made.lines, strict=True):
        assert exact(row["row_total"]) + exact(row["tax_amount"]) == exact(row["row_total_incl_tax"])
        near = exact(row["price"]) * planned.quantity - exact(row["row_total"])
        assert abs(near) <= Decimal("0.00005") * planned.quantity
        if made.taxes_included:
            assert exact(row["price_incl_tax"]) == Decimal(money.show(planned.unit_price, made.currency))
        else:
            assert exact(row["price"]) == Decimal(money.show(planned.unit_price, made.currency))
    for name in [name for name in sent if name.startswith("base_") and name.removeprefix("base_") in sent]:
        if name != "base_currency_code":
            assert sent[name] == sent[name.removeprefix("base_")]
    _tax_rows_add_up(sent)


def test_prices_that_include_tax_are_split_exactly() -> None:
    made = plan(
        taxes_included=True, lines=(line(quantity=3, unit_price=999, taxes=(PlanTax("VAT", "0.19", 479, False),)),)
    )
    row = plan_money(made).rows[0]
    assert (row.net, row.tax, row.gross) == (2518, 479, 2997)
    assert unit_price(row.net, 3, "USD") == 8.3933


def test_currencies_without_decimals_stay_whole() -> None:
    assert number(657000, "VND") == 657000
    assert isinstance(number(657000, "VND"), int)
    assert number(4388, "USD") == 43.88
    assert number(500, "USD") == 5


def test_more_tax_than_price_is_refused() -> None:
    made = plan(taxes_included=True, lines=(line(unit_price=100, taxes=(PlanTax("VAT", "", 101, False),)),))
    with pytest.raises(Refused) as caught:
        plan_money(made)
    assert caught.value.code == "tax_above_price"


def test_a_total_of_another_sum_is_a_fault_of_ours() -> None:
    with pytest.raises(Refused) as caught:
        plan_money(plan(total=2001))
    assert (caught.value.code, caught.value.actor) == ("does_not_add_up", Actor.DEVELOPER)


@pytest.mark.parametrize(
    ("taxes", "net", "shown"),
    [
        ((PlanTax("A", "0.0825", 83, True),), 1000, 8.25),
        ((PlanTax("A", "0.05", 50, True), PlanTax("B", "0.03", 30, True)), 1000, 8),
        ((PlanTax("A", "", 80, True),), 1000, 8),
        ((PlanTax("A", "", 33, True),), 999, 3.3033),
        ((), 1000, 0),
        ((PlanTax("A", "", 10, True),), 0, 0),
    ],
)
def test_the_rate_is_tiktoks_or_follows_from_the_amounts(taxes: tuple[PlanTax, ...], net: int, shown: float) -> None:
    assert percent(taxes, net) == shown
