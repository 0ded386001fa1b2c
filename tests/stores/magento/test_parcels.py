"""Parcels out of Magento and into it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.stores.magento.fake import (
    fail,
    item,
    ok,
    order,
    processing,
    raw,
    rows,
    shipment,
    store_with,
    track,
)
from tokbridge.core.errors import Refused, Unknown
from tokbridge.core.wire import Response
from tokbridge.stores.magento import MagentoStore
from tokbridge.stores.magento.carriers import coded, shown
from tokbridge.stores.nouns import ParcelItem

UNIT = ParcelItem("12", "TT-A", 1, ("u1",))
SHIPPED = processing(item(shipped=1))


def refs(store: MagentoStore) -> list[tuple[str, str]]:
    return [(parcel.ref, parcel.number) for parcel in store.parcels_of(["9"])]


def test_a_shipment_as_a_parcel() -> None:
    store, http = store_with(rows(shipment(5, track(1), units=((12, 1), (13, 2.0)))))
    (parcel,) = store.parcels_of(["9"])
    assert (parcel.ref, parcel.order_ref, parcel.carrier, parcel.number, parcel.cancelled) == (
        "5",
        "9",
        "UPS",
        "1Z1",
        False,
    )
    assert [(one.line_ref, one.quantity) for one in parcel.items] == [("12", 1), ("13", 2)]
    assert http.filters() == [("order_id", "in", "9")]


def test_a_parcel_keeps_its_reference() -> None:
    """Without a number, with one given late, with another one (deleted and added), and beside a second box."""
    for tracks, found in (
        ((), [("5", "")]),
        ((track(1),), [("5", "1Z1")]),
        ((track(7, tracking="NEW"),), [("5", "NEW")]),
        ((track(3), track(1)), [("5", "1Z1"), ("5#2", "1Z3")]),
    ):
        store, _ = store_with(rows(shipment(5, *tracks)))
        assert refs(store) == found
    trimmed, _ = store_with(rows(shipment(5) | {"tracks": None}))  # an empty list under `fields` is null
    assert refs(trimmed) == [("5", "")]


def test_many_orders_are_asked_for_together() -> None:
    store, http = store_with(rows(), rows(), rows())
    store.parcels_of([str(number) for number in range(1, 121)] + ["1"])
    assert [len(http.filters(index)[0][2].split(",")) for index in range(3)] == [50, 50, 20]
    assert store_with()[0].parcels_of([]) == []


@pytest.mark.parametrize(
    ("code", "title", "said"),
    [
        ("ups", "UPS", "UPS"),
        ("ups", "United Parcel Service", "UPS"),
        ("dhl", "", "DHL"),
        ("dhl", "DHL Express", "DHL Express"),
        ("custom", "Evri", "Evri"),
        ("custom", "", ""),
        ("temando", "", "temando"),
        ("gls", "GLS Germany", "GLS Germany"),
    ],
)
def test_the_carrier_of_a_track(code: str, title: str, said: str) -> None:
    assert shown(code, title) == said


@pytest.mark.parametrize(
    ("carrier", "sent"),
    [
        ("UPS", ("ups", "UPS")),
        ("federal express", ("fedex", "FedEx")),
        ("dhl", ("dhl", "DHL")),
        ("DHL eCommerce", ("custom", "DHL eCommerce")),
        ("", ("custom", "Carrier")),
    ],
)
def test_the_code_of_a_carrier(carrier: str, sent: tuple[str, str]) -> None:
    assert coded(carrier) == sent


def test_the_carriers_that_can_be_given() -> None:
    store, _ = store_with()
    for carrier in store.carriers():
        assert coded(carrier.name)[0] == carrier.code


def test_a_parcel_is_shipped_and_then_invoiced() -> None:
    made = shipment(5, track(1, tracking="1Z 999"))
    store, http = store_with(rows(), ok(order()), ok("5"), rows(made), ok(SHIPPED), ok("3"))
    parcel = store.add_parcel("9", "UPS", "1Z 999", [UNIT])
    assert (parcel.ref, parcel.number) == ("5", "1Z 999")
    assert http.writes == ["POST order/9/ship", "POST order/9/invoice"]
    assert http.written("order.ship") == {
        "items": [{"order_item_id": 12, "qty": 1}],
        "notify": False,
        "appendComment": False,
        "tracks": [{"track_number": "1Z 999", "title": "UPS", "carrier_code": "ups"}],
    }
    assert http.written("order.invoice")["items"] == [{"order_item_id": 12, "qty": 1}]


def test_a_parcel_from_a_source() -> None:
    store, http = store_with(rows(), ok(order()), ok("5"), rows(shipment(5)), ok(processing()), source="wh2")
    store.add_parcel("9", "", "", [UNIT])
    body = http.written("order.ship")
    assert body["arguments"] == {"extension_attributes": {"source_code": "wh2"}}
    assert "tracks" not in body


def test_invoiced_at_creation_needs_no_invoice_now() -> None:
    store, http = store_with(rows(), ok(order()), ok("5"), rows(shipment(5, track(1))), invoice="creation")
    store.add_parcel("9", "UPS", "1Z1", [UNIT])
    assert http.writes == ["POST order/9/ship"]


@pytest.mark.parametrize("answer", [Unknown("timeout", ""), fail(400, "no"), fail(500, "x")])
def test_a_failed_invoice_makes_no_parcel_doubtful(answer: Response | Exception) -> None:
    store, _ = store_with(rows(), ok(order()), ok("5"), rows(shipment(5, track(1))), ok(SHIPPED), answer)
    assert store.add_parcel("9", "UPS", "1Z1", [UNIT]).ref == "5"


def test_a_repetition_finds_the_parcel() -> None:
    store, http = store_with(rows(shipment(5, track(1, tracking="1Z-999"))))
    assert store.add_parcel("9", "UPS", "1z 999", [UNIT]).ref == "5"
    assert http.writes == []
    unnumbered, http = store_with(rows(shipment(5)))
    assert unnumbered.add_parcel("9", "UPS", "", [UNIT]).ref == "5"
    assert http.writes == []


@pytest.mark.parametrize("answer", [Unknown("timeout", ""), fail(500, "x"), raw(200, b"<html>"), ok(True), ok(None)])
def test_a_shipment_in_doubt(answer: Response | Exception) -> None:
    store, http = store_with(rows(), ok(order()), answer)
    with pytest.raises(Unknown):
        store.add_parcel("9", "UPS", "1Z1", [UNIT])
    assert len(http.writes) == 1


def test_a_shipment_that_cannot_be_read_is_doubt() -> None:
    for answer in (raw(503, b""), rows()):
        store, _ = store_with(rows(), ok(order()), ok("5"), answer)
        with pytest.raises(Unknown):
            store.add_parcel("9", "UPS", "1Z1", [UNIT])


def test_magentos_refusal_is_told() -> None:
    store, _ = store_with(rows(), ok(order()), fail(400, "Could not save a shipment, see error log for details"))
    with pytest.raises(Refused, match="Could not save a shipment"):
        store.add_parcel("9", "UPS", "1Z1", [UNIT])


def test_a_shipment_that_was_cut_meanwhile_is_told() -> None:
    two = [ParcelItem("12", "TT-A", 2)]
    store, _ = store_with(rows(), ok(order()), ok("5"), rows(shipment(5, track(1))), ok(processing()))
    with pytest.raises(Refused, match="less than asked for"):
        store.add_parcel("9", "UPS", "1Z1", two)


@pytest.mark.parametrize(
    ("found", "items", "words"),
    [
        (order(state="holded", status="holded"), [UNIT], "release the hold"),
        (order(state="canceled", status="canceled"), [UNIT], "canceled"),
        (processing(item(shipped=2)), [UNIT], "0 open of 2"),
        (processing(item(canceled=1)), [ParcelItem("12", "TT-A", 2)], "1 open"),
        (processing(item(product_type="virtual")), [UNIT], "0 open"),
        (order(), [UNIT, UNIT, UNIT], "3 to ship"),
        (order(), [ParcelItem("13", "B", 1)], "no row 13"),
        (order(), [], "without units"),
    ],
)
def test_what_cannot_be_shipped(found: dict[str, Any], items: list[ParcelItem], words: str) -> None:
    store, http = store_with(rows(), ok(found))
    with pytest.raises(Refused, match=words):
        store.add_parcel("9", "UPS", "1Z1", items)
    assert http.writes == []
