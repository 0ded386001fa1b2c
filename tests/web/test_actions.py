"""Asking for actions: who may, what the page says before, one run from one form, and the pages of runs."""

from __future__ import annotations

import re
import time
from typing import Any

import pytest
from django.test import Client

from tests.web import factory
from tests.web.test_desk import counts
from tokbridge.records.models import Account, Cancellation, ItemState, Order, Run, RunItem, RunState
from tokbridge.sync import offers, queue
from tokbridge.sync.desk import instruct
from tokbridge.tiktok.cancel_requests import RejectReason
from tokbridge.web.acting import ACTIONS

TOKEN = "a-token-of-a-form-1"


@pytest.fixture(autouse=True)
def _nobody_works(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "advance_run", lambda _run_id: None)


def post(client: Client, address: str, **data: Any) -> Run:
    answer = client.post(address, {"token": TOKEN, **data})
    assert answer.status_code == 302, answer.content.decode()
    return Run.objects.get(pk=int(answer.headers["Location"].strip("/").split("/")[-1]))


def made(run: Run, rows: list[Order], state: str, **more: Any) -> None:
    RunItem.objects.bulk_create([RunItem(run=run, order=row, state=state, **more) for row in rows])
    Run.objects.filter(pk=run.pk).update(orders=[])


def finish(run: Run, state: str = RunState.FINISHED) -> None:
    Run.objects.filter(pk=run.pk).update(state=state, ended_at=time.time())


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


def hidden(html: str) -> dict[str, str]:
    return dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', html))


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


VIEWER_GETS = ["/act/sync/", "/act/ship/", "/fetch/", "/orders/{order}/actions/"]
VIEWER_POSTS = ["/act/sync/", "/act/ship/", "/fetch/", "/runs/{run}/stop/", "/runs/{run}/again/"]


@pytest.mark.parametrize(
    ("method", "address"),
    [*(("get", one) for one in VIEWER_GETS), *(("post", one) for one in VIEWER_POSTS)],
)
def test_who_may_only_look_cannot_act(client: Client, shop: Account, method: str, address: str) -> None:
    order = factory.order(shop)
    run = Run.objects.create(verb="sync", token="t", at=1, total=1)
    client.force_login(factory.user("max", may_act=False))
    address = address.format(order=order.pk, run=run.pk)
    data = {"token": TOKEN, "orders": str(order.pk), "what": "new"}
    assert getattr(client, method)(address, data).status_code == 403
    assert Run.objects.count() == 1
    assert Run.objects.get().state == RunState.RUNNING


def test_who_may_only_look_is_offered_no_action_but_sees_runs(client: Client, shop: Account) -> None:
    order = factory.order(shop)
    run = Run.objects.create(verb="sync", token="t", at=1, total=1)
    client.force_login(factory.user("max", may_act=False))
    for address in ("/", f"/orders/{order.pk}/"):
        html = client.get(address).content.decode()
        assert "/act/" not in html
        assert 'class="pick"' not in html
    page = client.get(f"/runs/{run.pk}/")
    assert page.status_code == 200
    assert "Stop" not in page.content.decode()
    assert client.get("/activity/").status_code == 200


@pytest.mark.parametrize("address", ["/act/delete/", "/act/fetch/", "/runs/99/", "/orders/99/actions/"])
def test_what_is_not_there(desk: Client, address: str) -> None:
    assert desk.get(address).status_code == 404


@pytest.mark.parametrize("address", ["/runs/1/stop/", "/runs/1/again/"])
def test_nothing_is_done_by_a_link(desk: Client, address: str) -> None:
    assert desk.get(address).status_code == 405


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/act/sync/", "/act/ship/", "/fetch/", "/runs/1/stop/", "/runs/1/again/"])
def test_a_form_of_elsewhere_is_refused(address: str) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(factory.user())
    assert client.post(address, {"token": TOKEN, "orders": "1"}).status_code == 403


def test_the_list_offers_actions_on_what_it_shows(desk: Client, shop: Account) -> None:
    order = factory.order(shop)
    html = desk.get("/", {"tab": "awaiting_shipment", "q": "579"}).content.decode()
    assert f'name="order" form="bulk" value="{order.pk}"' in html
    assert 'name="filter" value="?tab=awaiting_shipment&amp;q=579"' in html
    for verb in ACTIONS:
        assert f'formaction="/act/{verb}/"' in html


