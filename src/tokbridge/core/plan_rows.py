"""The rows of a plan: each unit at its price, a bundle's unit in its pieces, equal ones together, and the taxes on them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from tokbridge.core import money
from tokbridge.core.books import BookedLine, Books
from tokbridge.core.identities import DoesNotAddUp
from tokbridge.core.matching import Bundle, Match, Part, Target, pieces
from tokbridge.core.order import Line, LineTax
from tokbridge.core.plan import PlanLine, PlanTax
from tokbridge.core.saying import say


@dataclass(frozen=True, slots=True)
class Unit:
    """One TikTok unit, its price in the store order, and what TikTok pays of it."""

    booked: BookedLine
    price: int
    platform_discount: int


def priced_units(books: Books, *, buyer_view: bool) -> tuple[list[Unit], int]:
    """Prices per unit and of the shipping. The buyer's view takes TikTok's discounts off; the payment discount, which
    TikTok gives for the whole order, is shared over units and shipping by price, losing no minor unit."""
    ordered = sorted(books.lines, key=_place)
    if not buyer_view:
        units = [
            Unit(booked, booked.line.sale_price + booked.line.platform_discount, booked.line.platform_discount)
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
        Unit(booked, booked.line.sale_price - part, booked.line.platform_discount + part)
        for booked, part in zip(ordered, off, strict=True)
    ]
    return units, books.shipping - off_shipping


def _place(booked: BookedLine) -> tuple[bool, str, str, int, str]:
    """Rows come in this order, whatever the order of TikTok's list: gifts last, by SKU, the dearest first."""
    line = booked.line
    return line.is_gift, line.seller_sku, line.sku_id, -line.sale_price, line.id


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


def plan_rows(
    units: Iterable[Unit], matches: Mapping[str, Target], *, on_top: bool, ships: bool
) -> tuple[PlanLine, ...]:
    """Equal units become one row; units whose price or discounts differ stay apart, nothing is averaged."""
    groups: dict[tuple[object, ...], list[_Piece]] = {}
    for piece in (piece for unit in units for piece in _pieces(unit, matches.get(unit.booked.line.id))):
        line = piece.line
        of_product = (line.sku_id, line.seller_sku, piece.match, line.product_name, line.sku_name, line.is_gift)
        of_money = (piece.price, piece.original_price, piece.seller_discount, piece.platform_discount)
        groups.setdefault((*of_product, *of_money), []).append(piece)
    return tuple(_row(group, on_top, ships) for group in groups.values())


def _pieces(unit: Unit, target: Target | None) -> list[_Piece]:
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
