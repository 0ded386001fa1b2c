"""Reference tiktok-shop-api.md 11, "What a naive client gets wrong": one test per item, numbered alike.

Where the item is about the flow, the test holds the adapter's side of it.
"""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.tiktok.given import american, line, order, vietnamese
from tests.tiktok.scripted import (
    APP,
    SHOP,
    FixedTokens,
    ScriptedHttp,
    answer,
    body_of,
    client_of,
    done,
    failed,
    path_of,
    query_of,
)
from tests.tiktok.test_tokens import PAIR
from tokbridge.core import status
from tokbridge.core.books import books
from tokbridge.core.errors import OutsideError, Refused, Retry
from tokbridge.core.order import Address, Line
from tokbridge.core.status import Status
from tokbridge.core.wire import Request
from tokbridge.tiktok import cancellations, fulfilment, logistics, orders, tokens, webhooks
from tokbridge.tiktok.cancellations import Reason
from tokbridge.tiktok.mapping import to_order
from tokbridge.tiktok.signing import sign_request, sign_webhook
from tokbridge.tiktok.transport import Client

ONE, TWO = "579000000000000101", "579000000000000102"


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


@pytest.mark.parametrize("search", [orders.search, cancellations.search, fulfilment.search_packages])
def test_naive_tiktok_06_page_size_stands_in_the_query(search: Callable[..., object]) -> None:
    http = ScriptedHttp(done())
    search(client_of(http), SHOP, update_from=1, page_token="t")
    assert query_of(http.only).keys() >= {"page_size", "page_token", "sort_field", "sort_order"}
    assert body_of(http.only) == {"update_time_ge": 1}


def test_naive_tiktok_07_every_unit_is_a_line_of_its_own() -> None:
    raw = order(line_items=[line(quantity=5), line(id=TWO), line(id="579000000000000103")])
    assert len(to_order(raw, "s", "GB").lines) == 3
    assert "quantity" not in Line.__dataclass_fields__


def test_naive_tiktok_08_there_is_no_city_or_state() -> None:
    raw = order()
    raw["recipient_address"] |= {"city": "Wrong", "state": "Wrong"}
    recipient = to_order(raw, "s", "GB").recipient
    assert recipient is not None
    assert "Wrong" not in repr(recipient)
    assert [(d.level, d.name) for d in recipient.districts] == [("L0", "United Kingdom"), ("L1", "England")]
    assert not {"city", "state"} & Address.__dataclass_fields__.keys()


def test_naive_tiktok_09_an_order_on_hold_has_no_address_and_is_not_shipped() -> None:
    held = to_order(order(status="ON_HOLD", recipient_address={"full_address": "", "district_info": []}), "s", "GB")
    assert (held.status, held.recipient) == (Status.ON_HOLD, None)
    http = ScriptedHttp()
    with pytest.raises(Refused, match="ON_HOLD"):
        fulfilment.ship(client_of(http), SHOP, held, [ONE], "p", "JX12345")
    assert http.sent == []
    with pytest.raises(Retry):
        fulfilment.mark_shipped(client_of(ScriptedHttp(failed(21011044, "on hold"))), SHOP, "1", ["2"], "p", "JX12345")


@pytest.mark.parametrize(("said", "understood"), [(True, True), (False, False), (None, False), ("", False)])
def test_naive_tiktok_10_whether_the_shop_has_the_hour_is_kept(said: object, understood: bool) -> None:
    found = to_order(order(is_on_hold_order=said), "s", "GB")
    assert found.on_hold_shop is understood
    assert found.paid_time == 1700000060
    absent = order()
    del absent["is_on_hold_order"]
    assert to_order(absent, "s", "GB").on_hold_shop is False


def test_naive_tiktok_11_cancel_and_cancelled_are_one_status() -> None:
    body = b'{"type":1,"data":{"order_id":"1","order_status":"CANCEL"}}'
    hook = webhooks.verify_and_parse(APP, {"authorization": sign_webhook(APP.key, APP.secret, body)}, body)
    for word in (hook.data["order_status"], "CANCELLED"):
        assert status.parse(word) is Status.CANCELLED
        found = to_order(order(status=word, line_items=[line(display_status=word)]), "s", "GB")
        assert (found.status, found.live_lines) == (Status.CANCELLED, ())


