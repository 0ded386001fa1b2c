"""Shipments out of Shopify and into it."""

from __future__ import annotations

import json

import pytest

from tests.stores.shopify.fake import (
    NOW,
    ORDER,
    answer,
    fulfilment,
    fulfilment_order,
    open_page,
    order_node,
    row,
    store_with,
)
from tokbridge.core.errors import CredentialRefused, OutsideError, Refused, Retry, Unknown
from tokbridge.core.wire import Response
from tokbridge.stores.nouns import Parcel, ParcelItem

ROW = row(1, "A", 2, ids=("11", "12"))


def items(*wanted: tuple[int, int]) -> list[ParcelItem]:
    return [ParcelItem(f"gid://shopify/LineItem/{number}", "", quantity) for number, quantity in wanted]


def orders_page(*nodes: object, after: str | None = None) -> Response:
    return answer({"orders": {"nodes": list(nodes), "pageInfo": {"hasNextPage": bool(after), "endCursor": after}}})


def fulfilled(*errors: str, made: object = None) -> Response:
    told = [{"field": ["fulfillment"], "message": text} for text in errors]
    return answer({"fulfillmentCreate": {"fulfillment": made, "userErrors": told}})


class TestChanges:
    def test_first_look_goes_back_a_day(self) -> None:
        store, http = store_with(orders_page())
        page = store.changes_since("")
        assert page.changes == ()
        assert not page.more
        assert http.variables() == {"query": "tag:tokbridge AND updated_at:>='2026-09-20T14:13:20Z'", "after": None}
        assert json.loads(page.cursor)[0] == NOW - 86400  # nothing seen: the window only grows

    def test_pages_to_the_end_then_overlaps(self) -> None:
        first = order_node(updatedAt="2026-09-21T10:00:00Z")
        last = order_node(updatedAt="2026-09-21T12:00:00Z", id="gid://shopify/Order/2")
        store, http = store_with(orders_page(last, after="abc"), orders_page(first), orders_page())
        page = store.changes_since("")
        assert page.more
        page = store.changes_since(page.cursor)
        assert not page.more
        assert http.variables(1) == {"query": http.variables(0)["query"], "after": "abc"}
        store.changes_since(page.cursor)
        assert http.variables(2)["query"] == "tag:tokbridge AND updated_at:>='2026-09-21T11:58:00Z'"

    def test_a_change_is_whole(self) -> None:
        node = order_node(
            cancelledAt="2026-09-21T14:00:00Z", cancelReason="CUSTOMER", fulfillments=[fulfilment(5, (ROW, 2))]
        )
        store, http = store_with(orders_page(node))
        (change,) = store.changes_since("").changes
        assert (change.ref, change.marker, change.status) == (ORDER, "576461413038785752", "PAID / UNFULFILLED")
        assert (change.cancelled, change.cancel_reason) == (True, "CUSTOMER")
        assert change.parcels is not None
        assert [parcel.number for parcel in change.parcels] == ["JD5"]
        assert len(http.requests) == 1


