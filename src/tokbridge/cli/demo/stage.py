"""The demo's machinery: sandboxes, pages and worker as processes of their own, on this machine only."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from tokbridge.cli.demo.cases import SKUS, SOLD_OUT, STOCK, Json
from tokbridge.cli.demo.control import Control
from tokbridge.cli.supervisor import Supervisor, die_with_parent

HOUR, FORTNIGHT = 20, 60  # seconds that stand for TikTok's hour and for its 14 days
SETTLE = 6  # seconds; the sandbox's search lags by 3
WORKER = "demo"


def free_port(wanted: int = 0) -> int:
    """`wanted` when it is free, else any free one."""
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", wanted))
        except OSError:
            probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Stage:
    """Starts and stops everything. `tiktok` and `store` are the sandboxes' controls.

    `environment`: settings of the installation besides those that `environment()` makes, or instead of them.
    """

    def __init__(
        self, data: Path, port: int, sandbox_settings: Json, environment: Mapping[str, str] | None = None
    ) -> None:
        self.data = data
        self.port = port
        self.supervisor = Supervisor()
        self.pid_file = data / f"worker-{WORKER}.lock"
        self.stock = dict.fromkeys(SKUS, STOCK) | {SOLD_OUT: 0}
        self._settings = sandbox_settings
        self._extra = dict(environment or {})
        self._sandbox: subprocess.Popen[bytes] | None = None
        self.tiktok = Control("")
        self.store = Control("")

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start_sandbox(self) -> None:
        """Start both sandboxes on free ports, and fill them when they are new."""
        log = (self.data / "sandbox.log").open("ab")
        self._sandbox = subprocess.Popen(  # noqa: S603 - our own command
            [
                *[sys.executable, "-m", "tokbridge.sandbox", "--data", str(self.data / "sandbox.sqlite3")],
                *["--tiktok-port", "0", "--shopify-port", "0"],
            ],
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
        self.tiktok, self.store = Control(urls["tiktok"]), Control(urls["shopify"])
        self.tiktok.wait_ready()
        self.tiktok.put(
            "settings",
            {
                "hold_seconds": HOUR,
                "complete_seconds": FORTNIGHT,
                "scan_seconds": 5,
                "deliver_seconds": 5,
                "webhook_retry_s": [1, 5, 30],
                **self._settings.get("tiktok", {}),
            },
        )
        self.store.put("settings", {"plan": "plus", "job_seconds": 0.5, **self._settings.get("shopify", {})})
        if not self.store.get("products")["products"]:
            self._fill()

    def _fill(self) -> None:
        """A second shop without on-hold, and the store's products."""
        shop = self.tiktok.get("credentials")["shops"][0]
        self.tiktok.post("shops", {"region": "US", "name": "No hold", "on_hold": False, "open_id": shop["open_id"]})
        self.store.post(
            "products",
            {"products": [{"sku": sku, "title": f"Article {sku}", "stock": self.stock[sku]} for sku in self.stock]},
        )

    def shops(self) -> list[Json]:
        """The marketplace's shops: the first with on-hold, the second without."""
        shops: list[Json] = self.tiktok.get("credentials")["shops"]
        return shops

    def environment(self) -> dict[str, str]:
        """What a real installation would have in its environment."""
        told = self.tiktok.get("credentials")
        app_key, app_secret = next(iter(told["apps"].items()))
        settings = self.store.get("settings")
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
            "TOKBRIDGE_SHOPIFY_SHOP": settings["shop_domain"],
            "TOKBRIDGE_SHOPIFY_CLIENT_ID": settings["client_id"],
            "TOKBRIDGE_SHOPIFY_CLIENT_SECRET": settings["client_secret"],
            "TOKBRIDGE_SHOPIFY_BASE_URL": self.store.url,
            "TOKBRIDGE_SHOPIFY_SETTLE_S": str(SETTLE),
            **self._extra,
        }

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

    def stop(self) -> None:
        """Tokbridge first, then the world it lives in."""
        self.supervisor.stop()
        if self._sandbox is not None and self._sandbox.poll() is None:
            self._sandbox.terminate()
            self._sandbox.wait(timeout=20)
        if self._sandbox is not None and self._sandbox.stdout is not None:
            self._sandbox.stdout.close()
