from __future__ import annotations

from typing import Any

import pytest

from tests.tiktok.scripted import NOW, SHOP, ScriptedHttp, body_of, client_of, done, failed, path_of, query_of
from tokbridge.core.errors import Refused, Unknown
from tokbridge.tiktok import cancellations
from tokbridge.tiktok.cancellations import Cancellation, Eligibility, Ineligible, PlainReason, Reason, RejectReason
from tokbridge.tiktok.errors import Unreadable

RAW: dict[str, Any] = {
    "cancel_id": "4035000000000000001",
    "order_id": "579000000000000001",
    "cancel_type": "BUYER_CANCEL",
    "cancel_status": "CANCELLATION_REQUEST_PENDING",
    "role": "BUYER",
    "cancel_reason": "ecom_order_to_ship_canceled_reason_no_longer_needed_uk",
    "cancel_reason_text": "No longer needed",
    "create_time": 1700000100,
    "update_time": 1700000200,
    "should_replenish_stock": True,
    "cancel_line_items": [{"cancel_line_item_id": "1", "order_line_item_id": "579000000000000101", "sku_id": "9"}],
    "seller_next_action_response": [{"action": "SELLER_RESPOND_BUYER_CANCEL", "deadline": 1700172900}],
}
READ = Cancellation(
    id="4035000000000000001",
    order_id="579000000000000001",
    type="BUYER_CANCEL",
    status="CANCELLATION_REQUEST_PENDING",
    role="BUYER",
    reason="ecom_order_to_ship_canceled_reason_no_longer_needed_uk",
    reason_text="No longer needed",
    create_time=1700000100,
    update_time=1700000200,
    line_ids=("579000000000000101",),
    answer_by=1700172900,
)


def test_search() -> None:
    http = ScriptedHttp(done({"cancellations": [RAW], "total_count": 3, "next_page_token": "t/="}), done({}))
    client = client_of(http)
    page = cancellations.search(client, SHOP, update_from=5, update_to=9)
    assert page.cancellations == (READ,)
    assert (page.total_count, page.next_page_token, page.server_time) == (3, "t/=", NOW)
    assert path_of(http.sent[0]) == "/return_refund/202602/cancellations/search"
    assert http.sent[0].body == b'{"update_time_ge":5,"update_time_lt":9}'
    asked = query_of(http.sent[0])
    assert (asked["page_size"], asked["sort_field"], asked["sort_order"]) == ("50", "update_time", "ASC")
    assert cancellations.search(client, SHOP, update_from=5, page_token="t/=", page_size=10).cancellations == ()
    assert (query_of(http.sent[1])["page_token"], query_of(http.sent[1])["page_size"]) == ("t/=", "10")
    assert not http.sent[1].write


@pytest.mark.parametrize(
    ("actions", "answer_by"),
    [
        (None, None),
        ([], None),
        ([{"action": "SELLER_RESPOND_REFUND", "deadline": 5}], None),
        ([{"action": "SELLER_RESPOND_CANCEL", "deadline": 7}], 7),
        ([{"action": "SELLER_RESPOND_BUYER_CANCEL"}], None),
    ],
)
def test_answer_by(actions: object, answer_by: int | None) -> None:
    raw = {**RAW, "seller_next_action_response": actions}
    page = cancellations.search(
        client_of(ScriptedHttp(done({"cancellations": [raw], "total_count": 1}))), SHOP, update_from=5
    )
    assert page.cancellations[0].answer_by == answer_by


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"cancellations": [{**RAW, "order_id": None}], "total_count": 1}, "cancellations.0.order_id"),
        ({"cancellations": [RAW]}, "total_count"),
    ],
)
def test_a_page_nobody_can_read(data: dict[str, object], field: str) -> None:
    with pytest.raises(Unreadable) as caught:
        cancellations.search(client_of(ScriptedHttp(done(data))), SHOP, update_from=5)
    assert caught.value.field == field


def test_of_orders_follows_all_pages() -> None:
    http = ScriptedHttp(
        done({"cancellations": [RAW], "total_count": 2, "next_page_token": "n="}),
        done({"cancellations": [{**RAW, "cancel_id": "2"}], "total_count": 2, "next_page_token": ""}),
    )
    found = cancellations.of_orders(client_of(http), SHOP, ["579000000000000001"])
    assert [cancellation.id for cancellation in found] == ["4035000000000000001", "2"]
    assert [body_of(sent) for sent in http.sent] == [{"order_ids": ["579000000000000001"]}] * 2
    assert query_of(http.sent[1])["page_token"] == "n="


def test_of_orders_ends_on_a_page_token_that_stands_still() -> None:
    same = {"cancellations": [RAW], "total_count": 2, "next_page_token": "n="}
    assert len(cancellations.of_orders(client_of(ScriptedHttp(done(same), done(same))), SHOP, ["1"])) == 2


