"""The same orders from four processes over one database at the same moment: each is made once, whatever breaks."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.conformance.subjects import Json, Subject
from tests.conformance.world import World, minor
from tokbridge.sandbox.server import Running
from tokbridge.sandbox.tiktok.site import TikTokSite

pytestmark = pytest.mark.slow

PROCESSES = 4
ORDERS = 4
ROOT = Path(__file__).resolve().parents[2]


class Process:
    """One process of the crew."""

    def __init__(self, role: str, environment: dict[str, str], given: Json, log: Path) -> None:
        with log.open("ab") as errors:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.conformance.crew", role],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                env=environment,
                cwd=ROOT,
                text=True,
            )
        self._log = log
        self.tell(given)

    def tell(self, given: object) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(given) + "\n")
        self._process.stdin.flush()

    def hear(self) -> Any:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line, f"the process ended early:\n{self._log.read_text()[-3000:]}"
        return json.loads(line)

    def end(self) -> None:
        if self._process.poll() is None:
            self._process.kill()
        self._process.communicate()


@contextmanager
def marketplace() -> Iterator[httpx2.Client]:
    """A TikTok sandbox, by its control API."""
    with Running(TikTokSite) as running:
        url = running.urls["tiktok"]
        with httpx2.Client(base_url=f"{url}/_sandbox/", timeout=30, verify=False) as client:
            yield client


def control(client: httpx2.Client, method: str, path: str, body: Json | None = None) -> Any:
    response = client.request(method, path, json=body or {})
    assert response.status_code == 200, response.text
    return response.json()


def environment(tiktok: httpx2.Client, data: Path, worker: str) -> dict[str, str]:
    """An installation with TikTok connected; its store is made as a row."""
    told = control(tiktok, "GET", "credentials")
    app_key, app_secret = next(iter(told["apps"].items()))
    url = str(tiktok.base_url).removesuffix("/_sandbox/")
    return {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)]),
        "DJANGO_SETTINGS_MODULE": "tokbridge.project.settings",
        "TOKBRIDGE_DATA_DIR": str(data),
        "TOKBRIDGE_DATABASE_URL": "",
        "TOKBRIDGE_REDIS_URL": "",
        "TOKBRIDGE_WORKER_NAME": worker,
        "TOKBRIDGE_LOG_LEVEL": "warning",
        "TOKBRIDGE_TIKTOK_APP_KEY": app_key,
        "TOKBRIDGE_TIKTOK_APP_SECRET": app_secret,
        "TOKBRIDGE_TIKTOK_AUTH_CODE": control(tiktok, "POST", "auth_codes")["code"] if worker == "setup" else "",
        "TOKBRIDGE_TIKTOK_MARKET": "us",
        "TOKBRIDGE_TIKTOK_API_URL": url,
        "TOKBRIDGE_TIKTOK_AUTH_URL": url,
    }


@pytest.mark.parametrize("faults", [False, True], ids=["calm", "broken lines"])
def test_each_order_is_made_once(subject: Subject, tmp_path: Path, faults: bool) -> None:
    with World(subject) as store, marketplace() as tiktok, ExitStack() as crew:
        if subject.doubling:
            store.control("PUT", "settings", subject.doubling)
        store.products({"sku": "CUP", "stock": 500}, {"sku": "HAT", "stock": 500})
        control(tiktok, "PUT", "settings", {"hold_seconds": 0})
        units = [{"sku": "CUP", "quantity": 2, "price": "19.99"}, {"sku": "HAT", "quantity": 1, "price": "5.01"}]
        template = {"units": units, "shipping_fee": "4.99", "status": "AWAITING_SHIPMENT"}
        placed = control(tiktok, "POST", "orders", {"count": ORDERS, "order": template})["ids"]

        def process(role: str, name: str, given: Json) -> Process:
            made = Process(role, environment(tiktok, tmp_path, name), given, tmp_path / f"{name}.log")
            crew.callback(made.end)
            return made

        # In peace the settle time is none and a creation takes a while, so that only the lease keeps others from making
        # the order a second time; with broken lines the settle time is what proves that an order was not made.
        texts = {**store.texts["connect"], **subject.texts, **({} if faults else {"settle_s": "0"})}
        store.control("PUT", "settings", {"write_delay_ms": 0 if faults else 150})
        orders = process("setup", "setup", {"platform": subject.name, "texts": texts}).hear()
        assert len(orders) == ORDERS
        workers = [process("work", f"worker-{n}", {"orders": orders}) for n in range(PROCESSES)]
        assert [worker.hear() for worker in workers] == ["ready"] * PROCESSES
        if faults:
            for skip in (1, 4, 9):
                store.fault(kind="drop_after", skip=skip, times=1)
                store.fault(kind="drop_before", skip=skip + 2, times=1)
        for worker in workers:
            worker.tell("go")
        told = [worker.hear() for worker in workers]

        assert [one["left"] for one in told] == [0] * PROCESSES, _standing(tmp_path)
        assert sum(one["had"] > 0 for one in told) > 1, "only one process ever had an order"
        totals = {order["source_identifier"]: minor(order["total"], "USD") for order in store.book()["orders"]}
        assert totals == {subject.stored(order_id): 2 * 1999 + 501 + 499 for order_id in placed}
        assert len(store.book()["orders"]) == ORDERS
        if faults:
            assert store.peace() == 6


def _standing(data: Path) -> list[tuple[Any, ...]]:
    """How the orders stand, for a failure's words."""
    with closing(sqlite3.connect(data / "tokbridge.sqlite3", timeout=30)) as database:
        sql = "SELECT tiktok_id, tokbridge_status, reason, problem_code FROM records_order"
        return database.execute(sql).fetchall()
