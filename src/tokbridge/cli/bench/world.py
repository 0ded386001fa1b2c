"""A sandbox process for one measurement: empty, with fixed delays and without limits."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tokbridge.cli.demo.cases import SKUS, STOCK, Json, normal
from tokbridge.cli.demo.control import Control
from tokbridge.cli.supervisor import die_with_parent

TEMPLATES = 41  # different orders; each is placed many times, with ids and buyers of its own
ON_HOLD_SHARE = 5  # every fifth is on hold where the bench wants some
START = "2020-01-01T00:00:00+00:00"  # every order of the bench is younger than the channel


@dataclass(frozen=True, slots=True)
class Delays:
    """Milliseconds the sandbox waits before it answers."""

    read: int
    write: int


@dataclass(frozen=True, slots=True)
class World:
    """The running sandbox."""

    tiktok: Control
    store: Control
    pid: int

    def place(self, count: int, *, on_hold: bool) -> None:
        """`count` orders waiting to be shipped; with `on_hold`, a fifth of them still in TikTok's hour."""
        rng = random.Random(7)  # noqa: S311 - the same orders every time
        templates = [normal(rng) for _ in range(TEMPLATES)]
        at_once = max(1, count // 1000)
        for number, first in enumerate(range(0, count, at_once)):
            status = "ON_HOLD" if on_hold and number % ON_HOLD_SHARE == 0 else "AWAITING_SHIPMENT"
            template = {**templates[number % TEMPLATES], "status": status}
            self.tiktok.post("orders", {"count": min(at_once, count - first), "order": template})

    def environment(self, data: Path, database_url: str) -> dict[str, str]:
        """What an installation that lives in this world has in its environment."""
        told = self.tiktok.get("credentials")
        app_key, app_secret = next(iter(told["apps"].items()))
        shop = self.store.get("settings")
        ours = {
            "DATA_DIR": str(data),
            "DATABASE_URL": database_url,
            "WORKER_NAME": "bench",
            "LIMITS": "off",
            "LOG_LEVEL": "warning",
            "START": START,
            "TIKTOK_APP_KEY": app_key,
            "TIKTOK_APP_SECRET": app_secret,
            "TIKTOK_AUTH_CODE": self.tiktok.post("auth_codes")["code"],
            "TIKTOK_MARKET": "us",
            "TIKTOK_API_URL": self.tiktok.url,
            "TIKTOK_AUTH_URL": self.tiktok.url,
            "SHOPIFY_SHOP": shop["shop_domain"],
            "SHOPIFY_CLIENT_ID": shop["client_id"],
            "SHOPIFY_CLIENT_SECRET": shop["client_secret"],
            "SHOPIFY_BASE_URL": self.store.url,
        }
        kept = {name: value for name, value in os.environ.items() if not name.startswith("TOKBRIDGE_")}
        return kept | {f"TOKBRIDGE_{name}": value for name, value in ours.items()}

    def slow_down(self, delays: Delays) -> None:
        """From now on answers take their time, and calls are counted anew."""
        for control in (self.tiktok, self.store):
            control.put("settings", {"read_delay_ms": delays.read, "write_delay_ms": delays.write})
            control.delete("calls")

    def calls(self) -> dict[str, int]:
        """Calls of either platform since `slow_down`, by operation."""
        counted: Json = {}
        for control in (self.tiktok, self.store):
            counted |= control.get("calls")["since_reset"]
        return counted


@contextmanager
def world() -> Iterator[World]:
    """A sandbox of TikTok Shop and Shopify that ends with the block and keeps nothing."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tokbridge.sandbox", "--tiktok-port", "0", "--shopify-port", "0"],
        stdout=subprocess.PIPE,
        start_new_session=True,
        preexec_fn=die_with_parent,  # noqa: PLW1509 - one call into libc, no lock is taken
    )
    try:
        assert process.stdout is not None  # noqa: S101 - asked for above
        urls = json.loads(process.stdout.readline() or "{}")
        tiktok, store = Control(urls["tiktok"]), Control(urls["shopify"])
        tiktok.wait_ready()
        store.put("settings", {"throttle": False, "search_lag_seconds": 0, "loopback_webhooks": False})
        products = [{"sku": sku, "title": f"Article {sku}", "stock": STOCK} for sku in SKUS]
        store.post("products", {"products": products})
        yield World(tiktok, store, process.pid)
    finally:
        process.terminate()
        process.wait(timeout=20)
