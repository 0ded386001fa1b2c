"""The pages in the system's Chromium. Whatever a page does wrong quietly (a script error, a violated policy, a request
to elsewhere) fails the test that saw it."""

from __future__ import annotations

import os
import shutil
import subprocess
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import Client
from playwright.sync_api import Browser, Page, expect, sync_playwright
from pytest_django.live_server_helper import LiveServer
from pytest_django.plugin import DjangoDbBlocker

from tests.browser.desk import Desk
from tests.browser.installation import whole
from tests.browser.walk import PASSWORD, USER, Walk
from tests.web import factory
from tokbridge.records.models import Account
from tokbridge.sync import queue
from tokbridge.web import overview

FLAGS = [
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SHIFTS = """
window.shifts = [];
new PerformanceObserver((list) => window.shifts.push(...list.getEntries().map((one) => one.value)))
  .observe({ type: "layout-shift", buffered: true });
"""
AXE_VERSION = "4.14.1"
Open = Callable[..., Page]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Ends with the module: the loop that Playwright leaves running would refuse the database to later tests. While it
    runs, Django takes every test for asynchronous code, which these are not."""
    path = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if path is None:
        if os.environ.get("CI") == "true":
            pytest.fail("no Chromium on this machine")
        pytest.skip("no Chromium on this machine")
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def wrongs() -> Iterator[list[str]]:
    """What pages did wrong; must be empty at the end."""
    found: list[str] = []
    yield found
    assert found == []


@pytest.fixture
def open_page(chromium: Browser, wrongs: list[str]) -> Iterator[Open]:
    """Opens pages: `open_page(width=390, colour="dark")`."""
    contexts = []

    def watched(*, width: int = 1440, height: int = 900, colour: str = "light", script: bool = True) -> Page:
        context = chromium.new_context(
            viewport={"width": width, "height": height},
            color_scheme="dark" if colour == "dark" else "light",
            java_script_enabled=script,
            reduced_motion="reduce",
        )
        contexts.append(context)
        page = context.new_page()
        watch(page, wrongs, script=script)
        return page

    yield watched
    for context in contexts:
        context.close()


def watch(page: Page, wrongs: list[str], *, script: bool) -> None:
    """Note what the page does wrong quietly."""
    page.on("console", lambda said: wrongs.append(said.text) if said.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: wrongs.append(str(error)))
    page.on("request", lambda asked: _stays_here(asked.url, wrongs))
    if script:
        page.add_init_script(
            "document.addEventListener('securitypolicyviolation', e => console.error('CSP', e.violatedDirective))"
        )


def _stays_here(url: str, wrongs: list[str]) -> None:
    parts = urlsplit(url)
    if parts.scheme in {"http", "https", "ws", "wss"} and parts.hostname not in {"127.0.0.1", "localhost"}:
        wrongs.append(f"a request left the machine: {url}")


@pytest.fixture
def shop(transactional_db: None) -> Account:
    factory.user(password=factory.PASSWORD, time_zone="Europe/London")
    return factory.account()


def through_the_form(page: Page, address: object, user: str = "dora", password: str = factory.PASSWORD) -> None:
    """Somebody logs in and comes to the orders."""
    page.goto(f"{address}/login/")
    page.get_by_label("User name").fill(user)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Log in").click()
    page.get_by_role("heading", name="Orders", level=1).wait_for()
    page.wait_for_load_state()  # the script listens


@pytest.fixture
def log_in(live_server: object, shop: Account) -> Callable[[Page], None]:
    return lambda page: through_the_form(page, live_server)


@pytest.fixture(scope="module")
def cookies(chromium: Browser, walk: Walk) -> Any:
    """Of somebody who has logged in to the module's own installation."""
    with chromium.new_context() as context:
        page = context.new_page()
        through_the_form(page, walk.address, USER, PASSWORD)
        return context.cookies()


@pytest.fixture
def desk(open_page: Open, cookies: Any, walk: Walk) -> Iterator[Desk]:
    """`walk`: each module that walks a document stages its own. Real workers share the machine with the browser, so a
    page may take its time."""
    page = open_page(width=2400)
    page.context.add_cookies(cookies)
    expect.set_options(timeout=20_000)
    yield Desk(page, walk)
    expect.set_options(timeout=5_000)


@pytest.fixture(scope="session")
def axe() -> str:
    """axe-core's script, fetched once into the cache directory by the ordinary npm client."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "tokbridge-tests"
    packed = cache / f"axe-core-{AXE_VERSION}.tgz"
    if not packed.exists():
        npm = shutil.which("npm")
        if npm is None:
            if os.environ.get("CI") == "true":
                pytest.fail("axe-core is fetched with npm, and there is no npm on this machine")
            pytest.skip("axe-core is fetched with npm, and there is no npm on this machine")
        cache.mkdir(parents=True, exist_ok=True)
        subprocess.run([npm, "pack", "--silent", f"axe-core@{AXE_VERSION}"], cwd=cache, check=True, timeout=120)
    with tarfile.open(packed) as archive:
        member = archive.extractfile("package/axe.min.js")
        assert member is not None
        return member.read().decode()


@pytest.fixture(scope="module")
def installation(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[dict[str, Any]]:
    """A server with a whole installation behind it, for all tests of a file; that file must define `_django_db_helper`
    so that nothing empties the tables after each test."""
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        patch.setattr(settings, "ALLOWED_HOSTS", ["*"])
        patch.setattr(queue, "wake", lambda ids, why: None)
        overview.forget()
        made = whole(patch)
        browser = Client()
        browser.force_login(made["user"])
        server = LiveServer("127.0.0.1")
        yield {**made, "address": server.url, "session": browser.cookies[settings.SESSION_COOKIE_NAME].value}
        server.stop()
        overview.forget()
        call_command("flush", verbosity=0, interactive=False)


@pytest.fixture(scope="module")
def told() -> list[str]:
    """What the shared windows said they did wrong."""
    return []


@pytest.fixture(scope="module")
def window(chromium: Browser, installation: dict[str, Any], told: list[str]) -> Page:
    return _window(chromium, installation, told, script=True)


@pytest.fixture(scope="module")
def window_without_script(chromium: Browser, installation: dict[str, Any], told: list[str]) -> Page:
    return _window(chromium, installation, told, script=False)


def _window(chromium: Browser, installation: dict[str, Any], told: list[str], *, script: bool) -> Page:
    context = chromium.new_context(
        viewport={"width": 1440, "height": 900}, java_script_enabled=script, reduced_motion="reduce"
    )
    name = settings.SESSION_COOKIE_NAME
    context.add_cookies([{"name": name, "value": installation["session"], "url": installation["address"]}])
    page = context.new_page()
    watch(page, told, script=script)
    if script:
        page.add_init_script(SHIFTS)
    return page
