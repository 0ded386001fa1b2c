"""Rounding of amounts as the shop's settings say (reference 5.5): mode per amount, type per item, line or total."""

from decimal import (
    ROUND_CEILING,
    ROUND_FLOOR,
    ROUND_HALF_DOWN,
    ROUND_HALF_EVEN,
    ROUND_HALF_UP,
    Decimal,
)

MODES = {0: ROUND_CEILING, 1: ROUND_FLOOR, 2: ROUND_HALF_UP, 3: ROUND_HALF_DOWN, 4: ROUND_HALF_EVEN}
"""PS_PRICE_ROUND_MODE. The reference shows mode 2 alone; the others are the names of the back office."""

PER_ITEM, PER_LINE, PER_TOTAL = 1, 2, 3


def rounded(amount: Decimal, mode: int, places: int = 2) -> Decimal:
    """An amount with `places` decimals; mode 5 rounds a half to the odd neighbour."""
    step = Decimal(1).scaleb(-places)
    if mode == 5:
        down, up = amount.quantize(step, ROUND_HALF_DOWN), amount.quantize(step, ROUND_HALF_UP)
        return down if down == up or int(down / step) % 2 else up
    return amount.quantize(step, rounding=MODES.get(mode, ROUND_HALF_UP))


def line_total(unit: Decimal, quantity: int, kind: int, mode: int, places: int = 2) -> Decimal:
    """The amount of a line; per total it stays unrounded until the sum."""
    if kind == PER_ITEM:
        return rounded(unit, mode, places) * quantity
    if kind == PER_LINE:
        return rounded(unit * quantity, mode, places)
    return unit * quantity
