"""Golden signatures: three clients that nobody here wrote agree on them (reference 2.1 and 7.2)."""

import pytest

from tokbridge.sandbox.tiktok.signing import sign, sign_webhook

KEY, SECRET, AT = "68xu9ks5p4i8", "5f1d9a3c7b2e4860", "1696909648"
CIPHER = "ROW_xkMbgAAAeVAQra0eZWebFQq5aIK"
COMMON = {"app_key": KEY, "timestamp": AT, "shop_cipher": CIPHER}
SEARCH = "/order/202309/orders/search"
DETAIL = "/order/202507/orders"
TWO = "576461413038785752,576461416728782174"
JSON = "application/json"
PAGE_TOKEN = "6AsPQsUMvH3RkchNUPPh22NROHkE0D8pmq/N5M1k+7D1ud64MPNz5OaT=="
SHIP = (
    '{"self_shipment":{"tracking_number":"JX12345","shipping_provider_id":"6617675021119438849"},"note":"Straße 日本"}'
)

VECTORS = {
    "V1": (
        "/authorization/202309/shops",
        {"app_key": "29a39d", "timestamp": "1623812664"},
        "",
        JSON,
        "e59af819cc",
        "b596b73e0cc6de07ac26f036364178ab16b0a907af13d43f0a0cd2345f582dc8",
    ),
    "V2": (
        SEARCH,
        {**COMMON, "page_size": "20", "sort_field": "update_time", "sort_order": "ASC"},
        '{"order_status":"AWAITING_SHIPMENT","update_time_ge":1696823248,"update_time_lt":1696909648}',
        JSON,
        SECRET,
        "d42d56286f71650fb48f5cc4c67ce1f7ca0309f41d8abdf475e9ca98a688e227",
    ),
    "V3": (
        DETAIL,
        {**COMMON, "ids": TWO},
        "",
        JSON,
        SECRET,
        "5eb8530ff5911821cb7e3a1d11804e333094ab088447fa57b5c1bdbeb7cbd78c",
    ),
    "V4": (
        DETAIL,
        {**COMMON, "ids": TWO, "access_token": "must-not-count", "sign": "deadbeef"},
        "",
        JSON,
        SECRET,
        "5eb8530ff5911821cb7e3a1d11804e333094ab088447fa57b5c1bdbeb7cbd78c",
    ),
    "V5": (
        SEARCH,
        {**COMMON, "page_size": "100", "page_token": PAGE_TOKEN},
        '{"create_time_ge":1696823248}',
        JSON,
        SECRET,
        "7ee8b7a45f4e606a2ef9b8c885389972a3296eeac2e16237245d6b95b35de36c",
    ),
    "V6": (
        "/fulfillment/202309/packages/1152321127278713123/ship",
        COMMON,
        SHIP,
        JSON,
        SECRET,
        "40fb83ba2fbfd4e39c13c2e85e9e47adf5f23c43a9b1c9ff0fcd95bc78c06b47",
    ),
    "V7": (
        "/product/202309/images/upload",
        {"app_key": KEY, "timestamp": AT},
        "--x ignored --x--",
        "multipart/form-data; boundary=x",
        SECRET,
        "bc7505c81aabbdc68790b5047f57c557c0d43e8009699e14ca62da9533a6ec17",
    ),
    "V8": (
        "/event/202309/webhooks",
        COMMON,
        '{    "address":"https://partner.tiktokshop.com",    "event_type": "PACKAGE_UPDATE"}',
        JSON,
        SECRET,
        "d2e416a98bc6d9311e72d08f49977a8f4c4276b80064b32077777c8999a33736",
    ),
    "V9": (
        "/event/202309/webhooks",
        COMMON,
        '{"event_type":"ORDER_STATUS_CHANGE"}',
        JSON,
        SECRET,
        "e7938cecdc6972be7f26432008e0424ae1cbb4dac435a0e9d754cc5beedbc7ef",
    ),
    "V10": (
        "/test-api",
        {"foo": "bar"},
        "",
        "",
        "app_secret",
        "d3cb7fe11ecae942802ceeca67e7cf10120cc12f1517d45fbc1c8cfe5413c80f",
    ),
    "V11": (
        SEARCH,
        {**COMMON, "page_size": "20"},
        "{}",
        JSON,
        SECRET,
        "654f67913173bd3284c7a92f73cf766d1bdfc71d486ad8cf2517a10e4ffa14d1",
    ),
}


@pytest.mark.parametrize("name", VECTORS)
def test_request_vectors(name: str) -> None:
    path, query, body, content_type, secret, expected = VECTORS[name]
    assert sign(secret, path, list(query.items()), body.encode(), content_type) == expected


def test_a_repeated_key_is_signed_as_one_comma_joined_value() -> None:
    repeated = [*COMMON.items(), *(("ids", one) for one in TWO.split(","))]
    assert sign(SECRET, DETAIL, repeated, b"", JSON) == VECTORS["V3"][-1]


@pytest.mark.parametrize(
    ("key", "secret", "body", "expected"),
    [
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
            '{"type":1,"shop_id":"7494726673780148744","timestamp":1664095733,"data":{"order_id":"576684019603311365",'
            '"order_status":"AWAITING_SHIPMENT","update_time":1664095610}}',
            "21109834de72ec53c9959716d8514ae388ce1f123e5ffdcafc46713fcdf62b27",
        ),
    ],
)
def test_webhook_vectors(key: str, secret: str, body: str, expected: str) -> None:
    assert sign_webhook(key, secret, body.encode()) == expected
