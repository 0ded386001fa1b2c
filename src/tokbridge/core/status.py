"""TikTok's nine order statuses and their legal graph (reference tiktok-shop-api.md 3.10)."""

from __future__ import annotations

from enum import StrEnum


class Status(StrEnum):
    UNPAID = "UNPAID"
    ON_HOLD = "ON_HOLD"
    AWAITING_SHIPMENT = "AWAITING_SHIPMENT"
    PARTIALLY_SHIPPING = "PARTIALLY_SHIPPING"
    AWAITING_COLLECTION = "AWAITING_COLLECTION"
    IN_TRANSIT = "IN_TRANSIT"
    DELIVERED = "DELIVERED"
    COMPLETED = "COMPLETED"
    CANCELLED = "CANCELLED"


_STEPS: dict[Status, frozenset[Status]] = {
    Status.UNPAID: frozenset({Status.ON_HOLD, Status.AWAITING_SHIPMENT, Status.CANCELLED}),
    Status.ON_HOLD: frozenset({Status.AWAITING_SHIPMENT, Status.CANCELLED}),
    Status.AWAITING_SHIPMENT: frozenset({Status.PARTIALLY_SHIPPING, Status.AWAITING_COLLECTION, Status.CANCELLED}),
    Status.PARTIALLY_SHIPPING: frozenset({Status.AWAITING_COLLECTION, Status.CANCELLED}),
    Status.AWAITING_COLLECTION: frozenset({Status.IN_TRANSIT, Status.CANCELLED, Status.COMPLETED}),
    Status.IN_TRANSIT: frozenset({Status.DELIVERED, Status.COMPLETED, Status.CANCELLED}),
    Status.DELIVERED: frozenset({Status.COMPLETED}),
    Status.COMPLETED: frozenset(),
    Status.CANCELLED: frozenset(),
}

BEFORE_SHIPMENT = frozenset({Status.UNPAID, Status.ON_HOLD, Status.AWAITING_SHIPMENT})
ON_THE_WAY = frozenset({Status.PARTIALLY_SHIPPING, Status.AWAITING_COLLECTION, Status.IN_TRANSIT})
SHIPPABLE = frozenset({Status.AWAITING_SHIPMENT, Status.PARTIALLY_SHIPPING})
FINAL = frozenset({Status.COMPLETED, Status.CANCELLED})


def spoken(status: str) -> str:
    """As a part of a sentence: IN_TRANSIT is "in transit"."""
    return status.replace("_", " ").lower()


def parse(word: str) -> Status:
    """TikTok's word as a status; the webhook's CANCEL is the API's CANCELLED. Raises ValueError for an unknown one."""
    return Status.CANCELLED if word == "CANCEL" else Status(word)


def _closure() -> dict[Status, frozenset[Status]]:
    reach = dict(_STEPS)
    for _ in Status:
        reach = {
            start: steps.union(*(reach[step] for step in steps)) if steps else steps for start, steps in reach.items()
        }
    return reach


_REACHABLE = _closure()


def can_follow(old: Status, new: Status) -> bool:
    """True when `new` can come after `old`; missing middle steps count as passed, standing still is allowed."""
    return new == old or new in _REACHABLE[old]
