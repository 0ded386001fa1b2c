from __future__ import annotations

from typing import Any

import pytest

from tests.tiktok.given import line, order
from tests.tiktok.scripted import SHOP, ScriptedHttp, body_of, client_of, done, failed, path_of
from tokbridge.core.errors import Actor, Refused, Retry, Unknown
from tokbridge.core.order import Order
from tokbridge.tiktok import fulfilment
from tokbridge.tiktok.mapping import to_order
from tokbridge.tiktok.shop import Shop

ONE, TWO, THREE = "579000000000000101", "579000000000000102", "579000000000000103"
PACKAGE = "1153000000000000001"
VIETNAM = Shop(id="2", region="VN", cipher="ROW_vn")


def given(shop: Shop = SHOP, **changes: Any) -> Order:
    return to_order(order(**changes), shop.id, shop.region)


def ship(http: ScriptedHttp, what: Order, *line_ids: str, shop: Shop = SHOP) -> str:
    return fulfilment.ship(client_of(http), shop, what, line_ids, "prov1", "JX12345")


@pytest.mark.parametrize("region", ["US", "GB", "ES", "IE", "IT", "DE", "FR", "JP"])
def test_without_a_package_the_call_that_makes_one(region: str) -> None:
    http = ScriptedHttp(done({"order_id": "x", "order_line_item_ids": [TWO], "package_id": 1153000000000000009}))
    assert ship(http, given(), TWO, shop=Shop("1", region, "c")) == "1153000000000000009"
    assert (http.only.method, http.only.write) == ("POST", True)
    assert path_of(http.only) == "/fulfillment/202309/orders/579000000000000001/packages"
    assert body_of(http.only) == {
        "order_line_item_ids": [TWO],
        "tracking_number": "JX12345",
        "shipping_provider_id": "prov1",
    }


@pytest.mark.parametrize("shop", [SHOP, VIETNAM, Shop("3", "FR", "c")])
def test_an_existing_package_is_shipped(shop: Shop) -> None:
    http = ScriptedHttp(done({}))
    what = given(shop, line_items=[line(package_id=PACKAGE), line(id=TWO, package_id=PACKAGE)])
    assert ship(http, what, TWO, ONE, shop=shop) == PACKAGE
    assert path_of(http.only) == f"/fulfillment/202309/packages/{PACKAGE}/ship"
    assert body_of(http.only) == {"self_shipment": {"tracking_number": "JX12345", "shipping_provider_id": "prov1"}}


def test_a_package_named_by_the_order_only() -> None:
    http = ScriptedHttp(done({}))
    assert ship(http, given(VIETNAM, packages=[{"id": PACKAGE}]), ONE, TWO, shop=VIETNAM) == PACKAGE


def test_a_cancelled_unit_does_not_count_as_part_of_the_package() -> None:
    http = ScriptedHttp(done({}))
    gone = line(id=TWO, package_id=PACKAGE, display_status="CANCELLED")
    assert ship(http, given(line_items=[line(package_id=PACKAGE), gone]), ONE) == PACKAGE


def test_the_second_part_of_an_order_whose_first_part_is_shipped() -> None:
    http = ScriptedHttp(done({"package_id": "9"}))
    shipped = line(package_id=PACKAGE, display_status="AWAITING_COLLECTION")
    what = given(status="PARTIALLY_SHIPPING", line_items=[shipped, line(id=TWO)], packages=[{"id": PACKAGE}])
    assert ship(http, what, TWO) == "9"
    assert path_of(http.only).endswith("/orders/579000000000000001/packages")


def test_where_tiktok_makes_the_package_wait_for_it() -> None:
    http = ScriptedHttp()
    with pytest.raises(Retry) as caught:
        ship(http, given(VIETNAM), ONE, TWO, shop=VIETNAM)
    assert caught.value.code == "no package"


@pytest.mark.parametrize(
    ("changes", "line_ids", "code"),
    [
        ({"fulfillment_type": "FULFILLMENT_BY_TIKTOK"}, (ONE, TWO), "not ours to ship"),
        ({"shipping_type": "TIKTOK"}, (ONE, TWO), "not ours to ship"),
        ({"shipping_type": "TIKTOK_DIGITAL"}, (ONE, TWO), "not ours to ship"),
        ({"status": "ON_HOLD"}, (ONE, TWO), "not shippable"),
        ({"status": "UNPAID"}, (ONE, TWO), "not shippable"),
        ({"status": "IN_TRANSIT"}, (ONE, TWO), "not shippable"),
        ({"status": "CANCELLED"}, (ONE, TWO), "not shippable"),
        ({}, (), "not in the order"),
        ({}, (ONE, THREE), "not in the order"),
        ({"line_items": [line(), line(id=TWO, display_status="CANCELLED")]}, (ONE, TWO), "not in the order"),
        ({"line_items": [line(package_id="1"), line(id=TWO, package_id="1")]}, (ONE,), "part of a package"),
        ({"packages": [{"id": "1"}]}, (ONE,), "part of a package"),
        ({"line_items": [line(package_id="1"), line(id=TWO, package_id="2")]}, (ONE, TWO), "several packages"),
        ({"line_items": [line(package_id="1"), line(id=TWO)]}, (ONE, TWO), "several packages"),
    ],
)
def test_what_cannot_be_shipped_so_is_refused_without_a_call(
    changes: dict[str, Any], line_ids: tuple[str, ...], code: str
) -> None:
    http = ScriptedHttp()
    with pytest.raises(Refused) as caught:
        ship(http, given(**changes), *line_ids)
    assert (caught.value.code, caught.value.actor) == (code, Actor.OPERATOR)
    assert http.sent == []


def test_a_success_without_a_package_id_is_doubt() -> None:
    with pytest.raises(Unknown):
        ship(ScriptedHttp(done({"order_id": "1"})), given(), ONE)


def test_a_refused_number_keeps_tiktoks_words() -> None:
    with pytest.raises(Refused) as caught:
        ship(ScriptedHttp(failed(21011007, "Package item has after-sale request")), given(), ONE)
    assert (caught.value.code, caught.value.words) == ("21011007", "Package item has after-sale request")


def test_update_tracking_of_an_order_or_a_package() -> None:
    http = ScriptedHttp(done(), done())
    client = client_of(http)
    fulfilment.update_tracking(client, SHOP, "prov2", "JX9", order_id="11")
    fulfilment.update_tracking(client, SHOP, "prov2", "JX9", package_id="22")
    assert [(path_of(sent), sent.operation) for sent in http.sent] == [
        ("/fulfillment/202309/orders/11/shipping_info/update", "orders.update_tracking"),
        ("/fulfillment/202309/packages/22/shipping_info/update", "packages.update_tracking"),
    ]
    for sent in http.sent:
        assert sent.write
        assert body_of(sent) == {"tracking_number": "JX9", "shipping_provider_id": "prov2"}
    for neither_or_both in ({}, {"order_id": "1", "package_id": "2"}):
        with pytest.raises(ValueError, match="either"):
            fulfilment.update_tracking(client, SHOP, "p", "n", **neither_or_both)
