"""The identities between TikTok's own figures, each proven to the minor unit (reference tiktok-shop-api.md 3.5, 3.7).

What is proven is told: which lines the payment speaks of, where the taxes lie, what the total holds. The first identity
that fails raises `DoesNotAddUp` and names itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tokbridge.core import money
from tokbridge.core.order import Line, Order, Payment
from tokbridge.core.payment_fields import AMOUNTS, FEES, FIELDS
from tokbridge.core.saying import say

PAYMENT_DISCOUNT = "payment_platform_discount"


class DoesNotAddUp(Exception):
    """TikTok's figures contradict each other. `expected` follows from the identity, `actual` is what TikTok says."""

    def __init__(self, expected: int, actual: int, currency: str, explanation: str) -> None:
        self.expected = expected
        self.actual = actual
        self.currency = currency
        self.explanation = explanation
        super().__init__(
            say(
                "{explanation}: expected {expected}, TikTok says {actual}",
                explanation=explanation,
                expected=f"{money.show(expected, currency)} {currency}",
                actual=f"{money.show(actual, currency)} {currency}",
            )
        )


def nothing_below_zero(order: Order) -> None:
    payment = order.payment
    for name in AMOUNTS:
        if getattr(payment, name) < 0:
            raise DoesNotAddUp(
                0, getattr(payment, name), payment.currency, say("{field} is not below zero", field=name)
            )
    for line in order.lines:
        taxes = (tax.amount for tax in line.taxes)
        lowest = min(line.original_price, line.sale_price, line.seller_discount, line.platform_discount, *taxes)
        if lowest < 0:
            raise DoesNotAddUp(0, lowest, payment.currency, say("no amount of line {line} is below zero", line=line.id))
        if line.sale_price != line.original_price - line.seller_discount - line.platform_discount:
            raise DoesNotAddUp(
                line.original_price - line.seller_discount - line.platform_discount,
                line.sale_price,
                payment.currency,
                f"sale_price = original_price - seller_discount - platform_discount of line {line.id}",
            )


def prove_sub_total(payment: Payment) -> None:
    _equal(
        payment,
        payment.original_total_product_price - payment.seller_discount - payment.platform_discount,
        payment.sub_total,
        "sub_total = original_total_product_price - seller_discount - platform_discount",
    )


def covered_lines(order: Order) -> tuple[Line, ...]:
    """The lines that the payment speaks of: all, or only the live ones.

    A captured cancelled order (reference samples, VN) still carries the full payment, so all lines come first; for an
    order cancelled in part the reference shows neither, so whichever adds up in all four sums is taken.
    """
    try:
        _lines_add_up(order.payment, order.lines)
    except DoesNotAddUp as of_all_lines:
        try:
            _lines_add_up(order.payment, order.live_lines)
        except DoesNotAddUp:
            raise of_all_lines from None
        return order.live_lines
    return order.lines


def _lines_add_up(payment: Payment, lines: Sequence[Line]) -> None:
    for field, attribute in (
        ("original_total_product_price", "original_price"),
        ("seller_discount", "seller_discount"),
        ("platform_discount", "platform_discount"),
        ("sub_total", "sale_price"),
    ):
        total = sum(getattr(line, attribute) for line in lines)
        _equal(payment, total, getattr(payment, field), _sum_of_lines(field, attribute))


def prove_shipping(payment: Payment) -> tuple[int, tuple[str, ...]]:
    """What TikTok pays of the shipping fee, and the field that is not taken off it.

    TikTok's identity leaves the co-funded discount out, its description says that the buyer received it: the fee tells.
    """
    by_tiktok = payment.shipping_fee_platform_discount
    cofunded = payment.shipping_fee_cofunded_discount
    before = payment.original_shipping_fee - payment.shipping_fee_seller_discount - by_tiktok
    if cofunded and payment.shipping_fee == before:
        return by_tiktok, ("shipping_fee_cofunded_discount",)
    _equal(
        payment,
        before - cofunded,
        payment.shipping_fee,
        "shipping_fee = original_shipping_fee - shipping_fee_seller_discount - shipping_fee_platform_discount"
        " - shipping_fee_cofunded_discount",
    )
    return by_tiktok + cofunded, ()


