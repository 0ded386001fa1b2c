"""The Orders list in a window of 390: cards instead of rows, with all that the table has."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import FloatRect, Locator, Page, expect

from tests.browser.conftest import Open
from tests.browser.test_pages import assert_fits, picture
from tests.web import factory
from tokbridge.records.models import Account, Order, User
from tokbridge.web.columns import COLUMNS

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LogIn = Callable[[Page], None]


@pytest.fixture
def phone(open_page: Open, log_in: LogIn, shop: Account) -> Page:
    factory.desk(shop)
    page = open_page(width=390)
    log_in(page)
    return page


def box(of: Locator) -> FloatRect:
    found = of.bounding_box()
    assert found is not None
    return found


def beside(left: Locator, right: Locator) -> bool:
    """On one height, and not one over the other."""
    one, other = box(left), box(right)
    level = one["y"] < other["y"] + other["height"] and other["y"] < one["y"] + one["height"]
    return level and one["x"] + one["width"] <= other["x"]


@pytest.mark.parametrize("script", [True, False])
def test_the_cards_are_sorted_by_a_choice(open_page: Open, log_in: LogIn, shop: Account, script: bool) -> None:
    factory.desk(shop)
    page = open_page(width=390, script=script)
    log_in(page)
    choice = page.get_by_label("Sort by")
    expect(choice).to_have_value("-placed")
    choice.select_option(label="Ship by, ascending")
    if not script:
        page.get_by_role("button", name="Sort", exact=True).click()
    soonest = Order.objects.order_by("ship_by", "pk")[0]
    expect(page.locator(".grid .open").first).to_have_text(soonest.tiktok_id)
    expect(choice).to_have_value("due")
    expect(page.locator(".grid .open")).to_have_count(11)


def test_all_cards_of_the_page_are_ticked_at_once(phone: Page) -> None:
    everything = phone.get_by_role("checkbox", name="All on this page")
    everything.check()
    expect(phone.locator("[data-count]")).to_have_text("11 selected")
    phone.locator(".pick").first.uncheck()
    expect(everything).not_to_be_checked()
    assert_fits(phone)


def test_a_card_shows_both_statuses_and_every_chosen_column(phone: Page, live_server: object) -> None:
    card = phone.locator(".grid tbody tr").filter(has_text="Partially shipping")
    assert beside(card.locator(".c-tiktok .pill"), card.locator(".c-storestatus"))
    expect(card.locator(".c-storestatus")).to_have_text("PAID / UNFULFILLED")
    User.objects.update(columns=[column.key for column in COLUMNS])
    phone.goto(f"{live_server}/")
    number, cells = card.locator(".c-order"), card.locator("td:not(.c-pick)")
    expect(cells).to_have_count(len(COLUMNS))
    for cell in cells.all():
        if not cell.locator(".due").count():  # an order that is shipped has no clock
            expect(cell).to_be_visible()
        assert box(cell)["y"] >= box(number)["y"] + box(number)["height"] - 1, cell.get_attribute("class")
    title = "getComputedStyle(cell, '::before').content"
    said = cells.evaluate_all(f"cells => cells.map(cell => {title}).filter(content => content !== 'none')")
    assert len(said) == sum(column.named for column in COLUMNS)
    assert_fits(phone)
    picture(phone, "columns-390")


def test_a_tap_on_a_cancelled_order_tells_why(phone: Page) -> None:
    why, tip = phone.locator(".why"), phone.locator("#tip")
    why.click()
    expect(tip).to_be_visible()
    expect(tip).to_have_text("Buyer changed their mind")
    phone.locator("h1").click()
    expect(tip).to_be_hidden()


def test_what_an_action_asks_about_lies_side_by_side(phone: Page, live_server: object) -> None:
    phone.goto(f"{live_server}/act/reject/?all=1&filter=%3Ftab%3Dall")
    rows = phone.locator(".ask .stacked tbody tr")
    expect(rows).to_have_count(11)
    for row in rows.all():
        assert beside(row.locator(".pill"), row.locator("[data-label='Store order']"))
        assert beside(row.locator("[data-label='Account']"), row.locator("[data-label='Customer']"))
    assert_fits(phone)
