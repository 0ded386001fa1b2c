"""What TikTok has of one shop: orders, cancellations, products, and what people do there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tests.sync.world.wire import Clock
from tests.tiktok.given import order as raw_order
from tokbridge.core.status import Status

PENDING, GRANTED = "CANCELLATION_REQUEST_PENDING", "CANCELLATION_REQUEST_SUCCESS"
COMPLETE, CLOSED = "CANCELLATION_REQUEST_COMPLETE", "CANCELLATION_REQUEST_CANCEL"
ANSWER_WITHIN = 48 * 3600  # seconds that a seller has for a buyer's request


class Market:
    """What one shop has on TikTok, as the buyer and the seller see it. `offset`: TikTok's clock minus ours."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.offset = 0.0
        self.orders: dict[str, dict[str, Any]] = {}
        self.cancellations: dict[str, dict[str, Any]] = {}
        self.reject_reasons = [{"name": "seller_reject_apply_package_shipped", "text": "The package was shipped"}]
        self.products: list[dict[str, Any]] = []
        self.lag = False  # cancellations are accepted, the order follows later
        self._made = 0

    def now(self) -> int:
        return int(self.clock() + self.offset)

    def put(self, **changes: Any) -> dict[str, Any]:
        """A whole record as TikTok sends it, with these fields changed; the latest under its id counts."""
        raw = raw_order(**changes)
        self.orders[raw["id"]] = raw
        return raw

    def touch(self, order_id: str, **changes: Any) -> None:
        """Change an order; its update_time moves on by at least a second."""
        raw = self.orders[order_id]
        raw.update(changes)
        raw["update_time"] = max(self.now(), raw["update_time"] + 1)

    def set_status(self, order_id: str, status: Status) -> None:
        for line in self.orders[order_id]["line_items"]:
            if line["display_status"] != "CANCELLED":
                line["display_status"] = status.value
        self.touch(order_id, status=status.value)

    def cancel(self, order_id: str, line_ids: Sequence[str] = (), reason: str = "buyer changed mind") -> str:
        lines = [line for line in self.orders[order_id]["line_items"] if not line_ids or line["id"] in line_ids]
        cancel_id = self._record(order_id, lines, reason, cancel_type="CANCEL", cancel_status=COMPLETE)
        self._take_off(order_id, lines, reason)
        return cancel_id

    def ask_to_cancel(self, order_id: str, reason: str = "buyer changed mind") -> str:
        """The buyer asks to cancel all that is left, and the seller has to answer."""
        lines = [line for line in self.orders[order_id]["line_items"] if line["display_status"] != "CANCELLED"]
        cancel_id = self._record(order_id, lines, reason, cancel_type="BUYER_CANCEL", cancel_status=PENDING)
        action = {"action": "SELLER_RESPOND_BUYER_CANCEL", "deadline": self.now() + ANSWER_WITHIN}
        self.cancellations[cancel_id]["seller_next_action_response"] = [action]
        self.touch(order_id, is_buyer_request_cancel=True)
        return cancel_id

    def answer_request(self, cancel_id: str, granted: bool) -> None:
        """The seller answers the buyer, whether through the API or in TikTok's own pages."""
        request = self.cancellations[cancel_id]
        order_id, asked = request["order_id"], [one["order_line_item_id"] for one in request["cancel_line_items"]]
        status = (GRANTED if self.lag else COMPLETE) if granted else CLOSED
        request |= {"cancel_status": status, "update_time": max(self.now(), request["update_time"] + 1)}
        del request["seller_next_action_response"]
        if granted and self.lag:
            return
        raw = self.orders[order_id]
        raw["is_buyer_request_cancel"] = False
        if granted:
            lines = [line for line in raw["line_items"] if line["id"] in asked]
            self._take_off(order_id, lines, request["cancel_reason"])
        else:
            self.touch(order_id)

    def _record(self, order_id: str, lines: list[dict[str, Any]], reason: str, **changes: str) -> str:
        self._made += 1
        cancel_id = f"40000{self._made}"
        self.cancellations[cancel_id] = {
            "cancel_id": cancel_id,
            "order_id": order_id,
            "role": "BUYER",
            "cancel_reason": reason,
            "create_time": self.now(),
            "update_time": self.now(),
            "cancel_line_items": [{"order_line_item_id": line["id"]} for line in lines],
            **changes,
        }
        return cancel_id

    def _take_off(self, order_id: str, lines: list[dict[str, Any]], reason: str) -> None:
        raw = self.orders[order_id]
        for line in lines:
            line["display_status"] = "CANCELLED"
        alive = [line for line in raw["line_items"] if line["display_status"] != "CANCELLED"]
        if alive:
            amount = sum(float(line["sale_price"]) for line in alive)
            raw["payment"] |= {"sub_total": f"{amount:.2f}", "total_amount": f"{amount + 2:.2f}"}
            raw["payment"]["original_total_product_price"] = f"{amount:.2f}"
            self.touch(order_id)
        else:
            self.touch(order_id, status="CANCELLED", cancel_reason=reason)

    def ship(self, order_id: str, line_ids: Sequence[str], number: str, provider: str = "Royal Mail") -> str:
        self._made += 1
        package = f"115{self._made:06d}"
        for line in self.orders[order_id]["line_items"]:
            if line["id"] in line_ids:
                line |= {"tracking_number": number, "package_id": package, "shipping_provider_name": provider}
        self._after_shipping(order_id)
        return package

    def _after_shipping(self, order_id: str) -> None:
        alive = [line for line in self.orders[order_id]["line_items"] if line["display_status"] != "CANCELLED"]
        whole = all(line.get("tracking_number") for line in alive)
        self.set_status(order_id, Status.AWAITING_COLLECTION if whole else Status.PARTIALLY_SHIPPING)

    def sell(self, sku: str, sku_id: str = "", status: str = "ACTIVATE", title: str = "") -> dict[str, Any]:
        """A product of one SKU."""
        own = sku_id or f"s-{sku}"
        skus = [{"id": own, "seller_sku": sku, "status_info": {"status": "NORMAL"}}]
        self.products.append({"id": f"p-{own}", "title": title or f"The {sku}", "status": status, "skus": skus})
        return self.products[-1]
