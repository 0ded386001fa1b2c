"""How an order lives: legal transitions, packages, cancellations, and what happens by itself (reference 3.10, 5.4)."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from tokbridge.sandbox.tiktok import reasons
from tokbridge.sandbox.tiktok.notify import Notifier
from tokbridge.sandbox.tiktok.world import Order, World
from tokbridge.sandbox.wire import Json, Reject

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
PENDING, SUCCESS = "CANCELLATION_REQUEST_PENDING", "CANCELLATION_REQUEST_SUCCESS"
COMPLETE, CLOSED = "CANCELLATION_REQUEST_COMPLETE", "CANCELLATION_REQUEST_CANCEL"
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
    """Moves orders. Every change sets update_time, which never goes back, and sends the webhooks that belong to it."""

    def __init__(
        self, world: World, notifier: Notifier, settings: Mapping[str, Any], clock: Callable[[], float]
    ) -> None:
        self._world = world
        self.notify = notifier
        self._settings = settings
        self._clock = clock
        self._past: float | None = None

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

    def tick(self) -> None:
        """Whatever is due by the settings' durations; null = only by hand."""
        now = self._clock()
        steps: dict[str, Callable[[str], object]] = {
            "UNPAID": lambda one: self.cancel(self._world.order(one), "SYSTEM", "system_cancel_unpaid_time_out"),
            "ON_HOLD": lambda one: self.release(self._world.order(one)),
            "AWAITING_SHIPMENT": lambda one: self.cancel(self._world.order(one), "SYSTEM", LATE),
            "AWAITING_COLLECTION": lambda one: self.scan(self._world.order(one)),
            "IN_TRANSIT": lambda one: self.deliver(self._world.order(one)),
            "DELIVERED": lambda one: self.complete(self._world.order(one)),
            "request": lambda one: self.approve(self._world.cancellations[one]),
        }
        for status, step in steps.items():
            seconds = self._settings[DURATIONS[status]]
            if seconds is not None:
                for key in self._world.overdue(status, now - float(seconds), AT_ONCE):
                    step(key)

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
        if self._past is None:
            self.notify.status_changed(order)

    def announce(self, order: Order) -> None:
        """Tell of an order that was placed just now, wherever it stands."""
        self.notify.status_changed(order)

    def pay(self, order: Order) -> None:
        """The buyer pays (or, cash on delivery, confirms)."""
        self.require(order, "UNPAID")
        shop = self._world.shops[order.shop_id]
        if not order.doc["is_cod"]:
            order.doc["paid_time"] = int(self.now())
        if shop["on_hold"]:
            self.move(order, "ON_HOLD")
        else:
            self._await_shipment(order)

    def release(self, order: Order) -> None:
        """The hour is over."""
        self.require(order, "ON_HOLD")
        self._await_shipment(order)

    def scan(self, order: Order) -> None:
        """The carrier collects every package."""
        self.require(order, "AWAITING_COLLECTION")
        order.doc["collection_time"] = int(self.now())
        self._packages(order, "FULFILLING", "Your package has been picked up by the carrier.")
        self.move(order, "IN_TRANSIT")

    def deliver(self, order: Order) -> None:
        """Every package arrives."""
        self.require(order, "IN_TRANSIT")
        order.doc["delivery_time"] = int(self.now())
        self._packages(order, "COMPLETED", "Your package was delivered!")
        self.move(order, "DELIVERED")

    def complete(self, order: Order) -> None:
        """The after-sales period ends, or all is refunded."""
        self.move(order, "COMPLETED")

    def change_address(self, order: Order, changes: Json) -> None:
        """The buyer corrects the address."""
        order.address = {**order.address, **changes}
        order.doc["has_updated_recipient_address"] = True
        self.touch(order)
        self.notify.address_changed(order)

    def new_package(self, order: Order, lines: list[Json]) -> Json:
        """A package of these lines, taken out of whatever package held them."""
        now = int(self.now())
        ids = [line["id"] for line in lines]
        for held in [one for one in order.doc.get("packages", []) if one["id"] in self._world.packages]:
            old = self._world.packages[held["id"]]
            old["line_ids"] = [one for one in old["line_ids"] if one not in ids]
            self._world.save_package(old)
        package: Json = {
            "id": self._world.number("115"),
            "shop_id": order.shop_id,
            "order_id": order.id,
            "line_ids": ids,
            "status": "TO_FULFILL",
            "split": False,
            "create_time": now,
            "update_time": now,
        }
        for line in lines:
            line |= {"package_id": package["id"], "package_status": "TO_FULFILL"}
        self._world.save_package(package)
        # A package that lost all its lines is gone; the order lists only those that hold some.
        kept = [one for one in order.doc.get("packages", []) if self._world.packages[one["id"]]["line_ids"]]
        order.doc["packages"] = [*kept, {"id": package["id"]}]
        return package

    def ship(self, order: Order, package: Json, tracking_number: str, provider: Json) -> None:
        """All in the package is arranged; that rejects a pending request of the buyer (reference 5.4, US)."""
        self.require(order, "AWAITING_SHIPMENT", "PARTIALLY_SHIPPING")
        for request in self._pending(order):
            self.close(request)
        now = int(self.now())
        package |= {"status": "PROCESSING", "shipped_at": now}
        self.track(order, package, tracking_number, provider)
        for line in order.live_lines:
            if line["id"] in package["line_ids"]:
                line |= {"rts_time": now, "display_status": "AWAITING_COLLECTION", "package_status": "PROCESSING"}
        order.tracking.append(_event("The seller has arranged the shipment.", now))
        order.doc.setdefault("rts_time", now)
        status = "PARTIALLY_SHIPPING" if order.waiting_lines else "AWAITING_COLLECTION"
        if status == order.status:
            self.touch(order)
        else:
            self.move(order, status)

    def track(self, order: Order, package: Json, tracking_number: str, provider: Json) -> None:
        """Set number and carrier of a package (without saving the order)."""
        package |= {
            "tracking_number": tracking_number,
            "provider_id": provider["id"],
            "provider_name": provider["name"],
            "update_time": int(self.now()),
        }
        self._world.save_package(package)
        shown = {"tracking_number": tracking_number, "shipping_provider_id": provider["id"]}
        for line in order.live_lines:
            if line["id"] in package["line_ids"]:
                line.update(shown, shipping_provider_name=provider["name"])
        order.doc |= shown | {"shipping_provider": provider["name"]}

    def cancel(self, order: Order, role: str, reason: str, lines: list[Json] | None = None) -> Json:
        """Cancel the order, or some of its lines, at once; returns the cancellation, COMPLETE."""
        cancellation = self._cancellation(order, role, reason, lines or order.live_lines, SUCCESS)
        self._finish(cancellation)
        return cancellation

    def request_cancel(self, order: Order, reason: str) -> Json:
        """The buyer wants out: granted at once before the hold is over, later a question to the seller."""
        if order.status in {"UNPAID", "ON_HOLD"}:
            return self.cancel(order, "BUYER", reason)
        if order.status not in {"AWAITING_SHIPMENT", "PARTIALLY_SHIPPING"} or self._pending(order):
            raise Reject(f"order {order.id} is {order.status} or has a request already")
        order.doc |= {"is_buyer_request_cancel": True, "request_cancel_time": int(self.now())}
        cancellation = self._cancellation(order, "BUYER", reason, order.live_lines, PENDING)
        self.touch(order)
        return cancellation

    def approve(self, cancellation: Json) -> None:
        """The seller (or the deadline) grants a pending request."""
        self._set_status(cancellation, SUCCESS)
        self._finish(cancellation)

    def close(self, cancellation: Json) -> None:
        """The seller rejects a pending request, or the buyer withdraws it."""
        order = self._world.order(cancellation["order_id"])
        order.doc["is_buyer_request_cancel"] = False
        self._set_status(cancellation, CLOSED)
        self.touch(order)

    def _await_shipment(self, order: Order) -> None:
        if self._world.shops[order.shop_id]["packages_before_shipping"]:
            self.new_package(order, order.live_lines)
        self.move(order, "AWAITING_SHIPMENT")

    def _packages(self, order: Order, status: str, description: str) -> None:
        now = int(self.now())
        for package in self._world.packages_of(order):
            self._world.save_package(package | {"status": status, "update_time": now})
        for line in order.live_lines:
            line["package_status"] = status
        order.tracking.append(_event(description, now))

    def _cancellation(self, order: Order, role: str, reason: str, lines: list[Json], status: str) -> Json:
        if "CANCELLED" not in LEGAL[order.status]:
            raise Reject(f"order {order.id} is {order.status} and cannot be cancelled")
        now = int(self.now())
        cancellation: Json = {
            "cancel_id": self._world.number("403"),
            "order_id": order.id,
            "cancel_type": "BUYER_CANCEL" if status == PENDING else "CANCEL",
            "cancel_status": status,
            "role": role,
            "cancel_reason": reason,
            "line_ids": [line["id"] for line in lines],
            "was_paid": "paid_time" in order.doc,
            "create_time": now,
            "update_time": now,
        }
        order.doc.setdefault("_cancellations", []).append(cancellation["cancel_id"])
        self._world.save_cancellation(cancellation)
        if self._past is None:
            self.notify.cancellation_changed(order.shop_id, cancellation)
        return cancellation

    def _finish(self, cancellation: Json) -> None:
        order = self._world.order(cancellation["order_id"])
        region = self._world.shops[order.shop_id]["region"]
        words = reasons.localised(cancellation["cancel_reason"], region)
        for line in order.live_lines:
            if line["id"] in cancellation["line_ids"]:
                line |= {"display_status": "CANCELLED", "cancel_reason": words, "cancel_user": cancellation["role"]}
                if "package_status" in line:
                    line["package_status"] = "CANCELLED"
        order.doc["is_buyer_request_cancel"] = False
        if not order.live_lines:
            self._end(order, cancellation, words)
        else:
            self._shrink(order, cancellation)
        self._set_status(cancellation, COMPLETE)

    def _pending(self, order: Order) -> list[Json]:
        return [one for one in self._world.cancellations_of(order) if one["cancel_status"] == PENDING]

    def _end(self, order: Order, cancellation: Json, words: str) -> None:
        for request in self._pending(order):
            self._set_status(request, CLOSED)
        role = cancellation["role"]
        order.doc |= {
            "cancel_reason": words,
            "cancel_time": int(self.now()),
            "cancellation_initiator": "SYSTEM" if role == "OPERATOR" else role,
        }
        for package in self._world.packages_of(order):
            self._world.save_package(package | {"status": "CANCELLED", "update_time": int(self.now())})
        self.move(order, "CANCELLED")

    def _shrink(self, order: Order, cancellation: Json) -> None:
        touched = []
        for package in self._world.packages_of(order):
            kept = [one for one in package["line_ids"] if one not in cancellation["line_ids"]]
            if kept != package["line_ids"]:
                status = package["status"] if kept else "CANCELLED"
                changed = {"line_ids": kept, "status": status, "update_time": int(self.now())}
                self._world.save_package(package | changed)
                touched.append(package["id"])
        if order.status == "PARTIALLY_SHIPPING" and not order.waiting_lines:
            self.move(order, "AWAITING_COLLECTION")
        else:
            self.touch(order)
        if touched:
            self.notify.packages_changed(order, "PARTLY_CANCEL_SPLIT", cancellation["role"], touched)

    def _set_status(self, cancellation: Json, status: str) -> None:
        cancellation |= {"cancel_status": status, "update_time": int(self.now())}
        self._world.save_cancellation(cancellation)
        if self._past is None:
            shop_id = self._world.order(cancellation["order_id"]).shop_id
            self.notify.cancellation_changed(shop_id, cancellation)


def _event(description: str, at: int) -> Json:
    return {"description": description, "update_time_millis": at * 1000, "action_code": 0}
