from __future__ import annotations

import pytest

from tests.sync.world import World
from tokbridge.sync import outcome


@pytest.fixture(autouse=True)
def _no_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outcome, "WORKER_STARTS", 0.0)
    monkeypatch.setattr(outcome, "LOOK_EVERY", 0.005)


@pytest.fixture
def world(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> World:
    """As the flow's, with a channel that creates by hand."""
    return World(monkeypatch, policy={"create_automatically": False})
