"""The README's pictures: the demo with a fixed seed, once the list shows orders in several statuses. Buyers are made up.

Run by `make screenshots`; needs Chromium (or Chrome) on this machine.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

SCREENS = Path(__file__).parents[1] / "docs" / "screens"
USER, PASSWORD = "demo", "tokbridge-demo"  # as the demo prints them
SEED = 7
WIDTH, HEIGHT = 1440, 900
ROWS = 20  # at least so many orders, so that the list is full
SEEN = 14  # rows that fit into the picture
LATIN = 0x2FFF
STATUSES = 5  # different TikTok statuses among them
PATIENCE = 400.0  # seconds


def main() -> int:
    path = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if path is None:
        sys.stderr.write("There is no Chromium on this machine.\n")
        return 1
    SCREENS.mkdir(parents=True, exist_ok=True)
    port = _free_port()
    with tempfile.TemporaryDirectory(prefix="tokbridge-screens-") as data:
        demo = subprocess.Popen(  # noqa: S603 - our own command
            [sys.executable, "-m", "tokbridge.cli.main", "demo", "--seed", str(SEED), "--port", str(port)],
            env={**os.environ, "TOKBRIDGE_DATA_DIR": data},
            stderr=subprocess.DEVNULL,
        )
        try:
            _take(path, f"http://127.0.0.1:{port}")
        finally:
            demo.send_signal(signal.SIGINT)
            demo.wait(timeout=120)
    return 0


def _take(path: str, address: str) -> None:
    _wait_until_up(address)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT}, reduced_motion="reduce")
        page.goto(f"{address}/login/")
        page.get_by_label("User name").fill(USER)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Log in").click()
        page.get_by_role("heading", name="Orders", level=1).wait_for()
        give_up = time.monotonic() + PATIENCE
        while not _is_worth_a_picture(page):
            if time.monotonic() > give_up:
                raise RuntimeError("the list never showed enough different orders")
            time.sleep(2)
            page.goto(address)
        page.screenshot(path=SCREENS / "orders-light.png")
        page.emulate_media(color_scheme="dark")
        page.screenshot(path=SCREENS / "orders-dark.png")
        browser.close()


def _is_worth_a_picture(page: Page) -> bool:
    rows = page.locator(".grid tbody tr")
    if rows.count() < ROWS:
        return False
    statuses = page.locator(f".grid tbody tr:nth-child(-n+{SEEN}) .c-tiktok .pill").all_inner_texts()
    blocked = page.locator(f".grid tbody tr:nth-child(-n+{SEEN}) .reason").count()
    names = "".join(page.locator(f".grid tbody tr:nth-child(-n+{SEEN}) .c-customer").all_inner_texts())
    drawable = all(ord(sign) < LATIN for sign in names)  # a machine may have no other fonts
    return len(set(statuses)) >= STATUSES and blocked > 0 and drawable


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_up(address: str) -> None:
    give_up = time.monotonic() + 60
    while True:
        try:
            with urllib.request.urlopen(f"{address}/healthz", timeout=5):  # noqa: S310 - our own
                return
        except (urllib.error.URLError, ConnectionError):
            if time.monotonic() > give_up:
                raise
            time.sleep(0.5)


if __name__ == "__main__":
    sys.exit(main())
