"""Cancelling whole orders and single units: what is written, what is refused, and what a repetition does."""

from __future__ import annotations

import pytest

from tests.stores.magento.fake import NOW, comment, fail, item, missing, ok, order, processing, store_with
from tokbridge.core.errors import Refused, Retry, Unknown
from tokbridge.core.wire import Response
from tokbridge.stores.nouns import ParcelItem

CANCELED = {"state": "canceled", "status": "canceled"}
CLOSED = {"state": "closed", "status": "closed"}
ONE = [ParcelItem("12", "TT-A", 1, ("u1",))]


def test_an_open_order_is_cancelled_and_told_why() -> None:
    done = order(item(canceled=2), **CANCELED)
    store, http = store_with(ok(order()), ok(True), ok(done), ok(True))
    assert store.cancel_order("9", "Buyer changed mind 😀", restock=True) is True
    assert http.writes == ["POST orders/9/cancel", "POST orders/9/comments"]
    history = http.written("order.comment")["statusHistory"]
    assert history["comment"] == "Cancelled by Tokbridge: Buyer changed mind ?"
    assert history["status"] == "canceled"


def test_a_lost_remark_changes_nothing() -> None:
    done = order(item(canceled=2), **CANCELED)
    store, _ = store_with(ok(order()), ok(True), ok(done), Unknown("timeout", ""))
    assert store.cancel_order("9", "why", restock=True) is True


@pytest.mark.parametrize("state", [CANCELED, CLOSED])
def test_cancelled_already(state: dict[str, str]) -> None:
    store, http = store_with(ok(order(item(canceled=2), **state)))
    assert store.cancel_order("9", "why", restock=True) is True
    assert http.writes == []


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (processing(item(shipped=1)), "shipped"),
        (order(item(shipped=2, invoiced=2), state="complete", status="complete"), "shipped"),
        (order(state="holded", status="holded"), "release the hold"),
    ],
)
def test_what_cannot_be_cancelled(found: dict[str, object], words: str) -> None:
    store, http = store_with(ok(found))
    with pytest.raises(Refused, match=words) as caught:
        store.cancel_order("9", "", restock=True)
    assert caught.value.code == "cancel_refused"
    assert http.writes == []


def test_false_for_an_order_cancelled_meanwhile() -> None:
    done = order(item(canceled=2), **CANCELED)
    store, _ = store_with(ok(order()), ok(False), ok(done), ok(done))
    assert store.cancel_order("9", "", restock=True) is True


def test_invoiced_in_part_is_cancelled_and_refunded() -> None:
    half = processing(item(invoiced=1, canceled=1))
    store, http = store_with(
        ok(processing(item(invoiced=1))),
        ok(True),
        ok(half),
        ok("7"),
        ok(order(item(invoiced=1, canceled=1, refunded=1), **CLOSED)),
    )
    assert store.cancel_order("9", "", restock=True) is True
    assert http.writes == ["POST orders/9/cancel", "POST order/9/refund"]
    refund = http.written("order.refund")
    assert refund["items"] == [{"order_item_id": 12, "qty": 1}]
    assert refund["arguments"] == {"extension_attributes": {"return_to_stock_items": [12]}}


def test_units_go_back_to_stock_only_where_something_reserved_them() -> None:
    """reference 9: on an order that reserved nothing they would be sold twice."""
    closed = order(item(invoiced=2, refunded=2), **CLOSED)
    for remedy, restock in (("none", True), ("compensations", False)):
        store, http = store_with(ok(processing(item(invoiced=2))), ok("7"), ok(closed), stock_remedy=remedy)
        assert store.cancel_order("9", "", restock=restock) is True
        assert "arguments" not in http.written("order.refund")


def test_a_refund_that_does_not_close_is_told() -> None:
    store, _ = store_with(ok(processing(item(invoiced=2))), ok("7"), ok(processing(item(invoiced=2))))
    with pytest.raises(Refused, match="has not closed"):
        store.cancel_order("9", "", restock=False)


