"""Orders are carried while one thing after another goes wrong. Whatever it is: none lost, none doubled, none off by a
cent, none with another outcome than it must have."""

from __future__ import annotations

import pytest

from tests.faults.cases import SHOPIFY, TIKTOK, Fault
from tests.faults.world import World
from tokbridge.cli.demo.control import Control

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("fault", TIKTOK, ids=lambda fault: fault.name)
def test_tiktok(world: World, fault: Fault) -> None:
    _carry(world, world.stage.tiktok, fault)


@pytest.mark.parametrize("fault", SHOPIFY, ids=lambda fault: fault.name)
def test_shopify(world: World, fault: Fault) -> None:
    _carry(world, world.stage.store, fault)


def _carry(world: World, side: Control, fault: Fault) -> None:
    for wanted in fault.faults:
        side.post("faults", wanted)
    for wanted in fault.webhooks:
        side.post("webhooks/faults", wanted)
    world.carry(world.place(fault.mix))
    world.until(lambda: _all_struck(side), "every fault struck")


def _all_struck(side: Control) -> bool:
    """A case in which nothing went wrong would prove nothing."""
    struck = [one["hit_count"] for one in side.get("faults")["faults"]]
    struck += [one["hits"] for one in side.get("webhooks/faults")["faults"]]
    return all(struck)
