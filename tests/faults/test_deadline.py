"""Answers that never end: every call has one total deadline, whatever trickles in."""

from __future__ import annotations

import pytest

from tests.faults.cases import MIX
from tests.faults.world import World

pytestmark = pytest.mark.slow


def test_answers_that_drip(world: World) -> None:
    """A byte now and then keeps a read time-out from ever striking; here the creation, the shipment and a read drip."""
    drip = {"kind": "drip", "interval": 0.5}
    world.store.post("faults", {"operation": "orderCreate", **drip})
    for operation in ("orders.detail", "orders.packages"):
        world.stage.tiktok.post("faults", {"operation": operation, **drip})
    world.carry(world.place(MIX))
    struck = world.store.get("faults")["faults"] + world.stage.tiktok.get("faults")["faults"]
    assert [one["hit_count"] for one in struck] == [1, 1, 1]