class TestParcelsOf:
    def of(self, *fulfilments: object) -> list[Parcel]:
        store, _ = store_with(answer({"order": {"id": ORDER, "fulfillments": list(fulfilments)}}))
        return list(store.parcels_of([ORDER]))

    def test_one(self) -> None:
        (parcel,) = self.of(fulfilment(5, (ROW, 2)))
        assert parcel == Parcel(
            ref="gid://shopify/Fulfillment/5",
            order_ref=ORDER,
            carrier="DHL Express",
            number="JD5",
            url="",
            items=(ParcelItem("gid://shopify/LineItem/1", "A", 2, ("11", "12")),),
            cancelled=False,
            updated_at=1_789_999_500.0,
        )

    def test_units_of_a_part_are_not_guessed(self) -> None:
        (parcel,) = self.of(fulfilment(5, (ROW, 1)))
        assert parcel.items == (ParcelItem("gid://shopify/LineItem/1", "A", 1, ()),)

    def test_several_numbers_are_several_parcels(self) -> None:
        tracking = [{"company": "UPS", "number": n, "url": f"https://ups.example/{n}"} for n in ("1Z1", "1Z2")]
        found = self.of(fulfilment(5, (ROW, 2), trackingInfo=tracking))
        assert [(p.ref[-3:], p.number, p.url[-3:]) for p in found] == [("5#1", "1Z1", "1Z1"), ("5#2", "1Z2", "1Z2")]

    def test_without_tracking_yet(self) -> None:
        (parcel,) = self.of(fulfilment(5, (ROW, 2), trackingInfo=[]))
        assert (parcel.ref, parcel.carrier, parcel.number) == ("gid://shopify/Fulfillment/5", "", "")
        nulls = [{"company": None, "number": None, "url": None}]
        (parcel,) = self.of(fulfilment(5, (ROW, 2), trackingInfo=nulls))
        assert (parcel.carrier, parcel.number) == ("", "")

    def test_only_success_counts_and_cancelled_is_told(self) -> None:
        found = self.of(*(fulfilment(n, (ROW, 2), status=s) for n, s in enumerate(("ERROR", "FAILURE", "CANCELLED"))))
        assert [(parcel.number, parcel.cancelled) for parcel in found] == [("JD2", True)]

    def test_one_call_per_order_and_a_missing_order_has_none(self) -> None:
        store, http = store_with(
            answer({"order": None}), answer({"order": {"id": ORDER, "fulfillments": [fulfilment(1, (ROW, 1))]}})
        )
        assert [parcel.number for parcel in store.parcels_of(["gid://shopify/Order/9", ORDER])] == ["JD1"]
        assert http.operations == ["order", "order"]


