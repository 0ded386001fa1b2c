"""The nine statuses: legal transitions only, by hand and by themselves; update_time never goes back."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.sandbox.receiver import wait_for
from tests.sandbox.tiktok.client import Shop
from tokbridge.sandbox.server import Running
from tokbridge.sandbox.tiktok.site import TikTokSite
from tokbridge.sandbox.tiktok.steps import STATUSES


def test_the_whole_way(shop: Shop) -> None:
    order_id = shop.place(status="UNPAID")
    seen = [shop.order(order_id)]
    for action in ("pay", "release", "ship", "scan", "deliver", "complete"):
        shop.move(order_id, action)
        seen.append(shop.order(order_id))
    assert [order["status"] for order in seen] == [
        "UNPAID", "ON_HOLD", "AWAITING_SHIPMENT", "AWAITING_COLLECTION", "IN_TRANSIT", "DELIVERED", "COMPLETED",
    ]  # fmt: skip
    times = [order["update_time"] for order in seen]
    assert times == sorted(times)
    last = seen[-1]
    assert {"paid_time", "rts_time", "collection_time", "delivery_time"} <= set(last)
    assert last["line_items"][0]["package_status"] == "COMPLETED"
    tracking = shop.data("GET", f"/fulfillment/202309/orders/{order_id}/tracking")["tracking"]
    assert tracking[0]["description"] == "Your package was delivered!"
    history = shop.control("GET", "book")["orders"][order_id]["history"]
    assert [step["status"] for step in history] == [order["status"] for order in seen]


@pytest.mark.parametrize("status", STATUSES)
def test_orders_can_start_anywhere(shop: Shop, status: str) -> None:
    order = shop.order(shop.place(status=status, units=[{"sku": "A", "quantity": 2}], age_seconds=600))
    assert order["status"] == status
    assert order["create_time"] == order["update_time"] <= shop.server_time() - 590


@pytest.mark.parametrize(
    ("status", "action"),
    [
        ("UNPAID", "release"), ("UNPAID", "ship"), ("ON_HOLD", "pay"), ("ON_HOLD", "ship"), ("ON_HOLD", "scan"),
        ("AWAITING_SHIPMENT", "scan"), ("AWAITING_SHIPMENT", "deliver"), ("AWAITING_COLLECTION", "deliver"),
        ("AWAITING_COLLECTION", "release"), ("IN_TRANSIT", "scan"), ("IN_TRANSIT", "ship"), ("DELIVERED", "cancel"),
        ("COMPLETED", "cancel"), ("CANCELLED", "pay"), ("CANCELLED", "complete"),
    ],
)  # fmt: skip
def test_illegal_steps_are_refused_and_change_nothing(shop: Shop, status: str, action: str) -> None:
    order_id = shop.place(status=status)
    before = shop.control("GET", "book")
    assert shop.http.post(f"/_sandbox/orders/{order_id}/{action}", json={}).status_code == 400
    after = shop.control("GET", "book")
    assert (after["orders"], after["packages"], after["cancellations"]) == (
        before["orders"],
        before["packages"],
        before["cancellations"],
    )
    shown = shop.control("GET", f"orders/{order_id}")["shown"]
    assert shown == shop.order(order_id)


def test_everything_happens_by_itself_when_the_clock_says_so(shop: Shop) -> None:
    shop.settings(unpaid_seconds=100, hold_seconds=100, scan_seconds=100, deliver_seconds=100, complete_seconds=100)
    unpaid, held, shipped = (shop.place(status=one) for one in ("UNPAID", "ON_HOLD", "AWAITING_COLLECTION"))

    def status(order_id: str) -> str:
        return str(shop.control("GET", f"orders/{order_id}")["shown"]["status"])

    shop.control("POST", "clock", {"advance_s": 101})
    wait_for(lambda: status(unpaid) == "CANCELLED" and status(held) == "AWAITING_SHIPMENT")
    assert shop.control("GET", f"orders/{unpaid}")["shown"]["cancellation_initiator"] == "SYSTEM"
    wait_for(lambda: status(shipped) == "IN_TRANSIT")
    for reached in ("DELIVERED", "COMPLETED"):
        shop.control("POST", "clock", {"advance_s": 101})
        wait_for(lambda reached=reached: status(shipped) == reached)


def test_the_platform_cancels_what_is_shipped_too_late(shop: Shop) -> None:
    shop.settings(ship_within_seconds=100)
    order_id = shop.place(status="AWAITING_SHIPMENT", age_seconds=101)
    wait_for(lambda: shop.control("GET", f"orders/{order_id}")["shown"]["status"] == "CANCELLED")
    assert shop.control("GET", f"orders/{order_id}")["shown"]["line_items"][0]["cancel_user"] == "SYSTEM"


def test_update_time_never_goes_back_even_when_the_clock_does(shop: Shop) -> None:
    order_id = shop.place()
    before = shop.order(order_id)["update_time"]
    shop.control("POST", "clock", {"skew_s": -100})
    shop.move(order_id, "release")
    assert shop.control("GET", f"orders/{order_id}")["shown"]["update_time"] == before


def test_a_second_start_goes_on(tmp_path: Path) -> None:
    data = tmp_path / "sandbox.sqlite3"
    with Running(TikTokSite, data=data) as running:
        first = Shop(running.urls["tiktok"])
        order = first.ready(units=[{"sku": "A", "quantity": 2}])
        first.mark(order, [order["line_items"][0]["id"]])
        first.http.close()
    with Running(TikTokSite, data=data) as running:
        second = Shop(running.urls["tiktok"])
        second.token = first.token
        again = second.order(order["id"])
        assert again["status"] == "PARTIALLY_SHIPPING"
        second.mark(again, [order["line_items"][1]["id"]])
        assert second.order(order["id"])["status"] == "AWAITING_COLLECTION"
        assert second.place() != order["id"]
        assert second.search()["total_count"] == 2
        second.http.close()


def test_shops_do_not_see_each_other_and_a_seller_may_have_two(shop: Shop, shop_in: Callable[..., Shop]) -> None:
    other = shop_in("US", name="Second shop", open_id=shop.open_id)
    other.place()
    assert (shop.search()["total_count"], other.search()["total_count"]) == (0, 1)
    listed = shop.raw("GET", "/authorization/202309/shops", without=("shop_cipher",)).json()["data"]["shops"]
    assert {one["id"] for one in listed} == {shop.id, other.id}
