"""Before anything is connected: axe-core finds nothing on the empty pages, and each fits its window."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.test import Client

from scripts.pages import pages
from tests.browser.conftest import Open
from tests.browser.test_axe import look
from tests.browser.test_pages import assert_fits
from tests.web import factory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
EMPTY = [address for name, address in pages().items() if "{" not in address and name != "login"]


def test_the_pages_of_a_fresh_installation(open_page: Open, live_server: object, axe: str) -> None:
    browser = Client()
    browser.force_login(factory.user())
    page = open_page()
    name = settings.SESSION_COOKIE_NAME
    page.context.add_cookies([{"name": name, "value": browser.cookies[name].value, "url": str(live_server)}])
    for address in EMPTY:
        page.goto(f"{live_server}{address}")
        look(page, axe, f"empty-{address.strip('/') or 'orders'}")
        assert_fits(page)
