"""Products by SKU, and their stock."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from tests.stores.magento.fake import NO_ROUTE, VIEW, WEBSITES, fail, missing, ok, product_row, rows, store_with
from tokbridge.core.errors import CredentialRefused, Refused, Retry
from tokbridge.core.wire import Response

STOCK_ID = ok({"stock_id": 2, "name": "Main"})
PLACE = (ok([VIEW]), ok(WEBSITES), STOCK_ID)
NO_MSI = (ok([VIEW]), ok(WEBSITES), fail(404, NO_ROUTE))


def counted(number: int = 1, qty: float = 5, **other: Any) -> Response:
    """A product as read alone, with its stock item."""
    item = {"item_id": 7, "qty": qty, "manage_stock": True, "is_in_stock": True} | other
    return ok({"id": number, "sku": "TT-A", "extension_attributes": {"stock_item": item}})


def source(code: str, quantity: float, status: int = 1, sku: str = "TT-A") -> dict[str, Any]:
    return {"sku": sku, "source_code": code, "quantity": quantity, "status": status}


def test_products_by_sku() -> None:
    store, http = store_with(rows(product_row(), product_row(6, "TT-VIRT", type_id="virtual")))
    found = store.find_products([" tt-a ", "TT-VIRT", "NOPE", "", "TT-A"])
    (shirt,) = found[" tt-a "]
    assert (shirt.ref, shirt.sku, shirt.title, shirt.requires_shipping) == ("1:TT-A", "TT-A", "Thing TT-A", True)
    assert found["TT-A"] == (shirt,)
    assert found["TT-VIRT"][0].requires_shipping is False
    assert found["NOPE"] == found[""] == ()
    assert http.filters() == [("sku", "in", "TT-A,TT-VIRT,NOPE")]


def test_a_sku_with_a_comma_is_asked_for_alone() -> None:
    store, http = store_with(rows(product_row()), rows(product_row(2, "a,b")))
    found = store.find_products(["TT-A", "A,B"])
    assert found["A,B"][0].ref == "2:a,b"
    assert http.filters(1) == [("sku", "eq", "A,B")]


def test_hundreds_of_skus_in_urls_of_bearable_length() -> None:
    skus = [f"ÄRTIKEL {number:03}/{'x' * 20}" for number in range(500)]
    store, http = store_with(*[rows(product_row(n, sku)) for n, sku in enumerate(skus)])
    store.find_products(skus)
    asked = [sku for index in range(len(http.requests)) for sku in http.filters(index)[0][2].split(",")]
    assert asked == skus
    assert max(len(request.url) for request in http.requests) < 6000
    many, http = store_with(rows(), rows(), rows(), rows(), rows())
    many.find_products([f"S{number}" for number in range(500)])
    assert [len(http.filters(index)[0][2].split(",")) for index in range(5)] == [100] * 5


def test_what_is_no_row_of_an_order_is_not_found() -> None:
    types = ("configurable", "bundle", "grouped", "downloadable")
    store, _ = store_with(rows(*[product_row(n, f"P{n}", type_id=kind) for n, kind in enumerate(types, 1)]))
    assert set(store.find_products(["P1", "P2", "P3", "P4"]).values()) == {()}


def test_a_disabled_product_is_found_and_told() -> None:
    store, _ = store_with(rows(product_row(status=2)))
    (found,) = store.find_products(["TT-A"])["TT-A"]
    assert found.variant_title == "disabled in Magento"


def test_nothing_found_and_nothing_asked() -> None:
    store, _ = store_with(ok({"items": None, "total_count": 0}))
    assert store.find_products(["TT-A"]) == {"TT-A": ()}
    store, http = store_with()
    assert store.find_products(["", "  ", "x" * 65]) == {"": (), "  ": (), "x" * 65: ()}
    assert http.requests == []
    odd, _ = store_with(rows({"id": 1}, {"sku": "TT-A"}))
    assert odd.find_products(["TT-A"]) == {"TT-A": ()}


def test_stock_is_salable_and_on_the_shelf() -> None:
    store, http = store_with(counted(), *PLACE, ok(-2.5), rows(source("default", 4), source("wh2", 3.5)))
    found = store.stock(["1:TT-A", "1:TT-A"])["1:TT-A"]
    assert (found.available, found.on_hand, found.sku) == (-3, 7, "TT-A")
    assert http.path(-2) == "inventory/get-product-salable-quantity/TT-A/2"
    assert http.path(2) == "store/websites"
    assert http.path(3) == "inventory/stock-resolver/website/base"


def test_skus_are_one_segment_of_the_path() -> None:
    store, http = store_with(missing())
    assert store.stock(["3:TT/C 1+2"]) == {}
    assert http.path() == "products/TT%2FC%201%2B2"


def test_stock_of_what_is_not_there_or_not_counted() -> None:
    store, _ = store_with(missing(), counted(number=77))
    assert store.stock(["nonsense", "2:GONE", "1:TT-A"]) == {}
    free, _ = store_with(counted(manage_stock=False), ok({"id": 2, "sku": "B", "extension_attributes": {}}))
    assert [(one.available, one.on_hand) for one in free.stock(["1:TT-A", "2:B"]).values()] == [(None, None)] * 2


def test_a_shop_without_msi_has_one_figure() -> None:
    store, _ = store_with(counted(qty=5), *NO_MSI)
    found = store.stock(["1:TT-A"])["1:TT-A"]
    assert (found.available, found.on_hand) == (5, 5)
    refused, _ = store_with(counted(), ok([VIEW]), ok(WEBSITES), fail(401, "Specified token does not exist"))
    with pytest.raises(CredentialRefused):
        refused.stock(["1:TT-A"])


def test_stock_in_an_answer_that_is_no_number() -> None:
    store, _ = store_with(counted(), *PLACE, ok("many"))
    with pytest.raises(Retry):
        store.stock(["1:TT-A"])


@pytest.mark.parametrize(
    ("present", "on_hand", "code", "sent"),
    [
        ([source("default", 4)], 10, "", (10, 1)),
        ([source("default", 4), source("wh2", 3)], 10, "", (7, 1)),
        ([source("default", 4), source("wh2", 3)], 10, "wh2", (6, 1)),
        ([source("default", 4)], 0, "", (0, 1)),
        ([source("default", 0, 0)], 0, "", (0, 0)),
        ([source("default", 0, 0)], 2, "", (2, 1)),
        ([], 3, "", (3, 1)),
    ],
)
def test_setting_the_shelf(present: list[dict[str, Any]], on_hand: int, code: str, sent: tuple[int, int]) -> None:
    store, http = store_with(counted(), *PLACE, rows(*present), ok([]), source=code)
    store.set_stock("1:TT-A", on_hand)
    (item,) = http.written("inventory.set")["sourceItems"]
    assert item == {"sku": "TT-A", "source_code": code or "default", "quantity": sent[0], "status": sent[1]}


@pytest.mark.parametrize(
    ("script", "on_hand", "code"),
    [
        ((missing(),), 1, "no such product"),
        ((counted(number=9),), 1, "no such product"),
        ((counted(manage_stock=False),), 1, "not_counted"),
        ((counted(),), -1, "below_zero"),
        ((counted(), *PLACE, rows(source("wh2", 3))), 5, "other_source"),
        ((counted(), *PLACE, rows(source("default", 1), source("wh2", 3))), 2, "other_source"),
    ],
)
def test_a_shelf_that_cannot_be_set(script: tuple[Response, ...], on_hand: int, code: str) -> None:
    store, http = store_with(*script)
    with pytest.raises(Refused) as caught:
        store.set_stock("1:TT-A", on_hand)
    assert caught.value.code == code
    assert http.writes == []


def test_setting_the_shelf_without_msi() -> None:
    store, http = store_with(counted(), *NO_MSI, ok(7))
    store.set_stock("1:TT-A", 3)
    assert http.writes == ["PUT products/TT-A/stockItems/7"]
    assert http.body() == {"stockItem": {"qty": 3, "is_in_stock": True}}


def test_a_search_by_words() -> None:
    store, http = store_with(rows(product_row(), product_row(2, "TT-B", status=2)))
    found = store.find_variants(" Blue 100% mug ", 7)
    assert [(one.ref, one.variant_title) for one in found] == [("1:TT-A", ""), ("2:TT-B", "disabled in Magento")]
    groups = dict(parse_qsl(urlsplit(http.requests[0].url).query))
    name = "searchCriteria[filter_groups][%d][filters][%d][%s]"
    assert groups[name % (0, 0, "value")] == "simple,virtual"
    for at, word in enumerate(("Blue", "100", "mug"), start=1):
        for place, field in enumerate(("name", "sku")):
            told = [groups[name % (at, place, part)] for part in ("field", "condition_type", "value")]
            assert told == [field, "like", f"%{word}%"]
    assert groups["searchCriteria[pageSize]"] == "7"
    assert store.find_variants(" % ", 7) == ()
    assert len(http.requests) == 1
