"""The rules that every page keeps, tried on every page that there is: a new address is tried without being asked for.

Data, log-in and windows are made once for all of them.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.db.models import Q, QuerySet
from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from playwright.sync_api import Page

from scripts.pages import pages
from tests.browser.test_pages import picture
from tests.web import factory
from tokbridge.records.models import Account, Order, Problem
from tokbridge.web.security import ContentSecurityPolicy

pytestmark = [pytest.mark.browser, pytest.mark.django_db]
WIDTHS = (390, 760, 1440, 2560)
POLLED = """async () => {
  const polls = [...document.querySelectorAll(".poll")];
  const done = polls.map((one) => new Promise((go) => one.addEventListener("htmx:afterRequest", go, { once: true })));
  polls.forEach((one) => htmx.trigger(one, "live"));
  await Promise.all(done);
  await new Promise((go) => requestAnimationFrame(() => requestAnimationFrame(go)));
  return window.shifts;
}"""
DIGIT = 0.005  # of the browser's layout shift, where 0.1 is called good
# Buttons that do nothing without a script, and links that lead nowhere
DEAD = """() => [...document.querySelectorAll("main a, main button, main form")].filter((one) => one.checkVisibility() && (
  one.matches("a:not([href])") || one.matches("button[type=button]:not([popovertarget])") ||
  one.matches("button") && !one.form && !one.hasAttribute("popovertarget"))).map((one) => one.outerHTML)"""


@pytest.fixture
def _django_db_helper() -> None:
    """Instead of pytest-django's, which would empty the tables after each test: here they stay for the whole file."""


@pytest.fixture(autouse=True)
def _nothing_wrong(told: list[str]) -> Iterator[None]:
    told.clear()
    yield
    assert told == []


# The same addresses with other things behind them
MORE = {"shipped-order": "/orders/{shipped}/", "nothing-found": "/?q=nothing-like-it"}


@pytest.mark.parametrize("name", [*pages(), *MORE])
def test_a_page_keeps_the_rules(
    window: Page, window_without_script: Page, installation: dict[str, Any], axe: str, name: str
) -> None:
    if name == "login":  # only for who is not logged in
        for page in (window, window_without_script):
            page.context.clear_cookies()
    address = installation["address"] + {**pages(), **MORE}[name].format_map(installation)
    try:
        _look(window, window_without_script, address, axe, name)
    finally:
        if name == "login":
            cookie = {"name": settings.SESSION_COOKIE_NAME, "value": installation["session"]}
            for page in (window, window_without_script):
                page.context.add_cookies([{**cookie, "url": installation["address"]}])


def _look(page: Page, plain: Page, address: str, axe: str, name: str) -> None:
    page.set_viewport_size({"width": 1440, "height": 900})
    page.emulate_media(color_scheme="light")
    answer = page.goto(address)
    assert answer is not None and answer.status == 200
    assert page.locator("h1").count() == 1
    assert re.fullmatch(r"\S.* · Tokbridge", page.title())
    assert page.locator("html").get_attribute("lang")
    words = page.locator("main").inner_text().split()
    page.evaluate(axe)
    wrong = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        if not page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"):
            wrong.append(f"{width}: wider than the window")
        for colour in ("light", "dark"):
            if width in {390, 1440}:
                page.emulate_media(color_scheme=colour)  # type: ignore[arg-type]
                picture(page, f"{name}-{width}-{colour}")
                wrong += [f"{width} {colour} {one}" for one in violations(page, {})]
    assert wrong == []
    plain.goto(address)
    bare = plain.locator("main").inner_text().split()
    lost = set(words) - set(bare)
    assert len(lost) <= len(set(words)) // 20, f"cannot be read without a script: {lost}"
    assert plain.evaluate(DEAD) == []


@pytest.mark.parametrize("width", [390, 800, 1440])
@pytest.mark.parametrize("name", [name for name in (*pages(), *MORE) if name != "login"])
def test_nothing_moves_under_the_reader(window: Page, installation: dict[str, Any], name: str, width: int) -> None:
    """Neither while the page comes, nor by a poll that brings nothing, nor by one that brings a change; but for a digit
    more in a count."""
    window.set_viewport_size({"width": width, "height": 900})
    window.goto(installation["address"] + {**pages(), **MORE}[name].format_map(installation))
    assert sum(window.evaluate(POLLED)) < DIGIT
    if window.locator(".poll").count():
        problems = stir(installation)
        try:
            assert sum(window.evaluate(POLLED)) < DIGIT
        finally:
            problems.delete()


@pytest.mark.parametrize(
    ("name", "width"), [("orders", 1440), ("order", 390), ("act-ship", 800), ("run", 800), ("problem-cause", 800)]
)
def test_nothing_moves_while_a_page_comes_in_pieces(
    window: Page, installation: dict[str, Any], monkeypatch: pytest.MonkeyPatch, name: str, width: int
) -> None:
    """Over a slow line, or on a busy machine: a browser that showed what it has would move it when the rest comes."""
    whole = ContentSecurityPolicy.__call__
    monkeypatch.setattr(ContentSecurityPolicy, "__call__", lambda policy, request: in_pieces(whole(policy, request)))
    window.set_viewport_size({"width": width, "height": 900})
    answer = window.goto(installation["address"] + pages()[name].format_map(installation))
    assert answer is not None and answer.status == 200
    assert window.evaluate("window.shifts") == []


def in_pieces(answer: HttpResponseBase) -> HttpResponseBase:
    """The same page, in pieces 60 ms apart, longer than a browser waits until it shows what it has."""
    if not isinstance(answer, HttpResponse) or "html" not in answer.headers["Content-Type"]:
        return answer
    body, size = answer.content, max(300, len(answer.content) // 20)

    def pieces() -> Iterator[bytes]:
        for begin in range(0, len(body), size):
            yield body[begin : begin + size]
            time.sleep(0.06)

    headers = {name: text for name, text in answer.headers.items() if name != "Content-Length"}
    slow = StreamingHttpResponse(pieces(), status=answer.status_code, headers=headers)
    slow.cookies = answer.cookies
    return slow


def stir(installation: dict[str, Any]) -> QuerySet[Problem]:
    """Another order comes with a problem, an order moves on, and problems come to those that have a page open; the
    problems that came."""
    shop = Account.objects.order_by("pk")[0]
    made = [factory.blocked(shop, "retry", "http 503: busy").pk]
    Order.objects.filter(pk=installation["ship"]).update(store_status="PAID / PARTIALLY FULFILLED")
    now = time.time()
    for pk in (installation["order"], installation["shipped"]):
        Problem.objects.create(
            order_id=pk, step="ship", code="parcel_refused", words="no", actor="operator", first_at=now, last_at=now
        )
    return Problem.objects.filter(Q(order__in=made) | Q(first_at=now))


def violations(page: Page, rules: dict[str, Any], within: str = "html") -> list[str]:
    """Of axe's rules, by what is in the page now, which has run axe's script. `within`: what is looked at."""
    asked = [within, {"resultTypes": ["violations"], **rules}]
    found = page.evaluate("([within, rules]) => axe.run(within, rules)", asked)["violations"]
    return [f"{each['id']}: {node['html'][:200]} {node['failureSummary']}" for each in found for node in each["nodes"]]
