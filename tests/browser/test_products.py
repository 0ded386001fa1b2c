"""The Products page at work: read both sides, see what is not found first, search the store while typing, link, and the
orders that waited are carried. The test is the worker."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Open
from tests.browser.test_actions import LogIn, carry
from tests.browser.test_every_page import violations
from tests.browser.test_pages import assert_fits, picture
from tests.sync.world import World
from tokbridge.records.models import Account, Run
from tokbridge.sync import queue, runs
from tokbridge.sync.catalogue import forget_products

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def world(shop: Account, monkeypatch: pytest.MonkeyPatch) -> World:
    """An order of a SKU that the store does not have; on TikTok that one, one more such, one that both sides have, one
    that the store has twice, and one that is not on sale."""
    made = World(monkeypatch)
    monkeypatch.setattr(queue, "wake", lambda *_args: None)
    made.store.skus = {"CUP", "POT", "CROCKERY-17"}
    made.store.twins = {"POT": 2}
    made.store.titles = {"CROCKERY-17": "Enamel mug, blue", "CUP": "Tin cup", "POT": "Pot"}
    made.tiktok.sell("MUG-0", "s0", title="Enamel mug for camping and for the office")
    for sku in ("NEXT", "CUP", "POT"):
        made.tiktok.sell(sku)
    made.tiktok.sell("ASLEEP", status="DRAFT")
    order_id = made.order()
    made.read(order_id)
    made.carry(order_id)
    return made


def test_read_see_search_link_and_the_orders_go_on(
    open_page: Open, log_in: LogIn, live_server: object, world: World
) -> None:
    page = open_page()
    log_in(page)
    page.get_by_role("link", name="Products").click()
    page.get_by_role("button", name="Read products").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Read products")
    carry(Run.objects.get())
    expect(page.locator("#run-state")).to_contain_text("Finished")
    picture(page, "products-run-1440")
    page.get_by_role("link", name="Products").click()
    expect(page.locator(".pile > section h2").first).to_contain_text("Not found in the store")
    first = page.get_by_role("region", name="Table of unmatched SKUs")
    expect(first).to_contain_text("MUG-0")
    expect(first).to_contain_text("1 order")
    expect(page.get_by_role("region", name="On sale and not found").first).to_contain_text("The NEXT")
    picture(page, "products-read-1440")
    first.get_by_role("link", name="Search or bundle… MUG-0").click()
    page.get_by_label("Title or SKU in the store").wait_for()
    page.wait_for_load_state()  # the script listens
    page.get_by_label("Title or SKU in the store").press_sequentially("mug")
    offer = page.locator(".offers li")
    expect(offer).to_contain_text("Enamel mug, blue")
    picture(page, "product-search-1440")
    forget_products()
    offer.get_by_role("button", name="Link Enamel mug, blue").click()
    expect(page.get_by_role("status").first).to_contain_text("1 SKU is linked. 1 order is tried again.")
    expect(page.get_by_text("Every SKU of every order is found")).to_be_visible()
    (order_id,) = world.tiktok.orders
    world.carry(order_id)
    assert world.problems(order_id) == []
    assert [line.variant for line in world.store_orders(order_id)[0].plan.lines] == ["v-CROCKERY-17"]


@pytest.mark.parametrize("width", [390, 1440])
def test_the_table_is_asked_for_where_the_button_stands(
    open_page: Open, log_in: LogIn, live_server: object, world: World, width: int
) -> None:
    page = open_page(width=width)
    log_in(page)
    page.goto(f"{live_server}/products/")
    button = page.locator("summary", has_text="Import CSV…")
    place = "e => [e.getBoundingClientRect().x + scrollX, e.getBoundingClientRect().y + scrollY]"
    before = button.evaluate(place)
    button.click()
    expect(page.get_by_label("Table as exported")).to_be_visible()
    assert button.evaluate(place) == before
    assert_fits(page)
    picture(page, f"import-{width}")


def test_the_search_works_without_a_script(open_page: Open, log_in: LogIn, live_server: object, world: World) -> None:
    page = open_page(script=False)
    log_in(page)
    page.goto(f"{live_server}/products/{world.store_row.pk}/s0/")
    page.get_by_label("Title or SKU in the store").fill("blue MUG")
    page.get_by_role("button", name="Search", exact=True).click()
    page.get_by_role("link", name="Begin a bundle Enamel mug, blue").click()
    expect(page.get_by_label("SKU in the store of product 1")).to_have_value("CROCKERY-17")


@pytest.mark.parametrize(("width", "colour"), [(390, "light"), (390, "dark"), (1440, "light"), (1440, "dark")])
def test_they_look_right(
    open_page: Open, log_in: LogIn, live_server: object, world: World, axe: str, width: int, colour: str
) -> None:
    carry(runs.start_products(by=None))
    page = open_page(width=width, colour=colour)
    log_in(page)
    for name, address in (
        ("products-all", ""),
        ("products-unmatched", "?kind=unmatched"),
        ("products-resting", "?kind=resting"),
        ("product-found", f"{world.store_row.pk}/s0/?find=cup"),
    ):
        page.goto(f"{live_server}/products/{address}")
        assert_fits(page)
        picture(page, f"{name}-{width}-{colour}")
        page.evaluate(axe)
        assert violations(page, {}) == []
