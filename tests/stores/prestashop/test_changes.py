"""The feed of changes: nothing is missed, whatever comes late or dies."""

from __future__ import annotations

import json

import pytest

from tests.stores.plans import MARKER
from tests.stores.prestashop.given import NOW, Crash, new_shop, ordered, store_of
from tests.stores.prestashop.shop import KEY, SHOP, Shop
from tokbridge.core.wire import Request, Response
from tokbridge.stores.nouns import Change, Page
from tokbridge.stores.prestashop import PrestaShopConfig, PrestaShopStore
from tokbridge.stores.prestashop.changes import Cursor


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
