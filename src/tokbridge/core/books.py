"""Both money views of an order, proven to the minor unit: what the buyer paid, and the seller's view.

Seller's view = what the buyer paid + the discounts that TikTok pays. Every payment field has its place
(`payment_fields.FIELDS`). An order whose figures do not add up raises `DoesNotAddUp` and is blocked; nothing is
rounded or assumed to make it fit (reference tiktok-shop-api.md 3.5, 3.7).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tokbridge.core import money
from tokbridge.core.identities import (
    PAYMENT_DISCOUNT,
    DoesNotAddUp,
    Taxes,
    Total,
    covered_lines,
    nothing_below_zero,
    prove_shipping,
    prove_sub_total,
    prove_taxes,
    prove_total,
)
from tokbridge.core.order import Line, LineTax, Order, Payment
from tokbridge.core.payment_fields import FEES, FIELDS, TAXES_ON_TOP
from tokbridge.core.saying import say


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
    nothing_below_zero(order)
    prove_sub_total(payment)
    covered = covered_lines(order)
    shipping_discount, beside_shipping = prove_shipping(payment)
    taxes = prove_taxes(payment, covered, on_top=order.region in TAXES_ON_TOP)
    total = prove_total(payment, taxes, on_top=order.region in TAXES_ON_TOP)

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


def _separable(payment: Payment, taxes: Taxes, total: Total) -> None:
    """An order cancelled in part whose payment covers all lines: the cancelled units' share must be known exactly."""
    if PAYMENT_DISCOUNT in total.components:
        raise DoesNotAddUp(
            0,
            payment.payment_platform_discount,
            payment.currency,
            say("lines are cancelled, and TikTok does not say how much of payment_platform_discount was theirs"),
        )
    if taxes.product and not taxes.by_line:
        raise DoesNotAddUp(
            0,
            taxes.product,
            payment.currency,
            say("lines are cancelled, and TikTok does not say how much tax was theirs"),
        )


def _with_taxes(kept: Sequence[Line], taxes: Taxes) -> tuple[BookedLine, ...]:
    """Taxes per unit as TikTok gave them; a sum given without lines is shared by price, losing no minor unit."""
    if taxes.by_line or not taxes.product:
        return tuple(BookedLine(line, tuple(tax for tax in line.taxes if tax.amount)) for line in kept)
    ordered = sorted(kept, key=lambda line: line.id)
    parts = money.share(taxes.product, [line.sale_price for line in ordered])
    amounts = {line.id: part for line, part in zip(ordered, parts, strict=True)}
    return tuple(BookedLine(line, (LineTax("Tax", amounts[line.id]),) if amounts[line.id] else ()) for line in kept)
