"""Reference tiktok-shop-api.md 11, "What a naive client gets wrong": one test per item, numbered alike.

Here the items about calls: tokens, signatures, queries, answers. Those about orders are in test_naive.
"""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.tiktok.scripted import (
    APP,
    SHOP,
    FixedTokens,
    ScriptedHttp,
    body_of,
    client_of,
    done,
    failed,
    path_of,
    query_of,
)
from tests.tiktok.test_tokens import PAIR
from tokbridge.core.errors import OutsideError, Refused
from tokbridge.core.wire import Request
from tokbridge.tiktok import (
    cancel_requests,
    cancellations,
    cancelling,
    fulfilment,
    logistics,
    orders,
    packages,
    splitting,
    tokens,
    webhooks,
)
from tokbridge.tiktok.signing import sign_request
from tokbridge.tiktok.transport import Client


def as_the_server_signs(sent: Request) -> str:
    """The signature a server computes from what arrived: decoded values, repeated keys joined by commas, raw body."""
    arrived = parse_qs(urlsplit(sent.url).query, keep_blank_values=True, strict_parsing=True)
    query = {name: ",".join(values) for name, values in arrived.items()}
    return sign_request(APP.secret, urlsplit(sent.url).path, query, sent.body)


def test_naive_tiktok_01_expire_in_is_a_moment_not_a_duration() -> None:
    pair = tokens.exchange(ScriptedHttp(done(PAIR)), APP, "code")
    assert (pair.access_expires, pair.refresh_expires) == (1700604800, 1731000000)


def test_naive_tiktok_02_token_calls_are_get_without_a_body() -> None:
    http = ScriptedHttp(done(PAIR), done(PAIR))
    tokens.exchange(http, APP, "code")
    tokens.refresh(http, APP, "refresh")
    assert [(sent.method, sent.body) for sent in http.sent] == [("GET", b""), ("GET", b"")]


@pytest.mark.parametrize("body", [{"z": 1, "a": "Straße 日本", "n": {"b": [1, 2]}, "q": '"\\/'}, {}, None])
def test_naive_tiktok_03_the_signed_bytes_are_the_sent_bytes(body: object) -> None:
    http = ScriptedHttp(done())
    client_of(http).call("x", "POST", "/p/1", body=body, cipher=SHOP.cipher)
    assert query_of(http.only)["sign"] == as_the_server_signs(http.only)
    assert body is None or json.loads(http.only.body) == body


def test_naive_tiktok_04_query_values_are_signed_decoded() -> None:
    token = "6AsPQ/N5M1k+7D1ud64 &=?#%2F=="
    http = ScriptedHttp(done())
    orders.search(client_of(http), SHOP, update_from=1, page_token=token)
    assert query_of(http.only)["page_token"] == token
    assert token not in http.only.url
    assert query_of(http.only)["sign"] == as_the_server_signs(http.only)


def test_naive_tiktok_05_ids_are_one_comma_joined_value() -> None:
    http = ScriptedHttp(done())
    orders.read(client_of(http), SHOP, ["1", "2", "3"])
    assert parse_qs(urlsplit(http.only.url).query)["ids"] == ["1,2,3"]
    assert query_of(http.only)["sign"] == as_the_server_signs(http.only)


@pytest.mark.parametrize("search", [orders.search, cancellations.search, packages.search_packages])
def test_naive_tiktok_06_page_size_stands_in_the_query(search: Callable[..., object]) -> None:
    http = ScriptedHttp(done())
    search(client_of(http), SHOP, update_from=1, page_token="t")
    assert query_of(http.only).keys() >= {"page_size", "page_token", "sort_field", "sort_order"}
    assert body_of(http.only) == {"update_time_ge": 1}


def test_naive_tiktok_13_failures_under_code_0_are_seen() -> None:
    error = {"code": 21008111, "message": "not yours", "detail": {"order_id": "2"}}
    http = ScriptedHttp(done({"errors": [error]}))
    found = orders.add_references(client_of(http), SHOP, [("1", "A", "SHOPIFY", []), ("2", "B", "SHOPIFY", [])])
    assert {order_id: error.words for order_id, error in found.items()} == {"2": "not yours"}


@pytest.mark.parametrize("http_status", [400, 401, 403, 404, 500])
def test_naive_tiktok_14_the_body_is_read_on_every_http_status(http_status: int) -> None:
    http = ScriptedHttp(failed(25001011, "already open", http_status))
    with pytest.raises(Refused) as caught:
        cancelling.cancel(client_of(http), SHOP, "1", "name")
    assert (caught.value.code, caught.value.words) == ("25001011", "already open")


