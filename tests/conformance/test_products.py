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
