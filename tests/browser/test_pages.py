"""What a person sees and does: log-in, list and order page, wide and narrow, light and dark, by mouse and keyboard."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open
from tests.web import factory
from tokbridge.records.models import Account, Order
from tokbridge.sync import queue

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LogIn = Callable[[Page], None]


def picture(page: Page, name: str) -> None:
    """Kept for people to look at, where `SCREENSHOTS=directory` says so. The caret stays: Playwright would hide it by
    an inline style, which the policy forbids."""
    if directory := os.environ.get("SCREENSHOTS"):
        page.screenshot(path=Path(directory) / f"{name}.png", full_page="390" in name, caret="initial")


def assert_fits(page: Page) -> None:
    page.wait_for_load_state()  # what a click led to is there before its style is
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_log_in_and_out(open_page: Open, log_in: LogIn, live_server: object) -> None:
    page = open_page()
    page.goto(f"{live_server}/")
    expect(page).to_have_url(f"{live_server}/login/?next=/")
    page.get_by_label("User name").fill("dora")
    page.get_by_label("Password").fill("not the password")
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("alert")).to_contain_text("do not fit")
    log_in(page)
    page.get_by_role("button", name="Log out").click()
    expect(page).to_have_url(f"{live_server}/login/")


def test_a_search_leads_to_what_it_found(open_page: Open, log_in: LogIn, live_server: object, shop: Account) -> None:
    factory.desk(shop)
    page = open_page()
    log_in(page)
    links = page.locator(".grid .open")
    page.keyboard.press("/")
    page.keyboard.type("lucía")
    page.keyboard.press("Enter")
    expect(links).to_have_count(1)
    expect(page).to_have_url(f"{live_server}/?tab=all&q=luc%C3%ADa")
    wanted = links.text_content()
    expect(links).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(wanted or "")


def test_tabs_filters_and_the_way_back(open_page: Open, log_in: LogIn, live_server: object, shop: Account) -> None:
    factory.desk(shop)
    page = open_page()
    log_in(page)
    page.get_by_role("link", name="Error 1").click()
    expect(page.locator(".grid .open")).to_have_count(1)
    page.go_back()
    expect(page.locator(".grid .open")).to_have_count(11)
    page.wait_for_load_state()  # the script listens
    page.get_by_role("combobox", name="Tokbridge status").select_option("shipped")
    expect(page.locator(".grid .open")).to_have_count(3)
    page.get_by_role("link", name="Clear").click()
    expect(page.locator(".grid .open")).to_have_count(11)
    page.get_by_text("More", exact=True).click()
    page.get_by_role("link", name="Unpaid 1").click()
    expect(page.locator(".grid .open")).to_have_count(1)
    picture(page, "unpaid-1440")
    page.get_by_role("link", name="Delivered 1").click()
    expect(page.locator("tbody .c-tiktok")).to_have_text("Delivered")


def test_a_reason_explains_itself_and_a_cancellation_on_focus(
    open_page: Open, log_in: LogIn, live_server: object, shop: Account
) -> None:
    factory.desk(shop)
    page = open_page()
    log_in(page)
    explanation = page.locator(".explanation")
    expect(explanation).to_be_hidden()
    page.get_by_role("button", name="SKU not found in the store").click()
    expect(explanation).to_be_visible()
    expect(explanation).to_contain_text("Who must act: Operator")
    picture(page, "why-1440")
    page.evaluate("document.querySelectorAll('.poll').forEach(poll => htmx.trigger(poll, 'live'))")
    page.wait_for_load_state("networkidle")
    expect(explanation).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("Tab")
    page.locator(".why").focus()
    expect(page.locator("#tip")).to_have_text("Buyer changed their mind")


def test_what_stands_in_the_way_is_fixed_and_tried_again_from_the_list(
    open_page: Open, log_in: LogIn, live_server: object, shop: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the keyboard alone; the buttons say to whom they belong."""
    monkeypatch.setattr(queue, "wake", lambda ids, why: None)
    monkeypatch.setattr(queue, "advance_run", lambda run_id: None)
    order = factory.blocked(shop)
    page = open_page()
    log_in(page)
    reason = page.get_by_role("button", name="SKU not found in the store")
    reason.focus()
    page.keyboard.press("Enter")
    told = page.get_by_role("dialog", name="SKU not found in the store")
    page.keyboard.press("Tab")
    expect(told.get_by_role("link", name="Fix the cause: SKU not found in the store")).to_be_focused()
    page.keyboard.press("Tab")
    expect(told.get_by_role("button", name=f"Try again now: {order.tiktok_id}")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{live_server}/orders/{order.pk}/")
    expect(page.get_by_text("The order is tried again now.")).to_be_visible()
    page.goto(f"{live_server}/")
    reason.click()
    page.get_by_role("link", name="Fix the cause").click()
    expect(page.get_by_role("heading", name="Products", level=1)).to_be_visible()


def test_orders_arrive_and_move_on_without_moving_rows(
    open_page: Open, log_in: LogIn, live_server: object, shop: Account
) -> None:
    old = factory.order(shop, "ON_HOLD", create_time=1_700_000_000)
    page = open_page()
    log_in(page)
    row = page.locator("tbody tr").first
    before = row.bounding_box()
    factory.order(shop, "ON_HOLD")
    Order.objects.filter(pk=old.pk).update(
        status="AWAITING_SHIPMENT", tokbridge_status="created", store_number="TTS-1", reason=""
    )
    expect(page.get_by_role("link", name="1 new order")).to_be_visible(timeout=30_000)
    expect(row).to_contain_text("Awaiting shipment")
    expect(row).to_contain_text("TTS-1")
    expect(page.locator("#count-all")).to_have_text("2")
    assert row.bounding_box() == before
    picture(page, "news-1440")
    page.get_by_role("link", name="1 new order").click()
    expect(page.locator(".grid .open")).to_have_count(2)
    expect(page.locator(".news-pill")).to_have_count(0)


def test_the_order_page_follows_its_order(open_page: Open, log_in: LogIn, live_server: object, shop: Account) -> None:
    order = factory.order(shop, "ON_HOLD")
    page = open_page()
    log_in(page)
    page.goto(f"{live_server}/orders/{order.pk}/")
    expect(page.locator("#state")).to_contain_text("On hold")
    Order.objects.filter(pk=order.pk).update(status="DELIVERED", tokbridge_status="shipped", store_number="TTS-1")
    expect(page.locator(".track .pill")).to_have_text("Delivered", timeout=30_000)


def test_everything_can_be_read_without_a_script(
    open_page: Open, log_in: LogIn, live_server: object, shop: Account
) -> None:
    factory.desk(shop)
    page = open_page(script=False)
    log_in(page)
    page.get_by_role("link", name="In transit 1").click()
    expect(page.locator(".grid .open")).to_have_count(1)
    page.locator(".grid .open").click()
    expect(page.get_by_role("heading", name="Money GBP")).to_be_visible()
    page.get_by_text("Raw record from TikTok").click()
    expect(page.locator("#raw")).to_contain_text("line_items")
