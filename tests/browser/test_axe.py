"""axe-core finds nothing on what `test_every_page` does not open: pages as a person sees them who may only look, what
stands behind menus and folds, every action's question, and the pages of errors.

Contrast takes axe most of its time and a menu changes it only within itself, so it is tested only there.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.template.loader import render_to_string
from django.test import Client
from playwright.sync_api import Page

from scripts.pages import pages
from tests.browser.test_every_page import violations
from tests.browser.test_pages import picture
from tests.web import factory
from tokbridge.web.acting import ACTIONS

pytestmark = [pytest.mark.browser, pytest.mark.django_db]
TEMPLATES = Path(settings.BASE_DIR) / "web" / "templates"
ERRORS = [path.relative_to(TEMPLATES).as_posix() for path in sorted(TEMPLATES.glob("*.html"))] + ["web/locked.html"]
OPEN = "() => document.querySelectorAll('main details:not([name])').forEach((one) => { one.open = true; })"
STRUCTURE = {"rules": {"color-contrast": {"enabled": False}}}
CONTRAST = {"runOnly": ["color-contrast"]}


@pytest.fixture
def _django_db_helper() -> None:
    """Instead of pytest-django's, which would empty the tables after each test: here they stay for the whole file."""


@pytest.fixture(autouse=True)
def _nothing_wrong(told: list[str]) -> Iterator[None]:
    told.clear()
    yield
    assert told == []


def look(page: Page, axe: str, name: str) -> None:
    """As it lies open, on a desk by day and on a phone by night."""
    page.evaluate(axe)
    wrong = []
    for width, colour in ((1440, "light"), (390, "dark")):
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=colour)  # type: ignore[arg-type]
        picture(page, f"{name}-{width}-{colour}")
        wrong += [f"{width} {colour} {one}" for one in violations(page, {})]
    assert wrong == []


def look_into(page: Page, axe: str, opened: str, name: str) -> None:
    """The page with something open, and the colours of that alone."""
    page.evaluate(axe)
    wrong = violations(page, STRUCTURE)
    for colour in ("light", "dark"):
        page.emulate_media(color_scheme=colour)  # type: ignore[arg-type]
        picture(page, f"{name}-{colour}")
        wrong += [f"{colour} {one}" for one in violations(page, CONTRAST, opened)]
    page.emulate_media(color_scheme="light")
    assert wrong == []


def go(page: Page, installation: dict[str, Any], address: str) -> None:
    page.set_viewport_size({"width": 1440, "height": 900})
    page.emulate_media(color_scheme="light")
    answer = page.goto(installation["address"] + address.format_map(installation))
    assert answer is not None and answer.status == 200


@pytest.fixture
def viewer(window: Page, installation: dict[str, Any]) -> Iterator[Page]:
    """The window of somebody who may only look, and sees no buyer."""
    user = factory.user("max", may_act=False, sees_buyers=False)
    browser = Client()
    browser.force_login(user)
    cookie: dict[str, Any] = {"name": settings.SESSION_COOKIE_NAME, "url": installation["address"]}
    window.context.add_cookies([{**cookie, "value": browser.cookies[settings.SESSION_COOKIE_NAME].value}])  # type: ignore[list-item]
    yield window
    window.context.add_cookies([{**cookie, "value": installation["session"]}])  # type: ignore[list-item]
    user.delete()


@pytest.mark.parametrize(
    "name",
    [name for name in pages() if name not in {"login", "act", "act-ship", "ship-table", "fetch", "order-actions"}],
)
def test_a_page_for_who_may_only_look(viewer: Page, installation: dict[str, Any], axe: str, name: str) -> None:
    go(viewer, installation, pages()[name])
    look(viewer, axe, f"viewer-{name}")


@pytest.mark.parametrize("verb", [verb for verb in ACTIONS if verb not in {"ship", "reject"}])
def test_the_question_of_an_action(window: Page, installation: dict[str, Any], axe: str, verb: str) -> None:
    """`test_every_page` has the other two."""
    go(window, installation, f"/act/{verb}/?order={{order}}&order={{ship}}")
    look(window, axe, f"act-{verb}")


@pytest.mark.parametrize("name", ["order", "shipped-order", "problems", "products", "act-ship"])
def test_what_is_folded(window: Page, installation: dict[str, Any], axe: str, name: str) -> None:
    go(window, installation, {**pages(), "shipped-order": "/orders/{shipped}/"}[name])
    window.evaluate(OPEN)
    look_into(window, axe, "main details[open]", f"unfolded-{name}")


def test_the_menus_of_the_list(window: Page, installation: dict[str, Any], axe: str) -> None:
    go(window, installation, "/?tab=all&problem=unmatched_sku")
    for menu in window.locator("#list details.menu").all():
        menu.locator("summary").click()
        look_into(window, axe, ".menu[open]", f"menu-{menu.locator('summary').inner_text().strip()}")
        menu.locator("summary").click()
    window.locator("a.row-menu").first.click()
    window.locator("#row-menu a").first.wait_for()
    look_into(window, axe, "#row-menu", "menu-row")
    window.keyboard.press("Escape")
    window.locator("button.reason").first.click()
    look_into(window, axe, ".explanation:popover-open", "menu-reason")
    window.keyboard.press("Escape")
    window.locator("input.pick").first.check()
    window.locator(".bulk-more summary").click()
    look_into(window, axe, ".bulk-more", "menu-bulk")
    window.keyboard.press("?")
    look_into(window, axe, "#help", "help")
    window.keyboard.press("Escape")


@pytest.mark.parametrize("template", ERRORS)
def test_a_page_of_an_error(window: Page, installation: dict[str, Any], axe: str, template: str) -> None:
    """As it is rendered, in the place of the log-in's."""
    address = f"{installation['address']}/login/"
    window.route(address, lambda route: route.fulfill(body=render_to_string(template), content_type="text/html"))
    try:
        window.goto(address)
        assert window.locator("h1").count() == 1
        look(window, axe, f"error-{template.replace('/', '-')}")
    finally:
        window.unroute(address)


def test_a_page_that_is_not_there(window: Page, installation: dict[str, Any], axe: str, told: list[str]) -> None:
    answer = window.goto(f"{installation['address']}/nowhere/")
    assert answer is not None and answer.status == 404
    look(window, axe, "error-live-404")
    assert [words for words in told if "404" not in words] == []
    told.clear()
