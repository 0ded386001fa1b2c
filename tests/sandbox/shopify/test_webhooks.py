"""Webhooks: signature, headers, bodies, faults, and a subscription lost after too many failures (reference 4.5)."""

import hashlib
import json
from typing import Any

import pytest

from tests.sandbox.receiver import receiving
from tests.sandbox.shopify.conftest import Api, line, sale, until
from tokbridge.sandbox.shopify.subscriptions import sign, topic_name

SECRET = "hush-this-is-a-test-secret"
BODY = (
    '{"id":255858046,"admin_graphql_api_id":"gid://shopify/Fulfillment/255858046","order_id":450789469,'
    '"status":"success","tracking_company":"UPS","tracking_number":"1Z2345","tracking_numbers":["1Z2345"],'
    '"name":"#1001.1","note":"café"}'
).encode()
SUBSCRIBE = """mutation Sub($topic: WebhookSubscriptionTopic!, $w: WebhookSubscriptionInput!) {
  webhookSubscriptionCreate(topic: $topic, webhookSubscription: $w) {
    webhookSubscription { id topic uri format } userErrors { field message } } }"""


def subscribe(api: Api, topic: str, uri: str) -> dict[str, Any]:
    answer: dict[str, Any] = api.data(SUBSCRIBE, topic=topic, w={"uri": uri})["webhookSubscriptionCreate"]
    return answer


def test_the_golden_signatures() -> None:
    assert hashlib.sha256(BODY).hexdigest() == "c5fcfaf3c1c6bbedbe7cbb2cdc6fe6ac608db5a2270ce320475fe94377bfa5bf"
    assert sign(SECRET, BODY) == "8Pu/NJ8xp++H/dGeJXUd585tX4zXZn/HnuHxv+WtMhg="
    plain = json.dumps(json.loads(BODY), separators=(",", ":")).encode()
    assert sign(SECRET, plain) == "6YrjhuH4Yun+5qbYiNLtcLtltNRfpmMKx4oVjhoO0Og="
    assert sign(SECRET, json.dumps(json.loads(BODY)).encode()) == "5C/YQTDtJKi2Yjj7UP0Xil2ooYirWonFco5XYbKHtWc="
    assert sign(SECRET, b"") == "sF4nO/uV1iL129XwecoR1srD5Zi+Pmc2laK1peo812s="


@pytest.mark.parametrize(
    ("enum", "topic"),
    [
        ("ORDERS_PARTIALLY_FULFILLED", "orders/partially_fulfilled"),
        ("FULFILLMENT_ORDERS_PLACED_ON_HOLD", "fulfillment_orders/placed_on_hold"),
        ("INVENTORY_LEVELS_UPDATE", "inventory_levels/update"),
        ("APP_UNINSTALLED", "app/uninstalled"),
    ],
)
def test_topic_names(enum: str, topic: str) -> None:
    assert topic_name(enum) == topic


def test_subscribing_is_refused_as_the_real_one_refuses(api: Api) -> None:
    place = ["webhookSubscription", "callbackUrl"]
    for uri, message in (
        ("http://example.org/hook", "Address protocol http:// is not supported"),
        ("https://x.myshopify.com/hook", "Address cannot be a Shopify or an internal domain"),
    ):
        assert subscribe(api, "ORDERS_CREATE", uri)["userErrors"] == [{"field": place, "message": message}]
    made = subscribe(api, "ORDERS_CREATE", "https://example.org/hook")["webhookSubscription"]
    again = subscribe(api, "ORDERS_CREATE", "https://example.org/hook")["userErrors"][0]["message"]
    assert again == "Address for this topic has already been taken"
    text = "mutation D($id: ID!) { webhookSubscriptionDelete(id: $id) { deletedWebhookSubscriptionId } }"
    assert api.data(text, id=made["id"])["webhookSubscriptionDelete"] == {"deletedWebhookSubscriptionId": made["id"]}
    assert api.data("{ webhookSubscriptions(first: 5) { nodes { id } } }")["webhookSubscriptions"]["nodes"] == []


def test_a_shipment_is_told_in_the_shape_of_rest(api: Api) -> None:
    with receiving() as receiver:
        subscribe(api, "FULFILLMENTS_CREATE", receiver.url)
        subscribe(api, "ORDERS_CANCELLED", receiver.url)
        wanted = [line(sku="A", quantity=2)]
        order = api.order(name="TTS-1", sourceIdentifier="577", tags=["b", "a"], lineItems=wanted,
                          transactions=[sale("20.00")])  # fmt: skip
        api.control("POST", "orders/577/ship", {"carrier": "UPS", "number": "1Zé", "items": [{"sku": "A"}]})
        [(headers, raw)] = receiver.wait(1)
        assert headers["x-shopify-topic"] == "fulfillments/create"
        assert headers["x-shopify-hmac-sha256"] == sign("sandbox-client-secret", raw)
        assert headers["x-shopify-shop-domain"] == "sandbox-shop.myshopify.com"
        for name in ("webhook-id", "event-id", "triggered-at", "api-version"):
            assert headers[f"x-shopify-{name}"]
        body = json.loads(raw)
        assert body["order_id"] == int(order["id"].rpartition("/")[2])
        assert (body["status"], body["name"], body["tracking_numbers"]) == ("success", "TTS-1.1", ["1Zé"])
        assert (body["line_items"][0]["quantity"], body["line_items"][0]["fulfillment_status"]) == (1, "partial")
        assert "577" not in raw.decode()
        api.control("POST", "orders/577/unship")
        api.control("POST", "orders/577/cancel", {"reason": "customer"})
        body = json.loads(receiver.wait(2)[1][1])
        assert (body["cancel_reason"], body["source_identifier"], body["tags"]) == ("customer", "577", "a, b")
        assert body["cancelled_at"][-6] in "+-"


def test_the_same_delivery_is_repeated_and_a_dead_address_loses_its_subscription(api: Api) -> None:
    api.settings(webhook_retry_s=[0.02] * 8)
    with receiving() as receiver:
        receiver.statuses = [500, 503]
        subscribe(api, "ORDERS_CREATE", receiver.url)
        api.order()
        got = receiver.wait(3)
        assert len({headers["x-shopify-webhook-id"] for headers, _ in got}) == 1
        receiver.statuses = [500] * 100
        api.order()
        until(lambda: not api.control("GET", "book")["subscriptions"])
