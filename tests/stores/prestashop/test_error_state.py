"""The error state, into which PrestaShop puts an order whose total is not what was paid for it."""

from __future__ import annotations

import pytest

from tests.stores.plans import MARKER, PRESTASHOP
from tests.stores.prestashop.given import Crash, Notes, carry, living, new_shop, store_of
from tests.stores.prestashop.shop import Shop
from tokbridge.core.errors import Refused
from tokbridge.core.wire import Request, Response

plan = PRESTASHOP.plan


class TestErrorState:
    """PrestaShop's total is not what was paid for it: one cancelled order, both figures, and no blind repetition."""

    @staticmethod
    def wrong() -> Shop:
        """A tax that the shop has and its tables do not tell."""
        shop = new_shop()
        shop.tax = lambda product: __import__("fractions").Fraction(1, 10)  # type: ignore[method-assign]
        return shop

    def test_cancelled_once_and_refused_with_both_figures(self) -> None:
        shop = self.wrong()
        with pytest.raises(Refused, match=r"total of 18\.32\d*, while 19\.99 was paid") as refused:
            store_of(shop).create_order(plan(), Notes())
        assert refused.value.code == "payment_error"
        (order,) = shop.table("orders").values()
        assert order["current_state"] == "6"
        assert shop.writes.count("order_histories.create") == 1
        assert store_of(shop).find_order(MARKER) is None

    def test_the_same_prices_are_not_tried_again(self) -> None:
        shop, notes = self.wrong(), Notes()
        for _ in range(3):
            with pytest.raises(Refused, match="payment_error"):
                carry(shop, plan(), notes)
        assert len(shop.table("orders")) == 1
        assert len(shop.mails) == 1

    def test_mended_taxes_are_tried_by_themselves(self) -> None:
        shop, notes = self.wrong(), Notes()
        with pytest.raises(Refused):
            carry(shop, plan(), notes)
        for rule in shop.table("tax_rules").values():
            rule["id_tax"] = "2" if rule["id_tax"] == "1" else rule["id_tax"]
        assert carry(shop, plan(), notes).total == 2398
        assert len(living(shop)) == 1

    def test_the_merchant_allows_the_same_prices_again(self) -> None:
        shop, notes = self.wrong(), Notes()
        with pytest.raises(Refused):
            carry(shop, plan(), notes)
        shop.move(shop.table("orders")[1], "8")
        shop.tax = Shop.tax.__get__(shop)  # type: ignore[method-assign]
        assert carry(shop, plan(), notes).total == 2398
        assert shop.table("orders")[1]["current_state"] == "8"

    @pytest.mark.parametrize("operation", ["orders.create", "order_histories.create", "orders.update"])
    @pytest.mark.parametrize("moment", ["before", "after"])
    def test_a_crash_while_it_is_taken_away(self, operation: str, moment: str) -> None:
        shop, notes = self.wrong(), Notes()

        def die(number: int, request: Request) -> Response | None:
            if request.operation == operation:
                raise Crash
            return None

        setattr(shop, moment, die)
        with pytest.raises(Crash):
            store_of(shop).create_order(plan(), notes)
        setattr(shop, moment, lambda number, request: None)
        assert store_of(shop).find_order(MARKER) is None
        with pytest.raises(Refused, match="payment_error"):
            carry(shop, plan(), notes)
        assert [row["current_state"] for row in shop.table("orders").values()] == ["6"]
        assert len(shop.table("order_histories")) == 2

    def test_staff_may_move_a_finished_order_into_the_error_state(self) -> None:
        shop = new_shop()
        made = store_of(shop).create_order(plan(), Notes())
        shop.move(shop.table("orders")[1], "8")
        found = store_of(shop).find_order(MARKER)
        assert found is not None
        assert (found.ref, found.status, found.cancelled) == (made.ref, "Payment error", False)

    def test_other_prices_in_a_quiet_state_are_not_covered_up(self) -> None:
        shop = self.wrong()
        shop.configure("PS_OS_WS_PAYMENT", 14)
        order = store_of(shop).create_order(plan(), Notes())
        assert order.total == 1832  # the shop's own, beside the plan's 2398: total_differs
