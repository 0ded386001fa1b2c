"""SKU look-up: equal after trim and case-fold, however odd the SKU."""

from __future__ import annotations

import pytest

from tests.conformance.world import World

ODD = [
    "ABC-1",
    "Red/Large",
    "two words",
    "a+b",
    "x,y",
    "100%",
    "a&b",
    "q'uote",
    "(1)",
    "50:50",
    "Größe-Ü",
    "_under.dot",
]


@pytest.mark.parametrize("sku", ODD)
def test_odd_skus_are_found_and_only_they(world: World, sku: str) -> None:
    world.control("POST", "products", {"products": [{"sku": one, "title": "T", "stock": 1} for one in ODD]})
    found = world.store.find_products([sku])
    assert [variant.sku for variant in found[sku]] == [sku]
    assert found[sku][0].ref
    assert found[sku][0].title == "T"


def test_case_and_blanks_around(world: World) -> None:
    made = world.product("Cup-Red")
    wanted = ["cup-red", "CUP-RED", "  Cup-Red ", "Cup-Red"]
    found = world.store.find_products(wanted)
    assert {sku: [one.ref for one in found[sku]] for sku in wanted} == {sku: [made.ref] for sku in wanted}


def test_parts_of_a_sku_are_not_it(world: World) -> None:
    world.control("POST", "products", {"products": [{"sku": sku, "title": "T"} for sku in ("CUP-RED", "CUP", "RED")]})
    found = world.store.find_products(["CUP", "CUP-", "RE", "CUP RED", "CUP-RED-2", "C%"])
    assert {sku: [one.sku for one in variants] for sku, variants in found.items()} == {
        "CUP": ["CUP"],
        "CUP-": [],
        "RE": [],
        "CUP RED": [],
        "CUP-RED-2": [],
        "C%": [],
    }


def test_a_shared_sku_gives_all_who_have_it(world: World) -> None:
    world.needs("shared_sku")
    world.control("POST", "products", {"products": [{"sku": "TWIN", "title": "A"}, {"sku": "twin", "title": "B"}]})
    found = world.store.find_products(["Twin"])["Twin"]
    assert sorted(variant.title for variant in found) == ["A", "B"]
    assert len({variant.ref for variant in found}) == 2


def test_absent_and_blank_skus(world: World) -> None:
    found = world.store.find_products(["NOPE", "", "  "])
    assert {sku: list(variants) for sku, variants in found.items()} == {"NOPE": [], "": [], "  ": []}
    assert world.store.find_products([]) == {}


def test_five_hundred_at_once(world: World) -> None:
    there = [f"SKU-{n:04d}" for n in range(500)]
    world.control("POST", "products", {"products": [{"sku": sku, "title": sku} for sku in there]})
    absent = [f"GONE-{n}" for n in range(5)]
    found = world.store.find_products([*there, *absent])
    assert {sku: [variant.sku for variant in variants] for sku, variants in found.items()} == {
        **{sku: [sku] for sku in there},
        **{sku: [] for sku in absent},
    }


def test_a_search_finds_by_the_words_of_a_title_and_by_sku(world: World) -> None:
    """For a person who chooses: any capitals, words in any order, the beginning of a word or of a SKU is enough."""
    mug, red, cup = world.products(
        {"sku": "KRUG-01", "title": "Enamel krug, azur"},
        {"sku": "KRUG-02", "title": "Enamel krug, rosso"},
        {"sku": "TUMBEL-7", "title": "Tin tumbel"},
    )
    asked = {
        "krug": {mug.ref, red.ref},
        "AZUR enamel": {mug.ref},
        "enam": {mug.ref, red.ref},
        "tumbel-7": {cup.ref},
        "tumb": {cup.ref},
        "KRUG-0": {mug.ref, red.ref},
        "azur tumbel": set(),
        "nothing of ours": set(),
    }
    for text, refs in asked.items():
        found = world.store.find_variants(text, 10)
        assert {one.ref for one in found} == refs, text
        assert len(found) == len(refs), text
    (found,) = world.store.find_variants("azur", 10)
    assert (found.sku, found.title) == ("KRUG-01", "Enamel krug, azur")


def test_a_search_is_bounded_and_takes_any_text(world: World) -> None:
    world.control("POST", "products", {"products": [{"sku": f"P-{n:03}", "title": f"Plate {n}"} for n in range(40)]})
    assert len(world.store.find_variants("plate", 5)) == 5
    mark = len(world.wire.sent)
    for text in ("", "   ", "-", "%", "'", '"', "(", "a" * 300, "OR", "][|,!<>", "\\", "title:*", "É", "1"):
        assert len(world.store.find_variants(text, 5)) <= 5, text
    assert list(world.store.find_variants("  ", 5)) == list(world.store.find_variants("a" * 300, 5)) == []
    assert not world.wire.writes(mark)
