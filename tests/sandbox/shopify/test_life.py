"""Fulfilments, holds, cancellation, payment and refunds (reference 4, 5)."""

from typing import Any

from tests.sandbox.shopify.conftest import Api, line, sale, until

SHIP = """mutation Ship($f: FulfillmentInput!) { fulfillmentCreate(fulfillment: $f) {
  fulfillment { id name status trackingInfo(first: 5) { company number url } } userErrors { field message } } }"""
TRACK = """mutation Track($id: ID!, $t: FulfillmentTrackingInput!) {
  fulfillmentTrackingInfoUpdate(fulfillmentId: $id, trackingInfoInput: $t) {
    fulfillment { trackingInfo { number url } } userErrors { field message } } }"""
UNSHIP = """mutation Unship($id: ID!) { fulfillmentCancel(id: $id) {
  fulfillment { status displayStatus } userErrors { field message } } }"""
HOLD = """mutation Hold($id: ID!, $hold: FulfillmentOrderHoldInput!) {
  fulfillmentOrderHold(id: $id, fulfillmentHold: $hold) {
  fulfillmentHold { id } fulfillmentOrder { id status } remainingFulfillmentOrder { id status }
  userErrors { code message } } }"""
RELEASE = """mutation Release($id: ID!, $holds: [ID!]) { fulfillmentOrderReleaseHold(id: $id, holdIds: $holds) {
  fulfillmentOrder { id status lineItems(first: 5) { nodes { remainingQuantity } } } userErrors { code message } } }"""
CANCEL = """mutation Cancel($id: ID!, $refund: OrderCancelRefundMethodInput) {
  orderCancel(orderId: $id, reason: CUSTOMER, restock: true, refundMethod: $refund) {
    job { id done } orderCancelUserErrors { field message code } } }"""
REFUND = """mutation Refund($input: RefundInput!, $key: String!) { refundCreate(input: $input) @idempotent(key: $key) {
  refund { id totalRefundedSet { shopMoney { amount } } } userErrors { field message } } }"""


def ship(api: Api, *groups: dict[str, Any], **tracking: str) -> dict[str, Any]:
    wanted = {"lineItemsByFulfillmentOrder": list(groups), "trackingInfo": tracking}
    answer: dict[str, Any] = api.data(SHIP, f=wanted)["fulfillmentCreate"]
    return answer


def opened(order: dict[str, Any]) -> list[dict[str, Any]]:
    return [one for one in order["fulfillmentOrders"]["nodes"] if one["status"] in ("OPEN", "IN_PROGRESS")]


def group(one: dict[str, Any], quantity: int | None = None) -> dict[str, Any]:
    items = [{"id": one["lineItems"]["nodes"][0]["id"], "quantity": quantity}] if quantity is not None else None
    return {"fulfillmentOrderId": one["id"], "fulfillmentOrderLineItems": items}


def test_a_part_then_the_rest_then_closed(api: Api) -> None:
    order = api.order(lineItems=[line(quantity=3)], transactions=[sale("30.00")])
    first = ship(api, group(opened(order)[0], 1), company="UPS", number="1Z1")
    assert first["userErrors"] == []
    assert first["fulfillment"]["trackingInfo"][0]["url"].endswith("1Z1")
    order = api.read(order["id"])
    assert (order["displayFulfillmentStatus"], order["closed"]) == ("PARTIALLY_FULFILLED", False)
    second = ship(api, group(opened(order)[0]), company="Lokal Post", number="77")
    assert second["fulfillment"]["name"].endswith("-F2")
    assert second["fulfillment"]["trackingInfo"] == [{"company": "Lokal Post", "number": "77", "url": None}]
    order = api.read(order["id"])
    assert (order["displayFulfillmentStatus"], order["closed"]) == ("FULFILLED", True)


