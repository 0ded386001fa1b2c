"""Both money views of an order as tables: every discount, fee and tax has its row, and each column adds up. The units'
columns and the order's rows tell the same sums."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tokbridge.core.books import Books, books
from tokbridge.core.identities import DoesNotAddUp
from tokbridge.core.order import Line, LineTax, Order
from tokbridge.core.payment_fields import AMOUNTS, FIELDS
from tokbridge.web.numbers import exact, percent
from tokbridge.web.tongue import told

TAXES: dict[str, str | Promise] = {
    "SALES_TAX": gettext_lazy("Sales tax"),
    "VAT": gettext_lazy("VAT"),
    "GST": gettext_lazy("GST"),
    "Tax": gettext_lazy("Tax"),  # of a sum that TikTok did not name (core.books)
}


@dataclass(frozen=True, slots=True)
class MoneyRow:
    """Minor units, signed as they count; None: not part of that view."""

    title: str
    buyer: int | None
    seller: int | None
    remark: str = ""  # what a field holds that is not known to be an amount
    inside: int | None = None  # a tax that is inside the prices: named, counted nowhere


@dataclass(frozen=True, slots=True)
class GroupTax:
    title: str
    amount: int  # of all units of the group


@dataclass(frozen=True, slots=True)
class Group:
    """Equal units: same SKU, same price, same discounts and taxes, all live or all cancelled. `line`: amounts of one
    unit. `taxes_on_top`: they are not inside its price."""

    line: Line
    quantity: int
    taxes: tuple[GroupTax, ...]
    taxes_on_top: bool

    @property
    def total(self) -> int:
        """What the buyer pays for these units."""
        return self.line.sale_price * self.quantity + (self.tax if self.taxes_on_top else 0)

    @property
    def seller_total(self) -> int:
        return self.total + self.line.platform_discount * self.quantity

    @property
    def tax(self) -> int:
        return sum(tax.amount for tax in self.taxes)


@dataclass(frozen=True, slots=True)
class Money:
    """`clash`: TikTok's figures contradict each other; then `rows` are TikTok's own fields, in the buyer's column.
    `beside`: payment fields that are on top of neither total."""

    currency: str
    groups: list[Group]
    rows: list[MoneyRow]
    buyer_total: int
    seller_total: int | None
    clash: DoesNotAddUp | None = None
    cancelled: int = 0
    beside: tuple[MoneyRow, ...] = ()

    @property
    def tiktok_pays(self) -> int:
        return (self.seller_total or 0) - self.buyer_total if self.seller_total is not None else 0

    @property
    def taxed(self) -> bool:
        return any(group.taxes for group in self.groups)

    @property
    def taxes_on_top(self) -> bool:
        return any(group.taxes and group.taxes_on_top for group in self.groups)


def money_of(order: Order) -> Money:
    try:
        both = books(order)
    except DoesNotAddUp as clash:
        told = [MoneyRow(_title(name), getattr(order.payment, name), None) for name in AMOUNTS]
        unknown = [MoneyRow(name, None, None, raw) for name, raw in order.payment.unknown_fields]
        rows = [row for row in told if row.buyer] + unknown
        return Money(order.currency, _groups(order, None), rows, order.payment.total_amount, None, clash)
    rows = [row for row in _rows(order, both) if row.buyer or row.seller or row.inside]
    return Money(
        order.currency,
        _groups(order, both),
        rows,
        both.buyer_paid,
        both.seller_view,
        cancelled=both.cancelled,
        beside=tuple(_beside(order, both)),
    )


def _title(name: str) -> str:
    return told(FIELDS[name].title) if name in FIELDS else name


def _beside(order: Order, both: Books) -> Iterator[MoneyRow]:
    unknown = dict(order.payment.unknown_fields)
    for name in both.beside:
        if name in unknown:
            yield MoneyRow(name, None, None, unknown[name])
        else:
            yield MoneyRow(_title(name), getattr(order.payment, name), None)


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
    sums: dict[str, int] = {}
    for booked in both.lines:
        for tax in booked.taxes:
            title = tax_title(tax)
            sums[title] = sums.get(title, 0) + tax.amount
    if both.shipping_tax:
        sums[_("Shipping tax")] = both.shipping_tax
    for title, tax_amount in sums.items():
        if both.taxes_included:
            yield MoneyRow(title, None, None, inside=tax_amount)
        else:
            yield MoneyRow(title, tax_amount, tax_amount)


def tax_title(tax: LineTax) -> str:
    """ "Sales tax 8.25%"; a name or a rate that nobody has seen before is shown as TikTok sends it."""
    name = str(TAXES.get(tax.name, tax.name))
    if not tax.rate:
        return name
    try:
        return f"{name} {percent(exact(Decimal(tax.rate) * 100))}"
    except InvalidOperation:
        return f"{name} ({tax.rate})"


def _groups(order: Order, both: Books | None) -> list[Group]:
    """`both`: the books, where they add up; they share a tax that TikTok gave as one sum."""
    booked = {one.line.id: one.taxes for one in both.lines} if both else {}
    on_top = both is not None and not both.taxes_included
    counted: dict[tuple[object, ...], list[Line]] = {}
    for line in order.lines:
        of_product = (line.sku_id, line.seller_sku, line.product_name, line.sku_name, line.is_gift, line.cancelled)
        of_money = (line.original_price, line.seller_discount, line.platform_discount, line.sale_price)
        taxes = booked.get(line.id, tuple(tax for tax in line.taxes if tax.amount))
        counted.setdefault((*of_product, *of_money, taxes), []).append(line)
    return [_group(lines, booked.get(lines[0].id), on_top) for lines in counted.values()]


def _group(lines: list[Line], booked: tuple[LineTax, ...] | None, on_top: bool) -> Group:
    taxes = booked if booked is not None else tuple(tax for tax in lines[0].taxes if tax.amount)
    return Group(
        lines[0], len(lines), tuple(GroupTax(tax_title(tax), tax.amount * len(lines)) for tax in taxes), on_top
    )
