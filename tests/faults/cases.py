"""Every fault that is set in the sandboxes while orders are carried, with the name under which docs/faults.md tells
what happens. A fault is the sandbox's own form (docs/sandbox.md)."""

from __future__ import annotations

from dataclasses import dataclass

from tokbridge.cli.demo.cases import Json

MIX = (
    "plain",
    "plain",
    "two parcels",
    "shipped in Seller Center",
    "a unit cancelled",
    "cancelled after creation",
)
CANCELLED_IN_STORE = ("plain", "staff cancels in the store", "staff cancels in the store")


@dataclass(frozen=True)
class Fault:
    """`webhooks`: faults of this side's webhook sender. `unseen`: the fault need not strike (it only may)."""

    name: str
    faults: tuple[Json, ...] = ()
    webhooks: tuple[Json, ...] = ()
    mix: tuple[str, ...] = MIX


def _on(operation: str, kind: str, times: int | None = 2, **more: object) -> Json:
    return {"operation": operation, "kind": kind, "times": times, **more}


_HTML = {"status": 502, "body": "<html><title>Bad gateway</title></html>"}
_PART_REFUSED = {
    "status": 200,
    "content_type": "application/json",
    "body": '{"code":0,"message":"Success","data":{"errors":[{"code":36009003,"message":"Internal error","detail":{}}]}}',
}

TIKTOK = (
    Fault("orders.search: no answer", (_on("orders.search", "timeout_before", 3, seconds=2),)),
    Fault("orders.search: connection cut", (_on("orders.search", "drop_before", 4),)),
    Fault("orders.detail: no answer", (_on("orders.detail", "timeout_before", 3, seconds=2),)),
    Fault("orders.detail: connection cut", (_on("orders.detail", "drop_before", 4),)),
    Fault("reads: 429", (_on("orders.*", "http", 6, status=429, headers={"Retry-After": "1"}),)),
    Fault("reads: 500", (_on("orders.search", "http", 3), _on("orders.detail", "http", 3))),
    Fault(
        "reads: 36009003",
        (_on("orders.search", "error", 3, code=36009003), _on("orders.detail", "error", 3, code=36009003)),
    ),
    Fault("reads: HTML", (_on("orders.search", "http", 3, **_HTML), _on("orders.detail", "http", 3, **_HTML))),
    Fault("mark as shipped: cut before", (_on("orders.packages", "drop_before"),)),
    Fault("mark as shipped: no answer, done", (_on("orders.packages", "timeout_after", seconds=2),)),
    Fault("mark as shipped: cut, done", (_on("orders.packages", "drop_after"),)),
    Fault("mark as shipped: 500, done", (_on("orders.packages", "http_after"),)),
    Fault("mark as shipped: 36009003", (_on("orders.packages", "error", code=36009003),)),
    Fault("cancel: cut, done", (_on("cancellations.create", "drop_after", 1),), mix=CANCELLED_IN_STORE),
    Fault("store numbers: refused in part", (_on("external_orders.add", "http", 1, **_PART_REFUSED),)),
    Fault("webhooks: never", webhooks=({"topic": "*", "kind": "drop", "times": None},)),
    Fault("webhooks: twice", webhooks=({"topic": "*", "kind": "twice", "times": None},)),
    Fault("webhooks: late", webhooks=({"topic": "*", "kind": "late", "times": None, "seconds": 4},)),
    Fault("webhooks: shuffled", webhooks=({"topic": "*", "kind": "shuffle", "times": 12, "seconds": 3},)),
)

SHOPIFY = (
    Fault("orderCreate: cut before", (_on("orderCreate", "drop_before"),)),
    Fault("orderCreate: cut, done", (_on("orderCreate", "drop_after"),)),
    Fault("orderCreate: 500, done", (_on("orderCreate", "http_after"),)),
    Fault("orderCreate: INTERNAL_SERVER_ERROR", (_on("orderCreate", "error", code="INTERNAL_SERVER_ERROR"),)),
    Fault("orderCreate: THROTTLED", (_on("orderCreate", "error", code="THROTTLED"),)),
    Fault("orders query: 502 HTML", (_on("orders", "http", 3, **_HTML),)),
    Fault("fulfilments: webhooks never", webhooks=({"topic": "*", "kind": "drop", "times": None},)),
    Fault("orderCancel: cut, done", (_on("orderCancel", "drop_after", 1),)),
    Fault("refundCreate: cut, done", (_on("refundCreate", "drop_after", 1),)),
    Fault("fulfillmentCreate: cut, done", (_on("fulfillmentCreate", "drop_after", 1),)),
)
