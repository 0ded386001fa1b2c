"""A running installation for every process of the test run; its books are audited as a whole when all is over."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.faults.world import World


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with World(tmp_path_factory.mktemp("world")) as world:
        world.start()
        yield world
        found = world.audit()
        assert found.clean, f"{found}; see the logs in {world.stage.data}"


@pytest.fixture
def world(running: World) -> Iterator[World]:
    """The running installation in peace: no fault is left over from the case before."""
    yield running
    for side in (running.stage.tiktok, running.store):
        side.delete("faults")
        side.delete("webhooks/faults")
