"""A walk over the desk: tick orders, ask, watch the run, retry what failed; with a keyboard, narrow, dark, and without a
script. The test is the worker."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open, through_the_form
from tests.browser.test_pages import assert_fits, picture
from tests.sync.world import World
from tests.tiktok.given import line
from tests.web import factory
from tokbridge.records.models import Order, Run, RunItem
from tokbridge.sync import queue
from tokbridge.sync.catalogue import forget_products
from tokbridge.sync.run_work import advance
from tokbridge.sync.work import work

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LogIn = Callable[[Page], None]


@pytest.fixture
def world(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> World:
    """Seven orders of one account, of which one is cancelled; nobody works on them but the test."""
    monkeypatch.setattr(queue, "wake", lambda *_args: None)
    monkeypatch.setattr(queue, "advance_run", lambda *_args: None)
    made = World(monkeypatch, {"create_automatically": False})
    for at in range(7):
        units = [line(id=f"57900000000030{at}{unit}") for unit in range(2)]
        status = "CANCELLED" if at == 3 else "AWAITING_SHIPMENT"
        made.take(id=f"57900000000010000{at}", status=status, line_items=units, create_time=1_790_000_000 - at)
    return made


@pytest.fixture
def log_in(live_server: object, world: World) -> LogIn:
    factory.user(password=factory.PASSWORD, time_zone="Europe/London")

    return lambda page: through_the_form(page, live_server)


def carry(run: Run) -> None:
    """What workers do until the run is over."""
    for _ in range(20):
        advance(run.pk)
        for order_id in RunItem.objects.filter(run=run, state="asked").values_list("order_id", flat=True):
            work(order_id, "worker")
        if Run.objects.get(pk=run.pk).ended_at is not None:
            return
    raise AssertionError("the run does not end")


def test_tick_create_watch_and_retry(open_page: Open, log_in: LogIn, world: World) -> None:
    page = open_page()
    log_in(page)
    expect(page.get_by_role("button", name="Create sales order…")).to_be_hidden()
    page.keyboard.press("j")
    page.keyboard.press("x")
    page.locator(".pick").nth(1).check()
    page.locator(".pick").nth(3).check()
    expect(page.locator("[data-count]")).to_have_text("3 selected")
    picture(page, "desk-bulk-1440")
    page.get_by_role("button", name="Create sales order…").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Create sales order: 3 orders")
    expect(page.get_by_text("it is cancelled on TikTok")).to_be_visible()
    picture(page, "desk-create-1440")
    world.store.skus = set()
    page.get_by_role("button", name="Create sales order: 3 orders").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Create sales order")
    expect(page.locator("#run-state")).to_contain_text("0 of 3 orders settled")
    run = Run.objects.get()
    carry(run)
    expect(page.locator("#run-state")).to_contain_text("3 of 3 orders settled")  # the poll brings it
    expect(page.locator(".results .i-blocked")).to_have_count(2)
    expect(page.locator(".results .i-refused")).to_have_count(1)
    picture(page, "run-failed-1440")
    world.store.skus = {"MUG-BLUE"}
    forget_products()
    page.get_by_role("button", name="Retry the 3 failed").click()
    expect(page.get_by_text(f"again of run {run.pk}")).to_be_visible()
    carry(Run.objects.latest("id"))
    expect(page.locator(".results .i-done")).to_have_count(2)
    picture(page, "run-done-1440")
    page.get_by_role("link", name="Activity", exact=True).click()
    expect(page.get_by_role("row")).to_have_count(3)
    picture(page, "activity-1440")


def paste(page: Page, text: str, at: int = 0) -> None:
    """Into the box of the number of this line of those that have one."""
    page.locator(".lines .number").nth(at).evaluate(
        """(box, text) => { const data = new DataTransfer(); data.setData("text", text);
        box.dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true})); }""",
        text,
    )


def numbers(page: Page) -> list[str]:
    return [box.input_value() for box in page.locator(".lines .number").all()]


def test_a_pasted_column_lines_up_with_the_orders(open_page: Open, log_in: LogIn, world: World) -> None:
    """Five orders, of which the fourth is cancelled and has no box."""
    page = open_page()
    log_in(page)
    for at in range(5):
        page.locator(".pick").nth(at).check()
    page.get_by_role("button", name="Ship…").click()
    paste(page, "AAAA0001\r\n\r\nCCCC0003\r\nDDDD0004\r\nEEEE0005\r\n")
    assert numbers(page) == ["AAAA0001", "", "CCCC0003", "EEEE0005"]
    expect(page.locator("#pasted")).to_have_text("Left out, since their orders cannot be shipped: DDDD0004")
    paste(page, "CCCC0006\n\nEEEE0006\nFFFF0006\nGGGG0006", at=2)
    assert numbers(page) == ["AAAA0001", "", "CCCC0006", "EEEE0006"]
    expect(page.locator("#pasted")).to_have_text("Left out, since there are no more orders: FFFF0006, GGGG0006")
    picture(page, "ship-pasted-1440")
    paste(page, "DPD\tHHHH0001\nDPD\tHHHH0002")
    assert numbers(page)[0] == "AAAA0001"
    expect(page.locator("#pasted")).to_contain_text("one column only")
    paste(page, "HHHH0007\nHHHH0008")
    assert numbers(page)[:2] == ["HHHH0007", "HHHH0008"]
    expect(page.locator("#pasted")).to_be_hidden()


def test_ship_all_that_fit_by_a_table(
    open_page: Open, log_in: LogIn, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Download the orders, fill them in, send the file; one line is wrong, the others go."""
    monkeypatch.setattr("tokbridge.web.shipping.MOST_LINES", 5)
    page = open_page()
    log_in(page)
    page.get_by_label("all 7 that fit").check()
    page.get_by_role("button", name="Ship…").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Ship: 7 orders")
    picture(page, "ship-many-1440")
    with page.expect_download() as download:
        page.get_by_role("link", name="Orders to ship as CSV").click()
    head, *lines = download.value.path().read_text(encoding="utf-8-sig").splitlines()
    filled = [line.replace(",,,", f",Royal Mail,RM00000{at}GB,", 1) for at, line in enumerate(lines)]
    text = "\n".join([head, *filled]).encode()
    page.get_by_label("CSV file").set_input_files({"name": "a.csv", "mimeType": "text/csv", "buffer": text})
    page.get_by_role("button", name="Check the table").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Ship: 6 orders")
    expect(page.get_by_role("region", name="Lines that are wrong")).to_contain_text("it is cancelled")
    picture(page, "ship-table-1440")
    page.get_by_role("button", name="Ship only the 6 orders without mistake").click()
    carry(Run.objects.get())
    expect(page.locator(".results .i-done")).to_have_count(6)
    assert world.tiktok_wire.sent.count("orders.mark_shipped") == 6


