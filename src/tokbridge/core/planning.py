"""From an order whose money is proven to the store order to create: pure, and the same for the same order.

The total of a plan is the seller's view, or what the buyer paid, as the channel's policy says; it is checked against
the rows before the plan leaves this module.
"""

from __future__ import annotations

from collections.abc import Mapping

from tokbridge.core import money
from tokbridge.core.address import to_plan_address
from tokbridge.core.books import Books
from tokbridge.core.identities import DoesNotAddUp
from tokbridge.core.matching import Target
from tokbridge.core.order import Kind, LogisticMode, Order
from tokbridge.core.plan import Plan, PlanFee, PlanShipping, PlanTax, PlanTransaction
from tokbridge.core.plan_rows import plan_rows, priced_units
from tokbridge.core.policy import DiscountBooking, Policy, ShippingTitle, Unmatched
from tokbridge.core.saying import say

SHIPPING_TITLE = "TikTok Shop shipping"  # an order without a delivery option's name


def build(
    order: Order,
    books: Books,
    matches: Mapping[str, Target],
    policy: Policy,
    *,
    number: str,
    marker: str,
    email: str,
) -> Plan:
    """`matches`: line id -> variant or bundle. `email`: the platform's own choice, where the policy names none. Raises ValueError
    for a line without a variant unless the policy takes placeholders, and `DoesNotAddUp` when the rows would not make the
    total (a fault of ours, never sent to a store)."""
    buyer_view = policy.discounts is DiscountBooking.BUYER_VIEW
    missing = sorted(booked.line.seller_sku for booked in books.lines if booked.line.id not in matches)
    if missing and policy.unmatched is not Unmatched.PLACEHOLDER:
        raise ValueError(say("lines without a product in the store: {skus}", skus=", ".join(missing)))

    units, shipping_price = priced_units(books, buyer_view=buyer_view)
    on_top = not books.taxes_included
    plan = Plan(
        marker=marker,
        number=number,
        order_id=order.id,
        currency=books.currency,
        lines=plan_rows(units, matches, on_top=on_top, ships=order.logistic_mode is not LogisticMode.DIGITAL),
        fees=tuple(PlanFee(fee.field, fee.title, fee.amount) for fee in books.fees),
        shipping=PlanShipping(
            title=_shipping_title(order, policy),
            code=order.delivery_option_id,
            price=shipping_price,
            taxes=(PlanTax("Tax", "", books.shipping_tax, on_top),) if books.shipping_tax else (),
        ),
        taxes_included=books.taxes_included,
        total=books.buyer_paid if buyer_view else books.seller_view,
        paid=not order.is_cod,
        transactions=() if order.is_cod else _transactions(books, policy, buyer_view=buyer_view),
        email=_email(order, policy, email),
        address=to_plan_address(order.recipient) if order.recipient else None,
        tags=_tags(order, policy),
        note=_note(order, books),
        attributes=_attributes(order, books),
        source_url="",  # the reference knows no address of an order's page in Seller Center
        placed_at=order.create_time,
        inventory=policy.inventory.value,
    )
    _proven(plan)
    return plan


def rows_total(plan: Plan) -> int:
    """What a store adds up from the plan's rows."""
    total = sum(line.total for line in plan.lines) + plan.shipping.price + sum(fee.price for fee in plan.fees)
    if not plan.taxes_included:
        taxes = [tax for line in plan.lines for tax in line.taxes] + list(plan.shipping.taxes)
        total += sum(tax.amount for tax in taxes)
    return total


def _transactions(books: Books, policy: Policy, *, buyer_view: bool) -> tuple[PlanTransaction, ...]:
    received = [PlanTransaction(policy.payment_name, books.buyer_paid)]
    if not buyer_view:
        received.append(PlanTransaction(policy.platform_discount_name, books.tiktok_pays))
    return tuple(transaction for transaction in received if transaction.amount)


def _shipping_title(order: Order, policy: Policy) -> str:
    if policy.shipping_title is ShippingTitle.ALWAYS_PLATFORM or order.logistic_mode is LogisticMode.PLATFORM:
        return policy.platform_shipping_title
    return order.delivery_option_name or SHIPPING_TITLE


def _email(order: Order, policy: Policy, otherwise: str) -> str:
    """An order without buyer id or relay address gets one of its own, so that two buyers never become one customer."""
    template = policy.email or otherwise
    if "{relay}" in template and not order.buyer_email:
        template = otherwise
    return template.replace("{relay}", order.buyer_email).replace("{buyer_id}", order.buyer_id or f"order-{order.id}")


def _tags(order: Order, policy: Policy) -> tuple[str, ...]:
    tags = list(policy.tags)
    if order.kind is not Kind.NORMAL:
        tags.append(order.kind.value)
    if order.has_gift:
        tags.append("gift")
    if order.is_cod:
        tags.append("COD")
    return tuple(dict.fromkeys(tags))


def _attributes(order: Order, books: Books) -> tuple[tuple[str, str], ...]:
    def amount(minor: int) -> str:
        return f"{money.show(minor, books.currency)} {books.currency}"

    told = [
        ("TikTok order id", order.id),
        ("Buyer paid", amount(books.buyer_paid)),
        ("TikTok pays", amount(books.tiktok_pays)),
        ("Seller's view", amount(books.seller_view)),
        ("Cancelled before creation", amount(books.cancelled) if books.cancelled else ""),
        ("Payment fields not on top of the total", ", ".join(books.beside)),
        ("Delivery option", order.delivery_option_name),
        ("Payment method", order.payment_method),
        ("Buyer's message", order.buyer_message),
    ]
    return tuple((name, value) for name, value in told if value)


def _note(order: Order, books: Books) -> str:
    return "\n".join(f"{name}: {value}" for name, value in _attributes(order, books))


def _proven(plan: Plan) -> None:
    """The postcondition: rows and transactions make the total, and no row is below zero."""
    total = rows_total(plan)
    if total != plan.total:
        raise DoesNotAddUp(total, plan.total, plan.currency, say("total = sum of the store order's rows"))
    received = sum(transaction.amount for transaction in plan.transactions)
    if plan.paid and received != plan.total:
        raise DoesNotAddUp(received, plan.total, plan.currency, say("total = sum of the transactions"))
    lowest = min([plan.shipping.price, *(line.unit_price for line in plan.lines), *(fee.price for fee in plan.fees)])
    if lowest < 0:
        raise DoesNotAddUp(0, lowest, plan.currency, say("no row of the store order is below zero"))