@pytest.mark.parametrize("answer", [Unknown("timeout", ""), fail(500, "x"), ok([])])
def test_doubt_about_a_cancellation(answer: Response | Exception) -> None:
    """After an answer that is neither true nor false the order is read: it is still open, so nothing is believed."""
    store, _ = store_with(ok(order()), answer, ok(order()))
    with pytest.raises(Refused if answer == ok([]) else Unknown):
        store.cancel_order("9", "", restock=False)


def test_units_not_invoiced_are_cancelled_and_the_rest_invoiced_first() -> None:
    after = processing(item(invoiced=1, canceled=1))
    store, http = store_with(ok(order()), ok(True), ok("3"), ok(True), ok(after))
    store.cancel_lines("9", ONE, restock=True, key="k1")
    assert http.writes == ["POST orders/9/comments", "POST order/9/invoice", "POST orders/9/cancel"]
    assert "[tokbridge k1 12:0:u1]" in http.written("order.comment")["statusHistory"]["comment"]
    assert http.written("order.invoice")["items"] == [{"order_item_id": 12, "qty": 1}]


def test_the_last_living_units_cancel_the_order() -> None:
    both = [ParcelItem("12", "TT-A", 2, ("u1", "u2"))]
    store, http = store_with(ok(order()), ok(True), ok(True), ok(order(item(canceled=2), **CANCELED)))
    store.cancel_lines("9", both, restock=True, key="k1")
    assert http.writes == ["POST orders/9/comments", "POST orders/9/cancel"]


def test_shipped_units_that_stay_are_invoiced_before() -> None:
    """Magento cancels what is neither invoiced nor shipped; the shipped unit must not be left without its invoice."""
    before = processing(item(12, ordered=3, shipped=1))
    after = processing(item(12, ordered=3, shipped=1, invoiced=2, canceled=1))
    store, http = store_with(ok(before), ok(True), ok("3"), ok(True), ok(after))
    store.cancel_lines("9", ONE, restock=True, key="k1")
    assert http.written("order.invoice")["items"] == [{"order_item_id": 12, "qty": 2}]


def test_some_cancelled_some_refunded() -> None:
    before = processing(item(12, ordered=3, invoiced=2))
    between = processing(item(12, ordered=3, invoiced=2, canceled=1))
    after = processing(item(12, ordered=3, invoiced=2, canceled=1, refunded=1))
    store, http = store_with(ok(before), ok(True), ok(True), ok(between), ok("4"), ok(after))
    store.cancel_lines("9", [ParcelItem("12", "TT-A", 2, ("u1", "u2"))], restock=True, key="k1")
    assert http.writes == ["POST orders/9/comments", "POST orders/9/cancel", "POST order/9/refund"]
    assert http.written("order.refund") == {
        "items": [{"order_item_id": 12, "qty": 1}],
        "notify": False,
        "arguments": {"shipping_amount": 0, "extension_attributes": {"return_to_stock_items": [12]}},
    }


def test_the_same_key_takes_nothing_twice() -> None:
    done = processing(item(invoiced=1, canceled=1), status_histories=[comment(4, "[tokbridge k1 12:0:u1]")])
    store, http = store_with(ok(done))
    store.cancel_lines("9", ONE, restock=True, key="k1")
    assert http.writes == []


def test_what_was_begun_is_finished() -> None:
    """Died between the invoice of what stays and the cancellation: nothing is invoiced again."""
    begun = processing(item(invoiced=1), status_histories=[comment(4, "x [tokbridge k1 12:0:u1]")])
    store, http = store_with(ok(begun), ok(True), ok(processing(item(invoiced=1, canceled=1))))
    store.cancel_lines("9", ONE, restock=True, key="k1")
    assert http.writes == ["POST orders/9/cancel"]


