"""Whole orders and single units taken back."""

from __future__ import annotations

import pytest

from tests.stores.shopify.fake import ORDER, answer, money, row, store_with
from tokbridge.core.errors import OutsideError, Refused, Retry, Unknown
from tokbridge.core.wire import Response
from tokbridge.stores.nouns import ParcelItem

LINE = "gid://shopify/LineItem/1"


def state(cancelled_at: str | None) -> Response:
    return answer({"order": {"id": ORDER, "cancelledAt": cancelled_at}})


def cancelled(*words: str) -> Response:
    errors = [{"field": None, "message": text, "code": "INVALID"} for text in words]
    job = None if words else {"id": "gid://shopify/Job/0198", "done": False}
    return answer({"orderCancel": {"job": job, "orderCancelUserErrors": errors}})


class TestOrder:
    def test_accepted_is_not_done_until_the_order_says_so(self) -> None:
        store, http = store_with(state(None), cancelled(), state("2026-09-21T14:00:00Z"))
        assert store.cancel_order(ORDER, "Buyer's remorse", True) is False
        assert http.variables() == {
            "id": ORDER,
            "reason": "OTHER",
            "restock": True,
            "note": "Buyer's remorse",
            "refund": {"originalPaymentMethodsRefund": True},
        }
        assert store.cancel_order(ORDER, "Buyer's remorse", True) is True
        assert http.operations == ["order", "orderCancel", "order"]

    def test_reasons_that_shopify_knows_pass(self) -> None:
        store, http = store_with(state(None), cancelled())
        store.cancel_order(ORDER, "customer", False)
        assert (http.variables()["reason"], http.variables()["restock"]) == ("CUSTOMER", False)

    def test_a_long_note_is_cut(self) -> None:
        store, http = store_with(state(None), cancelled())
        store.cancel_order(ORDER, "é" * 300, True)
        assert http.variables()["note"] == "é" * 255

    def test_errors(self) -> None:
        store, _ = store_with(state(None), cancelled("Cannot cancel an order that has already been canceled"))
        assert store.cancel_order(ORDER, "", True) is True
        store, _ = store_with(state(None), cancelled("Cancellation is already in progress"))
        assert store.cancel_order(ORDER, "", True) is False
        store, _ = store_with(state(None), cancelled("Cannot cancel an order that has outstanding fulfillments"))
        with pytest.raises(Refused, match="outstanding fulfillments"):
            store.cancel_order(ORDER, "", True)
        store, _ = store_with(answer({"order": None}))
        with pytest.raises(Refused, match="no order"):
            store.cancel_order(ORDER, "", True)


def removed(*rows: object, notes: tuple[str, ...] = ()) -> Response:
    refunds = [{"note": note} for note in notes]
    return answer(
        {"order": {"id": ORDER, "currencyCode": "EUR", "refunds": refunds, "lineItems": {"nodes": list(rows)}}}
    )


def suggested(*parts: tuple[int, str, str]) -> Response:
    transactions = [
        {
            "gateway": gateway,
            "amountSet": money(amount),
            "parentTransaction": {"id": f"gid://shopify/OrderTransaction/{number}"},
        }
        for number, gateway, amount in parts
    ]
    return answer({"order": {"suggestedRefund": {"suggestedTransactions": transactions}}})


def refunded(*words: str) -> Response:
    errors = [{"field": None, "message": text} for text in words]
    return answer(
        {"refundCreate": {"refund": None if words else {"id": "gid://shopify/Refund/1"}, "userErrors": errors}}
    )