def test_ship_with_a_pasted_column(open_page: Open, log_in: LogIn, world: World, live_server: object) -> None:
    page = open_page()
    log_in(page)
    for at in range(3):
        page.locator(".pick").nth(at).check()
    page.get_by_role("button", name="Ship…").click()
    page.get_by_label("Carrier of every line that has none").select_option("Royal Mail")
    paste(page, "RM000001GB\nRM000002GB\nno good\n")
    expect(page.locator(".lines .number").nth(1)).to_have_value("RM000002GB")
    picture(page, "ship-1440")
    page.get_by_role("button", name="Ship and tell TikTok").click()
    expect(page.get_by_text("'no good' is not a tracking number")).to_be_visible()
    assert not Run.objects.exists()
    page.locator(".lines .number").nth(2).fill("RM000003GB")
    picture(page, "ship-wrong-1440")
    page.get_by_role("button", name="Ship and tell TikTok").click()
    carry(Run.objects.get())
    expect(page.locator(".results .i-done")).to_have_count(3)
    assert world.tiktok_wire.sent.count("orders.mark_shipped") == 3


def test_the_menu_of_a_row(open_page: Open, log_in: LogIn) -> None:
    page = open_page()
    log_in(page)
    page.locator(".row-menu").nth(1).click()
    menu = page.locator("#row-menu")
    expect(menu.get_by_role("link", name="View the order")).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(menu.get_by_role("link", name="View the raw record")).to_be_focused()
    picture(page, "menu-1440")
    menu.get_by_role("link", name="Reject…").click()
    page.get_by_label("Pricing error").check()
    picture(page, "reject-1440")
    page.get_by_role("button", name="Reject: 1 order").click()
    carry(Run.objects.get())
    expect(page.locator(".results .words")).to_contain_text("seller_cancel_reason_wrong_price")


def test_the_bar_and_a_run_that_goes_on_fit_a_phone(
    open_page: Open, log_in: LogIn, live_server: object, axe: str
) -> None:
    """What only stands there after a click; all that has an address is tried in test_every_page."""
    page = open_page(width=390, colour="dark")
    log_in(page)
    page.locator(".pick").nth(0).check()
    assert_fits(page)
    picture(page, "desk-list-390-dark")
    page.evaluate(axe)
    assert _axe(page) == []
    ids = "&".join(f"order={pk}" for pk in Order.objects.values_list("pk", flat=True))
    page.goto(f"{live_server}/act/archive/?{ids}")
    page.get_by_role("button", name="Delete (archive): 7 orders").click()
    page.get_by_role("heading", name="Running").wait_for()
    assert_fits(page)
    page.evaluate(axe)
    assert _axe(page) == []
    picture(page, "desk-run-390-dark")
    carry(Run.objects.get())
    expect(page.get_by_role("heading", name="Finished")).to_be_visible()


def test_without_a_script_everything_can_be_asked(open_page: Open, log_in: LogIn, live_server: object) -> None:
    page = open_page(script=False)
    log_in(page)
    page.locator(".pick").nth(0).check()
    picture(page, "desk-noscript-1440")
    page.get_by_role("button", name="Sync status", exact=True).click()
    page.get_by_role("button", name="Sync status: 1 order").click()
    run = Run.objects.get()
    carry(run)
    page.goto(f"{live_server}/runs/{run.pk}/")
    expect(page.locator(".results .i-done")).to_have_count(1)
    page.goto(f"{live_server}/")
    page.locator("[name=all]").check()
    page.get_by_role("button", name="Validate", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Validate: 7 orders")
    page.goto(f"{live_server}/")
    page.locator(".row-menu").nth(0).click()
    expect(page.get_by_role("link", name="Ship…")).to_be_visible()


def test_a_fetch_shows_its_progress_on_the_orders_page(open_page: Open, log_in: LogIn, live_server: object) -> None:
    page = open_page()
    log_in(page)
    page.get_by_role("link", name="Fetch orders").click()
    page.get_by_role("button", name="Fetch orders").click()
    page.get_by_role("heading", name="Running").wait_for()
    page.goto(f"{live_server}/")
    expect(page.locator("#active-runs")).to_contain_text("Fetch orders")
    picture(page, "desk-fetching-1440")
    carry(Run.objects.get())
    expect(page.locator("#active-runs")).to_have_count(0)


def _axe(page: Page) -> list[str]:
    told = page.evaluate("axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice']})")
    return [f"{one['id']}: {one['nodes'][0]['target']}" for one in told["violations"]]
