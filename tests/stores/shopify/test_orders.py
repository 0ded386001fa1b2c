"""Finding, reading, creating and changing orders, against a scripted other side."""

from __future__ import annotations

import pytest

from tests.stores.plans import MARKER, SHOPIFY
from tests.stores.shopify.fake import ORDER, NoJournal, answer, order_node, row, store_with
from tokbridge.core.errors import CredentialRefused, OutsideError, Refused, Retry, Unknown
from tokbridge.core.wire import Response
from tokbridge.stores.nouns import StoreLine

ADDRESS, line, plan = SHOPIFY.address, SHOPIFY.line, SHOPIFY.plan


def found(*, by_field: object = None, by_search: tuple[object, ...] = ()) -> Response:
    return answer({"orderByIdentifier": by_field, "orders": {"nodes": list(by_search)}})


def hit(number: int, marker: str = MARKER) -> dict[str, str]:
    return {"id": f"gid://shopify/Order/{number}", "name": f"#{number}", "sourceIdentifier": marker}


def created(*errors: dict[str, object], order: object = None) -> Response:
    return answer({"orderCreate": {"order": order, "userErrors": list(errors)}})


class TestFind:
    def test_asks_by_field_and_by_search_in_one_call_and_then_reads(self) -> None:
        read = answer({"order": order_node(row(1))})
        store, http = store_with(found(by_field=hit(1001), by_search=(hit(1001),)), read)
        order = store.find_order(MARKER)
        assert order is not None
        assert order.ref == ORDER
        assert http.variables(0) == {
            "identifier": {"customId": {"namespace": "tokbridge", "key": "order_id", "value": MARKER}},
            "query": f'source_identifier:"{MARKER}"',
        }
        assert http.variables(1) == {"id": ORDER, "rows": 250}

    def test_either_way_alone_is_enough(self) -> None:
        for first in (found(by_field=hit(1001)), found(by_search=(hit(1001),))):
            store, _ = store_with(first, answer({"order": order_node(row(1))}))
            assert store.find_order(MARKER) is not None

    def test_absence(self) -> None:
        store, http = store_with(found())
        assert store.find_order(MARKER) is None
        assert len(http.requests) == 1
        assert store.settle == 120.0

    def test_what_the_search_merely_resembles_is_not_it(self) -> None:
        store, _ = store_with(found(by_search=(hit(7, f"{MARKER}-2"), hit(8, ""), hit(9, MARKER[:-1]))))
        assert store.find_order(MARKER) is None

    def test_two_orders_are_named(self) -> None:
        store, _ = store_with(found(by_field=hit(1), by_search=(hit(1), hit(2))))
        with pytest.raises(Refused, match=r"#1 \(gid://shopify/Order/1\), #2 \(gid://shopify/Order/2\)"):
            store.find_order(MARKER)

    def test_without_the_definition_the_search_stands_alone(self) -> None:
        missing = {
            "message": "Metafield definition of type 'id' is required when using custom ids.",
            "path": ["orderByIdentifier"],
            "extensions": {"code": "NOT_FOUND"},
        }
        data = {"orderByIdentifier": None, "orders": {"nodes": [hit(1001)]}}
        store, _ = store_with(answer(data, errors=[missing]), answer({"order": order_node(row(1))}))
        assert store.find_order(MARKER) is not None


class TestRead:
    def test_everything(self) -> None:
        node = order_node(
            row(1, "A", 2, ids=("11", "12"), currentQuantity=1),
            row(2, "B", ids=("13",), variant=None),
            row(3, "", ids=("14",), variant=None, extra=[{"key": "_tokbridge_placeholder", "value": "yes"}]),
            row(4, "made by the merchant", variant=None),
            displayFinancialStatus="PARTIALLY_REFUNDED",
        )
        store, _ = store_with(answer({"order": node}))
        order = store.read_order(ORDER)
        assert order is not None
        assert (order.number, order.marker, order.currency, order.total) == ("TTS-1", MARKER, "EUR", 2000)
        assert (order.status, order.cancelled) == ("PARTIALLY_REFUNDED / UNFULFILLED", False)
        assert order.updated_at == 1_789_999_200.0
        assert order.lines[0] == StoreLine(
            ref="gid://shopify/LineItem/1",
            sku="A",
            variant="gid://shopify/ProductVariant/1",
            quantity=2,
            current_quantity=1,
            line_ids=("11", "12"),
        )
        assert order.unlinked == ("B",)

    def test_cancelled_and_without_financial_status(self) -> None:
        node = order_node(cancelledAt="2026-09-21T14:00:00Z", displayFinancialStatus=None, sourceIdentifier=None)
        store, _ = store_with(answer({"order": node}))
        order = store.read_order(ORDER)
        assert order is not None
        assert (order.cancelled, order.status, order.marker) == (True, "UNFULFILLED", "")

    def test_missing(self) -> None:
        store, _ = store_with(answer({"order": None}))
        assert store.read_order(ORDER) is None

    def test_more_rows_than_a_page_are_not_half_read(self) -> None:
        node = order_node(lineItems={"nodes": [], "pageInfo": {"hasNextPage": True}})
        store, _ = store_with(answer({"order": node}))
        with pytest.raises(Refused, match="more than 250 rows"):
            store.read_order(ORDER)


