"""The money of one order: both views to the cent, of the order and of its lines, each discount and each tax named."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from tests.core import orders as money_orders
from tests.web import factory
from tokbridge.core.order import LineTax
from tokbridge.records.models import Account, Order
from tokbridge.web.money_view import Money, money_of, tax_title


def get(client: Client, order: Order) -> str:
    answer = client.get(f"/orders/{order.pk}/")
    assert answer.status_code == 200
    return answer.content.decode()


def cells(html: str) -> list[list[str]]:
    rows = re.findall(r"<tr>(.*?)</tr>", html, re.DOTALL)
    return [
        [
            re.sub(r"\s+", " ", re.sub("<[^>]+>", "", cell)).strip()
            for cell in re.findall(r"<t[hd].*?</t[hd]>", row, re.DOTALL)
        ]
        for row in rows
    ]


def test_both_money_views_stand_side_by_side_and_add_up(desk: Client, shop: Account) -> None:
    rows = cells(get(desk, factory.order(shop)))
    for row in (
        ["Enamel mugBlue", "MUG-BLUE", "2", "12.00", "2.00", "0.50", "9.50", "19.00", "20.00"],
        ["Products before discounts", "24.00", "24.00"],
        ["Seller discount", "−4.00", "−4.00"],
        ["TikTok product discount", "−1.00", "—"],
        ["Shipping before discounts", "3.49", "3.49"],
        ["TikTok shipping discount", "−1.00", "—"],
        ["Total", "£21.49", "£23.49"],
    ):
        assert row in rows


def test_units_of_one_sku_at_two_prices_stay_apart(desk: Client, shop: Account) -> None:
    cheap = factory.unit(sale_price="9.00", seller_discount="2.50")
    rows = cells(get(desk, factory.order(shop, line_items=[factory.unit(), cheap, factory.unit()])))
    assert [row[2] for row in rows if "MUG-BLUE" in row] == ["2", "1"]


def test_each_column_adds_up_to_its_total_with_taxes_fees_and_all_discounts() -> None:
    lines = [
        money_orders.line("1", 5000, seller=300, platform=200, taxes=(LineTax("SALES_TAX", 371, "0.0825"),)),
        money_orders.line("2", 1000, taxes=(LineTax("SALES_TAX", 83, "0.0825"),)),
    ]
    payment = money_orders.payment(
        "USD",
        lines,
        original_shipping_fee=900,
        shipping_fee_seller_discount=100,
        shipping_fee_platform_discount=250,
        shipping_fee=550,
        shipping_fee_tax=45,
        product_tax=454,
        tax=499,
        retail_delivery_fee=28,
        payment_platform_discount=120,
        total_amount=5500 + 550 + 499 + 28 - 120,
    )
    money = money_of(money_orders.order("US", payment, *lines))
    assert sum(row.buyer or 0 for row in money.rows) == money.buyer_total == 6457
    assert sum(row.seller or 0 for row in money.rows) == money.seller_total == 6457 + 200 + 250 + 120
    assert {row.title: row.buyer for row in money.rows} == {
        "Products before discounts": 6000,
        "Seller discount": -300,
        "TikTok product discount": -200,
        "Shipping before discounts": 900,
        "Seller shipping discount": -100,
        "TikTok shipping discount": -250,
        "Retail delivery fee": 28,
        "Sales tax 8.25%": 454,
        "Shipping tax": 45,
        "Payment discount": -120,
    }


def test_taxes_inside_the_prices_are_named_and_not_counted(desk: Client, shop: Account) -> None:
    tax = [{"tax_type": "VAT", "tax_amount": "1.58", "tax_rate": "0.2"}]
    payment = {**factory.raw()["payment"], "tax": "3.16", "product_tax": "3.16"}
    units = [factory.unit(item_tax=tax), factory.unit(item_tax=tax)]
    rows = cells(get(desk, factory.order(shop, line_items=units, payment=payment)))
    assert ["VAT 20% 3.16, inside the prices", "—", "—"] in rows
    assert ["Total", "£21.49", "£23.49"] in rows


def test_figures_that_do_not_add_up_are_both_shown(desk: Client, shop: Account) -> None:
    payment = {**factory.raw()["payment"], "total_amount": "30.00"}
    html = get(desk, factory.order(shop, payment=payment))
    assert "TikTok&#x27;s figures do not add up" in html or "TikTok's figures do not add up" in html
    assert "£21.49" in html
    assert "£30.00" in html
    assert ["Buyer paid", "30.00"] in cells(html)


def american() -> Money:
    """Two SKUs with taxes on top, every discount, a fee, and shipping with its own tax."""
    lines = [
        money_orders.line("1", 5000, seller=300, platform=200, taxes=(LineTax("SALES_TAX", 371, "0.0825"),)),
        money_orders.line("2", 1000, taxes=(LineTax("SALES_TAX", 83, "0.0825"),)),
        money_orders.line("3", 1000, taxes=(LineTax("SALES_TAX", 82, "0.0825"),)),
    ]
    payment = money_orders.payment(
        "USD",
        lines,
        original_shipping_fee=900,
        shipping_fee_platform_discount=250,
        shipping_fee=650,
        shipping_fee_tax=45,
        product_tax=536,
        tax=581,
        retail_delivery_fee=28,
        payment_platform_discount=120,
        total_amount=6500 + 650 + 581 + 28 - 120,
    )
    return money_of(money_orders.order("US", payment, *lines))


def test_the_lines_both_views_and_the_rest_of_the_order_make_the_totals() -> None:
    money = american()
    beside_buyer = 650 + 45 + 28 - 120
    assert sum(group.total for group in money.groups) + beside_buyer == money.buyer_total
    assert sum(group.seller_total for group in money.groups) + beside_buyer + 250 + 120 == money.seller_total
    assert money.tiktok_pays == 200 + 250 + 120
    assert (money.taxed, money.taxes_on_top) == (True, True)


def test_units_with_different_taxes_stay_apart() -> None:
    assert [(group.quantity, group.tax) for group in american().groups] == [(1, 371), (1, 83), (1, 82)]


def test_each_tax_of_a_line_is_named(desk: Client, shop: Account) -> None:
    tax = [{"tax_type": "VAT", "tax_amount": "1.58", "tax_rate": "0.2"}]
    payment = {**factory.raw()["payment"], "tax": "3.16", "product_tax": "3.16"}
    units = [factory.unit(item_tax=tax), factory.unit(item_tax=tax)]
    html = get(desk, factory.order(shop, line_items=units, payment=payment))
    assert [
        "Enamel mugBlue",
        "MUG-BLUE",
        "2",
        "12.00",
        "2.00",
        "0.50",
        "9.50",
        "3.16VAT 20%",
        "19.00",
        "20.00",
    ] in cells(html)
    assert "taxes inside the prices" in html


def test_a_tax_that_tiktok_gives_as_one_sum_is_shared_among_the_lines() -> None:
    lines = [money_orders.line("1", 300), money_orders.line("2", 700)]
    payment = money_orders.payment("USD", lines, tax=80, product_tax=80, total_amount=1080)
    money = money_of(money_orders.order("US", payment, *lines))
    assert [group.tax for group in money.groups] == [24, 56]
    assert sum(group.total for group in money.groups) == money.buyer_total


def test_what_is_on_top_of_neither_total_is_named_with_its_amount(desk: Client, shop: Account) -> None:
    payment = {**factory.raw()["payment"], "handling_fee": "1.23", "new_field_2027": "4.56"}
    html = get(desk, factory.order(shop, payment=payment))
    assert "Handling fee 1.23" in html
    assert "new_field_2027 4.56" in html


@pytest.mark.parametrize(
    ("name", "rate", "title"),
    [
        ("SALES_TAX", "0.0825", "Sales tax 8.25%"),
        ("VAT", "0.2", "VAT 20%"),
        ("VAT", "", "VAT"),
        ("LUXURY_TAX", "0.5", "LUXURY_TAX 50%"),
        ("VAT", "a fifth", "VAT (a fifth)"),
    ],
)
def test_a_taxs_name_and_rate_are_for_people(name: str, rate: str, title: str) -> None:
    assert tax_title(LineTax(name, 1, rate)) == title
