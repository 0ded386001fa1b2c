"""Buyers order: each order is placed unpaid, how it must end is written down in the sandbox's book, then it is paid."""

from __future__ import annotations

import random
from collections.abc import Sequence

from tokbridge.cli.demo.audit import seller_view
from tokbridge.cli.demo.cases import OLD, Case, Json, Placed
from tokbridge.cli.demo.stage import Stage
from tokbridge.cli.demo.ways import Way


def place(stage: Stage, cases: Sequence[Case], rng: random.Random) -> list[Placed]:
    """Place one order per case, on any way that the case allows."""
    placed: list[Placed] = []
    for case in cases:
        way = rng.choice([way for way in stage.ways if allows(way, case)])
        template = {"status": "UNPAID", **case.template(rng), "shop_id": way.shop}
        if way.warehouse:
            template["warehouse_id"] = way.warehouse
        order_id = stage.tiktok.post("orders", {"order": template})["ids"][0]
        placed.append(Placed(case, order_id, way.platform, template.get("units", [])))
    book = stage.tiktok.get("book")["orders"]
    stage.tiktok.post("expected", {one.id: _expectation(one, book[one.id]) for one in placed})
    for one in placed:
        if book[one.id]["status"] == "UNPAID" and one.case.end != "unpaid":
            stage.tiktok.post(f"orders/{one.id}/pay")
    return placed


def allows(way: Way, case: Case) -> bool:
    """A case may need a shop with on-hold, and a store that can do what is done in it."""
    return way.platform not in case.not_on and case.hold_shop in {None, way.on_hold}


def _expectation(placed: Placed, order: Json) -> Json:
    case = placed.case
    numbers = sorted({line["tracking_number"] for line in order["lines"] if line.get("tracking_number")})
    return {
        "case": case.name,
        "platform": placed.platform,
        "deed": case.deed,
        "end": case.end,
        "code": case.code,
        "tiktok_status": "" if case is OLD else case.tiktok_status,
        "total": seller_view(order["payment"]),
        "numbers": numbers,
    }
