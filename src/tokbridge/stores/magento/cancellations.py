"""Cancelling a whole order, and taking units off one (reference magento-rest.md 5, 8, 9).

Magento cancels units that are not invoiced and refunds units that are. Its cancel call takes all units that are not
invoiced, and there is no call for some of them: so the units that stay are invoiced first (as recorded in "part invoiced
then canceled": the order stays processing, the rest becomes qty_canceled). That books the staying units as paid somewhat
earlier than they are shipped.

Whatever `restock` says, Magento adds cancelled units to the salable quantity by itself; only a refund can leave them
out.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from tokbridge.core.errors import OutsideError, Refused, Retry
from tokbridge.core.saying import say
from tokbridge.stores.magento import readback
from tokbridge.stores.magento.answers import Json
from tokbridge.stores.magento.comments import comment
from tokbridge.stores.magento.config import MagentoConfig
from tokbridge.stores.magento.invoices import Invoices
from tokbridge.stores.magento.orders import Orders
from tokbridge.stores.magento.readback import Node, Row
from tokbridge.stores.magento.transport import Transport, as_id, made_id
from tokbridge.stores.nouns import ParcelItem

_DONE = frozenset({"canceled", "closed"})
_MARK = re.compile(r"\[tokbridge (?P<key>\S+) (?P<rows>[^\[\]]+)\]")
_ROW = re.compile(r"(\d+):(\d+):(\S+)")  # row, units off before, names of units


@dataclass(frozen=True, slots=True)
class Taking:
    """Of one row: how many units were off before we ever took one, and the names of those that we take."""

    before: int
    units: frozenset[str]


class Cancellations:
    def __init__(self, transport: Transport, config: MagentoConfig, orders: Orders, invoices: Invoices) -> None:
        self._transport = transport
        self._config = config
        self._orders = orders
        self._invoices = invoices

    def order(self, ref: str, reason: str, restock: bool) -> bool:
        """True once Magento's order says so: cancelled, or closed where it was invoiced and had to be refunded."""
        order = self._orders.known(ref)
        if readback.state_of(order) in _DONE:
            return True
        rows = readback.rows_of(order)
        if any(row.shipped for row in rows):
            raise _refused(order, say("it is shipped, at least in part"))
        if readback.state_of(order) == "holded":
            raise _refused(order, say("it is on hold; release the hold first"))
        if any(row.to_invoice for row in rows):
            self._cancel(ref)
            order = self._orders.known(ref)
        back = {row.ref: row.invoiced - row.refunded for row in readback.rows_of(order)}
        back = {row: units for row, units in back.items() if units > 0}
        if back and readback.state_of(order) not in _DONE:
            self._refund(ref, back, restock, shipping=True)
            order = self._orders.known(ref)
        if not readback.cancelled(order):
            raise _refused(order, say("everything was cancelled or refunded, and Magento has not closed it"))
        if reason.strip():
            # A remark; the order is cancelled without it.
            with suppress(OutsideError):
                comment(self._transport, order, f"Cancelled by Tokbridge: {reason.strip()}")
        return True

    def lines(self, ref: str, items: Sequence[ParcelItem], restock: bool, key: str) -> None:
        """Take these units off. Which ones, and how many were off before, is written into a comment of the order first:
        whatever happens afterwards, a unit named there is never taken off twice, under this key or another."""
        order = self._orders.known(ref)
        begun = _begun(order)
        taking = _with(order, begun, items, key)
        if taking != {row: begun[row] for row in taking if row in begun}:
            _open(order, taking)
            comment(self._transport, order, f"Units cancelled on TikTok. {_mark(key, taking)}")
        left = _left(order, taking)
        if not left:
            return
        _open(order, taking)
        rows = {row.ref: row for row in readback.rows_of(order)}
        by_cancel = {row: min(units, rows[row].to_invoice) for row, units in left.items()}
        if any(by_cancel.values()):
            order = self._cancel_some(order, by_cancel)
            left = _left(order, taking)
        if left:
            self._refund(ref, left, restock, shipping=False)
            left = _left(self._orders.known(ref), taking)
        if left:
            raise Retry("not taken off", "Magento still has the units on the order; it is looked at again")

    def _cancel_some(self, order: Node, units: Mapping[str, int]) -> Json:
        """Cancel these units, none of them invoiced: invoice what stays, then cancel the rest."""
        ref = str(order["entity_id"])
        stays = {row.ref: row.to_invoice - units.get(row.ref, 0) for row in readback.rows_of(order)}
        stays = {row: quantity for row, quantity in stays.items() if quantity > 0}
        if stays:
            self._invoices.make(ref, stays)
        self._cancel(ref)
        return self._orders.known(ref)

    def _cancel(self, ref: str) -> None:
        """`false` with HTTP 200 is a refusal: read again before believing anything."""
        done = self._transport.write("order.cancel", "POST", f"orders/{as_id(ref)}/cancel")
        if done is True:
            return
        order = self._orders.known(ref)
        if readback.state_of(order) not in _DONE and any(row.to_invoice for row in readback.rows_of(order)):
            raise _refused(order, say("Magento allows no cancellation now"))

    def _refund(self, ref: str, units: Mapping[str, int], restock: bool, *, shipping: bool) -> str:
        """A credit memo, offline. Without a shipping amount Magento refunds the shipping as well. Units go back to
        stock only where something reserved them: else they would be sold twice (reference 9)."""
        arguments: dict[str, Any] = {} if shipping else {"shipping_amount": 0}
        if restock and self._config.remedied:
            arguments["extension_attributes"] = {"return_to_stock_items": [int(row) for row in units]}
        body: dict[str, Any] = {
            "items": [{"order_item_id": int(row), "qty": quantity} for row, quantity in units.items()],
            "notify": False,
        }
        if arguments:
            body["arguments"] = arguments
        return made_id(self._transport.write("order.refund", "POST", f"order/{as_id(ref)}/refund", body))


