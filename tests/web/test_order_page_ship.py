"""The ship form of one order: which of its units a parcel takes, checked here and carried by the run."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from tests.web import factory
from tokbridge.core.carriers import number_key
from tokbridge.records.models import Account, Line, Order, Parcel, Run
from tokbridge.sync import offers, queue
from tokbridge.tiktok.logistics import Provider

TOKEN = "a-token-of-a-form-1"
MUG, CAP = "units-id-MUG-BLUE", "units-id-CAP"


@pytest.fixture(autouse=True)
def _offline(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "advance_run", lambda _run_id: None)
    monkeypatch.setattr(offers, "offered", lambda _order_id: (Provider("1", "DPD"), Provider("2", "Royal Mail")))


@pytest.fixture
def order(shop: Account) -> Order:
    """Three mugs and a cap."""
    return factory.order(shop, line_items=[*(factory.unit() for _ in range(3)), factory.unit("CAP", "Cap")])


def units(order: Order) -> list[str]:
    return list(order.lines.order_by("position").values_list("tiktok_id", flat=True))


def form(desk: Client, order: Order, more: str = "") -> str:
    return desk.get(f"/act/ship/?order={order.pk}{more}").content.decode()


def offered(html: str) -> dict[str, tuple[str, str]]:
    """By field: what is chosen, and of how many."""
    found = re.findall(r'name="(units-[^"]+)" value="([^"]*)" min="0" max="(\d+)"', html)
    return {name: (value, most) for name, value, most in found}


def send(desk: Client, order: Order, **typed: str) -> Any:
    usual = {f"carrier-{order.pk}": "DPD", f"number-{order.pk}": "D-000001", "start": "1"}
    return desk.post("/act/ship/", {"token": TOKEN, "orders": str(order.pk), **usual, **typed})


def test_all_that_is_left_is_chosen_by_sku(desk: Client, order: Order) -> None:
    assert offered(form(desk, order)) == {MUG: ("3", "3"), CAP: ("1", "1")}


def test_a_part_is_sent_as_its_units(desk: Client, order: Order) -> None:
    assert send(desk, order, **{MUG: " 2 ", CAP: "0"}).status_code == 302
    assert Run.objects.get().orders == [
        [order.pk, {"carrier": "DPD", "number": "D-000001", "line_ids": units(order)[:2]}]
    ]


@pytest.mark.parametrize("typed", [{}, {MUG: "3", CAP: "1"}])
def test_all_of_it_is_sent_as_whatever_is_left(desk: Client, order: Order, typed: dict[str, str]) -> None:
    send(desk, order, **typed)
    assert Run.objects.get().orders == [[order.pk, {"carrier": "DPD", "number": "D-000001"}]]


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({MUG: "4"}, "Only 3 are left to ship."),
        ({MUG: "-1"}, "Type a whole number from 0 to 3."),
        ({MUG: ""}, "Type a whole number from 0 to 3."),
        ({MUG: "1.5"}, "Type a whole number from 0 to 3."),
        ({MUG: "９"}, "Type a whole number from 0 to 3."),
        ({MUG: "9" * 5000}, "Type a whole number from 0 to 3."),
        ({MUG: "0", CAP: "0"}, "Choose at least one unit for the parcel."),
    ],
)
def test_a_wrong_number_sends_nothing_and_says_why(
    desk: Client, order: Order, typed: dict[str, str], words: str
) -> None:
    html = send(desk, order, **typed).content.decode()
    assert words in html
    assert f'value="{typed[MUG]}"' in html  # what was typed stands there still
    assert not Run.objects.exists()


def test_units_that_went_meanwhile_cannot_go_again(desk: Client, order: Order) -> None:
    Parcel.objects.create(order=order, origin="store", number="A1", line_ids=units(order)[:2], seen_at=1)
    Line.objects.filter(tiktok_id=units(order)[3]).update(cancelled=True)
    assert offered(form(desk, order)) == {MUG: ("1", "1")}
    assert "Only 1 is left to ship." in send(desk, order, **{MUG: "3"}).content.decode()
    Line.objects.filter(tiktok_id=units(order)[2]).update(tracking_number="A2")
    assert "Every unit is in a parcel, shipped or cancelled." in send(desk, order).content.decode()
    assert not Run.objects.exists()


def test_a_parcel_that_tiktok_refused_is_corrected_with_its_own_units_first(desk: Client, order: Order) -> None:
    mine = units(order)[1:3]
    Parcel.objects.create(
        order=order,
        origin="desk",
        number="D-000007",
        number_key=number_key("D-000007"),
        carrier="DPD",
        line_ids=mine,
        seen_at=1,
    )
    assert offered(form(desk, order)) == {MUG: ("1", "1"), CAP: ("1", "1")}
    html = form(desk, order, "&number=D-000007")
    assert offered(html) == {MUG: ("2", "3"), CAP: ("0", "1")}
    assert 'value="D-000007"' in html
    assert "<option selected>DPD</option>" in html
    again = {f"number-{order.pk}": "D-000007", f"carrier-{order.pk}": "Royal Mail", MUG: "2", CAP: "0"}
    assert send(desk, order, **again).status_code == 302
    assert Run.objects.get().orders == [[order.pk, {"carrier": "Royal Mail", "number": "D-000007", "line_ids": mine}]]


def test_where_nothing_else_is_left_the_parcel_to_correct_is_offered(desk: Client, order: Order) -> None:
    Parcel.objects.create(
        order=order,
        origin="desk",
        number="D-000007",
        number_key=number_key("D-000007"),
        carrier="DPD",
        line_ids=units(order),
        seen_at=1,
    )
    html = form(desk, order)
    assert offered(html) == {MUG: ("3", "3"), CAP: ("1", "1")}
    assert 'value="D-000007"' in html


def test_several_orders_have_no_choice_of_units(desk: Client, order: Order, shop: Account) -> None:
    other = factory.order(shop)
    assert offered(form(desk, order, f"&order={other.pk}")) == {}
