"""Killing the worker (-9) at the worst moments: after a write was applied and before its answer, after the answer and
before our commit, and at random."""

from __future__ import annotations

import os
import random
import signal
import time
from collections import Counter
from pathlib import Path

from tokbridge.cli.demo.control import Control

AFTER_WRITE = "kill_after_write"
AFTER_ANSWER = "kill_after_answer"


class Kills:
    """Ten kills: five in the first window, two in the second, three at random. `hits` tells what really happened."""

    def __init__(self, tiktok: Control, store: Control, pid_file: Path, orders: int, rng: random.Random) -> None:
        self._tiktok = tiktok
        self._store = store
        self._pid_file = pid_file
        self._rng = rng
        self._random_left = 3
        self._next_random = time.monotonic() + 25
        self.random_hits = 0
        few = max(1, orders // 25)
        for control, operation, kind, skip in (
            (store, "orderCreate", AFTER_WRITE, few),
            (store, "orderCreate", AFTER_WRITE, 4 * few),
            (store, "orderCreate", AFTER_WRITE, 8 * few),
            (tiktok, "orders.packages", AFTER_WRITE, few),
            (store, "orderCancel", AFTER_WRITE, 0),
            (store, "orderCreate", AFTER_ANSWER, 2 * few),
            (tiktok, "orders.packages", AFTER_ANSWER, 3 * few),
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
        for control in (self._tiktok, self._store):
            for fault in control.get("faults")["faults"]:
                if fault["kind"] in (AFTER_WRITE, AFTER_ANSWER):
                    counts[fault["kind"]] += fault["hit_count"]
        return dict(counts)