class TestCreate:
    def test_once_and_read_back_from_the_same_answer(self) -> None:
        store, http = store_with(created(order=order_node(row(1, ids=("577086512123755123",)))))
        order = store.create_order(plan(), NoJournal())
        assert (order.ref, order.total, order.unlinked) == (ORDER, 2000, ())
        assert http.operations == ["orderCreate"]
        assert http.requests[0].cost == 14
        assert http.variables()["options"]["inventoryBehaviour"] == "DECREMENT_IGNORING_POLICY"

    def test_cost_and_answer_grow_with_the_rows(self) -> None:
        store, http = store_with(created(order=order_node(row(1))))
        store.create_order(plan(lines=tuple(line(line_ids=(str(n),)) for n in range(200))), NoJournal())
        assert (http.requests[0].cost, http.variables()["rows"]) == (32, 200)

    def test_too_long_a_list_is_refused_before_anything_is_sent(self) -> None:
        store, http = store_with()
        with pytest.raises(Refused):
            store.create_order(plan(attributes=tuple((str(n), "") for n in range(251))), NoJournal())
        assert http.requests == []

    @pytest.mark.parametrize(
        ("error", "kind", "code"),
        [
            ({"message": "Too many attempts. Please try again later."}, Retry, "Too many attempts"),
            (
                {"message": "Not enough stock", "code": "INVENTORY_CLAIM_FAILED", "field": ["order"]},
                Refused,
                "INVENTORY_CLAIM_FAILED",
            ),
            (
                {"message": "Value must be unique amongst the metafields", "field": ["order", "metafields", "0"]},
                Unknown,
                "duplicate marker",
            ),
            ({"message": "Line items Title can't be blank", "field": ["order", "lineItems"]}, Refused, "userErrors"),
            ({"message": "Shop is asleep", "code": "SHOP_DORMANT", "field": None}, Refused, "SHOP_DORMANT"),
        ],
    )
    def test_user_errors(self, error: dict[str, object], kind: type[OutsideError], code: str) -> None:
        store, _ = store_with(created(error))
        with pytest.raises(OutsideError) as caught:
            store.create_order(plan(), NoJournal())
        assert type(caught.value) is kind
        assert caught.value.code == code
        if isinstance(caught.value, Retry):
            assert (caught.value.after, caught.value.limited) == (60.0, True)

    def test_all_user_errors_are_told_with_their_fields(self) -> None:
        errors = ({"message": "One", "field": ["order"]}, {"message": "Two", "field": ["order", "lineItems", "0"]})
        store, _ = store_with(created(*errors))
        with pytest.raises(Refused, match=r"One \(order\); Two \(order.lineItems.0\)"):
            store.create_order(plan(), NoJournal())

    def test_neither_order_nor_error_is_unknown(self) -> None:
        store, _ = store_with(created())
        with pytest.raises(Unknown):
            store.create_order(plan(), NoJournal())

    def test_missing_scope_stops_the_connection(self) -> None:
        denied = {
            "message": "Access denied for orderCreate field.",
            "extensions": {"code": "ACCESS_DENIED", "requiredAccess": "`write_orders` access scope."},
        }
        store, _ = store_with(answer({"orderCreate": None}, errors=[denied]))
        with pytest.raises(CredentialRefused, match="access scope missing: write_orders"):
            store.create_order(plan(), NoJournal())


def test_update_address() -> None:
    ok = answer({"orderUpdate": {"order": {"id": ORDER}, "userErrors": []}})
    bad = answer({"orderUpdate": {"order": None, "userErrors": [{"message": "Zip is invalid", "field": ["input"]}]}})
    store, http = store_with(ok, bad)
    store.update_address(ORDER, ADDRESS)
    assert http.variables()["input"]["id"] == ORDER
    assert http.variables()["input"]["shippingAddress"]["city"] == "Köln"
    with pytest.raises(Refused, match="Zip is invalid"):
        store.update_address(ORDER, ADDRESS)


def test_words_to_choose_from() -> None:
    store, http = store_with()
    names = [carrier.name for carrier in store.carriers()]
    assert len(names) == len(set(names)) > 150
    assert {"UPS", "USPS", "FedEx", "DHL Express", "DHL eCommerce", "Royal Mail", "Evri", "YunExpress", "4PX"} <= {
        *names
    }
    assert http.requests == []