def test_naive_tiktok_12_an_orders_cancel_reason_is_only_shown() -> None:
    raw = order(status="CANCELLED", cancel_reason="Không thể giao hàng đến địa chỉ khách hàng")
    found = to_order(raw, "s", "VN")
    assert found.cancel_reason == "Không thể giao hàng đến địa chỉ khách hàng"
    assert cancellations.pick_reason([Reason(found.cancel_reason, ())], "unable to deliver") is None


def test_naive_tiktok_13_failures_under_code_0_are_seen() -> None:
    error = {"code": 21008111, "message": "not yours", "detail": {"order_id": "2"}}
    http = ScriptedHttp(done({"errors": [error]}))
    found = orders.add_references(client_of(http), SHOP, [("1", "A", "SHOPIFY", []), ("2", "B", "SHOPIFY", [])])
    assert {order_id: error.words for order_id, error in found.items()} == {"2": "not yours"}


@pytest.mark.parametrize("http_status", [400, 401, 403, 404, 500])
def test_naive_tiktok_14_the_body_is_read_on_every_http_status(http_status: int) -> None:
    http = ScriptedHttp(failed(25001011, "already open", http_status))
    with pytest.raises(Refused) as caught:
        cancellations.cancel(client_of(http), SHOP, "1", "name")
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
    lambda c: fulfilment.read_package(c, SHOP, "1"),
    lambda c: fulfilment.search_packages(c, SHOP, update_from=1),
    lambda c: fulfilment.split_attributes(c, SHOP, ["1"]),
    lambda c: fulfilment.split(c, SHOP, "1", {}),
    lambda c: logistics.warehouses(c, SHOP),
    lambda c: logistics.delivery_options(c, SHOP, "1"),
    lambda c: logistics.providers(c, SHOP, "1"),
    lambda c: cancellations.search(c, SHOP, update_from=1),
    lambda c: cancellations.of_orders(c, SHOP, ["1"]),
    lambda c: cancellations.eligible_reasons(c, SHOP, "1"),
    lambda c: cancellations.cancel(c, SHOP, "1", "name"),
    lambda c: cancellations.approve(c, SHOP, "1"),
    lambda c: cancellations.reject(c, SHOP, "1", "name"),
    lambda c: cancellations.reject_reasons(c, SHOP, "1"),
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


def test_naive_tiktok_17_the_uk_gets_its_own_reason_names() -> None:
    entry = {
        "request_type": "CANCEL",
        "eligible": True,
        "order_line_items_ids": [ONE],
        "available_reason_names": ["seller_cancel_reason_wrong_price_uk", "seller_cancel_reason_out_of_stock_uk"],
    }
    http = ScriptedHttp(done({"sku_eligibility": [{"line_item_eligibility": [entry]}]}))
    offered = cancellations.eligible_reasons(client_of(http), SHOP, "1").reasons
    assert cancellations.pick_reason(offered, "out of stock") == "seller_cancel_reason_out_of_stock_uk"
    assert cancellations.pick_reason(offered, "buyer asked") is None


@pytest.mark.parametrize(
    ("package_id", "path"),
    [
        ("", "/fulfillment/202309/orders/579000000000000001/packages"),
        ("1153", "/fulfillment/202309/packages/1153/ship"),
    ],
)
def test_naive_tiktok_18_a_package_may_exist_or_not(package_id: str, path: str) -> None:
    found = to_order(order(line_items=[line(package_id=package_id)]), SHOP.id, SHOP.region)
    http = ScriptedHttp(done({"package_id": "77"}))
    assert fulfilment.ship(client_of(http), SHOP, found, [ONE], "p", "JX12345") == (package_id or "77")
    assert path_of(http.only) == path


@pytest.mark.parametrize(
    "raw",
    [
        order(fulfillment_type="FULFILLMENT_BY_TIKTOK"),
        order(fulfillment_type="FULFILLMENT_BY_DILAYANI_TOKOPEDIA"),
        order(shipping_type="TIKTOK"),
        order(shipping_type="TIKTOK_DIGITAL"),
        vietnamese(),
    ],
)
def test_naive_tiktok_19_what_tiktok_ships_takes_no_tracking_of_ours(raw: dict[str, object]) -> None:
    http = ScriptedHttp()
    with pytest.raises(Refused) as caught:
        fulfilment.ship(client_of(http), SHOP, to_order(raw, SHOP.id, "VN"), [ONE, TWO], "p", "JX12345")
    assert caught.value.code == "not ours to ship"
    assert http.sent == []


