"""From an order whose money is proven to the store order to create: pure, and the same for the same order.

The total of a plan is the seller's view, or what the buyer paid, as the channel's policy says; it is checked against
the rows before the plan leaves this module.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from tokbridge.core import money
from tokbridge.core.address import to_plan_address
from tokbridge.core.books import BookedLine, Books, DoesNotAddUp
from tokbridge.core.matching import Bundle, Match, Part, Target, pieces
from tokbridge.core.order import Kind, Line, LineTax, LogisticMode, Order
from tokbridge.core.plan import Plan, PlanFee, PlanLine, PlanShipping, PlanTax, PlanTransaction
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

    units, shipping_price = _units(books, buyer_view=buyer_view)
    on_top = not books.taxes_included
    plan = Plan(
        marker=marker,
        number=number,
        order_id=order.id,
        currency=books.currency,
        lines=_rows(units, matches, on_top=on_top, ships=order.logistic_mode is not LogisticMode.DIGITAL),
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


@dataclass(frozen=True, slots=True)
class _Unit:
    booked: BookedLine
    price: int
    platform_discount: int


@dataclass(frozen=True, slots=True)
class _Piece:
    """One unit of the store order: a TikTok unit, or its share in one unit of a bundle. `name`: see `matching.pieces`."""

    name: str
    line: Line
    match: Match | None
    price: int
    original_price: int
    seller_discount: int
    platform_discount: int
    taxes: tuple[LineTax, ...]


def _units(books: Books, *, buyer_view: bool) -> tuple[list[_Unit], int]:
    """Prices per unit and of the shipping. The buyer's view takes TikTok's discounts off; the payment discount, which
    TikTok gives for the whole order, is shared over units and shipping by price, losing no minor unit."""
    ordered = sorted(books.lines, key=_place)
    if not buyer_view:
        units = [
            _Unit(booked, booked.line.sale_price + booked.line.platform_discount, booked.line.platform_discount)
            for booked in ordered
        ]
        return units, books.shipping + books.shipping_discount

    weights = [*(booked.line.sale_price for booked in ordered), books.shipping]
    if books.payment_discount > sum(weights):
        raise DoesNotAddUp(
            sum(weights),
            books.payment_discount,
            books.currency,
            say("payment_platform_discount is not above what products and shipping cost the buyer"),
        )
    *off, off_shipping = money.share(books.payment_discount, weights)
    units = [
        _Unit(booked, booked.line.sale_price - part, booked.line.platform_discount + part)
        for booked, part in zip(ordered, off, strict=True)
    ]
    return units, books.shipping - off_shipping


def _place(booked: BookedLine) -> tuple[bool, str, str, int, str]:
    """Rows come in this order, whatever the order of TikTok's list: gifts last, by SKU, the dearest first."""
    line = booked.line
    return line.is_gift, line.seller_sku, line.sku_id, -line.sale_price, line.id


def _rows(units: Iterable[_Unit], matches: Mapping[str, Target], *, on_top: bool, ships: bool) -> tuple[PlanLine, ...]:
    """Equal units become one row; units whose price or discounts differ stay apart, nothing is averaged."""
    groups: dict[tuple[object, ...], list[_Piece]] = {}
    for piece in (piece for unit in units for piece in _pieces(unit, matches.get(unit.booked.line.id))):
        line = piece.line
        of_product = (line.sku_id, line.seller_sku, piece.match, line.product_name, line.sku_name, line.is_gift)
        of_money = (piece.price, piece.original_price, piece.seller_discount, piece.platform_discount)
        groups.setdefault((*of_product, *of_money), []).append(piece)
    return tuple(_row(group, on_top, ships) for group in groups.values())


def _pieces(unit: _Unit, target: Target | None) -> list[_Piece]:
    """A unit as it stands in the store. A bundle's units share its amounts evenly, losing no minor unit: what the store
    asks for each of them alone is not known here."""
    line, taxes = unit.booked.line, tuple(unit.booked.taxes)
    parts = target.parts if isinstance(target, Bundle) else (Part(target),) if target else ()
    variants: list[Match | None] = [part.match for part in parts for _ in range(part.quantity)] or [None]
    even = [1] * len(variants)
    prices, sellers = money.share(unit.price, even), money.share(line.seller_discount, even)
    platforms = money.share(unit.platform_discount, even)
    rest = line.original_price - unit.price - line.seller_discount  # TikTok's discount, in the buyer's view
    others = [part if rest > 0 else -part for part in money.share(abs(rest), even)]
    taxed = [money.share(tax.amount, even) for tax in taxes]
    return [
        _Piece(
            name=name,
            line=line,
            match=variants[at],
            price=prices[at],
            original_price=prices[at] + sellers[at] + others[at],
            seller_discount=sellers[at],
            platform_discount=platforms[at],
            taxes=tuple(replace(tax, amount=told[at]) for tax, told in zip(taxes, taxed, strict=True)),
        )
        for at, name in enumerate(pieces(line.id, len(variants)))
    ]


def _row(group: list[_Piece], on_top: bool, ships: bool) -> PlanLine:
    first = group[0]
    line, match = first.line, first.match
    return PlanLine(
        line_ids=tuple(piece.name for piece in group),
        seller_sku=line.seller_sku,
        variant=match.ref if match else "",
        title=(match.title if match else "") or line.product_name or line.seller_sku or line.sku_id,
        variant_title=(match.variant_title if match else "") or line.sku_name,
        quantity=len(group),
        unit_price=first.price,
        original_unit_price=first.original_price,
        seller_discount=first.seller_discount,
        platform_discount=first.platform_discount,
        taxes=_row_taxes((tax for piece in group for tax in piece.taxes), on_top),
        requires_shipping=ships and (match.requires_shipping if match else True),
        is_gift=line.is_gift,
    )


def _row_taxes(taxes: Iterable[LineTax], on_top: bool) -> tuple[PlanTax, ...]:
    """One tax row per name and rate; taxes on top of the price are collected and remitted by TikTok."""
    sums: dict[tuple[str, str], int] = {}
    for tax in taxes:
        sums[tax.name, tax.rate] = sums.get((tax.name, tax.rate), 0) + tax.amount
    return tuple(PlanTax(name, rate, amount, on_top) for (name, rate), amount in sorted(sums.items()))


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
