"""Invoicing what is due, so that Magento's order goes on to complete (reference magento-rest.md 8, 9)."""

from __future__ import annotations

from collections.abc import Mapping

from tokbridge.stores.magento.config import AT_CREATION, MagentoConfig
from tokbridge.stores.magento.readback import Node, Row, rows_of, state_of, unpaid
from tokbridge.stores.magento.transport import Transport, as_id, made_id

_NO_MORE = frozenset({"canceled", "closed", "complete", "holded"})


class Invoices:
    def __init__(self, transport: Transport, config: MagentoConfig) -> None:
        self._transport = transport
        self._config = config

    def due(self, order: Node) -> dict[str, int]:
        """Units per row that should be invoiced now and are not. With "creation" all of a paid order; else what is
        shipped. Rows that are never shipped (virtual ones) of a paid order are due at once."""
        if state_of(order) in _NO_MORE:
            return {}
        paid = not unpaid(order)
        whole = paid and self._config.invoice == AT_CREATION
        found = {row.ref: row.to_invoice if whole else self._earned(row, paid) for row in rows_of(order)}
        return {ref: units for ref, units in found.items() if units > 0}

    def book(self, order: Node) -> bool:
        """Invoice what is due of an order as it was just read; False when nothing is. Looking before makes it safe
        to repeat: an invoice call itself is not idempotent."""
        due = self.due(order)
        if due:
            self.make(str(order["entity_id"]), due)
        return bool(due)

    def make(self, ref: str, units: Mapping[str, int]) -> str:
        """One invoice over these units; the first of an order carries all the shipping. Its id. With an offline method
        it counts as paid. The buyer is not mailed."""
        body = {
            "capture": True,
            "notify": False,
            "appendComment": False,
            "items": [{"order_item_id": int(row), "qty": quantity} for row, quantity in units.items()],
        }
        return made_id(self._transport.write("order.invoice", "POST", f"order/{as_id(ref)}/invoice", body))

    @staticmethod
    def _earned(row: Row, paid: bool) -> int:
        if row.virtual:
            return row.to_invoice if paid else 0
        return min(row.to_invoice, max(0, row.shipped - row.invoiced))
