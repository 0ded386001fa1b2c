"""Cancelling a whole order, and taking units off one (reference prestashop-webservice.md 6, 8)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal

from tokbridge.core import money
from tokbridge.core.errors import Actor, NotSupported, OrderGone, Refused, Retry, Unknown
from tokbridge.core.saying import say
from tokbridge.stores.nouns import ParcelItem
from tokbridge.stores.prestashop import readback
from tokbridge.stores.prestashop.cuts import Cut, cut_of, units_of
from tokbridge.stores.prestashop.readback import has_note, note_lines
from tokbridge.stores.prestashop.shelf import Shelf
from tokbridge.stores.prestashop.shopfacts import CANCELLED, ERROR, ShopFacts
from tokbridge.stores.prestashop.transport import Row, Transport

_INTENT = "Tokbridge takes units off, "
_DONE = "Tokbridge took units off, "


class Cancellations:
    def __init__(self, transport: Transport, facts: ShopFacts, shelf: Shelf) -> None:
        self._transport = transport
        self._facts = facts
        self._shelf = shelf

    def order(self, ref: str, restock: bool) -> bool:
        """By a state line, at once and without a mail. PrestaShop would also cancel a shipped order and put its units
        back on the shelf: that is refused here. It gives the stock back by itself, whatever is wanted: without `restock`
        the units are taken off again (before 1.7.8 there is no note to remember that in: a crash in between leaves them
        there)."""
        order = self._shelf.settled(self._order(ref))
        if self._facts.cancelled(str(order.get("current_state"))):
            return True
        order = self._finished(order, restock)
        state = str(order.get("current_state"))
        if self._facts.shipped(state):
            words = say(
                "PrestaShop's order {order} is shipped ({state}); cancelling it would put its units back into stock. Do it"
                " by hand if they really come back",
                order=order.get("reference"),
                state=self._facts.status(state),
            )
            raise Refused("cancel_refused", words, Actor.OPERATOR)
        if restock or state == self._facts.settings.get(ERROR):
            self._cancel(ref)
        else:
            self._cancel_and_keep(order)
        return True

    def _cancel(self, ref: str) -> None:
        cancelled = self._facts.special(CANCELLED)
        self._transport.post("order_histories", {"id_order": ref, "id_order_state": cancelled})

    def _cancel_and_keep(self, order: Row) -> None:
        ref = str(order["id"])
        units: Counter[str] = Counter()
        for row in readback.order_rows(order):
            units[readback.variant_ref(row)] += int(row.get("product_quantity") or 0)
        with self._shelf.alone():
            moves = self._shelf.planned({variant: -n for variant, n in units.items()}, shifted=units)
            if has_note(order) and moves.lines:
                self._transport.change("orders", ref, {"note": "\n".join([*note_lines(order), *moves.lines])})
            self._cancel(ref)
            with _begun(order):
                self._shelf.move(moves)
        if has_note(order) and moves.lines:
            with _begun(order):
                self._shelf.forget(ref)

    def lines(self, ref: str, items: Sequence[ParcelItem], restock: bool, key: str) -> None:
        """Fewer units in the order's rows, and every total with them: PrestaShop recomputes nothing, and takes all of
        these as plain writes (reference 5.6, 8; that the quantity of a row may be written like its prices is from the
        resource's schema, not seen).

        The order's note holds what is about to be written, under `key`, before anything is; the order's own totals, the
        note's "done" and what is owed to the stock go in one call. A repetition after a crash writes the same figures.
        """
        order = self._shelf.settled(self._order(ref))
        if self._facts.cancelled(str(order.get("current_state"))):
            return
        if not self._transport.patches or not has_note(order):
            words = "before PrestaShop 8 units can't be taken off an order from outside: edit it in the back office"
            raise NotSupported("cancel_lines", words)
        if any(line.startswith(f"{_DONE}{key}") for line in note_lines(order)):
            return
        order = self._finished(order, restock, but=key)
        noted = note_lines(order)
        if key not in _open(noted):
            cuts = self._cuts(order, items)
            if not cuts:
                return
            if restock:
                self._shelf.planned(units_of(cuts))  # what may not be read shall be known before anything is written
            intent = f"{_INTENT}{key}: {' '.join(cut.text() for cut in cuts)}"
            self._transport.change("orders", ref, {"note": "\n".join([*noted, intent])})
            order = order | {"note": "\n".join([*noted, intent])}
        self._carry_out(order, key, restock)

    def _finished(self, order: Row, restock: bool, but: str = "") -> Row:
        """The order, with nothing begun on it under any other key and left: it would be taken off twice under `but`, and
        a cancellation would give back only what still stands in the rows."""
        for key in _open(note_lines(order)):
            if key != but:
                self._carry_out(order, key, restock)
                order = self._order(str(order["id"]))
        return order

    def _carry_out(self, order: Row, key: str, restock: bool) -> None:
        """What the note says."""
        head = f"{_INTENT}{key}: "
        line = next(line for line in note_lines(order) if line.startswith(head))
        cuts = [Cut.read(text) for text in line.removeprefix(head).split()]
        with _begun(order):
            if not restock:
                self._write(order, cuts, key, [])
                return
            with self._shelf.alone():
                moves = self._shelf.planned(units_of(cuts))
                self._write(order, cuts, key, moves.lines)
                self._shelf.move(moves)
            if moves.lines:
                self._shelf.forget(str(order["id"]))

    def _order(self, ref: str) -> Row:
        order = self._transport.one("orders", ref)
        if order is None:
            raise OrderGone(say("PrestaShop has no order {order}", order=ref))
        return order

    def _cuts(self, order: Row, items: Sequence[ParcelItem]) -> list[Cut]:
        """Never more units than a row still has. Raises Refused for shipped orders and rows that are not there."""
        if self._facts.shipped(str(order.get("current_state"))):
            words = say("PrestaShop's order {order} is already shipped", order=order.get("reference"))
            raise Refused("already shipped", words, Actor.OPERATOR)
        rows = {str(row["id"]): row for row in self._transport.read("order_details", f_id_order=f"[{order['id']}]")}
        decimals = money.exponent(self._facts.currency_code(order.get("id_currency")))
        wanted: dict[str, int] = {}
        for item in items:
            if item.line_ref not in rows:
                raise Refused(
                    "no such row", say("the PrestaShop order has no row {row}", row=item.line_ref), Actor.OPERATOR
                )
            wanted[item.line_ref] = wanted.get(item.line_ref, 0) + item.quantity
        cuts = []
        for ref, units in wanted.items():
            row = rows[ref]
            had = int(row.get("product_quantity") or 0)
            gone = min(units, had)
            if gone > 0:
                cuts.append(cut_of(row, had, gone, decimals))
        return cuts

    def _write(self, order: Row, cuts: Sequence[Cut], key: str, owed: Sequence[str]) -> None:
        ref = str(order["id"])
        for cut in cuts:
            row = {
                "product_quantity": str(cut.quantity),
                "total_price_tax_incl": f"{cut.total:f}",
                "total_price_tax_excl": f"{cut.total_bare:f}",
            }
            self._transport.change("order_details", cut.row, row)
        taken, bare = sum(cut.taken for cut in cuts), sum(cut.taken_bare for cut in cuts)
        totals = {
            "total_products": _less(order, "total_products", bare),
            "total_products_wt": _less(order, "total_products_wt", taken),
            "total_paid_tax_excl": _less(order, "total_paid_tax_excl", bare),
            "total_paid_tax_incl": _less(order, "total_paid_tax_incl", taken),
        }
        for row in self._transport.read("order_invoices", f_id_order=f"[{ref}]", sort="[id_ASC]")[:1]:
            self._transport.change("order_invoices", str(row["id"]), totals)
        own = totals | {"total_paid": _less(order, "total_paid", taken)}
        reference = f"[{order.get('reference')}]"
        for row in self._transport.read("order_payments", f_order_reference=reference, sort="[id_ASC]")[:1]:
            own["total_paid_real"] = _less(order, "total_paid_real", taken)
            self._transport.change("order_payments", str(row["id"]), {"amount": own["total_paid_real"]})
        kept = [line for line in note_lines(order) if not line.startswith(f"{_INTENT}{key}")]
        units = sum(cut.units for cut in cuts)
        own["note"] = "\n".join([*kept, f"{_DONE}{key}: {units}", *owed])
        self._transport.change("orders", ref, own)


@contextmanager
def _begun(order: Row) -> Iterator[None]:
    """No failure from here on may say that nothing was done."""
    try:
        yield
    except (Retry, Refused) as error:
        words = say("units are being taken off order {order}: {why}", order=order["id"], why=error.words)
        raise Unknown(error.code, words) from error


def _open(noted: Sequence[str]) -> list[str]:
    """The keys of what is begun and not done."""
    return [line.removeprefix(_INTENT).partition(":")[0] for line in noted if line.startswith(_INTENT)]


def _less(order: Row, name: str, taken: Decimal | int) -> str:
    return f"{Decimal(str(order.get(name) or '0')) - taken:f}"
