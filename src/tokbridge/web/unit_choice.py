"""Which units of one order a parcel takes: so many of each article, of those that are left to ship."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tokbridge.records.models import Line, Order, Parcel
from tokbridge.sync import shipping
from tokbridge.web.order_units import title_of

MOST_DIGITS = 4


@dataclass(slots=True)
class Units:
    """The units of one SKU that are left. `wanted`: how many of them, as typed."""

    name: str  # of the form's field
    title: str
    sku: str
    line_ids: tuple[str, ...]
    wanted: str
    error: str = ""

    @property
    def left(self) -> int:
        return len(self.line_ids)


def left_of(order: Order, same: Parcel | None = None) -> tuple[Units, ...]:
    """What is left to ship, all of it chosen; of a parcel that is corrected (`same`) what it holds is chosen."""
    held = set(same.line_ids) if same else set()
    found: dict[str, list[str]] = {}
    names: dict[str, Line] = {}
    for line in sorted(shipping.left_to_ship(order, same), key=lambda line: line.tiktok_id not in held):
        found.setdefault(line.sku_id, []).append(line.tiktok_id)
        names.setdefault(line.sku_id, line)
    return tuple(_units(names[sku_id], ids, held) for sku_id, ids in found.items())


def _units(line: Line, ids: Sequence[str], held: set[str]) -> Units:
    n = sum(unit in held for unit in ids) if held else len(ids)
    return Units(f"units-{line.sku_id}", title_of(line), line.seller_sku, tuple(ids), str(n))


def read(units: Iterable[Units], given: QueryDict) -> None:
    """What was typed; a form that does not name a SKU means what stands there."""
    for one in units:
        one.wanted = given.get(one.name, one.wanted).strip()


def check(units: Sequence[Units]) -> str:
    """Note in each what is wrong with its number; returns what is wrong with all of them together."""
    for one in units:
        number = _number(one.wanted)
        if number is None:
            one.error = _("Type a whole number from 0 to %d.") % one.left
        elif number > one.left:
            one.error = ngettext("Only %d is left to ship.", "Only %d are left to ship.", one.left) % one.left
    if not units:
        return _("Every unit is in a parcel, shipped or cancelled.")
    if all(_number(one.wanted) == 0 for one in units):
        return _("Choose at least one unit for the parcel.")
    return ""


def chosen(units: Sequence[Units]) -> list[str] | None:
    """The ids of the chosen units, the first of each SKU; None: all that are left. After `check` found nothing wrong."""
    counts = [(one, _number(one.wanted) or 0) for one in units]
    if all(count == one.left for one, count in counts):
        return None
    return [unit for one, count in counts for unit in one.line_ids[:count]]


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= MOST_DIGITS else None
