"""Today's proof on the Overview page: every figure is the length of the list that it leads to."""

from __future__ import annotations

import re
import time
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.web import factory
from tokbridge.records.models import Account, Authorisation, Connection, Proof
from tokbridge.sync import prove
from tokbridge.web import overview
from tokbridge.web.span import Span
from tokbridge.web.wanted import Wanted

pytestmark = pytest.mark.usefixtures("fresh_overview")

HOUR = 3600


@pytest.fixture
def now() -> int:
    return int(time.time())


def proof(of: Account, end: int, *, theirs: int, ours: int, window: str = "day", **more: object) -> Proof:
    back = 0 if window == "day" else 24 * HOUR
    span = {"begin": end - back - 24 * HOUR, "end": end - back}
    return Proof.objects.create(account=of, window=window, theirs=theirs, ours=ours, at=time.time(), **span, **more)


def card(client: Client, address: str = "/overview/") -> str:
    html = client.get(address).content.decode()
    return html.split('aria-labelledby="h-proof"', 1)[1].split("</section>", 1)[0]


def figures(html: str) -> list[tuple[int, str]]:
    """(figure, the list it leads to), of every link to the Orders list."""
    links = re.findall(r'<a href="(/\?[^"]*)"[^>]*>(?:<b>)?([0-9,]+)', html)
    return [(int(n.replace(",", "")), unescape(address)) for address, n in links]


def test_every_figure_is_the_length_of_its_list(desk: Client, shop: Account, now: int) -> None:
    other = factory.account("Cap Shop DE")
    factory.order(other, create_time=now - HOUR)
    for age, make in (
        (1, lambda at: factory.created(shop, create_time=at)),
        (2, lambda at: factory.shipped(shop, create_time=at)),
        (3, lambda at: factory.blocked(shop, create_time=at)),
        (4, lambda at: factory.order(shop, "ON_HOLD", create_time=at)),
        (5, lambda at: factory.order(shop, "ON_HOLD", create_time=at)),
        (6, lambda at: factory.order(shop, "UNPAID", create_time=at, paid_time=None)),
        (7, lambda at: factory.order(shop, "CANCELLED", create_time=at)),
        (30, lambda at: factory.created(shop, create_time=at)),
        (50, lambda at: factory.created(shop, create_time=at)),
        (0, lambda at: factory.created(shop, create_time=at)),  # after the window
    ):
        make(now - age * HOUR - 60 if age else now)
    proof(shop, now - 120, theirs=7, ours=7)
    proof(shop, now - 120, theirs=1, ours=1, window="before")
    found = figures(card(desk))
    # TikTok says, here, in the store, blocked, waiting: on hold, unpaid; not to be carried: cancelled; then the day before
    assert [n for n, _address in found] == [7, 7, 2, 1, 2, 1, 1, 1, 1, 1, 0]
    for n, address in found:
        assert desk.get(address).content.decode().count('class="open"') == n, address
    parts = [n for n, _address in found[2:7]]
    assert sum(parts) == found[0][0], "every order stands in one place"


def test_the_verdict(desk: Client, shop: Account, now: int) -> None:
    assert "Not counted yet" in card(desk) and "Nothing is missing" not in card(desk)
    for age in (1, 2):
        factory.created(shop, create_time=now - age * HOUR)
    one = proof(shop, now - 120, theirs=2, ours=2)
    html = card(desk)
    assert "Nothing is missing" in html and "nothing is missing" in html
    Proof.objects.filter(pk=one.pk).update(theirs=4, missing=["579000000000000001", "579000000000000002"])
    html = card(desk)
    assert "2 orders are missing" in html and "2 are missing" in html and "Fetch them" in html
    fetch = re.search(r'href="(/fetch/[^"]*)"', html)
    assert fetch
    form = desk.get(unescape(fetch[1])).content.decode()
    assert ">579000000000000001 579000000000000002</textarea>" in form
    assert 'value="ids" checked' in form and f'<option value="{shop.shop_id}" selected>' in form
    for age in (3, 4):
        factory.created(shop, create_time=now - age * HOUR)
    overview.forget()
    assert "Nothing is missing" in card(desk), "what was fetched counts at once, not at the next count"


