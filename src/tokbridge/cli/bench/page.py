"""The pages of the orders desk over a filled database, against a view that does the least.

Inside one process, through Django's test client: every request passes the whole middleware stack, with its session and
its user read from the database, and the answer is composed to its last byte. No socket and no server is part of it.
"""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from tokbridge.cli.bench.child import inside
from tokbridge.cli.bench.database import kind, scratch_database
from tokbridge.cli.demo.cases import Json

WARM = 3
# The most that p50 may be, in ms: (SQLite, PostgreSQL). Pages that are not named: `ANY_PAGE`.
FIRST_PAGE, FILTERED, SEARCH, ANY_PAGE = (15, 20), (30, 30), (100, 100), (100, 100)
TIMES_FLOOR = 15
DEEPER = 1.2


def measure_pages(orders: int, rounds: int) -> Json:
    with scratch_database() as database, tempfile.TemporaryDirectory() as data:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("TOKBRIDGE_")}
        ours = {"DATA_DIR": data, "DATABASE_URL": database, "LOG_LEVEL": "warning"}
        environment = kept | {f"TOKBRIDGE_{name}": value for name, value in ours.items()}
        environment |= {"BENCH_ORDERS": str(orders), "BENCH_ROUNDS": str(rounds)}
        (Path(data) / "static").mkdir()
        with inside("page", environment) as child:
            told = child.hear()
    return {
        "bench": "page",
        "database": kind(),
        "orders": orders,
        "rounds": rounds,
        **told,
        "correct": told["stored"] == orders,
    }


def missed(figures: Json) -> list[str]:
    """Goals that were not reached, in words."""
    column = 0 if figures["database"] == "sqlite" else 1
    floor = figures["pages"]["floor"]["p50"]
    pages: Mapping[str, Mapping[str, float]] = figures["pages"]
    found = []
    for name, told in pages.items():
        most = _goal(name)[column]
        if told["p50"] > most:
            found.append(f"{name}: p50 {told['p50']} ms > {most}")
        if name.startswith("tab ") and told["p50"] > TIMES_FLOOR * floor:
            found.append(f"{name}: more than {TIMES_FLOOR} x the floor")
    if pages["deep"]["p50"] > DEEPER * pages["tab all"]["p50"]:
        found.append("deep: more than 20 % above the first page")
    return found


def _goal(name: str) -> tuple[int, int]:
    if name.startswith("tab "):
        return FIRST_PAGE
    if name.startswith("filter"):
        return FILTERED
    return SEARCH if name.startswith("search") else ANY_PAGE


def summary(times: list[tuple[float, float]]) -> dict[str, float]:
    """In ms: p50 and p95 of the wall clock, and p50 of this process's CPU, which a busy machine disturbs least."""
    ordered = sorted(wall for wall, _ in times)
    p95 = ordered[round(0.95 * (len(ordered) - 1))]
    cpu = statistics.median(cpu for _, cpu in times)
    return {
        name: round(seconds * 1000, 2)
        for name, seconds in (("p50", statistics.median(ordered)), ("p95", p95), ("cpu", cpu))
    }


def timed(asks: Mapping[str, Callable[[], object]], rounds: int) -> dict[str, list[tuple[float, float]]]:
    """Seconds (wall, CPU) of each call, by its name, after some that do not count. Every round asks for each once: a
    moment at which the machine is busy with something else touches all of them a little, and none of them wholly."""
    found: dict[str, list[tuple[float, float]]] = {name: [] for name in asks}
    for turn in range(WARM + rounds):
        for name, ask in asks.items():
            began, cpu = time.perf_counter(), time.process_time()
            ask()
            if turn >= WARM:
                found[name].append((time.perf_counter() - began, time.process_time() - cpu))
    return found
