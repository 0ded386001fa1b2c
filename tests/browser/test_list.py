"""Reading the Orders list as a person does: filters and chips, columns, views, sorting, picking, dates, files."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import Open
from tests.browser.test_pages import assert_fits, picture
from tests.web import factory
from tokbridge.records.models import Account, Order, User

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LogIn = Callable[[Page], None]


@pytest.fixture
def listed(open_page: Open, log_in: LogIn, live_server: object, shop: Account) -> Page:
    factory.desk(shop)
    page = open_page()
    log_in(page)
    return page


def test_more_filters_become_chips_that_can_be_removed(listed: Page) -> None:
    listed.get_by_text("More filters").click()
    listed.get_by_label("Product name").fill("wool cap")
    listed.get_by_role("combobox", name="Fulfilled by").select_option("merchant")
    picture(listed, "filters-1440")
    assert_fits(listed)
    listed.get_by_role("button", name="Apply").click()
    expect(listed.locator(".grid .open")).to_have_count(1)
    expect(listed.locator(".chip")).to_have_text(["Fulfilled by Merchant", "Product name wool cap"])
    picture(listed, "chips-1440")
    listed.get_by_role("link", name="Remove the filter Product name: wool cap").click()
    expect(listed.locator(".grid .open")).to_have_count(11)
    expect(listed.locator(".chip")).to_have_count(1)


def test_a_filter_chosen_while_a_search_is_under_way_counts_as_well(listed: Page, wrongs: list[str]) -> None:
    under_way: list[Route] = []

    def hold_the_first(route: Route) -> None:
        if under_way:
            route.continue_()
        under_way.append(route)

    listed.route(re.compile("q=wool"), hold_the_first)
    listed.get_by_role("searchbox").first.fill("wool")
    with listed.expect_request(re.compile("q=wool")):
        listed.keyboard.press("Enter")
    listed.get_by_role("combobox", name="Tokbridge status").select_option("shipped")
    expect(listed).to_have_url(re.compile(r"(?=.*q=wool)(?=.*standing=shipped)"))
    expect(listed.locator(".chip")).to_have_count(2)
    wrongs[:] = [said for said in wrongs if not said.startswith(("htmx:afterRequest", "htmx:sendAbort"))]  # given up


def test_columns_are_chosen_and_kept(listed: Page, live_server: object) -> None:
    listed.get_by_text("Columns", exact=True).click()
    listed.get_by_role("checkbox", name="Customer").uncheck()
    listed.get_by_role("checkbox", name="Raw record").check()
    picture(listed, "columns-1440")
    listed.locator(".ticks").get_by_role("button", name="Save").click()
    expect(listed.locator("thead .c-customer")).to_have_count(0)
    expect(listed.locator("tbody .c-raw")).to_have_count(11)
    listed.goto(f"{live_server}/?tab=delivered")
    expect(listed.locator("thead .c-customer")).to_have_count(0)
    listed.locator("tbody .c-raw a").click()
    expect(listed.locator("#raw")).to_be_visible()


def test_a_view_is_kept_under_a_name_and_deleted(listed: Page, live_server: object) -> None:
    listed.get_by_role("combobox", name="Tokbridge status").select_option("shipped")
    expect(listed.locator(".grid .open")).to_have_count(3)
    listed.get_by_text("Views", exact=True).click()
    listed.get_by_label("Name of the view").fill("On the way")
    listed.locator(".panel").get_by_role("button", name="Save").first.click()
    listed.goto(f"{live_server}/")
    expect(listed.locator(".grid .open")).to_have_count(11)
    listed.get_by_text("Views", exact=True).click()
    listed.get_by_role("link", name="On the way").click()
    expect(listed.locator(".grid .open")).to_have_count(3)
    listed.get_by_text("Views", exact=True).click()
    listed.get_by_role("button", name="Delete the view On the way").click()
    listed.get_by_text("Views", exact=True).click()
    expect(listed.get_by_text("No views yet")).to_be_visible()


def test_rows_are_picked_by_key_and_by_mouse(listed: Page) -> None:
    listed.keyboard.press("j")
    listed.keyboard.press("x")
    count = listed.locator("[data-count]")
    expect(count).to_have_text("1 selected")
    listed.keyboard.press("j")
    listed.keyboard.press("x")
    expect(count).to_have_text("2 selected")
    picture(listed, "picked-1440")
    listed.get_by_label("Select all on this page").check()
    expect(count).to_have_text("11 selected")
    listed.get_by_role("button", name="Clear the selection").click()
    expect(count).to_be_hidden()


def test_what_matters_most_stands_in_a_window_of_1440(listed: Page) -> None:
    """Of all usual columns these need no scrolling, and nothing of their values is cut off but long names."""
    right = listed.locator(".scroll").bounding_box()
    assert right is not None
    edge = right["x"] + right["width"]
    heads = listed.locator(".grid thead th").all()[:11]
    titles = ["TikTok order", "TikTok status", "Store status", "Tokbridge status", "Store order", "Grand total"]
    titles += ["Items", "Customer", "Ship by", "Placed"]
    assert [head.inner_text() for head in heads[1:]] == titles
    for head in heads:
        box = head.bounding_box()
        assert box is not None and box["x"] + box["width"] <= edge, head.inner_text()
    whole = ".c-order, .c-tiktok, .c-store, .c-total, .c-due, .c-placed"
    cut = "cells => cells.filter(cell => cell.scrollWidth > cell.clientWidth).map(cell => cell.innerText)"
    assert listed.locator(f"tbody :is({whole})").evaluate_all(cut) == []


def test_a_click_on_a_head_sorts(listed: Page) -> None:
    soonest = Order.objects.order_by("ship_by", "pk").values_list("tiktok_id", flat=True)[0]
    listed.get_by_role("link", name="Ship by").click()
    expect(listed.locator("thead .c-due")).to_have_attribute("aria-sort", "ascending")
    expect(listed.locator(".grid .open").first).to_have_text(soonest)


def test_the_list_goes_to_a_date_and_back(listed: Page) -> None:
    old = Order.objects.order_by("placed_at")[0]
    listed.get_by_label("Jump to").fill("2020-01-01")
    listed.get_by_role("button", name="Go", exact=True).click()
    expect(listed.get_by_text("No orders here")).to_be_visible()
    listed.get_by_role("link", name="Newest").click()
    expect(listed.locator(".grid .open").last).to_have_text(old.tiktok_id)


@pytest.mark.parametrize("script", [True, False])
def test_what_is_filtered_comes_as_a_file(
    open_page: Open, log_in: LogIn, shop: Account, tmp_path: Path, script: bool
) -> None:
    factory.desk(shop)
    page = open_page(script=script)
    log_in(page)
    page.get_by_role("link", name="Awaiting shipment 4").click()
    expect(page.locator(".grid .open")).to_have_count(4)
    page.get_by_text("Export", exact=True).click()
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV").click()
    download.value.save_as(tmp_path / "orders.csv")
    with (tmp_path / "orders.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["TikTok order"] for row in rows] == page.locator(".grid .open").all_text_contents()


@pytest.mark.parametrize("width", [800, 1440])
def test_who_may_only_look_sees_every_column_whole(open_page: Open, log_in: LogIn, shop: Account, width: int) -> None:
    factory.desk(shop)
    User.objects.update(may_act=False)
    page = open_page(width=width)
    log_in(page)
    scroll = page.locator("#list .scroll").bounding_box()
    head = page.locator("thead .c-order").bounding_box()
    beside = page.locator("thead .c-tiktok").bounding_box()
    assert scroll and head and beside
    assert head["x"] == scroll["x"], "there is no gap where others have boxes to tick"
    assert beside["x"] >= head["x"] + head["width"], "and nothing is covered"
    picture(page, f"viewer-{width}")


def test_with_boxes_to_tick_the_order_stays_beside_them(listed: Page) -> None:
    listed.set_viewport_size({"width": 800, "height": 900})
    listed.locator("#list .scroll").evaluate("one => one.scrollTo(500, 0)")
    pick, order = (listed.locator(f"tbody .c-{name}").first.bounding_box() for name in ("pick", "order"))
    scroll = listed.locator("#list .scroll").bounding_box()
    assert pick and order and scroll
    assert (pick["x"], order["x"]) == (scroll["x"], scroll["x"] + 40)


@pytest.mark.parametrize("width", [390, 1440])
def test_the_page_ends_where_the_list_ends(open_page: Open, log_in: LogIn, shop: Account, width: int) -> None:
    for _ in range(40):
        factory.order(shop, "CANCELLED", cancel_reason="Buyer changed their mind", cancellation_initiator="BUYER")
    page = open_page(width=width)
    log_in(page)
    ends = page.evaluate("document.querySelector('#list').getBoundingClientRect().bottom")
    assert page.evaluate("document.documentElement.scrollHeight") <= max(900, ends + 26)


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("width", [390, 800, 1440])
def test_more_actions_open_in_the_window(
    open_page: Open, log_in: LogIn, shop: Account, width: int, language: str
) -> None:
    factory.desk(shop)
    page = open_page(width=width)
    log_in(page)
    User.objects.update(language=language)
    page.reload()
    page.locator(".pick").first.check()
    page.locator(".bulk-more summary").click()
    menu = page.locator(".bulk-menu").bounding_box()
    assert menu
    assert menu["x"] >= 0 and menu["x"] + menu["width"] <= width
    assert_fits(page)
    picture(page, f"bulk-menu-{language}-{width}")


def test_without_a_script_the_actions_stand_there(open_page: Open, log_in: LogIn, shop: Account) -> None:
    factory.desk(shop)
    for script, shown in ((False, True), (True, False)):
        page = open_page(script=script)
        log_in(page)
        assert page.get_by_role("button", name="Create sales order…").is_visible() is shown
