from __future__ import annotations

from typing import Any

import pytest

from tests.tiktok.scripted import NOW, SHOP, ScriptedHttp, body_of, client_of, done, path_of, query_of
from tokbridge.tiktok import cancellations
from tokbridge.tiktok.cancellations import Cancellation
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
