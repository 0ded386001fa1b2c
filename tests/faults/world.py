"""One running installation with both sandboxes: places orders, plays people, and waits until both books are right."""

from __future__ import annotations

import random
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, Self

from tokbridge.cli.demo.audit import Audit, audit
from tokbridge.cli.demo.cases import CASES, Case, Json, Placed
from tokbridge.cli.demo.control import Control
from tokbridge.cli.demo.director import Director
from tokbridge.cli.demo.marks import marker_of
from tokbridge.cli.demo.placing import place
from tokbridge.cli.demo.stage import Stage

BY_NAME = {case.name: case for case in CASES}
PLATFORM = "shopify"  # the stores' own ways to fail are examined in tests/conformance
PATIENCE = 150.0  # seconds for anything to come about; far more than it takes

QUICK: Json = {
    "tiktok": {
        "hold_seconds": 1,
        "scan_seconds": 1,
        "deliver_seconds": 1,
        "complete_seconds": 1,
        "webhook_retry_s": [0.5, 2, 5],
    },
    "shopify": {"search_lag_seconds": 1, "job_seconds": 0.2, "webhook_retry_s": [0.5, 2, 5]},
}
INSTALLATION = {
    "TOKBRIDGE_HOUR_S": "1",
    "TOKBRIDGE_POLL_S": "2",
    "TOKBRIDGE_SHOPIFY_SETTLE_S": "3",
    "TOKBRIDGE_DATABASE_URL": "",  # each world has files of its own
    "TOKBRIDGE_REDIS_URL": "",
}


class World:
    """`settings`: of the sandboxes, over the quick ones. `installation`: environment, over the quick one. `platforms`:
    the stores that take part."""

    def __init__(
        self,
        data: Path,
        settings: Mapping[str, Json] | None = None,
        installation: Mapping[str, str] | None = None,
        platforms: Sequence[str] = (PLATFORM,),
    ) -> None:
        told = settings or {}
        merged = {side: {**QUICK.get(side, {}), **told.get(side, {})} for side in {*QUICK, *told}}
        self.stage = Stage(data, 0, merged, {**INSTALLATION, **(installation or {})}, platforms)
        self.rng = random.Random(str(data))
        self._environment: dict[str, str] | None = None

    @property
    def store(self) -> Control:
        """The store's sandbox."""
        return self.stage.stores[PLATFORM]

    def __enter__(self) -> Self:
        self.stage.start_sandbox()
        return self

    def __exit__(self, *_exc: object) -> None:
        self.stage.stop()

    def start(self) -> None:
        """Start pages and worker, and wait until both sides are connected and send their events here."""
        self.stage.start_tokbridge()
        self.until(self.connected, "both sides connected")

    def connected(self) -> bool:
        try:
            channels = self.ask("SELECT count(*) FROM records_channel")[0][0]
            unprepared = self.ask("SELECT count(*) FROM records_store WHERE currency = ''")[0][0]
        except sqlite3.OperationalError:  # the tables are just being made
            return False
        hooks = [hook for one in self.stage.tiktok.get("book")["webhooks"].values() for hook in one]
        heard = all(book.get("subscriptions", True) for book in self.stage.books().values())
        return channels == len(self.stage.ways) and not unprepared and len(self.stage.shops()) <= len(hooks) and heard

    def ask(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        """Read the installation's tables, as somebody beside it."""
        with closing(sqlite3.connect(self.stage.data / "tokbridge.sqlite3", timeout=30)) as database:
            return database.execute(sql, values).fetchall()

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        """Run a command of this installation beside its running processes."""
        if self._environment is None:
            self._environment = self.stage.environment()
        return subprocess.run(
            [sys.executable, "-m", "tokbridge.cli.main", *command],
            env=self._environment,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )

    def until(self, condition: Callable[[], bool], what: str) -> None:
        """Wait for it, starting again whatever has died."""
        give_up = time.monotonic() + PATIENCE
        while not condition():
            assert time.monotonic() < give_up, f"never came about: {what}; see the logs in {self.stage.data}"
            self.stage.supervisor.check()
            time.sleep(0.2)

    def place(self, names: Iterable[str]) -> list[Placed]:
        """Buyers order what the demo's cases of these names say."""
        return place(self.stage, [BY_NAME[name] for name in names], self.rng)

    def place_cases(self, cases: Sequence[Case]) -> list[Placed]:
        return place(self.stage, cases, self.rng)

    def carry(self, placed: list[Placed], turn: Callable[[], None] = lambda: None) -> None:
        """Play the people of these orders until each is where it must be: none lost, doubled, off by a cent, or with
        another outcome. `turn` is called every round."""
        director = Director(self.stage.tiktok, self.stage.stores, self.rng)
        director.add(placed)
        found = Audit()

        def right() -> bool:
            nonlocal found
            turn()
            director.look()
            if director.open:
                return False
            found = self.audit({one.id for one in placed})
            return found.clean

        try:
            self.until(right, "every order is where it must be")
        except AssertionError as error:
            deeds = [f"{one.id} {one.case.name}" for one in director.open]
            standing = self.ask(
                f"SELECT tiktok_id, tokbridge_status, reason, problem_code FROM records_order"
                f" WHERE tiktok_id IN ({','.join('?' * len(placed))})",
                *(one.id for one in placed),
            )
            raise AssertionError(f"{error}\naudit: {found}\ndeeds still open: {deeds}\norders: {standing}") from None

    def audit(self, ids: set[str] | None = None) -> Audit:
        """Both books against what was expected; of these orders, or (None) of all, with the store's stock."""
        tiktok, books = self.stage.tiktok.get("book"), self.stage.books()
        stock = self.stage.stock
        if ids is not None:
            tiktok["expected"] = {order_id: tiktok["expected"][order_id] for order_id in ids}
            for book in books.values():
                book["orders"] = [order for order in book["orders"] if marker_of(order) in ids]
            stock = {}
        codes = dict(self.ask("SELECT tiktok_id, problem_code FROM records_order WHERE problem_code IS NOT NULL"))
        return audit(tiktok, books, codes, stock)

    def banners(self) -> list[str]:
        """Codes of the open problems that stop a whole connection."""
        return [
            code
            for (code,) in self.ask(
                "SELECT code FROM records_problem WHERE order_id IS NULL AND closed_at IS NULL ORDER BY first_at"
            )
        ]
