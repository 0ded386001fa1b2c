"""The page of a run, its results as a file, and the list of all: whatever state they are in."""

from __future__ import annotations

import csv
import time
from typing import Any

import pytest
from django.test import Client

from tests.web import factory
from tokbridge.records.models import Account, ItemState, Order, Run, RunItem, RunState
from tokbridge.sync import runs
from tokbridge.web import run_results

STATES = ("done", "waiting", "refused", "asked", "blocked", "later")


def a_run(shop: Account, states: tuple[str, ...] = STATES, **more: Any) -> Run:
    """One order in each of these states."""
    columns = {"verb": "sync", "at": time.time(), "next_at": time.time(), "chosen": "selected", **more}
    run = Run.objects.create(token=f"t{Run.objects.count()}", total=len(states), **columns)
    for state in states:
        code = "unmatched_sku" if state == "blocked" else ""
        words = "=1+1" if state == "refused" else f"words of {state}"
        RunItem.objects.create(run=run, order=factory.order(shop), state=state, words=words, code=code, asked_at=1e9)
    return run


def get(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def told(html: str) -> list[str]:
    """The states of the results on a page, from the top."""
    return [part.split('"')[0] for part in html.split('class="word i-')[1:]]


def test_what_failed_comes_first(desk: Client, shop: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run_results, "PAGE", 4)
    run = a_run(shop, (*STATES, "done", "blocked"))
    first = get(desk, f"/runs/{run.pk}/")
    assert told(first) == ["blocked", "blocked", "refused", "later"]
    after = first.split('href="?after=')[1].split('"')[0]
    assert told(get(desk, f"/runs/{run.pk}/?after={after}")) == ["asked", "done", "done", "waiting"]
    assert told(get(desk, f"/runs/{run.pk}/?state=done")) == ["done", "done"]
    assert told(get(desk, f"/runs/{run.pk}/?after=nonsense-1")) == told(first)
    item = run.items.filter(state="blocked").earliest("id")
    assert f'href="/orders/{item.order_id}/"' in first


def test_results_are_a_file_of_any_length(desk: Client, shop: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run_results, "AT_ONCE", 3)
    run = a_run(shop, STATES * 2)
    item = run.items.filter(state="later").earliest("id")
    RunItem.objects.filter(pk=item.pk).update(args={"carrier": "DPD", "number": "RM1"})
    assert f'href="/runs/{run.pk}/results.csv"' in get(desk, f"/runs/{run.pk}/")
    rows = read_csv(desk, f"/runs/{run.pk}/results.csv")
    assert rows[0] == [
        "TikTok order",
        "Store order",
        "State",
        "Problem",
        "Result",
        "Carrier",
        "Tracking number",
        "Asked",
    ]
    assert [row[2] for row in rows[1:]] == [
        "Blocked",
        "Blocked",
        "Refused",
        "Refused",
        "Later",
        "Later",
        "On its way",
        "On its way",
        "Done",
        "Done",
        "Waiting",
        "Waiting",
    ]
    assert rows[1][3:5] == ["SKU not found in the store", "words of blocked"]
    assert rows[3][4] == "'=1+1"  # no formula
    assert rows[5][0] == item.order.tiktok_id and rows[5][5:7] == ["DPD", "RM1"]
    assert rows[1][7] == "2001-09-09 03:46:40"  # Dora's Berlin
    assert len(read_csv(desk, f"/runs/{run.pk}/results.csv?state=blocked")) == 3
    assert desk.get("/runs/999/results.csv").status_code == 404


def read_csv(client: Client, address: str) -> list[list[str]]:
    text = b"".join(client.get(address).streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    return list(csv.reader(text.splitlines()))


@pytest.mark.parametrize("state", RunState)
def test_every_state_of_a_run_has_its_page(desk: Client, shop: Account, state: RunState) -> None:
    over = state not in {RunState.RUNNING, RunState.STOPPING}
    run = a_run(shop, ("done", "blocked", "waiting"), state=state, ended_at=time.time() if over else None)
    html = get(desk, f"/runs/{run.pk}/")
    assert f"r-{state.value}" in html and "1 failed" in html
    assert ("every 2s" in html) is not over
    assert ("Retry the failed order" in html) is over
    assert ("Ask the order that was left out" in html) is over
    assert (f'action="/runs/{run.pk}/stop/"' in html) is (state is RunState.RUNNING)
    assert f"r-{state.value}" in get(desk, "/activity/")


def test_a_run_without_orders_says_so(desk: Client, shop: Account) -> None:
    run = a_run(shop, ())
    assert "The orders appear here in a moment." in get(desk, f"/runs/{run.pk}/")
    Run.objects.update(state=RunState.FINISHED, ended_at=time.time())
    html = get(desk, f"/runs/{run.pk}/")
    assert "all were erased meanwhile" in html and "100%" in html
    assert "Retry" not in html


def test_a_run_whose_worker_is_gone_says_so(desk: Client, shop: Account) -> None:
    run = a_run(shop)
    assert "No worker has looked" not in get(desk, f"/runs/{run.pk}/")
    Run.objects.update(next_at=time.time() - 200)
    html = get(desk, f"/runs/{run.pk}/")
    assert "No worker has looked at this run for 3 minutes; is “tokbridge worker” running?" in html
    assert "no worker looks at it" in get(desk, "/activity/")
    Run.objects.update(lease_until=time.time() + 50)
    assert "No worker has looked" not in get(desk, f"/runs/{run.pk}/")
    Run.objects.update(lease_until=0, ended_at=time.time())
    assert "No worker has looked" not in get(desk, f"/runs/{run.pk}/")


def test_activity_tells_the_figures_without_reading_what_is_done(
    desk: Client, shop: Account, django_assert_max_num_queries: Any
) -> None:
    for _ in range(5):
        a_run(shop, ("done", "done", "blocked", "refused", "waiting"), state="stopped", ended_at=1)
    going_on = a_run(shop, ("done", "asked"))
    with django_assert_max_num_queries(8):
        html = get(desk, "/activity/")
    assert html.count("4 / 5") == 5 and html.count("2 failed") == 5 and html.count("1 / 2") == 1
    ended = list(Run.objects.exclude(pk=going_on.pk))
    assert runs.left_of(ended)[ended[0].pk] == {"blocked": 1, "refused": 1, "waiting": 1}


def test_results_hide_nothing_that_belongs_to_a_buyer(client: Client, shop: Account) -> None:
    run = a_run(shop)
    client.force_login(factory.user("max", sees_buyers=False))
    html = get(client, f"/runs/{run.pk}/")
    rows = read_csv(client, f"/runs/{run.pk}/results.csv")
    for name in Order.objects.exclude(customer="").values_list("customer", flat=True):
        assert name not in html and not any(name in cell for row in rows for cell in row)
    assert ItemState.DONE in told(html)
