"""Creating an order: what is written, what is refused before anything is, and what every crash leaves behind."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from tests.stores.plans import MARKER, PRESTASHOP
from tests.stores.prestashop.shop import Crash, Notes, Shop, lost, new_shop, store_of
from tokbridge.core.errors import CredentialRefused, OutsideError, Refused, Retry, Unknown
from tokbridge.core.plan import Plan, PlanFee, PlanShipping, PlanTax
from tokbridge.core.wire import Request, Response
from tokbridge.stores.base import StoreOrder

ADDRESS, line, plan = PRESTASHOP.address, PRESTASHOP.line, PRESTASHOP.plan

MIXED = plan(
    lines=(
        line(),
        line(line_ids=("2", "3"), seller_sku="SKU-1-1", variant="1-1", quantity=2, unit_price=1549),
        line(line_ids=("4",), seller_sku="SKU-1-1", variant="1-1", quantity=1, unit_price=0, is_gift=True),
    ),
    fees=(PlanFee("handling_fee", "Handling", 25),),
)


def living(shop: Shop) -> list[dict[str, str]]:
    return [row for row in shop.table("orders").values() if row["current_state"] not in {"6", "8"}]


def carry(shop: Shop, wanted: Plan, notes: Notes) -> StoreOrder:
    """What the flow does: look, and create only when the look is empty; the process is a new one each time."""
    store = store_of(shop)
    return store.find_order(wanted.marker) or store.create_order(wanted, notes)


class TestWhatIsMade:
    def test_the_order_is_read_back_and_right(self) -> None:
        shop, notes = new_shop(), Notes()
        order = store_of(shop).create_order(MIXED, notes)
        assert (order.total, order.currency, order.cancelled) == (MIXED.total, "EUR", False)
        assert order.status == "Remote payment accepted"
        assert order.marker == MARKER
        assert order.number == shop.table("orders")[1]["reference"]
        assert notes.kept == {"id_cart": "1"}

    def test_equal_products_are_one_row_and_keep_all_units(self) -> None:
        order = store_of(new_shop()).create_order(MIXED, Notes())
        assert [(row.variant, row.quantity, row.line_ids) for row in order.lines] == [
            ("1-1", 3, ("2", "3", "4")),
            ("6-0", 1, ("577086512123755123",)),
        ]

    def test_shipping_and_fees_stand_on_order_carrier_row_payment_and_invoice(self) -> None:
        shop = new_shop()
        store_of(shop).create_order(MIXED, Notes())
        order, payment = shop.table("orders")[1], shop.table("order_payments")[1]
        invoice, carrier = shop.table("order_invoices")[1], shop.table("order_carriers")[1]
        total, extras = Decimal(MIXED.total) / 100, Decimal("4.24")
        for name in ("total_paid", "total_paid_tax_incl", "total_paid_real"):
            assert Decimal(order[name]) == total
        assert Decimal(order["total_shipping"]) == Decimal(order["total_shipping_tax_incl"]) == extras
        assert Decimal(order["total_products_wt"]) + extras == total
        assert Decimal(payment["amount"]) == Decimal(invoice["total_paid_tax_incl"]) == total
        assert Decimal(carrier["shipping_cost_tax_incl"]) == Decimal(invoice["total_shipping_tax_incl"]) == extras
        assert Decimal(carrier["shipping_cost_tax_excl"]) == Decimal("3.533333")
        assert payment["transaction_id"] == MARKER
        assert order["note"].splitlines()[:2] == [f"TikTok Shop order {MARKER}", f"TTS-{MARKER}"]
        assert len(shop.table("order_payments")) == 1

    def test_nothing_is_patched_that_is_right_already(self) -> None:
        shop = new_shop()
        free = plan(shipping=PlanShipping("Free", "", 0, ()))
        assert store_of(shop).create_order(free, Notes()).total == 1999
        assert "order_invoices.update" not in shop.writes
        assert "order_carriers.update" not in shop.writes
        assert "total_paid" not in shop.requests[-2].body.decode()  # the note alone

    def test_taxes_on_top_are_part_of_the_price(self) -> None:
        tax = PlanTax("Sales tax", "0.0825", 165, True)
        shipping = PlanShipping("Standard", "", 399, (PlanTax("Tax", "", 33, True),))
        wanted = plan(lines=(line(taxes=(tax,)),), shipping=shipping, taxes_included=False)
        assert wanted.total == 1999 + 165 + 399 + 33
        shop = new_shop()
        assert store_of(shop).create_order(wanted, Notes()).total == wanted.total
        assert Decimal(shop.table("orders")[1]["total_products_wt"]) == Decimal("21.64")

    def test_a_currency_without_decimals(self) -> None:
        shop = new_shop()
        wanted = plan(currency="JPY", lines=(line(unit_price=1990, quantity=3),))
        order = store_of(shop).create_order(wanted, Notes())
        assert (order.total, order.currency) == (1990 * 3 + 399, "JPY")

    def test_a_customer_is_found_by_e_mail(self) -> None:
        shop = new_shop()
        first = store_of(shop).create_order(plan(), Notes())
        again = replace(plan(), marker="99", number="TTS-99", email=plan().email.upper())
        second = store_of(shop).create_order(again, Notes())
        assert first.ref != second.ref
        assert len(shop.table("customers")) == 1
        assert len(shop.table("addresses")) == 2  # one for each order: its alias is the order's

    def test_the_carriers_id_of_today(self) -> None:
        """Editing a carrier gives it a new id between two orders; id_reference stays."""
        shop = new_shop()
        store = store_of(shop)
        store.create_order(plan(), Notes())
        shop.table("carriers")[9]["deleted"] = "1"
        shop.add("carriers", id=12, id_reference=5, name="TikTok", is_free=1, deleted=0, active=1, url="")
        store.create_order(replace(plan(), marker="2"), Notes())
        assert [row["id_carrier"] for row in shop.table("orders").values()] == ["9", "12"]

    def test_a_carrier_that_is_not_free_brings_the_buyers_shipping_itself(self) -> None:
        shop = new_shop()
        wanted = plan(shipping=PlanShipping("Standard", "", 840, ()))
        order = store_of(shop, carrier="2").create_order(wanted, Notes())
        assert order.total == wanted.total
        assert "order_invoices.update" not in shop.writes

    @pytest.mark.parametrize("version", ["1.7.6.2", "1.7.8.10", "9.1.0"])
    def test_other_versions(self, version: str) -> None:
        """Before 8.0 there is no PATCH; before 1.7.8 an order has no note, and the payment alone is the seal."""
        shop, notes = new_shop(version), Notes()
        order = store_of(shop).create_order(MIXED, notes)
        assert order.total == MIXED.total
        methods = {request.method for request in shop.requests}
        assert methods == ({"GET", "POST", "PATCH"} if version.startswith("9") else {"GET", "POST", "PUT"})
        assert shop.table("order_payments")[1]["transaction_id"] == MARKER
        assert ("note" in shop.table("orders")[1]) == (version != "1.7.6.2")
        writes = len(shop.writes)
        assert store_of(shop).find_order(MARKER) == order
        assert len(shop.writes) == writes

    def test_several_shops(self) -> None:
        shop = new_shop()
        store_of(shop, shop_id="1").create_order(plan(), Notes())
        assert all("id_shop=1" in request.url for request in shop.requests)


class TestRefusedBeforeAnythingIsWritten:
    @pytest.mark.parametrize(
        ("wanted", "settings", "code"),
        [
            (plan(lines=(line(variant=""),)), {}, "placeholder"),
            (plan(lines=(line(variant="gid://1"),)), {}, "placeholder"),
            (plan(lines=()), {}, "no rows"),
            (plan(lines=(line(variant="1-0"),)), {}, "no such combination"),
            (plan(lines=(line(variant="1-77"),)), {}, "no such combination"),
            (plan(lines=(line(variant="999-0"),)), {}, "no such product"),
            (plan(address=replace(ADDRESS, country_code="AT")), {}, "country"),
            (plan(address=replace(ADDRESS, country_code="BR")), {}, "country"),
            (plan(address=None), {}, "no address"),
            (plan(currency="USD"), {}, "currency"),
            (plan(), {"carrier": "77"}, "carrier"),
            (plan(), {"carrier": ""}, "carrier"),
            (plan(), {"payment_module": ""}, "payment_module"),
            (plan(email="buyer@mail.example"), {}, "mails_on"),
            (plan(paid=False), {}, "cod"),
        ],
    )
    def test_refusals(self, wanted: Plan, settings: dict[str, str], code: str) -> None:
        shop = new_shop()
        with pytest.raises(Refused) as refused:
            store_of(shop, **settings).create_order(wanted, Notes())
        assert refused.value.code == code
        assert shop.writes == []

    def test_any_e_mail_once_the_merchant_confirmed(self) -> None:
        shop = new_shop()
        store_of(shop, mails_off=True).create_order(plan(email="buyer@mail.example"), Notes())
        assert shop.table("customers")[1]["email"] == "buyer@mail.example"

    def test_on_delivery_into_a_state_that_is_not_paid(self) -> None:
        shop = new_shop()
        shop.configure("PS_OS_WS_PAYMENT", 14)
        order = store_of(shop).create_order(plan(paid=False), Notes())
        assert (order.total, order.status) == (2398, "Quiet")
        assert shop.table("order_payments") == {}
        assert Decimal(shop.table("orders")[1]["total_paid_real"]) == 0
        assert store_of(shop).find_order(MARKER) == order


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

    @staticmethod
    def calls() -> int:
        shop = new_shop()
        store_of(shop).create_order(MIXED, Notes())
        return len(shop.requests)

    @pytest.mark.parametrize("moment", ["before", "after"])
    def test_the_process_dies(self, moment: str) -> None:
        for at in range(self.calls()):
            shop, notes = new_shop(), Notes()

            def die(number: int, request: Request, at: int = at) -> Response | None:
                if number == at:
                    raise Crash
                return None

            setattr(shop, moment, die)
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
        shop.before = lambda number, request: _raise() if request.operation == "orders.create" else None
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
        shop.before = lambda number, request: _raise() if request.operation == "order_payments.read" else None
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
        shop.after = lambda number, request: _raise() if request.operation.startswith("order_payments") else None
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
        with pytest.raises(Refused, match="no such order"):
            store_of(new_shop()).update_address("77", ADDRESS)


def _raise() -> Response:
    raise Unknown("timeout", "no answer")
