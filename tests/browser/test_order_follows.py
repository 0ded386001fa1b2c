"""An order's page that is kept open while its order moves on: it never contradicts itself, nothing moves under the reader,
and what somebody types stays. The test is the worker."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import Page, expect

from tests.browser.conftest import SHIFTS, Open, through_the_form
from tests.browser.test_every_page import DIGIT, POLLED
from tests.browser.test_pages import picture
from tests.sync.world import World
from tests.web import factory
from tokbridge.records.models import Note, Order, Parcel, Problem

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LogIn = Callable[[Page], None]


@pytest.fixture
def world(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> World:
    """One order that waits, since nothing is created by itself."""
    made = World(monkeypatch, {"create_automatically": False})
    raw = factory.raw([factory.unit(display_status="AWAITING_SHIPMENT") for _ in range(3)], delivery_option_id="709")
    made.carry(made.take(**raw).tiktok_id)
    return made


@pytest.fixture
def log_in(live_server: object, world: World) -> LogIn:
    factory.user(password=factory.PASSWORD, time_zone="Europe/London")

    def to_the_order(page: Page) -> None:
        through_the_form(page, live_server)
        page.add_init_script(SHIFTS)
        page.goto(f"{live_server}/orders/{Order.objects.get().pk}/")
        page.wait_for_load_state()

    return to_the_order


def create(world: World) -> None:
    order = Order.objects.get().tiktok_id
    world.wish(order, "create")
    world.carry(order)


def ship(world: World) -> None:
    order = Order.objects.get().tiktok_id
    (made,) = world.store_orders(order)
    world.store.staff_ship(made, world.units(order), "RM000001GB")
    world.watch()
    world.carry(order)
    world.read(order)


def trouble() -> Problem:
    row = Order.objects.get()
    now = row.updated_at
    return Problem.objects.create(
        order=row, step="create", code="unmatched_sku", words="MUG-BLUE: no product", actor="operator",
        first_at=now, last_at=now,
    )  # fmt: skip


def actions(page: Page) -> list[str]:
    return page.locator("#actions a").all_inner_texts()


WAITS = ["Create sales order…", "Validate…", "Ship…", "Sync status…", "Reject…", "Cancel…", "Delete (archive)…"]


def test_a_waiting_order_kept_open_until_it_is_shipped(open_page: Open, log_in: LogIn, world: World) -> None:
    page = open_page()
    log_in(page)
    assert actions(page) == WAITS
    events = page.locator("#timeline li").count()
    expect(page.locator("#store")).to_contain_text("Not created. It would go to ada.example.")
    page.evaluate("window.kept = document.querySelector('#state h2')")
    create(world)
    ship(world)
    pill = page.get_by_role("link", name="The order changed: show it")
    expect(pill).to_be_visible(timeout=15_000)
    picture(page, "order-news-1440")
    # Until somebody wants to see it, all of it is as it was
    assert actions(page) == WAITS
    expect(page.locator("#state .standing")).to_have_text("Waiting")
    expect(page.locator("#store")).to_contain_text("Not created")
    assert page.evaluate("window.shifts") == []
    pill.click()
    expect(page.locator("#state .standing")).to_have_text("Shipped")
    expect(page.locator("#store")).to_contain_text(f"TTS-{Order.objects.get().tiktok_id}")
    expect(page.locator("#store")).not_to_contain_text("Not created")
    expect(page.locator("#parcels")).to_contain_text("RM000001GB")
    expect(page.locator("#ship")).to_have_count(0)
    assert not {"Create sales order…", "Ship…"} & set(actions(page))
    assert page.locator("#timeline li").count() >= events + 2
    expect(pill).to_be_hidden()
    assert page.evaluate("window.kept === document.querySelector('#state h2')"), "only what differs is touched"
    shown = {part: page.locator(f"#{part}").inner_text() for part in ("actions", "state", "store", "timeline", "facts")}
    page.reload()
    assert shown == {part: page.locator(f"#{part}").inner_text() for part in shown}
    picture(page, "order-followed-1440")


@pytest.mark.parametrize("width", [390, 800, 1440])
def test_a_problem_is_announced_and_moves_nothing(open_page: Open, log_in: LogIn, world: World, width: int) -> None:
    page = open_page(width=width)
    log_in(page)
    assert page.evaluate(POLLED) == []
    trouble()
    assert page.evaluate(POLLED) == []
    pill = page.get_by_role("status").get_by_role("link", name="The order changed: show it")
    expect(pill).to_be_visible()
    expect(page.locator("#problems .banner")).to_have_count(0)
    picture(page, f"order-problem-{width}")
    pill.press("Enter")
    expect(page.locator("#problems .banner")).to_be_in_viewport()
    expect(page.locator("#main")).to_be_focused()
    assert page.evaluate(POLLED) is not None
    expect(pill).to_be_hidden()
    Problem.objects.update(closed_at=1)
    page.evaluate(POLLED)
    expect(page.locator("#problems .banner")).to_have_count(1)
    pill.click()
    expect(page.locator("#problems .banner")).to_have_count(0)


def test_on_a_phone_the_ship_form_comes_without_moving_anything(open_page: Open, log_in: LogIn) -> None:
    page = open_page(width=390)
    log_in(page)
    page.evaluate("document.querySelector('#ship').scrollIntoView({ block: 'start' })")
    page.get_by_label("Tracking number of order").wait_for()
    assert page.evaluate(POLLED) == []
    picture(page, "order-ship-last-390")


def test_what_moves_nothing_is_shown_at_once(open_page: Open, log_in: LogIn, world: World) -> None:
    page = open_page(height=400)
    log_in(page)
    Order.objects.update(delivery_option="Express")
    world.wish(Order.objects.get().tiktok_id, "sync")  # one line more, below the window
    before = page.locator("#timeline li").count()
    assert sum(page.evaluate(POLLED)) < DIGIT
    expect(page.locator("#facts")).to_contain_text("Express")
    expect(page.locator("#timeline li")).to_have_count(before + 1)
    expect(page.locator("#news")).to_be_hidden()


def test_what_was_opened_and_where_one_is_stay(open_page: Open, log_in: LogIn, world: World) -> None:
    page = open_page(height=2400)
    create(world)
    log_in(page)
    first = page.locator("#timeline summary").first
    first.focus()
    first.press("Enter")
    told = first.inner_text()
    world.wish(Order.objects.get().tiktok_id, "sync")
    page.evaluate(POLLED)
    page.get_by_role("link", name="The order changed: show it").evaluate("pill => pill.click()")
    expect(page.locator("#timeline summary").first).not_to_have_text(told)
    opened = page.locator("#timeline details[open] summary")
    expect(opened).to_have_count(1)
    assert opened.inner_text() == told
    expect(opened).to_be_focused()


def test_the_ship_form_comes_anew_but_not_while_somebody_fills_it_in(
    open_page: Open, log_in: LogIn, world: World
) -> None:
    page = open_page(height=2400)
    log_in(page)
    number = page.get_by_label("Tracking number of order")
    units = page.get_by_label("Enamel mug, Blue")
    expect(units).to_have_value("3")
    number.fill("RM00")
    row = Order.objects.get()
    parcel = Parcel.objects.create(
        order=row, origin="store", number="A1", line_ids=[row.lines.first().tiktok_id], seen_at=1
    )
    page.evaluate(POLLED)
    page.get_by_role("link", name="The order changed: show it").click()
    expect(page.locator("#parcels")).to_contain_text("In no parcel yet: Enamel mug, Blue × 2")
    expect(number).to_have_value("RM00")
    expect(units).to_have_value("3")
    page.reload()
    expect(units).to_have_value("2")
    parcel.delete()
    page.evaluate(POLLED)
    page.get_by_role("link", name="The order changed: show it").click()
    expect(units).to_have_value("3")


def test_a_session_that_ends_leads_to_the_log_in_and_back_and_says_what_was_lost(
    open_page: Open, log_in: LogIn, live_server: object
) -> None:
    page = open_page()
    log_in(page)
    here = page.url
    page.get_by_label("New note").fill("Ask for a box")
    Session.objects.all().delete()
    page.evaluate("document.querySelectorAll('.poll').forEach((one) => htmx.trigger(one, 'live'))")
    page.wait_for_load_state("networkidle")
    expect(page.get_by_label("New note")).to_have_value("Ask for a box")  # it can still be copied
    page.get_by_role("button", name="Add the note").click()
    expect(page.get_by_role("alert")).to_contain_text("what you sent was not done")
    picture(page, "login-undone-1440")
    page.get_by_label("User name").fill("dora")
    page.get_by_label("Password").fill(factory.PASSWORD)
    page.get_by_role("button", name="Log in").click()
    expect(page).to_have_url(here)
    expect(page.locator(".message")).to_contain_text("what you sent was not done")
    picture(page, "order-undone-1440")
    assert not Note.objects.exists()
    Session.objects.all().delete()
    page.wait_for_url("**/login/?next=/orders/*/", timeout=15_000)  # nothing is typed: the poll leads there
    page.get_by_role("heading", name="Log in").wait_for()


def test_a_row_menu_without_a_session_leads_to_the_log_in(open_page: Open, log_in: LogIn, live_server: object) -> None:
    page = open_page()
    log_in(page)
    page.goto(f"{live_server}/")
    Session.objects.all().delete()
    page.locator(".row-menu").click()
    page.get_by_role("heading", name="Log in").wait_for()
