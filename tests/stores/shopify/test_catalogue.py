"""Variants by SKU."""

from __future__ import annotations

from typing import Any

from tests.stores.shopify.fake import answer, store_with
from tokbridge.core.wire import Response
from tokbridge.stores.nouns import Variant


def variant(number: int, sku: str | None, **other: Any) -> dict[str, Any]:
    tracked = other.pop("tracked", True)
    node = {
        "id": f"gid://shopify/ProductVariant/{number}",
        "sku": sku,
        "title": "Red",
        "inventoryQuantity": 7,
        "inventoryItem": {"tracked": tracked, "requiresShipping": True},
        "product": {"id": f"gid://shopify/Product/{number}", "title": "Shirt"},
    }
    return node | other


def page(*nodes: dict[str, Any], after: str | None = None) -> Response:
    return answer(
        {"productVariants": {"nodes": list(nodes), "pageInfo": {"hasNextPage": bool(after), "endCursor": after}}}
    )


def test_one_variant_whole() -> None:
    store, http = store_with(page(variant(1, "ABC-1")))
    assert store.find_products(["ABC-1"]) == {
        "ABC-1": (
            Variant(
                ref="gid://shopify/ProductVariant/1",
                sku="ABC-1",
                title="Shirt",
                variant_title="Red",
                product_ref="gid://shopify/Product/1",
                requires_shipping=True,
                available=7,
            ),
        )
    }
    assert http.variables() == {"query": 'sku:"ABC-1"', "after": None}
    assert http.requests[0].cost == 35


def test_none_one_and_several_after_trim_and_case_fold() -> None:
    nodes = (variant(1, " abc-1 "), variant(2, "ABC-1"), variant(3, "ABC-10"), variant(4, None), variant(5, ""))
    store, http = store_with(page(*nodes))
    found = store.find_products(["Abc-1", "abc-1 ", "XYZ", "", "  "])
    assert {sku: [v.ref[-1] for v in variants] for sku, variants in found.items()} == {
        "Abc-1": ["1", "2"],
        "abc-1 ": ["1", "2"],
        "XYZ": [],
        "": [],
        "  ": [],
    }
    assert http.variables()["query"] == 'sku:"abc-1" OR sku:"XYZ"'


def test_reserved_signs_are_escaped() -> None:
    store, http = store_with(page())
    store.find_products(['A"B\\C:(D)'])
    assert http.variables()["query"] == 'sku:"A\\"B\\\\C:(D)"'


def test_untracked_stock_is_not_told() -> None:
    store, _ = store_with(page(variant(1, "A", tracked=False)))
    assert store.find_products(["A"])["A"][0].available is None


def test_pages_and_batches() -> None:
    store, http = store_with(page(variant(1, "S0"), after="abc"), page(variant(2, "s0")), page(variant(3, "S59")))
    found = store.find_products([f"S{n}" for n in range(60)])
    assert [v.ref[-1] for v in found["S0"]] == ["1", "2"]
    assert [v.ref[-1] for v in found["S59"]] == ["3"]
    assert http.variables(1) == {"query": http.variables(0)["query"], "after": "abc"}
    assert [http.variables(n)["query"].count(" OR ") for n in (0, 2)] == [49, 9]


def test_nothing_wanted_asks_nothing() -> None:
    store, http = store_with()
    assert store.find_products([]) == {}
    assert http.requests == []


def found(variants: list[dict[str, Any]], *products: list[dict[str, Any]]) -> Response:
    told = {
        "productVariants": {"nodes": variants},
        "products": {"nodes": [{"variants": {"nodes": p}} for p in products]},
    }
    return answer(told)


def test_a_search_by_words() -> None:
    """What either list brings counts once, and only where title, variant or SKU has every word: Shopify also finds them
    in vendors and tags."""
    mug, jug = variant(1, "M-1", product={"id": "p", "title": "Énamel Mug"}), variant(2, "J-1", title="mug-sized")
    store, http = store_with(found([mug], [mug, jug], [variant(3, "X", product={"id": "q", "title": "Cup"})]))
    assert [one.ref[-1] for one in store.find_variants("enamel  MUG", 5)] == ["1"]
    assert http.variables() == {"query": "enamel* mug*"}
    store, http = store_with(found([mug, jug]))
    assert [one.ref[-1] for one in store.find_variants("mug", 1)] == ["1"]


def test_a_search_takes_no_operators_from_what_is_typed() -> None:
    store, http = store_with(found([]), found([]))
    assert store.find_variants('Mug) OR (title:"a" -b*', 5) == []
    assert http.variables() == {"query": "mug* or* title* a* b*"}
    assert store.find_variants(" -- ", 5) == ()
    assert len(http.requests) == 1
