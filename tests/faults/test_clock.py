"""Our clock is ten minutes off TikTok's, either way: orders are carried all the same, and `check` says so."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.faults.cases import MIX
from tests.faults.world import World

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("skew", [600, -600])
def test_clock_ten_minutes_off(tmp_path: Path, skew: int) -> None:
    with World(tmp_path, {"tiktok": {"clock_skew_s": skew}}) as world:
        world.start()
        world.carry(world.place(MIX))
        found = json.loads(world.run("check", "--json").stdout)["findings"]
        [clock] = [one for one in found if one["name"] == "clock"]
        assert clock["grade"] == "wrong"
        told = float(clock["detail"].removeprefix("TikTok's clock is ").split()[0])
        assert abs(told - skew) < 30, clock["detail"]
        assert world.audit().clean
