"""The demo's machinery: sandboxes, pages and worker as processes of their own, on this machine only."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from tokbridge.cli.demo.cases import SKUS, SOLD_OUT, STOCK, Json
from tokbridge.cli.demo.control import Control
from tokbridge.cli.demo.ways import Way, lay_ways
from tokbridge.cli.supervisor import Supervisor, die_with_parent
from tokbridge.stores.registry import PLATFORMS

HOUR, FORTNIGHT = 20, 60  # seconds that stand for TikTok's hour and for its 14 days
SETTLE = 6  # seconds; a sandbox's search lags by 3
WORKER = "demo"
TIKTOK: Json = {
    "hold_seconds": HOUR,
    "complete_seconds": FORTNIGHT,
    "scan_seconds": 20,
    "deliver_seconds": 5,
    "webhook_retry_s": [1, 5, 30],
}
# How each store's sandbox is set up. PrestaShop's shop must speak the marketplace's currency; Magento's runs the stock
# remedy every two seconds, as a merchant's own job would every few minutes.
STORES: Mapping[str, Json] = {
    "shopify": {"plan": "plus", "job_seconds": 0.5},
    "magento": {"compensate_s": 2},
    "prestashop": {"currency": "USD"},
}


def _held(wanted: int) -> socket.socket:
    """`wanted` when it is free, else any free port: bound until it is closed, so that nobody else gets it, but not
    listening. The pages' server binds it beside this one."""
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", wanted))
        except OSError:
            probe.bind(("127.0.0.1", 0))
        free = probe.getsockname()[1]
    held = socket.socket()
    held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    held.bind(("127.0.0.1", free))
    return held


class Stage:
    """Starts and stops everything. `tiktok` and `stores` (by platform) are the sandboxes' controls.

    `port`: of the pages; any if it is 0 or taken. `settings`: of the sandboxes by platform, over the demo's own.
    `environment`: settings of the installation besides those that `environment()` makes, or instead of them.
    `platforms`: the stores that take part.
    """

    def __init__(
        self,
        data: Path,
        port: int,
        settings: Mapping[str, Json],
        environment: Mapping[str, str] | None = None,
        platforms: Sequence[str] = tuple(PLATFORMS),
    ) -> None:
        self.data = data
        self._held = _held(port)
        self.port = int(self._held.getsockname()[1])
        self.supervisor = Supervisor()
        self.pid_file = data / f"worker-{WORKER}.lock"
        self.stock = {platform: dict.fromkeys(SKUS, STOCK) | {SOLD_OUT: 0} for platform in platforms}
        self._settings = settings
        self._extra = dict(environment or {})
        self._sandbox: subprocess.Popen[bytes] | None = None
        self.tiktok = Control("")
        self.stores: dict[str, Control] = dict.fromkeys(platforms, Control(""))
        self.ways: list[Way] = []

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start_sandbox(self) -> None:
        """Start all sandboxes on free ports, and fill them when they are new."""
        log = (self.data / "sandbox.log").open("ab")
        ports = [part for name in ("tiktok", *self.stores) for part in (f"--{name}-port", "0")]
        self._sandbox = subprocess.Popen(  # noqa: S603 - our own command
            [sys.executable, "-m", "tokbridge.sandbox", "--data", str(self.data / "sandbox.sqlite3"), *ports],
            stdout=subprocess.PIPE,
            stderr=log,
            start_new_session=True,
            preexec_fn=die_with_parent,  # noqa: PLW1509 - one call into libc, no lock is taken
        )
        log.close()
        assert self._sandbox.stdout is not None  # noqa: S101 - asked for above
        line = self._sandbox.stdout.readline()
        if not line:
            raise RuntimeError(f"the sandbox did not start; see {self.data / 'sandbox.log'}")
        urls = json.loads(line)
        self.tiktok = Control(urls["tiktok"])
        self.tiktok.wait_ready()
        self.tiktok.put("settings", {**TIKTOK, **self._settings.get("tiktok", {})})
        for platform in self.stores:
            self.stores[platform] = Control(urls[platform])
            self._ready(platform)
        self.ways = lay_ways(self.tiktok, list(self.stores))

    def _ready(self, platform: str) -> None:
        store = self.stores[platform]
        filled = bool(store.get("products")["products"])
        settings = {**STORES.get(platform, {}), **self._settings.get(platform, {})}
        if filled:
            settings.pop("currency", None)  # stands since the first start
        store.put("settings", settings)
        if not filled:
            stock = self.stock[platform]
            store.post(
                "products",
                {"products": [{"sku": sku, "title": f"Article {sku}", "stock": stock[sku]} for sku in stock]},
            )

    def shops(self) -> list[Json]:
        """The marketplace's shops."""
        shops: list[Json] = self.tiktok.get("credentials")["shops"]
        return shops

    def environment(self) -> dict[str, str]:
        """What a real installation would have in its environment."""
        told = self.tiktok.get("credentials")
        app_key, app_secret = next(iter(told["apps"].items()))
        code = self.tiktok.post("auth_codes")["code"]
        return {
            **os.environ,
            "TOKBRIDGE_DATA_DIR": str(self.data),
            "TOKBRIDGE_PUBLIC_URL": self.address,
            "TOKBRIDGE_WORKER_NAME": WORKER,
            "TOKBRIDGE_HOUR_S": str(HOUR),
            "TOKBRIDGE_TIKTOK_APP_KEY": app_key,
            "TOKBRIDGE_TIKTOK_APP_SECRET": app_secret,
            "TOKBRIDGE_TIKTOK_AUTH_CODE": code,
            "TOKBRIDGE_TIKTOK_MARKET": "us",
            "TOKBRIDGE_TIKTOK_API_URL": self.tiktok.url,
            "TOKBRIDGE_TIKTOK_AUTH_URL": self.tiktok.url,
            "TOKBRIDGE_POLL_S": "5",
            "TOKBRIDGE_CHANNELS": ", ".join(way.rule for way in self.ways),
            **self._connections(),
            **self._extra,
        }

    def _connections(self) -> dict[str, str]:
        """Each sandbox tells what a merchant would have copied from the platform's pages."""
        told: dict[str, str] = {}
        for platform, store in self.stores.items():
            texts = {**store.get("credentials")["connect"], **({"settle_s": str(SETTLE)} if _settles(platform) else {})}
            told |= {f"TOKBRIDGE_{platform}_{name}".upper(): str(text) for name, text in texts.items()}
        return told

    def start_tokbridge(self) -> None:
        """Pages and worker, each started again when it dies."""
        environment = self.environment()
        for name in ("web", "worker"):
            extra = ["--port", str(self.port)] if name == "web" else []
            self.supervisor.start(
                name,
                [sys.executable, "-m", "tokbridge.cli.main", name, *extra],
                environment,
                self.data / f"{name}.log",
            )

    def books(self) -> dict[str, Json]:
        """The stores' books, by platform."""
        return {platform: store.get("book") for platform, store in self.stores.items()}

    def stop(self) -> None:
        """Tokbridge first, then the world it lives in."""
        self.supervisor.stop()
        if self._sandbox is not None and self._sandbox.poll() is None:
            self._sandbox.terminate()
            self._sandbox.wait(timeout=20)
        if self._sandbox is not None and self._sandbox.stdout is not None:
            self._sandbox.stdout.close()
        self._held.close()


def _settles(platform: str) -> bool:
    """Whether an order may show late there. Magento refuses a second one itself, so nothing has to settle."""
    return platform != "magento" and any(one.name == "settle_s" for one in PLATFORMS[platform].settings)
