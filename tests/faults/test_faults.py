"""Orders are carried while one thing after another goes wrong. Whatever it is: none lost, none doubled, none off by a
cent, none with another outcome than it must have."""

from __future__ import annotations

from pathlib import Path

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
    _carry(world, world.store, fault)


def test_search_lags_and_ids_are_not_unique(world: World) -> None:
    """Shopify would take a second order with the same id, and its search shows the first one only later."""
    store = world.store
    before = store.get("settings")
    store.put("settings", {"unique_id_metafield": False, "search_lag_seconds": 2})
    try:
        _carry(world, store, Fault("", ({"operation": "orderCreate", "kind": "drop_after", "times": 3},)))
    finally:
        store.put("settings", {name: before[name] for name in ("unique_id_metafield", "search_lag_seconds")})


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


def test_every_fault_is_told() -> None:
    """docs/faults.md has a row for every case here."""
    page = (Path(__file__).parents[2] / "docs" / "faults.md").read_text()
    assert [fault.name for fault in (*TIKTOK, *SHOPIFY) if f"\n| {fault.name} |" not in page] == []
