"""Asking for actions: what the page says before, which orders are meant, and one run from one form."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from tests.web import factory
from tests.web.asking import TOKEN, hidden, post
from tokbridge.records.models import Account, Order, Run
from tokbridge.web.acting import ACTIONS

pytestmark = pytest.mark.usefixtures("nobody_works")


@pytest.mark.parametrize("verb", [verb for verb in ACTIONS if verb != "ship"])
def test_the_page_says_what_will_happen_on_both_sides(desk: Client, shop: Account, verb: str) -> None:
    order = factory.order(shop)
    html = desk.get(f"/act/{verb}/?order={order.pk}").content.decode()
    assert str(ACTIONS[verb].on_tiktok) in html.replace("&#x27;", "'")
    assert str(ACTIONS[verb].in_store) in html.replace("&#x27;", "'")
    assert f"{ACTIONS[verb].title}: 1 order".replace("'", "&#x27;") in html
    assert order.tiktok_id in html


def test_a_form_starts_one_run_however_often_it_is_sent(desk: Client, shop: Account) -> None:
    first, second = factory.order(shop), factory.order(shop)
    ids = f"{second.pk},{first.pk},{second.pk},999999,x"
    run = post(desk, "/act/reject/", orders=ids, reason="out of stock")
    assert post(desk, "/act/reject/", orders=ids, reason="out of stock") == run
    assert (run.verb, run.args, run.total, run.chosen) == ("reject", {"reason": "out of stock"}, 2, "selected")
    assert [pk for pk, _ in run.orders] == [second.pk, first.pk]
    assert run.by is not None and run.by.username == "dora"


@pytest.mark.parametrize("verb", ["sync", "reject"])
def test_what_arrives_after_the_person_was_asked_is_not_meant(desk: Client, shop: Account, verb: str) -> None:
    asked = [factory.order(shop) for _ in range(3)]
    form = hidden(desk.get(f"/act/{verb}/", {"all": "1", "filter": "?tab=all"}).content.decode())
    factory.order(shop)
    run = post(desk, f"/act/{verb}/", **form, reason="out of stock")
    assert sorted(pk for pk, _ in run.orders) == sorted(order.pk for order in asked)


def test_what_cannot_be_taken_back_is_asked_again_when_other_orders_fit(desk: Client, shop: Account) -> None:
    order, other = factory.order(shop), factory.order(shop, "ON_HOLD")
    address = {"all": "1", "filter": "?tab=awaiting_shipment"}
    form = hidden(desk.get("/act/reject/", address).content.decode())
    Order.objects.filter(pk=other.pk).update(status="AWAITING_SHIPMENT")
    answer = desk.post("/act/reject/", {**form, "reason": "out of stock"})
    html = answer.content.decode()
    assert (answer.status_code, Run.objects.count()) == (200, 0)
    assert "Other orders fit the filter now" in html and "Reject: 2 orders" in html
    run = post(desk, "/act/reject/", **hidden(html) | {"reason": "out of stock"})
    assert {pk for pk, _ in run.orders} == {order.pk, other.pk}


def test_all_without_a_filter_chooses_nothing(desk: Client, shop: Account) -> None:
    factory.order(shop)
    answer = desk.post("/act/archive/", {"token": TOKEN, "all": "1"})
    assert (answer.status_code, Run.objects.count()) == (200, 0)
    assert "No order was chosen" in answer.content.decode()


def test_the_token_of_the_page_is_new_each_time(desk: Client, shop: Account) -> None:
    order = factory.order(shop)

    def token() -> str:
        return re.findall(r'name="token" value="([^"]+)"', desk.get(f"/act/sync/?order={order.pk}").content.decode())[0]

    assert token() != token()
    assert 16 <= len(token()) <= 64


@pytest.mark.parametrize("data", [{"orders": ""}, {"orders": "999999"}, {"token": "short"}, {"reason": "x"}])
def test_what_cannot_be_started_says_why(desk: Client, shop: Account, data: dict[str, str]) -> None:
    order = factory.order(shop)
    given = {"token": TOKEN, "orders": str(order.pk), "reason": "out of stock", **data}
    answer = desk.post("/act/reject/", given)
    assert answer.status_code == 200
    assert 'role="alert"' in answer.content.decode()
    assert not Run.objects.exists()


def test_a_rejection_has_no_reason_until_somebody_chooses_one(desk: Client, shop: Account) -> None:
    order = factory.order(shop)
    asked = desk.get(f"/act/reject/?order={order.pk}").content.decode()
    answer = desk.post("/act/reject/", {"token": TOKEN, "orders": str(order.pk)}).content.decode()
    for html in (asked, answer):
        reasons = re.findall(r'<input type="radio" name="reason" value="([^"]*)" required( checked)?>', html)
        assert reasons == [("out of stock", ""), ("pricing error", ""), ("unable to deliver", "")]
    assert "choose a reason, TikTok requires one" not in asked
    assert '<p class="alert" role="alert">Nothing was done: choose a reason, TikTok requires one.</p>' in answer
    assert not Run.objects.exists()
    again = desk.post("/act/reject/", {"token": "short", "orders": str(order.pk), "reason": "pricing error"})
    assert 'value="pricing error" required checked' in again.content.decode()


def test_cancelling_has_the_channels_reason_chosen(desk: Client, shop: Account) -> None:
    order = factory.order(shop)
    assert 'value="" required checked' in desk.get(f"/act/cancel/?order={order.pk}").content.decode()
    assert post(desk, "/act/cancel/", orders=str(order.pk)).args == {}


def test_all_that_fit_are_fixed_when_the_run_starts(desk: Client, shop: Account) -> None:
    factory.desk(shop)
    other = factory.account("Other shop")
    factory.order(other)
    waiting = "?tab=awaiting_shipment&account=" + str(shop.pk)
    html = desk.get("/act/sync/", {"all": "1", "filter": waiting}).content.decode()
    assert "Sync status: 4 orders" in html
    run = post(desk, "/act/sync/", all="1", filter=waiting)
    factory.order(shop)
    assert (run.total, run.chosen) == (4, "tab awaiting_shipment, filtered")
    rows = Order.objects.filter(pk__in=[pk for pk, _ in run.orders])
    assert {row.status for row in rows} == {"AWAITING_SHIPMENT", "PARTIALLY_SHIPPING"}
    assert {row.account_id for row in rows} == {shop.pk}
    assert "all on the tab Awaiting shipment that fitted a filter" in desk.get(f"/runs/{run.pk}/").content.decode()


def test_all_of_a_filter_does_not_keep_what_was_searched_for(desk: Client, shop: Account) -> None:
    factory.order(shop)
    run = post(desk, "/act/sync/", all="1", filter="?tab=all&q=Ada")
    assert (run.total, run.chosen) == (1, "tab all, filtered")


def test_who_may_not_see_buyers_does_not_choose_by_them(client: Client, shop: Account) -> None:
    client.force_login(factory.user("max", sees_buyers=False))
    factory.order(shop)
    html = client.get("/act/sync/", {"all": "1", "filter": "?tab=all&q=Ada"}).content.decode()
    assert "Sync status: 0 orders" in html
    assert "Ada Byron" not in client.get("/act/sync/", {"all": "1", "filter": "?tab=all"}).content.decode()


def test_more_than_a_run_takes_cannot_be_asked(desk: Client, shop: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tokbridge.sync.runs.MOST", 2)
    monkeypatch.setattr("tokbridge.web.choice.MOST", 2)
    for _ in range(4):
        factory.order(shop)
    html = desk.get("/act/sync/", {"all": "1", "filter": "?tab=all"}).content.decode()
    assert "more than the 2 orders" in html
    assert "narrow the choice" in desk.post("/act/sync/", {"all": "1", "filter": "?", "token": TOKEN}).content.decode()