def test_what_a_shipment_is_refused_for(api: Api) -> None:
    one, other = api.order(lineItems=[line(quantity=2)]), api.order()
    fo, fo2 = opened(one)[0], opened(other)[0]
    stray = {"id": "gid://shopify/FulfillmentOrderLineItem/1", "quantity": 1}

    def message(*groups: dict[str, Any]) -> str:
        found: str = ship(api, *groups)["userErrors"][0]["message"]
        return found

    assert message({"fulfillmentOrderId": "gid://shopify/FulfillmentOrder/1"}) == "Fulfillment order does not exist."
    assert message({"fulfillmentOrderId": fo["id"], "fulfillmentOrderLineItems": [stray]}) == (
        "Fulfillment order line item does not exist."
    )
    assert message(group(fo, 3)) == "Invalid fulfillment order line item quantity requested."
    assert message(group(fo, 0)) == "Quantity must be greater than 0"
    assert message(group(fo), group(fo2)).startswith("All fulfillment orders must belong to the same order.")
    zero = api.call(
        SHIP, f={"lineItemsByFulfillmentOrder": [{"fulfillmentOrderId": "gid://shopify/FulfillmentOrder/0"}]}
    )
    assert zero["errors"][0]["extensions"]["code"] == "RESOURCE_NOT_FOUND"
    ship(api, group(fo))
    assert message(group(fo)).endswith("has an unfulfillable status= closed.")


def test_taking_a_shipment_back_gives_a_new_fulfilment_order(api: Api) -> None:
    variant = api.product("S")
    wanted = [{"variantId": variant["id"], "quantity": 2}]
    order = api.create(options={"inventoryBehaviour": "DECREMENT_IGNORING_POLICY"}, lineItems=wanted)["order"]
    fo = opened(order)[0]
    key = ship(api, group(fo), number="1")["fulfillment"]["id"]
    assert api.stock("S") == {"available": 3, "committed": 0, "on_hand": 3}
    for _ in range(2):
        taken = api.data(UNSHIP, id=key)["fulfillmentCancel"]
        assert taken["fulfillment"] == {"status": "CANCELLED", "displayStatus": "CANCELED"}
    assert api.stock("S") == {"available": 3, "committed": 2, "on_hand": 5}
    again = api.read(order["id"])
    assert again["displayFulfillmentStatus"] == "UNFULFILLED"
    assert [one["id"] == fo["id"] for one in opened(again)] == [False]
    assert api.data(TRACK, id=key, t={"number": "2"})["fulfillmentTrackingInfoUpdate"]["userErrors"] == []
    gone = api.data(TRACK, id="gid://shopify/Fulfillment/1", t={})["fulfillmentTrackingInfoUpdate"]["userErrors"]
    assert gone == [{"field": ["fulfillmentId"], "message": "Fulfillment does not exist."}]


def test_holding_and_releasing_changes_the_fulfilment_order(api: Api) -> None:
    order = api.order(lineItems=[line(quantity=2)])
    fo = opened(order)[0]
    held = api.data(HOLD, id=fo["id"], hold={"reason": "OTHER", "handle": "hour"})["fulfillmentOrderHold"]
    assert held["fulfillmentOrder"] == {"id": fo["id"], "status": "ON_HOLD"}
    assert api.read(order["id"])["displayFulfillmentStatus"] == "ON_HOLD"
    again = api.data(HOLD, id=fo["id"], hold={"reason": "OTHER", "handle": "hour"})["fulfillmentOrderHold"]
    assert again["userErrors"][0]["code"] == "DUPLICATE_FULFILLMENT_HOLD_HANDLE"
    assert ship(api, group(fo))["userErrors"][0]["message"].endswith("status= on_hold.")
    freed = api.data(RELEASE, id=fo["id"], holds=[held["fulfillmentHold"]["id"]])["fulfillmentOrderReleaseHold"]
    assert freed["fulfillmentOrder"]["id"] != fo["id"]
    assert freed["fulfillmentOrder"]["lineItems"]["nodes"] == [{"remainingQuantity": 2}]
    assert ship(api, group(fo))["userErrors"][0]["message"].endswith("status= closed.")


def test_holding_a_part_splits_and_releasing_joins(api: Api) -> None:
    order = api.order(lineItems=[line(quantity=3)])
    fo = opened(order)[0]
    part = {"fulfillmentOrderLineItems": [{"id": fo["lineItems"]["nodes"][0]["id"], "quantity": 1}]}
    held = api.data(HOLD, id=fo["id"], hold={"reason": "OTHER", **part})["fulfillmentOrderHold"]
    assert held["remainingFulfillmentOrder"]["status"] == "OPEN"
    assert api.read(order["id"])["displayFulfillmentStatus"] == "UNFULFILLED"
    freed = api.data(RELEASE, id=fo["id"])["fulfillmentOrderReleaseHold"]["fulfillmentOrder"]
    assert freed["lineItems"]["nodes"] == [{"remainingQuantity": 3}]
    assert len(opened(api.read(order["id"]))) == 1


