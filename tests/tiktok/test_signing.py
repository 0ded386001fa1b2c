from __future__ import annotations

import pytest

from tests.tiktok.scripted import FixedTokens, ScriptedHttp, done
from tokbridge.tiktok.app import App
from tokbridge.tiktok.signing import sign_request, sign_webhook
from tokbridge.tiktok.transport import Client

SECRET = "5f1d9a3c7b2e4860"
CIPHER = {"shop_cipher": "ROW_xkMbgAAAeVAQra0eZWebFQq5aIK"}
BASE = {"app_key": "68xu9ks5p4i8", "timestamp": "1696909648"}
IDS = {"ids": "576461413038785752,576461416728782174"}
TOKEN = {"page_token": "6AsPQsUMvH3RkchNUPPh22NROHkE0D8pmq/N5M1k+7D1ud64MPNz5OaT=="}
SEARCH = "/order/202309/orders/search"
V2_QUERY = {"page_size": "20", "sort_field": "update_time", "sort_order": "ASC"}
V2_BODY = '{"order_status":"AWAITING_SHIPMENT","update_time_ge":1696823248,"update_time_lt":1696909648}'
V6_BODY = (
    '{"self_shipment":{"tracking_number":"JX12345","shipping_provider_id":"6617675021119438849"},"note":"Straße 日本"}'
)
V2_SIGN = "d42d56286f71650fb48f5cc4c67ce1f7ca0309f41d8abdf475e9ca98a688e227"
V3_SIGN = "5eb8530ff5911821cb7e3a1d11804e333094ab088447fa57b5c1bdbeb7cbd78c"
V5_SIGN = "7ee8b7a45f4e606a2ef9b8c885389972a3296eeac2e16237245d6b95b35de36c"
V6_SIGN = "40fb83ba2fbfd4e39c13c2e85e9e47adf5f23c43a9b1c9ff0fcd95bc78c06b47"
V9_SIGN = "e7938cecdc6972be7f26432008e0424ae1cbb4dac435a0e9d754cc5beedbc7ef"
V11_SIGN = "654f67913173bd3284c7a92f73cf766d1bdfc71d486ad8cf2517a10e4ffa14d1"

# Reference tiktok-shop-api.md 2.1: name, path, query, body, secret, content type, sign
REQUESTS = [
    (
        "V1",
        "/authorization/202309/shops",
        {"app_key": "29a39d", "timestamp": "1623812664"},
        "",
        "e59af819cc",
        "application/json",
        "b596b73e0cc6de07ac26f036364178ab16b0a907af13d43f0a0cd2345f582dc8",
    ),
    ("V2", SEARCH, BASE | CIPHER | V2_QUERY, V2_BODY, SECRET, "application/json", V2_SIGN),
    ("V3", "/order/202507/orders", BASE | CIPHER | IDS, "", SECRET, "application/json", V3_SIGN),
    (
        "V4",
        "/order/202507/orders",
        BASE | CIPHER | IDS | {"access_token": "must-not-count", "sign": "deadbeef"},
        "",
        SECRET,
        "application/json",
        V3_SIGN,
    ),
    (
        "V5",
        SEARCH,
        BASE | CIPHER | TOKEN | {"page_size": "100"},
        '{"create_time_ge":1696823248}',
        SECRET,
        "application/json",
        V5_SIGN,
    ),
    (
        "V6",
        "/fulfillment/202309/packages/1152321127278713123/ship",
        BASE | CIPHER,
        V6_BODY,
        SECRET,
        "application/json",
        V6_SIGN,
    ),
    (
        "V7",
        "/product/202309/images/upload",
        BASE,
        "--x ignored --x--",
        SECRET,
        "multipart/form-data; boundary=x",
        "bc7505c81aabbdc68790b5047f57c557c0d43e8009699e14ca62da9533a6ec17",
    ),
    (
        "V8",
        "/event/202309/webhooks",
        BASE | CIPHER,
        '{    "address":"https://partner.tiktokshop.com",    "event_type": "PACKAGE_UPDATE"}',
        SECRET,
        "application/json",
        "d2e416a98bc6d9311e72d08f49977a8f4c4276b80064b32077777c8999a33736",
    ),
    (
        "V9",
        "/event/202309/webhooks",
        BASE | CIPHER,
        '{"event_type":"ORDER_STATUS_CHANGE"}',
        SECRET,
        "application/json",
        V9_SIGN,
    ),
    (
        "V10",
        "/test-api",
        {"foo": "bar"},
        "",
        "app_secret",
        "",
        "d3cb7fe11ecae942802ceeca67e7cf10120cc12f1517d45fbc1c8cfe5413c80f",
    ),
    ("V11", SEARCH, BASE | CIPHER | {"page_size": "20"}, "{}", SECRET, "application/json", V11_SIGN),
]


