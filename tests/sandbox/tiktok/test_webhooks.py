"""Webhooks: configuration per shop and topic, spelling, signature, faults."""

import hashlib
import hmac
import json
from typing import Any

from tests.sandbox.receiver import Receiver, receiving
from tests.sandbox.tiktok.client import KEY, SECRET, Shop

PATH = "/event/202309/webhooks"


def listen(shop: Shop, receiver: Receiver, *topics: str) -> None:
    for topic in topics:
        shop.data("PUT", PATH, None, {"address": receiver.url, "event_type": topic})


def messages(receiver: Receiver, count: int) -> list[Any]:
    return [json.loads(body) for _, body in receiver.wait(count)]


def test_configuration(shop: Shop) -> None:
    assert shop.data("GET", PATH) == {"webhooks": [], "total_count": 0}
    body = {"address": "https://example.com/h", "event_type": "ORDER_STATUS_CHANGE"}
    assert shop.data("PUT", PATH, None, body) == {}
    shop.data("PUT", PATH, None, {**body, "address": "https://example.com/i"})
    listed = shop.data("GET", PATH)
    assert (listed["total_count"], listed["webhooks"][0]["address"]) == (1, "https://example.com/i")
    for _ in range(2):
        assert shop.data("DELETE", PATH, None, {"event_type": "ORDER_STATUS_CHANGE"}) == {}
    assert shop.data("GET", PATH)["total_count"] == 0
    for bad in (
        {**body, "event_type": "NOPE"},
        {**body, "address": "ftp://x"},
        {**body, "address": "http://" + "x" * 255},
    ):
        assert shop.code("PUT", PATH, None, bad) == 98001004


def test_status_messages_are_signed_and_say_cancel(shop: Shop) -> None:
    with receiving() as receiver:
        listen(shop, receiver, "ORDER_STATUS_CHANGE")
        order_id = shop.place()
        receiver.wait(1)
        shop.move(order_id, "request_cancel")
        first, last = messages(receiver, 2)
        assert (first["type"], first["shop_id"]) == (1, shop.id)
        assert first["tts_notification_id"] != last["tts_notification_id"]
        assert first["data"] == {
            "is_on_hold_order": True,
            "order_id": order_id,
            "order_status": "ON_HOLD",
            "update_time": shop.order(order_id)["create_time"],
        }
        assert last["data"]["order_status"] == "CANCEL"
        headers, body = receiver.got[0]
        expected = hmac.new(SECRET.encode(), KEY.encode() + body, hashlib.sha256).hexdigest()
        assert (headers["authorization"], headers["content-type"]) == (expected, "application/json")


def test_cancellations_addresses_and_packages(shop: Shop) -> None:
    with receiving() as receiver:
        listen(shop, receiver, "CANCELLATION_STATUS_CHANGE", "RECIPIENT_ADDRESS_UPDATE", "PACKAGE_UPDATE")
        order = shop.ready(units=[{"sku": "A", "quantity": 2}])
        shop.move(order["id"], "address", address_line1="New Street 1")
        (address,) = messages(receiver, 1)
        assert (address["type"], address["data"]["order_id"]) == (3, order["id"])
        assert "tts_notification_id" not in address
        now = shop.order(order["id"])
        assert now["has_updated_recipient_address"] is True
        assert now["recipient_address"]["address_line1"] == "New Street 1"
        groups = [{"id": "1", "order_line_item_ids": [order["line_items"][0]["id"]]}]
        shop.data("POST", f"/fulfillment/202309/orders/{order['id']}/split", None, {"splittable_groups": groups})
        package = messages(receiver, 2)[1]
        assert (package["type"], package["data"]["sc_type"], package["data"]["role_type"]) == (
            4,
            "SPLIT",
            "ROLE_SELLER",
        )
        assert package["data"]["package_list"][0]["order_id_list"] == [order["id"]]
        shop.move(order["id"], "request_cancel")
        receiver.wait(3)
        shop.move(order["id"], "withdraw_request")
        pending, closed = messages(receiver, 4)[2:]
        assert pending["data"]["cancel_status"] == "CANCELLATION_REQUEST_PENDING"
        assert closed["data"]["cancel_status"] == "CANCELLATION_REQUEST_CANCELLED"
        assert pending["data"]["cancellations_role"] == "BUYER"


def test_only_200_counts(shop: Shop) -> None:
    with receiving() as receiver:
        receiver.statuses = [202]
        shop.settings(app_webhook_url=receiver.url, webhook_retry_s=[0.01])
        shop.place()
        first, again = receiver.wait(2)
        assert first[1] == again[1]


def test_the_apps_own_address_hears_every_topic_without_one(shop: Shop) -> None:
    with receiving() as receiver:
        shop.settings(app_webhook_url=receiver.url)
        shop.control("POST", "tokens/revoke", {})
        shop.control("POST", "webhooks/unknown", {"type": 68, "data": {"what": "ever"}})
        got = {message["type"]: message for message in messages(receiver, 2)}
        assert set(got) == {6, 68}
        assert "message" in got[6]["data"]


def test_faults_by_topic_and_no_message_for_partial_shipping(shop: Shop) -> None:
    with receiving() as receiver:
        listen(shop, receiver, "ORDER_STATUS_CHANGE")
        shop.control("POST", "webhooks/faults", {"topic": "ORDER_*", "kind": "drop"})
        shop.control("POST", "webhooks/faults", {"topic": "ORDER_*", "kind": "twice"})
        order = shop.ready(units=[{"sku": "A", "quantity": 2}])
        ids = [line["id"] for line in order["line_items"]]
        shop.mark(order, ids[:1])
        shop.mark(order, ids[1:])
        assert [one["data"]["order_status"] for one in messages(receiver, 2)] == ["AWAITING_COLLECTION"] * 2
        log = shop.control("GET", "webhooks/log")["deliveries"]
        assert [(one["state"], one["subject"]) for one in log] == [("dropped", order["id"]), ("delivered", order["id"])]
