"""Shipping more orders than the form holds: the table to fill in, what is said of it, and the run that comes of it."""

from __future__ import annotations

import csv
import io
import re
import time
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.web import factory
from tokbridge.core.errors import Retry
from tokbridge.records.models import Account, Order, ParcelTable, Run
from tokbridge.sync import offers, parcel_table, queue
from tokbridge.sync.kept_runs import DAY, erase_old_runs
from tokbridge.tiktok.logistics import Provider


@pytest.fixture(autouse=True)
def _small_form(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The form has two lines. TikTok offers two carriers; returns the orders for which it was asked."""
    asked: list[int] = []

    def offered(order_id: int) -> tuple[Provider, ...]:
        asked.append(order_id)
        return Provider("1", "DPD"), Provider("2", "Royal Mail")

    monkeypatch.setattr(queue, "advance_run", lambda _run_id: None)
    monkeypatch.setattr(offers, "offered", offered)
    monkeypatch.setattr("tokbridge.web.shipping.MOST_LINES", 2)
    return asked


@pytest.fixture
def rows(shop: Account) -> list[Order]:
    return [factory.order(shop, create_time=1_700_000_000 + at) for at in range(5)]


def send(desk: Client, text: str, **data: Any) -> Any:
    return desk.post("/act/ship/", {"fill": "1", "file": SimpleUploadedFile("a.csv", text.encode()), **data})


def lines_of(rows: list[Order], carrier: str = "DPD") -> str:
    return "".join(f"{row.tiktok_id},{carrier},D-00000{at}\n" for at, row in enumerate(rows, start=1))


def test_all_that_fit_a_filter_are_shipped_by_way_of_a_table(desk: Client, shop: Account, rows: list[Order]) -> None:
    gone = factory.order(shop, "CANCELLED", create_time=1_600_000_000)
    html = desk.get("/act/ship/?all=1&filter=%3Ftab%3Dall").content.decode()
    assert "More than 2 orders are shipped by a table" in html and "Ship: 6 orders" in html
    assert 'name="number-' not in html and 'name="start"' not in html
    (href,) = re.findall(r'href="(/act/ship/orders\.csv\?[^"]+)"', html)
    answer = desk.get(href.replace("&amp;", "&"))
    table = list(csv.reader(io.StringIO(b"".join(answer).decode("utf-8-sig"))))
    assert table[0][:5] == ["Order", "Carrier", "Tracking number", "TikTok order", "Store order"]
    assert [row[0] for row in table[1:]] == [f"#{row.pk}" for row in [*reversed(rows), gone]]
    assert table[1][3] == rows[-1].tiktok_id and table[-1][-1] == "it is cancelled"
    table[1][1:3] = ["DPD", "D-000001"]
    table[3][2] = "D-000003"
    out = io.StringIO()
    csv.writer(out, delimiter=";").writerows(table)
    answer = send(desk, out.getvalue(), all="1", filter="?tab=all", carrier="royal mail")
    html = desk.get(answer.headers["Location"]).content.decode()
    assert "Ship: 2 orders" in html and "Lines that are wrong" not in html
    assert re.search(r"Left out, without number</dt><dd>4<", html)
    assert not Run.objects.exists()
    started = desk.post(answer.headers["Location"])
    run = Run.objects.get()
    assert started.headers["Location"] == f"/runs/{run.pk}/"
    assert run.verb == "ship" and run.orders == [
        [rows[4].pk, {"carrier": "DPD", "number": "D-000001"}],
        [rows[2].pk, {"carrier": "royal mail", "number": "D-000003"}],
    ]
    for again in (desk.post(answer.headers["Location"]), desk.get(answer.headers["Location"])):
        assert again.headers["Location"] == f"/runs/{run.pk}/"
    assert Run.objects.count() == 1 and not ParcelTable.objects.exists()
    assert "named in a table" in desk.get("/activity/").content.decode()


def test_a_table_with_wrong_lines_ships_nothing_unless_one_says_so(
    desk: Client, shop: Account, rows: list[Order]
) -> None:
    first, second, third, fourth, fifth = rows
    gone = factory.order(shop, "IN_TRANSIT")
    text = (
        "Order,Carrier,Number\n"
        + lines_of([first])
        + (
            f"4711,DPD,D-000002\n{second.tiktok_id},DPD,no good!!\n{third.tiktok_id},Hermes,D-000004\n"
            f"{gone.tiktok_id},DPD,D-000005\n{fourth.tiktok_id},DPD,D-000006\n#{fourth.pk},DPD,D-000007\n"
            f"{fifth.tiktok_id},,D-000008\n5.79E+17,DPD,D-000009\n,DPD,D-000010\n"
        )
    )
    where = send(desk, text).headers["Location"]
    html = desk.get(where).content.decode()
    told = dict(re.findall(r'class="num">(\d+)</th><td class="wide"><span class="wrong">([^<]+)<', html))
    assert {line: told[line].replace("&#x27;", "'") for line in told} == {
        "3": "4711 is not known; fetch it by its TikTok id if it is new",
        "4": "'no good!!' is not a tracking number: 4 to 50 characters, letters, digits and - _ . /",
        "5": "TikTok does not take carrier 'Hermes' for this order's delivery option; it takes: DPD, Royal Mail",
        "6": f"order {gone.tiktok_id} cannot be shipped: it is in transit",
        "7": f"order {fourth.tiktok_id} stands in line 8 as well, with D-000007; ship its parcels one after the other",
        "8": f"order {fourth.tiktok_id} stands in line 7 as well, with D-000006; ship its parcels one after the other",
        "9": "it names no carrier",
        "10": "5.79E+17 was shortened by a spreadsheet; give that column the format Text",
        "11": "it names no order",
    }
    file = b"".join(desk.get(f"{where}wrong.csv")).decode("utf-8-sig")
    assert len(file.splitlines()) == 10 and file.splitlines()[1].startswith("3,4711 is not known")
    assert "nothing was shipped" in desk.post(where).content.decode()
    assert not Run.objects.exists()
    assert "Ship only the 1 order without mistake" in html
    desk.post(where, {"right": "1"})
    assert Run.objects.get().orders == [[first.pk, {"carrier": "DPD", "number": "D-000001"}]]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("A0001\nB0002\nC0003\n", "must name their orders"),
        ("1,DPD,\n2,DPD,\n3,DPD,\n", "no line has a tracking number"),
        ("1,DPD,A0001\n2,DPD,A0002\n3,DPD,A0003\n", "3 lines are more than one run takes (2)"),
    ],
)
def test_a_table_that_no_run_can_ship_says_why(
    desk: Client, rows: list[Order], monkeypatch: pytest.MonkeyPatch, text: str, words: str
) -> None:
    monkeypatch.setattr("tokbridge.sync.runs.MOST", 2)
    assert words in send(desk, text).content.decode()
    assert not ParcelTable.objects.exists()


def test_what_was_typed_is_not_lost_to_a_table(desk: Client, rows: list[Order]) -> None:
    typed = {"orders": str(rows[0].pk), f"number-{rows[0].pk}": "D-000009"}
    html = send(desk, lines_of(rows[1:]), **typed).content.decode()
    assert "Numbers are typed into the form as well" in html and 'value="D-000009"' in html
    assert not ParcelTable.objects.exists()


def test_a_form_of_too_many_orders_is_not_started(desk: Client, rows: list[Order]) -> None:
    ids = ",".join(str(row.pk) for row in rows)
    answer = desk.post("/act/ship/", {"orders": ids, "start": "1", f"number-{rows[0].pk}": "D-000001"})
    assert "more orders than the form has lines for" in answer.content.decode()
    assert not Run.objects.exists()


def test_tiktok_is_asked_once_for_each_delivery_option(
    desk: Client, shop: Account, rows: list[Order], _small_form: list[int]
) -> None:
    express = factory.order(shop, delivery_option_name="Express")
    send(desk, lines_of([*rows, express]))
    assert _small_form == [rows[0].pk, express.pk]


def test_a_table_is_kept_although_tiktok_does_not_answer(
    desk: Client, rows: list[Order], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def silent(order_id: int) -> Any:
        asked.append(order_id)
        raise Retry("http 503", "busy")

    monkeypatch.setattr(offers, "offered", silent)
    where = send(desk, lines_of(rows, "Hermes")).headers["Location"]
    html = desk.get(where).content.decode()
    assert "Ship: 5 orders" in html and "could not be asked for its carriers (http 503: busy)" in html
    assert len(asked) == 1


def test_a_table_is_only_for_whoever_sent_it(desk: Client, rows: list[Order]) -> None:
    where = send(desk, lines_of(rows)).headers["Location"]
    other = Client()
    other.force_login(factory.user("otto"))
    for answer in (other.get(where), other.post(where), other.get(f"{where}wrong.csv")):
        assert answer.status_code == 404
    assert not Run.objects.exists()


def test_names_of_buyers_are_masked_in_the_table_to_fill_in(client: Client, rows: list[Order]) -> None:
    for sees, name in ((True, "Ada Byron"), (False, "A")):
        client.force_login(factory.user(f"user-{sees}", sees_buyers=sees))
        text = b"".join(client.get(f"/act/ship/orders.csv?order={rows[0].pk}")).decode()
        assert name in text and ("Ada Byron" in text) is sees


def test_a_table_that_nobody_started_is_erased_after_a_day(desk: Client, rows: list[Order]) -> None:
    send(desk, lines_of(rows))
    erase_old_runs()
    assert ParcelTable.objects.exists()
    ParcelTable.objects.update(at=time.time() - DAY - 1)
    erase_old_runs()
    assert not ParcelTable.objects.exists()


def test_a_large_table_costs_few_queries(rows: list[Order], shop: Account, django_assert_max_num_queries: Any) -> None:
    """Five of its 3,000 lines are orders here; the rest are not known. Each 500 lines cost up to four queries."""
    text = lines_of(rows) + "".join(f"4{at:017d},DPD,D-{at:06d}\n" for at in range(2995))
    given = parcel_table.parse(text)
    by = factory.user()
    with django_assert_max_num_queries(30):
        kept = parcel_table.check(given, "", by)
    assert (len(kept.parcels), len(kept.wrong)) == (5, 2995)
