"""Our requests against Adobe's schemas, and our readers against what real shops answered."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import Any

import pytest

from tests.stores.magento.fake import (
    COUNTRY,
    VIEW,
    WEBSITES,
    FakeHttp,
    NoJournal,
    item,
    ok,
    order,
    processing,
    product_row,
    rows,
    shipment,
    store_with,
    track,
)
from tests.stores.magento.reference import body_of, faults, recorded, route, schema
from tests.stores.magento.test_catalogue import NO_MSI, PLACE, counted, source
from tests.stores.plans import MAGENTO
from tokbridge.core.plan import PlanFee, PlanShipping, PlanTax
from tokbridge.stores.magento.health import INVENTORY_PROBES, PROBES
from tokbridge.stores.magento.readback import rows_of, shipment_parcels, store_order
from tokbridge.stores.nouns import Base, ParcelItem

ADDRESS, line, plan = MAGENTO.address, MAGENTO.line, MAGENTO.plan

UNIT = ParcelItem("12", "TT-A", 1, ("u1",))
READY = (ok([VIEW]), ok(COUNTRY), rows(product_row()))
TAX = (PlanTax("Sales tax", "0.08", 120, True),)


def create_everything() -> FakeHttp:
    many = line(quantity=14, line_ids=tuple(f"{number:019}" for number in range(14)), taxes=TAX)
    made = plan(
        lines=(many, line(variant="", requires_shipping=False)),
        shipping=PlanShipping("S", "s", 500, TAX),
        fees=(PlanFee("a", "Fee", 1),),
    )
    store, http = store_with(*READY, ok(order()), ok(order()), ok("1"), ok(order()), invoice="creation")
    store.create_order(made, NoJournal())
    return http


def ship() -> FakeHttp:
    made = shipment(5, track(1))
    store, http = store_with(
        rows(), ok(order()), ok("5"), rows(made), ok(processing(item(shipped=1))), ok("3"), source="wh2"
    )
    store.add_parcel("9", "Evri", "1Z1", [UNIT])
    return http


def cancel() -> FakeHttp:
    closed = order(item(invoiced=2, refunded=2), state="closed")
    store, http = store_with(ok(processing(item(invoiced=2))), ok("4"), ok(closed), ok(True))
    store.cancel_order("9", "why", restock=True)
    return http


def take_off() -> FakeHttp:
    between = processing(item(12, ordered=3, invoiced=2, canceled=1))
    after = processing(item(12, ordered=3, invoiced=2, canceled=1, refunded=1))
    before = processing(item(12, ordered=3, invoiced=2))
    store, http = store_with(ok(before), ok(True), ok(True), ok(between), ok("4"), ok(after))
    store.cancel_lines("9", [ParcelItem("12", "TT-A", 2, ("u1", "u2"))], restock=True, key="k")
    return http


def correct() -> FakeHttp:
    store, http = store_with(ok(order()), ok(COUNTRY), ok([VIEW]), ok({}), ok({}))
    store.update_address("9", ADDRESS)
    return http


def set_shelf() -> FakeHttp:
    store, http = store_with(counted(), *PLACE, rows(source("default", 1)), ok([]))
    store.set_stock("1:TT-A", 5)
    return http


def set_shelf_without_msi() -> FakeHttp:
    store, http = store_with(counted(), *NO_MSI, ok(1))
    store.set_stock("1:TT-A", 5)
    return http


FLOWS = (create_everything, ship, cancel, take_off, correct, set_shelf, set_shelf_without_msi)


@pytest.mark.parametrize("version", ["2.4.4", "2.4.9"])
@pytest.mark.parametrize("flow", FLOWS)
def test_every_request_fits_adobes_schema(version: str, flow: Any) -> None:
    whole = schema(version)
    http = flow()
    writes = [index for index, request in enumerate(http.requests) if request.write]
    assert writes
    for index, request in enumerate(http.requests):
        if http.path(index).endswith("/cancel") or http.path(index).startswith("directory/"):
            continue  # without a body; for guests, in a schema of its own
        operation = route(whole, request.method, http.path(index))
        if request.body:
            found = list(faults(json.loads(request.body), body_of(operation), whole))
            assert not found, found[:10]


@pytest.mark.parametrize("version", ["2.4.4", "2.4.9"])
def test_every_probe_is_a_route(version: str) -> None:
    for probe in (*PROBES, *INVENTORY_PROBES):
        assert route(schema(version), probe.method, probe.path.partition("?")[0])


def test_the_schema_check_finds_what_is_wrong() -> None:
    whole = schema("2.4.4")
    shape = body_of(route(whole, "PUT", "orders/create"))
    wrong = {"entity": {"foo": 1, "store_id": "1", "customer_is_guest": True, "items": [{"sku": 5, "bar": 1}]}, "x": 1}
    assert len(list(faults(wrong, shape, whole))) == 6


@pytest.mark.parametrize("version", ["2.4.4", "2.4.7-p3"])
def test_every_recorded_order_and_shipment_is_read(version: str) -> None:
    orders = shipments = 0
    rates: set[str] = set()
    for exchange in recorded(version):
        request, answer = exchange["request"], exchange["response"]
        path = request["path"].removeprefix("/rest/V1/")
        if request["method"] != "GET" or answer["status"] != 200 or "fields=" in path:
            continue
        listed = (answer["body"].get("items") or ()) if "searchCriteria" in path else [answer["body"]]
        if re.match(r"orders(/\d+$|\?)", path):
            for node in listed:
                if "order_currency_code" not in node:
                    continue  # the minimal order of the recording: it has not even a currency
                found = store_order(node)
                told = sum(Decimal(str(node.get(name) or 0)) for name in ("total_canceled", "total_refunded"))
                assert found.total == round((Decimal(str(node["grand_total"])) - told) * 100)
                assert found.base is not None
                assert found.base.currency == node["base_currency_code"]
                assert found.total == round(found.base.total * Decimal(found.base.rate))
                rates.add(found.base.rate)
                assert found.cancelled == (node.get("state") == "canceled")
                assert [row.ref for row in rows_of(node)] == [str(one["item_id"]) for one in node["items"]]
                orders += 1
        elif re.match(r"shipment(/\d+$|s\?)", path):
            for node in listed:
                (parcel,) = shipment_parcels(node)
                assert parcel.ref == str(node["entity_id"])
                shipments += 1
    assert orders > 20
    assert rates == {"1", "0.8"}
    assert shipments > 2


@pytest.mark.parametrize("version", ["2.4.4", "2.4.7-p3"])
def test_a_part_invoiced_and_cancelled_order_is_what_we_count_on(version: str) -> None:
    """The recorded ground of `cancel_lines`: the rest becomes qty_canceled, the order stays processing."""
    scenario = [one for one in recorded(version) if "part invoiced" in one["scenario"]]
    cancelled = next(index for index, one in enumerate(scenario) if one["name"] == "cancel")
    assert scenario[cancelled]["response"]["body"] is True
    after = scenario[cancelled + 1]["response"]["body"]
    (row,) = rows_of(after)
    assert (after["state"], row.invoiced, row.canceled, row.live) == ("processing", 1, 1, 1)
    assert Decimal(str(after["shipping_invoiced"])) == 5
    assert store_order(after).total == 2444


def test_the_base_total_is_magentos_own() -> None:
    """Not worked out from the rate: what each row was rounded to is Magento's matter."""
    told = order() | {
        "order_currency_code": "GBP",
        "grand_total": 17.0,
        "base_currency_code": "EUR",
        "base_grand_total": 20.01,
        "base_total_refunded": 5.01,
        "base_to_order_rate": 0.8500,
    }
    assert store_order(told).base == Base(1500, "EUR", "0.85")
    for lacking in ({"base_currency_code": "XTS"}, {"base_grand_total": None}):
        assert store_order(told | lacking).base is None


def test_the_scripted_shapes_are_the_recorded_ones() -> None:
    """So that the other tests do not speak of a Magento that nobody has seen."""
    by_name = {one["name"]: one["response"]["body"] for one in recorded("2.4.7-p3")}
    real = by_name["order now"]
    assert set(order()) - {"ext_order_id"} <= set(real)
    assert set(item()) - {"ext_order_item_id"} <= set(real["items"][0])
    assert set(WEBSITES[1]) <= set(by_name["V1/store/websites"][1])
    assert set(VIEW) <= set(by_name["V1/store/storeConfigs"][0])
    real_shipment = by_name["one shipment"]
    assert set(shipment(1)) <= set(real_shipment)
    assert set(track(1)) <= set(real_shipment["tracks"][0])
