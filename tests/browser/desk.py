"""A person at the pages of a walked installation."""

from __future__ import annotations

import time
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Locator, Page, expect

from tests.browser.walk import Walk

FORTNIGHT = 14 * 86_400
PATIENCE = 60.0  # seconds for a page to show what happened; far more than it takes


class Desk:
    """What is to come is waited for by loading the page anew, as people do."""

    def __init__(self, page: Page, walk: Walk) -> None:
        self.page = page
        self._walk = walk

    def open(self, path: str = "/") -> None:
        self.page.goto(f"{self._walk.address}{path}")
        self.page.wait_for_load_state()  # the script listens

    def row(self, order: str) -> Locator:
        return self.page.locator(".grid tbody tr").filter(has=self.page.get_by_role("link", name=order, exact=True))

    def cell(self, order: str, column: str) -> Locator:
        return self.row(order).locator(f".c-{column}")

    def opens(self, order: str) -> None:
        """The order's page, by a click on its id."""
        self.open()
        self.row(order).get_by_role("link", name=order, exact=True).click()
        expect(self.page.get_by_role("heading", level=1)).to_have_text(order)

    def shows(self, order: str, **cells: str) -> None:
        """The list comes to say this of an order."""
        self.open()
        for column, text in cells.items():
            self.comes(self.cell(order, column), text)

    def comes(self, where: Locator, text: str = "", patience: float = PATIENCE) -> None:
        """It comes to be on this page, with this text."""
        give_up = time.monotonic() + patience
        while True:
            try:
                expect(where).to_contain_text(text, timeout=1000)
                return
            except AssertionError:
                if time.monotonic() > give_up:
                    raise
                self.page.reload()

    def ticks(self, *orders: str) -> None:
        self.open()
        for order in orders:
            self.row(order).locator(".pick").check()

    def searches(self, words: str) -> None:
        """In the list as it is; until what was found is there."""
        self.page.locator("#q").fill(words)
        self.page.locator("#q").press("Enter")
        self.page.wait_for_url(lambda url: parse_qs(urlsplit(url).query).get("q") == [words])

    def counts(self) -> dict[str, str]:
        """What the tabs say, by their keys."""
        counts = self.page.locator(".tabs .count").all()
        return {str(one.get_attribute("id")).removeprefix("count-"): one.inner_text() for one in counts}

    def colour(self, name: str) -> list[int]:
        """Red, green and blue of an element's text, as the browser paints it."""
        script = """name => { const drawn = document.createElement("canvas").getContext("2d");
            drawn.fillStyle = getComputedStyle(document.getElementById(name)).color; drawn.fillRect(0, 0, 1, 1);
            return [...drawn.getImageData(0, 0, 1, 1).data].slice(0, 3) }"""
        found: list[int] = self.page.evaluate(script, name)
        return found

    def tab(self, name: str) -> None:
        """The orders of a tab of the bar over the list."""
        self.open()
        tab = self.page.get_by_role("navigation", name="Orders by status").get_by_role("link", name=name)
        tab.click()
        expect(tab).to_have_attribute("aria-current", "page")

    def menu(self, order: str, action: str) -> None:
        """Chooses from the menu of the order's row."""
        self.open()
        self.row(order).locator(".row-menu").click()
        self.page.locator("#row-menu").get_by_role("link", name=action).click()

    def asks(self, action: str, *orders: str, reason: str = "") -> None:
        """Ticks these orders, asks for the action, for this reason where one must be chosen, and waits until all of them
        have it done."""
        self.ticks(*orders)
        self.page.get_by_role("button", name=action, exact=True).click()
        if reason:
            self.page.get_by_label(reason).check()
        self.page.locator("form.ask").get_by_role("button", name=action.rstrip("…")).click()
        self.carried(len(orders))

    def carried(self, n: int, state: str = "done") -> None:
        """The run that was started ends, and so many of its orders stand there."""
        expect(self.page.locator("#run-state .run-word")).to_have_text("Finished", timeout=PATIENCE * 1000)
        expect(self.page.locator(f".results .i-{state}")).to_have_count(n)


def completed_by_tiktok(desk: Desk, walk: Walk, order: str) -> None:
    """A delivered order is completed after 14 days, not earlier, and by TikTok alone.

    "If no return or refund request is raised" is TikTok's own business: the public reference says that an order is
    completed when "the after-sales window is over" and not what an open return does to that, so the sandbox plays none.
    What can be seen here is that Tokbridge counts no days of its own: as long as TikTok, for whatever reason, keeps the
    order open, it is delivered.
    """
    desk.shows(order, tiktok="Delivered")
    walk.days_pass(FORTNIGHT - 3600)
    walk.is_on_tiktok(order, "DELIVERED")
    desk.asks("Sync status", order)
    desk.shows(order, tiktok="Delivered")
    walk.tiktok.put("settings", {"complete_seconds": None})
    walk.days_pass(FORTNIGHT)
    walk.is_on_tiktok(order, "DELIVERED")
    desk.asks("Sync status", order)
    desk.shows(order, tiktok="Delivered")
    walk.tiktok.put("settings", {"complete_seconds": FORTNIGHT})
    walk.is_on_tiktok(order, "COMPLETED")
    desk.shows(order, tiktok="Completed")
