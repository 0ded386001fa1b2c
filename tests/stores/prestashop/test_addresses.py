"""Addresses as the shop takes them, at creation and when the buyer moves."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.stores.plans import PRESTASHOP
from tests.stores.prestashop.given import Notes, new_shop, store_of
from tokbridge.core.errors import Refused

ADDRESS, plan = PRESTASHOP.address, PRESTASHOP.plan


class TestAddress:
    def test_what_the_patterns_refuse_is_cleaned_and_the_raw_address_kept(self) -> None:
        shop = new_shop()
        dirty = replace(
            ADDRESS,
            first_name="J*** 2nd",
            last_name="Dr.Who",
            line1="5_A <b>",
            city="Paris #1",
            postal_code="75_002",
            phone="(+33)6**",
        )
        store_of(shop).create_order(plan(address=dirty), Notes())
        row = shop.table("addresses")[1]
        assert (row["firstname"], row["lastname"]) == ("J nd", "Dr. Who")
        assert (row["address1"], row["city"], row["postcode"]) == ("5 A b", "Paris 1", "75 002")
        assert "phone" not in row
        assert "J*** 2nd Dr.Who" in row["other"]
        assert not set("<>{}") & set(row["other"])

    def test_a_country_that_asks_for_an_identification_number(self) -> None:
        shop = new_shop()
        store_of(shop).create_order(plan(address=replace(ADDRESS, country_code="ES")), Notes())
        assert shop.table("addresses")[1]["dni"] == "TikTok"

    def test_the_state_is_of_the_country(self) -> None:
        shop = new_shop()
        address = replace(ADDRESS, country_code="US", province="Michigan", province_code="MI")
        store_of(shop).create_order(plan(address=address), Notes())
        assert shop.table("addresses")[1]["id_state"] == "25"


class TestUpdateAddress:
    def test_a_new_address_with_our_line(self) -> None:
        shop = new_shop()
        made = store_of(shop).create_order(plan(), Notes())
        moved = replace(ADDRESS, line1="1 Other Street", city="Lyon")
        for _ in range(2):
            store_of(shop).update_address(made.ref, moved)
        assert len(shop.table("addresses")) == 2
        order = shop.table("orders")[1]
        assert order["id_address_delivery"] == order["id_address_invoice"] == "2"
        assert shop.table("addresses")[2]["city"] == "Lyon"
        assert shop.table("addresses")[1]["city"] == "Paris"
        assert store_of(shop).read_order(made.ref) is not None
        assert store_of(shop).read_order(made.ref).lines == made.lines  # type: ignore[union-attr]

    def test_an_unknown_order(self) -> None:
        with pytest.raises(Refused, match="store_order_gone"):
            store_of(new_shop()).update_address("77", ADDRESS)