class TestAdd:
    def test_open_groups_of_one_location(self) -> None:
        groups = (
            fulfilment_order(1, (11, 1, 5), status="CLOSED"),
            fulfilment_order(2, (21, 1, 1), (22, 2, 0)),
            fulfilment_order(3, (31, 1, 4), (32, 2, 1), status="IN_PROGRESS"),
        )
        store, http = store_with(open_page(*groups), fulfilled(made=fulfilment(9, (ROW, 2))))
        parcel = store.add_parcel(ORDER, "DHL Express", "JD9", items((1, 2), (2, 1)))
        assert (parcel.ref, parcel.number) == ("gid://shopify/Fulfillment/9", "JD9")
        fo = "gid://shopify/FulfillmentOrder"
        assert http.variables()["fulfillment"] == {
            "lineItemsByFulfillmentOrder": [
                {
                    "fulfillmentOrderId": f"{fo}/2",
                    "fulfillmentOrderLineItems": [{"id": f"{fo}LineItem/21", "quantity": 1}],
                },
                {
                    "fulfillmentOrderId": f"{fo}/3",
                    "fulfillmentOrderLineItems": [
                        {"id": f"{fo}LineItem/31", "quantity": 1},
                        {"id": f"{fo}LineItem/32", "quantity": 1},
                    ],
                },
            ],
            "notifyCustomer": False,
            "trackingInfo": {"company": "DHL Express", "number": "JD9"},
        }

    def test_the_same_number_again_changes_nothing(self) -> None:
        for number in ("JD9", "jd-9 "):
            store, http = store_with(open_page(fulfilments=(fulfilment(9, (ROW, 2)),)))
            assert store.add_parcel(ORDER, "DHL", number, items((1, 2))).ref == "gid://shopify/Fulfillment/9"
            assert http.operations == ["order"]

    def test_a_cancelled_parcel_with_this_number_does_not_count(self) -> None:
        gone = fulfilment(
            8, (ROW, 2), status="CANCELLED", trackingInfo=[{"company": "X", "number": "JD9", "url": None}]
        )
        store, http = store_with(
            open_page(fulfilment_order(1, (11, 1, 2)), fulfilments=(gone,)), fulfilled(made=fulfilment(9, (ROW, 2)))
        )
        assert store.add_parcel(ORDER, "X", "JD9", items((1, 2))).ref.endswith("/9")
        assert http.operations == ["order", "fulfillmentCreate"]

    def test_a_location_that_has_all_is_taken(self) -> None:
        groups = (fulfilment_order(1, (11, 1, 1), place=1), fulfilment_order(2, (21, 1, 1), (22, 2, 1), place=2))
        store, http = store_with(open_page(*groups), fulfilled(made=fulfilment(9, (ROW, 2))))
        store.add_parcel(ORDER, "X", "JD9", items((1, 1), (2, 1)))
        (group,) = http.variables()["fulfillment"]["lineItemsByFulfillmentOrder"]
        assert group["fulfillmentOrderId"].endswith("/2")

    def test_several_locations_are_refused_by_name(self) -> None:
        groups = (fulfilment_order(1, (11, 1, 1), place=1), fulfilment_order(2, (22, 2, 1), place=2))
        store, http = store_with(open_page(*groups))
        with pytest.raises(Refused, match="several locations: Place 1, Place 2"):
            store.add_parcel(ORDER, "X", "JD9", items((1, 1), (2, 1)))
        assert http.operations == ["order"]

    def test_held_units_are_refused(self) -> None:
        store, _ = store_with(open_page(fulfilment_order(1, (11, 1, 2), status="ON_HOLD")))
        with pytest.raises(Refused, match="ON_HOLD"):
            store.add_parcel(ORDER, "X", "JD9", items((1, 1)))

    def test_groups_are_read_to_the_last_page(self) -> None:
        def page(group: dict[str, object], after: str | None) -> Response:
            groups = {"nodes": [group], "pageInfo": {"hasNextPage": bool(after), "endCursor": after}}
            return answer({"order": {"id": ORDER, "fulfillments": [], "fulfillmentOrders": groups}})

        store, http = store_with(
            page(fulfilment_order(1, (11, 1, 1), status="CLOSED"), "abc"),
            page(fulfilment_order(2, (21, 1, 1)), None),
            fulfilled(made=fulfilment(9, (ROW, 1))),
        )
        store.add_parcel(ORDER, "X", "JD9", items((1, 1)))
        assert http.variables(1)["after"] == "abc"

    def test_a_deleted_location_still_has_a_name(self) -> None:
        nowhere = fulfilment_order(1, (11, 1, 1), assignedLocation={"name": "Old place", "location": None})
        store, _ = store_with(open_page(nowhere), fulfilled(made=fulfilment(9, (ROW, 1))))
        assert store.add_parcel(ORDER, "X", "JD9", items((1, 1))).number == "JD9"

    def test_no_such_order(self) -> None:
        store, _ = store_with(answer({"order": None}))
        with pytest.raises(Refused, match="no order"):
            store.add_parcel(ORDER, "X", "1", items((1, 1)))

    @pytest.mark.parametrize(
        ("words", "kind"),
        [
            ("Fulfillment order does not exist.", Retry),
            ("Fulfillment order line item does not exist.", Retry),
            ("Invalid fulfillment order line item quantity requested.", Retry),
            ("Fulfillment order 5 has an unfulfillable status= closed.", Retry),
            (
                "All fulfillment orders must be assigned to a single location. Multiple locations with ids [1] found.",
                Retry,
            ),
            ("The api_client does not have access to the fulfillment order.", CredentialRefused),
            ("Quantity must be greater than 0", Refused),
            ("Something else", Refused),
        ],
    )
    def test_errors(self, words: str, kind: type[OutsideError]) -> None:
        store, _ = store_with(open_page(fulfilment_order(1, (11, 1, 1))), fulfilled(words))
        with pytest.raises(OutsideError) as caught:
            store.add_parcel(ORDER, "X", "JD9", items((1, 1)))
        assert type(caught.value) is kind

    def test_neither_shipment_nor_error_is_unknown(self) -> None:
        store, _ = store_with(open_page(fulfilment_order(1, (11, 1, 1))), fulfilled())
        with pytest.raises(Unknown):
            store.add_parcel(ORDER, "X", "JD9", items((1, 1)))
