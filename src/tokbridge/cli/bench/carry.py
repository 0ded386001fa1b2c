"""Carrying: imported orders that are all due at once, against a bare script sending the same requests."""

from __future__ import annotations

import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from tokbridge.cli.bench.child import Child, cpu_of, inside, peak_mb_of
from tokbridge.cli.bench.database import kind, scratch_database
from tokbridge.cli.bench.floor import Floor, replay
from tokbridge.cli.bench.intake import login
from tokbridge.cli.bench.script import requests_to_carry
from tokbridge.cli.bench.world import Delays, World, world
from tokbridge.cli.demo.audit import seller_view
from tokbridge.cli.demo.cases import Json
from tokbridge.cli.supervisor import Supervisor

THREADS = 16
PATIENCE = 120.0  # seconds without a new store order after which the measurement ends as it stands
STARTS = 30.0  # seconds a worker may take to start


@dataclass(frozen=True, slots=True)
class Carried:
    seconds: float
    cpu: float
    peak_mb: float
    calls: dict[str, int]
    wrong: list[str]


def measure_carry(orders: int, delays: Delays) -> Json:
    """Tokbridge first, so that the bare script can be given the same number of calls; each has a world of its own."""
    ours = _ours(orders, delays)
    read_again = min(orders, ours.calls.get("orders.detail", 0))
    floor, floor_wrong = _floor(orders, delays, read_again)
    return {
        "bench": "carry",
        "database": kind(),
        "orders": orders,
        "threads": THREADS,
        "read_delay_ms": delays.read,
        "write_delay_ms": delays.write,
        "floor_s": round(floor.seconds, 2),
        "ours_s": round(ours.seconds, 2),
        "ratio": round(ours.seconds / floor.seconds, 3),
        "cpu_ms_per_order": round(ours.cpu / orders * 1000, 2),
        "floor_cpu_ms_per_order": round(floor.cpu / orders * 1000, 2),
        "calls_per_order": {name: round(count / orders, 3) for name, count in ours.calls.items()},
        "peak_rss_mb": round(ours.peak_mb, 1),
        "created": orders - len(ours.wrong),
        "correct": not ours.wrong and not floor_wrong,
        "wrong": ours.wrong[:5] + floor_wrong[:5],
    }


def _floor(orders: int, delays: Delays, read_again: int) -> tuple[Floor, list[str]]:
    with world() as there:
        there.place(orders, on_hold=False)
        ids = list(there.tiktok.get("book")["orders"])
        requests = requests_to_carry(there, login(there), ids)
        there.slow_down(delays)
        sent = [each if number < read_again else each[1:] for number, each in enumerate(requests)]
        return replay(sent, THREADS), wrong_orders(there)


def _ours(orders: int, delays: Delays) -> Carried:
    with world() as there, scratch_database() as database, tempfile.TemporaryDirectory() as folder:
        data = Path(folder)
        there.place(orders, on_hold=False)
        environment = there.environment(data, database) | {"TOKBRIDGE_WORKER_THREADS": str(THREADS)}
        supervisor = Supervisor()
        with inside("carry", environment) as child:
            child.hear()
            try:
                supervisor.start(
                    "worker", [sys.executable, "-m", "tokbridge.cli.main", "worker"], environment, data / "worker.log"
                )
                pid = supervisor.pid("worker")
                _wait_until_idle(pid, data)
                there.slow_down(delays)
                before = cpu_of(pid)
                child.ask()
                ended_at = _wait_for_orders(there, orders)
                told = _wait_until_settled(child, orders)
                cpu, peak = cpu_of(pid) - before, peak_mb_of(pid)
            finally:
                supervisor.stop()
        return Carried(ended_at - told["swept_at"], cpu, peak, there.calls(), wrong_orders(there))


def _wait_until_idle(pid: int, data: Path) -> None:
    """The worker holds its lock once it runs, and has used no CPU to speak of for a second once it has started."""
    give_up = time.monotonic() + STARTS
    while time.monotonic() < give_up:
        before = cpu_of(pid)
        time.sleep(1)
        if any(data.glob("worker-*.lock")) and cpu_of(pid) - before < 0.1:
            return
    raise RuntimeError("the worker did not start")


def _wait_for_orders(there: World, orders: int) -> float:
    """When the last store order stands in the store's book, as Unix time."""
    last, last_change = -1, time.monotonic()
    while time.monotonic() - last_change < PATIENCE:
        sent = there.calls().get("orderCreate", 0)
        if sent >= orders and len(there.store.get("book")["orders"]) >= orders:
            break
        if sent != last:
            last, last_change = sent, time.monotonic()
        time.sleep(0.1)
    return time.time()


def _wait_until_settled(child: Child, orders: int) -> Json:
    """When Tokbridge has written down what it did."""
    give_up = time.monotonic() + 30
    told = child.ask()
    while told["created"] < orders and time.monotonic() < give_up:
        time.sleep(0.2)
        told = child.ask()
    return told


def wrong_orders(there: World) -> list[str]:
    """TikTok ids that do not have exactly one store order over exactly the seller's view."""
    wanted = {
        order_id: Decimal(seller_view(order["payment"]))
        for order_id, order in there.tiktok.get("book")["orders"].items()
    }
    made = there.store.get("book")["orders"]
    times = Counter(row["source_identifier"] for row in made)
    totals = {row["source_identifier"]: Decimal(row["total"]) for row in made}
    wrong = [order_id for order_id, total in wanted.items() if times[order_id] != 1 or totals[order_id] != total]
    return wrong + [marker for marker in times if marker not in wanted]
