"""Every write may lose its answer, before or after it was carried out: whoever asks again reaches the same end.

The Magento here keeps one order in memory with the rules of reference magento-rest.md 8 and 9: what may be invoiced,
shipped, cancelled and refunded, and what becomes of the state.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.stores.magento.fake import FakeHttp, config_with, fail, item, ok, order, rows, shipment, track
from tokbridge.core.errors import OutsideError, Unknown
from tokbridge.core.wire import Request, Response
from tokbridge.stores.magento import MagentoStore
from tokbridge.stores.nouns import ParcelItem


class OneOrder:
    """Loses the answer of write number `lost` (from 1), carried out or not."""

    def __init__(self, *items: dict[str, Any], lost: int = 0, carried_out: bool = False) -> None:
        self.order = order(*items)
        self.shipments: list[dict[str, Any]] = []
        self.http = FakeHttp([])
        self.writes: list[str] = []
        self._lost, self._carried_out = lost, carried_out

    def send(self, request: Request) -> Response:
        self.http.requests.append(request)
        if not request.write:
            return ok(self.order) if self.http.path() == "orders/9" else rows(*self.shipments)
        self.writes.append(self.http.path())
        if len(self.writes) == self._lost and not self._carried_out:
            raise Unknown("timeout", "before")
        answer = self._act(self.http.path().rpartition("/")[2], self.http.body() if request.body else {})
        self._settle()
        if len(self.writes) == self._lost:
            raise Unknown("timeout", "after")
        return answer

    def _act(self, verb: str, body: dict[str, Any]) -> Response:
        if verb == "comments":
            told = body["statusHistory"] | {"entity_id": len(self.order["status_histories"]) + 1}
            self.order["status_histories"].insert(0, told)
            return ok(True)
        if verb == "cancel":
            open_ = {row["item_id"]: _to_invoice(row) for row in self.order["items"]}
            if not any(open_.values()):
                return ok(False)
            for row in self.order["items"]:
                row["qty_canceled"] += min(open_[row["item_id"]], _to_ship(row))
            return ok(True)
        room, counter = {
            "invoice": (_to_invoice, "qty_invoiced"),
            "ship": (_to_ship, "qty_shipped"),
            "refund": (lambda row: row["qty_invoiced"] - row["qty_refunded"], "qty_refunded"),
        }[verb]
        by_id = {row["item_id"]: row for row in self.order["items"]}
        if any(one["qty"] > room(by_id[one["order_item_id"]]) for one in body["items"]):
            return fail(400, f"invalid quantity to {verb}")
        for one in body["items"]:
            by_id[one["order_item_id"]][counter] += one["qty"]
        if verb == "ship":
            units = tuple((one["order_item_id"], one["qty"]) for one in body["items"])
            number = body["tracks"][0]["track_number"]
            self.shipments.append(shipment(len(self.shipments) + 1, track(1, tracking=number), units=units))
            return ok(str(len(self.shipments)))
        return ok("1")

    def _settle(self) -> None:
        table = self.order["items"]
        if all(row["qty_canceled"] == row["qty_ordered"] for row in table):
            state = "canceled"
        elif all(row["qty_canceled"] + row["qty_refunded"] == row["qty_ordered"] for row in table):
            state = "closed"
        elif not any(_to_invoice(row) or _to_ship(row) for row in table):
            state = "complete"
        else:
            state = "processing" if any(row["qty_invoiced"] or row["qty_shipped"] for row in table) else "new"
        self.order |= {"state": state, "status": state}

    def counts(self) -> list[tuple[int, int, int, int]]:
        """(invoiced, shipped, canceled, refunded) per row."""
        names = ("qty_invoiced", "qty_shipped", "qty_canceled", "qty_refunded")
        return [tuple(row[name] for name in names) for row in self.order["items"]]


def _to_invoice(row: dict[str, Any]) -> int:
    return int(row["qty_ordered"] - row["qty_invoiced"] - row["qty_canceled"])


def _to_ship(row: dict[str, Any]) -> int:
    return int(row["qty_ordered"] - row["qty_shipped"] - row["qty_refunded"] - row["qty_canceled"])


ROWS: dict[str, Callable[[], list[dict[str, Any]]]] = {
    "open": lambda: [item(12, ordered=3), item(13, "B", 2)],
    "invoiced": lambda: [item(12, ordered=3, invoiced=3), item(13, "B", 2, invoiced=2)],
    "half": lambda: [item(12, ordered=3, invoiced=2), item(13, "B", 2)],
    "other shipped": lambda: [item(12, ordered=3), item(13, "B", 2, shipped=2)],
}
TWO = [ParcelItem("12", "TT-A", 2, ("u1", "u2"))]


def shops(name: str) -> Iterator[OneOrder]:
    """The calm one, and one for every write that can lose its answer, twice."""
    yield OneOrder(*ROWS[name]())
    for lost in range(1, 5):
        for carried_out in (False, True):
            yield OneOrder(*ROWS[name](), lost=lost, carried_out=carried_out)


def insist(act: Callable[[], object]) -> None:
    """As the flow does: after a doubt the same call once more."""
    for _ in range(6):
        try:
            act()
        except OutsideError as error:
            assert isinstance(error, Unknown), error
        else:
            return
    raise AssertionError("never done")


def store_of(shop: OneOrder, **settings: Any) -> MagentoStore:
    return MagentoStore(shop, config_with(**settings), lambda: 0.0)


@pytest.mark.parametrize("name", ROWS)
def test_units_are_taken_off_once(name: str) -> None:
    for shop in shops(name):
        store = store_of(shop)
        insist(lambda store=store: store.cancel_lines("9", TWO, True, "k1"))  # type: ignore[misc]
        (_, _, canceled, refunded), other = shop.counts()
        assert canceled + refunded == 2, (shop.writes, shop.counts())
        assert other[2:] == (0, 0)
        store.cancel_lines("9", TWO, True, "k1")
        assert shop.counts()[0][2:] == (canceled, refunded)


@pytest.mark.parametrize("name", ["open", "invoiced", "half"])
def test_a_second_cancellation_takes_only_its_own(name: str) -> None:
    """The first unit goes under one key; the flow may name it again together with the second under another."""
    first, both = [ParcelItem("12", "TT-A", 1, ("u1",))], TWO
    for shop in shops(name):
        store = store_of(shop)
        insist(lambda store=store: store.cancel_lines("9", first, True, "k1"))  # type: ignore[misc]
        insist(lambda store=store: store.cancel_lines("9", both, True, "k2"))  # type: ignore[misc]
        (_, _, canceled, refunded), other = shop.counts()
        assert canceled + refunded == 2
        assert other[2:] == (0, 0)


@pytest.mark.parametrize("name", ["open", "invoiced", "half"])
def test_an_order_is_cancelled_whole(name: str) -> None:
    for shop in shops(name):
        store = store_of(shop)
        insist(lambda store=store: store.cancel_order("9", "why", True))  # type: ignore[misc]
        assert shop.order["state"] in {"canceled", "closed"}
        assert [canceled + refunded for _, _, canceled, refunded in shop.counts()] == [3, 2]
        found = store.read_order("9")
        assert found is not None
        assert found.cancelled


def test_a_parcel_is_shipped_and_invoiced_once() -> None:
    for shop in shops("open"):
        store = store_of(shop)
        insist(lambda store=store: store.add_parcel("9", "UPS", "1Z1", TWO))  # type: ignore[misc]
        insist(lambda store=store: store.book_shipped("9"))  # type: ignore[misc]
        assert len(shop.shipments) == 1
        assert shop.counts() == [(2, 2, 0, 0), (0, 0, 0, 0)]


def test_the_way_to_complete() -> None:
    """A unit is cancelled, the rest ships in two parcels: the order completes, everything that lives is invoiced."""
    shop = OneOrder(*ROWS["open"]())
    store = store_of(shop)
    store.cancel_lines("9", [ParcelItem("12", "TT-A", 1, ("u3",))], True, "k1")
    store.add_parcel("9", "UPS", "1Z1", TWO)
    assert shop.order["state"] == "processing"
    store.add_parcel("9", "DHL", "JD1", [ParcelItem("13", "B", 2)])
    assert shop.order["state"] == "complete"
    assert shop.counts() == [(2, 2, 1, 0), (2, 2, 0, 0)]
    assert [parcel.number for parcel in store.parcels_of(["9"])] == ["1Z1", "JD1"]
