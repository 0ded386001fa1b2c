"""Cancellations of orders and of single lines: at once, or asked for by the buyer and answered later (reference 5.4)."""

from tokbridge.sandbox.tiktok import reasons
from tokbridge.sandbox.tiktok.packages import Packages
from tokbridge.sandbox.tiktok.steps import LEGAL, Steps
from tokbridge.sandbox.tiktok.world import Order, World
from tokbridge.sandbox.wire import Json, Reject

PENDING, SUCCESS = "CANCELLATION_REQUEST_PENDING", "CANCELLATION_REQUEST_SUCCESS"
COMPLETE, CLOSED = "CANCELLATION_REQUEST_COMPLETE", "CANCELLATION_REQUEST_CANCEL"


class Cancellations:
    """Makes, answers and carries out cancellations."""

    def __init__(self, world: World, steps: Steps, packages: Packages) -> None:
        self._world = world
        self._steps = steps
        self._packages = packages

    def cancel(self, order: Order, role: str, reason: str, lines: list[Json] | None = None) -> Json:
        """Cancel the order, or some of its lines, at once; returns the cancellation, COMPLETE."""
        cancellation = self._new(order, role, reason, lines or order.live_lines, SUCCESS)
        self._finish(cancellation)
        return cancellation

    def request(self, order: Order, reason: str) -> Json:
        """The buyer wants out: granted at once before the hold is over, later a question to the seller."""
        if order.status in {"UNPAID", "ON_HOLD"}:
            return self.cancel(order, "BUYER", reason)
        if order.status not in {"AWAITING_SHIPMENT", "PARTIALLY_SHIPPING"} or self.pending(order):
            raise Reject(f"order {order.id} is {order.status} or has a request already")
        order.doc |= {"is_buyer_request_cancel": True, "request_cancel_time": int(self._steps.now())}
        cancellation = self._new(order, "BUYER", reason, order.live_lines, PENDING)
        self._steps.touch(order)
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
        self._steps.touch(order)

    def pending(self, order: Order) -> list[Json]:
        """The buyer's requests that wait for an answer."""
        return [one for one in self._world.cancellations_of(order) if one["cancel_status"] == PENDING]

    def _new(self, order: Order, role: str, reason: str, lines: list[Json], status: str) -> Json:
        if "CANCELLED" not in LEGAL[order.status]:
            raise Reject(f"order {order.id} is {order.status} and cannot be cancelled")
        now = int(self._steps.now())
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
        if self._steps.live:
            self._steps.notify.cancellation_changed(order.shop_id, cancellation)
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

    def _end(self, order: Order, cancellation: Json, words: str) -> None:
        for request in self.pending(order):
            self._set_status(request, CLOSED)
        role = cancellation["role"]
        order.doc |= {
            "cancel_reason": words,
            "cancel_time": int(self._steps.now()),
            "cancellation_initiator": "SYSTEM" if role == "OPERATOR" else role,
        }
        self._packages.cancel(order)
        self._steps.move(order, "CANCELLED")

    def _shrink(self, order: Order, cancellation: Json) -> None:
        changed = self._packages.take_out(order, cancellation["line_ids"])
        if order.status == "PARTIALLY_SHIPPING" and not order.waiting_lines:
            self._steps.move(order, "AWAITING_COLLECTION")
        else:
            self._steps.touch(order)
        if changed:
            self._steps.notify.packages_changed(order, "PARTLY_CANCEL_SPLIT", cancellation["role"], changed)

    def _set_status(self, cancellation: Json, status: str) -> None:
        cancellation |= {"cancel_status": status, "update_time": int(self._steps.now())}
        self._world.save_cancellation(cancellation)
        if self._steps.live:
            shop_id = self._world.order(cancellation["order_id"]).shop_id
            self._steps.notify.cancellation_changed(shop_id, cancellation)