@pytest.mark.parametrize(
    ("path", "query", "body", "secret", "content_type", "expected"),
    [vector[1:] for vector in REQUESTS],
    ids=[vector[0] for vector in REQUESTS],
)
def test_golden_request_signatures(
    path: str, query: dict[str, str], body: str, secret: str, content_type: str, expected: str
) -> None:
    assert sign_request(secret, path, query, body.encode(), content_type) == expected


@pytest.mark.parametrize(
    ("method", "path", "query", "body", "raw", "expected"),
    [
        (
            "POST",
            SEARCH,
            V2_QUERY,
            {"order_status": "AWAITING_SHIPMENT", "update_time_ge": 1696823248, "update_time_lt": 1696909648},
            V2_BODY,
            V2_SIGN,
        ),
        ("GET", "/order/202507/orders", IDS, None, "", V3_SIGN),
        (
            "POST",
            SEARCH,
            {"page_size": "100", **TOKEN},
            {"create_time_ge": 1696823248},
            '{"create_time_ge":1696823248}',
            V5_SIGN,
        ),
        (
            "POST",
            "/fulfillment/202309/packages/1152321127278713123/ship",
            {},
            {
                "self_shipment": {"tracking_number": "JX12345", "shipping_provider_id": "6617675021119438849"},
                "note": "Straße 日本",
            },
            V6_BODY,
            V6_SIGN,
        ),
        (
            "DELETE",
            "/event/202309/webhooks",
            {},
            {"event_type": "ORDER_STATUS_CHANGE"},
            '{"event_type":"ORDER_STATUS_CHANGE"}',
            V9_SIGN,
        ),
        ("POST", SEARCH, {"page_size": "20"}, {}, "{}", V11_SIGN),
    ],
    ids=["V2", "V3", "V5", "V6", "V9", "V11"],
)
def test_the_client_sends_the_golden_bytes(
    method: str, path: str, query: dict[str, str], body: object, raw: str, expected: str
) -> None:
    http = ScriptedHttp(done())
    client = Client(http, App(key="68xu9ks5p4i8", secret=SECRET, us=False), FixedTokens(), lambda: 1696909648.9)
    client.call("any", method, path, query=query, body=body, cipher=CIPHER["shop_cipher"])
    assert http.only.method == method
    assert http.only.body == raw.encode()
    assert http.only.url.startswith(f"https://open-api.tiktokglobalshop.com{path}?")
    assert http.only.url.endswith(f"&sign={expected}")
    assert http.only.headers == {"content-type": "application/json", "x-tts-access-token": "token-1"}


# Reference tiktok-shop-api.md 7.2
WEBHOOKS = [
    (
        "abcdef",
        "123",
        '{"type":1,"tts_notification_id":"7380066284010030890","shop_id":"7495540735365777507","timestamp":1718305585,'
        '"data":{"is_on_hold_order":true,"order_id":"576653688135258178","order_status":"UNPAID","update_time":1718305585}}',
        "5dec0f11ec2f6783b8deee53c9ffbf8d024302f7c7e7fa55a35d17629031ac05",
    ),
    (
        "fake_app_key",
        "fake_app_secret",
        '{"type":1,"shop_id":"7494726673780148744","timestamp":1664095733,'
        '"data":{"order_id":"576684019603311365","order_status":"AWAITING_SHIPMENT","update_time":1664095610}}',
        "21109834de72ec53c9959716d8514ae388ce1f123e5ffdcafc46713fcdf62b27",
    ),
    (
        "68xu9ks5p4i8",
        SECRET,
        '{\n  "type": 12,\n  "tts_notification_id": "7327112393057371910",\n  "shop_id": "7494049642642441621",\n'
        '  "timestamp": 1644412885,\n  "data": {\n    "order_id": "576486316948490001",\n'
        '    "return_status": "RETURN_OR_REFUND_REQUEST_PENDING",\n    "note": "Straße"\n  }\n}',
        "96a02e01f3f48a664622e73d42d6dfd0d60bb0e2a5d5f9eefdf3d86c9f430aad",
    ),
]


@pytest.mark.parametrize(("key", "secret", "body", "expected"), WEBHOOKS, ids=["W1", "W2", "W3"])
def test_golden_webhook_signatures(key: str, secret: str, body: str, expected: str) -> None:
    assert sign_webhook(key, secret, body.encode()) == expected
