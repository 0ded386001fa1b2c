"""Shipments out of the shop and into it."""

from __future__ import annotations

import pytest

from tests.stores.prestashop.given import lost, new_shop, ordered, store_of
from tests.stores.prestashop.shop import Shop
from tokbridge.core.errors import Refused, Unknown
from tokbridge.stores.nouns import Carrier, ParcelItem


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
