"""What PrestaShop will make of our prices, to the cent, before it is asked (reference prestashop-webservice.md 5.5). Pure.

The shop takes a unit price without tax of six decimals, adds the tax, rounds the unit to six decimals, and then rounds
per item (1), per line (2) or the total only (3), in one of six ways. The reference saw way 2 only: the numbers of the
others are PrestaShop's constants, and that the six decimals are rounded the same way is from its source.

Amounts are Decimals of whole currency units here; plans and results are integer minor units.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import (
    ROUND_CEILING,
    ROUND_FLOOR,
    ROUND_HALF_DOWN,
    ROUND_HALF_EVEN,
    ROUND_HALF_UP,
    Decimal,
)

from tokbridge.core import money
from tokbridge.core.plan import Plan, PlanLine, PlanTax

PER_ITEM, PER_LINE, PER_TOTAL = 1, 2, 3
_UP, _DOWN, _HALF_DOWN, _HALF_EVEN, _HALF_ODD = 0, 1, 3, 4, 5  # PS_PRICE_ROUND_MODE; 2, half up, is the default
_MODES = {_UP: ROUND_CEILING, _DOWN: ROUND_FLOOR, _HALF_DOWN: ROUND_HALF_DOWN, _HALF_EVEN: ROUND_HALF_EVEN}
_NET_DECIMALS = 6

Variant = tuple[str, str]  # id_product, id_product_attribute


@dataclass(frozen=True, slots=True)
class Rounding:
    """The shop's settings: PS_ROUND_TYPE, PS_PRICE_ROUND_MODE, and the currency's precision."""

    type: int
    mode: int
    precision: int

    def to(self, amount: Decimal, decimals: int) -> Decimal:
        step = Decimal(1).scaleb(-decimals)
        if self.mode == _HALF_ODD:
            return _half_odd(amount, step)
        return amount.quantize(step, rounding=_MODES.get(self.mode, ROUND_HALF_UP))


@dataclass(frozen=True, slots=True)
class CartRow:
    """All plan lines of one product and combination: a cart cannot hold it twice, and has one price for it."""

    variant: Variant
    quantity: int
    gross: int  # minor units, tax included, of the whole row
    line_ids: tuple[str, ...]
    sku: str


@dataclass(frozen=True, slots=True)
class Quote:
    """Unit prices without tax to send (text, six decimals), and what the shop will add up."""

    nets: Mapping[Variant, str]
    cart: Decimal  # the products with tax, as the shop rounds them
    goods: int  # what they shall be, minor units


def variant(ref: str) -> Variant | None:
    """ "12-34" -> ("12", "34"); None for anything else."""
    product, _, attribute = ref.partition("-")
    return (product, attribute) if product.isdecimal() and attribute.isdecimal() else None


def taxes_on_top(plan: Plan, taxes: Sequence[PlanTax]) -> int:
    return 0 if plan.taxes_included else sum(tax.amount for tax in taxes)


def cart_rows(plan: Plan) -> list[CartRow]:
    """Rows by product; the caller has seen to it that every line has a variant."""
    groups: dict[Variant, list[PlanLine]] = {}
    for line in plan.lines:
        found = variant(line.variant)
        if found is not None:
            groups.setdefault(found, []).append(line)
    return [
        CartRow(
            variant=key,
            quantity=sum(line.quantity for line in lines),
            gross=sum(line.total + taxes_on_top(plan, line.taxes) for line in lines),
            line_ids=tuple(unit for line in lines for unit in line.line_ids),
            sku=lines[0].seller_sku,
        )
        for key, lines in groups.items()
    ]


def extras(plan: Plan) -> int:
    """What the order costs beside the goods, tax included: shipping and TikTok's fees."""
    shipping = plan.shipping.price + taxes_on_top(plan, plan.shipping.taxes)
    return shipping + sum(fee.price for fee in plan.fees)


def quote(rows: Sequence[CartRow], rates: Mapping[Variant, Decimal], currency: str, rounding: Rounding) -> Quote:
    """`rates`: the tax of each product as a fraction (0.2)."""
    nets: dict[Variant, str] = {}
    total = Decimal(0)
    for row in rows:
        factor = 1 + rates[row.variant]
        gross = decimal_of(row.gross, currency) / row.quantity
        net = (gross / factor).quantize(Decimal(1).scaleb(-_NET_DECIMALS), rounding=ROUND_HALF_UP)
        nets[row.variant] = f"{net:f}"
        unit = rounding.to(net * factor, _NET_DECIMALS)
        if rounding.type == PER_ITEM:
            total += rounding.to(unit, rounding.precision) * row.quantity
        elif rounding.type == PER_LINE:
            total += rounding.to(unit * row.quantity, rounding.precision)
        else:
            total += unit * row.quantity
    return Quote(nets, rounding.to(total, rounding.precision), sum(row.gross for row in rows))


def decimal_of(minor: int, currency: str) -> Decimal:
    return Decimal(money.show(minor, currency))


def minor_of(amount: object, currency: str) -> int:
    """The shop's decimal text in minor units. A total of more decimals than the currency has is rounded: none of ours
    has, since the shop rounds totals to the currency's precision."""
    exact = Decimal(str(amount or "0")).scaleb(money.exponent(currency))
    return int(exact.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def _half_odd(amount: Decimal, step: Decimal) -> Decimal:
    below = amount.quantize(step, rounding=ROUND_FLOOR)
    rest = amount - below
    if rest * 2 != step:
        return amount.quantize(step, rounding=ROUND_HALF_UP)
    return below if int(below / step) % 2 else below + step
