"""Connecting a shop with a history harms nothing: old orders are shown, and made only when a person says so."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults.world import World

pytestmark = pytest.mark.slow

COUNT = 5000


def test_five_thousand_old_orders_make_no_store_order(tmp_path: Path) -> None:
    with World(tmp_path) as world:
        old = {"units": [{"sku": "SKU-1", "price": "10.00"}], "age_seconds": 2 * 86_400, "status": "AWAITING_SHIPMENT"}
        ids = world.stage.tiktok.post("orders", {"count": COUNT, "order": old})["ids"]
        world.start()
        rows = "SELECT count(*) FROM records_order"
        world.until(lambda: world.ask(rows)[0][0] == COUNT, "every old order is a row")
        world.carry(world.place(("plain", "plain")))  # so that the worker has had its turn
        standing = "SELECT tokbridge_status, reason, count(*) FROM records_order WHERE placed_at < ? GROUP BY 1, 2"
        start = world.ask("SELECT min(start) FROM records_channel")[0][0]
        assert world.ask(standing, start) == [("not ours", "before the channel's start", COUNT)]
        assert made(world) == 2
        ran = world.run("create", ids[7])
        assert ran.returncode == 0, ran.stderr
        assert made(world) == 3
        [order] = [one for one in world.store.get("book")["orders"] if one["source_identifier"] == ids[7]]
        assert order["total"] == "10.00"


def made(world: World) -> int:
    return len(world.store.get("book")["orders"])
