"""What the merchant's staff does by itself when the settings say so."""

from tokbridge.sandbox.magento import life, ship
from tokbridge.sandbox.magento.refuse import Refused
from tokbridge.sandbox.magento.shop import Shop
from tokbridge.sandbox.magento.values import seconds_of

AGAIN_S = 30.0


class Staff:
    """Ships orders `auto_ship_seconds` after they were created, as `auto_ship_carrier`; null = nobody ships."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop
        self._next = 0.0
        self._waiting: dict[int, float] = {}

    def ship_due(self) -> None:
        """Once a second; what cannot be shipped for want of stock is tried again after a while."""
        after, now = self._shop.settings["auto_ship_seconds"], self._shop.clock()
        if after is None or now < self._next:
            return
        self._next = now + 1
        for state in ("new", "processing"):
            for order in self._shop.orders.by("state", state):
                row = order["row"]
                due = seconds_of(row["created_at"]) + float(after)
                if max(due, self._waiting.get(row["entity_id"], 0.0)) <= now and life.can_ship(order):
                    self._ship(order["row"]["entity_id"], now)

    def _ship(self, number: int, now: float) -> None:
        carrier = str(self._shop.settings["auto_ship_carrier"])
        track = {"track_number": f"AUTO{number:010d}", "title": carrier, "carrier_code": carrier.lower()}
        try:
            ship.ship(self._shop, self._shop.need_order(number), {"tracks": [track]})
        except Refused:
            self._waiting[number] = now + AGAIN_S
