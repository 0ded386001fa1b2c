"""What is done on the pages around the list: problems, carriers, and an overview that stays as it is while it lives."""

from __future__ import annotations

import time

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Open
from tests.browser.installation import proven, shipped_by_strangers, troubled
from tests.browser.test_pages import LogIn, assert_fits
from tests.web import factory
from tokbridge.records.models import Account, Order, Proof
from tokbridge.sync import queue
from tokbridge.web import overview

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
POLL = """() => {
  const poll = document.querySelector("#overview ~ .poll");
  const done = new Promise((go) => poll.addEventListener("htmx:afterSwap", go, { once: true }));
  htmx.trigger(poll, "live");
  return done.then(() => document.activeElement.getAttribute("href"));
}"""


@pytest.fixture(autouse=True)
def _nobody_is_woken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "wake", lambda ids, why: None)
    monkeypatch.setattr(queue, "advance_run", lambda _run_id: None)


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
    page.set_viewport_size({"width": 390, "height": 900})
    assert_fits(page)
    card = page.get_by_role("region", name="SKU not found in the store")
    card.get_by_text("Put aside…").click()
    card.get_by_label("Why it can wait").fill("new range on Monday")
    card.get_by_role("button", name="Put it aside", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("4 problems were put aside.")
    page.locator("#dismissed > summary").click()
    expect(page.locator("#dismissed")).to_contain_text("new range on Monday")


@pytest.mark.parametrize("width", [1440, 390])
def test_no_button_moves_when_a_group_is_put_aside(
    open_page: Open, log_in: LogIn, live_server: object, shop: Account, width: int
) -> None:
    factory.blocked(shop)
    factory.blocked(factory.account("Cap Shop DE"))
    page = open_page()
    log_in(page)
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{live_server}/problems/")
    rows = page.get_by_role("region", name="SKU not found in the store").get_by_role("group")
    places = "(all) => all.map((one) => JSON.stringify(one.getBoundingClientRect()))"
    buttons = page.locator(".acts > form > .button, .acts > .button, .aside > summary")
    before = buttons.evaluate_all(places)
    assert len(before) >= 4
    rows.first.get_by_text("Put aside…").click()
    expect(rows.first.get_by_label("Why it can wait")).to_be_visible()
    assert buttons.evaluate_all(places) == before
    assert_fits(page)


def test_a_carrier_is_mapped_and_what_waited_goes(
    open_page: Open, log_in: LogIn, live_server: object, shop: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    shipped_by_strangers(shop, monkeypatch)
    page = open_page()
    log_in(page)
    page.goto(f"{live_server}/carriers/")
    card = page.get_by_role("region", name="Mug Shop UK GB → Store of Mug Shop UK")
    card.get_by_label("Provider for DFL").first.select_option("DFL_US")
    card.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status")).to_contain_text("2 orders are tried again.")


def test_the_overview_follows_without_moving_what_somebody_is_at(
    open_page: Open, log_in: LogIn, live_server: object, shop: Account
) -> None:
    factory.desk(shop)
    proven(shop)
    overview.forget()
    page = open_page()
    log_in(page)
    page.goto(f"{live_server}/overview/")
    page.get_by_text("As a table").click()
    page.get_by_role("row", name="Mug Shop UK the 24 hours before").get_by_role("link").first.focus()
    focused = page.evaluate("document.activeElement.getAttribute('href')")
    page.evaluate("window.kept = document.activeElement; window.bars = document.querySelectorAll('.bar')[5]")
    page.evaluate(
        """window.touched = []; new MutationObserver((all) => window.touched.push(...all.map((one) => one.type)))
        .observe(document.getElementById("overview"), {childList: true, attributes: true, subtree: true})"""
    )
    assert page.evaluate(POLL) == focused
    assert page.evaluate("window.touched") == [], "nothing is new, so nothing is touched"
    Proof.objects.filter(window="before").update(theirs=1000, at=time.time())
    factory.blocked(shop)
    Order.objects.filter(status="ON_HOLD").update(status="AWAITING_SHIPMENT")
    overview.forget()
    assert page.evaluate(POLL) == focused
    expect(page.get_by_role("region", name="To ship").locator(".big")).to_have_text("6")
    expect(page.get_by_text("orders are missing")).to_be_visible()
    assert page.evaluate("window.kept === document.activeElement && window.kept.isConnected")
    assert page.evaluate("window.bars === document.querySelectorAll('.bar')[5]")
    expect(page.locator(".as-table table")).to_be_visible()


def test_the_overview_asks_only_while_somebody_looks(
    open_page: Open, log_in: LogIn, live_server: object, shop: Account
) -> None:
    page = open_page()
    log_in(page)
    page.clock.install()
    page.goto(f"{live_server}/overview/")
    with page.expect_request("**/overview/live/"):
        page.clock.run_for(5100)
    page.evaluate("Object.defineProperty(document, 'visibilityState', {value: 'hidden', configurable: true})")
    page.wait_for_load_state("networkidle")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.clock.run_for(30_000)
    page.evaluate("fetch('/healthz')")  # a request of the moment, so that none is still on its way to us
    assert [one for one in asked if "live" in one] == []
