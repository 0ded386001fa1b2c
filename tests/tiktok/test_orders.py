from __future__ import annotations

import pytest

from tests.tiktok.given import order
from tests.tiktok.scripted import NOW, SHOP, ScriptedHttp, body_of, client_of, done, path_of, query_of
from tokbridge.core.errors import Refused, Unknown
from tokbridge.tiktok import orders
from tokbridge.tiktok.errors import Unreadable


def test_search_by_update_time() -> None:
    page = {"orders": [order(), order(id="2")], "total_count": 7, "next_page_token": "a/b+c=="}
    http = ScriptedHttp(done(page, at=NOW + 3))
    found = orders.search(client_of(http), SHOP, update_from=100, update_to=200)
    assert [raw["id"] for raw in found.orders] == ["579000000000000001", "2"]
    assert (found.total_count, found.next_page_token, found.server_time) == (7, "a/b+c==", NOW + 3)
    sent = http.only
    assert (sent.method, path_of(sent), sent.operation, sent.write) == (
        "POST",
        "/order/202309/orders/search",
        "orders.search",
        False,
    )
    assert sent.body == b'{"update_time_ge":100,"update_time_lt":200}'
    asked = query_of(sent)
    assert {name: asked[name] for name in ("page_size", "sort_field", "sort_order", "shop_cipher")} == {
        "page_size": "100",
        "sort_field": "update_time",
        "sort_order": "ASC",
        "shop_cipher": SHOP.cipher,
    }
    assert "page_token" not in asked


def test_search_goes_on_from_a_page_token_without_an_end() -> None:
    http = ScriptedHttp(done({}))
    found = orders.search(client_of(http), SHOP, update_from=100, page_token="a/b+c==", page_size=50)
    assert (found.orders, found.total_count, found.next_page_token) == ((), 0, "")
    assert http.only.body == b'{"update_time_ge":100}'
    assert (query_of(http.only)["page_token"], query_of(http.only)["page_size"]) == ("a/b+c==", "50")
    assert "page_token=a%2Fb%2Bc%3D%3D" in http.only.url


def test_search_by_create_time() -> None:
    http = ScriptedHttp(done({"orders": None, "total_count": 0, "next_page_token": ""}))
    assert orders.search_created(client_of(http), SHOP, create_from=100, create_to=200).orders == ()
    assert http.only.body == b'{"create_time_ge":100,"create_time_lt":200}'
    assert query_of(http.only)["sort_field"] == "create_time"


@pytest.mark.parametrize(
    ("page", "field"),
    [
        ({"orders": [order()]}, "total_count"),
        ({"orders": ["text"], "total_count": 1}, "orders.0"),
        ({"orders": {"id": "1"}, "total_count": 1}, "orders"),
        ({"orders": [], "total_count": "many"}, "total_count"),
    ],
)
def test_a_page_nobody_can_read_is_refused(page: dict[str, object], field: str) -> None:
    with pytest.raises(Unreadable) as caught:
        orders.search(client_of(ScriptedHttp(done(page))), SHOP, update_from=1)
    assert caught.value.field == field


def test_read_by_ids() -> None:
    http = ScriptedHttp(done({"orders": [order()]}))
    found = orders.read(client_of(http), SHOP, ["579000000000000001", "579000000000000009"])
    assert [raw["id"] for raw in found.orders] == ["579000000000000001"]
    assert found.server_time == NOW
    assert (http.only.method, path_of(http.only), http.only.body) == ("GET", "/order/202507/orders", b"")
    assert query_of(http.only)["ids"] == "579000000000000001,579000000000000009"


@pytest.mark.parametrize("count", [0, 51])
def test_read_takes_1_to_50_ids(count: int) -> None:
    with pytest.raises(ValueError, match="50"):
        orders.read(client_of(ScriptedHttp()), SHOP, ["1"] * count)


@pytest.mark.parametrize("bad", ["", "1,2", "../x", "1?x=2", "1 2"])
def test_an_id_that_is_none_is_not_sent(bad: str) -> None:
    http = ScriptedHttp()
    with pytest.raises(Refused):
        orders.read(client_of(http), SHOP, [bad])
    assert http.sent == []


def test_add_references() -> None:
    error = {"code": "21008111", "message": "not yours", "detail": {"order_id": "2", "external_order": {"id": "#8"}}}
    http = ScriptedHttp(done({"errors": [error]}))
    found = orders.add_references(
        client_of(http),
        SHOP,
        [("1", "TTS-7", "SHOPIFY", [("11", "gid-1"), ("12", "gid-2")]), ("2", "TTS-8", "ORDER_MANAGEMENT_SYSTEM", [])],
    )
    assert list(found) == ["2"]
    assert (found["2"].code, found["2"].words) == ("21008111", "not yours")
    assert http.only.write
    assert path_of(http.only) == "/order/202406/orders/external_orders"
    assert body_of(http.only) == {
        "orders": [
            {
                "id": "1",
                "external_order": {
                    "id": "TTS-7",
                    "platform": "SHOPIFY",
                    "line_items": [{"id": "11", "origin_id": "gid-1"}, {"id": "12", "origin_id": "gid-2"}],
                },
            },
            {
                "id": "2",
                "external_order": {"id": "TTS-8", "platform": "ORDER_MANAGEMENT_SYSTEM", "line_items": []},
            },
        ]
    }


def test_references_all_written_or_in_doubt() -> None:
    assert orders.add_references(client_of(ScriptedHttp(done({}))), SHOP, [("1", "7", "SHOPIFY", [])]) == {}
    with pytest.raises(Unknown):
        orders.add_references(client_of(ScriptedHttp(Unknown("timeout", ""))), SHOP, [("1", "7", "SHOPIFY", [])])
    with pytest.raises(ValueError, match="100"):
        orders.add_references(client_of(ScriptedHttp()), SHOP, [("1", "7", "SHOPIFY", [])] * 101)
