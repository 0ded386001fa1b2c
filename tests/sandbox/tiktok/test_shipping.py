"""Shipping: what may be shipped, by whom, with which carrier and number; splitting; packages."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.sandbox.tiktok.client import Shop


def ids(order: Any) -> list[str]:
    return [line["id"] for line in order["line_items"]]


def test_marking_part_then_the_rest(shop: Shop) -> None:
    order = shop.ready(units=[{"sku": "A", "quantity": 2}])
    first = shop.mark(order, ids(order)[:1])["data"]
    assert (first["order_id"], first["order_line_item_ids"]) == (order["id"], ids(order)[:1])
    partly = shop.order(order["id"])
    assert partly["status"] == "PARTIALLY_SHIPPING"
    assert [line["display_status"] for line in partly["line_items"]] == ["AWAITING_COLLECTION", "AWAITING_SHIPMENT"]
    assert shop.mark(order, ids(order)[:1])["code"] == 98001004
    second = shop.mark(order, ids(order)[1:], number="TRACK-0002")["data"]
    whole = shop.order(order["id"])
    assert whole["status"] == "AWAITING_COLLECTION"
    assert [line["tracking_number"] for line in whole["line_items"]] == ["TRACK-0001", "TRACK-0002"]
    assert [one["id"] for one in whole["packages"]] == [first["package_id"], second["package_id"]]


def test_the_202610_body(shop: Shop) -> None:
    order = shop.ready()
    body = {
        "order_line_list": [{"order_line_id": ids(order)[0]}],
        "shipping_info_list": [{"tracking_number": "TRACK-0001", "shipping_provider_id": shop.provider(order)}],
    }
    assert shop.data("POST", f"/fulfillment/202610/orders/{order['id']}/packages", None, body)["package_id"]
    body["shipping_info_list"] *= 2
    assert shop.code("POST", f"/fulfillment/202610/orders/{shop.ready()['id']}/packages", None, body) == 98001004


def test_leaving_out_the_lines_is_a_setting(shop: Shop) -> None:
    order = shop.ready(units=[{"sku": "A", "quantity": 2}])
    path = f"/fulfillment/202309/orders/{order['id']}/packages"
    body = {"tracking_number": "TRACK-0001", "shipping_provider_id": shop.provider(order)}
    assert shop.code("POST", path, None, body) == 98001004
    shop.settings(mark_without_lines="whole")
    assert shop.data("POST", path, None, body)["order_line_item_ids"] == ids(order)


def test_who_may_not_ship(shop: Shop, shop_in: Callable[..., Shop]) -> None:
    assert shop.mark(shop.order(shop.place()))["code"] == 21011044
    for status in ("UNPAID", "AWAITING_COLLECTION", "CANCELLED"):
        assert shop.mark(shop.order(shop.place(status=status)))["code"] == 98001004
    seller = shop.provider(shop.ready())
    assert shop.mark(shop.ready(fbt=True), provider=seller)["code"] == 98001004
    assert shop.mark(shop.ready(platform_logistics=True), provider=seller)["code"] == 98001004
    vietnam = shop_in("VN")
    assert vietnam.mark(vietnam.ready())["code"] == 98001004
    stranger = vietnam.ready()
    assert shop.mark(stranger, provider=seller)["code"] == 21008111


def test_carriers_belong_to_the_delivery_option(shop: Shop) -> None:
    order = shop.ready()
    warehouse = shop.data("GET", "/logistics/202309/warehouses")["warehouses"][0]
    assert "distict" in warehouse["address"]
    path = f"/logistics/202309/warehouses/{warehouse['id']}/delivery_options"
    options = {one["name"]: one for one in shop.data("GET", path, {"scope": "WAREHOUSE"})["delivery_options"]}
    assert options["Shipped by seller"]["id"] == order["delivery_option_id"]

    def carriers(name: str) -> dict[str, str]:
        path = f"/logistics/202309/delivery_options/{options[name]['id']}/shipping_providers"
        return {one["name"]: one["id"] for one in shop.data("GET", path)["shipping_providers"]}

    own, economy = carriers("Shipped by seller"), carriers("Economy shipping by seller")
    assert {"USPS", "UPS", "FedEx", "DFL_US"} <= set(own)
    assert set(economy) < set(own)
    assert own["USPS"] != economy["USPS"]
    assert shop.mark(order, provider=economy["USPS"])["code"] == 98001004
    platform = options["Standard shipping"]["id"]
    assert shop.code("GET", f"/logistics/202309/delivery_options/{platform}/shipping_providers") == 98001004
    other = shop.ready(delivery_option_id=options["Economy shipping by seller"]["id"])
    assert shop.mark(other, provider=economy["UPS"])["code"] == 0


@pytest.mark.parametrize("number", ["abc", "x" * 51, "with space", "ünïcode", ""])
def test_tracking_number_rule(shop: Shop, number: str) -> None:
    assert shop.mark(shop.ready(), number=number)["code"] == 98001004


def test_shipping_a_package_that_exists(shop_in: Callable[..., Shop]) -> None:
    vietnam = shop_in("VN")
    order = vietnam.ready(units=[{"sku": "A", "quantity": 2}])
    path = f"/fulfillment/202309/packages/{order['packages'][0]['id']}/ship"
    own = {"tracking_number": "GHTK123456", "shipping_provider_id": vietnam.provider(order)}
    assert vietnam.code("POST", path, None, {}) == 98001004
    assert vietnam.code("POST", path, None, {"self_shipment": []}) == 36009004
    assert vietnam.data("POST", path, None, {"self_shipment": own}) == {}
    shipped = vietnam.order(order["id"])
    assert shipped["status"] == "AWAITING_COLLECTION"
    assert {line["package_id"] for line in shipped["line_items"]} == {order["packages"][0]["id"]}
    assert vietnam.code("POST", path, None, {"self_shipment": own}) == 98001004


def test_tiktok_ships_with_its_own_number(shop_in: Callable[..., Shop]) -> None:
    vietnam = shop_in("VN")
    order = vietnam.ready(platform_logistics=True)
    path = f"/fulfillment/202309/packages/{order['packages'][0]['id']}/ship"
    own = {"tracking_number": "GHTK123456", "shipping_provider_id": "1"}
    assert vietnam.code("POST", path, None, {"self_shipment": own}) == 98001004
    assert vietnam.data("POST", path, None, {}) == {}
    assert vietnam.order(order["id"])["tracking_number"].startswith("TT")


def test_updating_a_number_within_72_hours(shop: Shop) -> None:
    order = shop.ready()
    package_id = shop.mark(order)["data"]["package_id"]
    before = shop.order(order["id"])["update_time"]
    body = {"tracking_number": "NEW-1234", "shipping_provider_id": shop.provider(order, 1)}
    paths = (
        f"/fulfillment/202309/orders/{order['id']}/shipping_info/update",
        f"/fulfillment/202309/packages/{package_id}/shipping_info/update",
    )
    for path in paths:
        assert shop.data("POST", path, None, body) == {}
    listed = {"shipping_info_list": [{**body, "tracking_number": "NEWER-1234"}]}
    shop.data("POST", paths[1].replace("202309", "202610"), None, listed)
    now = shop.order(order["id"])
    assert (now["tracking_number"], now["line_items"][0]["shipping_provider_name"]) == ("NEWER-1234", "UPS")
    assert now["update_time"] >= before
    old = shop.order(shop.place(status="AWAITING_COLLECTION", age_seconds=73 * 3600))
    assert shop.code("POST", f"/fulfillment/202309/orders/{old['id']}/shipping_info/update", None, body) == 98001004
    unshipped = shop.ready()
    assert (
        shop.code("POST", f"/fulfillment/202309/orders/{unshipped['id']}/shipping_info/update", None, body) == 98001004
    )


def test_package_detail_and_search_name_their_fields_differently(shop: Shop) -> None:
    order = shop.ready(units=[{"sku": "A", "quantity": 2}])
    package_id = shop.mark(order)["data"]["package_id"]
    detail = shop.data("GET", f"/fulfillment/202309/packages/{package_id}")
    assert (detail["package_id"], detail["package_status"], detail["tracking_number"]) == (
        package_id,
        "PROCESSING",
        "TRACK-0001",
    )
    assert detail["orders"][0]["skus"][0]["quantity"] == 2
    query = {"page_size": "10"}
    found = shop.data("POST", "/fulfillment/202309/packages/search", query, {"package_status": "PROCESSING"})
    assert [(one["id"], one["status"]) for one in found["packages"]] == [(package_id, "PROCESSING")]
    later = {"update_time_ge": detail["update_time"] + 100}
    assert shop.data("POST", "/fulfillment/202309/packages/search", query, later)["total_count"] == 0
    assert shop.code("GET", "/fulfillment/202309/packages/1") == 21008111


def test_split_by_item_and_by_sku(shop: Shop, shop_in: Callable[..., Shop]) -> None:
    def attributes(where: Shop, order: Any) -> Any:
        path = "/fulfillment/202309/orders/split_attributes"
        return where.data("GET", path, {"order_ids": order["id"]})["split_attributes"][0]

    def split(where: Shop, order: Any, *groups: list[str]) -> Any:
        listed = [{"id": str(number), "order_line_item_ids": group} for number, group in enumerate(groups)]
        path = f"/fulfillment/202309/orders/{order['id']}/split"
        return where.call("POST", path, None, {"splittable_groups": listed})[1]

    order = shop.ready(units=[{"sku": "A", "quantity": 2}])
    assert attributes(shop, order)["can_split"] is True
    packages = split(shop, order, ids(order)[:1], ids(order)[1:])["data"]["packages"]
    assert [one["splittable_group_id"] for one in packages] == ["0", "1"]
    assert shop.order(order["id"])["split_or_combine_tag"] == "SPLIT"
    body = {"self_shipment": {"tracking_number": "TRACK-0001", "shipping_provider_id": shop.provider(order)}}
    shop.data("POST", f"/fulfillment/202309/packages/{packages[0]['id']}/ship", None, body)
    assert shop.order(order["id"])["status"] == "PARTIALLY_SHIPPING"

    vietnam = shop_in("VN")
    same = vietnam.ready(units=[{"sku": "A", "quantity": 2}])
    refused = attributes(vietnam, same)
    assert (refused["can_split"], refused["reason"]) == (False, "split same sku in Multi Package not allow")
    two = vietnam.ready(units=[{"sku": "A", "quantity": 2}, {"sku": "B"}])
    assert attributes(vietnam, two)["can_split"] is True
    assert split(vietnam, two, ids(two)[:1])["code"] == 98001004
    assert split(vietnam, two, ids(two)[:2])["code"] == 0
    assert len(vietnam.order(two["id"])["packages"]) == 2
    assert attributes(shop, shop.ready())["can_split"] is False


def test_the_sellers_own_page_ships_too(shop: Shop) -> None:
    order = shop.ready(units=[{"sku": "A", "quantity": 2}])
    shop.move(order["id"], "ship", tracking_number="SC-12345", sku="A", count=1, provider_id=shop.provider(order, 2))
    line = shop.order(order["id"])["line_items"][0]
    assert (line["tracking_number"], line["shipping_provider_name"]) == ("SC-12345", "FedEx")