@dataclass(frozen=True, slots=True)
class Taxes:
    product: int
    shipping: int
    by_line: bool  # TikTok told them line by line
    insurance_inside: bool  # `tax` holds item_insurance_tax as well


def prove_taxes(payment: Payment, covered: Sequence[Line], *, on_top: bool) -> Taxes:
    """Where the taxes lie. product_tax absent: the lines tell it; no breakdown at all: `tax` is on the products."""
    by_line = sum(tax.amount for line in covered for tax in line.taxes)
    product = payment.product_tax or by_line
    if not product and not payment.shipping_fee_tax and payment.tax != payment.item_insurance_tax:
        product = payment.tax
    if by_line:
        _equal(payment, by_line, product, _sum_of_lines("product_tax", "item_tax"))
    parts = product + payment.shipping_fee_tax
    with_insurance = parts + payment.item_insurance_tax
    inside = payment.tax == with_insurance != parts
    if not inside and (payment.tax or on_top):  # outside the US `tax` may be left out while its parts are told
        _equal(payment, parts, payment.tax, "tax = product_tax + shipping_fee_tax (+ item_insurance_tax)")
    return Taxes(product, payment.shipping_fee_tax, bool(by_line), inside)


@dataclass(frozen=True, slots=True)
class Total:
    taxes_on_top: bool
    components: tuple[str, ...]  # fees, and the payment discount, that total_amount holds


def prove_total(payment: Payment, taxes: Taxes, *, on_top: bool) -> Total:
    """Prove total_amount. The rule: products + shipping + taxes (US) + every fee - payment discount.

    Where the rule fails, the documented identity (only retail_delivery_fee) may hold, alone or with a rest that is
    exactly one named field; two ways to explain the same rest are none.
    """
    always = {"retail_delivery_fee": payment.retail_delivery_fee} if payment.retail_delivery_fee else {}
    open_ones = {
        name: FIELDS[name].sign * getattr(payment, name)
        for name in (*FEES, PAYMENT_DISCOUNT)
        if getattr(payment, name)
        and name not in always
        and not (name == "item_insurance_tax" and taxes.insurance_inside)
    }
    goods = payment.sub_total + payment.shipping_fee + sum(always.values())
    by_rule = goods + (payment.tax if on_top else 0) + sum(open_ones.values())
    if by_rule == payment.total_amount:
        return Total(on_top, (*always, *open_ones))

    ways = {
        Total(with_tax, (*always, *names)): goods + (payment.tax if with_tax else 0) + sum(open_ones[n] for n in names)
        for with_tax, names in [
            (on_top, ()),
            *((on_top, (name,)) for name in open_ones),
            *(((True, ()), (True, tuple(open_ones))) if payment.tax and not on_top else ()),
        ]
    }
    fitting = [way for way, amount in ways.items() if amount == payment.total_amount]
    if len(fitting) == 1:
        return fitting[0]
    identity = f"total_amount = sub_total + shipping_fee{' + tax' if on_top else ''} + fees - {PAYMENT_DISCOUNT}"
    if fitting:
        identity = say("{identity} (more than one field explains the rest)", identity=identity)
    raise DoesNotAddUp(
        by_rule,
        payment.total_amount,
        payment.currency,
        _named(identity, payment, payment.total_amount - by_rule),
    )


def _equal(payment: Payment, expected: int, actual: int, identity: str) -> None:
    if expected != actual:
        raise DoesNotAddUp(expected, actual, payment.currency, _named(identity, payment, actual - expected))


def _sum_of_lines(field: str, attribute: str) -> str:
    return say("{field} = sum of the lines' {attribute}", field=field, attribute=attribute)


def _named(identity: str, payment: Payment, rest: int) -> str:
    """The identity, and an unknown payment field that would explain the rest; it still blocks, its meaning is not known."""
    for name, raw in payment.unknown_fields:
        try:
            value = money.parse(raw, payment.currency)
        except ValueError:
            continue
        if value and abs(value) == abs(rest):
            return say(
                "{identity} (the payment field {field} is not known to Tokbridge and has exactly this difference)",
                identity=identity,
                field=repr(name),
            )
    return identity