def test_cancelling_is_a_job_and_gives_back(api: Api) -> None:
    api.settings(job_seconds=0.3)
    variant = api.product("S")
    wanted: Any = {"lineItems": [{"variantId": variant["id"], "quantity": 2}], "transactions": [sale("20.00")]}
    order = api.create(options={"inventoryBehaviour": "DECREMENT_IGNORING_POLICY"}, **wanted)["order"]
    back = {"originalPaymentMethodsRefund": True}
    job = api.data(CANCEL, id=order["id"], refund=back)["orderCancel"]["job"]
    assert job["done"] is False
    twice = api.data(CANCEL, id=order["id"])["orderCancel"]["orderCancelUserErrors"][0]
    assert twice["message"] == "Cancellation is already in progress"
    until(lambda: api.data("query Job($id: ID!) { job(id: $id) { done } }", id=job["id"])["job"]["done"])
    order = api.read(order["id"])
    assert (order["displayFinancialStatus"], order["cancelReason"], order["closed"]) == ("REFUNDED", "CUSTOMER", True)
    assert order["currentTotalPriceSet"]["shopMoney"]["amount"] == "0.0"
    assert [one["status"] for one in order["fulfillmentOrders"]["nodes"]] == ["CLOSED"]
    assert api.stock("S") == {"available": 5, "committed": 0, "on_hand": 5}
    late = api.data(CANCEL, id=order["id"])["orderCancel"]["orderCancelUserErrors"][0]
    assert late["message"] == "Cannot cancel an order that has already been canceled"
    gone = api.data(CANCEL, id="gid://shopify/Order/1")["orderCancel"]["orderCancelUserErrors"][0]
    assert (gone["message"], gone["code"]) == ("Order does not exist", "NOT_FOUND")


def test_a_shipped_order_is_not_cancelled(api: Api) -> None:
    order = api.order()
    ship(api, group(opened(order)[0]))
    refused = api.data(CANCEL, id=order["id"])["orderCancel"]["orderCancelUserErrors"][0]
    assert refused["message"] == "Cannot cancel an order that has outstanding fulfillments"


def test_marking_paid_once(api: Api) -> None:
    text = """mutation Pay($id: ID!) { orderMarkAsPaid(input: {id: $id}) {
      order { displayFinancialStatus paymentGatewayNames } userErrors { field message } } }"""
    order = api.order(financialStatus="PENDING")
    paid = api.data(text, id=order["id"])["orderMarkAsPaid"]["order"]
    assert paid == {"displayFinancialStatus": "PAID", "paymentGatewayNames": ["manual"]}
    again = api.data(text, id=order["id"])["orderMarkAsPaid"]["userErrors"]
    assert again == [{"field": ["id"], "message": "Order cannot be marked as paid."}]


def test_a_refund_with_a_key_is_booked_once(api: Api) -> None:
    order = api.order(lineItems=[line(quantity=2)], transactions=[sale("20.00")])
    entry = {"orderId": order["id"], "parentId": order["transactions"][0]["id"], "gateway": "x", "kind": "REFUND"}
    items = [{"lineItemId": order["lineItems"]["nodes"][0]["id"], "quantity": 1, "restockType": "CANCEL"}]
    given = {"orderId": order["id"], "refundLineItems": items, "transactions": [{**entry, "amount": "10.00"}]}
    first = api.data(REFUND, input=given, key="k1")["refundCreate"]
    assert api.data(REFUND, input=given, key="k1")["refundCreate"] == first
    other = api.data(REFUND, input={**given, "note": "x"}, key="k1")["refundCreate"]["userErrors"][0]
    assert other["message"].startswith("The request with this idempotency key has different parameters")
    after = api.read(order["id"])
    assert (after["displayFinancialStatus"], after["currentTotalPriceSet"]["shopMoney"]["amount"]) == (
        "PARTIALLY_REFUNDED",
        "10.0",
    )
    much = api.data(REFUND, input={**given, "transactions": [{**entry, "amount": "25.00"}]}, key="k2")["refundCreate"]
    assert much["userErrors"][0]["message"] == ("Refund amount $25.00 is greater than net payment received $10.00")
    bare = REFUND.replace(" @idempotent(key: $key)", "").replace(", $key: String!", "")
    assert api.call(bare, input=given)["errors"][0]["extensions"]["code"] == "BAD_REQUEST"


