"""One order: where it stands, what is wrong, both money views to the cent, the buyer, and what was tried."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.test import Client
from django.utils.html import escape

from tests.core import orders as money_orders
from tests.web import factory
from tokbridge.core.decide import TokbridgeStatus
from tokbridge.core.order import LineTax
from tokbridge.core.problems import kind
from tokbridge.core.status import Status
from tokbridge.records.models import Account, Binding, Document, Order
from tokbridge.web.money_view import money_of
from tokbridge.web.progress import tiktok_steps, tokbridge_steps


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
        "SALES_TAX (0.0825)": 454,
        "Shipping tax": 45,
        "Payment discount": -120,
    }


def test_taxes_inside_the_prices_are_named_and_not_counted(desk: Client, shop: Account) -> None:
    tax = [{"tax_type": "VAT", "tax_amount": "1.58", "tax_rate": "0.2"}]
    payment = {**factory.raw()["payment"], "tax": "3.16", "product_tax": "3.16"}
    units = [factory.unit(item_tax=tax), factory.unit(item_tax=tax)]
    rows = cells(get(desk, factory.order(shop, line_items=units, payment=payment)))
    assert ["VAT (0.2) 3.16, inside the prices", "—", "—"] in rows
    assert ["Total", "£21.49", "£23.49"] in rows


def test_figures_that_do_not_add_up_are_both_shown(desk: Client, shop: Account) -> None:
    payment = {**factory.raw()["payment"], "total_amount": "30.00"}
    html = get(desk, factory.order(shop, payment=payment))
    assert "TikTok&#x27;s figures do not add up" in html or "TikTok's figures do not add up" in html
    assert "£21.49" in html
    assert "£30.00" in html
    assert ["Buyer paid", "30.00"] in cells(html)


def test_a_problem_says_who_must_act_what_to_do_and_the_platforms_words(desk: Client, shop: Account) -> None:
    html = get(desk, factory.blocked(shop, words="MUG-GREEN: <b>none</b>"))
    what = kind("unmatched_sku")
    for text in (what.title, what.explanation, what.fix, "Operator: somebody at the order desk", "tried 2 times"):
        assert escape(text) in html
    assert "MUG-GREEN: &lt;b&gt;none&lt;/b&gt;" in html


def test_a_platforms_own_code_reads_as_refused(desk: Client, shop: Account) -> None:
    html = get(desk, factory.blocked(shop, code="21011007", words="item has an after-sale request"))
    assert kind("refused").explanation in html
    assert "21011007" in html
    assert "item has an after-sale request" in html


def test_the_store_order_is_linked_and_a_wrong_total_stands_out(desk: Client, shop: Account) -> None:
    order = factory.created(shop, total=2400)
    html = get(desk, order)
    assert f'href="https://admin.shop.example/orders/1" rel="noreferrer">TTS-{order.tiktok_id}' in html
    assert '<dd class="wrong">£24.00</dd>' in html
    assert "£24.49" in html
    Binding.objects.update(url="javascript:alert(1)")
    assert "javascript:" not in get(desk, order)


def test_parcels_and_attempts_are_told(desk: Client, shop: Account) -> None:
    html = get(desk, factory.shipped(shop))
    for text in (
        "RM966268170GB",
        "Royal Mail",
        "Create the store order",
        "http 503: busy",
        "To be tried again",
        "Done",
    ):
        assert text in html


def test_the_customer_is_shown_to_those_who_may_see_buyers(desk: Client, shop: Account) -> None:
    html = get(desk, factory.order(shop))
    for text in (
        "Ada Byron",
        "1 Mill Lane",
        "Leeds LS1 1AA",
        "(+44)7700900123",
        "v2relay@chat.example",
        "Please wrap it.",
    ):
        assert text in html


def test_nothing_of_the_buyer_is_sent_to_those_who_may_not(client: Client, shop: Account) -> None:
    client.force_login(factory.user("max", sees_buyers=False))
    html = get(client, factory.order(shop, seller_note="for Ada", cpf="123.456"))
    sent = factory.raw()
    address: dict[str, Any] = sent["recipient_address"]
    texts = [text for key, text in address.items() if isinstance(text, str) and key != "region_code"]
    hidden = [
        "Ada",
        "Byron",
        *texts,
        sent["buyer_email"],
        sent["buyer_nickname"],
        sent["buyer_message"],
        sent["user_id"],
        "123.456",
    ]
    assert [text for text in hidden if text in html] == []
    assert "A••• B•••" in html
    assert "MUG-BLUE" in html


def test_an_unreadable_order_shows_why_and_its_record(desk: Client, client: Client, shop: Account) -> None:
    from tokbridge.sync.intake import store_orders

    store_orders(shop, [{"id": "5790", "status": "DANCING", "buyer_email": "who@example.com"}], 1.0)
    order = Order.objects.get(tiktok_id="5790")
    html = get(desk, order)
    assert escape(order.unreadable) in html
    assert "DANCING" in html
    Document.objects.update(raw="not json, from who@example.com")
    assert "who@example.com" in get(desk, order)
    client.force_login(factory.user("max", sees_buyers=False))
    assert "who@example.com" not in get(client, order)


@pytest.mark.parametrize("status", Status)
def test_the_steps_of_tiktok_have_one_place_where_the_order_is(status: Status) -> None:
    states = [step.state for step in tiktok_steps(Order(status=status))]
    expected = {"COMPLETED": 0}.get(status, 1)
    assert sum(state in {"here", "stopped"} for state in states) == expected
    assert states == sorted(states, key=["done", "here", "stopped", "open"].index)


@pytest.mark.parametrize(
    ("standing", "number", "code", "states"),
    [
        (TokbridgeStatus.WAITING, None, None, ["done", "here", "open", "open"]),
        (TokbridgeStatus.BLOCKED, None, "unmatched_sku", ["done", "stopped", "open", "open"]),
        (TokbridgeStatus.BLOCKED, "TTS-1", "parcel_refused", ["done", "done", "stopped", "open"]),
        (TokbridgeStatus.CREATED, "TTS-1", None, ["done", "done", "here", "open"]),
        (TokbridgeStatus.SHIPPED, "TTS-1", None, ["done", "done", "done", "here"]),
        (TokbridgeStatus.FINISHED, "TTS-1", None, ["done", "done", "done", "done"]),
        (TokbridgeStatus.CANCELLED, "TTS-1", None, ["done", "done", "stopped"]),
        (TokbridgeStatus.NOT_OURS, None, None, ["done", "stopped"]),
    ],
)
def test_the_steps_of_tokbridge(
    standing: TokbridgeStatus, number: str | None, code: str | None, states: list[str]
) -> None:
    order = Order(tokbridge_status=standing, store_number=number, problem_code=code)
    assert [step.state for step in tokbridge_steps(order)] == states


def test_raw_json_is_whole_for_those_who_may_see_it(desk: Client, shop: Account) -> None:
    order = factory.order(shop)
    shown = re.search(r"<pre[^>]*>(.*?)</pre>", get(desk, order), re.DOTALL)
    assert shown
    from html import unescape

    assert json.loads(unescape(shown[1])) == json.loads(Document.objects.get(order=order).raw)
