"""The units of one order as people see them: products with their pictures, and what each parcel holds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tokbridge.core.matching import is_piece
from tokbridge.records.models import Line, Order, Parcel
from tokbridge.sync import pictures
from tokbridge.web.money_view import Group, Money


@dataclass(frozen=True, slots=True)
class Product:
    """`picture`: its key, "" while there is none."""

    group: Group
    picture: str


@dataclass(frozen=True, slots=True)
class Held:
    """So many units of one article."""

    title: str
    n: int


@dataclass(frozen=True, slots=True)
class ShownParcel:
    """`others`: units that are not (or no longer) of this order."""

    parcel: Parcel
    units: tuple[Held, ...]
    others: int


def products(money: Money) -> list[Product]:
    here = pictures.wanted({group.line.image for group in money.groups if group.line.image})
    return [Product(group, here.get(group.line.image, "")) for group in money.groups]


def parcels(order: Order) -> tuple[list[ShownParcel], tuple[Held, ...]]:
    """The parcels, and what is in none of them yet."""
    lines = {line.tiktok_id: line for line in Line.objects.filter(order=order).order_by("position")}
    rows = list(Parcel.objects.filter(order=order).order_by("id"))
    packed = {unit for row in rows if not row.cancelled for unit in row.line_ids}
    rest = [
        line
        for line in lines.values()
        if not (line.tiktok_id in packed or line.cancelled or line.tracking_number or line.package_id)
    ]
    return [_shown(row, lines) for row in rows], _counted(rest)


def _shown(row: Parcel, lines: Mapping[str, Line]) -> ShownParcel:
    units = [unit for unit in row.line_ids if not is_piece(unit)]  # a bundle's further pieces are no units of TikTok
    known = [lines[unit] for unit in units if unit in lines]
    return ShownParcel(row, _counted(known), len(units) - len(known))


def title_of(line: Line) -> str:
    return ", ".join(filter(None, (line.product_name or line.sku_id, line.sku_name)))


def _counted(lines: Iterable[Line]) -> tuple[Held, ...]:
    return tuple(Held(title, n) for title, n in Counter(title_of(line) for line in lines).items())
