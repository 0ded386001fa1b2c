"""A plan's money as Magento's columns: net and tax of every row, so that all sums are exact. Pure.

Magento recomputes nothing (reference magento-rest.md 7, "Money rules"): what does not add up here stays wrong, and the
invoices follow the rows. So everything is derived from integers and checked before it is sent.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal

from tokbridge.core import money
from tokbridge.core.errors import Actor, Refused
from tokbridge.core.plan import Plan, PlanLine, PlanTax
from tokbridge.core.saying import say

_STORED = Decimal("0.0001")  # four decimals are stored

Number = int | float


@dataclass(frozen=True, slots=True)
class RowMoney:
    """Of one row, all units: minor units. `net` + `tax` = `gross`, exactly."""

    net: int
    tax: int
    gross: int


@dataclass(frozen=True, slots=True)
class PlanMoney:
    """Of the order, minor units. Shipping holds TikTok's fees as well: Magento orders have no other place for them."""

    rows: tuple[RowMoney, ...]
    shipping: RowMoney
    subtotal: int  # net
    subtotal_gross: int
    tax: int  # shipping tax included
    total: int


def plan_money(plan: Plan) -> PlanMoney:
    """Raises Refused when the rows do not make the plan's total, or a tax is more than the price that contains it."""
    rows = tuple(_row(line.total, line.taxes, plan, line.title) for line in plan.lines)
    carried = plan.shipping.price + sum(fee.price for fee in plan.fees)
    shipping = _row(carried, plan.shipping.taxes, plan, say("shipping"))
    subtotal = sum(row.net for row in rows)
    tax = sum(row.tax for row in rows) + shipping.tax
    total = subtotal + shipping.net + tax
    if total != plan.total:
        shown, wanted = money.show(total, plan.currency), money.show(plan.total, plan.currency)
        words = say(
            "the rows would make {shown} {currency}, the order's total is {wanted}",
            shown=shown,
            currency=plan.currency,
            wanted=wanted,
        )
        raise Refused("does_not_add_up", words, Actor.DEVELOPER)
    return PlanMoney(rows, shipping, subtotal, sum(row.gross for row in rows), tax, total)


def _row(amount: int, taxes: Iterable[PlanTax], plan: Plan, what: str) -> RowMoney:
    tax = sum(tax.amount for tax in taxes)
    if amount < 0 or tax < 0:
        raise Refused("below_zero", say("a row of the order is below zero: {what}", what=what), Actor.DEVELOPER)
    if not plan.taxes_included:
        return RowMoney(amount, tax, amount + tax)
    if tax > amount:
        words = say("TikTok tells more tax than the price that contains it: {what}", what=what)
        raise Refused("tax_above_price", words)
    return RowMoney(amount - tax, tax, amount)


def number(minor: int, currency: str) -> Number:
    """An amount as a JSON number: 4388 USD is 43.88, 657000 VND is 657000."""
    return _number(Decimal(money.show(minor, currency)))


def unit_price(amount: int, quantity: int, currency: str) -> Number:
    """Price of one unit of a row, with the four decimals that Magento stores. Row totals are sent beside it, and what
    Magento invoices follows those."""
    exact = Decimal(money.show(amount, currency)) / quantity
    return _number(exact.quantize(_STORED, ROUND_HALF_EVEN))


def original_price(line: PlanLine, row: RowMoney, currency: str) -> Number:
    """The unit's price before discounts, with or without tax as `price` is: for show only."""
    before = Decimal(money.show(line.original_unit_price, currency))
    share = Decimal(row.net) / Decimal(line.total) if line.total else Decimal(1)
    return _number((before * share).quantize(_STORED, ROUND_HALF_EVEN))


def percent(taxes: Iterable[PlanTax], net: int) -> Number:
    """Tax rate in percent of a row: TikTok's rates where all are told, else what the amounts say."""
    told = [tax for tax in taxes if tax.amount]
    if told and all(tax.rate for tax in told):
        return _number(sum((Decimal(tax.rate) * 100 for tax in told), Decimal(0)).quantize(_STORED).normalize())
    amount = sum(tax.amount for tax in told)
    return _number((Decimal(amount) * 100 / Decimal(net)).quantize(_STORED).normalize()) if net > 0 else 0


def _number(value: Decimal) -> Number:
    return int(value) if value == value.to_integral_value() else float(value)
