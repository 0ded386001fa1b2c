"""The worker dies (-9) at the worst moments, and starts again."""

from __future__ import annotations

import os
import signal

import pytest

from tests.faults.cases import CANCELLED_IN_STORE, MIX
from tests.faults.world import World
from tokbridge.cli.demo.control import Control

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(
    ("operation", "kind", "mix"),
    [
        ("orderCreate", "kill_after_write", MIX),
        ("orderCreate", "kill_after_answer", MIX),
        ("orderCancel", "kill_after_write", MIX),
        ("orders.packages", "kill_after_write", MIX),
        ("orders.packages", "kill_after_answer", MIX),
        ("cancellations.create", "kill_after_write", CANCELLED_IN_STORE),
    ],
)
def test_worker_killed(world: World, operation: str, kind: str, mix: tuple[str, ...]) -> None:
    side: Control = world.store if operation.startswith("order") and "." not in operation else world.stage.tiktok
    side.post("faults", {"operation": operation, "kind": kind, "pid_file": str(world.stage.pid_file)})
    world.carry(world.place(mix))
    assert side.get("faults")["faults"][0]["hit_count"] == 1


def test_worker_killed_at_any_moment(world: World) -> None:
    before = world.stage.supervisor.deaths.get("worker", 0)
    placed = world.place(MIX)
    os.kill(world.stage.supervisor.pid("worker"), signal.SIGKILL)
    world.carry(placed)
    assert world.stage.supervisor.deaths["worker"] == before + 1
