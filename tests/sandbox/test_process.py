"""The sandbox as a process: says where it is, stops on a signal, and goes on where it was."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import httpx2
import pytest

pytestmark = pytest.mark.slow


def start(data: Path) -> tuple[subprocess.Popen[str], str]:
    command = [sys.executable, "-m", "tokbridge.sandbox", "--tiktok-port", "0", "--data", str(data)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
    assert process.stdout is not None
    return process, json.loads(process.stdout.readline())["tiktok"]


def stop(process: subprocess.Popen[str], number: signal.Signals) -> None:
    process.send_signal(number)
    with process:
        assert process.wait(10) == 0


def test_start_stop_and_start_again(tmp_path: Path) -> None:
    process, url = start(tmp_path / "sandbox.sqlite3")
    ids = httpx2.post(f"{url}/_sandbox/orders", json={"count": 3}).json()["ids"]
    stop(process, signal.SIGTERM)
    process, url = start(tmp_path / "sandbox.sqlite3")
    assert list(httpx2.get(f"{url}/_sandbox/book").json()["orders"]) == ids
    stop(process, signal.SIGINT)
