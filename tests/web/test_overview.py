"""The Overview page: what it says, its tiles, its days, its connections, and what it reads."""

from __future__ import annotations

import re
import time
from datetime import datetime
from html import unescape
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test import Client

from tests.web import factory
from tokbridge.records.models import Account, Connection, Order
from tokbridge.web import overview

pytestmark = pytest.mark.usefixtures("fresh_overview")


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
    assert big(html)[:2] == [("/?due=all", "4"), ("/problems/", "1")]
    assert "1 late" in html and "1 within 24 hours" in html
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
    assert big(html)[2] == (f"/?placed_from={today}&placed_to={today}&standing=any", "1")
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
    words = " ".join(re.sub(r"<[^>]+>", " ", html).split())
    assert "5 orders placed ; not in the sum: 1 cancelled , 1 unpaid , 1 without a figure" in words
    assert "1 order placed " in words


def test_every_connection_shows_its_health_the_sick_ones_first(desk: Client, shop: Account) -> None:
    row = Connection.objects.get(name="Store of Mug Shop UK")
    Connection.objects.filter(pk=row.pk).update(state="refused", words="Invalid API key", since=time.time() - 60)
    html = get(desk)
    assert html.index("Store of Mug Shop UK") < html.index("TikTok Mug Shop UK")
    assert "Refused" in html and "Invalid API key" in html and "Works" in html
    assert f'href="/problems/#connection-{row.pk}"' in html
    assert f'href="/?account={shop.pk}"' in html


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