@pytest.mark.parametrize(
    ("code", "message", "sent_times", "renewals"),
    [
        (36009004, "Missing credentials. The request does not include a required signature.", 1, 0),
        (36009004, "Invalid credentials. Invalid `app_key` query parameter.", 1, 0),
        (36009004, "Unexpected identifier. The `shop_cipher` query parameter is not required.", 1, 0),
        (36009004, "Invalid credentials. The `x-tts-access-token` header is invalid.", 2, 1),
        (36009004, "Invalid timestamp. The `timestamp` must not be earlier than 5 minutes before.", 2, 0),
        (36009002, "Too many requests.", 1, 0),
        (36009003, "Internal error.", 1, 0),
        (36009007, "Request timeout.", 1, 0),
        (36009009, "Invalid path.", 1, 0),
        (36009033, "Access denied. IP.", 1, 0),
        (36004005, "can not find related auth record", 1, 0),
    ],
)
def test_naive_tiktok_15_only_a_token_is_renewed_and_nothing_is_retried_blindly(
    code: int, message: str, sent_times: int, renewals: int
) -> None:
    http = ScriptedHttp(*[failed(code, message, 400)] * 2)
    given = FixedTokens()
    with pytest.raises(OutsideError):
        client_of(http, given).call("x", "GET", "/p")
    assert (len(http.sent), len(given.renewed)) == (sent_times, renewals)


SHOP_CALLS: list[Callable[[Client], object]] = [
    lambda c: orders.search(c, SHOP, update_from=1),
    lambda c: orders.search_created(c, SHOP, create_from=1),
    lambda c: orders.read(c, SHOP, ["1"]),
    lambda c: orders.add_references(c, SHOP, [("1", "A", "SHOPIFY", [])]),
    lambda c: fulfilment.ship_package(c, SHOP, "1", "p", "n"),
    lambda c: fulfilment.mark_shipped(c, SHOP, "1", ["2"], "p", "n"),
    lambda c: fulfilment.update_tracking(c, SHOP, "p", "n", order_id="1"),
    lambda c: packages.read_package(c, SHOP, "1"),
    lambda c: packages.search_packages(c, SHOP, update_from=1),
    lambda c: splitting.split_attributes(c, SHOP, ["1"]),
    lambda c: splitting.split(c, SHOP, "1", {}),
    lambda c: logistics.warehouses(c, SHOP),
    lambda c: logistics.delivery_options(c, SHOP, "1"),
    lambda c: logistics.providers(c, SHOP, "1"),
    lambda c: cancellations.search(c, SHOP, update_from=1),
    lambda c: cancellations.of_orders(c, SHOP, ["1"]),
    lambda c: cancelling.eligible_reasons(c, SHOP, "1"),
    lambda c: cancelling.cancel(c, SHOP, "1", "name"),
    lambda c: cancel_requests.approve(c, SHOP, "1"),
    lambda c: cancel_requests.reject(c, SHOP, "1", "name"),
    lambda c: cancel_requests.reject_reasons(c, SHOP, "1"),
    lambda c: webhooks.list_(c, SHOP),
    lambda c: webhooks.put(c, SHOP, "PACKAGE_UPDATE", "https://a.example"),
    lambda c: webhooks.delete(c, SHOP, "PACKAGE_UPDATE"),
]


@pytest.mark.parametrize("call", SHOP_CALLS, ids=range(len(SHOP_CALLS)))
def test_naive_tiktok_16_every_shop_call_carries_the_cipher(call: Callable[[Client], object]) -> None:
    http = ScriptedHttp(done({"package_id": "1", "cancel_id": "1"}))
    call(client_of(http))
    assert query_of(http.only)["shop_cipher"] == SHOP.cipher
    assert query_of(http.only)["sign"] == as_the_server_signs(http.only)


def test_naive_tiktok_16_authorization_does_not_carry_it() -> None:
    http = ScriptedHttp(done({}))
    tokens.authorised_shops(client_of(http))
    assert path_of(http.only) == "/authorization/202309/shops"
    assert query_of(http.only).keys() == {"app_key", "timestamp", "sign"}


def test_naive_tiktok_16_no_shop_call_is_forgotten() -> None:
    verbs = {
        name
        for module in (orders, fulfilment, logistics, cancellations, webhooks)
        for name, verb in vars(module).items()
        if inspect.isfunction(verb) and not name.startswith("_") and {"client", "shop"} <= verb.__annotations__.keys()
    }
    tested = {name for call in SHOP_CALLS for name in call.__code__.co_names} | {"ship"}
    assert verbs <= tested


@pytest.mark.parametrize("search", [orders.search, cancellations.search, packages.search_packages])
def test_naive_tiktok_24_order_and_bounds_are_always_said(search: Callable[..., object]) -> None:
    http = ScriptedHttp(done())
    search(client_of(http), SHOP, update_from=1, update_to=2)
    assert (query_of(http.only)["sort_field"], query_of(http.only)["sort_order"]) == ("update_time", "ASC")
    assert body_of(http.only) == {"update_time_ge": 1, "update_time_lt": 2}
