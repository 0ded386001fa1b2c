"""Finding an order by its mark, whole or half made."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.stores.plans import MARKER, PRESTASHOP
from tests.stores.prestashop.given import Notes, lost, new_shop, store_of
from tests.stores.prestashop.shop import Shop
from tokbridge.core.errors import OutsideError, Refused, Retry, Unknown
from tokbridge.core.wire import Request, Response

plan = PRESTASHOP.plan


class TestFind:
    def test_two_living_orders_are_named(self) -> None:
        shop = new_shop()
        store_of(shop).create_order(plan(), Notes())
        store_of(shop).create_order(replace(plan(), marker="2"), Notes())
        shop.table("orders")[2]["gift_message"] = f"tts:{MARKER}"
        with pytest.raises(Refused, match=r"REF000000 \(id 1\), REF000001 \(id 2\)") as refused:
            store_of(shop).find_order(MARKER)
        assert refused.value.code == "doubled"
        shop.move(shop.table("orders")[1], "6")
        found = store_of(shop).find_order(MARKER)
        assert found is not None and found.ref == "2"

    def test_what_only_resembles_the_mark_is_not_it(self) -> None:
        shop = new_shop()
        store_of(shop).create_order(replace(plan(), marker=f"{MARKER}-2"), Notes())
        assert store_of(shop).find_order(MARKER) is None
        shop.table("orders")[1]["gift_message"] = f"TTS:{MARKER}"  # filters know no case
        assert store_of(shop).find_order(MARKER) is None

    def test_an_order_that_is_not_ours_but_has_the_mark_is_left_as_it_is(self) -> None:
        shop = new_shop()
        store_of(shop).create_order(plan(), Notes())
        shop.table("addresses")[1]["other"] = "typed over"
        shop.table("orders")[1] |= {"note": "", "total_paid": "1.000000"}
        writes = len(shop.writes)
        found = store_of(shop).find_order(MARKER)
        assert found is not None and found.total == 100
        assert len(shop.writes) == writes

    def test_staff_may_change_a_finished_order(self) -> None:
        shop = new_shop()
        store_of(shop).create_order(plan(), Notes())
        shop.table("orders")[1]["total_paid"] = "20.000000"
        found = store_of(shop).find_order(MARKER)
        assert found is not None and found.total == 2000

    def test_a_cancelled_order_is_still_the_order(self) -> None:
        shop = new_shop()
        store_of(shop).create_order(plan(), Notes())
        shop.move(shop.table("orders")[1], "6")
        found = store_of(shop).find_order(MARKER)
        assert found is not None and found.cancelled

    def test_cancelled_before_it_was_finished(self) -> None:
        shop, notes = new_shop(), Notes()
        shop.before = lost("order_payments.read")
        with pytest.raises(OutsideError):
            store_of(shop).create_order(plan(), notes)
        shop.before = lambda number, request: None
        shop.move(shop.table("orders")[1], "6")
        found = store_of(shop).find_order(MARKER)
        assert found is not None and found.cancelled

    def test_a_state_of_the_merchants_means_cancelled(self) -> None:
        shop = new_shop()
        store_of(shop).create_order(plan(), Notes())
        shop.move(shop.table("orders")[1], "14")
        found = store_of(shop, cancelled_states=frozenset({"14"})).find_order(MARKER)
        assert found is not None and found.cancelled

    def test_read(self) -> None:
        shop = new_shop()
        made = store_of(shop).create_order(plan(), Notes())
        assert store_of(shop).read_order(made.ref) == made
        assert store_of(shop).read_order("77") is None
        assert store_of(shop).read_order("gid://x") is None


class TestHalfMade:
    """A look may come while the shop is still at it: the order's row is there, its state and payment are not."""

    @staticmethod
    def half(made_at: str) -> Shop:
        shop = new_shop()

        def fault(number: int, request: Request) -> Response | None:
            if request.operation.startswith("order_payments"):
                raise Unknown("timeout", "no answer")
            return None

        shop.after = fault
        with pytest.raises(Unknown):
            store_of(shop).create_order(plan(), Notes())
        shop.after = lambda number, request: None
        shop.table("order_payments").clear()
        shop.table("orders")[1] |= {"current_state": "0", "date_add": made_at}
        return shop

    def test_it_is_waited_for(self) -> None:
        shop = self.half("2026-11-22 00:59:30")
        writes = len(shop.writes)
        with pytest.raises(Retry, match="still being made"):
            store_of(shop).find_order(MARKER)
        assert len(shop.writes) == writes

    def test_one_that_the_shop_left_half_made_is_shown(self) -> None:
        found = store_of(self.half("2026-11-21 22:00:00")).find_order(MARKER)
        assert found is not None and found.status == "state 0"
