"""The legal steps of an order's status, each with its time and its webhook (reference 3.10)."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tokbridge.sandbox.tiktok.notify import Notifier
from tokbridge.sandbox.tiktok.world import Order, World
from tokbridge.sandbox.wire import Reject

LEGAL = {
    "UNPAID": {"ON_HOLD", "AWAITING_SHIPMENT", "CANCELLED"},
    "ON_HOLD": {"AWAITING_SHIPMENT", "CANCELLED"},
    "AWAITING_SHIPMENT": {"PARTIALLY_SHIPPING", "AWAITING_COLLECTION", "CANCELLED"},
    "PARTIALLY_SHIPPING": {"AWAITING_COLLECTION", "CANCELLED"},
    "AWAITING_COLLECTION": {"IN_TRANSIT", "CANCELLED", "COMPLETED"},
    "IN_TRANSIT": {"DELIVERED", "CANCELLED", "COMPLETED"},
    "DELIVERED": {"COMPLETED"},
    "COMPLETED": set[str](),
    "CANCELLED": set[str](),
}
STATUSES = tuple(LEGAL)


class Steps:
    """Moves orders. Every change sets update_time, which never goes back, and sends the webhooks that belong to it."""

    def __init__(self, world: World, notifier: Notifier, clock: Callable[[], float]) -> None:
        self._world = world
        self.notify = notifier
        self._clock = clock
        self._past: float | None = None

    @property
    def live(self) -> bool:
        """Whether what happens is told to webhooks: not while a past moment is replayed."""
        return self._past is None

    def now(self) -> float:
        """The platform's clock, or the past moment being replayed."""
        return self._clock() if self._past is None else self._past

    @contextmanager
    def replaying(self, at: float) -> Iterator[None]:
        """Do things as of a past moment, without webhooks: how an order comes to be older than its creation here."""
        self._past = at
        try:
            yield
        finally:
            self._past = None

    def require(self, order: Order, *statuses: str) -> None:
        """Refuse what the order's status does not allow, before anything is changed."""
        if order.status not in statuses:
            raise Reject(f"order {order.id} is {order.status}, not {' or '.join(statuses)}")

    def touch(self, order: Order) -> None:
        """Save a changed order."""
        order.doc["update_time"] = max(int(self.now()), order.doc["update_time"])
        self._world.save_order(order)

    def move(self, order: Order, status: str) -> None:
        """Take one legal step; anything else is refused."""
        if status not in LEGAL[order.status]:
            raise Reject(f"order {order.id} cannot go from {order.status} to {status}")
        order.doc["status"] = status
        order.entered = self.now()
        order.history.append({"status": status, "at": order.entered})
        for line in order.live_lines:
            if status == "ON_HOLD":
                # display_status has no ON_HOLD (reference 3.7); what comes next is the nearest word.
                line["display_status"] = "AWAITING_SHIPMENT"
            elif status != "PARTIALLY_SHIPPING":
                line["display_status"] = status
        self.touch(order)
        if self.live:
            self.notify.status_changed(order)

    def announce(self, order: Order) -> None:
        """Tell of an order that was placed just now, wherever it stands."""
        self.notify.status_changed(order)
