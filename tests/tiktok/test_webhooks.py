from __future__ import annotations

import json
from typing import Any

import pytest

from tests.tiktok.scripted import APP, SHOP, ScriptedHttp, client_of, done, path_of
from tests.tiktok.test_signing import WEBHOOKS
from tokbridge.tiktok import webhooks
from tokbridge.tiktok.app import App
from tokbridge.tiktok.signing import sign_webhook
from tokbridge.tiktok.webhooks import BadSignature, Hook, Malformed, Subscription, verify_and_parse


def signed(body: bytes, app: App = APP) -> dict[str, str]:
    return {"Content-Type": "application/json", "Authorization": sign_webhook(app.key, app.secret, body)}


def hook(told: Any) -> Hook:
    body = told if isinstance(told, bytes) else json.dumps(told).encode()
    return verify_and_parse(APP, signed(body), body)


@pytest.mark.parametrize(("key", "secret", "body", "signature"), WEBHOOKS, ids=["W1", "W2", "W3"])
@pytest.mark.parametrize("header", ["Authorization", "authorization", "AUTHORIZATION"])
def test_golden_webhooks_are_accepted(key: str, secret: str, body: str, signature: str, header: str) -> None:
    found = verify_and_parse(App(key, secret, us=False), {header: signature}, body.encode())
    assert found.known
    assert len(found.order_ids) == 1


@pytest.mark.parametrize(("key", "secret", "body", "signature"), WEBHOOKS, ids=["W1", "W2", "W3"])
def test_anything_else_is_not(key: str, secret: str, body: str, signature: str) -> None:
    app = App(key, secret, us=False)
    raw = body.encode()
    for headers, given in (
        ({}, raw),
        ({"Authorization": ""}, raw),
        ({"Authorization": "é" * 64}, raw),
        ({"Authorization": signature[:-1]}, raw),
        ({"Authorization": f"Bearer {signature}"}, raw),
        ({"Authorization": signature}, raw + b" "),
        ({"X-Signature": signature}, raw),
    ):
        with pytest.raises(BadSignature):
            verify_and_parse(app, headers, given)
    with pytest.raises(BadSignature):
        verify_and_parse(App(key, "other", us=False), {"Authorization": signature}, raw)


def test_an_order_event() -> None:
    told = {
        "type": 1,
        "tts_notification_id": "7380",
        "shop_id": "7495",
        "timestamp": 1718305585,
        "data": {"order_id": "576", "order_status": "CANCEL", "is_on_hold_order": True, "update_time": 1718305580},
    }
    assert hook(told) == Hook(
        type=1,
        name="ORDER_STATUS_CHANGE",
        notification_id="7380",
        shop_id="7495",
        timestamp=1718305585,
        order_ids=("576",),
        data=told["data"],  # type: ignore[arg-type]
        known=True,
    )


@pytest.mark.parametrize(
    ("number", "data", "name", "order_ids"),
    [
        (3, {"order_id": "1", "update_time": 5}, "RECIPIENT_ADDRESS_UPDATE", ("1",)),
        (
            4,
            {
                "sc_type": "COMBINE",
                "package_list": [
                    {"package_id": "9", "order_id_list": ["1", 2]},
                    {"package_id": "8", "order_id_list": ["2", "3"]},
                ],
            },
            "PACKAGE_UPDATE",
            ("1", "2", "3"),
        ),
        (6, {"message": "gone"}, "SELLER_DEAUTHORIZATION", ()),
        (7, {"message": "soon", "expiration_time": "1627587506"}, "UPCOMING_AUTHORIZATION_EXPIRATION", ()),
        (11, {"order_id": "1", "cancel_id": "4"}, "CANCELLATION_STATUS_CHANGE", ("1",)),
        (12, {"order_id": 576486316948490001, "return_id": "4"}, "RETURN_STATUS_CHANGE", ("576486316948490001",)),
        (36, {"package_id": "9", "order_ids": ["1", "2"]}, "INVOICE_STATUS_CHANGE", ("1", "2")),
        (67, {"line_items": [{"main_order_id": "1"}, {"main_order_id": "1"}]}, "refund success", ("1",)),
        (99, {"order_id": "1"}, "type 99", ("1",)),
    ],
)
def test_the_orders_an_event_speaks_of(number: int, data: object, name: str, order_ids: tuple[str, ...]) -> None:
    found = hook({"type": number, "shop_id": "7495", "timestamp": 1, "data": data})
    assert (found.name, found.order_ids, found.known) == (name, order_ids, not name.startswith("type "))


def test_what_may_be_missing() -> None:
    assert hook({"type": 999, "seller_open_id": "x"}) == Hook(999, "type 999", "", "", 0, (), {}, False)
    assert hook({"type": 1, "shop_id": 7495, "data": None, "timestamp": None}).shop_id == "7495"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"not json",
        b"\xff",
        b"[]",
        b"[" * 100_000,
        b'{"data":{}}',
        b'{"type":"1"}',
        b'{"type":true}',
        b'{"type":1.0}',
        b'{"type":1,"data":["ada"]}',
        b'{"type":1,"timestamp":"ada","data":{}}',
    ],
)
def test_rightly_signed_but_unreadable(body: bytes) -> None:
    with pytest.raises(Malformed) as caught:
        hook(body)
    assert caught.value.words
    assert "ada" not in str(caught.value)


def test_subscriptions() -> None:
    listed = {"webhooks": [{"event_type": "PACKAGE_UPDATE", "address": "https://a.example/h", "create_time": 1}]}
    http = ScriptedHttp(done(listed), done(), done())
    client = client_of(http)
    assert webhooks.list_(client, SHOP) == (Subscription("PACKAGE_UPDATE", "https://a.example/h"),)
    webhooks.put(client, SHOP, "PACKAGE_UPDATE", "https://a.example/h")
    webhooks.delete(client, SHOP, "PACKAGE_UPDATE")
    assert [(sent.method, sent.body, sent.write) for sent in http.sent] == [
        ("GET", b"", False),
        ("PUT", b'{"address":"https://a.example/h","event_type":"PACKAGE_UPDATE"}', True),
        ("DELETE", b'{"event_type":"PACKAGE_UPDATE"}', True),
    ]
    assert {path_of(sent) for sent in http.sent} == {"/event/202309/webhooks"}


def test_every_registered_event_is_known_by_name() -> None:
    assert len(set(webhooks.EVENT_TYPES)) == 7
    for number in (1, 3, 4, 6, 7, 11, 12):
        assert hook({"type": number}).name in webhooks.EVENT_TYPES


def test_decimals_stay_as_they_were_written() -> None:
    assert hook(b'{"type":67,"data":{"refund_total":1.10}}').data == {"refund_total": "1.10"}
