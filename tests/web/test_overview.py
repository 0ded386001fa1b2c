"""The Overview page: every figure is right, leads to its list, and is bounded."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from datetime import datetime
from html import unescape
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test import Client

from tests.web import factory
from tokbridge.records import overview as figures
from tokbridge.records.models import Account, Connection, Order
from tokbridge.records.overview import Carried, DayOfCurrency, ToShip
from tokbridge.web import charts, overview


@pytest.fixture(autouse=True)
def _fresh() -> Iterator[None]:
    overview.forget()
    yield
    overview.forget()


def get(client: Client) -> str:
    answer = client.get("/overview/")
    assert answer.status_code == 200
    return answer.content.decode()


def big(html: str) -> list[tuple[str, str]]:
    """(address, figure) of the tiles."""
    return [(unescape(href), n) for href, n in re.findall(r'class="big[^"]*" href="([^"]*)">([^<]*)<', html)]


@pytest.mark.django_db
def test_only_for_people_who_are_logged_in(client: Client) -> None:
    assert client.get("/overview/").status_code == 302


def test_without_orders_it_says_what_to_do(desk: Client) -> None:
    html = get(desk)
    for text in (
        "No orders in the last 14 days",
        "none late",
        "every order is where it should be",
        "Still to do before the first order",
        "tokbridge authorise",
        "No TikTok account is connected yet",
    ):
        assert text in html


def test_the_tiles_count_and_lead_to_their_lists(desk: Client, shop: Account) -> None:
    now = int(time.time())
    factory.created(shop, rts_sla_time=now - 60)
    factory.created(shop, "PARTIALLY_SHIPPING", rts_sla_time=now + 3600)
    factory.order(shop, rts_sla_time=now + 90000)
    factory.blocked(shop, rts_sla_time=now + 90000)
    factory.shipped(shop, "IN_TRANSIT", rts_sla_time=now - 60)
    html = get(desk)
    assert big(html)[:2] == [("/?tab=awaiting_shipment", "4"), ("/problems/", "1")]
    assert "1 late" in html and "1 within 24 hours" in html
    assert "/?tab=awaiting_shipment&amp;sort=due" in html
    assert re.search(
        r'href="/problems/group/\?code=unmatched_sku[^"]*"><span>SKU not found in the store</span><b>1</b>', html
    )


def test_one_cause_at_two_accounts_is_one_line_with_the_sum(desk: Client, shop: Account) -> None:
    other = factory.account("Cap Shop DE")
    for of in (shop, other, other):
        factory.blocked(of)
    factory.blocked(shop, "retry", "busy")  # nobody needs to act
    html = get(desk)
    assert html.count("SKU not found in the store</span><b>3</b>") == 1
    assert "Trying again" not in html


def test_days_are_days_of_the_users_zone(client: Client, shop: Account) -> None:
    """23:30 UTC of yesterday is today in Auckland."""
    zone = ZoneInfo("Pacific/Auckland")
    client.force_login(factory.user("ana", time_zone="Pacific/Auckland"))
    midnight = int(datetime.now(zone).replace(hour=0, minute=0, second=0, microsecond=0).timestamp())
    factory.order(shop, create_time=midnight)
    factory.order(shop, create_time=midnight - 1)
    html = get(client)
    today = datetime.now(zone).date().isoformat()
    assert big(html)[2] == (f"/?placed_from={today}&placed_to={today}", "1")
    assert "2 in 14 days" in html
    assert html.count('class="bar') == 14


def test_revenue_is_the_sellers_view_of_each_currency_without_cancelled_and_unpaid(desk: Client, shop: Account) -> None:
    factory.order(shop)
    factory.order(shop)
    factory.order(shop, "CANCELLED")
    factory.order(shop, "UNPAID", paid_time=None)
    euro = factory.order(shop)
    Order.objects.filter(pk=euro.pk).update(currency="EUR", seller_total=500)
    lost = factory.order(shop)
    Order.objects.filter(pk=lost.pk).update(seller_total=None)
    html = get(desk)
    assert re.findall(r"<b>([£€][0-9.,]+)</b>", html) == ["£46.98", "€5.00"]
    assert "5 orders · 1 without a figure" in html


def test_placed_stops_at_its_bound(shop: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(3):
        factory.order(shop, create_time=1_700_000_000)
    assert figures.placed(1_700_000_000, 1_700_000_001) == [DayOfCurrency("GBP", 3, 3 * 2349, 0)]
    assert figures.placed(1_700_000_001, 1_700_000_002) == []
    monkeypatch.setattr(figures, "A_DAY", 2)
    assert figures.placed(0, 2_000_000_000)[0].orders == 2


def test_to_ship_says_when_there_is_more(shop: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    for age in range(3):
        factory.order(shop, create_time=1000 + age, rts_sla_time=2000 + age)
    assert figures.to_ship(["AWAITING_SHIPMENT"], 2001, 10) == ToShip(3, 1, 2, False)
    monkeypatch.setattr(figures, "OLDEST", 2)
    assert figures.to_ship(["AWAITING_SHIPMENT"], 2001, 10) == ToShip(3, 1, 1, True)


def test_shares_of_orders_carried_in_time(shop: Account, monkeypatch: pytest.MonkeyPatch) -> None:
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
    assert figures.carried(0, (60, 300), 1000, ["not ours"]) == Carried(4, {60: 2, 300: 3})
    monkeypatch.setattr(figures, "LATELY", 0)
    assert figures.carried(0, (60, 300), 1000, []) == Carried(0, {60: 0, 300: 0})


def test_no_share_is_rounded_up_to_all() -> None:
    (share,) = overview._shares(Carried(10000, {60: 9999}))
    assert (share.percent, share.value) == ("99.9%", 99)


def test_every_connection_shows_its_health_the_sick_ones_first(desk: Client, shop: Account) -> None:
    row = Connection.objects.get(name="Store of Mug Shop UK")
    Connection.objects.filter(pk=row.pk).update(state="refused", words="Invalid API key", since=time.time() - 60)
    html = get(desk)
    assert html.index("Store of Mug Shop UK") < html.index("TikTok Mug Shop UK")
    assert "Refused" in html and "Invalid API key" in html and "Works" in html
    assert f'href="/problems/#connection-{row.pk}"' in html
    assert f'href="/?account={shop.pk}"' in html


@pytest.mark.django_db
@pytest.mark.skipif(connection.vendor != "sqlite", reason="the plan is SQLite's")
def test_the_days_are_read_from_their_index() -> None:
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN QUERY PLAN " + figures._DAY, [1, 2, 3])
        plan = " ".join(str(row[-1]) for row in cursor.fetchall())
    assert "order_placed" in plan and "SCAN records_order" not in plan


def test_the_number_of_queries_does_not_grow_with_the_orders(desk: Client, shop: Account) -> None:
    from django.test.utils import CaptureQueriesContext

    factory.blocked(shop)
    with CaptureQueriesContext(connection) as few:
        get(desk)
    for _ in range(5):
        factory.blocked(shop)
    overview.forget()
    with CaptureQueriesContext(connection) as many:
        get(desk)
    assert len(many) == len(few)
    with CaptureQueriesContext(connection) as kept:
        get(desk)
    assert len(kept) == len(few) - overview.DAYS


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
