"""Webhooks: golden signatures of reference 4.5, topics, and what must be turned away."""

from __future__ import annotations

import hashlib
import json

import pytest

from tests.stores.shopify.fake import SHOP, store_with
from tokbridge.stores.base import HookMalformed, HookRefused
from tokbridge.stores.shopify import ShopifyStore
from tokbridge.stores.shopify.webhooks import sign

SECRET = "hush-this-is-a-test-secret"
BODY = (
    '{"id":255858046,"admin_graphql_api_id":"gid://shopify/Fulfillment/255858046","order_id":450789469,'
    '"status":"success","tracking_company":"UPS","tracking_number":"1Z2345","tracking_numbers":["1Z2345"],'
    '"name":"#1001.1","note":"café"}'
).encode()
SIGNATURE = "8Pu/NJ8xp++H/dGeJXUd585tX4zXZn/HnuHxv+WtMhg="


def the_store() -> ShopifyStore:
    store, _ = store_with(client_id="id", client_secret=SECRET, token="", webhook_secrets=("older",))
    return store


def headers(topic: str, body: bytes, secret: str = SECRET, shop: str = SHOP) -> dict[str, str]:
    return {
        "X-Shopify-Topic": topic,
        "X-Shopify-Hmac-Sha256": sign(secret, body),
        "X-Shopify-Shop-Domain": shop,
        "X-Shopify-Webhook-Id": "b54557e4",
    }


def test_the_vector_is_the_reference_s() -> None:
    assert len(BODY) == 231
    assert hashlib.sha256(BODY).hexdigest() == "c5fcfaf3c1c6bbedbe7cbb2cdc6fe6ac608db5a2270ce320475fe94377bfa5bf"


def test_golden_signature() -> None:
    hint = the_store().hints({**headers("fulfillments/create", b""), "x-shopify-hmac-sha256": SIGNATURE}, BODY)
    assert (hint.topic, hint.event_id) == ("fulfillments/create", "b54557e4")
    assert hint.order_refs == ("gid://shopify/Order/450789469",)
    assert sign(SECRET, BODY) == SIGNATURE
    assert sign(SECRET, b"") == "sF4nO/uV1iL129XwecoR1srD5Zi+Pmc2laK1peo812s="


@pytest.mark.parametrize(
    "signature",
    [
        "6YrjhuH4Yun+5qbYiNLtcLtltNRfpmMKx4oVjhoO0Og=",  # é escaped
        "5C/YQTDtJKi2Yjj7UP0Xil2ooYirWonFco5XYbKHtWc=",  # and blanks after separators
        "sF4nO/uV1iL129XwecoR1srD5Zi+Pmc2laK1peo812s=",  # of the empty body
        SIGNATURE.lower(),
        "",
        "é",
    ],
)
def test_other_signatures_are_refused(signature: str) -> None:
    given = headers("fulfillments/create", BODY) | {"X-Shopify-Hmac-Sha256": signature}
    with pytest.raises(HookRefused):
        the_store().hints(given, BODY)


def test_header_names_of_any_case_and_old_secrets() -> None:
    given = {name.lower(): value for name, value in headers("fulfillments/update", BODY, "older").items()}
    assert the_store().hints(given, BODY).topic == "fulfillments/update"


def test_without_any_secret_nothing_passes() -> None:
    store, _ = store_with()
    with pytest.raises(HookRefused):
        store.hints(headers("fulfillments/create", BODY, ""), BODY)


def test_another_shop_is_refused() -> None:
    with pytest.raises(HookRefused, match="shop"):
        the_store().hints(headers("orders/updated", BODY, shop="other.myshopify.com"), BODY)
    with pytest.raises(HookRefused):
        the_store().hints({"X-Shopify-Hmac-Sha256": SIGNATURE, "X-Shopify-Topic": "orders/updated"}, BODY)
    assert the_store().hints(headers("fulfillments/create", BODY, shop=SHOP.upper()), BODY)


@pytest.mark.parametrize(
    ("topic", "body", "refs"),
    [
        ("orders/updated", {"id": 5, "order_id": 6}, ("gid://shopify/Order/5",)),
        ("orders/cancelled", {"id": 5}, ("gid://shopify/Order/5",)),
        ("refunds/create", {"id": 5, "order_id": 6}, ("gid://shopify/Order/6",)),
        ("fulfillments/update", {"id": 5, "order_id": 6}, ("gid://shopify/Order/6",)),
        ("app/uninstalled", {"id": 5, "domain": SHOP}, ()),
        ("products/update", {"id": 5}, ()),
    ],
)
def test_topics(topic: str, body: dict[str, object], refs: tuple[str, ...]) -> None:
    raw = json.dumps(body).encode()
    assert the_store().hints(headers(topic, raw), raw).order_refs == refs


@pytest.mark.parametrize(
    "body", [b"", b"not json", b"[]", b"{}", b'{"id": null}', b'{"id": "5"}', b'{"id": true}', b"\xff"]
)
def test_a_signed_body_nobody_can_read(body: bytes) -> None:
    with pytest.raises(HookMalformed):
        the_store().hints(headers("orders/updated", body), body)
