"""Cancelling: the seller, the buyer's requests, eligibility, the search."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.sandbox.receiver import wait_for
from tests.sandbox.tiktok.client import Shop

OUT = "seller_cancel_reason_out_of_stock"
BASE = "/return_refund/202309"
NEW = "/return_refund/202602"


def cancel(shop: Shop, order_id: str, reason: str = OUT, base: str = NEW, **lines: Any) -> Any:
    return shop.call("POST", f"{base}/cancellations", None, {"order_id": order_id, "cancel_reason": reason, **lines})[1]


def found(shop: Shop, query: dict[str, str] | None = None, **body: Any) -> list[Any]:
    return list(shop.data("POST", f"{NEW}/cancellations/search", query, body)["cancellations"])


@pytest.mark.parametrize("base", [BASE, NEW])
@pytest.mark.parametrize("status", ["ON_HOLD", "AWAITING_SHIPMENT", "AWAITING_COLLECTION"])
def test_a_seller_cancels_the_whole_order(shop: Shop, base: str, status: str) -> None:
    order_id = shop.place(status=status)
    data = cancel(shop, order_id, base=base)["data"]
    assert data["cancel_status"] == "CANCELLATION_REQUEST_SUCCESS"
    order = shop.order(order_id)
    assert (order["status"], order["cancellation_initiator"], order["cancel_reason"]) == (
        "CANCELLED",
        "SELLER",
        "Out of stock",
    )
    assert order["line_items"][0]["cancel_user"] == "SELLER"
    (one,) = found(shop, order_ids=[order_id])
    assert (one["cancel_id"], one["cancel_status"], one["cancel_reason"]) == (
        data["cancel_id"],
        "CANCELLATION_REQUEST_COMPLETE",
        OUT,
    )
    assert one["refund_amount"]["refund_total"] == "10.00"
    assert cancel(shop, order_id)["code"] == 25001001


def test_what_cannot_be_cancelled(shop: Shop, shop_in: Callable[..., Shop]) -> None:
    for status in ("IN_TRANSIT", "DELIVERED", "COMPLETED"):
        assert cancel(shop, shop.place(status=status))["code"] == 25001001
    france = shop_in("FR")
    assert cancel(france, france.place(status="AWAITING_COLLECTION"))["code"] == 25001001
    assert cancel(shop, france.place())["code"] == 21008111


@pytest.mark.parametrize(
    ("region", "status", "reason", "code"),
    [
        ("US", "UNPAID", OUT, 25001021),
        ("US", "UNPAID", "seller_cancel_unpaid_reason_out_of_stock", 0),
        ("US", "AWAITING_SHIPMENT", "seller_cancel_unpaid_reason_out_of_stock", 25001021),
        ("GB", "AWAITING_SHIPMENT", OUT, 25001021),
        ("GB", "AWAITING_SHIPMENT", f"{OUT}_uk", 0),
        ("GB", "AWAITING_SHIPMENT", "seller_cancel_paid_reason_buyer_requested_cancellation_uk", 25001021),
        ("VN", "AWAITING_SHIPMENT", "seller_cancel_paid_reason_address_not_deliver", 25001021),
        ("DE", "AWAITING_SHIPMENT", "seller_cancel_paid_reason_address_not_deliver", 0),
        ("BR", "AWAITING_SHIPMENT", "seller_cancel_reason_wrong_price", 25001021),
        ("JP", "AWAITING_SHIPMENT", "seller_cancel_order_reason_potential_fraud", 0),
    ],
)
def test_reasons_by_region_and_status(
    shop_in: Callable[..., Shop], region: str, status: str, reason: str, code: int
) -> None:
    shop = shop_in(region)
    assert cancel(shop, shop.place(status=status), reason)["code"] == code


def test_single_items_only_in_us_and_uk_and_only_out_of_stock(shop: Shop, shop_in: Callable[..., Shop]) -> None:
    units = [{"sku": "A", "quantity": 2, "price": "4.00", "tax": "0.40"}, {"sku": "B"}]
    order = shop.ready(units=units, shipping_fee="5.00")
    lines = order["line_items"]
    skus = [{"sku_id": lines[0]["sku_id"], "quantity": 1}]
    assert cancel(shop, order["id"], "seller_cancel_reason_wrong_price", skus=skus)["code"] == 98001004
    assert cancel(shop, order["id"], skus=skus)["code"] == 0
    assert cancel(shop, order["id"], order_line_list=[{"order_line_item_id": lines[1]["id"]}])["code"] == 0
    assert cancel(shop, order["id"], order_line_item_ids=[lines[0]["id"]])["code"] == 98001004
    now = shop.order(order["id"])
    assert now["status"] == "AWAITING_SHIPMENT"
    assert [line["display_status"] for line in now["line_items"]] == ["CANCELLED", "CANCELLED", "AWAITING_SHIPMENT"]
    assert "cancel_reason" not in now
    assert [one["refund_amount"]["refund_total"] for one in found(shop)] == ["4.40", "4.40"]
    assert cancel(shop, order["id"], order_line_item_ids=[lines[2]["id"]])["code"] == 0
    assert shop.order(order["id"])["status"] == "CANCELLED"
    france = shop_in("FR")
    whole = france.ready(units=[{"sku": "A", "quantity": 2}])
    one = [whole["line_items"][0]["id"]]
    assert cancel(france, whole["id"], order_line_item_ids=one)["code"] == 98001004


def test_the_orders_own_reason_is_localised_text(shop_in: Callable[..., Shop]) -> None:
    france = shop_in("FR")
    order_id = france.place(status="AWAITING_SHIPMENT")
    cancel(france, order_id)
    assert france.order(order_id)["cancel_reason"] == "Rupture de stock"
    assert found(france)[0]["cancel_reason_text"] == "Out of stock"


def test_eligibility_names_reasons_and_keeps_the_misspelling(shop: Shop) -> None:
    order = shop.ready(units=[{"sku": "A", "quantity": 2}])
    query = {"request_types": "CANCEL", "initiate_aftersale_user": "SELLER"}
    for base in (BASE, NEW):
        path = f"{base}/orders/{order['id']}/aftersale_eligibility"
        (sku,) = shop.data("GET", path, query)["sku_eligibility"]
        (answer,) = sku["line_item_eligibility"]
        assert answer["order_line_items_ids"] == [line["id"] for line in order["line_items"]]
        assert (answer["request_type"], answer["eligible"]) == ("CANCEL", True)
        assert OUT in answer["available_reason_names"]
    shop.move(order["id"], "request_cancel")
    path = f"{NEW}/orders/{order['id']}/aftersale_eligibility"
    answer = shop.data("GET", path, query)["sku_eligibility"][0]["line_item_eligibility"][0]
    assert (answer["eligible"], answer["ineligible_code"]) == (False, 25001011)
    assert cancel(shop, order["id"])["code"] == 25001011


def test_buyers_request_is_granted_on_hold_and_asked_later(shop: Shop) -> None:
    held = shop.place()
    shop.move(held, "request_cancel")
    assert shop.order(held)["status"] == "CANCELLED"
    (one,) = found(shop)
    assert (one["cancel_type"], one["role"]) == ("CANCEL", "BUYER")
    asked = shop.ready()
    shop.move(asked["id"], "request_cancel")
    assert shop.order(asked["id"])["is_buyer_request_cancel"] is True
    (one,) = found(shop, cancel_types=["BUYER_CANCEL"])
    assert one["cancel_status"] == "CANCELLATION_REQUEST_PENDING"
    action = one["seller_next_action_response"][0]
    assert (action["action"], action["deadline"] - one["create_time"]) == ("SELLER_RESPOND_BUYER_CANCEL", 172_800)
    path = f"{BASE}/cancellations/{one['cancel_id']}/approve"
    for _ in range(2):
        assert shop.data("POST", path, {"idempotency_key": "k"}) == {}
    assert shop.code("POST", path) == 25001001
    order = shop.order(asked["id"])
    assert (order["status"], order["cancellation_initiator"]) == ("CANCELLED", "BUYER")
    assert order["is_buyer_request_cancel"] is False


def test_rejecting_needs_a_known_reason(shop: Shop) -> None:
    order_id = shop.ready()["id"]
    shop.move(order_id, "request_cancel")
    (one,) = found(shop)
    query = {"return_or_cancel_id": one["cancel_id"], "locale": "en-US"}
    reason = shop.data("GET", f"{BASE}/reject_reasons", query)["reasons"][0]["name"]
    path = f"{BASE}/cancellations/{one['cancel_id']}/reject"
    assert shop.code("POST", path, None, {"reject_reason": "because"}) == 98001004
    assert shop.data("POST", path, None, {"reject_reason": reason, "comment": "packed"}) == {}
    assert found(shop)[0]["cancel_status"] == "CANCELLATION_REQUEST_CANCEL"
    order = shop.order(order_id)
    assert (order["status"], order["is_buyer_request_cancel"]) == ("AWAITING_SHIPMENT", False)


def test_silence_grants_after_the_deadline(shop: Shop) -> None:
    order_id = shop.ready()["id"]
    shop.move(order_id, "request_cancel")
    shop.control("POST", "clock", {"advance_s": 48 * 3600 + 1})
    wait_for(lambda: shop.control("GET", f"orders/{order_id}")["shown"]["status"] == "CANCELLED")


def test_a_package_emptied_by_cancelling_is_not_collected(shop_in: Callable[..., Shop]) -> None:
    france = shop_in("FR")
    order = france.ready(units=[{"sku": "A"}, {"sku": "B"}])
    first, second = (line["id"] for line in order["line_items"])
    france.move(order["id"], "ship", line_ids=[first])
    france.move(order["id"], "cancel_lines", line_ids=[second])
    france.move(order["id"], "scan")
    states = [france.control("GET", "book")["packages"][one["id"]] for one in france.order(order["id"])["packages"]]
    assert sorted((one["status"], one["line_ids"]) for one in states) == [("CANCELLED", []), ("FULFILLING", [first])]


def test_a_cancelled_order_leaves_no_request_open(shop: Shop) -> None:
    order_id = shop.ready()["id"]
    shop.move(order_id, "request_cancel")
    assert shop.http.post(f"/_sandbox/orders/{order_id}/request_cancel", json={}).status_code == 400
    shop.move(order_id, "cancel")
    closed, done = found(shop)
    assert (closed["cancel_status"], done["cancel_status"]) == (
        "CANCELLATION_REQUEST_CANCEL",
        "CANCELLATION_REQUEST_COMPLETE",
    )


def test_shipping_during_a_request_rejects_it_in_the_us_and_fails_elsewhere(
    shop: Shop, shop_in: Callable[..., Shop]
) -> None:
    for where, code in ((shop, 0), (shop_in("DE"), 21011007)):
        order = where.ready()
        where.move(order["id"], "request_cancel")
        assert where.mark(order)["code"] == code
    assert found(shop)[0]["cancel_status"] == "CANCELLATION_REQUEST_CANCEL"


def test_the_search_pages_oldest_first_with_size_as_text(shop: Shop) -> None:
    ids = [shop.place(status="CANCELLED", age_seconds=1000 - 10 * number) for number in range(12)]
    first = shop.data("POST", f"{NEW}/cancellations/search", None, {})
    assert [one["order_id"] for one in first["cancellations"]] == ids[:10]
    assert first["total_count"] == 12
    rest = found(shop, {"page_token": first["next_page_token"]})
    assert [one["order_id"] for one in rest] == ids[10:]
    middle = first["cancellations"][5]["update_time"]
    since = found(shop, {"page_size": "50", "sort_field": "update_time"}, update_time_ge=middle)
    assert [one["order_id"] for one in since] == ids[5:]
    until = found(shop, {"page_size": "50"}, update_time_lt=middle)
    assert [one["order_id"] for one in until] == ids[:5]
    assert found(shop, {"page_size": "1", "sort_order": "DESC"})[0]["order_id"] == ids[-1]
    assert shop.code("POST", f"{NEW}/cancellations/search", {"page_size": "51"}, {}) == 36009004


def test_control_cancels_orders_and_lines_for_anybody(shop_in: Callable[..., Shop]) -> None:
    france = shop_in("FR")
    order = france.ready(units=[{"sku": "A", "quantity": 3}])
    france.move(order["id"], "cancel_lines", sku="A", count=2, initiator="SYSTEM")
    live = [line for line in france.order(order["id"])["line_items"] if line["display_status"] != "CANCELLED"]
    assert len(live) == 1
    france.move(order["id"], "cancel", initiator="OPERATOR", reason="package_lost")
    assert france.order(order["id"])["status"] == "CANCELLED"


def test_a_partly_shipped_order_is_shipped_when_the_rest_is_cancelled(shop: Shop) -> None:
    order = shop.ready(units=[{"sku": "A"}, {"sku": "B"}])
    shop.mark(order, [order["line_items"][0]["id"]])
    shop.move(order["id"], "cancel_lines", sku="B")
    assert shop.order(order["id"])["status"] == "AWAITING_COLLECTION"
