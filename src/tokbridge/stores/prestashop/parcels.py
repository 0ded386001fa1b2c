"""Shipments out of PrestaShop and into it (reference prestashop-webservice.md 6, 7)."""

from __future__ import annotations

from collections.abc import Sequence

from tokbridge.core.errors import Actor, OrderGone, Refused
from tokbridge.core.saying import say
from tokbridge.stores.nouns import Carrier, Parcel, ParcelItem
from tokbridge.stores.prestashop import readback, texts
from tokbridge.stores.prestashop.answers import flag
from tokbridge.stores.prestashop.shopfacts import SHIPPING, ShopFacts
from tokbridge.stores.prestashop.transport import Row, Transport


class Parcels:
    def __init__(self, transport: Transport, facts: ShopFacts) -> None:
        self._transport = transport
        self._facts = facts

    def of(self, order_refs: Sequence[str]) -> list[Parcel]:
        """Two calls for as many orders as an address holds. A tracking number touches no date of the order, so they are
        asked for (reference 1, fact 10)."""
        orders = self._transport.read_many("orders", "id", [ref for ref in order_refs if ref.isdecimal()])
        return [parcel for parcels in self.of_rows(orders).values() for parcel in parcels]

    def of_rows(self, orders: Sequence[Row]) -> dict[str, list[Parcel]]:
        """By the order's id, for orders rows already read."""
        if not orders:
            return {}
        ids = [str(row["id"]) for row in orders]
        rows = self._transport.read_many("order_carriers", "id_order", ids, sort="[id_ASC]")
        return {str(order["id"]): readback.parcels(order, rows, self._facts) for order in orders}

    def add(self, order_ref: str, carrier: str, number: str, items: Sequence[ParcelItem]) -> Parcel:
        """Write the number onto the order's carrier row, a further one onto a further row; then the shipped state, when
        the parcel holds everything that the order has, or is not the first (PrestaShop keeps nowhere what is in which).

        The number comes first, so that a mail of the state could tell it; neither call asks for a mail. Repeated after a
        doubt it finds the row by its number, and the state as it is.
        """
        clean = texts.tracking(number)
        if number.strip() and not clean:
            words = say("PrestaShop takes no such tracking number: {number}", number=number[:40])
            raise Refused("tracking", words, Actor.OPERATOR)
        order = self._transport.one("orders", order_ref)
        if order is None:
            raise OrderGone(say("PrestaShop has no order {order}", order=order_ref))
        if self._facts.cancelled(str(order.get("current_state"))):
            words = say("PrestaShop's order {order} is cancelled", order=order.get("reference"))
            raise Refused("cancelled", words, Actor.OPERATOR)
        rows = self._transport.read("order_carriers", f_id_order=f"[{order_ref}]", sort="[id_ASC]")
        numbered = [row for row in rows if str(row.get("tracking_number") or "").strip()]
        row = self._write(order, rows, carrier, clean)
        others = [other for other in numbered if str(other["id"]) != str(row["id"])]
        if others or _everything(order, items):
            self._ship(order)
        return readback.parcel(order, row, items, self._facts, living=True)

    def _write(self, order: Row, rows: Sequence[Row], carrier: str, number: str) -> Row:
        for row in rows:
            if number and _normal(row.get("tracking_number")) == _normal(number):
                return row
        free = next((row for row in rows if not str(row.get("tracking_number") or "").strip()), None)
        if free is not None:
            if number:
                self._transport.change("order_carriers", str(free["id"]), {"tracking_number": number})
            return free | {"tracking_number": number}
        values = {
            "id_order": str(order["id"]),
            "id_carrier": self._carrier_id(order, carrier),
            "tracking_number": number,
        }
        made = self._transport.post("order_carriers", values)
        return values | {"id": made["id"]}

    def _carrier_id(self, order: Row, carrier: str) -> str:
        """A living carrier of the shop with this name, else the order's own, else the one for TikTok orders."""
        for row in self._facts.carriers.all:
            living = flag(row.get("active")) and not flag(row.get("deleted"))
            if living and str(row.get("name", "")).casefold() == carrier.strip().casefold():
                return str(row["id"])
        own = str(order.get("id_carrier") or "0")
        return own if own != "0" else str(self._facts.carriers.ours()["id"])

    def _ship(self, order: Row) -> None:
        if self._facts.shipped(str(order.get("current_state"))):
            return
        state = self._facts.special(SHIPPING)
        self._transport.post("order_histories", {"id_order": str(order["id"]), "id_order_state": state})

    def carriers(self) -> list[Carrier]:
        """Living carriers, by their id_reference, which stays when a carrier is edited."""
        return [
            Carrier(str(row.get("id_reference")), str(row.get("name") or ""))
            for row in self._facts.carriers.all
            if flag(row.get("active")) and not flag(row.get("deleted"))
        ]


def _everything(order: Row, items: Sequence[ParcelItem]) -> bool:
    held: dict[str, int] = {}
    for item in items:
        held[item.line_ref] = held.get(item.line_ref, 0) + item.quantity
    rows = readback.order_rows(order)
    return not items or all(held.get(str(row["id"]), 0) >= int(row.get("product_quantity") or 0) for row in rows)


def _normal(number: object) -> str:
    return "".join(sign for sign in str(number or "") if sign.isalnum()).upper()
