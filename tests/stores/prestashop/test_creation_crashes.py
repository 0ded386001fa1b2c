"""Creating an order: what every crash, lost answer and second worker leaves behind."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.stores.plans import MARKER, PRESTASHOP
from tests.stores.prestashop.given import MIXED, Crash, Notes, carry, dies_at, living, lost, new_shop, store_of
from tests.stores.prestashop.shop import Shop
from tokbridge.core.errors import CredentialRefused, Retry, Unknown
from tokbridge.core.wire import Request, Response
from tokbridge.stores.nouns import StoreOrder

line, plan = PRESTASHOP.line, PRESTASHOP.plan


class TestCrashes:
    """The process dies, or the answer is lost, at every single call. Afterwards there is one living order, whole."""

    @staticmethod
    def whole(shop: Shop, order: StoreOrder) -> None:
        assert [row["id"] for row in living(shop)] == [int(order.ref)]
        assert order.total == MIXED.total
        row = shop.table("orders")[int(order.ref)]
        payments = [one for one in shop.table("order_payments").values() if one["order_reference"] == row["reference"]]
        assert [(Decimal(one["amount"]), one["transaction_id"]) for one in payments] == [
            (Decimal(MIXED.total) / 100, MARKER)
        ]
        assert Decimal(shop.table("order_invoices")[1]["total_paid_tax_incl"]) == Decimal(MIXED.total) / 100
        assert Decimal(row["total_shipping"]) == Decimal("4.24")
        assert MARKER in row["note"]
        assert [unit for line in order.lines for unit in line.line_ids] == ["2", "3", "4", "577086512123755123"]
        stock = {row["id_product"]: row["quantity"] for row in shop.table("stock_availables").values()}
        assert stock["6"] == "299"
        assert len(shop.mails) == 1

    def test_the_process_dies_and_staff_cancel(self) -> None:
        """What is cancelled before anybody could finish it gets its right total and its seal all the same."""
        made = 0
        for at in range(self.calls()):
            shop, notes = new_shop(), Notes()
            shop.after = dies_at(at)
            with pytest.raises(Crash):
                store_of(shop).create_order(MIXED, notes)
            shop.after = lambda number, request: None
            if not shop.table("orders"):
                continue
            made += 1
            shop.move(shop.table("orders")[1], "6")
            for _ in range(2):
                found = store_of(shop).find_order(MARKER)
                assert found is not None
                assert (found.cancelled, found.total) == (True, MIXED.total), f"died at call {at}"
            assert MARKER in shop.table("orders")[1]["note"]
        assert made > 3

    @staticmethod
    def calls() -> int:
        shop = new_shop()
        store_of(shop).create_order(MIXED, Notes())
        return len(shop.requests)

    @pytest.mark.parametrize("moment", ["before", "after"])
    def test_the_process_dies(self, moment: str) -> None:
        for at in range(self.calls()):
            shop, notes = new_shop(), Notes()
            setattr(shop, moment, dies_at(at))
            with pytest.raises(Crash):
                store_of(shop).create_order(MIXED, notes)
            setattr(shop, moment, lambda number, request: None)
            self.whole(shop, carry(shop, MIXED, notes))

    @pytest.mark.parametrize("kind", ["lost", "500", "page"])
    def test_an_answer_is_lost(self, kind: str) -> None:
        """A doubt about the order itself is settled at once; before it, it is Retry; after it, Unknown."""
        total, ordered = self.calls(), 0
        for at in range(total):
            shop, notes = new_shop(), Notes()

            def fault(number: int, request: Request, at: int = at) -> Response | None:
                if number != at:
                    return None
                if kind == "lost":
                    raise Unknown("timeout", "no answer")
                status = 500 if kind == "500" else 200
                return Response(status, {"content-type": "text/html"}, b"<html>" if kind == "page" else b"")

            shop.after = fault
            try:
                order = store_of(shop).create_order(MIXED, notes)
            except Retry:
                assert shop.table("orders") == {}
                order = carry(shop, MIXED, notes)
            except Unknown:
                assert len(shop.table("orders")) == 1
                order = carry(shop, MIXED, notes)
            else:
                ordered += 1
            self.whole(shop, order)
        assert ordered >= 1

    def test_somebody_looks_while_it_is_being_made(self) -> None:
        """Another process (its lease ended, or a person pressed a button) looks at every single moment: it may finish
        the order first, and both write the same."""
        for at in range(self.calls()):
            shop, notes = new_shop(), Notes()

            def look(number: int, request: Request, at: int = at, shop: Shop = shop) -> Response | None:
                if number == at:
                    found = store_of(shop).find_order(MARKER)
                    assert found is None or found.total == MIXED.total
                return None

            shop.after = look
            self.whole(shop, store_of(shop).create_order(MIXED, notes))

    def test_somebody_asks_for_the_same_cart_first(self) -> None:
        """Ours is then refused (the cart is used up), and the order is found by the cart."""
        shop, notes = new_shop(), Notes()
        made: list[StoreOrder] = []

        def overtake(number: int, request: Request) -> Response | None:
            if request.operation == "orders.create" and not made:
                made.append(None)  # type: ignore[arg-type]
                made[0] = store_of(shop).create_order(MIXED, notes)
            return None

        shop.before = overtake
        order = store_of(shop).create_order(MIXED, notes)
        assert made == [order]
        assert shop.writes.count("orders.create") == 2
        self.whole(shop, order)

    def test_each_later_crash_too(self) -> None:
        """Dying again at the next call of every new attempt still ends with one order."""
        shop, notes = new_shop(), Notes()
        reached = 0
        for attempt in range(60):
            seen = {"calls": 0}

            def die(
                number: int, request: Request, seen: dict[str, int] = seen, limit: int = attempt
            ) -> Response | None:
                seen["calls"] += 1
                if seen["calls"] > limit:
                    raise Crash
                return None

            shop.before = die
            try:
                order = carry(shop, MIXED, notes)
            except Crash:
                continue
            reached += 1
            self.whole(shop, order)
        assert reached > 5

    def test_the_order_that_was_asked_for_twice(self) -> None:
        """Our first request got through late: the cart is used up, and the order is found by it."""
        shop, notes = new_shop(), Notes()
        shop.after = lost("orders.create")
        order = store_of(shop).create_order(MIXED, notes)
        self.whole(shop, order)

    def test_no_order_after_a_doubt_is_unknown_and_says_what_to_look_at(self) -> None:
        shop = new_shop()
        with pytest.raises(Unknown, match="payment module nopay is installed"):
            store_of(shop, payment_module="nopay").create_order(plan(), Notes())
        assert shop.table("orders") == {}
        assert store_of(shop).create_order(plan(), Notes()).total == 2398  # the cart is used again
        assert len(shop.table("carts")) == 1

    def test_a_changed_plan_leaves_the_old_cart_alone(self) -> None:
        shop, notes = new_shop(), Notes()
        with pytest.raises(Unknown):
            store_of(shop, payment_module="nopay").create_order(plan(), notes)
        wanted = plan(lines=(line(quantity=2),))
        assert carry(shop, wanted, notes).total == wanted.total
        assert notes.kept == {"id_cart": "2"}

    def test_a_cart_with_another_price_is_left_alone(self) -> None:
        shop, notes = new_shop(), Notes()
        shop.before = lost("orders.create")
        with pytest.raises(Unknown):
            store_of(shop).create_order(plan(), notes)
        shop.before = lambda number, request: None
        shop.table("specific_prices")[1]["price"] = "1.000000"
        assert carry(shop, plan(), notes).total == 2398
        assert notes.kept == {"id_cart": "2"}

    def test_a_permission_taken_away_after_the_order_is_not_nothing_done(self) -> None:
        shop = new_shop()

        def forbid(number: int, request: Request) -> Response | None:
            return shop.error(405, 25, "Method PATCH is not allowed") if request.method == "PATCH" else None

        shop.before = forbid
        with pytest.raises(Unknown, match="order 1 is made"):
            store_of(shop).create_order(plan(), Notes())
        with pytest.raises(CredentialRefused):
            store_of(shop).find_order(MARKER)
        shop.before = lambda number, request: None
        found = store_of(shop).find_order(MARKER)
        assert found is not None and found.total == 2398

    def test_a_correction_that_is_refused_shows_both_totals(self) -> None:
        """The order exists: it is bound with the total it has, and the difference is the operator's to see."""
        shop = new_shop()
        shop.before = lambda number, request: (
            shop.error(400, 85, "Validation error") if request.operation == "order_invoices.update" else None
        )
        with pytest.raises(Unknown):
            store_of(shop).create_order(plan(), Notes())
        found = store_of(shop).find_order(MARKER)
        assert found is not None and found.total == 1999
