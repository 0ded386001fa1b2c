"""What comes of an action: its run while it goes on and after, retried, stopped, and on the page of activity."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from tests.web import factory
from tests.web.asking import finish, made, post
from tests.web.test_desk import counts
from tokbridge.records.models import Account, ItemState, Order, Run, RunState
from tokbridge.sync.desk import instruct

pytestmark = pytest.mark.usefixtures("nobody_works")


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
