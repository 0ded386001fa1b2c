from __future__ import annotations

import pytest

from tests.tiktok.scripted import SHOP, ScriptedHttp, body_of, client_of, done, failed, path_of, query_of
from tokbridge.core.errors import Refused, Unknown
from tokbridge.tiktok import cancelling
from tokbridge.tiktok.cancelling import Eligibility, Ineligible, PlainReason, Reason


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
    assert cancelling.eligible_reasons(client, SHOP, "579") == Eligibility(
        reasons=(
            Reason("seller_cancel_reason_out_of_stock_uk", ("1", "2", "4")),
            Reason("seller_cancel_reason_wrong_price_uk", ("1", "2")),
        ),
        ineligible=(Ineligible("25001011", "there are processing reverse order exists", ("3",)),),
    )
    assert path_of(http.sent[0]) == "/return_refund/202602/orders/579/aftersale_eligibility"
    asked = query_of(http.sent[0])
    assert (asked["request_types"], asked["initiate_aftersale_user"]) == ("CANCEL", "SELLER")
    assert cancelling.eligible_reasons(client, SHOP, "579") == Eligibility((), ())


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
    assert tuple(cancelling.pick_reason(reasons, plain) for plain in PLAIN) == picked


def test_cancel_an_order_or_units_of_it() -> None:
    made = {"cancel_id": 4035000000000000009, "cancel_status": "CANCELLATION_REQUEST_SUCCESS"}
    http = ScriptedHttp(done(made), done(made))
    client = client_of(http)
    expected = ("4035000000000000009", "CANCELLATION_REQUEST_SUCCESS")
    assert cancelling.cancel(client, SHOP, "579", "name") == expected
    assert cancelling.cancel(client, SHOP, "579", "name", ["1", "2"]) == expected
    assert path_of(http.sent[0]) == "/return_refund/202602/cancellations"
    assert [body_of(sent) for sent in http.sent] == [
        {"order_id": "579", "cancel_reason": "name"},
        {"order_id": "579", "cancel_reason": "name", "order_line_item_ids": ["1", "2"]},
    ]
    assert http.sent[0].write


def test_cancel_without_a_clear_answer_is_doubt() -> None:
    for answer in (done({}), failed(36009007, "Request timeout.", 500), Unknown("timeout", "")):
        with pytest.raises(Unknown):
            cancelling.cancel(client_of(ScriptedHttp(answer)), SHOP, "579", "name")


def test_a_reason_that_does_not_fit_is_refused() -> None:
    with pytest.raises(Refused) as caught:
        cancelling.cancel(
            client_of(ScriptedHttp(failed(25001021, "Reason not match order status"))), SHOP, "579", "name"
        )
    assert (caught.value.code, caught.value.words) == ("25001021", "Reason not match order status")
