"""The figures behind the Overview page: counted right, bounded, read from an index, drawn to scale."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.db import connection

from tests.web import factory
from tokbridge.records import overview as figures
from tokbridge.records.models import Account
from tokbridge.records.overview import DayOfCurrency, ToShip
from tokbridge.web import charts, overview


def test_placed_stops_at_its_bound(shop: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(3):
        factory.order(shop, create_time=1_700_000_000)
    found = figures.placed(1_700_000_000, 1_700_000_001, (60,), 1_700_000_000)
    assert found == [DayOfCurrency("GBP", 3, 0, 0, 3 * 2349, 0, 0, (0,))]
    assert figures.placed(1_700_000_001, 1_700_000_002, (60,), 1_700_000_000) == []
    monkeypatch.setattr(figures, "A_DAY", 2)
    assert figures.placed(0, 2_000_000_000, (60,), 1_700_000_000)[0].orders == 2


def test_to_ship_says_when_there_is_more(shop: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    for age in range(3):
        factory.order(shop, create_time=1000 + age, rts_sla_time=2000 + age)
    assert figures.to_ship(2001, 10) == ToShip(3, 1, 2, False)
    monkeypatch.setattr(figures, "LATEST", 1)
    assert figures.to_ship(2001, 10) == ToShip(3, 1, 1, True)


def test_shares_of_orders_carried_in_time(shop: Account) -> None:
    rows = [
        {"ready_at": 100.0, "created_at": 130.0, "tokbridge_status": "created"},
        {"ready_at": 100.0, "created_at": 95.0, "tokbridge_status": "created"},  # by hand, before it was due
        {"ready_at": 100.0, "created_at": 350.0, "tokbridge_status": "shipped"},
        {"ready_at": 100.0, "created_at": None, "tokbridge_status": "blocked"},
        {"ready_at": 990.0, "created_at": None, "tokbridge_status": "ready"},  # too early to tell
        {"ready_at": 100.0, "created_at": None, "tokbridge_status": "not ours"},
        {"ready_at": None, "created_at": None, "tokbridge_status": "waiting"},
    ]
    for row in rows:
        factory.order(shop, row=row)
    (found,) = figures.placed(0, 2_000_000_000, (60, 300, 3600), 1000)
    assert (found.ready, found.late) == (4, (2, 1, 0))  # for the blocked one an hour is not over yet


def test_no_share_is_rounded_up_to_all() -> None:
    day = overview.Day(date(2026, 1, 1), [DayOfCurrency("GBP", 10000, 0, 0, 0, 0, 10000, (1, 1, 0))])
    first, _second, last = overview._shares([day], 10000)
    assert (first.percent, first.value, first.late) == ("99.9%", 99, 1)
    assert last.percent == "100.0%"


@pytest.mark.django_db
@pytest.mark.skipif(connection.vendor != "sqlite", reason="the plan is SQLite's")
def test_the_days_are_read_from_their_index() -> None:
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN QUERY PLAN " + figures._DAY.format(counts=""), [1, 2, 3])
        plan = " ".join(str(row[-1]) for row in cursor.fetchall())
    assert "order_placed" in plan and "SCAN records_order" not in plan


@pytest.mark.parametrize(
    ("value", "end"), [(0, 4), (4, 4), (5, 8), (9, 20), (39, 40), (41, 80), (1800, 2000), (2001, 4000)]
)
def test_an_axis_ends_at_a_round_number(value: int, end: int) -> None:
    assert charts.ceiling(value) == end


def test_a_small_bar_is_seen_and_an_empty_one_is_not() -> None:
    svg = charts.bars(
        [charts.Bar(1, "a", "one", "/a"), charts.Bar(0, "b", "none", "/b"), charts.Bar(4000, "<", "&", "/c")], "t"
    )
    heights = re.findall(r'class="fill"[^>]*height="(\d+)"', svg)
    assert [int(one) > 0 for one in heights] == [True, False, True]
    assert '<text class="day"' in svg and ">&lt;</text>" in svg
