"""The Overview page: every figure is right, leads to its list, and is bounded."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from datetime import date, datetime
from html import unescape
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.http import QueryDict
from django.test import Client

from tests.web import factory
from tokbridge.records import overview as figures
from tokbridge.records.models import Account, Authorisation, Connection, Order, Problem, Proof
from tokbridge.records.overview import DayOfCurrency, ToShip
from tokbridge.sync import trouble
from tokbridge.web import charts, overview
from tokbridge.web.wanted import Wanted


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


def everything(shop: Account) -> None:
    """Two accounts of one log-in, two currencies, and orders of every kind that a figure could count wrongly."""
    other = factory.account("Cap Shop DE")
    Account.objects.filter(pk=other.pk).update(authorisation=shop.authorisation)
    Authorisation.objects.exclude(pk=shop.authorisation.pk).delete()
    other.refresh_from_db()
    now = int(time.time())
    late, soon = {"rts_sla_time": now - 60}, {"rts_sla_time": now + 3600}
    carried = {"ready_at": now - 5000.0, "tokbridge_status": "created"}
    for of in (shop, other):
        factory.created(of, **late)
        factory.created(of, "PARTIALLY_SHIPPING", **soon)
        factory.order(of, "CANCELLED", create_time=now - 90_000)
        factory.order(of, "UNPAID", paid_time=None)
        factory.order(of, row={"archived_at": now, "tokbridge_status": "archived"}, **late)
        factory.order(of, row={"fulfilment_type": "tiktok", "tokbridge_status": "not ours"}, **late)
        factory.order(of, row={"tokbridge_status": "not ours"}, **soon)  # before the channel's start
        factory.shipped(of, **late)
        factory.blocked(of, "unmapped_carrier")
        for took in (30, 100, 1000, 4000):
            factory.order(of, row={**carried, "created_at": now - 5000.0 + took})
        for row in ({"tokbridge_status": "ready"}, {"tokbridge_status": "cancelled"}, {"ready_at": now - 20.0}):
            factory.order(of, row={**carried, "tokbridge_status": "ready", **row})
    factory.blocked(shop, "currency")
    Order.objects.filter(account=other, status__in=["CANCELLED", "AWAITING_SHIPMENT"]).update(currency="EUR")
    lost = factory.order(shop)
    Order.objects.filter(pk=lost.pk).update(seller_total=None)
    aside = factory.blocked(shop, "unmatched_sku")
    factory.blocked(other, "unmatched_sku")
    trouble.dismiss(trouble.Cause("unmatched_sku", shop.pk, shop.channels.get().store_id), "later", None, time.time())
    assert Problem.objects.get(order=aside).dismissal is not None
    spans = {"begin": now - 86400, "end": now}
    for of, lost_ones in ((shop, 0), (other, 9)):
        ours = Order.objects.filter(account=of, placed_at__gte=now - 86400, placed_at__lt=now).count()
        Proof.objects.create(account=of, window="day", theirs=ours + lost_ones, ours=ours, at=time.time(), **spans)


def links(html: str) -> list[tuple[int, str]]:
    """(figure, address) of every link to a list of orders, but those of the connections, which have no figure."""
    counted = re.sub(r'<ul class="health">.*?</ul>', "", html, flags=re.DOTALL)
    found = []
    for href, more, text in re.findall(
        r'<a [^>]*?href="(/(?:\?|problems/)[^"]*)"([^>]*)>(.*?)</a>', counted, re.DOTALL
    ):
        said = re.search(r": (\d+) order", more) or re.search(r"<b>(\d+)</b>", text) or re.search(r"\d+", text)
        assert said, (href, text)
        found.append((int(said[said.re.groups]), unescape(href)))
    return found


def length(desk: Client, address: str) -> int:
    """Orders on the list, over all its pages; on the page of problems, those of all groups."""
    html = desk.get(address).content.decode()
    if address == "/problems/":
        return sum(int(n) for n in re.findall(r'class="pill-link"[^>]*>(\d+)', html.split('id="dismissed"')[0]))
    if address.startswith("/problems/"):
        return html.count('<th scope="row"><a class="open"')
    n = html.count('class="c-order"><a class="open"')
    older = re.search(r'id="go-older" href="([^"]*)"', html)
    return n + (length(desk, "/" + unescape(older[1])) if older else 0)


def test_every_figure_is_the_length_of_the_list_it_leads_to(
    desk: Client, shop: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tokbridge.web.listing.PAGE", 7)
    everything(shop)
    found = links(get(desk).split('id="overview"', 1)[1])
    assert len(found) > 14 + 14 + 20
    wrong = [(n, address, length(desk, address)) for n, address in found if n != length(desk, address)]
    assert wrong == []
    figure_of = {address: n for n, address in found}
    assert figure_of["/?due=late&sort=due"] == 2
    assert figure_of["/?due=soon&sort=due"] == 2
    assert figure_of["/problems/cause/?code=unmapped_carrier"] == 2
    of_currency = {address.split("&")[0] for address in figure_of if address.startswith("/?currency=")}
    assert of_currency == {"/?currency=GBP", "/?currency=EUR"}
    slow = {address.split("&")[0]: n for address, n in figure_of.items() if address.startswith("/?carried=")}
    assert slow == {"/?carried=60": 8, "/?carried=300": 6, "/?carried=3600": 4}


def test_a_connection_with_two_shops_leads_to_each(desk: Client, shop: Account) -> None:
    everything(shop)
    health = get(desk).split('<ul class="health">')[1]
    (line,) = [one for one in health.split("<li>") if "<b>TikTok Mug Shop UK</b>" in one]
    shown = {unescape(href): name for href, name in re.findall(r'<a href="([^"]*)">([^<]*)</a>', line)}
    other = Account.objects.exclude(pk=shop.pk).get()
    assert shown == {f"/?account={shop.pk}": "Mug Shop UK", f"/?account={other.pk}": "Cap Shop DE"}


@pytest.mark.parametrize("query", ["due=late", "due=soon", "due=all", "carried=300", "currency=EUR"])
def test_the_filters_of_the_figures_have_chips_and_fields(desk: Client, shop: Account, query: str) -> None:
    everything(shop)
    html = desk.get(f"/?{query}").content.decode()
    name, value = query.split("=")
    assert html.count('class="chip"') == 1
    assert re.search(f'<select name="{name}">.*?<option value="{value}" selected', html, re.DOTALL)
    wanted = Wanted.read(QueryDict(query))
    assert wanted.filtered and wanted.query() == f"tab=all&{query}"


def test_what_no_filter_means_is_not_asked(desk: Client) -> None:
    for query in ("due=x", "carried=61", "currency=eur", "currency=%00"):
        assert not Wanted.read(QueryDict(query)).filtered


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
        cursor.execute("EXPLAIN QUERY PLAN " + figures._DAY.format(counts=""), [1, 2, 3])
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
