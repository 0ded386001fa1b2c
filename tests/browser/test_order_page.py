"""One order in a browser: pictures from our own host, the record searched and copied, a part of the units shipped,
notes; narrow, dark, without a script. The test is the worker."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open, through_the_form
from tests.browser.test_actions import _axe, carry
from tests.browser.test_pages import assert_fits, picture
from tests.sync.picture_host import Host, serving
from tests.sync.world import World
from tests.web import factory
from tokbridge.records.models import Authorisation, Document, Order, Parcel, Run
from tokbridge.sandbox.tiktok.pictures import draw
from tokbridge.sync import pictures, queue

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LogIn = Callable[[Page], None]


@pytest.fixture
def host() -> Iterator[Host]:
    with serving() as made:
        made.answers = {"/mug.png": (200, draw("mug3"), {}), "/cap.png": (200, draw("cap1"), {})}
        yield made


@pytest.fixture
def world(transactional_db: None, monkeypatch: pytest.MonkeyPatch, host: Host) -> World:
    """One order: three mugs, a cap whose picture is fetched, and a spoon whose picture is not."""
    monkeypatch.setattr(queue, "wake", lambda *_args: None)
    monkeypatch.setattr(queue, "advance_run", lambda *_args: None)
    made = World(monkeypatch)
    Authorisation.objects.update(api_url=host.url)
    tax = [{"tax_type": "VAT", "tax_amount": "1.58", "tax_rate": "0.2"}]
    here = {"display_status": "AWAITING_SHIPMENT", "item_tax": tax}
    units = [factory.unit(sku_image=f"{host.url}/mug.png", **here) for _ in range(3)]
    units.append(
        factory.unit("CAP-RED", "Wool cap with a rather long name for a product", sku_name="Red", **here,
                     sku_image=f"{host.url}/cap.png")
    )  # fmt: skip
    units.append(factory.unit("SPOON", "Spoon", sku_name="Steel", **here, sku_image=f"{host.url}/gone.png"))
    raw = factory.raw(units, delivery_option_id="7091000000000000001", seller_note="Fragile")
    raw["payment"] |= {"tax": "7.90", "product_tax": "7.90"}
    row = made.take(**raw)
    made.carry(row.tiktok_id)
    pictures.note_new(None)
    assert pictures.fetch_due() == 2
    return made


@pytest.fixture
def log_in(live_server: object, world: World) -> LogIn:
    factory.user(password=factory.PASSWORD, time_zone="Europe/London")

    def to_the_order(page: Page) -> None:
        through_the_form(page, live_server)
        page.goto(f"{live_server}/orders/{Order.objects.get().pk}/")
        page.wait_for_load_state()

    return to_the_order


def test_pictures_come_from_us_and_keep_their_place(open_page: Open, log_in: LogIn, host: Host) -> None:
    page = open_page()
    log_in(page)
    shown = page.locator("img.picture")
    expect(shown).to_have_count(2)
    for at in range(2):
        shown.nth(at).scroll_into_view_if_needed()
        expect(shown.nth(at)).to_have_js_property("naturalWidth", 200)
        assert shown.nth(at).bounding_box() == pytest.approx({**(shown.nth(at).bounding_box() or {}), "width": 48})
    expect(page.get_by_alt_text("Picture of Enamel mug")).to_be_visible()
    assert page.locator("span.picture").bounding_box()["width"] == 48  # type: ignore[index]
    assert sorted(host.asked) == ["/cap.png", "/gone.png", "/mug.png"]  # by the worker, before
    picture(page, "order-1440-light")
    host.answers["/gone.png"] = (200, draw("spoon"), {})
    pictures.Picture.objects.filter(kind="").update(next_at=0)
    assert pictures.fetch_due() == 1
    expect(shown).to_have_count(3, timeout=15_000)  # the page asks us every few seconds


def test_the_record_is_found_in_unfolded_and_copied(open_page: Open, log_in: LogIn, live_server: object) -> None:
    page = open_page()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=str(live_server))
    log_in(page)
    tree = page.locator("#raw")
    expect(tree).to_be_hidden()
    page.goto(f"{page.url}#h-raw")  # who comes for the record finds it open
    expect(tree.get_by_text("MUG-BLUE").first).to_be_hidden()
    picture(page, "order-raw-folded-1440")
    find = page.get_by_label("Find in the record")
    find.fill("mug-blue")
    expect(page.locator("output")).to_have_text("1 of 6")
    expect(tree.get_by_text('"MUG-BLUE"').first).to_be_visible()
    find.press("Enter")
    expect(page.locator("output")).to_have_text("2 of 6")
    find.press("Shift+Enter")
    page.get_by_label("Previous hit").click()
    expect(page.locator("output")).to_have_text("6 of 6")
    expect(tree.locator(".here")).to_be_in_viewport()
    tree.scroll_into_view_if_needed()
    picture(page, "order-raw-1440")
    find.fill("no such thing")
    expect(page.locator("output")).to_have_text("Nothing found")
    expect(tree.locator(".hit")).to_have_count(0)
    page.get_by_role("button", name="Unfold all").click()
    expect(tree.locator("details:not([open])")).to_have_count(0)
    page.get_by_role("button", name="Copy").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == json.dumps(json.loads(Document.objects.get().raw), indent=2, ensure_ascii=False)


def test_two_of_three_units_go_and_the_rest_is_left(open_page: Open, log_in: LogIn, world: World) -> None:
    page = open_page()
    log_in(page)
    page.locator("#ship").scroll_into_view_if_needed()
    page.get_by_label("Enamel mug, Blue").fill("2")
    page.get_by_label("Wool cap").fill("0")
    page.get_by_label("Spoon").fill("0")
    page.get_by_label("Carrier of order").select_option("Royal Mail")
    page.get_by_label("Tracking number of order").fill("RM000001GB")
    picture(page, "order-ship-1440")
    page.get_by_role("button", name="Ship and tell TikTok").click()
    page.get_by_role("heading", name="Running").wait_for()
    carry(Run.objects.get())
    assert len(Parcel.objects.get().line_ids) == 2
    page.go_back()
    page.reload()
    parcels = page.locator("#parcels")
    expect(parcels.locator(".held")).to_have_text("Enamel mug, Blue × 2")
    expect(parcels).to_contain_text("In no parcel yet: Enamel mug, Blue × 1")
    expect(parcels).to_contain_text("Royal Mail")
    picture(page, "order-split-1440")
    page.locator("#ship").scroll_into_view_if_needed()
    expect(page.get_by_label("Enamel mug, Blue")).to_have_value("1")


def test_a_note_is_added_read_and_deleted(open_page: Open, log_in: LogIn) -> None:
    page = open_page()
    log_in(page)
    page.get_by_label("New note").fill("Packed twice.\n<b>Second line</b>")
    page.get_by_role("button", name="Add the note").click()
    note = page.locator(".notes li")
    expect(note).to_contain_text("<b>Second line</b>")
    expect(note).to_contain_text("dora")
    picture(page, "order-note-1440")
    page.get_by_role("button", name="Delete the note: Packed twice.").click()
    expect(note).to_have_count(0)


@pytest.mark.parametrize(("width", "colour"), [(390, "dark"), (1440, "light")])
def test_it_fits_and_passes_axe(open_page: Open, log_in: LogIn, axe: str, width: int, colour: str) -> None:
    page = open_page(width=width, colour=colour)
    page.add_init_script(axe)
    log_in(page)
    page.get_by_label("New note").fill("Ask the buyer for a sunny day before it goes out to the courier.")
    page.get_by_role("button", name="Add the note").click()
    page.get_by_text("Raw record from TikTok").click()
    page.get_by_role("button", name="Unfold all").click()
    page.locator(".timeline summary").first.click()
    page.locator("#ship").scroll_into_view_if_needed()
    expect(page.get_by_label("Enamel mug, Blue")).to_be_visible()
    assert_fits(page)
    page.evaluate("scrollTo(0, 0)")
    picture(page, f"order-{width}-{colour}")
    assert _axe(page) == []


def test_without_a_script_it_is_all_there(open_page: Open, log_in: LogIn) -> None:
    page = open_page(script=False)
    log_in(page)
    expect(page.locator("img.picture")).to_have_count(2)
    page.get_by_text("Raw record from TikTok").click()
    expect(page.get_by_role("button", name="Copy")).to_be_hidden()
    expect(page.get_by_label("Find in the record")).to_be_hidden()
    expect(page.get_by_role("link", name="Save as a file")).to_be_visible()
    page.get_by_text('"line_items"').click()
    expect(page.locator("#raw").get_by_text("entries").first).to_have_count(0)  # the count is a mark, not text
    expect(page.locator("#raw details[open]")).to_have_count(2)
    page.get_by_role("link", name="Ship this order…").click()
    expect(page.get_by_label("Enamel mug, Blue")).to_have_value("3")
