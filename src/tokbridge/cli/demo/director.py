"""Plays the buyer, the carrier and the shop's staff: for every order, what its case says, when it can be done."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Mapping

from tokbridge.cli.demo.cases import CARRIERS, RECEIVED, SHIPS_ONLY_WHAT_IT_HAS, SOLD_OUT, Json, Placed
from tokbridge.cli.demo.control import Control, ControlRefused
from tokbridge.cli.demo.marks import marker_of

UNKNOWN_CARRIER = "Pigeon Post"
BAD_NUMBER = "x1"  # too short for TikTok (4 to 50 characters)


class Director:
    """Looks at both books every second and does what is due; every deed is done once."""

    def __init__(self, tiktok: Control, stores: Mapping[str, Control], rng: random.Random) -> None:
        self._tiktok = tiktok
        self._stores = stores
        self._rng = rng
        self._deeds: dict[str, Callable[[Placed, Json, Json | None], bool]] = {
            "nothing": lambda *_: True,
            "ship": self._ship,
            "ship twice": self._ship_twice,
            "ship on tiktok": self._ship_on_tiktok,
            "refused, then corrected": self._ship_badly_then_well,
            "ship, then another number": self._ship_then_renumber,
            "ship with unknown carrier": self._ship_with_unknown_carrier,
            "cancel a unit, ship the rest": self._cancel_unit_then_ship,
            "cancel at once": self._cancel_in_hold,
            "cancel in flight": self._cancel_in_flight,
            "cancel after creation": self._cancel_after_creation,
            "cancel in the store": self._cancel_in_store,
        }
        self.open: list[Placed] = []

    def add(self, placed: list[Placed]) -> None:
        self.open += placed

    def look(self) -> None:
        """One round over everything still to be done."""
        if not self.open:
            return
        orders = self._tiktok.get("book")["orders"]
        made = {marker_of(order): order for store in self._stores.values() for order in store.get("book")["orders"]}
        still: list[Placed] = []
        for placed in self.open:
            try:
                done = self._deeds[placed.case.deed](placed, orders[placed.id], made.get(placed.id))
            except ControlRefused:
                done = False  # the world moved on between reading and acting; look again
                if placed.case.sold_out and placed.platform in SHIPS_ONLY_WHAT_IT_HAS and placed.id in made:
                    self._receive(placed)
            if not done:
                still.append(placed)
        self.open = still

    def _receive(self, placed: Placed) -> None:
        """Goods arrive, so that the next look can ship them."""
        self._stores[placed.platform].put("stock", {"sku": SOLD_OUT, "available": RECEIVED})

    def _number(self) -> str:
        return "1Z" + "".join(self._rng.choice("0123456789ABCDEFGHJKLMNPRSTUVWXYZ") for _ in range(14))

    def _ready(self, placed: Placed, made: Json | None, after: float = 1.0) -> bool:
        """The store order stands for a moment: staff do not act within the same second."""
        if made is None or made["cancelled_at"]:
            return False
        first = placed.memory.setdefault("made_seen", time.monotonic())
        return bool(time.monotonic() - first >= after)

    def _staff_ships(
        self, placed: Placed, made: Json, carrier: str, number: str, items: list[Json] | None = None
    ) -> None:
        body: Json = {"carrier": carrier, "number": number}
        if items is not None:
            body["items"] = items
        self._stores[placed.platform].post(f"orders/{_ref(made)}/ship", body)

    def _expect_number(self, placed: Placed, *numbers: str) -> None:
        self._tiktok.post("expected", {placed.id: {"numbers": sorted(numbers)}})

    def _ship(self, placed: Placed, _order: Json, made: Json | None) -> bool:
        if made is None or not self._ready(placed, made):
            return False
        number = self._number()
        self._expect_number(placed, number)
        self._staff_ships(placed, made, self._rng.choice(CARRIERS), number)
        return True

    def _ship_twice(self, placed: Placed, _order: Json, made: Json | None) -> bool:
        if made is None or not self._ready(placed, made):
            return False
        first, second = self._number(), self._number()
        self._expect_number(placed, first, second)
        row = made["lines"][0]
        self._staff_ships(placed, made, "UPS", first, [{"sku": row["sku"], "quantity": 1}])
        self._staff_ships(placed, made, "USPS", second)
        return True

    def _ship_on_tiktok(self, placed: Placed, order: Json, made: Json | None) -> bool:
        if made is None or order["status"] != "AWAITING_SHIPMENT" or not self._ready(placed, made):
            return False
        number = self._number()
        self._tiktok.post("expected", {placed.id: {"numbers": [number], "store_numbers": [number]}})
        self._tiktok.post(f"orders/{placed.id}/ship", {"tracking_number": number})
        return True

    def _ship_badly_then_well(self, placed: Placed, _order: Json, made: Json | None) -> bool:
        if made is None:
            return False
        if "bad_at" not in placed.memory:
            if self._ready(placed, made):
                placed.memory["number"] = self._number()
                self._expect_number(placed, placed.memory["number"])
                self._staff_ships(placed, made, "FedEx", BAD_NUMBER)
                placed.memory["bad_at"] = time.monotonic()
            return False
        if time.monotonic() - placed.memory["bad_at"] < 4:
            return False
        self._stores[placed.platform].post(
            f"orders/{_ref(made)}/track", {"carrier": "FedEx", "number": placed.memory["number"]}
        )
        return True

    def _ship_then_renumber(self, placed: Placed, order: Json, made: Json | None) -> bool:
        """Once TikTok shows the first number, and Tokbridge had time to read that."""
        if made is None:
            return False
        if "first" not in placed.memory:
            if self._ready(placed, made):
                placed.memory["first"] = self._number()
                self._staff_ships(placed, made, "UPS", placed.memory["first"])
            return False
        shown = {line.get("tracking_number") for line in order["lines"]}
        if placed.memory["first"] not in shown:
            return False
        seen_at = placed.memory.setdefault("shown_at", time.monotonic())
        if time.monotonic() - seen_at < 3:
            return False
        number = self._number()
        self._tiktok.post("expected", {placed.id: {"numbers": [number], "store_numbers": [number]}})
        self._stores[placed.platform].post(f"orders/{_ref(made)}/track", {"carrier": "UPS", "number": number})
        return True

    def _ship_with_unknown_carrier(self, placed: Placed, _order: Json, made: Json | None) -> bool:
        if made is None or not self._ready(placed, made):
            return False
        self._staff_ships(placed, made, UNKNOWN_CARRIER, self._number())
        return True

    def _cancel_unit_then_ship(self, placed: Placed, order: Json, made: Json | None) -> bool:
        if made is None:
            return False
        if "cancelled" not in placed.memory:
            if self._ready(placed, made):
                line = order["lines"][0]
                self._tiktok.post(f"orders/{placed.id}/cancel_lines", {"line_ids": [line["id"]]})
                placed.memory["cancelled"] = True
            return False
        current = sum(int(row["current_quantity"]) for row in made["lines"])
        live = sum(1 for line in order["lines"] if line["display_status"] != "CANCELLED")
        if current != live:
            return False
        return self._ship(placed, order, made)

    def _cancel_in_hold(self, placed: Placed, order: Json, _made: Json | None) -> bool:
        if order["status"] != "ON_HOLD":
            return False
        self._tiktok.post(f"orders/{placed.id}/cancel", {"initiator": "BUYER", "reason": _BUYER_REASON})
        return True

    def _cancel_in_flight(self, placed: Placed, order: Json, _made: Json | None) -> bool:
        """At the moment of release: the creation may be about to begin, under way, or just over."""
        if order["status"] != "AWAITING_SHIPMENT":
            return False
        self._tiktok.post(f"orders/{placed.id}/cancel", {"initiator": "SELLER"})
        return True

    def _cancel_after_creation(self, placed: Placed, _order: Json, made: Json | None) -> bool:
        if made is None or not self._ready(placed, made):
            return False
        self._tiktok.post(f"orders/{placed.id}/cancel", {"initiator": "SELLER"})
        return True

    def _cancel_in_store(self, placed: Placed, _order: Json, made: Json | None) -> bool:
        if made is None or not self._ready(placed, made):
            return False
        self._stores[placed.platform].post(f"orders/{_ref(made)}/cancel", {"reason": "CUSTOMER", "restock": True})
        return True


_BUYER_REASON = "ecom_order_to_ship_canceled_reason_no_longer_needed"


def _ref(made: Json) -> str:
    return str(made["ref"]).rsplit("/", 1)[-1]
