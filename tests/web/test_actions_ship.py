"""The form for shipping: typed lines, pasted columns, CSV files, and what is checked before anything is sent."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.web import factory
from tokbridge.core.errors import Retry
from tokbridge.records.models import Account, Binding, Order, Run, Store
from tokbridge.sync import offers, queue
from tokbridge.tiktok.logistics import Provider
from tokbridge.web.shipping import MOST_BYTES

TOKEN = "a-token-of-a-form-1"


@pytest.fixture(autouse=True)
def _offline(monkeypatch: pytest.MonkeyPatch) -> None:
    """TikTok offers two carriers, for every order."""
    monkeypatch.setattr(queue, "advance_run", lambda _run_id: None)
    carriers = (Provider("1", "DPD"), Provider("2", "Royal Mail"))
    monkeypatch.setattr(offers, "offered", lambda _order_id: carriers)


@pytest.fixture
def rows(shop: Account) -> list[Order]:
    return [factory.order(shop, create_time=1_700_000_000 + at) for at in range(3)]


def ids(rows: list[Order]) -> str:
    return ",".join(str(row.pk) for row in rows)


def numbers(html: str) -> dict[int, str]:
    return {int(pk): number for pk, number in re.findall(r'name="number-(\d+)" value="([^"]*)"', html)}


def send(desk: Client, rows: list[Order], **data: Any) -> Any:
    return desk.post("/act/ship/", {"token": TOKEN, "orders": ids(rows), **data})


def test_the_form_has_one_line_for_each_order_with_tiktoks_carriers(desk: Client, rows: list[Order]) -> None:
    html = desk.get(f"/act/ship/?orders={ids(rows)}").content.decode()
    assert numbers(html) == {row.pk: "" for row in rows}
    assert html.count("<option>Royal Mail</option>") == 4  # each line's, and the one for all
    for row in rows:
        assert f'aria-label="Tracking number of order {row.tiktok_id}"' in html


def test_typed_lines_become_a_run(desk: Client, rows: list[Order]) -> None:
    first, second, _ = rows
    typed = {
        "carrier": "DPD",
        f"carrier-{first.pk}": "Royal Mail",
        f"number-{first.pk}": " RM000001GB ",
        f"number-{second.pk}": "D-000002",
    }
    answer = send(desk, rows, start="1", **typed)
    run = Run.objects.get()
    assert answer.headers["Location"] == f"/runs/{run.pk}/"
    assert run.orders == [
        [first.pk, {"carrier": "Royal Mail", "number": "RM000001GB"}],
        [second.pk, {"carrier": "DPD", "number": "D-000002"}],
    ]
    send(desk, rows, start="1", **typed)
    assert Run.objects.count() == 1


@pytest.mark.parametrize(
    ("number", "carrier", "words"),
    [
        ("no good", "DPD", "is not a tracking number"),
        ("RM1", "DPD", "is not a tracking number"),
        ("RM0001", "", "Choose"),
        ("RM0001", "No such carrier", "TikTok does not take carrier"),
    ],
)
def test_one_wrong_line_sends_nothing_and_says_which(
    desk: Client, rows: list[Order], number: str, carrier: str, words: str
) -> None:
    first, second, _ = rows
    typed = {
        f"carrier-{first.pk}": "DPD",
        f"number-{first.pk}": "D-000001",
        f"carrier-{second.pk}": carrier,
        f"number-{second.pk}": number,
    }
    html = send(desk, rows, start="1", **typed).content.decode()
    (wrong,) = re.findall(r'id="e-(\d+)">([^<]+)<', html)
    assert int(wrong[0]) == second.pk and words in wrong[1]
    assert numbers(html)[first.pk] == "D-000001"
    assert not Run.objects.exists()


def test_an_order_that_cannot_be_shipped_has_no_boxes_and_says_why(desk: Client, shop: Account) -> None:
    gone = factory.order(shop, "IN_TRANSIT")
    html = desk.get(f"/act/ship/?order={gone.pk}").content.decode()
    assert "it is in transit" in html and "IN_TRANSIT" not in html
    assert numbers(html) == {}
    html = send(desk, [gone], **{f"number-{gone.pk}": "D-000001", "carrier": "DPD"}).content.decode()
    assert not Run.objects.exists()


def test_a_pasted_column_fills_from_the_top_and_keeps_its_gaps(desk: Client, rows: list[Order]) -> None:
    html = send(desk, rows, fill="1", pasted="RM000001GB\r\n\r\nRM000003GB\r\n").content.decode()
    assert list(numbers(html).values()) == ["RM000001GB", "", "RM000003GB"]
    html = send(desk, rows, fill="1", pasted="\nRM000002GB").content.decode()
    assert list(numbers(html).values()) == ["", "RM000002GB", ""]
    assert not Run.objects.exists()


def test_an_order_that_cannot_be_shipped_has_its_place_in_a_column(
    desk: Client, shop: Account, rows: list[Order]
) -> None:
    gone = factory.order(shop, "CANCELLED")
    page = [rows[0], gone, rows[1]]
    html = send(desk, page, fill="1", pasted="RM000001GB\nRM000002GB\nRM000003GB\n").content.decode()
    assert numbers(html) == {rows[0].pk: "RM000001GB", rows[1].pk: "RM000003GB"}
    assert f"RM000002GB was left out: order {gone.tiktok_id} cannot be shipped (it is cancelled)." in html


def test_numbers_for_which_there_is_no_line_are_named(desk: Client, rows: list[Order]) -> None:
    html = send(desk, rows[:1], fill="1", pasted="A0001\n\nB0002\nC0003\n").content.decode()
    assert "There are more numbers than orders; 2 were left out: B0002, C0003" in html
    assert "more numbers" not in send(desk, rows[:1], fill="1", pasted="A0001\n\n\n").content.decode()


def test_two_parcels_for_one_order_are_refused_and_both_named(desk: Client, rows: list[Order]) -> None:
    first, second, _ = rows
    text = f"{first.tiktok_id},DPD,PARCELONE1\n{second.tiktok_id},DPD,D-000002\n#{first.pk},DPD,PARCELTWO2\n"
    html = send(desk, rows, fill="1", pasted=text).content.decode()
    twice = f"order {first.tiktok_id} stands in line %s as well, with %s; ship its parcels one after the other"
    assert f"Line 1: {twice % (3, 'PARCELTWO2')}." in html and f"Line 3: {twice % (1, 'PARCELONE1')}." in html
    assert numbers(html)[first.pk] == "" and numbers(html)[second.pk] == "D-000002"
    same = f"{first.tiktok_id},DPD,PARCELONE1\n{first.tiktok_id},dpd,PARCELONE1\n"  # a line for each article
    html = send(desk, rows, fill="1", pasted=same).content.decode()
    assert numbers(html)[first.pk] == "PARCELONE1" and "as well" not in html


def test_what_is_filled_in_is_checked(desk: Client, rows: list[Order]) -> None:
    first, second, third = rows
    text = (
        f"{first.tiktok_id},DPD,no good!!\n{second.tiktok_id},No such carrier,D-000002\n{third.tiktok_id},dpd,D-000003"
    )
    html = send(desk, rows, fill="1", carrier="Royal Mail", pasted=text).content.decode()
    wrong = dict(re.findall(r'id="e-(\d+)">([^<]+)<', html))
    assert set(wrong) == {str(first.pk), str(second.pk)}
    assert "is not a tracking number" in wrong[str(first.pk)]
    assert "No such carrier" in wrong[str(second.pk)] and "it takes: DPD, Royal Mail" in wrong[str(second.pk)]
    assert "2 lines must be corrected" in html
    assert html.count("<option selected>No such carrier</option>") == 1  # nothing replaces it unseen
    assert not Run.objects.exists()


def test_an_order_in_a_table_that_cannot_be_shipped_is_named(desk: Client, shop: Account, rows: list[Order]) -> None:
    gone = factory.order(shop, "CANCELLED")
    html = send(desk, rows, fill="1", pasted=f"{gone.tiktok_id},DPD,D-000001").content.decode()
    assert f"Line 1: order {gone.tiktok_id} cannot be shipped: it is cancelled." in html


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('"' + "x" * 140_000, "line 1 cannot be read: a cell is longer than 131,072 characters"),
        ("A0001\n" + "x" * 150_000, "line 2 cannot be read: a cell is longer than 131,072 characters"),
        ('579,"UPS,A0001\n580,UPS,B0002\n', "line 1 cannot be read: a quotation mark"),
        ('579,UPS,A0001\n580,"UPS,B0002\n581,UPS",C0003\n', "line 2 cannot be read: a quotation mark"),
        ("579,UPS,A\0B", "line 1 cannot be read: it is not text"),
    ],
)
def test_a_text_that_cannot_be_read_says_in_which_line(desk: Client, rows: list[Order], text: str, words: str) -> None:
    for sent in ({"pasted": text}, {"file": SimpleUploadedFile("a.csv", text.encode())}):
        answer = send(desk, rows, fill="1", **sent)
        assert answer.status_code == 200 and words in answer.content.decode()


def test_a_csv_names_its_orders_also_such_as_were_not_ticked(desk: Client, rows: list[Order]) -> None:
    first, second, third = rows
    Order.objects.filter(pk=third.pk).update(store_number="TTS-3")
    text = f"Order;Carrier;Tracking\n{second.tiktok_id};Royal Mail;RM000002GB\nTTS-3;DPD;D-000003\n"
    file = SimpleUploadedFile("parcels.csv", b"\xef\xbb\xbf" + text.encode())
    html = send(desk, [first, second], fill="1", file=file).content.decode()
    assert numbers(html) == {first.pk: "", second.pk: "RM000002GB", third.pk: "D-000003"}
    assert html.count("<option selected>Royal Mail</option>") == html.count("<option selected>DPD</option>") == 1


def test_a_number_that_names_two_orders_goes_to_neither(desk: Client, shop: Account) -> None:
    """People of a PrestaShop know orders by its ids, and one of them may be our own id of another order."""
    first, second = factory.created(shop), factory.created(shop)
    Store.objects.update(platform="prestashop")
    Binding.objects.filter(order=second).update(ref="987654")
    html = send(desk, [first, second], fill="1", pasted="987654;D-000001").content.decode()
    assert numbers(html) == {first.pk: "", second.pk: "D-000001"}
    Binding.objects.filter(order=second).update(ref=str(first.pk))
    html = send(desk, [first, second], fill="1", pasted=f"{first.pk};D-000001").content.decode()
    assert numbers(html) == {first.pk: "", second.pk: ""}
    assert f"{first.pk} may be #{first.pk}" in html


@pytest.mark.parametrize(
    ("file", "words"),
    [
        (b"x" * (MOST_BYTES + 1), "larger than 10 MB"),
        (b"\xff\xfe\x00", "not UTF-8"),
        (b"4711,D-000001", "Line 1: 4711 is not known"),
    ],
)
def test_a_file_that_cannot_be_used_says_why(desk: Client, rows: list[Order], file: bytes, words: str) -> None:
    html = send(desk, rows, fill="1", file=SimpleUploadedFile("a.csv", file)).content.decode()
    assert words in html


def test_without_orders_the_form_asks_for_lines(desk: Client) -> None:
    html = desk.get("/act/ship/").content.decode()
    assert '<details class="fill" open>' in html
    assert 'name="start" value' not in html


def test_when_tiktok_does_not_answer_carriers_are_typed(
    desk: Client, rows: list[Order], monkeypatch: pytest.MonkeyPatch
) -> None:
    def silent(_order_id: int) -> Any:
        raise Retry("http 503", "busy")

    monkeypatch.setattr(offers, "offered", silent)
    html = desk.get(f"/act/ship/?orders={ids(rows)}").content.decode()
    assert html.count("could not be asked for its carriers (busy)") == 1
    assert f'<input name="carrier-{rows[0].pk}"' in html
    typed = {f"carrier-{rows[0].pk}": "DPD", f"number-{rows[0].pk}": "D-000001"}
    assert send(desk, rows, start="1", **typed).status_code == 302  # the run asks again
