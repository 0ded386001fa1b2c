"""Stock read over all locations, set at one."""

from __future__ import annotations

from typing import Any

import pytest

from tests.stores.shopify.fake import answer, store_with
from tokbridge.core.errors import OutsideError, Refused, Retry, Unknown
from tokbridge.core.wire import Response
from tokbridge.stores.nouns import Stock

GROUP = {"id": "gid://shopify/InventoryAdjustmentGroup/1"}


def ref(number: int) -> str:
    return f"gid://shopify/ProductVariant/{number}"


def level(place: int, available: int, on_hand: int) -> dict[str, Any]:
    quantities = [{"name": "available", "quantity": available}, {"name": "on_hand", "quantity": on_hand}]
    return {"location": {"id": f"gid://shopify/Location/{place}", "name": f"Place {place}"}, "quantities": quantities}


def variant(number: int, *levels: dict[str, Any], tracked: bool = True, more: bool = False) -> dict[str, Any]:
    page = {"nodes": list(levels), "pageInfo": {"hasNextPage": more}}
    item = {"id": f"gid://shopify/InventoryItem/{number}", "tracked": tracked, "inventoryLevels": page}
    return {"id": ref(number), "sku": f"SKU-{number}", "inventoryItem": item}


def nodes(*found: dict[str, Any] | None) -> Response:
    return answer({"nodes": list(found)})


def changed(*errors: tuple[str, str]) -> Response:
    told = [{"field": None, "message": words, "code": code} for code, words in errors]
    return answer({"inventorySetQuantities": {"inventoryAdjustmentGroup": None if told else GROUP, "userErrors": told}})


def test_sums_over_locations() -> None:
    store, http = store_with(
        nodes(variant(1, level(1, 3, 5), level(2, -1, 0)), variant(2, level(1, 9, 9), tracked=False), None)
    )
    found = store.stock([ref(1), ref(2), ref(3), ref(1), "3", "gid://shopify/Product/4"])
    assert http.variables() == {"ids": [ref(1), ref(2), ref(3)]}
    assert found == {ref(1): Stock(ref(1), "SKU-1", 2, 5), ref(2): Stock(ref(2), "SKU-2", None, None)}


def test_many_are_asked_for_in_parts() -> None:
    store, http = store_with(*(nodes() for _ in range(3)))
    assert store.stock([ref(n) for n in range(60)]) == {}
    assert [len(http.variables(index)["ids"]) for index in range(3)] == [25, 25, 10]
    store, http = store_with()
    assert store.stock([]) == {}
    assert http.requests == []


def test_sets_with_a_check_of_what_was_seen() -> None:
    store, http = store_with(nodes(variant(1, level(7, 3, 5))), changed(), nodes(variant(1, level(7, 3, 5))), changed())
    store.set_stock(ref(1), 9)
    entry = {
        "inventoryItemId": "gid://shopify/InventoryItem/1",
        "locationId": "gid://shopify/Location/7",
        "quantity": 9,
        "changeFromQuantity": 5,
    }
    assert http.variables()["input"] == {"name": "on_hand", "reason": "correction", "quantities": [entry]}
    assert http.requests[-1].write
    first = http.variables()["key"]
    store.set_stock(ref(1), 9)
    assert http.variables()["key"] != first


def test_nothing_is_sent_when_it_is_so_already() -> None:
    store, http = store_with(nodes(variant(1, level(1, 3, 5), level(2, 1, 1))))
    store.set_stock(ref(1), 6)
    assert http.operations == ["nodes"]


def test_several_locations() -> None:
    store, http = store_with(nodes(variant(1, level(1, 0, 0), level(2, 4, 4))), changed())
    store.set_stock(ref(1), 2)
    assert http.variables()["input"]["quantities"][0]["locationId"] == "gid://shopify/Location/2"
    store, http = store_with(nodes(variant(1, level(1, 3, 3), level(2, 4, 4))))
    with pytest.raises(Refused, match=r"Place 1 3, Place 2 4") as caught:
        store.set_stock(ref(1), 2)
    assert caught.value.code == "several locations"
    assert http.operations == ["nodes"]


@pytest.mark.parametrize(
    ("found", "code"),
    [
        (nodes(None), "no such variant"),
        (nodes(variant(1, level(1, 3, 3), tracked=False)), "not counted"),
        (nodes(variant(1)), "no location"),
        (nodes(variant(1, level(1, 3, 3), more=True)), "many locations"),
    ],
)
def test_what_cannot_be_set(found: Response, code: str) -> None:
    store, _ = store_with(found)
    with pytest.raises(Refused) as caught:
        store.set_stock(ref(1), 2)
    assert caught.value.code == code


def test_nonsense_is_refused_before_anything_is_sent() -> None:
    for variant_ref, units in ((ref(1), -1), ("SKU-1", 1)):
        store, http = store_with()
        with pytest.raises(Refused):
            store.set_stock(variant_ref, units)
        assert http.requests == []


@pytest.mark.parametrize(
    ("second", "expected"),
    [
        (changed(("CHANGE_FROM_QUANTITY_STALE", "no longer matches")), Retry),
        (changed(("IDEMPOTENCY_CONCURRENT_REQUEST", "wait")), Retry),
        (changed(("INVALID_QUANTITY_TOO_HIGH", "too high")), Refused),
        (answer({"inventorySetQuantities": {"inventoryAdjustmentGroup": None, "userErrors": []}}), Unknown),
    ],
)
def test_answers_to_the_change(second: Response, expected: type[OutsideError]) -> None:
    store, _ = store_with(nodes(variant(1, level(1, 3, 3))), second)
    with pytest.raises(expected) as caught:
        store.set_stock(ref(1), 2)
    assert type(caught.value) is expected
