"""Five thousand orders in one run, with real processes: asked for in a browser, watched, a worker killed in the midst."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Open, through_the_form
from tests.faults.world import World
from tokbridge.tiktok.errors import NOT_YOURS

pytestmark = [pytest.mark.browser, pytest.mark.slow]

MANY = 5000
STRANGE = 3  # of these TikTok says that they are not the seller's
IN_STORE = 20  # of these are in the store as well
DAY = 86_400
PASSWORD = "a long enough password"
PATIENCE = 60_000  # ms


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """Many old orders of one shop, a few that were created in the store, and a few of another shop."""
    with World(tmp_path, installation={"TOKBRIDGE_LIMITS": "off", "TOKBRIDGE_LOG_LEVEL": "warning"}) as made:
        shop, other = (one["id"] for one in made.stage.shops())
        order = {"units": [{"sku": "SKU-1"}], "status": "AWAITING_SHIPMENT"}
        place = made.stage.tiktok
        place.post("orders", {"count": MANY - IN_STORE, "order": {**order, "shop_id": shop, "age_seconds": DAY}})
        place.post("orders", {"count": 7, "order": {**order, "shop_id": other, "age_seconds": DAY}})
        made.start()
        place.post("orders", {"count": IN_STORE, "order": {**order, "shop_id": shop}})
        made.until(lambda: count(made, "records_order") == MANY + 7, "all orders are known")
        made.until(lambda: count(made, "records_order WHERE store_number IS NOT NULL") == IN_STORE, "some are created")
        command = [sys.executable, "-m", "django", "createsuperuser", "--noinput", "--username=dora", "--email=d@e.fr"]
        own = {"DJANGO_SETTINGS_MODULE": "tokbridge.project.settings", "DJANGO_SUPERUSER_PASSWORD": PASSWORD}
        subprocess.run(command, env=made.stage.environment() | own, check=True, capture_output=True)
        yield made


def count(world: World, rows: str) -> int:
    return int(world.ask(f"SELECT count(*) FROM {rows}")[0][0])


def settled(world: World) -> int:
    return count(world, "records_runitem WHERE run_id = 1 AND state NOT IN ('waiting', 'asked')")


def percent(state: Locator) -> int:
    """What the bar shows and the words beside it say."""
    shown, words = state.evaluate("state => [state.querySelector('progress').value, state.innerText]")
    assert f"{shown}%" in words
    return int(shown)


def ask_for_all(page: Page, world: World) -> None:
    """Log in, filter, take all that fit, and confirm once."""
    through_the_form(page, world.stage.address, password=PASSWORD)
    account = world.ask("SELECT account_id FROM records_order GROUP BY 1 ORDER BY count(*) DESC")[0][0]
    page.goto(f"{world.stage.address}/?account={account}&tab=awaiting_shipment")
    page.locator("#bulk [name=all]").check()
    page.get_by_role("button", name="Sync status", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile(r"Sync status: 5,?000 orders"))
    page.get_by_role("button", name=re.compile(r"Sync status: 5,?000 orders")).click()
    expect(page).to_have_url(re.compile(r"/runs/1/$"))


def test_five_thousand_orders_survive_a_reload_and_a_dead_worker(open_page: Open, world: World) -> None:
    strange = [row[0] for row in world.ask(f"SELECT tiktok_id FROM records_order WHERE id % 1500 = 1 LIMIT {STRANGE}")]
    for one in strange:
        fault = {"operation": "orders.detail", "subject": f"*{one}*", "kind": "error", "code": NOT_YOURS, "times": None}
        world.stage.tiktok.post("faults", {**fault, "message": "not yours"})
    world.stage.tiktok.put("settings", {"read_delay_ms": 50})
    world.stage.tiktok.delete("calls")
    page = open_page()
    ask_for_all(page, world)
    state = page.locator("#run-state")
    expect(state).to_contain_text(re.compile(r"of 5,?000 orders settled"))
    world.until(lambda: settled(world) >= 500, "some are settled")
    page.reload()
    expect(state).to_contain_text("Running")
    first = percent(state)
    assert 0 < first < 100
    expect(state.get_by_role("progressbar")).not_to_have_attribute("value", str(first))  # the page follows by itself
    assert first < percent(state) <= 100 * settled(world) / MANY
    world.until(lambda: settled(world) >= 1500, "more are settled")
    os.kill(world.stage.supervisor.pid("worker"), signal.SIGKILL)
    assert settled(world) < MANY, "killed too late to prove anything"
    world.until(lambda: count(world, "records_run WHERE ended_at IS NULL") == 0, "the run ends")
    assert world.stage.supervisor.deaths == {"worker": 1}
    expect(state).to_contain_text("Finished", timeout=PATIENCE)  # the poll brings it
    expect(state).to_contain_text(re.compile(r"5,?000 of 5,?000 orders settled"))

    assert dict(world.ask("SELECT state, count(*) FROM records_runitem GROUP BY 1")) == {
        "done": MANY - STRANGE,
        "refused": STRANGE,
    }
    assert count(world, "(SELECT DISTINCT order_id FROM records_runitem)") == MANY
    assert world.ask("SELECT count(*), count(DISTINCT order_id) FROM records_instruction WHERE verb = 'sync'") == [
        (MANY - STRANGE, MANY - STRANGE)
    ]
    asked = world.stage.tiktok.get("calls")["since_reset"]["orders.detail"]
    assert MANY // 50 <= asked < MANY // 50 + 60, "a call for 50 orders, halves of those that were refused, no more"

    results = page.locator(".results tbody tr")
    expect(results).to_have_count(50)
    expect(page.locator(".results .i-refused")).to_have_count(STRANGE)
    expect(results.nth(0)).to_contain_text("not yours")
    world.stage.tiktok.delete("faults")
    page.get_by_role("button", name="Retry the 3 failed").click()
    expect(page.get_by_text("again of run 1")).to_be_visible()
    expect(page.locator(".results .i-done")).to_have_count(STRANGE, timeout=PATIENCE)
