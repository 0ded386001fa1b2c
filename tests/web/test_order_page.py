"""One order: where it stands, what is wrong, the buyer, the store order, and TikTok's record."""

from __future__ import annotations

import json
import re
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.utils.html import escape

from tests.web import factory
from tokbridge.core.problems import kind
from tokbridge.core.standing import TokbridgeStatus
from tokbridge.core.status import Status
from tokbridge.records.models import Account, Binding, Document, Order, Store
from tokbridge.web import masking
from tokbridge.web.json_tree import tree
from tokbridge.web.progress import tiktok_steps, tokbridge_steps


def get(client: Client, order: Order) -> str:
    answer = client.get(f"/orders/{order.pk}/")
    assert answer.status_code == 200
    return answer.content.decode()


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


def test_a_wrong_total_of_the_store_order_stands_out(desk: Client, shop: Account) -> None:
    html = get(desk, factory.created(shop, total=2400))
    assert '<dd class="wrong">£24.00</dd>' in html
    assert "£24.49" in html


@pytest.mark.parametrize(
    ("platform", "ref", "options", "link", "shown"),
    [
        ("shopify", "gid://shopify/Order/1001", {}, "https://{address}/admin/orders/1001", "{number}"),
        (
            "magento",
            "6",
            {"admin_url": "https://m.example/back"},
            "https://m.example/back/sales/order/view/order_id/6/",
            "{number}",
        ),
        (
            "prestashop",
            "6",
            {"admin_url": "https://p.example/admin12ab/"},
            "https://p.example/admin12ab/index.php?controller=AdminOrders&amp;id_order=6&amp;vieworder=1",
            "6 · {number}",
        ),
    ],
)
def test_the_store_order_leads_to_its_admin_page(
    desk: Client, shop: Account, platform: str, ref: str, options: dict[str, str], link: str, shown: str
) -> None:
    order = factory.created(shop)
    Binding.objects.update(ref=ref)
    Store.objects.update(platform=platform, options=options)
    address, number = Store.objects.get().address, f"TTS-{order.tiktok_id}"
    html = get(desk, order)
    assert f'href="{link.format(address=address)}" rel="noreferrer">{shown.format(number=number)}<' in html
    assert "ADMIN_URL" not in html


@pytest.mark.parametrize(
    ("platform", "options", "setting"),
    [
        ("shopify", {"base_url": "http://127.0.0.1:9002"}, ""),
        ("magento", {}, "TOKBRIDGE_MAGENTO_ADMIN_URL"),
        ("prestashop", {}, "TOKBRIDGE_PRESTASHOP_ADMIN_URL"),
    ],
)
def test_without_an_admin_to_lead_to_the_page_names_the_setting(
    desk: Client, shop: Account, platform: str, options: dict[str, str], setting: str
) -> None:
    order = factory.created(shop)
    Store.objects.update(platform=platform, options=options)
    html = get(desk, order)
    assert f"TTS-{order.tiktok_id}</b>" in html
    assert re.findall(r"With the setting (\w+)", html) == ([setting] if setting else [])


def test_the_store_order_is_told_in_the_stores_currency_with_its_rate(desk: Client, shop: Account) -> None:
    order = factory.created(shop)
    assert "Grand total (base)" not in get(desk, order)
    Order.objects.filter(pk=order.pk).update(base_total=2881, base_currency="EUR", base_rate="0.85")
    assert '€28.81 <span class="sub">(1 EUR = 0.85 GBP)</span>' in get(desk, order)
    Order.objects.filter(pk=order.pk).update(base_total=2449, base_currency="GBP", base_rate="1")
    assert "<dd>£24.49</dd>" in get(desk, order)


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
    Document.objects.filter(order=order).update(raw=json.dumps({**HOSTILE, "name": "Ada"}))
    assert text_of_tree(get(desk, order)) == json.dumps({**HOSTILE, "name": "Ada"}, indent=2, ensure_ascii=False)


HOSTILE: dict[str, Any] = {
    "<script>": "</details><script>alert(1)</script>",
    "quotes": "\"a\" & 'b'",
    "empty": [[], {}, "", None, True, 0, -1.5],
    "deep": {"a": [{"b": {"c": "d"}}, [1, [2, [3]]]]},
    "lines": "one\ntwo",
}


def text_of_tree(html: str) -> str:
    """What a browser gives as the text of the record."""
    found = re.search(r'<div id="raw"[^>]*>(.*?)</div>\s*</details>\s*</section>', html, re.DOTALL)
    assert found
    return unescape(re.sub("<[^>]+>", "", found[1])).strip()


def test_the_record_folds_at_every_level_and_only_the_first_is_open() -> None:
    html = tree({"a": {"b": [1, {"c": {}}]}, "d": []})
    assert html.count("<details") == 4
    assert html.count("<details open>") == 1
    assert 'data-rest="2 entries ]"' in html
    assert 'data-rest="1 entry },"' in html


def test_the_record_is_masked_for_those_who_may_not_see_buyers(client: Client, shop: Account) -> None:
    order = factory.order(shop)
    client.force_login(factory.user("max", sees_buyers=False))
    told = json.loads(text_of_tree(get(client, order)))
    assert told["recipient_address"]["name"] == masking.HIDDEN
    assert told["line_items"][0]["seller_sku"] == "MUG-BLUE"


def test_the_record_can_be_had_as_a_file(desk: Client, client: Client, shop: Account) -> None:
    order = factory.order(shop)
    address = f"/orders/{order.pk}/record/"
    assert f'href="{address}" download' in get(desk, order)
    answer = desk.get(address)
    assert answer.content.decode() == text_of_tree(get(desk, order))
    assert json.loads(answer.content)["recipient_address"]["name"] == "Ada Byron"
    assert answer.headers["Content-Type"] == "application/json; charset=utf-8"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="tiktok-order-{order.tiktok_id}.json"'
    assert desk.get("/orders/999999/record/").status_code == 404
    client.force_login(factory.user("max", sees_buyers=False))
    assert client.get(address).content.decode() == text_of_tree(get(client, order))
    assert "Ada" not in client.get(address).content.decode()


def test_a_record_that_is_no_json_is_a_file_only_for_those_who_may_see_it(
    desk: Client, client: Client, shop: Account
) -> None:
    order = factory.order(shop)
    Document.objects.update(raw="not json, from who@example.com")
    address = f"/orders/{order.pk}/record/"
    assert desk.get(address).content == b"not json, from who@example.com"
    assert desk.get(address).headers["Content-Type"] == "text/plain; charset=utf-8"
    client.force_login(factory.user("max", sees_buyers=False))
    assert client.get(address).status_code == 403
    assert address not in get(client, order)