def test_the_menu_offers_what_makes_sense(desk: Client, shop: Account) -> None:
    order = factory.order(shop, "CANCELLED")
    html = desk.get(f"/orders/{order.pk}/actions/").content.decode()
    assert f"/act/archive/?order={order.pk}" in html
    assert "/act/reject/" not in html and "/act/restore/" not in html and "/act/ship/" not in html
    Order.objects.update(archived_at=1)
    html = desk.get(f"/orders/{order.pk}/actions/").content.decode()
    assert "/act/restore/" in html and "/act/archive/" not in html


def buyer_asks(order: Order) -> None:
    Order.objects.filter(pk=order.pk).update(buyer_requests_cancel=True)
    Cancellation.objects.create(
        account=order.account,
        tiktok_id="4035",
        order_tiktok_id=order.tiktok_id,
        type="BUYER_CANCEL",
        status="CANCELLATION_REQUEST_PENDING",
        role="BUYER",
        reason="x",
        reason_text="Ordered by mistake",
        answer_by=1_700_000_000,
        update_time=1,
    )


def test_a_buyers_request_shows_its_deadline_and_both_answers(desk: Client, shop: Account) -> None:
    order = factory.order(shop)
    assert "asks to cancel" not in desk.get(f"/orders/{order.pk}/").content.decode()
    buyer_asks(order)
    html = desk.get(f"/orders/{order.pk}/").content.decode()
    assert "The buyer asks to cancel this order" in html
    assert "Ordered by mistake" in html and "14 November 2023, 23:13:20 CET" in html
    assert f"/act/accept/?order={order.pk}" in html and f"/act/decline/?order={order.pk}" in html
    assert "answer before" in desk.get(f"/act/accept/?order={order.pk}").content.decode()