def test_naive_tiktok_20_carriers_are_asked_for_the_orders_own_delivery_option() -> None:
    found = to_order(order(delivery_option_id="7091000000000000042"), "s", "GB")
    http = ScriptedHttp(done({"shipping_providers": [{"id": "81", "name": "Royal Mail"}]}))
    (provider,) = logistics.providers(client_of(http), SHOP, found.delivery_option_id)
    assert (provider.id, provider.name) == ("81", "Royal Mail")
    assert path_of(http.only) == "/logistics/202309/delivery_options/7091000000000000042/shipping_providers"


def test_naive_tiktok_21_a_webhook_is_verified_raw_and_may_be_told_from_its_double() -> None:
    body = b'{ "type": 1,\n "tts_notification_id": "77", "data": {"order_id": "1", "note": "Stra\xc3\x9fe"} }'
    headers = {"authorization": sign_webhook(APP.key, APP.secret, body)}
    first, second = (webhooks.verify_and_parse(APP, headers, body) for _ in range(2))
    assert first == second
    assert (first.notification_id, first.order_ids) == ("77", ("1",))
    with pytest.raises(webhooks.BadSignature):
        webhooks.verify_and_parse(APP, headers, json.dumps(json.loads(body)).encode())


def test_naive_tiktok_22_ids_are_never_floats() -> None:
    body = b'{"type":5,"shop_id":7495540735365777507,"data":{"product_id":1729592969712207013,"update_time":5}}'
    hook = webhooks.verify_and_parse(APP, {"authorization": sign_webhook(APP.key, APP.secret, body)}, body)
    assert hook.shop_id == "7495540735365777507"
    assert hook.data == {"product_id": "1729592969712207013", "update_time": 5}
    raw = order(id=57646141303878575299, line_items=[line(id=57646141303878575298)])
    http = ScriptedHttp(answer({"code": 0, "data": {"orders": [raw]}}))
    (read,) = orders.read(client_of(http), SHOP, ["57646141303878575299"]).orders
    found = to_order(read, "s", "GB")
    assert (found.id, found.lines[0].id) == ("57646141303878575299", "57646141303878575298")


def test_naive_tiktok_23_tiktoks_spelling_is_kept() -> None:
    shed = {"id": "1", "address": {"distict": "Holbeck", "district": "corrected"}}
    assert logistics.warehouses(client_of(ScriptedHttp(done({"warehouses": [shed]}))), SHOP)[0].district == "Holbeck"
    entry = {
        "request_type": "CANCEL",
        "eligible": True,
        "available_reason_names": ["n"],
        "order_line_items_ids": ["1"],
        "order_line_item_ids": ["corrected"],
    }
    http = ScriptedHttp(done({"sku_eligibility": [{"line_item_eligibility": [entry]}]}))
    assert cancellations.eligible_reasons(client_of(http), SHOP, "1").reasons == (Reason("n", ("1",)),)


@pytest.mark.parametrize("search", [orders.search, cancellations.search, fulfilment.search_packages])
def test_naive_tiktok_24_order_and_bounds_are_always_said(search: Callable[..., object]) -> None:
    http = ScriptedHttp(done())
    search(client_of(http), SHOP, update_from=1, update_to=2)
    assert (query_of(http.only)["sort_field"], query_of(http.only)["sort_order"]) == ("update_time", "ASC")
    assert body_of(http.only) == {"update_time_ge": 1, "update_time_lt": 2}


def test_naive_tiktok_25_what_tiktok_pays_is_told_apart_from_what_the_buyer_paid() -> None:
    found = to_order(order(), "s", "GB")
    assert found.payment.total_amount == 2149
    assert (found.payment.platform_discount, found.payment.shipping_fee_platform_discount) == (100, 100)
    assert [unit.platform_discount for unit in found.lines] == [50, 50]
    assert (books(found).buyer_paid, books(found).tiktok_pays, books(found).seller_view) == (2149, 200, 2349)


@pytest.mark.parametrize(
    ("raw", "region", "seller_view"), [(american(), "US", 2353 + 100), (vietnamese(), "VN", 351000)]
)
def test_naive_tiktok_25_the_books_of_other_regions(raw: dict[str, object], region: str, seller_view: int) -> None:
    assert books(to_order(raw, "s", region)).seller_view == seller_view
