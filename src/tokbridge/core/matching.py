"""Which thing in the store each unit of an order is: by link first, then by SKU. Guessing is not matching."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from tokbridge.core.order import Line


class Match(NamedTuple):
    """A variant in the store; empty titles when only its reference is known (a link to a SKU that was not read)."""

    ref: str
    title: str = ""
    variant_title: str = ""
    requires_shipping: bool = True


@dataclass(frozen=True, slots=True)
class Unmatched:
    """A TikTok SKU without exactly one variant, and why, in words for the order desk."""

    sku_id: str
    sku: str
    why: str


@dataclass(frozen=True, slots=True)
class Matches:
    by_line: Mapping[str, Match]  # line id -> variant
    unmatched: tuple[Unmatched, ...]  # one per TikTok SKU, in the order of the lines


def normal(sku: str) -> str:
    """How two SKUs are compared: without blanks around, without regard to case."""
    return sku.strip().casefold()


def match(lines: Iterable[Line], variants: Mapping[str, Sequence[Match]], links: Mapping[str, str]) -> Matches:
    """`variants`: SKU -> candidates in the store, whatever the spelling of the key. `links`: TikTok sku_id -> variant.

    Two spellings of one SKU in `variants` are the same SKU; the same variant found twice counts once.
    """
    by_sku: dict[str, dict[str, Match]] = {}
    by_ref: dict[str, Match] = {}
    for sku, found in variants.items():
        for candidate in found:
            by_sku.setdefault(normal(sku), {})[candidate.ref] = candidate
            by_ref[candidate.ref] = candidate

    matched: dict[str, Match] = {}
    unmatched: dict[str, Unmatched] = {}
    for line in lines:
        linked = links.get(line.sku_id)
        candidates = list(by_sku.get(normal(line.seller_sku), {}).values())
        if linked:
            matched[line.id] = by_ref.get(linked, Match(linked))
        elif not normal(line.seller_sku):
            unmatched[line.sku_id] = Unmatched(line.sku_id, line.seller_sku, "the product has no seller SKU on TikTok")
        elif not candidates:
            why = "no product in the store has this SKU"
            unmatched[line.sku_id] = Unmatched(line.sku_id, line.seller_sku, why)
        elif len(candidates) > 1:
            why = f"{len(candidates)} products in the store have this SKU"
            unmatched[line.sku_id] = Unmatched(line.sku_id, line.seller_sku, why)
        else:
            matched[line.id] = candidates[0]
    return Matches(matched, tuple(unmatched.values()))
