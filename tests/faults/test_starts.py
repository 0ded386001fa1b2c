"""Everything starts at the same moment in an empty folder, as at a machine's boot."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.faults.cases import MIX
from tests.faults.world import World
from tokbridge.cli.demo.stage import Stage

pytestmark = pytest.mark.slow
OTHERS = ("two", "three")


def test_workers_and_pages_that_start_together_all_stay(tmp_path: Path) -> None:
    """Seen before: workers that ended because another was making the same tables, and pages that failed until they were
    started again, for they had read the key before it was written."""
    with World(tmp_path) as world:
        stage = world.stage
        environment = stage.environment()
        for name in OTHERS:
            command = [sys.executable, "-m", "tokbridge.cli.main", "worker"]
            stage.supervisor.start(
                name, command, {**environment, "TOKBRIDGE_WORKER_NAME": name}, tmp_path / f"{name}.log"
            )
        world.start()
        for name in ("worker", *OTHERS):
            log = tmp_path / f"{name}.log"
            world.until(lambda log=log: "worker starts" in log.read_text(), f"{log.name} says that it works")
        assert stage.supervisor.deaths == {}
        world.carry(world.place(MIX))


def test_the_port_of_a_stage_is_given_to_nobody_else(tmp_path: Path) -> None:
    stage = Stage(tmp_path, 0, {})
    other = Stage(tmp_path, stage.port, {})
    assert other.port != stage.port
    for one in (stage, other):
        one.stop()
