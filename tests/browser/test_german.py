"""German words are longer than English ones: every page still fits, on a phone and on a desk."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from scripts.pages import PARTS
from tests.browser.conftest import Open
from tests.browser.installation import shipped_by_strangers
from tests.browser.test_pages import LogIn, assert_fits, picture
from tests.web.everything import everything
from tests.web.everywhere import addresses
from tokbridge.records.models import Account, User
from tokbridge.sync import queue
from tokbridge.web.columns import COLUMNS

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
# Where an ellipsis stands for the rest, the rest is told on hover; of a time or a head nothing may be missing
CUT = """() => [...document.querySelectorAll("a, button, h1, h2, th, td, summary, label, .pill, .count, dt")].filter((e) => {
  const style = getComputedStyle(e);
  const whole = style.textOverflow !== "ellipsis" ? !e.matches("td") : e.matches("thead th, td:has(time)");
  return e.checkVisibility() && style.overflow === "hidden" && whole
    && style.clipPath === "none" && e.scrollWidth > e.clientWidth + 1;
}).map((e) => e.outerHTML.slice(0, 120))"""


@pytest.fixture(autouse=True)
def _nobody_works(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "wake", lambda ids, why: None)


@pytest.mark.parametrize("width", [390, 1440])
def test_every_page_fits_in_german(
    open_page: Open,
    log_in: LogIn,
    live_server: object,
    shop: Account,
    monkeypatch: pytest.MonkeyPatch,
    width: int,
) -> None:
    dora = User.objects.get()
    of = everything(shop, dora)
    shipped_by_strangers(shop, monkeypatch)  # both sides answer, so the Carriers page has drop-downs
    page = open_page(width=width)
    log_in(page)
    User.objects.filter(pk=dora.pk).update(language="de", columns=[column.key for column in COLUMNS])
    wrong = {}
    for name, each in addresses(of).items():
        if name in PARTS:
            continue
        for number, address in enumerate(each[:3]):
            page.goto(f"{live_server}{address}")
            expect(page.locator("html")).to_have_attribute("lang", "de")
            try:
                assert_fits(page)
            except AssertionError:
                wrong[address] = "is wider than its window"
            if cut := page.evaluate(CUT):
                wrong[address] = str(cut)
            picture(page, f"de-{name}-{number}-{width}")
    assert wrong == {}


INSIDE = """() => [...document.querySelectorAll(".top nav a")].map((e) => e.getBoundingClientRect())
  .filter((r) => r.left >= 0 && r.right <= document.documentElement.clientWidth && r.width > 0).length"""
REACHED = """() => [...document.querySelectorAll(".top nav a")].filter((e) => {
  const r = e.getBoundingClientRect();
  return e.contains(document.elementFromPoint(r.left + r.width / 2, r.top + r.height / 2));
}).map((e) => e.innerText.trim())"""


@pytest.mark.parametrize("language", ["en", "de"])
def test_every_page_of_the_navigation_can_be_seen_and_clicked(
    open_page: Open, log_in: LogIn, live_server: object, language: str
) -> None:
    page = open_page()
    log_in(page)
    User.objects.update(language=language)
    for width in (390, 768, 1024, 1280, 1440):
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(f"{live_server}/overview/")
        assert page.locator("html").get_attribute("lang") == language
        assert page.evaluate(INSIDE) == 6 == len(page.evaluate(REACHED)), width
        assert_fits(page)
        picture(page, f"nav-{language}-{width}")


def test_language_and_zone_are_chosen_by_keyboard_and_on_a_phone(
    open_page: Open, log_in: LogIn, live_server: object
) -> None:
    page = open_page(width=390)
    log_in(page)
    page.get_by_role("link", name="dora").click()
    expect(page.get_by_role("heading", name="You", level=1)).to_be_visible()
    assert_fits(page)
    page.get_by_label("Language").select_option(label="Deutsch")
    page.get_by_label("Time zone").select_option("Asia/Tokyo")
    page.get_by_role("button", name="Save").press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Ihre Sprache und Zeitzone wurden gespeichert.")
    expect(page.locator("html")).to_have_attribute("lang", "de")
    expect(page.get_by_role("heading", name="Ihr Profil", level=1)).to_be_visible()
    assert "JST" in (page.locator("main time").get_attribute("title") or "")
    picture(page, "de-you-390")
