"""What can be set on an order: open, closed, paid, delivery progress, a tag; never twice."""

from __future__ import annotations

from typing import Any

import pytest

from tests.stores.shopify.fake import ORDER, answer, raw, store_with
from tokbridge.core.errors import Actor, CredentialRefused, Refused, Unknown
from tokbridge.core.wire import Response


def shipment(number: int, status: str = "SUCCESS", last: str | None = None) -> dict[str, Any]:
    return {
        "id": f"gid://shopify/Fulfillment/{number}",
        "status": status,
        "displayStatus": last or "FULFILLED",
        "events": {"nodes": [{"status": last}] if last else []},
    }


def state(*shipments: dict[str, Any], **other: Any) -> Response:
    node = {
        "id": ORDER,
        "closed": False,
        "cancelledAt": None,
        "canMarkAsPaid": True,
        "displayFinancialStatus": "PENDING",
        "tags": ["tokbridge"],
        "fulfillments": list(shipments),
    }
    return answer({"order": node | other})


def done(root: str, *words: str) -> Response:
    return answer({root: {"userErrors": [{"field": ["id"], "message": text} for text in words]}})


@pytest.mark.parametrize(
    ("code", "before", "mutation"),
    [
        ("closed", {}, "orderClose"),
        ("open", {"closed": True}, "orderOpen"),
        ("paid", {}, "orderMarkAsPaid"),
        ("Paid ", {"displayFinancialStatus": None}, "orderMarkAsPaid"),
    ],
)
def test_what_is_not_yet_so_is_set(code: str, before: dict[str, Any], mutation: str) -> None:
    store, http = store_with(state(**before), done(mutation))
    store.set_status(ORDER, code)
    assert http.operations == ["order", mutation]
    assert http.variables() == {"id": ORDER}
    assert http.requests[-1].write


@pytest.mark.parametrize(
    ("code", "before"),
    [
        ("closed", {"closed": True}),
        ("open", {}),
        ("paid", {"displayFinancialStatus": "PAID", "canMarkAsPaid": False}),
        ("tag:TokBridge", {}),
        ("closed", {"closed": True, "cancelledAt": "2026-09-21T14:00:00Z"}),
    ],
)
def test_what_is_so_already_is_left_alone(code: str, before: dict[str, Any]) -> None:
    store, http = store_with(state(**before))
    store.set_status(ORDER, code)
    assert http.operations == ["order"]


def test_a_tag_is_added_beside_the_others() -> None:
    store, http = store_with(state(), done("tagsAdd"))
    store.set_status(ORDER, "tag: Shipped late ")
    assert http.variables() == {"id": ORDER, "tags": ["Shipped late"]}


def test_progress_goes_to_every_living_shipment_that_lacks_it() -> None:
    shipments = (shipment(1), shipment(2, last="IN_TRANSIT"), shipment(3, "CANCELLED"), shipment(4, last="CONFIRMED"))
    event = "fulfillmentEventCreate"
    store, http = store_with(state(*shipments), done(event), done(event))
    store.set_status(ORDER, "in_transit")
    told = [http.variables(index)["event"] for index in (1, 2)]
    assert told == [{"fulfillmentId": f"gid://shopify/Fulfillment/{n}", "status": "IN_TRANSIT"} for n in (1, 4)]


def test_what_cannot_be() -> None:
    for code in ("PENDING", "", "tag:", "tag:a,b", "tag:" + "x" * 41):
        store, http = store_with()
        with pytest.raises(Refused, match="unknown status"):
            store.set_status(ORDER, code)
        assert http.requests == []
    for code, before, words in (
        ("paid", {"canMarkAsPaid": False, "displayFinancialStatus": "REFUNDED"}, "REFUNDED"),
        ("delivered", {}, "nothing of this order is shipped"),
        ("open", {"closed": True, "cancelledAt": "2026-09-21T14:00:00Z"}, "not opened again"),
    ):
        store, http = store_with(state(**before))
        with pytest.raises(Refused, match=words):
            store.set_status(ORDER, code)
        assert http.operations == ["order"]
    store, _ = store_with(answer({"order": None}))
    with pytest.raises(Refused, match="no order"):
        store.set_status(ORDER, "open")
    store, _ = store_with(state(), done("orderMarkAsPaid", "Order cannot be marked as paid."))
    with pytest.raises(Refused, match="cannot be marked"):
        store.set_status(ORDER, "paid")


def test_a_scope_that_only_this_needs_does_not_stop_the_connection() -> None:
    denied = {"message": "Access denied", "extensions": {"code": "ACCESS_DENIED"}}
    store, _ = store_with(state(shipment(1)), answer({"fulfillmentEventCreate": None}, errors=[denied]))
    with pytest.raises(Refused) as caught:
        store.set_status(ORDER, "delivered")
    assert (type(caught.value), caught.value.actor) == (Refused, Actor.OWNER)
    store, _ = store_with(state(), raw(401, b'{"errors":"no"}'))
    with pytest.raises(CredentialRefused):
        store.set_status(ORDER, "closed")
    store, _ = store_with(state(), raw(500, b""))
    with pytest.raises(Unknown):
        store.set_status(ORDER, "closed")


def test_statuses_are_told_without_a_call() -> None:
    store, http = store_with()
    codes = [status.code for status in store.statuses()]
    assert len(codes) == len(set(codes)) == 14
    assert {"open", "closed", "paid", "in_transit", "delivered", "attempted_delivery"} <= set(codes)
    assert http.requests == []
