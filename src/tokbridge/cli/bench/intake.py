"""Intake: TikTok's list of changed orders into an empty database, against a bare client paging through it."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from tokbridge.cli.bench.child import inside
from tokbridge.cli.bench.database import kind, scratch_database
from tokbridge.cli.bench.floor import Login, page_through
from tokbridge.cli.bench.world import Delays, World, world
from tokbridge.cli.demo.cases import Json

LOOK_BACK = 90 * 86400  # as far as a first poll looks


def measure_intake(orders: int, delays: Delays) -> Json:
    """Floor first, then Tokbridge, on the same sandbox."""
    with world() as there, scratch_database() as database, tempfile.TemporaryDirectory() as data:
        there.place(orders, on_hold=True)
        with inside("intake", there.environment(Path(data), database)) as ours:
            ours.hear()
            there.slow_down(delays)
            floor = page_through(login(there), int(time.time()) - LOOK_BACK)
            there.slow_down(delays)
            told = ours.ask()
            calls = there.calls()
    return {
        "bench": "intake",
        "database": kind(),
        "orders": orders,
        "read_delay_ms": delays.read,
        "floor_s": round(floor.seconds, 2),
        "ours_s": round(told["seconds"], 2),
        "ratio": round(told["seconds"] / floor.seconds, 3),
        "cpu_ms_per_order": round(told["cpu"] / orders * 1000, 3),
        "floor_cpu_ms_per_order": round(floor.cpu / orders * 1000, 3),
        "calls_per_order": {name: round(count / orders, 4) for name, count in calls.items()},
        "peak_rss_mb": round(told["rss_mb"], 1),
        "stored": told["stored"],
        "correct": told["stored"] == floor.orders == orders,
    }


def login(there: World) -> Login:
    """A token for the bare client."""
    told = there.tiktok.get("credentials")
    key, secret = next(iter(told["apps"].items()))
    shop = told["shops"][0]
    token = there.tiktok.post("tokens", {"open_id": shop["open_id"]})["access_token"]
    return Login(there.tiktok.url, key, secret, token, shop["cipher"])
