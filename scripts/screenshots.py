"""Pictures of every page, from the demo with a fixed seed: light, dark and on a phone, into docs/screens with a page that
shows them. The buyers are made up. What there is to picture is read from the addresses, so no page is forgotten.

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
from urllib.parse import urlsplit

import django
from playwright.sync_api import FloatRect, Page, sync_playwright

SCREENS = Path(__file__).parents[1] / "docs" / "screens"
USER, PASSWORD = "demo", "tokbridge-demo"  # as the demo prints them
SEED = 7
LONGEST = 2600  # pixels of a long page that are pictured, in the light look
LOOKS = {"light": (1440, 900, "light"), "dark": (1440, 900, "dark"), "phone": (390, 844, "light")}
ROWS = 40  # at least so many orders, so that the list is full
CAUSES = 2  # different problems among them
SEEN = 14  # rows that fit into the picture
LATIN = 0x2FFF
MANY = 300  # lines that make a table of parcels
STATUSES = 5  # different TikTok statuses among them
PATIENCE = 400.0  # seconds
MOST_BYTES = 6_000_000  # of all pictures


def main() -> int:
    path = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if path is None:
        sys.stderr.write("There is no Chromium on this machine.\n")
        return 1
    SCREENS.mkdir(parents=True, exist_ok=True)
    port = _free_port()
    with tempfile.TemporaryDirectory(prefix="tokbridge-screens-") as data:
        addresses = _addresses(data)
        demo = subprocess.Popen(  # noqa: S603 - our own command
            [sys.executable, "-m", "tokbridge.cli.main", "demo", "--seed", str(SEED), "--port", str(port)],
            env={**os.environ, "TOKBRIDGE_DATA_DIR": data},
            stderr=subprocess.DEVNULL,
        )
        try:
            _take(path, f"http://127.0.0.1:{port}", addresses)
        finally:
            demo.send_signal(signal.SIGINT)
            demo.wait(timeout=120)
    for old in SCREENS.glob("*.png"):
        if old.stem.rsplit("-", 1)[0] not in addresses:
            old.unlink()
    (SCREENS / "README.md").write_text(_shown(addresses), encoding="utf-8")
    taken = sum(one.stat().st_size for one in SCREENS.glob("*.png"))
    sys.stdout.write(f"{len(addresses)} pages, {taken / 1e6:.1f} MB\n")
    return 0 if taken < MOST_BYTES else 1


def _addresses(data: str) -> dict[str, str]:
    os.environ["DJANGO_SETTINGS_MODULE"] = "tokbridge.project.settings"
    os.environ["TOKBRIDGE_DATA_DIR"] = data
    django.setup()
    from scripts.pages import pages  # noqa: PLC0415 - the addresses need the settings

    return pages()


def _take(path: str, address: str, addresses: dict[str, str]) -> None:
    _wait_until_up(address)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        page = browser.new_page(reduced_motion="reduce")
        page.goto(f"{address}/login/")
        _picture(page, "login")
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
        _picture(page, "orders")
        filled = _filled(page, address)
        for name in addresses.keys() - {"login", "orders"}:
            page.goto(address + addresses[name].format_map(filled))
            page.wait_for_load_state("networkidle")
            _picture(page, name)
        browser.close()


def _filled(page: Page, address: str) -> dict[str, str]:
    """What the addresses of `scripts.pages` need, found by looking at the pages; asks for a run, which it needs too."""

    def link(where: str, which: str) -> str:
        """Of the first there, as soon as there is one: orders come and go."""
        give_up = time.monotonic() + PATIENCE
        page.goto(address + where)
        while not page.locator(which).count():
            if time.monotonic() > give_up:
                raise RuntimeError(f"{where} never showed {which}")
            time.sleep(1)
            page.goto(address + where)
        return str(page.locator(which).first.get_attribute("href"))

    def number(where: str) -> str:
        return link(where, ".grid .open").strip("/").rsplit("/", 1)[1]

    page.goto(f"{address}/products/")
    page.get_by_role("button", name="Read products").click()
    page.get_by_text("Found by SKU").first.wait_for(timeout=120_000)
    found = {
        "order": number("/?tab=error&standing=blocked&created=no"),
        "ship": number("/?tab=awaiting_shipment&standing=created"),
        "group": urlsplit(link("/problems/", "main a[href^='/problems/group/']")).query,
        "product": link("/products/", "main a[href^='/products/'][href$='/']").removeprefix("/products/").strip("/"),
    }
    page.goto(f"{address}/act/validate/?order={found['order']}&order={found['ship']}")
    page.locator("main form button.primary").click()
    page.get_by_role("heading", name="Finished").wait_for(timeout=120_000)
    found["run"] = urlsplit(page.url).path.strip("/").rsplit("/", 1)[1]
    page.goto(f"{address}/act/ship/?order={found['ship']}")
    carrier = page.locator(".lines select option").nth(1).inner_text()
    page.goto(f"{address}/?tab=awaiting_shipment")
    orders = [
        str(one.get_attribute("href")).strip("/").rsplit("/", 1)[1] for one in page.locator(".grid .open").all()[:20]
    ]
    lines = [f"#{order};{carrier};RM{at:09}GB" for at, order in enumerate(orders, start=1)]
    lines += ["4711;Royal Mail;RM000000999GB", f"#{found['order']};Nobody's Carrier;no good", *["#1;;"] * MANY]
    page.goto(f"{address}/act/ship/")
    page.get_by_label("Lines").fill("\n".join(lines))
    page.get_by_role("button", name="Fill them in and check").click()
    page.get_by_role("heading", name="Lines that are wrong").wait_for()
    return {**found, "table": urlsplit(page.url).path.strip("/").rsplit("/", 1)[1]}


def _picture(page: Page, name: str) -> None:
    for look, (width, height, colour) in LOOKS.items():
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme="dark" if colour == "dark" else "light")
        page.evaluate("scrollTo(0, 0)")
        whole = look == "light"
        shown = min(LONGEST, page.evaluate("document.documentElement.scrollHeight")) if whole else height
        clip: FloatRect = {"x": 0, "y": 0, "width": width, "height": max(height, shown)}
        page.screenshot(path=SCREENS / f"{name}-{look}.png", caret="initial", full_page=whole, clip=clip)


def _shown(addresses: dict[str, str]) -> str:
    """The page that shows the pictures."""
    parts = ["# Every page\n\nTaken by `make screenshots` from `tokbridge demo`; the buyers are made up."]
    for name, address in addresses.items():
        light, dark, phone = (f"{name}-{look}.png" for look in LOOKS)
        title = name.replace("-", " ").capitalize()
        parts.append(
            f"## {title}\n\n`{address}`\n\n![{title}, light]({light})\n\n"
            f'<img src="{dark}" alt="{title}, dark" width="70%"> <img src="{phone}" alt="{title}, on a phone" width="22%">'
        )
    return "\n\n".join(parts) + "\n"


def _is_worth_a_picture(page: Page) -> bool:
    rows = page.locator(".grid tbody tr")
    if rows.count() < ROWS:
        return False
    statuses = page.locator(f".grid tbody tr:nth-child(-n+{SEEN}) .c-tiktok .pill").all_inner_texts()
    blocked = page.locator(f".grid tbody tr:nth-child(-n+{SEEN}) .reason").count()
    names = "".join(page.locator(f".grid tbody tr:nth-child(-n+{SEEN}) .c-customer").all_inner_texts())
    drawable = all(ord(sign) < LATIN for sign in names)  # a machine may have no other fonts
    if not (len(set(statuses)) >= STATUSES and blocked > 0 and drawable):
        return False
    causes = page.locator(".grid tbody .reason").all_inner_texts()
    return len(set(causes)) >= CAUSES


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
