"""Shipments out of the shop and into it, and the feed of changes."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from tests.stores.plans import MARKER, PRESTASHOP
from tests.stores.prestashop.given import NOW, Crash, Notes, lost, new_shop, store_of
from tests.stores.prestashop.shop import KEY, SHOP, Shop
from tokbridge.core.errors import Refused, Unknown
from tokbridge.core.wire import Request, Response
from tokbridge.stores.base import Carrier, Change, Page, ParcelItem
from tokbridge.stores.prestashop import PrestaShopConfig, PrestaShopStore
from tokbridge.stores.prestashop.changes import Cursor

line, plan = PRESTASHOP.line, PRESTASHOP.plan

TWO = plan(lines=(line(quantity=2), line(line_ids=("9",), variant="20-0", seller_sku="SKU-20")))


def ordered(shop: Shop, marker: str = MARKER) -> str:
    return store_of(shop).create_order(replace(TWO, marker=marker), Notes()).ref


class TestOut:
    def test_nothing_is_shipped_yet(self) -> None:
        shop = new_shop()
        assert store_of(shop).parcels_of([ordered(shop)]) == []

    def test_a_number_is_a_parcel_with_everything(self) -> None:
        shop = new_shop()
        ref = ordered(shop)
        shop.table("order_carriers")[1]["tracking_number"] = "TRK 1"
        (parcel,) = store_of(shop).parcels_of([ref])
        assert (parcel.ref, parcel.order_ref, parcel.carrier, parcel.number) == ("1", ref, "TikTok", "TRK 1")
        assert [(item.line_ref, item.quantity) for item in parcel.items] == [("1", 2), ("2", 1)]
        assert not parcel.cancelled

    def test_a_second_number_holds_nothing_that_one_could_tell(self) -> None:
        shop = new_shop()
        ref = ordered(shop)
        shop.table("order_carriers")[1]["tracking_number"] = "TRK1"
        shop.add("order_carriers", id_order=ref, id_carrier=2, tracking_number="TRK2")
        first, second = store_of(shop).parcels_of([ref])
        assert (first.number, second.number, second.items) == ("TRK1", "TRK2", ())
        assert second.carrier == "My carrier"
        assert second.url == "https://track.example/TRK2"

    def test_a_carrier_made_since_the_last_look_has_its_name(self) -> None:
        shop = new_shop()
        ref = ordered(shop)
        store = store_of(shop)
        shop.table("order_carriers")[1]["tracking_number"] = "TRK1"
        assert store.parcels_of([ref])[0].carrier == "TikTok"
        made = shop.add("carriers", id=33, id_reference=33, name="Royal Mail", active=1, deleted=0, is_free=0, url="")
        shop.table("order_carriers")[1]["id_carrier"] = made if isinstance(made, int) else 33
        assert store.parcels_of([ref])[0].carrier == "Royal Mail"

    def test_shipped_without_a_number(self) -> None:
        shop = new_shop()
        ref = ordered(shop)
        shop.move(shop.table("orders")[1], "4")
        (parcel,) = store_of(shop).parcels_of([ref])
        assert (parcel.number, parcel.cancelled) == ("", False)
        shop.table("order_carriers")[1]["tracking_number"] = "TRK1"
        (later,) = store_of(shop).parcels_of([ref])
        assert (later.ref, later.number) == (parcel.ref, "TRK1")

    def test_shipped_and_taken_back(self) -> None:
        shop = new_shop()
        ref = ordered(shop)
        shop.move(shop.table("orders")[1], "4")
        shop.move(shop.table("orders")[1], "2")
        (parcel,) = store_of(shop).parcels_of([ref])
        assert parcel.cancelled

    def test_a_state_of_the_merchants_means_shipped(self) -> None:
        shop = new_shop()
        ref = ordered(shop)
        shop.move(shop.table("orders")[1], "14")
        assert store_of(shop).parcels_of([ref]) == []
        assert len(store_of(shop, shipped_states=frozenset({"14"})).parcels_of([ref])) == 1

    def test_an_order_without_a_carrier_row(self) -> None:
        shop = new_shop()
        ref = ordered(shop)
        shop.table("order_carriers").clear()
        shop.move(shop.table("orders")[1], "4")
        (parcel,) = store_of(shop).parcels_of([ref])
        assert parcel.ref == f"order-{ref}"

    def test_many_orders_in_two_calls(self) -> None:
        shop = new_shop()
        refs = [ordered(shop, str(number)) for number in range(5)]
        for row in shop.table("order_carriers").values():
            row["tracking_number"] = f"TRK{row['id']}"
        store = store_of(shop)
        store.carriers()
        before = len(shop.requests)
        assert {parcel.order_ref for parcel in store.parcels_of([*refs, "999", "x"])} == set(refs)
        assert shop.operations[before:] == ["orders.read", "order_carriers.read", *shop.operations[before + 2 :]]
        assert len(shop.operations[before:]) <= 5  # the states and settings of the shop, once
        assert store.parcels_of([]) == []


class TestIn:
    @staticmethod
    def all_of(shop: Shop, ref: str) -> list[ParcelItem]:
        order = store_of(shop).read_order(ref)
        assert order is not None
        return [ParcelItem(row.ref, row.sku, row.quantity) for row in order.lines]

    def test_everything_in_one_parcel(self) -> None:
        shop = new_shop()
        ref = ordered(shop)
        parcel = store_of(shop).add_parcel(ref, "DHL", "JD 0001", self.all_of(shop, ref))
        assert (parcel.ref, parcel.number) == ("1", "JD 0001")
        assert shop.table("orders")[1]["current_state"] == "4"
        assert shop.writes[-2:] == ["order_carriers.update", "order_histories.create"]  # the number first
        assert not any("sendemail" in request.url for request in shop.requests)

    def test_a_repetition_changes_nothing(self) -> None:
        shop = new_shop()
        ref = ordered(shop)
        items = self.all_of(shop, ref)
        first = store_of(shop).add_parcel(ref, "DHL", "JD-0001", items)
        writes = len(shop.writes)
        assert store_of(shop).add_parcel(ref, "DHL", "jd0001", items).ref == first.ref
        assert len(shop.writes) == writes

    @pytest.mark.parametrize("operation", ["order_carriers.update", "order_histories.create"])
    def test_a_doubt_and_again(self, operation: str) -> None:
        shop = new_shop()
        ref = ordered(shop)
        items = self.all_of(shop, ref)
        shop.after = lost(operation)
        with pytest.raises(Unknown):
            store_of(shop).add_parcel(ref, "DHL", "JD1", items)
        shop.after = lambda number, request: None
        assert store_of(shop).add_parcel(ref, "DHL", "JD1", items).number == "JD1"
        assert len(shop.table("order_carriers")) == 1
        assert [row["id_order_state"] for row in shop.table("order_histories").values()] == ["11", "4"]

    def test_two_parcels(self) -> None:
        shop = new_shop()
        ref = ordered(shop)
        first, second = self.all_of(shop, ref)
        store_of(shop).add_parcel(ref, "DHL", "JD1", [first])
        assert shop.table("orders")[1]["current_state"] == "11"
        parcel = store_of(shop).add_parcel(ref, "my CARRIER", "JD2", [second])
        assert (parcel.ref, parcel.carrier) == ("2", "My carrier")
        assert shop.table("orders")[1]["current_state"] == "4"
        assert [row["tracking_number"] for row in shop.table("order_carriers").values()] == ["JD1", "JD2"]

    def test_a_lost_second_parcel_is_found_by_its_number(self) -> None:
        shop = new_shop()
        ref = ordered(shop)
        items = self.all_of(shop, ref)
        store_of(shop).add_parcel(ref, "DHL", "JD1", items[:1])
        shop.after = lost("order_carriers.create")
        with pytest.raises(Unknown):
            store_of(shop).add_parcel(ref, "DHL", "JD2", items[1:])
        shop.after = lambda number, request: None
        store_of(shop).add_parcel(ref, "DHL", "JD2", items[1:])
        assert len(shop.table("order_carriers")) == 2

    def test_signs_that_the_shop_refuses(self) -> None:
        shop = new_shop()
        ref = ordered(shop)
        assert store_of(shop).add_parcel(ref, "DHL", "A*B", []).number == "A B"
        with pytest.raises(Refused, match="tracking number"):
            store_of(shop).add_parcel(ref, "DHL", "***", [])

    def test_refused(self) -> None:
        shop = new_shop()
        with pytest.raises(Refused, match="no order 77"):
            store_of(shop).add_parcel("77", "DHL", "JD1", [])
        ref = ordered(shop)
        shop.move(shop.table("orders")[1], "6")
        with pytest.raises(Refused, match="cancelled"):
            store_of(shop).add_parcel(ref, "DHL", "JD1", [])

    def test_carriers_by_what_stays(self) -> None:
        carriers = store_of(new_shop()).carriers()
        assert sorted(carriers, key=lambda one: one.code) == [
            Carrier("1", "Click and collect"),
            Carrier("2", "My carrier"),
            Carrier("5", "TikTok"),
        ]


class Feed:
    """The flow's side of the feed: it keeps the cursor after it kept the changes."""

    def __init__(self, shop: Shop, at: float = NOW) -> None:
        self.shop, self.at, self.cursor = shop, at, ""

    def store(self) -> PrestaShopStore:
        config = PrestaShopConfig(shop=SHOP, key=KEY, payment_module="ps_wirepayment", carrier="5")
        return PrestaShopStore(self.shop, config, lambda: self.at)

    def page(self) -> Page:
        page = self.store().changes_since(self.cursor)
        self.cursor = page.cursor
        assert len(self.cursor) <= 200
        return page

    def all(self) -> list[Change]:
        found: list[Change] = []
        while True:
            page = self.page()
            found += page.changes
            if not page.more:
                return found


