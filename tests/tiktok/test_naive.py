"""Reference tiktok-shop-api.md 11, "What a naive client gets wrong": one test per item, numbered alike.

Here the items about orders, parcels, cancellations and events; those about calls are in test_naive_calls. Where the
item is about the flow, the test holds the adapter's side of it.
"""

from __future__ import annotations

import json

import pytest

from tests.tiktok.given import american, line, order, vietnamese
from tests.tiktok.scripted import APP, SHOP, ScriptedHttp, answer, client_of, done, failed, path_of
from tokbridge.core import status
from tokbridge.core.books import books
from tokbridge.core.errors import Refused, Retry
from tokbridge.core.order import Address, Line
from tokbridge.core.status import Status
from tokbridge.tiktok import cancelling, fulfilment, logistics, orders, webhooks
from tokbridge.tiktok.cancelling import Reason
from tokbridge.tiktok.mapping import to_order
from tokbridge.tiktok.signing import sign_webhook

ONE, TWO = "579000000000000101", "579000000000000102"


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
    assert cancelling.pick_reason([Reason(found.cancel_reason, ())], "unable to deliver") is None


def test_naive_tiktok_17_the_uk_gets_its_own_reason_names() -> None:
    entry = {
        "request_type": "CANCEL",
        "eligible": True,
        "order_line_items_ids": [ONE],
        "available_reason_names": ["seller_cancel_reason_wrong_price_uk", "seller_cancel_reason_out_of_stock_uk"],
    }
    http = ScriptedHttp(done({"sku_eligibility": [{"line_item_eligibility": [entry]}]}))
    offered = cancelling.eligible_reasons(client_of(http), SHOP, "1").reasons
    assert cancelling.pick_reason(offered, "out of stock") == "seller_cancel_reason_out_of_stock_uk"
    assert cancelling.pick_reason(offered, "buyer asked") is None


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
    assert cancelling.eligible_reasons(client_of(http), SHOP, "1").reasons == (Reason("n", ("1",)),)


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
