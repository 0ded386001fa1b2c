"""Stopped by Ctrl-C or killed as a whole in the midst of work: a second start goes on with the same data."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.faults.cases import MIX
from tests.faults.world import PATIENCE, World

pytestmark = pytest.mark.slow


@contextmanager
def serving(world: World, environment: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """`tokbridge serve`, as a person starts it."""
    with (world.stage.data / "serve.log").open("ab") as log:
        command = [sys.executable, "-m", "tokbridge.cli.main", "serve", "--port", str(world.stage.port)]
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
    try:
        world.until(lambda: listens(world.stage.port), "the pages answer")
        yield process
    finally:
        if process.poll() is None:
            kill_all(process.pid)
        process.wait(PATIENCE)


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def family(pid: int) -> list[int]:
    """The process and all that descend from it."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        try:
            after_name = (entry / "stat").read_text().rpartition(")")[2].split()
            children.setdefault(int(after_name[1]), []).append(int(entry.name))
        except (OSError, ValueError, IndexError):
            continue
    found = [pid]
    for one in found:
        found += children.get(one, [])
    return found


def alive(pid: int) -> bool:
    try:
        return "Z" not in Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False


def kill_all(pid: int) -> None:
    for one in family(pid):
        os.kill(one, signal.SIGKILL)


def test_stopped_and_killed_and_started_again(tmp_path: Path) -> None:
    with World(tmp_path) as world:
        environment = world.stage.environment()
        with serving(world, environment) as process:
            world.until(world.connected, "both sides connected")
            placed = world.place(MIX)
            members = family(process.pid)
            assert len(members) >= 3, "pages and worker run as processes of their own"
            process.send_signal(signal.SIGINT)
            assert process.wait(PATIENCE) == 0
            assert not [pid for pid in members if alive(pid)], "everything it had started has ended"
        with serving(world, environment) as process:
            world.carry(placed)
            placed = world.place(MIX)
            members = family(process.pid)
            for pid in members:
                os.kill(pid, signal.SIGKILL)
            process.wait(PATIENCE)
        with serving(world, environment) as process:
            world.carry(placed)
            assert world.audit().clean
            process.send_signal(signal.SIGINT)
            assert process.wait(PATIENCE) == 0
