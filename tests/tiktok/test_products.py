from __future__ import annotations

import json
from typing import Any

import pytest

from tests.tiktok.scripted import SHOP, ScriptedHttp, body_of, client_of, done, failed, path_of, query_of
from tokbridge.core.errors import CredentialRefused
from tokbridge.tiktok import products
from tokbridge.tiktok.errors import Unreadable
from tokbridge.tiktok.products import Listing

# The form of an answer that a Vietnamese shop gave (reference samples/tiktok/captured_products_search_vn.json).
CAPTURED: dict[str, Any] = {
    "audit": {"pre_approved_reasons": [], "status": "APPROVED"},
    "create_time": 1775123176,
    "has_draft": False,
    "id": "1734333506653530779",
    "is_not_for_sale": False,
    "product_tags": [],
    "recommended_categories": [],
    "sales_regions": ["VN"],
    "skus": [
        {
            "id": "1734880496632461834",
            "inventory": [{"quantity": 43, "warehouse_id": "7272437819039983305"}],
            "price": {"currency": "VND", "tax_exclusive_price": "72000"},
            "seller_sku": "XTM-C",
            "status_info": {"status": "NORMAL"},
        }
    ],
    "status": "ACTIVATE",
    "title": "Redacted product title",
    "update_time": 1782892330,
}


def product(**changes: Any) -> dict[str, Any]:
    return {**json.loads(json.dumps(CAPTURED)), **changes}


def page(*found: Any, **more: Any) -> Any:
    return done({"products": list(found), "total_count": len(found), "next_page_token": "", **more})


def test_the_captured_answer() -> None:
    http = ScriptedHttp(page(product(), next_page_token="a/b+c==", total_count=117))
    found = products.search(client_of(http), SHOP)
    assert found.listings == (
        Listing(
            product_id="1734333506653530779",
            sku_id="1734880496632461834",
            seller_sku="XTM-C",
            product_name="Redacted product title",
            status="ACTIVATE",
            on_sale=True,
        ),
    )
    assert (found.products, found.unreadable) == (("1734333506653530779",), 0)
    assert (found.total_count, found.next_page_token) == (117, "a/b+c==")
    sent = http.only
    assert (sent.method, path_of(sent), sent.write) == ("POST", "/product/202502/products/search", False)
    assert body_of(sent) == {"status": "ALL"}
    asked = query_of(sent)
    assert (asked["page_size"], asked["shop_cipher"]) == ("100", SHOP.cipher)
    assert "page_token" not in asked


def test_a_page_token_goes_into_the_address() -> None:
    http = ScriptedHttp(page())
    assert products.search(client_of(http), SHOP, page_token="a/b+c==", page_size=7).listings == ()
    assert (query_of(http.only)["page_token"], query_of(http.only)["page_size"]) == ("a/b+c==", "7")


@pytest.mark.parametrize(
    ("changes", "sku", "status", "on_sale"),
    [
        ({}, {}, "ACTIVATE", True),
        ({}, {"status_info": None}, "ACTIVATE", True),
        ({}, {"status_info": {"status": "DEACTIVATED", "deactivation_source": "PLATFORM"}}, "DEACTIVATED", False),
        ({"status": "SELLER_DEACTIVATED"}, {"status_info": {"status": "DEACTIVATED"}}, "SELLER_DEACTIVATED", False),
        ({"status": "FREEZE"}, {}, "FREEZE", False),
        ({"is_not_for_sale": True}, {}, "ACTIVATE", False),
        ({"status": "SOMETHING_NEW"}, {}, "SOMETHING_NEW", False),
    ],
)
def test_what_is_on_sale(changes: dict[str, Any], sku: dict[str, Any], status: str, on_sale: bool) -> None:
    raw = product(**changes)
    raw["skus"][0] |= sku
    (found,) = products.search(client_of(ScriptedHttp(page(raw))), SHOP).listings
    assert (found.status, found.on_sale) == (status, on_sale)


def test_absent_fields_are_empty_and_ids_are_texts() -> None:
    (one,) = products.search(client_of(ScriptedHttp(page(product(title=None, skus=[{"id": 17}])))), SHOP).listings
    assert (one.sku_id, one.seller_sku, one.product_name, one.on_sale) == ("17", "", "", True)


def test_a_deleted_product_counts_and_has_no_listings() -> None:
    found = products.search(client_of(ScriptedHttp(page(product(status="DELETED"), product(id="2", skus=None)))), SHOP)
    assert found.listings == ()
    assert found.products == ("1734333506653530779", "2")


def test_one_unreadable_product_hides_no_other() -> None:
    broken = [product(id=""), product(skus=[{"seller_sku": "X"}]), product(skus="none")]
    found = products.search(client_of(ScriptedHttp(page(*broken, product(id="9")))), SHOP)
    assert ([one.product_id for one in found.listings], found.unreadable) == (["9"], 3)


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"products": [CAPTURED]}, "total_count"),
        ({"products": ["text"], "total_count": 1}, "products.0"),
        ({"products": {"id": "1"}, "total_count": 1}, "products"),
    ],
)
def test_a_page_that_cannot_be_read_says_which_field(data: dict[str, Any], field: str) -> None:
    with pytest.raises(Unreadable) as error:
        products.search(client_of(ScriptedHttp(done(data))), SHOP)
    assert error.value.field == field


def test_a_missing_scope_is_told_as_such() -> None:
    with pytest.raises(CredentialRefused, match="scope") as error:
        products.search(client_of(ScriptedHttp(failed(105005, "Access denied. access scopes"))), SHOP)
    assert error.value.code == "105005"