class TestLines:
    def test_units_and_their_money(self) -> None:
        store, http = store_with(
            removed(row(1, quantity=3), row(2)),
            suggested((5, "TikTok Shop", "8.0"), (6, "TikTok platform discount", "2.0"), (7, "Nothing", "0.0")),
            refunded(),
        )
        store.cancel_lines(ORDER, [ParcelItem(LINE, "A", 1), ParcelItem(LINE, "A", 1)], True, "cancel-77")
        taken = [{"lineItemId": LINE, "quantity": 2, "restockType": "CANCEL"}]
        assert http.variables(1) == {"id": ORDER, "items": taken}
        booked = {"orderId": ORDER, "kind": "REFUND"}
        parent = "gid://shopify/OrderTransaction"
        assert http.variables(2) == {
            "input": {
                "orderId": ORDER,
                "note": "Tokbridge cancel-77",
                "notify": False,
                "refundLineItems": taken,
                "transactions": [
                    {**booked, "parentId": f"{parent}/5", "gateway": "TikTok Shop", "amount": "8.0"},
                    {**booked, "parentId": f"{parent}/6", "gateway": "TikTok platform discount", "amount": "2.0"},
                ],
            },
            "key": "cancel-77",
        }
        assert b"@idempotent(key: $key)" in http.requests[2].body

    def test_unpaid_order_has_no_money_to_book(self) -> None:
        store, http = store_with(removed(row(1)), suggested(), refunded())
        store.cancel_lines(ORDER, [ParcelItem(LINE, "A", 1)], False, "k")
        assert http.variables()["input"]["transactions"] == []
        assert http.variables()["input"]["refundLineItems"][0]["restockType"] == "NO_RESTOCK"

    def test_never_twice_with_the_same_key(self) -> None:
        store, http = store_with(removed(row(1, quantity=3), notes=("something", "Tokbridge k")))
        store.cancel_lines(ORDER, [ParcelItem(LINE, "A", 1)], True, "k")
        assert http.operations == ["order"]

    def test_never_more_than_the_row_still_has(self) -> None:
        left = row(1, quantity=3, currentQuantity=1)
        store, http = store_with(removed(left, notes=("Tokbridge other",)), suggested(), refunded())
        store.cancel_lines(ORDER, [ParcelItem(LINE, "A", 2)], True, "k")
        assert http.variables()["input"]["refundLineItems"][0]["quantity"] == 1
        store, http = store_with(removed(row(1, quantity=3, currentQuantity=0)))
        store.cancel_lines(ORDER, [ParcelItem(LINE, "A", 2)], True, "k")
        assert http.operations == ["order"]

    def test_shipped_units_stay(self) -> None:
        store, http = store_with(removed(row(1, "A", 3, unfulfilledQuantity=1)))
        with pytest.raises(Refused, match="A: the units to cancel are already shipped"):
            store.cancel_lines(ORDER, [ParcelItem(LINE, "A", 2)], True, "k")
        assert http.operations == ["order"]

    def test_unknown_rows_and_orders_are_refused(self) -> None:
        store, _ = store_with(removed(row(2)))
        with pytest.raises(Refused, match="no row"):
            store.cancel_lines(ORDER, [ParcelItem(LINE, "A", 1)], True, "k")
        store, _ = store_with(answer({"order": None}))
        with pytest.raises(Refused, match="no order"):
            store.cancel_lines(ORDER, [ParcelItem(LINE, "A", 1)], True, "k")

    @pytest.mark.parametrize(
        ("words", "kind"),
        [
            ("The request with this idempotency key has different parameters than the original request.", Unknown),
            ("Another request with this key is in progress", Retry),
            ("Refund amount $25.00 is greater than net payment received $15.00", Refused),
            ("Quantity cannot refund more items than were purchased", Refused),
        ],
    )
    def test_errors(self, words: str, kind: type[OutsideError]) -> None:
        store, _ = store_with(removed(row(1)), suggested(), refunded(words))
        with pytest.raises(OutsideError) as caught:
            store.cancel_lines(ORDER, [ParcelItem(LINE, "A", 1)], True, "k")
        assert type(caught.value) is kind

    def test_neither_refund_nor_error_is_unknown(self) -> None:
        nothing = answer({"refundCreate": {"refund": None, "userErrors": []}})
        store, _ = store_with(removed(row(1)), suggested(), nothing)
        with pytest.raises(Unknown):
            store.cancel_lines(ORDER, [ParcelItem(LINE, "A", 1)], True, "k")
