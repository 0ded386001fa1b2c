"""Fetch orders: the form, what it refuses and where it says so, and the page of such a run."""

from __future__ import annotations

import re
import time
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils import timezone

from tests.web import asking
from tests.web.asking import TOKEN, finish
from tokbridge.records.models import Account, Run, RunState

pytestmark = pytest.mark.usefixtures("nobody_works")


def post(client: Client, **data: Any) -> Run:
    return asking.post(client, "/fetch/", **data)


def test_fetch_is_a_run_with_figures(desk: Client, shop: Account) -> None:
    assert "What is new" in desk.get("/fetch/").content.decode()
    run = post(desk, what="new", shop=shop.shop_id)
    assert (run.verb, run.args) == ("fetch", {"shop": shop.shop_id})
    account = {"id": shop.pk, "name": shop.name, "stored": 44, "total": 100, "done": False, "words": "", "tries": 0}
    progress = {"accounts": [account], "new": 93, "changed": 2, "unreadable": 0, "not_found": ["579"]}
    Run.objects.filter(pk=run.pk).update(progress=progress)
    html = desk.get(f"/runs/{run.pk}/").content.decode()
    assert "44 of 100 orders read" in html and "44%" in html and ">93<" in html
    assert "TikTok does not know:" in html
    assert "44%" in desk.get("/").content.decode()
    assert desk.get("/runs/active/").status_code == 200
    finish(run)
    assert desk.get("/runs/active/").status_code == 286


def test_a_range_is_taken_in_the_users_zone_with_its_last_day(desk: Client, shop: Account) -> None:
    run = post(desk, what="range", **{"from": "2023-11-15", "to": "2023-11-15"})
    assert run.args == {"start": 1_700_002_800, "end": 1_700_089_200}  # Berlin's midnights


def test_ids_are_read_from_any_list(desk: Client, shop: Account) -> None:
    run = post(desk, what="ids", ids="579000000000000001, 579000000000000002\n579000000000000001")
    assert run.args == {"ids": ["579000000000000001", "579000000000000002"]}


def test_a_fetch_by_id_says_how_many_were_asked_for_found_and_unknown(desk: Client, shop: Account) -> None:
    run = post(desk, what="ids", ids="579000000000000001 579000000000000002 579000000000000003")
    part = {"id": shop.pk, "tries": 0, "words": ""}
    mugs = {**part, "name": "Mugs", "stored": 1, "total": 3, "done": True, "without": ["579000000000000002"]}
    plates = {**part, "name": "Plates", "stored": 0, "total": 2, "done": False, "without": ["579000000000000002"]}
    progress = {"accounts": [mugs, plates], "new": 1, "changed": 0, "unreadable": 0, "not_found": [], "not_settled": []}

    def told(**more: object) -> str:
        Run.objects.filter(pk=run.pk).update(progress={**progress, **more})
        return desk.get(f"/runs/{run.pk}/").content.decode()

    html = told()
    assert "1 of 3 orders found" in html and "75%" in html  # all of the first account's, half of the second's
    assert "does not know" not in html and "not settled" not in html
    finish(run)
    ended = {**plates, "done": True}
    html = told(accounts=[mugs, ended], not_found=["579000000000000002", "579000000000000003"])
    assert "1 of 3 orders found" in html and "2 that TikTok does not know" in html and "100%" in html
    assert "1 of 3 found" in html and "0 of 2 found" in html
    html = told(accounts=[mugs, {**ended, "total": 0}])
    assert "not asked, since all were found before" in html


def test_a_fetch_by_id_that_failed_calls_nothing_read_or_unknown(desk: Client, shop: Account) -> None:
    run = post(desk, what="ids", ids="579000000000000001 579000000000000002")
    account = {"id": shop.pk, "name": "Mugs", "stored": 0, "total": 2, "done": True, "words": "105: no", "tries": 1}
    open_ids = ["579000000000000001", "579000000000000002"]
    progress = {"accounts": [account], "new": 0, "changed": 0, "unreadable": 0, "not_settled": open_ids}
    Run.objects.filter(pk=run.pk).update(progress=progress)
    finish(run, RunState.FAILED)
    html = desk.get(f"/runs/{run.pk}/").content.decode()
    assert "0 of 2 orders found" in html and "2 not settled" in html and "<b>0%</b>" in html
    assert "not every account could be asked: 579000000000000001, 579000000000000002" in html
    assert "100%" not in html and "does not know" not in html
    assert "0 / 2" in desk.get("/activity/").content.decode()


def test_a_reading_that_was_stopped_says_how_far_it_came(desk: Client, shop: Account) -> None:
    run = post(desk, what="new")
    account = {"id": shop.pk, "name": "Mugs", "stored": 44, "total": 100, "done": False, "words": "", "tries": 0}
    Run.objects.filter(pk=run.pk).update(progress={"accounts": [account]})
    finish(run, RunState.STOPPED)
    assert "44%" in desk.get(f"/runs/{run.pk}/").content.decode()


FAR = "is not a date from 1971-01-01 to 8999-12-31"


@pytest.mark.parametrize(
    ("data", "field", "words"),
    [
        ({"what": "range"}, "from", "from which day"),
        ({"what": "range", "from": "2023-11-15", "to": "2023-11-01"}, "to", "before the first"),
        ({"what": "range", "from": "soon"}, "from", f"soon {FAR}"),
        ({"what": "range", "from": "0001-01-01"}, "from", f"0001-01-01 {FAR}"),
        ({"what": "range", "from": "1970-12-31"}, "from", f"1970-12-31 {FAR}"),
        ({"what": "range", "from": "2023-11-15", "to": "9999-12-31"}, "to", f"9999-12-31 {FAR}"),
        ({"what": "range", "from": "2023-11-15", "to": "9000-01-01"}, "to", f"9000-01-01 {FAR}"),
        ({"what": "range", "from": "8999-12-31"}, "from", "lies in the future"),
        ({"what": "range", "from": "2999-01-01", "to": "2999-01-02"}, "from", "lies in the future"),
        ({"what": "ids", "ids": " "}, "ids", "Name one to"),
        ({"what": "ids", "ids": "TTS-1"}, "ids", "is not a TikTok order id"),
    ],
)
def test_a_fetch_that_makes_no_sense_says_so_at_the_field(
    desk: Client, shop: Account, data: dict[str, str], field: str, words: str
) -> None:
    html = desk.post("/fetch/", {"token": TOKEN, **data}).content.decode()
    told = re.findall(r'<small class="wrong" id="e-(\w+)" role="alert">([^<]*)</small>', html)
    assert [(at, words in said) for at, said in told] == [(field, True)]
    assert re.findall(r'name="(\w+)"[^>]* aria-invalid="true" aria-describedby="e-(\w+)"', html) == [(field, field)]
    assert not Run.objects.exists()


def test_a_range_may_begin_today_and_end_later(desk: Client, shop: Account) -> None:
    today = timezone.localdate(timezone=ZoneInfo("Europe/Berlin"))
    run = post(desk, what="range", **{"from": today.isoformat(), "to": "8999-12-31"})
    assert run.args["start"] <= time.time() < run.args["end"]
    other = post(desk, what="range", token="another-form-of-hers", **{"from": "1971-01-01"})
    assert (other.args["start"], other.args["end"]) == (365 * 86_400 - 3600, None)
