"""Both money views of an order, proven to the minor unit: what the buyer paid, and the seller's view.

Seller's view = what the buyer paid + the discounts that TikTok pays. Every payment field has its place
(`payment_fields.FIELDS`). An order whose figures do not add up raises `DoesNotAddUp` and is blocked; nothing is
rounded or assumed to make it fit (reference tiktok-shop-api.md 3.5, 3.7).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tokbridge.core import money
from tokbridge.core.order import Line, LineTax, Order, Payment
from tokbridge.core.payment_fields import AMOUNTS, FEES, FIELDS, TAXES_ON_TOP
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


@dataclass(frozen=True, slots=True)
class Fee:
    """A named amount that the buyer paid on top of products, shipping and taxes."""

    field: str
    title: str
    amount: int


@dataclass(frozen=True, slots=True)
class BookedLine:
    """One unit and the taxes on it, which are inside its price or on top as `Books.taxes_included` says."""

    line: Line
    taxes: tuple[LineTax, ...]


@dataclass(frozen=True, slots=True)
class Books:
    """Amounts of the kept units: the live ones, or all when the whole order is cancelled.

    sum(sale_price) + shipping + fees + (taxes unless included) - payment_discount == buyer_paid, and
    buyer_paid + tiktok_pays == seller_view.
    """

    currency: str
    taxes_included: bool
    lines: tuple[BookedLine, ...]
    shipping: int  # paid by the buyer, after all discounts
    shipping_tax: int
    fees: tuple[Fee, ...]
    product_discount: int  # the three discounts that TikTok pays
    shipping_discount: int
    payment_discount: int
    buyer_paid: int
    cancelled: int  # what TikTok's total_amount still holds for cancelled units; not in any other figure here
    beside: tuple[str, ...]  # payment fields that are not zero and yet not on top of the total

    @property
    def tiktok_pays(self) -> int:
        return self.product_discount + self.shipping_discount + self.payment_discount

    @property
    def seller_view(self) -> int:
        return self.buyer_paid + self.tiktok_pays


def books(order: Order) -> Books:
    """Check every identity and return both views. Raises `DoesNotAddUp` naming the first identity that fails."""
    payment = order.payment
    _nothing_below_zero(order)
    _equal(
        payment,
        payment.original_total_product_price - payment.seller_discount - payment.platform_discount,
        payment.sub_total,
        "sub_total = original_total_product_price - seller_discount - platform_discount",
    )
    covered = _covered(order)
    shipping_discount, beside_shipping = _shipping(payment)
    taxes = _taxes(payment, covered, on_top=order.region in TAXES_ON_TOP)
    total = _total(payment, taxes, on_top=order.region in TAXES_ON_TOP)

    kept = tuple(line for line in covered if not line.cancelled) or covered
    if len(kept) < len(covered):
        _separable(payment, taxes, total)
    lines = _with_taxes(kept, taxes)
    taken_out = [line for line in covered if line not in kept]
    cancelled = sum(line.sale_price for line in taken_out)
    if total.taxes_on_top:
        cancelled += sum(tax.amount for line in taken_out for tax in line.taxes)

    on_top = set(total.components)
    if taxes.insurance_inside and total.taxes_on_top:
        on_top.add("item_insurance_tax")
    return Books(
        currency=payment.currency,
        taxes_included=not total.taxes_on_top,
        lines=lines,
        shipping=payment.shipping_fee,
        shipping_tax=taxes.shipping,
        fees=tuple(Fee(name, FIELDS[name].title, getattr(payment, name)) for name in FEES if name in on_top),
        product_discount=sum(line.platform_discount for line in kept),
        shipping_discount=shipping_discount,
        payment_discount=payment.payment_platform_discount if PAYMENT_DISCOUNT in on_top else 0,
        buyer_paid=payment.total_amount - cancelled,
        cancelled=cancelled,
        beside=beside_shipping
        + tuple(name for name in (*FEES, PAYMENT_DISCOUNT) if getattr(payment, name) and name not in on_top)
        + tuple(name for name, _ in payment.unknown_fields),
    )


def _equal(payment: Payment, expected: int, actual: int, identity: str) -> None:
    if expected != actual:
        raise DoesNotAddUp(expected, actual, payment.currency, _named(identity, payment, actual - expected))


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


def _nothing_below_zero(order: Order) -> None:
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


def _covered(order: Order) -> tuple[Line, ...]:
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
        _equal(payment, total, getattr(payment, field), f"{field} = sum of the lines' {attribute}")


def _shipping(payment: Payment) -> tuple[int, tuple[str, ...]]:
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
class _Taxes:
    product: int
    shipping: int
    by_line: bool  # TikTok told them line by line
    insurance_inside: bool  # `tax` holds item_insurance_tax as well


def _taxes(payment: Payment, covered: Sequence[Line], *, on_top: bool) -> _Taxes:
    """Where the taxes lie. product_tax absent: the lines tell it; no breakdown at all: `tax` is on the products."""
    by_line = sum(tax.amount for line in covered for tax in line.taxes)
    product = payment.product_tax or by_line
    if not product and not payment.shipping_fee_tax and payment.tax != payment.item_insurance_tax:
        product = payment.tax
    if by_line:
        _equal(payment, by_line, product, "product_tax = sum of the lines' item_tax")
    parts = product + payment.shipping_fee_tax
    with_insurance = parts + payment.item_insurance_tax
    inside = payment.tax == with_insurance != parts
    if not inside and (payment.tax or on_top):  # outside the US `tax` may be left out while its parts are told
        _equal(payment, parts, payment.tax, "tax = product_tax + shipping_fee_tax (+ item_insurance_tax)")
    return _Taxes(product, payment.shipping_fee_tax, bool(by_line), inside)


@dataclass(frozen=True, slots=True)
class _Total:
    taxes_on_top: bool
    components: tuple[str, ...]  # fees, and the payment discount, that total_amount holds


def _total(payment: Payment, taxes: _Taxes, *, on_top: bool) -> _Total:
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
        return _Total(on_top, (*always, *open_ones))

    ways = {
        _Total(with_tax, (*always, *names)): goods + (payment.tax if with_tax else 0) + sum(open_ones[n] for n in names)
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


def _separable(payment: Payment, taxes: _Taxes, total: _Total) -> None:
    """An order cancelled in part whose payment covers all lines: the cancelled units' share must be known exactly."""
    if PAYMENT_DISCOUNT in total.components:
        raise DoesNotAddUp(
            0,
            payment.payment_platform_discount,
            payment.currency,
            "lines are cancelled, and TikTok does not say how much of payment_platform_discount was theirs",
        )
    if taxes.product and not taxes.by_line:
        raise DoesNotAddUp(
            0, taxes.product, payment.currency, "lines are cancelled, and TikTok does not say how much tax was theirs"
        )


def _with_taxes(kept: Sequence[Line], taxes: _Taxes) -> tuple[BookedLine, ...]:
    """Taxes per unit as TikTok gave them; a sum given without lines is shared by price, losing no minor unit."""
    if taxes.by_line or not taxes.product:
        return tuple(BookedLine(line, tuple(tax for tax in line.taxes if tax.amount)) for line in kept)
    ordered = sorted(kept, key=lambda line: line.id)
    parts = money.share(taxes.product, [line.sale_price for line in ordered])
    amounts = {line.id: part for line, part in zip(ordered, parts, strict=True)}
    return tuple(BookedLine(line, (LineTax("Tax", amounts[line.id]),) if amounts[line.id] else ()) for line in kept)
