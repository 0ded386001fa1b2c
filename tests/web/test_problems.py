"""The Problems page: causes with who must act and what to do, the buttons for whole groups, banners of connections."""

from __future__ import annotations

import re
import time
from html import unescape

import pytest
from django.test import Client
from django.utils.html import escape

from tests.web import factory
from tokbridge.core.errors import Refused
from tokbridge.core.problems import kind
from tokbridge.records.models import Account, Connection, Problem, Run
from tokbridge.sync import journal

TOKEN = "a form on the page of problems"


def fields(shop: Account, code: str = "unmatched_sku", **more: str) -> dict[str, str]:
    store = shop.channels.get().store_id
    return {"code": code, "account": str(shop.pk), "store": str(store), **more}


def get(client: Client, address: str = "/problems/", **query: str) -> str:
    answer = client.get(address, query)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/problems/", "/problems/group/?code=x&account=1"])
def test_nobody_sees_them_without_logging_in(client: Client, address: str) -> None:
    assert client.get(address).status_code == 302


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["replay", "dismiss", "recall", "connection/1/try"])
def test_nothing_is_done_without_logging_in_or_by_a_mere_link(client: Client, name: str) -> None:
    assert client.post(f"/problems/{name}/").headers["Location"].startswith("/login/")
    client.force_login(factory.user())
    assert client.get(f"/problems/{name}/").status_code == 405


def test_a_cause_says_how_many_since_when_who_and_what(desk: Client, shop: Account) -> None:
    factory.blocked(shop, words="MUG-GREEN: <b>none</b>")
    factory.blocked(shop, words="MUG-GREEN: <b>none</b>")
    html = get(desk)
    about = kind("unmatched_sku")
    for text in (about.title, about.explanation, about.fix, "Operator: somebody at the order desk", "2 orders"):
        assert escape(text) in html
    assert "Mug Shop UK → Store of Mug Shop UK" in html
    assert "MUG-GREEN: &lt;b&gt;none&lt;/b&gt;" in html
    assert "Try all 2 again" in html


def test_one_cause_is_told_once_with_a_row_for_each_account(desk: Client, shop: Account) -> None:
    other = factory.account("Cap Shop DE")
    for of in (shop, shop, other):
        factory.blocked(of)
    factory.blocked(other, "currency")
    html = get(desk)
    about = kind("unmatched_sku")
    assert html.count(f"<h2>{about.title}</h2>") == html.count(escape(about.explanation)) == 1
    (card,) = [one for one in html.split("<section") if f"<h2>{about.title}</h2>" in one]
    rows = card.split('<div class="group"')[1:]
    assert "Mug Shop UK → " in rows[0] and "Try all 2 again" in rows[0] and f'value="{shop.pk}"' in rows[0]
    assert "Cap Shop DE → " in rows[1] and "Try 1 order again" in rows[1] and f'value="{other.pk}"' in rows[1]
    assert "3 orders" in card


def test_all_orders_of_a_cause_are_listed_without_those_put_aside(desk: Client, shop: Account) -> None:
    other = factory.account("Cap Shop DE")
    shown = [factory.blocked(of) for of in (shop, other)]
    hidden = [factory.blocked(shop, "currency")]
    html = get(desk, "/problems/cause/", code="unmatched_sku")
    assert all(order.tiktok_id in html for order in shown) and hidden[0].tiktok_id not in html
    desk.post("/problems/dismiss/", fields(shop, note="later", seen=str(time.time())))
    html = get(desk, "/problems/cause/", code="unmatched_sku")
    assert shown[0].tiktok_id not in html and shown[1].tiktok_id in html
    assert desk.get("/problems/cause/").status_code == 404


