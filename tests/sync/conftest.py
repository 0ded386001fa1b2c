from __future__ import annotations

import pytest

from tests.sync.world import World


@pytest.fixture
def world(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> World:
    """A connected TikTok shop and store, one channel, no orders."""
    return World(monkeypatch)