def test_what_a_count_found_is_told_and_an_old_count_is_called_old(desk: Client, shop: Account, now: int) -> None:
    proof(shop, now - 120, theirs=0, ours=0, found=3)
    html = card(desk)
    assert "3 were found by this count and read" in html and "not counted since" not in html
    Proof.objects.update(at=time.time() - 4 * prove.every())
    assert "not counted since" in card(desk)


def test_an_order_that_nobody_can_read_is_here(desk: Client, shop: Account, now: int) -> None:
    proof(shop, now - 120, theirs=1, ours=1)  # its time of placing is not known, so no list of a day has it
    assert "nothing is missing" in card(desk)


def test_the_live_part_is_the_page_without_its_frame(desk: Client, shop: Account, now: int) -> None:
    proof(shop, now - 120, theirs=0, ours=0)
    html = desk.get("/overview/live/").content.decode()
    assert html.lstrip().startswith('<div id="overview" class="alive">') and "<html" not in html
    assert html.strip() in desk.get("/overview/").content.decode()
    assert 'hx-get="/overview/live/"' in desk.get("/overview/").content.decode()
    assert Client().get("/overview/live/").status_code == 302


def test_nothing_is_read_twice_and_nothing_outside_is_asked(desk: Client, shop: Account, now: int) -> None:
    proof(shop, now - 120, theirs=0, ours=0)
    card(desk)
    with CaptureQueriesContext(connection) as kept:
        card(desk)
    assert not [one for one in kept if "account_id =" in one["sql"] and "placed_at >=" in one["sql"]]


@pytest.mark.django_db
@pytest.mark.skipif(connection.vendor != "sqlite", reason="the plan is SQLite's")
def test_where_a_day_stands_is_read_from_its_index() -> None:
    from tokbridge.records.overview import _FACETS

    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN QUERY PLAN " + _FACETS, [1, 2, 3, 4])
        plan = " ".join(str(row[-1]) for row in cursor.fetchall())
    assert "order_account_placed" in plan


def test_a_span_is_a_filter_like_any_other(desk: Client, shop: Account, now: int) -> None:
    inside = factory.order(shop, create_time=now - 5 * HOUR)
    factory.order(shop, create_time=now - 6 * HOUR)
    address = f"/?span={now - 5 * HOUR}-{now - 5 * HOUR + 1}"
    html = desk.get(address).content.decode()
    assert re.findall(r'class="open"[^>]*>([0-9]+)<', html) == [inside.tiktok_id]
    assert "Placed within" in html and f'name="span" value="{now - 5 * HOUR}-{now - 5 * HOUR + 1}"' in html
    both = desk.get(f"{address}&placed_from=2030-01-01").content.decode()
    assert 'class="open"' not in both
    assert desk.get("/?span=yesterday").content.decode().count('class="open"') == 2
    assert Span.read("12-34") == Span(12, 34) and str(Span(12, 34)) == "12-34"
    assert "span=12-34" in Wanted(span=Span(12, 34)).address()


def test_a_log_in_that_ends_soon_says_what_to_do(desk: Client, shop: Account, now: int) -> None:
    rows = Authorisation.objects.filter(accounts=shop)
    rows.update(access_token="t", refresh_expires=now + 90 * 86400)
    html = desk.get("/overview/").content.decode()
    assert "Log-in ends" not in html and "tokbridge authorise" not in html
    rows.update(refresh_expires=now + 20 * 86400)
    html = desk.get("/overview/").content.decode()
    assert "Log-in ends" in html and ">tokbridge authorise</code>" in html


def test_a_connection_that_is_silent_says_so_although_it_works(desk: Client, shop: Account, now: int) -> None:
    Authorisation.objects.update(access_token="t")
    Connection.objects.update(answered_at=now - 60)
    assert "All of them work" in desk.get("/overview/").content.decode()
    Connection.objects.filter(name__startswith="Store").update(answered_at=now - HOUR)
    html = desk.get("/overview/").content.decode()
    assert "1 connection needs somebody" in html and "Are the workers running?" in html
