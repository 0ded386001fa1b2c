"""Shipments out of Magento and into it (reference magento-rest.md 9, 10)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress

from tokbridge.core.errors import OutsideError, Refused, Unknown
from tokbridge.core.saying import say
from tokbridge.stores.magento import readback
from tokbridge.stores.magento.carriers import coded
from tokbridge.stores.magento.config import WHEN_SHIPPED, MagentoConfig
from tokbridge.stores.magento.invoices import Invoices
from tokbridge.stores.magento.orders import Orders
from tokbridge.stores.magento.search import Where
from tokbridge.stores.magento.texts import storable
from tokbridge.stores.magento.transport import Transport, as_id, made_id
from tokbridge.stores.nouns import Parcel, ParcelItem

MOST_ORDERS = 50  # of one call
FIELDS = (
    "items[entity_id,order_id,created_at,updated_at,items[order_item_id,sku,qty],"
    "tracks[entity_id,track_number,title,carrier_code,updated_at]],total_count"
)
_SHIPPABLE = frozenset({"new", "processing", ""})


class Parcels:
    def __init__(self, transport: Transport, config: MagentoConfig, orders: Orders, invoices: Invoices) -> None:
        self._transport = transport
        self._config = config
        self._orders = orders
        self._invoices = invoices

    def of(self, order_refs: Iterable[str]) -> list[Parcel]:
        """All parcels of these orders, by shipment id. There is no list of tracks, and an order's updated_at tells of
        neither a middle shipment nor a late track: shipments are asked for by order."""
        refs = list(dict.fromkeys(as_id(ref) for ref in order_refs))
        found: list[Parcel] = []
        for start in range(0, len(refs), MOST_ORDERS):
            where = Where("order_id", "in", ",".join(refs[start : start + MOST_ORDERS]))
            rows = self._transport.pages("shipments.of", "shipments", where, sort="entity_id", fields=FIELDS)
            for shipment in rows:
                found.extend(readback.shipment_parcels(shipment))
        return list({parcel.ref: parcel for parcel in found}.values())

    def add(self, order_ref: str, carrier: str, number: str, items: Sequence[ParcelItem]) -> Parcel:
        """Ship exactly these units; a parcel with the same number is returned as it is, which makes a repetition after
        doubt harmless. Then what is shipped is invoiced where the policy says so."""
        existing = self.of([order_ref])
        asked = {item.line_ref: item.quantity for item in items}
        for parcel in existing:
            same = {item.line_ref: item.quantity for item in parcel.items} == asked
            if _normal(parcel.number) == _normal(number) and (number or same):
                return parcel
        wanted = self._shippable(self._orders.known(order_ref), items)
        shipment = self._ship(order_ref, carrier, number, wanted)
        try:
            made = next(parcel for parcel in self.of([order_ref]) if parcel.ref == shipment)
        except (OutsideError, StopIteration) as error:
            raise Unknown("not read back", "the shipment was made and could not be read") from error
        if self._config.invoice == WHEN_SHIPPED:
            # The parcel is in the store; what is not invoiced now, book_shipped does later.
            with suppress(OutsideError):
                self._invoices.book(self._orders.known(order_ref))
        sent = {item.line_ref: item.quantity for item in made.items}
        if sent != wanted:
            words = say(
                "Magento shipped less than asked for: shipment {shipment}, see the order there", shipment=shipment
            )
            raise Refused("parcel_cut", words)
        return made

    def _ship(self, order_ref: str, carrier: str, number: str, wanted: dict[str, int]) -> str:
        body: dict[str, object] = {
            "items": [{"order_item_id": int(row), "qty": quantity} for row, quantity in wanted.items()],
            "notify": False,
            "appendComment": False,
        }
        if number:
            code, title = coded(carrier)
            body["tracks"] = [{"track_number": storable(number), "title": title, "carrier_code": code}]
        if self._config.source:
            body["arguments"] = {"extension_attributes": {"source_code": self._config.source}}
        return made_id(self._transport.write("order.ship", "POST", f"order/{as_id(order_ref)}/ship", body))

    def _shippable(self, order: readback.Node, items: Sequence[ParcelItem]) -> dict[str, int]:
        """Units per row. Raises Refused for what is not there to ship: Magento would cut a too large quantity in
        silence (reference 9)."""
        rows = {row.ref: row for row in readback.rows_of(order)}
        wanted: dict[str, int] = {}
        for item in items:
            if item.line_ref not in rows:
                raise Refused("no such row", say("the Magento order has no row {row}", row=item.line_ref))
            wanted[item.line_ref] = wanted.get(item.line_ref, 0) + item.quantity
        wanted = {ref: quantity for ref, quantity in wanted.items() if quantity > 0}
        if not wanted:
            raise Refused("empty parcel", "a parcel without units")
        state = readback.state_of(order)
        if state not in _SHIPPABLE:
            words = say("Magento ships nothing of an order in state {state}", state=state)
            if state == "holded":
                words = say("Magento ships nothing of an order in state holded; release the hold first")
            raise Refused("not_shippable", words)
        for ref, quantity in wanted.items():
            row = rows[ref]
            if quantity > row.to_ship:
                words = say(
                    "{sku}: {n} to ship, Magento has {open} open of {ordered} ordered",
                    sku=row.sku,
                    n=quantity,
                    open=row.to_ship,
                    ordered=row.ordered,
                )
                raise Refused("not_shippable", words)
        return wanted


def _normal(number: str) -> str:
    return "".join(sign for sign in number if sign.isalnum()).upper()
