"""Both money views of an order as a table: every discount, fee and tax has its row, and each column adds up."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from tokbridge.core.books import Books, DoesNotAddUp, books
from tokbridge.core.order import Line, Order
from tokbridge.core.payment_fields import AMOUNTS, FIELDS
from tokbridge.web.tongue import told


@dataclass(frozen=True, slots=True)
class MoneyRow:
    """Minor units, signed as they count; None: not part of that view."""

    title: str
    buyer: int | None
    seller: int | None
    remark: str = ""  # what a field holds that is not known to be an amount
    inside: int | None = None  # a tax that is inside the prices: named, counted nowhere


@dataclass(frozen=True, slots=True)
class Group:
    """Equal units: same SKU, same price, same discounts, all live or all cancelled. Amounts per unit."""

    line: Line
    quantity: int

    @property
    def total(self) -> int:
        return self.line.sale_price * self.quantity

    @property
    def seller_total(self) -> int:
        return (self.line.sale_price + self.line.platform_discount) * self.quantity


@dataclass(frozen=True, slots=True)
class Money:
    """`clash`: TikTok's figures contradict each other; then `rows` are TikTok's own fields, in the buyer's column."""

    currency: str
    groups: list[Group]
    rows: list[MoneyRow]
    buyer_total: int
    seller_total: int | None
    clash: DoesNotAddUp | None = None
    cancelled: int = 0
    beside: tuple[str, ...] = ()


def money_of(order: Order) -> Money:
    groups = _groups(order)
    try:
        both = books(order)
    except DoesNotAddUp as clash:
        told = [MoneyRow(_title(name), getattr(order.payment, name), None) for name in AMOUNTS]
        unknown = [MoneyRow(name, None, None, raw) for name, raw in order.payment.unknown_fields]
        rows = [row for row in told if row.buyer] + unknown
        return Money(order.currency, groups, rows, order.payment.total_amount, None, clash)
    rows = [row for row in _rows(order, both) if row.buyer or row.seller or row.inside]
    return Money(
        order.currency,
        groups,
        rows,
        both.buyer_paid,
        both.seller_view,
        cancelled=both.cancelled,
        beside=tuple(_title(name) for name in both.beside),
    )


def _title(name: str) -> str:
    return told(FIELDS[name].title) if name in FIELDS else name


def _rows(order: Order, both: Books) -> Iterator[MoneyRow]:
    """What TikTok pays is taken off for the buyer only: that is the difference between the two columns."""
    payment = order.payment
    kept = [booked.line for booked in both.lines]
    original = sum(line.original_price for line in kept)
    by_seller = sum(line.seller_discount for line in kept)
    yield MoneyRow(_("Products before discounts"), original, original)
    yield MoneyRow(_("Seller discount"), -by_seller, -by_seller)
    yield MoneyRow(_("TikTok product discount"), -both.product_discount, None)

    shipping_by_seller = both.shipping + both.shipping_discount - payment.original_shipping_fee
    by_tiktok = min(payment.shipping_fee_platform_discount, both.shipping_discount)
    cofunded = both.shipping_discount - by_tiktok
    yield MoneyRow(_("Shipping before discounts"), payment.original_shipping_fee, payment.original_shipping_fee)
    yield MoneyRow(_("Seller shipping discount"), shipping_by_seller, shipping_by_seller)
    yield MoneyRow(_("TikTok shipping discount"), -by_tiktok, None)
    yield MoneyRow(_("Co-funded shipping discount"), -cofunded, None)

    for fee in both.fees:
        yield MoneyRow(told(fee.title), fee.amount, fee.amount)
    yield from _taxes(both)
    yield MoneyRow(_("Payment discount"), -both.payment_discount, None)


def _taxes(both: Books) -> Iterator[MoneyRow]:
    """One row per name and rate. Taxes inside the prices are named, and do not count again."""
    sums: dict[tuple[str, str], int] = {}
    for booked in both.lines:
        for tax in booked.taxes:
            sums[tax.name, tax.rate] = sums.get((tax.name, tax.rate), 0) + tax.amount
    if both.shipping_tax:
        sums[_("Shipping tax"), ""] = both.shipping_tax
    for (name, rate), tax_amount in sums.items():
        title = f"{name} ({rate})" if rate else name
        if both.taxes_included:
            yield MoneyRow(title, None, None, inside=tax_amount)
        else:
            yield MoneyRow(title, tax_amount, tax_amount)


def _groups(order: Order) -> list[Group]:
    counted: dict[tuple[object, ...], list[Line]] = {}
    for line in order.lines:
        of_product = (line.sku_id, line.seller_sku, line.product_name, line.sku_name, line.is_gift, line.cancelled)
        of_money = (line.original_price, line.seller_discount, line.platform_discount, line.sale_price)
        counted.setdefault((*of_product, *of_money), []).append(line)
    return [Group(lines[0], len(lines)) for lines in counted.values()]
