"""Killing the worker (-9) at the worst moments: after a write was applied and before its answer, after the answer and
before our commit, and at random."""

from __future__ import annotations

import os
import random
import signal
import time
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from tokbridge.cli.demo.control import Control

AFTER_WRITE = "kill_after_write"
AFTER_ANSWER = "kill_after_answer"


class Kills:
    """Ten kills or more: four writes, the first cancellation of each store and the first stock figure written in the
    first window, two writes in the second, three at random. `hits` tells what really happened."""

    def __init__(
        self, tiktok: Control, stores: Mapping[str, Control], pid_file: Path, orders: int, rng: random.Random
    ) -> None:
        self._controls = [tiktok, *stores.values()]
        self._pid_file = pid_file
        self._rng = rng
        self._random_left = 3
        self._next_random = time.monotonic() + 25
        self.random_hits = 0
        few = max(1, orders // 25)
        names = {platform: store.get("credentials")["operations"] for platform, store in stores.items()}
        creations = [
            (control, names[platform]["create"]) for platform, control in stores.items()
        ]  # the first three kills of the first kind, and the first of the second, go round the stores
        writes = [creations[number % len(creations)] for number in range(3)]
        cancels = [(control, names[platform]["cancel"]) for platform, control in stores.items()]
        stocks = [
            (control, names[platform]["stock"]) for platform, control in stores.items() if "stock" in names[platform]
        ]  # of a store that does not give units back by itself
        for (control, operation), kind, skip in (
            (writes[0], AFTER_WRITE, few // len(stores)),
            (writes[1], AFTER_WRITE, 4 * few // len(stores)),
            (writes[2], AFTER_WRITE, 8 * few // len(stores)),
            ((tiktok, "orders.packages"), AFTER_WRITE, few),
            *((once, AFTER_WRITE, 0) for once in (*cancels, *stocks)),
            (rng.choice(creations), AFTER_ANSWER, 2 * few // len(stores)),
            ((tiktok, "orders.packages"), AFTER_ANSWER, 3 * few),
        ):
            control.post("faults", {"operation": operation, "kind": kind, "skip": skip, "pid_file": str(pid_file)})

    def look(self) -> None:
        """Kill at random, three times, some seconds apart."""
        if self._random_left and time.monotonic() >= self._next_random:
            try:
                os.kill(int(self._pid_file.read_text().strip()), signal.SIGKILL)
                self.random_hits += 1
            except (ProcessLookupError, ValueError, OSError):
                return
            finally:
                self._next_random = time.monotonic() + self._rng.uniform(4, 12)
            self._random_left -= 1

    def hits(self) -> dict[str, int]:
        """Kills that really happened, by window."""
        counts: Counter[str] = Counter({AFTER_WRITE: 0, AFTER_ANSWER: 0, "random": self.random_hits})
        for control in self._controls:
            for fault in control.get("faults")["faults"]:
                if fault["kind"] in (AFTER_WRITE, AFTER_ANSWER):
                    counts[fault["kind"]] += fault["hit_count"]
        return dict(counts)
