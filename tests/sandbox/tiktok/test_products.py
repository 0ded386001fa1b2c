"""Product search: paging, filters, limits, scope, and where products come from."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from tests.sandbox.tiktok.client import KEY, SECRET, Shop
from tokbridge.sync.deadline import Pool
from tokbridge.tiktok import products
from tokbridge.tiktok.app import App
from tokbridge.tiktok.shop import Shop as Account
from tokbridge.tiktok.transport import Client

SEARCH = "/product/202502/products/search"


def search(shop: Shop, body: dict[str, Any] | None = None, **query: str) -> Any:
    return shop.data("POST", SEARCH, {"page_size": "100", **query}, body or {})


def add(shop: Shop, *given: dict[str, Any]) -> list[Any]:
    made: list[Any] = shop.control("POST", "products", {"shop_id": shop.id, "products": list(given)})["products"]
    return made


def test_a_product_as_a_live_shop_showed_one(shop: Shop) -> None:
    (made,) = add(shop, {"title": "Mug", "skus": [{"sku": "M-1", "price": "9.50", "stock": 3}]})
    found = search(shop)
    (one,) = found["products"]
    assert set(one) == {
        "audit", "create_time", "has_draft", "id", "is_not_for_sale", "product_tags", "recommended_categories",
        "sales_regions", "skus", "status", "title", "update_time",
    }  # fmt: skip
    (sku,) = one["skus"]
    assert set(sku) == {"id", "inventory", "price", "seller_sku", "status_info"}
    assert (sku["seller_sku"], sku["status_info"]) == ("M-1", {"status": "NORMAL"})
    assert (one["id"], one["status"], found["total_count"]) == (made["id"], "ACTIVATE", 1)


def test_every_page_has_its_own_products_and_both_versions_answer(shop: Shop) -> None:
    add(shop, *({"title": f"P{n}", "skus": [{"sku": f"S{n}"}]} for n in range(7)))
    ids, token = [], ""
    while True:
        page = search(shop, page_size="3", **({"page_token": token} if token else {}))
        ids += [one["id"] for one in page["products"]]
        assert page["total_count"] == 7
        token = page["next_page_token"]
        if not token:
            break
    assert len(ids) == len(set(ids)) == 7
    assert len(shop.data("POST", "/product/202309/products/search", {"page_size": "100"}, {})["products"]) == 7


def test_filters_and_their_limits(shop: Shop) -> None:
    on, off = add(shop, {"title": "On", "skus": [{"sku": "A"}]}, {"title": "Off", "status": "FREEZE"})
    assert [one["id"] for one in search(shop, {"status": "FREEZE"})["products"]] == [off["id"]]
    assert [one["id"] for one in search(shop, {"seller_skus": ["A"]})["products"]] == [on["id"]]
    assert [one["id"] for one in search(shop, {"sku_ids": [on["skus"][0]["id"]]})["products"]] == [on["id"]]
    assert search(shop, {"status": "ALL", "update_time_le": on["update_time"]})["total_count"] == 2
    assert search(shop, {"create_time_ge": on["create_time"] + 1})["total_count"] == 0
    size = {"page_size": "100"}
    assert shop.code("POST", SEARCH, size, {"seller_skus": ["A"] * 11}) == 12019027
    assert shop.code("POST", SEARCH, size, {"sku_ids": ["1"] * 11}) == 12019087
    assert shop.code("POST", SEARCH, size, {"status": "SOLD"}) == 36009004
    assert shop.code("POST", SEARCH, {}, {}) == 36009004
    assert shop.code("POST", SEARCH, {"page_size": "101"}, {}) == 36009004


def test_other_shops_products_and_a_missing_scope(shop: Shop, shop_in: Callable[..., Shop]) -> None:
    add(shop, {"title": "Mine"})
    other = shop_in("GB")
    assert search(other)["total_count"] == 0
    shop.control("POST", "tokens/scopes", {"open_id": shop.open_id, "scopes": ["seller.order.info"]})
    assert shop.code("POST", SEARCH, {"page_size": "10"}, {}) == 105005
    assert search(other)["products"] == []


def test_what_is_ordered_is_on_sale(shop: Shop) -> None:
    order = shop.order(shop.place(units=[{"sku": "M-1", "title": "Mug"}, {"sku": "M-1"}, {"sku": "C-1"}]))
    shop.place(units=[{"sku": "M-1"}])
    told = {(sku["id"], sku["seller_sku"]) for one in search(shop)["products"] for sku in one["skus"]}
    assert told == {(line["sku_id"], line["seller_sku"]) for line in order["line_items"]}


def test_a_product_given_anew_keeps_its_place(shop: Shop) -> None:
    (first,) = add(shop, {"id": "77", "title": "Mug", "skus": [{"sku": "A"}, {"sku": "B", "status": "DEACTIVATED"}]})
    (again,) = add(shop, {"id": "77", "title": "Cup", "status": "DELETED", "skus": [{"sku": "A"}]})
    assert first["create_time"] == again["create_time"]
    (one,) = search(shop)["products"]
    assert (one["title"], one["status"], len(one["skus"])) == ("Cup", "DELETED", 1)
    answer = shop.http.post("/_sandbox/products", json={"products": [{"title": "X", "state": "gone"}]})
    assert answer.status_code == 400


class _Tokens:
    def __init__(self, token: str) -> None:
        self._token = token

    def current(self) -> str:
        return self._token

    def renew(self, stale: str) -> str:
        raise AssertionError(stale)


def test_the_connector_reads_them(shop: Shop) -> None:
    """The adapter against the sandbox: neither knows the other's code."""
    add(shop, {"title": "Mug", "skus": [{"sku": "M-1"}, {"sku": "M-2", "status": "DEACTIVATED"}]})
    add(shop, {"title": "Old", "status": "DELETED", "skus": [{"sku": "O-1"}]})
    pool, url = Pool(2), str(shop.http.base_url)
    client = Client(
        pool, App(KEY, SECRET, us=False, service_id="", api_url=url, auth_url=url), _Tokens(shop.token), time.time
    )
    account = Account(id=shop.id, region="US", cipher=shop.cipher)
    try:
        page = products.search(client, account, page_size=1)
        more = products.search(client, account, page_size=1, page_token=page.next_page_token)
    finally:
        pool.close()
    assert page.total_count == 2
    assert more.next_page_token == ""
    told = {one.seller_sku: (one.product_name, one.on_sale) for one in (*page.listings, *more.listings)}
    assert told == {"M-1": ("Mug", True), "M-2": ("Mug", False)}
