"""Every figure of the Overview page leads to a list, and is its length."""

from __future__ import annotations

import re
import time
from html import unescape

import pytest
from django.http import QueryDict
from django.test import Client

from tests.web import factory
from tests.web.test_overview import get
from tokbridge.records.models import Account, Authorisation, Order, Problem, Proof
from tokbridge.sync import trouble
from tokbridge.web.wanted import Wanted

pytestmark = pytest.mark.usefixtures("fresh_overview")


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
