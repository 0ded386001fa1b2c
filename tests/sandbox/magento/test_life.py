"""States, what moves updated_at, staff at work, comments by version (reference magento-rest.md 8, 9, 10)."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.sandbox.magento.conftest import Api, entity

Later = Callable[[], None]


def state(api: Api, number: int) -> tuple[str, str]:
    order = api.order(number)
    return order["state"], order["status"]


def test_an_order_is_complete_when_billed_and_shipped_in_either_order(api: Api) -> None:
    for first, second in (("ship", "invoice"), ("invoice", "ship")):
        number = api.place()["entity_id"]
        api("POST", f"V1/order/{number}/{first}", {})
        assert state(api, number) == ("processing", "processing")
        api("POST", f"V1/order/{number}/{second}", {})
        assert state(api, number) == ("complete", "complete")


def test_orders_created_past_their_beginning_end_oddly(api: Api) -> None:
    complete = api.place(state="complete", status="complete")["entity_id"]
    api("POST", f"V1/order/{complete}/ship", {})
    assert state(api, complete) == ("closed", "closed")
    paid = api.place(state="processing", status="processing", total_paid=25, base_total_paid=25)["entity_id"]
    api("POST", f"V1/order/{paid}/ship", {})
    assert state(api, paid) == ("processing", "processing")
    assert api("POST", f"V1/order/{paid}/invoice", {}) == "1"


def test_an_order_without_state_becomes_complete(api: Api) -> None:
    number = api.place(state=None, status=None)["entity_id"]
    api("POST", f"V1/order/{number}/invoice", {})
    api("POST", f"V1/order/{number}/ship", {})
    assert state(api, number) == ("complete", "complete")


def test_hold_remembers_and_refuses(api: Api) -> None:
    number = api.place(status="pending")["entity_id"]
    api("POST", f"V1/orders/{number}/hold")
    assert state(api, number) == ("holded", "holded")
    assert api("POST", f"V1/orders/{number}/cancel") is False
    assert "status of holded" in api.refused("POST", f"V1/order/{number}/invoice", {})[1]
    api("POST", f"V1/orders/{number}/unhold")
    assert state(api, number) == ("new", "pending")
    api("POST", f"V1/orders/{number}/cancel")
    assert api.refused("POST", f"V1/orders/{number}/hold") == (400, "A hold action is not available.")


def test_what_moves_updated_at_and_what_does_not(api: Api, later: Later) -> None:
    number = api.place()["entity_id"]
    seen = [api.order(number)["updated_at"]]

    def moved() -> bool:
        seen.append(api.order(number)["updated_at"])
        later()
        return seen[-1] != seen[-2]

    later()
    one = {"items": [{"order_item_id": 1, "qty": 1}]}
    api("POST", f"V1/order/{number}/ship", one)
    assert moved()
    track = {"order_id": number, "parent_id": 1, "track_number": "B2", "title": "DHL", "carrier_code": "dhl"}
    shipped = api("GET", "V1/shipment/1")["updated_at"]
    made = api("POST", "V1/shipment/track", {"entity": track})
    assert not moved() and api("GET", "V1/shipment/1")["updated_at"] == shipped
    assert api("DELETE", f"V1/shipment/track/{made['entity_id']}") is True
    api("POST", "V1/shipment/1/comments", {"entity": {"parent_id": 1, "comment": "x"}})
    assert not moved() and api("GET", "V1/shipment/1")["tracks"] == []
    api("POST", f"V1/orders/{number}/comments", {"statusHistory": {"comment": "x", "status": "processing"}})
    assert not moved()
    api("POST", f"V1/order/{number}/invoice", one)
    assert moved()
    api("POST", f"V1/order/{number}/ship", {})
    assert not moved()
    api("POST", f"V1/order/{number}/invoice", {})
    assert moved() and state(api, number) == ("complete", "complete")
    api("POST", f"V1/order/{number}/refund", {})
    assert moved()


def test_a_part_shipment_of_a_processing_order_does_not_move_it(api: Api, later: Later) -> None:
    number = api("POST", "V1/orders", {"entity": entity(3)})["entity_id"]
    api("POST", f"V1/order/{number}/ship", {"items": [{"order_item_id": 1, "qty": 1}]})
    before = api.order(number)["updated_at"]
    later()
    api("POST", f"V1/order/{number}/ship", {"items": [{"order_item_id": 1, "qty": 1}]})
    assert api.order(number)["updated_at"] == before
    assert api.find("V1/shipments", ("order_id", "in", f"{number},99"))["total_count"] == 2


@pytest.mark.parametrize("version", ["2.4.4", "2.4.7"])
def test_a_comment_without_or_with_a_foreign_status(api: Api, version: str) -> None:
    api.set(version=version)
    number = api.place()["entity_id"]
    path = f"V1/orders/{number}/comments"
    api("POST", path, {"statusHistory": {"comment": "x"}})
    assert api.order(number).get("status") == (None if version == "2.4.4" else "pending")
    foreign = api.raw("POST", path, {"statusHistory": {"comment": "y", "status": "complete"}})
    assert foreign.status_code == (200 if version == "2.4.4" else 400)
    api.set(statuses={"picked": "new"})
    api("POST", path, {"statusHistory": {"comment": "z", "status": "picked"}})
    assert api.order(number)["status"] == "picked"
    assert api("GET", f"V1/orders/{number}/statuses") == "picked"


def test_unknown_properties_by_version(api: Api) -> None:
    for version, status in (("2.4.4", 500), ("2.4.7", 400)):
        api.set(version=version)
        assert api.refused("POST", "V1/orders", {"entity": {**entity(), "source_name": "x"}})[0] == status


def test_the_first_invoice_and_an_unlimited_refund_take_the_shipping(api: Api) -> None:
    number = api.place()["entity_id"]
    api("POST", f"V1/order/{number}/invoice", {"items": [{"order_item_id": 1, "qty": 1}]})
    api("POST", f"V1/order/{number}/invoice", {})
    assert [one["grand_total"] for one in api.find("V1/invoices")["items"]] == [15, 10]
    api("POST", f"V1/order/{number}/refund", {"items": [{"order_item_id": 1, "qty": 1}]})
    assert api.order(number)["total_refunded"] == 15
    assert api("GET", "V1/creditmemo/1")["shipping_amount"] == 5


def test_header_totals_that_differ_leave_a_rest(api: Api) -> None:
    number = api.place(grand_total=100, base_grand_total=100)["entity_id"]
    api("POST", f"V1/order/{number}/invoice", {"capture": True})
    assert (api.order(number)["total_paid"], api.order(number)["total_due"]) == (25, 75)


def fulfillments(api: Api) -> list[Any]:
    return api.control("GET", "book")["orders"][-1]["fulfillments"]


def test_staff_ships_and_changes_the_track(api: Api) -> None:
    api.place(increment_id="TTS-1", ext_order_id="E1")
    api.control(
        "POST", "orders/TTS-1/ship", {"carrier": "UPS", "number": "1", "items": [{"sku": "CUP", "quantity": 1}]}
    )
    assert fulfillments(api)[0]["tracking"] == [{"company": "UPS", "number": "1", "url": None}]
    api.control("POST", "orders/E1/track", {"carrier": "DHL", "number": "2"})
    assert fulfillments(api)[0]["tracking"] == [{"company": "DHL", "number": "2", "url": None}]
    api.control("POST", "orders/1/ship", {})
    api.control("POST", "orders/1/track", {"carrier": "J&T", "number": "3"})
    assert [one["tracking"][0]["number"] for one in fulfillments(api)] == ["2", "3"]
    assert [one["lines"] for one in fulfillments(api)] == [[{"line": 1, "quantity": 1}]] * 2
    tracks = api("GET", "V1/shipment/2")["tracks"]
    assert [(one["carrier_code"], one["title"]) for one in tracks] == [("custom", "J&T")]
    assert "error" in api.control("POST", "orders/1/ship", {}, status=400)
    assert "error" in api.control("POST", "orders/1/unship", {}, status=400)
    assert "error" in api.control("POST", "orders/none/ship", {}, status=400)


def test_staff_cancels_open_and_billed_orders(api: Api) -> None:
    opened, billed, shipped = (api.place()["entity_id"] for _ in range(3))
    api.control("POST", f"orders/{opened}/cancel", {"reason": "customer asked"})
    assert state(api, opened) == ("canceled", "canceled")
    api("POST", f"V1/order/{billed}/invoice", {"items": [{"order_item_id": 2, "qty": 1}]})
    api.control("POST", f"orders/{billed}/cancel", {})
    assert state(api, billed) == ("closed", "closed") and api.order(billed)["total_refunded"] == 15
    api("POST", f"V1/order/{shipped}/ship", {})
    api("POST", f"V1/order/{shipped}/invoice", {})
    book = api.control("GET", "book")["orders"]
    assert [bool(one["cancelled_at"]) for one in book] == [True, True, False]
    assert [one["lines"][0]["current_quantity"] for one in book] == [0, 0, 2]
    assert "error" in api.control("POST", f"orders/{opened}/cancel", {}, status=400)


def test_staff_gives_statuses_of_the_state_only(api: Api) -> None:
    api.place()
    api.set(statuses={"packing": "new"})
    api.control("POST", "orders/1/status", {"status": "packing"})
    assert state(api, 1) == ("new", "packing")
    assert "error" in api.control("POST", "orders/1/status", {"status": "complete"}, status=400)


def test_staff_ships_by_itself(api: Api) -> None:
    api.place()
    api.set(auto_ship_seconds=0)
    while not fulfillments(api):
        pass
    assert fulfillments(api)[0]["tracking"] == [{"company": "UPS", "number": "AUTO0000000001", "url": None}]


def test_faults_and_counters_know_the_operations(api: Api) -> None:
    api.control("POST", "faults", {"operation": "orders.create", "kind": "drop_after", "subject": "TTS-1"})
    with pytest.raises(Exception, match=r"disconnect|closed|reset"):
        api.raw("POST", "V1/orders", {"entity": entity(increment_id="TTS-1")})
    assert api.find("V1/orders", ("increment_id", "eq", "TTS-1"))["total_count"] == 1
    api.control("POST", "faults", {"operation": "order.ship", "kind": "error", "code": "masked"})
    status, message = api.refused("POST", "V1/order/1/ship", {})
    assert status == 500 and message.startswith("Internal Error. Details are available in Magento log file.")
    api.control("POST", "faults", {"operation": "orders.*", "kind": "error", "code": "unauthorized", "times": 2})
    answer = api.raw("GET", "V1/orders/1")
    assert (answer.status_code, answer.json()["parameters"]["resources"]) == (401, "Magento_Sales::actions_view")
    assert api.refused("POST", "V1/orders/1/cancel")[0] == 401
    counted = api.control("GET", "calls")["total"]
    assert counted == {"orders.cancel": 1, "orders.create": 1, "orders.get": 1, "orders.search": 1, "order.ship": 1}


def test_the_last_wrong_thing_leaves_nothing_behind(api: Api) -> None:
    number = api.place()["entity_id"]
    before = api.order(number)
    good = {"track_number": "1", "title": "UPS", "carrier_code": "ups"}
    body = {"tracks": [good, {"track_number": "2"}], "comment": {"comment": "x"}}
    assert api.refused("POST", f"V1/order/{number}/ship", body)[0] == 400
    assert api.order(number) == before and api.at_source("CUP") == 100 and api.salable("CUP") == 100
    assert api.refused("POST", f"V1/order/{number}/invoice", {"items": [{"order_item_id": 1, "qty": 3}]})[0] == 400
    assert api.order(number) == before and api.find("V1/invoices")["total_count"] == 0
