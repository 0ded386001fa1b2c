"""A store order that staff deleted by mistake: found on the Problems page, created again with one button and one question."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open
from tests.browser.test_actions import carry
from tests.browser.test_pages import assert_fits, picture
from tests.sync.world import World
from tokbridge.records.models import Account, Run
from tokbridge.sync import queue

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def world(shop: Account, monkeypatch: pytest.MonkeyPatch) -> World:
    """Two orders that were carried, and whose store orders are gone; nobody works on them but the test."""
    monkeypatch.setattr(queue, "wake", lambda *_args: None)
    made = World(monkeypatch)
    monkeypatch.setattr(queue, "advance_run", lambda *_args: None)
    orders = (made.order(), made.order())
    for order_id in orders:
        made.bring(order_id)
    made.store.made.clear()
    for order_id in orders:
        made.wish(order_id, "sync")
        made.look(order_id)
    return made


def test_created_again_from_the_problems_page(
    open_page: Open, world: World, log_in: Callable[[Page], None], live_server: object
) -> None:
    page = open_page()
    log_in(page)
    page.get_by_role("link", name="Problems", exact=True).click()
    expect(page.get_by_text("Store order is gone").first).to_be_visible()
    picture(page, "gone-problems-1440")
    page.get_by_role("link", name="Create these 2 orders again…").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Create again: 2 orders")
    expect(page.get_by_text("the store is asked once more")).to_be_visible()
    assert_fits(page)
    picture(page, "gone-asked-1440")
    page.get_by_role("button", name="Create again: 2 orders").click()
    carry(Run.objects.get())
    expect(page.locator(".results .i-done")).to_have_count(2)
    expect(page.locator(".results")).to_contain_text("-2")
    picture(page, "gone-done-1440")
    page.goto(f"{live_server}/problems/")
    expect(page.get_by_text("Store order is gone")).to_have_count(0)
    page.goto(f"{live_server}/orders/{world.row('579000000000000001').pk}/")
    expect(page.get_by_text("Let the old store order go").first).to_be_visible()
    expect(page.get_by_text("Released").first).to_be_visible()
    picture(page, "gone-order-1440")
