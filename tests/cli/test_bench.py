"""The benches, small and without delays: what they say must be true; how fast it was is nobody's business here."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.slow

ORDERS = 30


def run(*arguments: str, data: Path, orders: int = ORDERS) -> dict[str, Any]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("TOKBRIDGE_")}
    command = [sys.executable, "-m", "tokbridge.cli.main", "bench", *arguments, "--orders", str(orders), "--json"]
    ended = subprocess.run(
        command,
        env={**clean, "TOKBRIDGE_DATA_DIR": str(data), "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    (line,) = ended.stdout.splitlines()
    told: dict[str, Any] = json.loads(line)
    return told


def test_every_order_of_the_list_is_stored(tmp_path: Path) -> None:
    told = run("intake", "--read-ms", "0", data=tmp_path)
    assert told["correct"] is True
    assert told["stored"] == told["orders"] == ORDERS
    assert told["database"] == "sqlite"
    assert told["calls_per_order"] == {"orders.search": round(1 / ORDERS, 4)}
    assert {"floor_s", "ours_s", "ratio", "cpu_ms_per_order", "peak_rss_mb", "read_delay_ms"} <= told.keys()
    assert list(tmp_path.glob("tokbridge.sqlite3*")) == []  # its own database, not the installation's


def test_every_order_is_carried_once_and_right_to_the_cent(tmp_path: Path) -> None:
    told = run("carry", "--read-ms", "0", "--write-ms", "0", data=tmp_path)
    assert told["correct"] is True
    assert told["wrong"] == []
    assert told["created"] == told["orders"] == ORDERS
    assert told["calls_per_order"]["orderCreate"] == 1
    assert told["calls_per_order"]["orderByIdentifier"] == 1
    assert {"floor_s", "ours_s", "ratio", "cpu_ms_per_order", "peak_rss_mb", "write_delay_ms"} <= told.keys()
    assert list(tmp_path.glob("tokbridge.sqlite3*")) == []


def test_every_page_of_the_desk_is_answered(tmp_path: Path) -> None:
    told = run("page", "--rounds", "5", data=tmp_path, orders=1000)
    assert told["correct"] is True
    assert told["stored"] == 1000
    pages = told["pages"]
    assert {
        "floor",
        "tab all",
        "deep",
        "filter month",
        "search customer, none",
        "order page",
        "live counts",
    } <= pages.keys()
    assert all({"p50", "p95", "cpu"} <= page.keys() for page in pages.values())
    rows = {name: page["rows"] for name, page in pages.items()}
    assert rows["tab all"] == rows["deep"] == 50
    assert rows["search customer, none"] == 0
    assert rows["search order id, whole"] == rows["search tracking number"] == 1
    assert list(tmp_path.glob("tokbridge.sqlite3*")) == []
