"""The pages around the list: problems, carriers, overview, products. Wide and narrow, light and dark, without a script."""

from __future__ import annotations

import time

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Open
from tests.browser.test_pages import LogIn, _violations, assert_fits, picture
from tests.web import factory
from tokbridge.core.errors import Refused
from tokbridge.records.models import Account, Connection, Link, Order, Problem
from tokbridge.sync import carriermap, journal, queue
from tokbridge.sync.carriermap import Option, Silent
from tokbridge.web import overview

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LOOKS = [(width, colour) for width in (390, 1440) for colour in ("light", "dark")]


@pytest.fixture(autouse=True)
def _nobody_is_woken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "wake", lambda ids, why: None)
    monkeypatch.setattr(queue, "advance_run", lambda _run_id: None)


def troubled(shop: Account) -> None:
    for words in ("MUG-GREEN: no product in the store has this SKU",) * 3 + ("CAP: 2 products have this SKU",):
        factory.blocked(shop, words=words)
    factory.blocked(shop, "21011007", "item has an after-sale request")
    factory.blocked(shop, "retry", "http 503: busy")
    row = Connection.objects.get(name="Store of Mug Shop UK")
    Connection.objects.filter(pk=row.pk).update(state="refused")
    journal.note_connection_problem(row.pk, "credential", Refused("401", "Invalid API key or access token"))


@pytest.mark.parametrize(("width", "colour"), [*LOOKS, (2560, "light")])
def test_problems_look_right(
    open_page: Open, log_in: LogIn, live_server: object, shop: Account, axe: str, width: int, colour: str
) -> None:
    troubled(shop)
    page = open_page(width=width, colour=colour)
    log_in(page)
    page.goto(f"{live_server}/problems/")
    assert_fits(page)
    picture(page, f"problems-{width}-{colour}")
    assert _violations(page, axe) == []
    page.get_by_role("link", name="4 orders").click()
    assert_fits(page)
    picture(page, f"problem-group-{width}-{colour}")
    assert _violations(page, axe) == []