def test_declining_offers_tiktoks_reasons(desk: Client, shop: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    order = factory.order(shop)
    buyer_asks(order)
    asked: list[int] = []

    def reasons(order_id: int) -> tuple[RejectReason, ...]:
        asked.append(order_id)
        return (RejectReason("seller_reject_shipped", "It was shipped"),)

    monkeypatch.setattr(offers, "decline_reasons", reasons)
    html = desk.get(f"/act/decline/?order={order.pk}").content.decode()
    assert 'value="seller_reject_shipped"' in html and "It was shipped" in html
    assert asked == [order.pk]
    run = post(desk, "/act/decline/", orders=str(order.pk), reason="seller_reject_shipped")
    assert run.args == {"reason": "seller_reject_shipped"}


def test_a_run_shows_counts_and_results_and_polls_until_it_is_over(desk: Client, shop: Account) -> None:
    rows = [factory.order(shop) for _ in range(4)]
    run = post(desk, "/act/sync/", orders=",".join(str(row.pk) for row in rows))
    html = desk.get(f"/runs/{run.pk}/").content.decode()
    assert 'hx-trigger="every 2s"' in html and '<meta http-equiv="refresh"' in html
    assert "0 of 4 orders settled" in html
    made(run, rows[:2], ItemState.DONE, words="read from TikTok")
    made(run, rows[2:3], ItemState.BLOCKED, words="MUG: no such SKU", code="unmatched_sku")
    assert desk.get(f"/runs/{run.pk}/live/").status_code == 200
    made(run, rows[3:], ItemState.WAITING)
    html = desk.get(f"/runs/{run.pk}/").content.decode()
    assert "3 of 4 orders settled" in html and "75%" in html
    assert "SKU not found in the store" in html and "MUG: no such SKU" in html
    assert "Stop" in html and "Retry" not in html
    finish(run, RunState.STOPPED)
    answer = desk.get(f"/runs/{run.pk}/live/")
    assert answer.status_code == 286
    html = answer.content.decode()
    assert "Retry the failed order" in html and "Ask the order that was left out" in html
    assert "every 2s" not in desk.get(f"/runs/{run.pk}/").content.decode()


def test_results_can_be_had_by_state_and_page_by_page(desk: Client, shop: Account) -> None:
    row = factory.order(shop)
    Order.objects.bulk_create(
        [Order(account=shop, tiktok_id=f"60{at}", imported_at=1, updated_at=1) for at in range(119)]
    )
    rows = list(Order.objects.order_by("id"))
    run = Run.objects.create(verb="sync", token="t", at=1, total=120)
    made(run, rows[:20], ItemState.REFUSED)
    made(run, rows[20:], ItemState.DONE)
    seen: list[str] = []
    address = f"/runs/{run.pk}/"
    query = ""
    for _ in range(3):
        html = desk.get(address + query).content.decode()
        seen += re.findall(r'<th scope="row"><a class="out" href="/orders/(\d+)/', html)
        query = (re.findall(r'href="(\?[^"]*after=[a-z]+-\d+)"', html) or [""])[0].replace("&amp;", "&")
    assert query == "" and seen == [str(one.pk) for one in rows]
    refused = desk.get(f"{address}?state=refused").content.decode()
    assert refused.count('class="word i-refused"') == 20
    assert 'class="word i-done"' not in refused
    assert row.tiktok_id in refused


def test_retry_takes_what_failed_and_only_once(desk: Client, shop: Account) -> None:
    rows = [factory.order(shop) for _ in range(3)]
    run = post(desk, "/act/reject/", orders=",".join(str(row.pk) for row in rows), reason="pricing error")
    made(run, rows[:1], ItemState.DONE)
    made(run, rows[1:2], ItemState.REFUSED)
    made(run, rows[2:], ItemState.BLOCKED)
    finish(run)
    token = "another-token-of-a-form"
    again = post(desk, f"/runs/{run.pk}/again/", token=token)
    assert post(desk, f"/runs/{run.pk}/again/", token=token) == again
    assert [pk for pk, _ in again.orders] == [rows[1].pk, rows[2].pk]
    assert (again.args, again.again_of) == ({"reason": "pricing error"}, run)


def test_stop(desk: Client, shop: Account) -> None:
    run = post(desk, "/act/sync/", orders=str(factory.order(shop).pk))
    assert desk.post(f"/runs/{run.pk}/stop/").headers["Location"] == f"/runs/{run.pk}/"
    assert "Stopping" in desk.get(f"/runs/{run.pk}/").content.decode()


def test_what_was_archived_leaves_the_list_and_can_be_found_from_the_run(desk: Client, shop: Account) -> None:
    gone, here = factory.order(shop), factory.order(shop, "COMPLETED")
    run = post(desk, "/act/archive/", orders=str(gone.pk))
    assert instruct([gone.pk], "archive")[0].refused == ""
    finish(run)
    html = desk.get("/").content.decode()
    assert gone.tiktok_id not in html and here.tiktok_id in html
    tallies = counts(html)
    assert tallies["all"] == tallies["completed"] == 1 and tallies["awaiting_shipment"] == 0
    assert "Archived orders are left out." in html
    assert re.search(r'id="go-archived" href="\?tab=all&amp;standing=archived"', html)
    html = desk.get("/", {"tab": "awaiting_shipment"}).content.decode()
    assert "No orders here but archived ones" in html
    assert "left out" not in desk.get("/", {"tab": "completed"}).content.decode()
    assert 'href="/?standing=archived"' in desk.get(f"/runs/{run.pk}/").content.decode()
    html = desk.get("/", {"standing": "archived"}).content.decode()
    assert gone.tiktok_id in html and here.tiktok_id not in html
    assert "left out" not in html
    assert counts(html)["all"] == 1
    html = desk.get("/", {"q": gone.tiktok_id}).content.decode()
    assert "No order fits" in html and "Archived orders are left out." in html


def test_activity_lists_runs_newest_first(desk: Client, shop: Account) -> None:
    assert "Nothing was asked yet" in desk.get("/activity/").content.decode()
    Run.objects.bulk_create([Run(verb="archive", token=f"t{at}", at=1, total=0) for at in range(60)])
    ids = list(Run.objects.order_by("-id").values_list("pk", flat=True))
    html = desk.get("/activity/").content.decode()
    assert re.findall(r'href="/runs/(\d+)/"', html) == [str(pk) for pk in ids[:50]]
    older = desk.get(f"/activity/?before={ids[49]}").content.decode()
    assert re.findall(r'href="/runs/(\d+)/"', older) == [str(pk) for pk in ids[50:]]


def test_pages_of_large_runs_read_few_rows(desk: Client, shop: Account, django_assert_max_num_queries: Any) -> None:
    Order.objects.bulk_create(
        [Order(account=shop, tiktok_id=f"60{at}", imported_at=1, updated_at=1) for at in range(500)]
    )
    run = Run.objects.create(verb="sync", token="t", at=1, total=500)
    made(run, list(Order.objects.all()), ItemState.DONE)
    with django_assert_max_num_queries(8):
        desk.get(f"/runs/{run.pk}/live/")
