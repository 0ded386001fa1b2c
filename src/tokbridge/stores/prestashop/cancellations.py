"""Cancelling a whole order, and taking units off one (reference prestashop-webservice.md 6, 8)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from tokbridge.core import money
from tokbridge.core.errors import Actor, NotSupported, OrderGone, Refused, Retry, Unknown
from tokbridge.core.saying import say
from tokbridge.stores.nouns import ParcelItem
from tokbridge.stores.prestashop import readback
from tokbridge.stores.prestashop.catalogue import Catalogue
from tokbridge.stores.prestashop.shopfacts import CANCELLED, ERROR, ShopFacts
from tokbridge.stores.prestashop.transport import Row, Transport

_INTENT = "Tokbridge takes units off, "
_DONE = "Tokbridge took units off, "
_SIX = Decimal("0.000001")


@dataclass(frozen=True, slots=True)
class _Cut:
    """What a row shall be, and what goes: amounts in whole currency units."""

    row: str
    variant: str
    units: int
    quantity: int
    total: Decimal
    total_bare: Decimal
    taken: Decimal
    taken_bare: Decimal

    def text(self) -> str:
        parts = (self.row, self.variant, self.units, self.quantity)
        amounts = (self.total, self.total_bare, self.taken, self.taken_bare)
        return ":".join([*map(str, parts), *(f"{amount:f}" for amount in amounts)])

    @classmethod
    def read(cls, text: str) -> _Cut:
        row, variant, units, quantity, *amounts = text.split(":")
        total, total_bare, taken, taken_bare = map(Decimal, amounts)
        return cls(row, variant, int(units), int(quantity), total, total_bare, taken, taken_bare)


class Cancellations:
    def __init__(self, transport: Transport, facts: ShopFacts, catalogue: Catalogue) -> None:
        self._transport = transport
        self._facts = facts
        self._catalogue = catalogue

    def order(self, ref: str, restock: bool) -> bool:
        """By a state line, at once and without a mail. PrestaShop would also cancel a shipped order and put its units
        back on the shelf: that is refused here. It gives the stock back by itself, whatever is wanted: without `restock`
        the units are taken off again, which a crash in between leaves undone."""
        order = self._order(ref)
        state = str(order.get("current_state"))
        if self._facts.cancelled(state):
            return True
        if self._facts.shipped(state):
            words = say(
                "PrestaShop's order {order} is shipped ({state}); cancelling it would put its units back into stock. Do it"
                " by hand if they really come back",
                order=order.get("reference"),
                state=self._facts.status(state),
            )
            raise Refused("cancel_refused", words, Actor.OPERATOR)
        cancelled = self._facts.special(CANCELLED)
        self._transport.post("order_histories", {"id_order": ref, "id_order_state": cancelled})
        if not restock and state != self._facts.settings.get(ERROR):
            for row in readback.order_rows(order):
                self._catalogue.add_stock(readback.variant_ref(row), -int(row.get("product_quantity") or 0))
        return True

    def lines(self, ref: str, items: Sequence[ParcelItem], restock: bool, key: str) -> None:
        """Fewer units in the order's rows, and every total with them: PrestaShop recomputes nothing, and takes all of
        these as plain writes (reference 5.6, 8; that the quantity of a row may be written like its prices is from the
        resource's schema, not seen).

        The order's note holds what is about to be written, under `key`, before anything is; the order's own totals and
        the note's "done" go in one call, last but for the stock. A repetition after a crash writes the same figures. The
        stock is given back after that: a crash right there leaves it too low, never too high.
        """
        order = self._order(ref)
        if self._facts.cancelled(str(order.get("current_state"))):
            return
        if not self._transport.patches or "note" not in order:
            words = "before PrestaShop 8 units can't be taken off an order from outside: edit it in the back office"
            raise NotSupported("cancel_lines", words)
        noted = _lines(order)
        if any(line.startswith(f"{_DONE}{key}") for line in noted):
            return
        for other in _open(noted):
            if other != key:  # begun under another name and left: it would be taken off twice under ours
                self._carry_out(order, other, restock)
                order = self._order(ref)
        noted = _lines(order)
        if key not in _open(noted):
            cuts = self._cuts(order, items)
            if not cuts:
                return
            intent = f"{_INTENT}{key}: {' '.join(cut.text() for cut in cuts)}"
            self._transport.change("orders", ref, {"note": "\n".join([*noted, intent])})
            order = order | {"note": "\n".join([*noted, intent])}
        self._carry_out(order, key, restock)

    def _carry_out(self, order: Row, key: str, restock: bool) -> None:
        """What the note says. It is begun, so no failure from here on may say that nothing was done."""
        head = f"{_INTENT}{key}: "
        line = next(line for line in _lines(order) if line.startswith(head))
        cuts = [_Cut.read(text) for text in line.removeprefix(head).split()]
        try:
            self._write(order, cuts, key)
            if restock:
                for cut in cuts:
                    self._catalogue.add_stock(cut.variant, cut.units)
        except (Retry, Refused) as error:
            words = say("units are being taken off order {order}: {why}", order=order["id"], why=error.words)
            raise Unknown(error.code, words) from error

    def _order(self, ref: str) -> Row:
        order = self._transport.one("orders", ref)
        if order is None:
            raise OrderGone(say("PrestaShop has no order {order}", order=ref))
        return order

    def _cuts(self, order: Row, items: Sequence[ParcelItem]) -> list[_Cut]:
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
                cuts.append(_cut(row, had, gone, decimals))
        return cuts

    def _write(self, order: Row, cuts: Sequence[_Cut], key: str) -> None:
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
        kept = [line for line in _lines(order) if not line.startswith(f"{_INTENT}{key}")]
        units = sum(cut.units for cut in cuts)
        own["note"] = "\n".join([*kept, f"{_DONE}{key}: {units}"])
        self._transport.change("orders", ref, own)


def _lines(order: Row) -> list[str]:
    return str(order["note"] or "").splitlines()


def _open(noted: Sequence[str]) -> list[str]:
    """The keys of what is begun and not done."""
    return [line.removeprefix(_INTENT).partition(":")[0] for line in noted if line.startswith(_INTENT)]


def _cut(row: Row, had: int, gone: int, decimals: int) -> _Cut:
    """The row's part in whole minor units; what a row of no units is left with by rounding is dropped."""
    total, bare = (Decimal(str(row.get(f"total_price_tax_{kind}") or "0")) for kind in ("incl", "excl"))
    taken = (total * gone / had).quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    taken_bare = (bare * gone / had).quantize(_SIX, rounding=ROUND_HALF_UP)
    return _Cut(
        row=str(row["id"]),
        variant=readback.variant_ref(row),
        units=gone,
        quantity=had - gone,
        total=total - taken if had > gone else Decimal(0),
        total_bare=bare - taken_bare if had > gone else Decimal(0),
        taken=taken,
        taken_bare=taken_bare,
    )


def _less(order: Row, name: str, taken: Decimal | int) -> str:
    return f"{Decimal(str(order.get(name) or '0')) - taken:f}"