def test_a_group_is_tried_again_and_put_aside_without_a_script(
    open_page: Open, log_in: LogIn, live_server: object, shop: Account
) -> None:
    troubled(shop)
    page = open_page(script=False)
    log_in(page)
    page.goto(f"{live_server}/problems/")
    page.get_by_role("button", name="Try all 4 again").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Try again")
    expect(page.get_by_role("status")).to_contain_text("0 of 4 orders settled")
    page.goto(f"{live_server}/problems/")
    expect(page.get_by_role("link", name="Tried again: 0 of 4 orders")).to_be_visible()
    picture(page, "problems-replay-1440")
    page.set_viewport_size({"width": 390, "height": 900})
    assert_fits(page)
    picture(page, "problems-replay-390")
    card = page.get_by_role("region", name="SKU not found in the store")
    card.get_by_text("Put aside…").click()
    card.get_by_label("Why it can wait").fill("new range on Monday")
    card.get_by_role("button", name="Put aside", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("4 problems were put aside.")
    page.locator("#dismissed > summary").click()
    expect(page.locator("#dismissed")).to_contain_text("new range on Monday")


def shipped_by_strangers(shop: Account) -> None:
    for carrier in ("DFL", "DFL", "Evri Standard"):
        order = factory.shipped(shop, "AWAITING_SHIPMENT")
        order.parcels.update(carrier=carrier, tiktok_number="", sent_at=None)
        Problem.objects.create(
            order=order,
            step="ship",
            subject=str(order.parcels.get().pk),
            code="unmapped_carrier",
            words=f"{carrier} is not mapped; TikTok takes: DFL_US, Evri, Royal Mail",
            actor="operator",
            first_at=1,
            last_at=1,
        )
    shop.channels.update(policy={"carriers": [["dpd next day", "DPD UK"], ["dpd next day", "DPD Express", "Express"]]})


@pytest.mark.parametrize(("width", "colour"), LOOKS)
def test_carriers_look_right(
    open_page: Open,
    log_in: LogIn,
    live_server: object,
    shop: Account,
    axe: str,
    monkeypatch: pytest.MonkeyPatch,
    width: int,
    colour: str,
) -> None:
    shipped_by_strangers(shop)
    factory.account("Cap Shop US", "US")
    providers = ("DFL_US", "DPD UK", "Evri", "Royal Mail")
    options = (Option("Express", ("DPD Express",)), Option("Standard shipping", providers))
    silent = Silent("http 503: come back later")
    told = {shop.pk: options}
    monkeypatch.setattr(carriermap, "options", lambda channel: told.get(channel.account_id, silent))
    monkeypatch.setattr(carriermap, "store_carriers", lambda channel: ("Royal Mail", "DPD Next Day", "DFL"))
    page = open_page(width=width, colour=colour)
    log_in(page)
    page.goto(f"{live_server}/carriers/")
    assert_fits(page)
    picture(page, f"carriers-{width}-{colour}")
    assert _violations(page, axe) == []
    if width == 1440:
        card = page.get_by_role("region", name="Mug Shop UK GB → Store of Mug Shop UK")
        card.get_by_label("Provider for DFL").first.select_option("DFL_US")
        card.get_by_role("button", name="Save").click()
        expect(page.get_by_role("status")).to_contain_text("2 orders are tried again.")


@pytest.mark.parametrize(("width", "colour"), [*LOOKS, (2560, "dark")])
def test_the_overview_looks_right(
    open_page: Open, log_in: LogIn, live_server: object, shop: Account, axe: str, width: int, colour: str
) -> None:
    now = int(time.time())
    factory.desk(shop)
    troubled(shop)
    for day in range(14):
        for each in range(1 + day * 5 % 7):
            order = factory.order(shop, "COMPLETED", create_time=now - day * 86400 - each)
            ready = order.placed_at + 60.0
            euro = {"currency": "EUR"} if each == 2 else {}
            Order.objects.filter(pk=order.pk).update(ready_at=ready, created_at=ready + 40 * each, **euro)
    overview.forget()
    page = open_page(width=width, colour=colour)
    log_in(page)
    page.goto(f"{live_server}/overview/")
    assert_fits(page)
    picture(page, f"overview-{width}-{colour}")
    assert _violations(page, axe) == []


@pytest.mark.parametrize(("width", "colour"), LOOKS)
def test_products_look_right(
    open_page: Open, log_in: LogIn, live_server: object, shop: Account, axe: str, width: int, colour: str
) -> None:
    for sku, n in (("MUG-BLUE", 3), ("CAP-RED", 1)):
        for _ in range(n):
            factory.blocked(
                shop,
                words=f"{sku}: no product in the store has this SKU",
                line_items=[factory.unit(sku, "Wool cap with a rather long name" if n == 1 else "Enamel mug")],
            )
    store = shop.channels.get().store
    part = {"variant": "gid-1", "sku": "CUP-01", "title": "Cup", "variant_title": "Blue", "requires_shipping": True}
    Link.objects.create(
        store=store,
        account=shop,
        sku_id="id-SET",
        seller_sku="SET-2",
        product_name="Breakfast set",
        sku_name="For two",
        parts=[{**part, "quantity": 2}, {**part, "sku": "POT-7", "title": "Pot", "variant_title": "", "quantity": 1}],
        at=time.time(),
    )
    page = open_page(width=width, colour=colour)
    log_in(page)
    page.goto(f"{live_server}/products/")
    assert_fits(page)
    picture(page, f"products-{width}-{colour}")
    assert _violations(page, axe) == []
    page.goto(f"{live_server}/products/{store.pk}/id-SET/")
    assert_fits(page)
    picture(page, f"product-{width}-{colour}")
    assert _violations(page, axe) == []