def test_many_cancellations_are_answered_with_one_button(desk: Client, shop: Account) -> None:
    stopped = [factory.blocked(shop, "many_cancellations") for _ in range(2)]
    others = [
        factory.blocked(factory.account("Cap Shop DE"), "many_cancellations"),
        factory.blocked(shop, "currency"),
        factory.order(shop),
    ]
    html = get(desk)
    button = re.search(r'href="([^"]*)">(?:<svg.*?</svg>)?Cancel these 2 orders on TikTok…<', html, re.DOTALL)
    assert button
    asked = get(desk, unescape(button[1]))
    assert all(order.tiktok_id in asked for order in stopped)
    assert not any(order.tiktok_id in asked for order in others)
    form = dict(re.findall(r'<input type="hidden" name="([a-z]+)" value="([^"]*)"', asked.split("<main")[1]))
    form = {name: unescape(value) for name, value in form.items() if name != "csrfmiddlewaretoken"}
    desk.post("/act/cancel/", form)
    run = Run.objects.get()
    assert (run.verb, sorted(pk for pk, _ in run.orders)) == ("cancel", sorted(one.pk for one in stopped))


def test_store_orders_that_are_gone_are_created_again_with_one_button(desk: Client, shop: Account) -> None:
    lost = [factory.blocked(shop, "store_order_gone") for _ in range(2)]
    factory.blocked(shop, "currency")
    button = re.search(r'href="([^"]*)">(?:<svg.*?</svg>)?Create these 2 orders again…<', get(desk), re.DOTALL)
    assert button
    asked = get(desk, unescape(button[1]))
    assert all(order.tiktok_id in asked for order in lost)
    form = dict(re.findall(r'<input type="hidden" name="([a-z]+)" value="([^"]*)"', asked.split("<main")[1]))
    desk.post(
        "/act/recreate/", {name: unescape(value) for name, value in form.items() if name != "csrfmiddlewaretoken"}
    )
    run = Run.objects.get()
    assert (run.verb, sorted(pk for pk, _ in run.orders)) == ("recreate", sorted(one.pk for one in lost))


def test_a_platforms_own_code_is_told(desk: Client, shop: Account) -> None:
    factory.blocked(shop, "21011007", "item has an after-sale request")
    html = get(desk)
    assert "21011007" in html
    assert escape(kind("refused").explanation) in html


def test_what_passes_by_itself_stands_apart(desk: Client, shop: Account) -> None:
    factory.blocked(shop, "retry", "http 503")
    html = get(desk)
    assert "No order needs anybody" in html
    assert "Tried again by themselves" in html


def test_without_problems_the_page_says_so(desk: Client) -> None:
    html = get(desk)
    assert "No order needs anybody" in html
    assert "Put aside" not in html


