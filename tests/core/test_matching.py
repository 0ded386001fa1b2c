"""Link before SKU; none or several is unmatched, in words."""

from __future__ import annotations

import pytest

from tests.core.orders import line
from tokbridge.core.matching import Bundle, Match, Part, Unmatched, has_words, is_piece, match, pieces, unit_of

SHIRT = Match("v1", "Shirt", "Red / M", True)


def test_by_sku_trimmed_and_case_folded() -> None:
    found = match([line("a", 100, seller_sku=" red-m\t")], {"Red-M": [SHIRT]}, {})
    assert found.by_line == {"a": SHIRT}
    assert found.unmatched == ()


def test_the_link_wins_over_the_sku() -> None:
    other = Match("v2", "Dress", "", False)
    found = match([line("a", 100)], {"RED-M": [SHIRT], "X": [other]}, {"sku-1": [Part(Match("v2"))]})
    assert found.by_line["a"] == other


def test_a_link_to_a_variant_that_was_not_read_still_holds() -> None:
    found = match([line("a", 100, seller_sku="")], {}, {"sku-1": [Part(Match("v9"))]})
    assert found.by_line["a"] == Match("v9", "", "", True)


def test_unmatched_says_why_once_per_sku() -> None:
    lines = [
        line("a", 100, sku_id="1", seller_sku=""),
        line("b", 100, sku_id="2", seller_sku="GONE"),
        line("c", 100, sku_id="2", seller_sku="GONE"),
        line("d", 100, sku_id="3", seller_sku="TWICE"),
        line("e", 100, sku_id="4", seller_sku="  "),
    ]
    found = match(lines, {"TWICE": [SHIRT], "twice": [Match("v2")], "": [Match("v3")]}, {})
    assert found.by_line == {}
    assert found.unmatched == (
        Unmatched("1", "", "the product has no seller SKU on TikTok"),
        Unmatched("2", "GONE", "no product in the store has this SKU"),
        Unmatched("3", "TWICE", "2 products in the store have this SKU"),
        Unmatched("4", "  ", "the product has no seller SKU on TikTok"),
    )


def test_the_same_variant_found_twice_is_one() -> None:
    assert match([line("a", 1)], {"RED-M": [SHIRT, SHIRT], "red-m": [SHIRT]}, {}).by_line == {"a": SHIRT}


def test_a_link_to_several_units_is_a_bundle_and_to_one_is_not() -> None:
    cap = Match("v2", "Cap")
    found = match([line("a", 100)], {"RED-M": [SHIRT]}, {"sku-1": [Part(Match("v1"), 2), Part(cap)]})
    assert found.by_line["a"] == Bundle((Part(SHIRT, 2), Part(cap, 1)))
    assert match([line("a", 100)], {}, {"sku-1": [Part(cap, 2)]}).by_line["a"] == Bundle((Part(cap, 2),))


def test_pieces_are_named_apart_and_belong_to_their_unit() -> None:
    assert pieces("5790", 1) == ["5790"]
    assert pieces("5790", 3) == ["5790", "5790+2", "5790+3"]
    assert [unit_of(piece) for piece in pieces("5790", 3)] == ["5790"] * 3
    assert [is_piece(piece) for piece in pieces("5790", 3)] == [False, True, True]


@pytest.mark.parametrize(
    ("text", "fits"),
    [("mug", True), ("MUG blue", True), ("cafe", True), ("CAFÉ mug", True), ("m-1", True), ("ug", True), ("", True),
     ("mugs", False), ("blue cup", False)],
)  # fmt: skip
def test_words_that_a_person_types(text: str, fits: bool) -> None:
    assert has_words(text, "Café mug, Blue", "M-1") is fits