class TestFeed:
    def test_states_with_their_parcels(self) -> None:
        shop = new_shop()
        ordered(shop)
        feed = Feed(shop)
        (first,) = feed.all()
        assert (first.ref, first.marker, first.status, first.cancelled) == (
            "1",
            MARKER,
            "Remote payment accepted",
            False,
        )
        assert feed.all() == []
        shop.table("order_carriers")[1]["tracking_number"] = "TRK1"
        store_of(shop).set_status("1", "4")
        (shipped,) = feed.all()
        assert shipped.status == "Shipped"
        assert shipped.parcels is not None and [parcel.number for parcel in shipped.parcels] == ["TRK1"]
        store_of(shop).set_status("1", "6")
        assert [change.cancelled for change in feed.all()] == [True]

    def test_orders_of_others_are_passed_over(self) -> None:
        shop = new_shop()
        ordered(shop)
        shop.table("orders")[1]["gift_message"] = "Happy birthday"
        assert Feed(shop).all() == []

    def test_an_empty_shop(self) -> None:
        feed = Feed(new_shop())
        assert feed.all() == []
        ordered(feed.shop)
        assert len(feed.all()) == 1

    def test_only_the_last_day_at_the_beginning(self) -> None:
        shop = new_shop()
        ordered(shop)
        ordered(shop, "2")
        shop.table("order_histories")[1]["date_add"] = "2026-11-20 12:00:00"
        assert [change.marker for change in Feed(shop).all()] == ["2"]
        for row in shop.table("order_histories").values():
            row["date_add"] = "2026-11-20 12:00:00"
        feed = Feed(shop)
        assert feed.all() == []
        ordered(shop, "3")
        assert [change.marker for change in feed.all()] == ["3"]

    def test_more_lines_than_a_page(self) -> None:
        shop = new_shop()
        ordered(shop)
        feed = Feed(shop)
        feed.all()
        for state in ("3", "2") * 60:
            store_of(shop).set_status("1", state)
        ordered(shop, "2")
        first = feed.page()
        assert first.more and [change.marker for change in first.changes] == [MARKER]
        assert {change.marker for change in feed.page().changes} == {MARKER, "2"}

    def test_a_line_that_a_slow_transaction_brings_late(self) -> None:
        """Ids are given out before the commit: 5 may be seen before 4."""
        shop = new_shop()
        ordered(shop)
        feed = Feed(shop)
        feed.all()
        ordered(shop, "late")
        late = shop.table("order_histories").pop(2)
        ordered(shop, "early")
        shop.table("order_histories")[3] = shop.table("order_histories").pop(2) | {"id": 3}
        assert [change.marker for change in feed.all()] == ["early"]
        assert feed.all() == []
        shop.table("order_histories")[2] = late
        assert [change.marker for change in feed.all()] == ["late"]
        assert feed.all() == []

    def test_the_slow_sweep_finds_edits_without_a_state(self) -> None:
        shop = new_shop()
        ordered(shop)
        feed = Feed(shop)
        feed.all()
        shop.table("orders")[1]["date_upd"] = "2026-11-22 01:10:00"
        assert feed.all() == []
        feed.at += 1000
        assert [change.marker for change in feed.all()] == [MARKER]

    def test_the_sweep_goes_on_over_pages(self) -> None:
        shop = new_shop()
        for number in range(3):
            ordered(shop, str(number))
        order = shop.table("orders")[1]
        for ref in range(4, 240):
            shop.add("orders", **(order | {"id": ref, "gift_message": f"tts:{ref}", "date_upd": "2026-11-22 00:30:00"}))
        feed = Feed(shop)
        feed.all()
        feed.at += 1000
        assert {change.ref for change in feed.all()} >= {str(ref) for ref in range(1, 240)}

    def test_a_crash_while_reading_loses_nothing(self) -> None:
        shop = new_shop()
        ordered(shop)
        feed = Feed(shop)

        def die(number: int, request: Request) -> Response | None:
            if request.operation == "order_carriers.read":
                raise Crash
            return None

        shop.before = die
        with pytest.raises(Crash):
            feed.page()
        shop.before = lambda number, request: None
        assert len(feed.all()) == 1


class TestCursor:
    def test_gaps(self) -> None:
        cursor = Cursor(10, 0, "2026-11-22 00:00:00", 0).after([11, 13, 16])
        assert [ref for ref in range(1, 20) if cursor.awaits(ref)] == [12, 14, 15, 17, 18, 19]
        later = cursor.after([14])
        assert [ref for ref in range(1, 20) if later.awaits(ref)] == [12, 15, 17, 18, 19]
        assert Cursor.read(later.text()) == later

    def test_gaps_are_given_up_once_far_below(self) -> None:
        cursor = Cursor(10, 0, "2026-11-22 00:00:00", 0).after([12]).after(range(13, 60))
        assert cursor.gaps == 0
        assert len(json.dumps(cursor.text())) < 200
