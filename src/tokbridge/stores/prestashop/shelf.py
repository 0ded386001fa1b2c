"""Units put back into stock, or taken out of it, once (reference prestashop-webservice.md 8).

The webservice takes a stock figure as a whole only, so whoever adds to it must read it first. Two things would make it
wrong. A move in between would be lost: our own ones are kept out by the gate (an order or a cancellation in the shop
itself, in the blink between reading and writing, is not). And a repetition would add twice: so the figures stand in the
order's note before they are written, and after a crash the stock itself tells, with what was sold since, whether they
were.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass

from tokbridge.core.errors import Refused, Retry, Unknown
from tokbridge.core.saying import say
from tokbridge.stores.base import StockGate
from tokbridge.stores.prestashop import pricing
from tokbridge.stores.prestashop.catalogue import Catalogue
from tokbridge.stores.prestashop.readback import note_lines
from tokbridge.stores.prestashop.shopfacts import ERROR, ShopFacts
from tokbridge.stores.prestashop.transport import Row, Transport

_OWED = "Tokbridge moves stock after row "  # of order_details: sales since then have higher ids
_UNSURE = "Stock to be counted (Tokbridge was interrupted): "


@dataclass(frozen=True, slots=True)
class _Move:
    """`before`: the figure that `units` are added to."""

    variant: str
    before: int
    units: int

    def text(self) -> str:
        return f"{self.variant}:{self.before}:{self.units}"

    @classmethod
    def read(cls, text: str) -> _Move:
        variant, before, units = text.split(":")
        return cls(variant, int(before), int(units))


@dataclass(frozen=True, slots=True)
class Moves:
    """What is about to be moved; `lines` for the order's note, none where nothing is."""

    after_row: int
    moves: tuple[_Move, ...]

    @property
    def lines(self) -> list[str]:
        return [f"{_OWED}{self.after_row}: {' '.join(move.text() for move in self.moves)}"] if self.moves else []

    @classmethod
    def read(cls, line: str) -> Moves:
        row, _, moves = line.removeprefix(_OWED).partition(": ")
        return cls(int(row), tuple(map(_Move.read, moves.split())))


class Shelf:
    def __init__(self, transport: Transport, facts: ShopFacts, catalogue: Catalogue, gate: StockGate) -> None:
        self._transport = transport
        self._facts = facts
        self._catalogue = catalogue
        self._gate = gate

    def alone(self) -> AbstractContextManager[None]:
        """From `planned` to `move`: no other call of ours moves stock of this shop meanwhile."""
        return self._gate.counting()

    def planned(self, units: Mapping[str, int], *, shifted: Mapping[str, int] | None = None) -> Moves:
        """Moves of units by variant ref (negative: out of stock), from the figures as they are now. `shifted`: what the
        shop itself will add first. Variants that the shop keeps no stock of are left out."""
        last = self._transport.read("order_details", display="[id]", sort="[id_DESC]", limit="1")
        figures = self._figures(units)
        moves = [
            _Move(variant, figures[variant] + (shifted or {}).get(variant, 0), n)
            for variant, n in units.items()
            if n and variant in figures
        ]
        return Moves(int(last[0]["id"]) if last else 0, tuple(moves))

    def move(self, planned: Moves) -> None:
        for one in planned.moves:
            self._write(one)

    def forget(self, ref: str) -> None:
        """The moves noted on the order are done."""
        order = self._transport.one("orders", ref)
        if order is not None:
            self._note(order, [line for line in note_lines(order) if not line.startswith(_OWED)])

    def settled(self, order: Row) -> Row:
        """The order, with nothing left on its note that was begun and may not be done. Raises `Unknown` once when the
        figures do not tell; the note then says what to count."""
        if not any(line.startswith(_OWED) for line in note_lines(order)):
            return order
        unsure: list[str] = []
        with self._unknown(order), self.alone():
            kept = []
            for line in note_lines(order):
                if line.startswith(_OWED):
                    owed = Moves.read(line)
                    unsure += [one.variant for one in owed.moves if not self._made_good(one, owed.after_row)]
                else:
                    kept.append(line)
            self._note(order, [*kept, *([_UNSURE + " ".join(unsure)] if unsure else [])])
        if unsure:
            words = say(
                "Tokbridge was interrupted while it gave units of order {order} back, and the stock was changed since:"
                " count {variants} (product-combination)",
                order=order["id"],
                variants=", ".join(unsure),
            )
            raise Unknown("stock to be counted", words)
        return self._transport.one("orders", str(order["id"])) or order

    def _made_good(self, move: _Move, after_row: int) -> bool:
        """Written now, or before already; False when the figure tells neither."""
        figure = self._figures({move.variant: move.units}).get(move.variant)
        if figure is None:
            return True
        there = move.before - self._sold_since(move.variant, after_row)
        if figure == there:
            self._write(_Move(move.variant, figure, move.units))
            return True
        return figure == there + move.units

    def _sold_since(self, variant: str, after_row: int) -> int:
        """Units of living orders made after that row."""
        product, attribute = variant.split("-")
        rows = self._transport.read(
            "order_details",
            f_id=f">[{after_row}]",
            f_product_id=f"[{product}]",
            f_product_attribute_id=f"[{attribute}]",
        )
        orders = self._transport.read_many("orders", "id", (str(row["id_order"]) for row in rows))
        error = self._facts.settings.get(ERROR)
        living = {
            str(order["id"])
            for order in orders
            if not self._facts.cancelled(str(order["current_state"])) and str(order["current_state"]) != error
        }
        return sum(int(row["product_quantity"]) for row in rows if str(row["id_order"]) in living)

    def _figures(self, variants: Mapping[str, int]) -> dict[str, int]:
        keys = {ref: key for ref in variants if (key := pricing.variant(ref)) is not None}
        rows = self._catalogue.levels({product for product, _ in keys.values()})
        return {ref: int(rows[key].get("quantity") or 0) for ref, key in keys.items() if key in rows}

    def _write(self, move: _Move) -> None:
        key = pricing.variant(move.variant)
        row = self._catalogue.levels({key[0]}).get(key) if key else None
        if row is not None:
            self._transport.change("stock_availables", str(row["id"]), {"quantity": str(move.before + move.units)})

    def _note(self, order: Row, lines: list[str]) -> None:
        self._transport.change("orders", str(order["id"]), {"note": "\n".join(lines)})

    @contextmanager
    def _unknown(self, order: Row) -> Iterator[None]:
        """It is begun, so no failure may say that nothing was done."""
        try:
            yield
        except (Retry, Refused) as error:
            words = say("stock of order {order} is being put right: {why}", order=order["id"], why=error.words)
            raise Unknown(error.code, words) from error
