"""Creating an order: what is written, and what is refused before anything is."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from tests.stores.plans import MARKER, PRESTASHOP
from tests.stores.prestashop.given import MIXED, Notes, new_shop, store_of
from tokbridge.core.errors import Refused
from tokbridge.core.plan import Plan, PlanShipping, PlanTax

ADDRESS, line, plan = PRESTASHOP.address, PRESTASHOP.line, PRESTASHOP.plan


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