def test_a_unit_named_before_is_not_taken_again_under_another_key() -> None:
    """The first unit is off although its caller never heard of it; then TikTok cancels a second one."""
    both = [ParcelItem("12", "TT-A", 2, ("u1", "u2"))]
    found = processing(item(ordered=3, invoiced=2, canceled=1), status_histories=[comment(4, "[tokbridge k1 12:0:u1]")])
    after = processing(item(ordered=3, invoiced=2, canceled=1, refunded=1))
    store, http = store_with(ok(found), ok(True), ok("5"), ok(after))
    store.cancel_lines("9", both, restock=False, key="k2")
    assert http.written("order.refund")["items"] == [{"order_item_id": 12, "qty": 1}]
    assert "[tokbridge k2 12:0:u1,u2]" in http.written("order.comment")["statusHistory"]["comment"]


def test_a_second_unit_after_a_first_one_that_is_done() -> None:
    found = processing(item(ordered=3, invoiced=2, canceled=1), status_histories=[comment(4, "[tokbridge k1 12:0:u1]")])
    after = processing(item(ordered=3, invoiced=2, canceled=1, refunded=1))
    store, http = store_with(ok(found), ok(True), ok("5"), ok(after))
    store.cancel_lines("9", [ParcelItem("12", "TT-A", 1, ("u2",))], restock=False, key="k2")
    assert http.written("order.refund")["items"] == [{"order_item_id": 12, "qty": 1}]
    assert "[tokbridge k2 12:0:u1,u2]" in http.written("order.comment")["statusHistory"]["comment"]


def test_units_that_staff_took_off_before_are_not_ours() -> None:
    found = processing(item(ordered=3, invoiced=2, canceled=1))
    after = processing(item(ordered=3, invoiced=2, canceled=1, refunded=1))
    store, http = store_with(ok(found), ok(True), ok("5"), ok(after))
    store.cancel_lines("9", ONE, restock=False, key="k1")
    assert "[tokbridge k1 12:1:u1]" in http.written("order.comment")["statusHistory"]["comment"]


@pytest.mark.parametrize(
    ("found", "code"),
    [
        (processing(item(shipped=2)), "already shipped"),
        (order(state="holded", status="holded"), "cancel_refused"),
    ],
)
def test_units_that_cannot_be_taken_off(found: dict[str, object], code: str) -> None:
    store, http = store_with(ok(found))
    with pytest.raises(Refused) as caught:
        store.cancel_lines("9", ONE, restock=True, key="k1")
    assert caught.value.code == code
    assert http.writes == []


def test_rows_and_orders_that_are_not_there() -> None:
    store, _ = store_with(ok(order()))
    with pytest.raises(Refused, match="no row 99"):
        store.cancel_lines("9", [ParcelItem("99", "X", 1)], restock=True, key="k1")
    store, _ = store_with(missing())
    with pytest.raises(Refused, match="no order"):
        store.cancel_order("9", "", restock=True)
    store, http = store_with(ok(order()))
    store.cancel_lines("9", [], restock=True, key="k1")
    assert http.writes == []


def test_what_magento_did_not_take_off_is_looked_at_again() -> None:
    same = processing(item(invoiced=2))
    store, _ = store_with(ok(same), ok(True), ok("5"), ok(same))
    with pytest.raises(Retry):
        store.cancel_lines("9", ONE, restock=True, key="k1")


def test_a_refused_refund_says_why() -> None:
    words = "Creditmemo Document Validation Error(s):\nThe quantity to creditmemo is too large"
    store, _ = store_with(ok(processing(item(invoiced=2))), ok(True), fail(400, words))
    with pytest.raises(Refused, match=r"Error\(s\): The quantity"):
        store.cancel_lines("9", ONE, restock=True, key="k1")


def test_an_order_without_a_status_gets_no_invented_one() -> None:
    bare = order(item(invoiced=2), state="processing")
    del bare["status"]
    after = processing(item(invoiced=2, refunded=1))
    store, http = store_with(ok(bare), ok(True), ok("5"), ok(after), clock=lambda: NOW)
    store.cancel_lines("9", ONE, restock=True, key="k1")
    assert "status" not in http.written("order.comment")["statusHistory"]
