"""What goes when units are taken off an order's row: pieces and amounts, also as a text for the order's note. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from tokbridge.stores.prestashop import readback
from tokbridge.stores.prestashop.transport import Row

_SIX = Decimal("0.000001")


@dataclass(frozen=True, slots=True)
class Cut:
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
    def read(cls, text: str) -> Cut:
        row, variant, units, quantity, *amounts = text.split(":")
        total, total_bare, taken, taken_bare = map(Decimal, amounts)
        return cls(row, variant, int(units), int(quantity), total, total_bare, taken, taken_bare)


def cut_of(row: Row, had: int, gone: int, decimals: int) -> Cut:
    """The row's part in whole minor units; what a row of no units is left with by rounding is dropped."""
    total, bare = (Decimal(str(row.get(f"total_price_tax_{kind}") or "0")) for kind in ("incl", "excl"))
    taken = (total * gone / had).quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    taken_bare = (bare * gone / had).quantize(_SIX, rounding=ROUND_HALF_UP)
    return Cut(
        row=str(row["id"]),
        variant=readback.variant_ref(row),
        units=gone,
        quantity=had - gone,
        total=total - taken if had > gone else Decimal(0),
        total_bare=bare - taken_bare if had > gone else Decimal(0),
        taken=taken,
        taken_bare=taken_bare,
    )


def units_of(cuts: Sequence[Cut]) -> Mapping[str, int]:
    units: Counter[str] = Counter()
    for cut in cuts:
        units[cut.variant] += cut.units
    return units
