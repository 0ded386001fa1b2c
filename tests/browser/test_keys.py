"""The keyboard: the same keys on every page, and help that tells which of them do something there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from scripts.pages import pages
from tests.browser.test_pages import picture

pytestmark = [pytest.mark.browser, pytest.mark.django_db]
ROW = "document.activeElement.closest('[data-row]')"
HERE = f"[...document.querySelectorAll('[data-row]')].filter((one) => one.checkVisibility()).indexOf({ROW})"
HELP = "[...document.querySelectorAll('#help dt')].filter((one) => one.checkVisibility()).map((one) => one.innerText)"
PAGES = ["g v", "g o", "g a", "g p", "g r", "g c"]


@pytest.fixture
def _django_db_helper() -> None:
    """The tables stay for the whole file (see the fixture `installation`)."""


@pytest.fixture
def desk(window: Page, told: list[str]) -> Iterator[Page]:
    window.set_viewport_size({"width": 1440, "height": 900})
    yield window
    assert told == []


def go(desk: Page, installation: dict[str, Any], name: str) -> None:
    desk.goto(installation["address"] + pages()[name].format_map(installation))


@pytest.mark.parametrize(
    ("name", "leads_to"),
    [
        ("orders", "/orders/"),
        ("overview", "/?account="),
        ("activity", "/runs/"),
        ("run", "/orders/"),
        ("problems", "/problems/group/"),
        ("problem-group", "/?problem=unmatched_sku"),
        ("products", "/products/"),
    ],
)
def test_j_and_k_walk_the_rows_and_enter_opens(
    desk: Page, installation: dict[str, Any], name: str, leads_to: str
) -> None:
    go(desk, installation, name)
    start = desk.url
    desk.keyboard.press("j")
    assert desk.evaluate(HERE) == 0
    assert desk.evaluate("document.activeElement.matches(':focus-visible')")
    rows = desk.evaluate("[...document.querySelectorAll('[data-row]')].filter((one) => one.checkVisibility()).length")
    if rows > 1:
        desk.keyboard.press("j")
        assert desk.evaluate(HERE) == 1
        desk.keyboard.press("k")
        assert desk.evaluate(HERE) == 0
    desk.keyboard.press("Enter")
    desk.wait_for_url(lambda url: leads_to in url and url != start)


def test_a_row_without_a_link_is_opened_at_its_first_field(desk: Page, installation: dict[str, Any]) -> None:
    go(desk, installation, "carriers")
    for _ in range(4):
        desk.keyboard.press("j")
    assert desk.evaluate(HERE) == 3
    desk.keyboard.press("Enter")
    first = desk.locator("[data-row]").nth(3).locator("select.field").first
    expect(first).to_be_focused()
    desk.keyboard.press("j")  # now it means a choice
    expect(first).to_be_focused()


@pytest.mark.parametrize(
    ("name", "works"),
    [
        ("orders", ["/", "j k", "x", "Enter"]),
        ("products", ["/", "j k", "Enter"]),
        ("activity", ["/", "j k", "Enter"]),
        ("fetch", ["/"]),
    ],
)
def test_the_help_tells_what_works_here(desk: Page, installation: dict[str, Any], name: str, works: list[str]) -> None:
    go(desk, installation, name)
    desk.keyboard.press("?")
    picture(desk, f"help-{name}-1440")
    assert desk.evaluate(HELP) == [*works, *PAGES, "?", "Esc"]
    desk.keyboard.press("j")
    assert desk.evaluate(ROW) is None, "while the help is open the keys are its own"
    desk.keyboard.press("Escape")
    expect(desk.get_by_role("dialog")).to_be_hidden()


def test_slash_searches_the_orders_from_anywhere(desk: Page, installation: dict[str, Any]) -> None:
    go(desk, installation, "activity")
    desk.keyboard.press("/")
    expect(desk.locator("#q")).to_be_focused()
    desk.keyboard.type("g v")  # words, no keys
    expect(desk.locator("#q")).to_have_value("g v")
    go(desk, installation, "products")
    desk.keyboard.press("/")
    expect(desk.get_by_label("Search: seller SKU")).to_be_focused()


def test_slash_on_an_orders_page_finds_in_the_record_only_where_it_is_open(
    desk: Page, installation: dict[str, Any]
) -> None:
    go(desk, installation, "order")
    desk.keyboard.press("?")
    assert desk.evaluate(HELP) == ["/", *PAGES, "?", "Esc"]
    expect(desk.get_by_text("Search the orders")).to_be_visible()
    desk.keyboard.press("Escape")
    desk.get_by_text("Raw record from TikTok").click()
    desk.keyboard.press("/")
    expect(desk.get_by_label("Find in the record")).to_be_focused()
    go(desk, installation, "order")
    desk.keyboard.press("/")
    expect(desk.locator("#q")).to_be_focused()


def test_a_row_that_k_leads_to_is_not_under_the_head(desk: Page, installation: dict[str, Any]) -> None:
    go(desk, installation, "orders")
    desk.set_viewport_size({"width": 1440, "height": 600})
    rows = desk.locator("[data-row]").count()
    for _ in range(rows):
        desk.keyboard.press("j")
    covered = """() => { const row = document.activeElement.closest('tr').getBoundingClientRect();
        return document.querySelector('.grid thead .c-order').getBoundingClientRect().bottom - row.top }"""
    hidden = []
    for _ in range(rows - 1):
        desk.keyboard.press("k")
        hidden.append(desk.evaluate(covered))
    assert desk.evaluate(HERE) == 0
    assert max(hidden) < 1


def test_g_and_a_letter_lead_to_a_page(desk: Page, installation: dict[str, Any]) -> None:
    go(desk, installation, "orders")
    for letter, title in zip(
        "vaprco", ("Overview", "Activity", "Problems", "Products", "Carriers", "Orders"), strict=True
    ):
        desk.keyboard.press("g")
        desk.keyboard.press(letter)
        expect(desk.get_by_role("heading", level=1)).to_have_text(title)
        desk.wait_for_load_state()  # the script listens
    desk.keyboard.press("g")
    desk.keyboard.press("j")  # no page: it is what it always is
    assert desk.evaluate(HERE) == 0