def test_eligible_reasons() -> None:
    entries = [
        {
            "request_type": "CANCEL",
            "eligible": True,
            "order_line_items_ids": ["1", "2"],
            "available_reason_names": ["seller_cancel_reason_out_of_stock_uk", "seller_cancel_reason_wrong_price_uk"],
        },
        {
            "request_type": "CANCEL",
            "eligible": False,
            "ineligible_code": 25001011,
            "ineligible_reason": "there are processing reverse order exists",
            "order_line_items_ids": ["3"],
        },
        {"request_type": "REFUND", "eligible": True, "available_reason_names": ["other"]},
    ]
    more = {
        "request_type": "CANCEL",
        "eligible": True,
        "order_line_items_ids": ["4"],
        "available_reason_names": ["seller_cancel_reason_out_of_stock_uk"],
    }
    data = {"sku_eligibility": [{"sku_id": "9", "line_item_eligibility": entries}, {"line_item_eligibility": [more]}]}
    http = ScriptedHttp(done(data), done({}))
    client = client_of(http)
    assert cancellations.eligible_reasons(client, SHOP, "579") == Eligibility(
        reasons=(
            Reason("seller_cancel_reason_out_of_stock_uk", ("1", "2", "4")),
            Reason("seller_cancel_reason_wrong_price_uk", ("1", "2")),
        ),
        ineligible=(Ineligible("25001011", "there are processing reverse order exists", ("3",)),),
    )
    assert path_of(http.sent[0]) == "/return_refund/202602/orders/579/aftersale_eligibility"
    asked = query_of(http.sent[0])
    assert (asked["request_types"], asked["initiate_aftersale_user"]) == ("CANCEL", "SELLER")
    assert cancellations.eligible_reasons(client, SHOP, "579") == Eligibility((), ())


PLAIN: list[PlainReason] = ["out of stock", "pricing error", "unable to deliver", "buyer asked"]


@pytest.mark.parametrize(
    ("offered", "picked"),
    [
        (
            (
                "seller_cancel_reason_out_of_stock",
                "seller_cancel_reason_wrong_price",
                "seller_cancel_paid_reason_address_not_deliver",
                "seller_cancel_paid_reason_buyer_requested_cancellation",
            ),
            (
                "seller_cancel_reason_out_of_stock",
                "seller_cancel_reason_wrong_price",
                "seller_cancel_paid_reason_address_not_deliver",
                "seller_cancel_paid_reason_buyer_requested_cancellation",
            ),
        ),
        (
            ("seller_cancel_unpaid_reason_out_of_stock_uk", "seller_cancel_unpaid_reason_wrong_price_uk"),
            ("seller_cancel_unpaid_reason_out_of_stock_uk", "seller_cancel_unpaid_reason_wrong_price_uk", None, None),
        ),
        (
            (
                "seller_cancel_unpaid_reason_buyer_hasnt_paid_within_time_allowed",
                "seller_cancel_unpaid_reason_buyer_requested_cancellation",
            ),
            (None, None, None, "seller_cancel_unpaid_reason_buyer_requested_cancellation"),
        ),
        (("system_out_of_stock", "seller_cancel_order_reason_potential_fraud"), (None, None, None, None)),
        ((), (None, None, None, None)),
    ],
)
def test_pick_reason(offered: tuple[str, ...], picked: tuple[str | None, ...]) -> None:
    reasons = [Reason(name, ("1",)) for name in offered]
    assert tuple(cancellations.pick_reason(reasons, plain) for plain in PLAIN) == picked


def test_cancel_an_order_or_units_of_it() -> None:
    made = {"cancel_id": 4035000000000000009, "cancel_status": "CANCELLATION_REQUEST_SUCCESS"}
    http = ScriptedHttp(done(made), done(made))
    client = client_of(http)
    expected = ("4035000000000000009", "CANCELLATION_REQUEST_SUCCESS")
    assert cancellations.cancel(client, SHOP, "579", "name") == expected
    assert cancellations.cancel(client, SHOP, "579", "name", ["1", "2"]) == expected
    assert path_of(http.sent[0]) == "/return_refund/202602/cancellations"
    assert [body_of(sent) for sent in http.sent] == [
        {"order_id": "579", "cancel_reason": "name"},
        {"order_id": "579", "cancel_reason": "name", "order_line_item_ids": ["1", "2"]},
    ]
    assert http.sent[0].write


def test_cancel_without_a_clear_answer_is_doubt() -> None:
    for answer in (done({}), failed(36009007, "Request timeout.", 500), Unknown("timeout", "")):
        with pytest.raises(Unknown):
            cancellations.cancel(client_of(ScriptedHttp(answer)), SHOP, "579", "name")


def test_a_reason_that_does_not_fit_is_refused() -> None:
    with pytest.raises(Refused) as caught:
        cancellations.cancel(
            client_of(ScriptedHttp(failed(25001021, "Reason not match order status"))), SHOP, "579", "name"
        )
    assert (caught.value.code, caught.value.words) == ("25001021", "Reason not match order status")


def test_answer_a_buyers_request() -> None:
    http = ScriptedHttp(done(), done(), done())
    client = client_of(http)
    cancellations.approve(client, SHOP, "4035", key="k1")
    cancellations.reject(client, SHOP, "4035", "packed", "It is on the van.", key="k2")
    cancellations.reject(client, SHOP, "4035", "packed")
    base = "/return_refund/202309/cancellations/4035"
    assert [path_of(sent) for sent in http.sent] == [f"{base}/approve", f"{base}/reject", f"{base}/reject"]
    assert [sent.body for sent in http.sent] == [
        b"{}",
        b'{"reject_reason":"packed","comment":"It is on the van."}',
        b'{"reject_reason":"packed"}',
    ]
    assert [query_of(sent).get("idempotency_key") for sent in http.sent] == ["k1", "k2", None]
    assert all(sent.write for sent in http.sent)


def test_reject_reasons() -> None:
    http = ScriptedHttp(done({"reasons": [{"name": "packed", "text": "Already packed"}]}), done({}))
    client = client_of(http)
    assert cancellations.reject_reasons(client, SHOP, "4035", "en-GB") == (RejectReason("packed", "Already packed"),)
    assert path_of(http.sent[0]) == "/return_refund/202309/reject_reasons"
    assert (query_of(http.sent[0])["return_or_cancel_id"], query_of(http.sent[0])["locale"]) == ("4035", "en-GB")
    assert cancellations.reject_reasons(client, SHOP, "4035") == ()
