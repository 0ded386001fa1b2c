"""Which thing in the store each unit of an order is: by link first, then by SKU. Guessing is not matching."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from tokbridge.core.order import Line
from tokbridge.core.saying import say


class Match(NamedTuple):
    """A variant in the store; empty titles when only its reference is known (a link to a SKU that was not read)."""

    ref: str
    title: str = ""
    variant_title: str = ""
    requires_shipping: bool = True


class Part(NamedTuple):
    """So many units of one variant."""

    match: Match
    quantity: int = 1


class Bundle(NamedTuple):
    """What one TikTok unit is in the store when that is not one unit of one variant."""

    parts: tuple[Part, ...]


Target = Match | Bundle
_PIECE = "+"


@dataclass(frozen=True, slots=True)
class Unmatched:
    """A TikTok SKU without exactly one variant, and why, in words for the order desk."""

    sku_id: str
    sku: str
    why: str


@dataclass(frozen=True, slots=True)
class Matches:
    by_line: Mapping[str, Target]  # line id -> what it is in the store
    unmatched: tuple[Unmatched, ...]  # one per TikTok SKU, in the order of the lines


def normal(sku: str) -> str:
    """How two SKUs are compared: without blanks around, without regard to case."""
    return sku.strip().casefold()


def has_words(text: str, *of: str) -> bool:
    """Whether every word of a text that a person typed stands in one of these texts, as a word or within one; capitals
    and accents do not count."""
    there = " ".join(map(_plain, of))
    return all(word in there for word in _plain(text).split())


def _plain(text: str) -> str:
    return "".join(sign for sign in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(sign))


def pieces(line_id: str, quantity: int) -> list[str]:
    """Names of the store units that one TikTok unit becomes: its own id, then "id+2", "id+3" …; each stands once in the
    store order, so that adapters can tell them apart."""
    return [line_id, *(f"{line_id}{_PIECE}{n}" for n in range(2, quantity + 1))]


def unit_of(piece: str) -> str:
    """The TikTok unit that a store unit belongs to."""
    return piece.partition(_PIECE)[0]


def is_piece(name: str) -> bool:
    """Whether the store unit is a further piece of a bundle."""
    return _PIECE in name


def match(
    lines: Iterable[Line], variants: Mapping[str, Sequence[Match]], links: Mapping[str, Sequence[Part]]
) -> Matches:
    """`variants`: SKU -> candidates in the store, whatever the spelling of the key. `links`: TikTok sku_id -> parts, at
    least one; a part whose variant was read takes its titles from there.

    Two spellings of one SKU in `variants` are the same SKU; the same variant found twice counts once.
    """
    by_sku: dict[str, dict[str, Match]] = {}
    by_ref: dict[str, Match] = {}
    for sku, found in variants.items():
        for candidate in found:
            by_sku.setdefault(normal(sku), {})[candidate.ref] = candidate
            by_ref[candidate.ref] = candidate

    matched: dict[str, Target] = {}
    unmatched: dict[str, Unmatched] = {}
    for line in lines:
        linked = links.get(line.sku_id)
        candidates = list(by_sku.get(normal(line.seller_sku), {}).values())
        if linked:
            parts = tuple(Part(by_ref.get(part.match.ref, part.match), part.quantity) for part in linked)
            single = len(parts) == 1 and parts[0].quantity == 1
            matched[line.id] = parts[0].match if single else Bundle(parts)
        elif not normal(line.seller_sku):
            unmatched[line.sku_id] = Unmatched(
                line.sku_id, line.seller_sku, say("the product has no seller SKU on TikTok")
            )
        elif not candidates:
            why = say("no product in the store has this SKU")
            unmatched[line.sku_id] = Unmatched(line.sku_id, line.seller_sku, why)
        elif len(candidates) > 1:
            why = say("{n} products in the store have this SKU", n=len(candidates))
            unmatched[line.sku_id] = Unmatched(line.sku_id, line.seller_sku, why)
        else:
            matched[line.id] = candidates[0]
    return Matches(matched, tuple(unmatched.values()))