def test_the_group_lists_its_orders_a_page_at_a_time(
    desk: Client, shop: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tokbridge.web.problems.PAGE", 2)
    mine = [factory.blocked(shop, words=f"words {n}") for n in range(3)]
    other = factory.blocked(shop, "currency")
    first = get(desk, "/problems/group/", **fields(shop))
    assert all(order.tiktok_id in first for order in mine[1:])
    assert mine[0].tiktok_id not in first and other.tiktok_id not in first
    oldest_shown = str(Problem.objects.get(order=mine[1]).pk)
    assert f"before={oldest_shown}" in first
    second = get(desk, "/problems/group/", **fields(shop, before=oldest_shown))
    assert mine[0].tiktok_id in second and mine[1].tiktok_id not in second


def test_the_group_masks_buyers_from_those_who_may_not_see_them(client: Client, shop: Account) -> None:
    factory.blocked(shop)
    client.force_login(factory.user("max", sees_buyers=False))
    html = get(client, "/problems/group/", **fields(shop))
    assert "Ada" not in html and "A•••" in html


@pytest.mark.parametrize(
    "query", ["", "code=x", "code=x&account=1a", "code=x&account=1&store=-1", "code=%00&account=1"]
)
def test_what_names_no_group_is_not_found(desk: Client, query: str) -> None:
    assert desk.get(f"/problems/group/?{query}").status_code == 404


def test_a_group_that_is_solved_says_so(desk: Client, shop: Account) -> None:
    assert "No order has this problem any more" in get(desk, "/problems/group/", **fields(shop))


def test_try_all_again_is_a_run_that_the_page_leads_to(desk: Client, shop: Account) -> None:
    orders = [factory.blocked(shop), factory.blocked(shop)]
    factory.blocked(shop, "currency")
    form = fields(shop, token=TOKEN)
    answer = desk.post("/problems/replay/", form)
    run = Run.objects.get()
    assert answer.headers["Location"] == f"/runs/{run.pk}/"
    assert [pk for pk, _ in run.orders] == [order.pk for order in orders]
    html = get(desk, f"/runs/{run.pk}/")
    assert "Try again" in html and "all with the problem “SKU not found in the store”" in html
    html = get(desk)
    assert "Tried again: 0 of 2 orders" in html and f'href="/runs/{run.pk}/"' in html
    assert "Try all 2 again" not in html and "Try 1 order again" in html
    desk.post("/problems/replay/", form)
    desk.post("/problems/replay/", {**form, "token": "the form of another window"})
    assert Run.objects.count() == 1
    desk.post("/problems/replay/", {**form, "code": "currency"})  # the same page's form of another group
    assert Run.objects.count() == 2
    Run.objects.update(ended_at=time.time(), state="finished")
    assert "Try all 2 again" in get(desk)


def test_a_group_that_was_solved_meanwhile_is_no_run(desk: Client, shop: Account) -> None:
    html = desk.post("/problems/replay/", fields(shop, token=TOKEN), follow=True).content.decode()
    assert "No order has this problem any more." in html
    factory.blocked(shop)
    answer = desk.post("/problems/replay/", {**fields(shop), "from": "group"})
    assert answer.headers["Location"].startswith("/problems/group/?code=unmatched_sku")
    assert not Run.objects.exists()


def test_put_aside_needs_a_note_and_can_be_taken_back(desk: Client, shop: Account) -> None:
    factory.blocked(shop)
    assert "Say in a few words" in desk.post("/problems/dismiss/", fields(shop), follow=True).content.decode()
    assert Problem.objects.get().dismissal is None
    form = fields(shop, note="waits for <Monday>", seen=str(time.time()))
    html = desk.post("/problems/dismiss/", form, follow=True).content.decode()
    assert "1 problem was put aside." in html
    assert "waits for &lt;Monday&gt;" in html and "dora" in html
    aside = str(Problem.objects.get().dismissal_id)
    html = desk.post("/problems/recall/", fields(shop, dismissal=aside), follow=True).content.decode()
    assert "1 problem is shown again." in html
    assert "waits for" not in html


def test_a_stopped_connection_has_its_banner_and_can_be_tried(desk: Client, shop: Account) -> None:
    row = Connection.objects.get(name="Store of Mug Shop UK")
    Connection.objects.filter(pk=row.pk).update(state="refused", retry_at=time.time() + 60)
    journal.note_connection_problem(row.pk, "credential", Refused("401", "Invalid API key"))
    html = get(desk)
    assert "Store of Mug Shop UK: Connection refused" in html
    assert "Invalid API key" in html
    assert "Only the connections above" in html
    html = desk.post(f"/problems/connection/{row.pk}/try/", follow=True).content.decode()
    assert "tried with the next call" in html
    assert Connection.objects.get(pk=row.pk).retry_at <= time.time()
    assert desk.post("/problems/connection/999/try/").status_code == 404


def test_queries_do_not_grow_with_the_orders(desk: Client, shop: Account) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    factory.blocked(shop)
    with CaptureQueriesContext(connection) as few:
        get(desk)
    for _ in range(5):
        factory.blocked(shop)
    with CaptureQueriesContext(connection) as many:
        get(desk)
    assert len(many) == len(few)