def _with(order: Node, begun: Mapping[str, Taking], items: Sequence[ParcelItem], key: str) -> dict[str, Taking]:
    """The rows to take units off, with those that earlier cancellations named. Units without names get some by `key`."""
    rows = {row.ref: row for row in readback.rows_of(order)}
    found: dict[str, Taking] = {}
    for item in items:
        if item.line_ref not in rows:
            raise Refused("no such row", say("the Magento order has no row {row}", row=item.line_ref))
        named = item.line_ids if len(item.line_ids) == item.quantity else [f"{key}-{n}" for n in range(item.quantity)]
        known = found.get(item.line_ref) or begun.get(item.line_ref)
        known = known or Taking(_off(rows[item.line_ref]), frozenset())
        found[item.line_ref] = Taking(known.before, known.units | frozenset(named))
    return found


def _open(order: Node, taking: Mapping[str, Taking]) -> None:
    """Raises Refused where units to take off are already shipped, or the order allows nothing now."""
    if readback.state_of(order) == "holded":
        raise _refused(order, say("it is on hold; release the hold first"))
    left = _left(order, taking)
    for row in readback.rows_of(order):
        unshipped = row.ordered - row.canceled - row.shipped - row.refunded
        if left.get(row.ref, 0) > max(0, unshipped):
            words = say("{sku}: the units to cancel are already shipped in Magento", sku=row.sku)
            raise Refused("already shipped", words)


def _left(order: Node, taking: Mapping[str, Taking]) -> dict[str, int]:
    """Units per row that are still to be taken off, never more than the row still has."""
    rows = {row.ref: row for row in readback.rows_of(order)}
    left = {
        ref: min(one.before + len(one.units) - _off(rows[ref]), rows[ref].live)
        for ref, one in taking.items()
        if ref in rows
    }
    return {ref: units for ref, units in left.items() if units > 0}


def _off(row: Row) -> int:
    return row.canceled + row.refunded


def _mark(key: str, taking: Mapping[str, Taking]) -> str:
    rows = " ".join(f"{ref}:{one.before}:{','.join(sorted(one.units))}" for ref, one in sorted(taking.items()))
    return f"[tokbridge {key} {rows}]"


def _begun(order: Node) -> dict[str, Taking]:
    """What was written down by us, of every row: the count of the first mark, the units of all."""
    found: dict[str, Taking] = {}
    for text in readback.comments_of(order):
        for mark in _MARK.finditer(text):
            for ref, before, units in _ROW.findall(mark["rows"]):
                known = found.get(ref) or Taking(int(before), frozenset())
                found[ref] = Taking(known.before, known.units | frozenset(units.split(",")))
    return found


def _refused(order: Node, why: str) -> Refused:
    number, state = order.get("increment_id"), readback.state_of(order) or say("no state")
    words = say("Magento's order {order} is in state {state}: {why}", order=number, state=state, why=why)
    return Refused("cancel_refused", words)
