"""How an order lives: from its payment to its end, by hand or by itself when its time is over (reference 3.10)."""

from collections.abc import Callable, Mapping
from typing import Any

from tokbridge.sandbox.tiktok.cancellations import Cancellations
from tokbridge.sandbox.tiktok.packages import Packages, event
from tokbridge.sandbox.tiktok.steps import Steps
from tokbridge.sandbox.tiktok.world import Order, World
from tokbridge.sandbox.wire import Json

AT_ONCE = 500
LATE = "system_cancel_order_reason_shipping_timeout"
DURATIONS = {
    "UNPAID": "unpaid_seconds",
    "ON_HOLD": "hold_seconds",
    "AWAITING_SHIPMENT": "ship_within_seconds",
    "AWAITING_COLLECTION": "scan_seconds",
    "IN_TRANSIT": "deliver_seconds",
    "DELIVERED": "complete_seconds",
    "request": "request_answer_seconds",
}


class Life:
    """What happens to orders beside their cancellation."""

    def __init__(self, world: World, steps: Steps, settings: Mapping[str, Any]) -> None:
        self._world = world
        self._settings = settings
        self.steps = steps
        self.packages = Packages(world, steps)
        self.cancellations = Cancellations(world, steps, self.packages)

    def tick(self) -> None:
        """Whatever is due by the settings' durations; null = only by hand."""
        now = self.steps.now()
        cancel = self.cancellations.cancel
        due: dict[str, Callable[[str], object]] = {
            "UNPAID": lambda one: cancel(self._world.order(one), "SYSTEM", "system_cancel_unpaid_time_out"),
            "ON_HOLD": lambda one: self.release(self._world.order(one)),
            "AWAITING_SHIPMENT": lambda one: cancel(self._world.order(one), "SYSTEM", LATE),
            "AWAITING_COLLECTION": lambda one: self.scan(self._world.order(one)),
            "IN_TRANSIT": lambda one: self.deliver(self._world.order(one)),
            "DELIVERED": lambda one: self.complete(self._world.order(one)),
            "request": lambda one: self.cancellations.approve(self._world.cancellations[one]),
        }
        for status, step in due.items():
            seconds = self._settings[DURATIONS[status]]
            if seconds is not None:
                for key in self._world.overdue(status, now - float(seconds), AT_ONCE):
                    step(key)

    def pay(self, order: Order) -> None:
        """The buyer pays (or, cash on delivery, confirms)."""
        self.steps.require(order, "UNPAID")
        shop = self._world.shops[order.shop_id]
        if not order.doc["is_cod"]:
            order.doc["paid_time"] = int(self.steps.now())
        if shop["on_hold"]:
            self.steps.move(order, "ON_HOLD")
        else:
            self._await_shipment(order)

    def release(self, order: Order) -> None:
        """The hour is over."""
        self.steps.require(order, "ON_HOLD")
        self._await_shipment(order)

    def ship(self, order: Order, package: Json, tracking_number: str, provider: Json) -> None:
        """All in the package is arranged; that rejects a pending request of the buyer (reference 5.4, US)."""
        self.steps.require(order, "AWAITING_SHIPMENT", "PARTIALLY_SHIPPING")
        for request in self.cancellations.pending(order):
            self.cancellations.close(request)
        now = int(self.steps.now())
        package |= {"status": "PROCESSING", "shipped_at": now}
        self.packages.track(order, package, tracking_number, provider)
        for line in order.live_lines:
            if line["id"] in package["line_ids"]:
                line |= {"rts_time": now, "display_status": "AWAITING_COLLECTION", "package_status": "PROCESSING"}
        order.tracking.append(event("The seller has arranged the shipment.", now))
        order.doc.setdefault("rts_time", now)
        status = "PARTIALLY_SHIPPING" if order.waiting_lines else "AWAITING_COLLECTION"
        if status == order.status:
            self.steps.touch(order)
        else:
            self.steps.move(order, status)

    def scan(self, order: Order) -> None:
        """The carrier collects every package."""
        self.steps.require(order, "AWAITING_COLLECTION")
        order.doc["collection_time"] = int(self.steps.now())
        self.packages.advance(order, "FULFILLING", "Your package has been picked up by the carrier.")
        self.steps.move(order, "IN_TRANSIT")

    def deliver(self, order: Order) -> None:
        """Every package arrives."""
        self.steps.require(order, "IN_TRANSIT")
        order.doc["delivery_time"] = int(self.steps.now())
        self.packages.advance(order, "COMPLETED", "Your package was delivered!")
        self.steps.move(order, "DELIVERED")

    def complete(self, order: Order) -> None:
        """The after-sales period ends, or all is refunded."""
        self.steps.move(order, "COMPLETED")

    def change_address(self, order: Order, changes: Json) -> None:
        """The buyer corrects the address."""
        order.address = {**order.address, **changes}
        order.doc["has_updated_recipient_address"] = True
        self.steps.touch(order)
        self.steps.notify.address_changed(order)

    def _await_shipment(self, order: Order) -> None:
        if self._world.shops[order.shop_id]["packages_before_shipping"]:
            self.packages.new(order, order.live_lines)
        self.steps.move(order, "AWAITING_SHIPMENT")
