"""Search, detail and the shape of an order."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from tests.sandbox.tiktok.client import Shop

SEARCH = "/order/202309/orders/search"
DETAIL = "/order/202507/orders"


def pages(shop: Shop, body: dict[str, Any], **query: str) -> list[str]:
    found: list[str] = []
    token = ""
    while True:
        data = shop.search(body, **query, **({"page_token": token} if token else {}))
        found += [order["id"] for order in data["orders"]]
        token = data.get("next_page_token", "")
        if not token:
            return found


@pytest.mark.parametrize("mode", ["offset", "position"])
def test_paging_meets_every_order_once_in_the_order_asked(shop: Shop, mode: str) -> None:
    shop.settings(page_tokens=mode)
    ids = [shop.place(age_seconds=1000 - number) for number in range(7)]
    assert pages(shop, {}, page_size="3") == ids[::-1]
    assert pages(shop, {}, page_size="3", sort_order="ASC") == ids
    assert pages(shop, {}, page_size="2", sort_field="update_time", sort_order="ASC") == ids


def test_page_tokens_are_opaque_and_need_escaping(shop: Shop) -> None:
    for _ in range(2):
        shop.place()
    token = shop.search({}, page_size="1")["next_page_token"]
    assert all(sign in token for sign in "/+=")
    assert shop.search({"order_status": "ON_HOLD"}, page_size="1", page_token=token)["total_count"] == 2
    shop.settings(page_token_bound=True)
    assert shop.search({}, page_size="1", page_token=token)["next_page_token"] == ""
    bound = {"page_size": "1", "page_token": token}
    assert shop.code("POST", SEARCH, bound, {"order_status": "ON_HOLD"}) == 36009004
    assert shop.code("POST", SEARCH, {"page_size": "1", "page_token": "rubbish"}, {}) == 36009004
    shop.settings(end_without_token=True)
    assert "next_page_token" not in shop.search({})


def test_an_offset_token_slips_when_orders_move(shop: Shop) -> None:
    """What a client must survive: the default tokens count, so an order that moves away hides another."""
    ids = [shop.place(age_seconds=1000 - number) for number in range(4)]
    first = shop.search({}, page_size="2", sort_field="update_time", sort_order="ASC")
    shop.move(ids[0], "release")
    query = {"page_size": "2", "sort_field": "update_time", "sort_order": "ASC", "page_token": first["next_page_token"]}
    second = [order["id"] for order in shop.search({}, **query)["orders"]]
    assert ids[2] not in second


def test_filters(shop: Shop, shop_in: Callable[..., Shop]) -> None:
    old, new = shop.place(age_seconds=5000), shop.place(status="UNPAID")
    created = shop.order(old)["create_time"]
    shop_in("GB").place()

    def found(**body: Any) -> list[str]:
        data = shop.search(body, sort_order="ASC")
        assert data["total_count"] == len(data["orders"])
        return [order["id"] for order in data["orders"]]

    assert found(order_status="UNPAID") == [new]
    assert found(create_time_ge=created, create_time_lt=created + 1) == [old]
    assert found(create_time_lt=created) == []
    assert found(update_time_ge=shop.order(new)["update_time"])[-1] == new
    assert found(shipping_type="SELLER") == [old, new]
    assert found(shipping_type="TIKTOK") == []
    assert found(buyer_user_id=shop.order(new)["user_id"]) == [new]
    assert found(is_buyer_request_cancel=True) == []
    assert found(warehouse_ids=[shop.doc["warehouses"][1]["id"]]) == []


@pytest.mark.parametrize(
    ("query", "body"),
    [
        ({}, {"page_size": 20}),
        ({"page_size": "20"}, {"page_size": 20}),
        ({"page_size": "101"}, {}),
        ({"page_size": "0"}, {}),
        ({"page_size": "10", "sort_order": "desc"}, {}),
        ({"page_size": "10", "sort_field": "paid_time"}, {}),
        ({"page_size": "10"}, {"order_status": "TO_SHIP"}),
        ({"page_size": "10"}, {"update_time_ge": "1"}),
    ],
)
def test_bad_parameters(shop: Shop, query: dict[str, str], body: dict[str, Any]) -> None:
    status, envelope = shop.call("POST", SEARCH, query, body)
    assert (status, envelope["code"]) == (400, 36009004)


def test_detail_takes_commas_and_repeats_and_refuses_strangers(shop: Shop, shop_in: Callable[..., Shop]) -> None:
    ids = [shop.place() for _ in range(3)]
    both = shop.data("GET", DETAIL, {"ids": ",".join(ids)})["orders"]
    assert [order["id"] for order in both] == ids
    assert shop.data("GET", "/order/202309/orders", {"ids": ids[0]})["orders"][0]["id"] == ids[0]
    assert shop.code("GET", DETAIL, {"ids": ",".join(str(n) for n in range(51))}) == 36009004
    assert shop.code("GET", DETAIL) == 36009004
    assert shop.code("GET", DETAIL, {"ids": shop_in("FR").place()}) == 21008111


def test_one_line_per_unit_and_nothing_null(shop: Shop) -> None:
    order = shop.order(shop.place(units=[{"sku": "A", "quantity": 3}, {"sku": "B", "gift": True, "price": "5"}]))
    assert [line["seller_sku"] for line in order["line_items"]] == ["A", "A", "A", "B"]
    assert len({line["id"] for line in order["line_items"]}) == 4
    assert not any("quantity" in line for line in order["line_items"])
    gift = order["line_items"][3]
    assert (gift["is_gift"], gift["sale_price"], gift["gift_retail_price"]) == (True, "0", "5.00")

    def nulls(value: Any) -> bool:
        if isinstance(value, dict):
            return any(nulls(one) for one in value.values())
        return any(nulls(one) for one in value) if isinstance(value, list) else value is None

    assert not nulls(order)
    assert not any(key.startswith("_") for key in order)


def test_addresses_are_empty_masked_or_whole(shop: Shop) -> None:
    held = shop.place(buyer={"name": "Ann Lee"})
    assert shop.order(held)["is_on_hold_order"] is True
    assert shop.order(held)["recipient_address"]["full_address"] == ""
    assert "district_info" not in shop.order(held)["recipient_address"]
    assert shop.order(shop.place(status="UNPAID"))["recipient_address"]["name"] == ""
    shop.move(held, "release")
    address = shop.order(held)["recipient_address"]
    assert (address["name"], address["first_name"], address["last_name"]) == ("Ann Lee", "Ann", "Lee")
    assert [level["address_level"] for level in address["district_info"]] == ["L0", "L1", "L2", "L3"]
    platform = shop.ready(platform_logistics=True, buyer={"name": "Ann Lee"})
    assert platform["shipping_type"] == "TIKTOK"
    assert platform["recipient_address"]["name"] == "A***"


def test_kinds_of_orders(shop: Shop, shop_in: Callable[..., Shop]) -> None:
    cod = shop.ready(cod=True)
    assert cod["is_cod"] is True
    assert "paid_time" not in cod
    sample = shop.ready(sample=True, units=[{"sku": "A", "price": "9.99"}], shipping_fee="3.00")
    assert (sample["is_sample_order"], sample["payment"]["total_amount"]) == (True, "0")
    replacement = shop.ready(replacement=sample["id"])
    assert (replacement["is_replacement_order"], replacement["replaced_order_id"]) == (True, sample["id"])
    assert shop.ready(fbt=True)["fulfillment_type"] == "FULFILLMENT_BY_TIKTOK"
    no_hold = shop_in("FR", on_hold=False)
    order = no_hold.order(no_hold.place())
    assert (order["status"], order["is_on_hold_order"]) == ("AWAITING_SHIPMENT", False)


@pytest.mark.parametrize(("region", "before"), [("US", False), ("GB", False), ("FR", True), ("VN", True)])
def test_package_ids_before_shipping_by_region(shop_in: Callable[..., Shop], region: str, before: bool) -> None:
    order = shop_in(region).ready()
    assert ("packages" in order) is before
    assert ("package_id" in order["line_items"][0]) is before


def test_money_in_the_us_is_before_tax(shop: Shop) -> None:
    order = shop.ready(
        units=[
            {
                "sku": "A",
                "quantity": 2,
                "price": "19.99",
                "seller_discount": "2.00",
                "platform_discount": "1.50",
                "tax": "1.32",
            },
            {"sku": "B", "price": "5.01"},
        ],
        shipping_fee="6.00",
        shipping_seller_discount="1.00",
        shipping_platform_discount="2.00",
        shipping_tax="0.24",
        fees={"retail_delivery_fee": "0.28"},
    )
    pay = {name: value if name == "currency" else Decimal(value) for name, value in order["payment"].items()}
    lines = order["line_items"]
    assert pay["sub_total"] == pay["original_total_product_price"] - pay["seller_discount"] - pay["platform_discount"]
    assert pay["sub_total"] == sum(Decimal(line["sale_price"]) for line in lines) == Decimal("37.99")
    assert pay["shipping_fee"] == Decimal("3.00")
    assert pay["product_tax"] == sum(Decimal(t["tax_amount"]) for line in lines for t in line.get("item_tax", []))
    assert pay["tax"] == pay["product_tax"] + pay["shipping_fee_tax"] == Decimal("2.88")
    assert pay["total_amount"] == pay["sub_total"] + pay["shipping_fee"] + pay["tax"] + pay["retail_delivery_fee"]
    assert order["payment"]["total_amount"] == "44.15"


def test_money_elsewhere_includes_tax_and_may_have_no_decimals(shop_in: Callable[..., Shop]) -> None:
    vietnam, france = shop_in("VN"), shop_in("FR")
    order = vietnam.ready(units=[{"sku": "A", "quantity": 3, "price": "168000"}], shipping_fee="153000")
    assert (order["payment"]["total_amount"], order["payment"]["tax"]) == ("657000", "0")
    assert order["payment"]["currency"] == "VND"
    assert france.ready(units=[{"sku": "A", "price": "35.97"}])["payment"]["total_amount"] == "35.97"
    for shop, unit in ((vietnam, {"price": "1.5"}), (france, {"tax": "1.00"}), (france, {"seller_discount": "99"})):
        body = {"order": {"shop_id": shop.id, "units": [unit]}}
        assert shop.http.post("/_sandbox/orders", json=body).status_code == 400


def test_overrides_break_what_must_be_breakable(shop: Shop) -> None:
    order = shop.ready(
        payment={"total_amount": "1.23", "sub_total": None, "brand_new_fee": "4.00"},
        raw={"is_cod": None, "surprise": {"a": 1}, "recipient_address": {"postal_code": None}},
    )
    assert (order["payment"]["total_amount"], order["payment"]["brand_new_fee"]) == ("1.23", "4.00")
    assert "sub_total" not in order["payment"]
    assert "is_cod" not in order
    assert order["surprise"] == {"a": 1}
    assert "postal_code" not in order["recipient_address"]


def test_external_references(shop: Shop, shop_in: Callable[..., Shop]) -> None:
    order_id, stranger = shop.place(), shop_in("GB").place()
    path = "/order/202406/orders"
    reference = {"id": "TTS-1", "platform": "SHOPIFY", "line_items": [{"id": "1", "origin_id": "2"}]}
    body = {"orders": [{"id": one, "external_order": reference} for one in (order_id, stranger)]}
    errors = shop.data("POST", f"{path}/external_orders", None, body)["errors"]
    assert [(one["code"], one["detail"]["order_id"]) for one in errors] == [("21008111", stranger)]
    body["orders"] = [{"id": order_id, "external_order": {**reference, "id": "TTS-2"}}]
    assert shop.data("POST", f"{path}/external_orders", None, body) == {}
    got = shop.data("GET", f"{path}/{order_id}/external_orders", {"platform": "SHOPIFY"})
    assert [one["id"] for one in got["external_orders"]] == ["TTS-2"]
    query = {"platform": "SHOPIFY", "external_order_id": "TTS-2"}
    found = shop.data("POST", f"{path}/external_order_search", query)["orders"]
    assert [one["id"] for one in found] == [order_id]
    bad = {"orders": [{"id": order_id, "external_order": {"id": "1", "platform": "PRESTASHOP"}}]}
    assert shop.code("POST", f"{path}/external_orders", None, bad) == 98001004


def test_templates_refuse_what_they_do_not_know(shop: Shop) -> None:
    for order in ({"unit": []}, {"units": [{"skew": 1}]}, {"status": "LOST"}, {"shop_id": "1"}, {"units": []}):
        assert shop.http.post("/_sandbox/orders", json={"order": order}).status_code == 400