def test_setting_stock_compares_first(api: Api) -> None:
    text = """mutation Set($input: InventorySetQuantitiesInput!, $key: String!) {
      inventorySetQuantities(input: $input) @idempotent(key: $key) {
        inventoryAdjustmentGroup { changes { name delta quantityAfterChange } } userErrors { code } } }"""
    item = api.product("S")["inventory_item"]
    place = api.data("{ locations(first: 1) { nodes { id } } }")["locations"]["nodes"][0]["id"]

    def put(quantity: int, key: str, **more: Any) -> dict[str, Any]:
        entry = {"inventoryItemId": item, "locationId": place, "quantity": quantity, **more}
        return api.call(text, input={"name": "available", "reason": "correction", "quantities": [entry]}, key=key)

    absent = put(7, "a")
    assert absent["data"] == {"inventorySetQuantities": None}
    assert absent["errors"][0]["message"] == (
        "InventoryQuantityInput must include the following argument: changeFromQuantity."
    )
    done = put(7, "b", changeFromQuantity=5)["data"]["inventorySetQuantities"]
    assert [one["name"] for one in done["inventoryAdjustmentGroup"]["changes"]] == ["available", "on_hand"]
    stale = put(9, "c", changeFromQuantity=5)["data"]["inventorySetQuantities"]["userErrors"]
    assert stale == [{"code": "CHANGE_FROM_QUANTITY_STALE"}]
    assert put(9, "d", changeFromQuantity=None)["data"]["inventorySetQuantities"]["userErrors"] == []
    assert api.stock("S")["available"] == 9


def test_tags_are_added_and_updates_replace(api: Api) -> None:
    order = api.order(tags=["b"], note="x")
    api.data(
        'mutation Tag($id: ID!) { tagsAdd(id: $id, tags: ["a"]) { node { id } userErrors { message } } }',
        id=order["id"],
    )
    assert api.read(order["id"])["tags"] == ["a", "b"]
    text = "mutation Up($i: OrderInput!) { orderUpdate(input: $i) { order { tags note } userErrors { message } } }"
    assert api.data(text, i={"id": order["id"], "tags": ["c"]})["orderUpdate"]["order"] == {"tags": ["c"], "note": "x"}
    empty = api.data(text, i={"id": order["id"]})["orderUpdate"]["userErrors"][0]["message"]
    assert empty == "No valid update parameters have been provided"


def test_the_staff_at_the_desk_and_by_itself(api: Api) -> None:
    order = api.order(name="TTS-9", sourceIdentifier="579", lineItems=[line(sku="A", quantity=2)])
    api.control("POST", "orders/579/ship", {"carrier": "UPS", "number": "1", "items": [{"sku": "A", "quantity": 1}]})
    api.control("POST", "orders/TTS-9/track", {"carrier": "USPS", "number": "2"})
    read = api.read(order["id"])
    assert read["fulfillments"][0]["trackingInfo"][0]["number"] == "2"
    api.control("POST", "orders/TTS-9/unship")
    assert api.read(order["id"])["fulfillments"][0]["status"] == "CANCELLED"
    api.control("POST", "orders/TTS-9/cancel", {"reason": "inventory", "restock": True})
    assert api.read(order["id"])["cancelReason"] == "INVENTORY"
    paid = api.order(transactions=[sale("10.00")])
    api.settings(auto_ship_seconds=0.0, auto_ship_carrier="FedEx")
    parcel = until(lambda: api.read(paid["id"])["fulfillments"])[0]["trackingInfo"][0]
    assert (parcel["company"], bool(parcel["number"])) == ("FedEx", True)
