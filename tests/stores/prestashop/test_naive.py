"""What a naive client gets wrong, one test each (reference prestashop-webservice.md 15; 1-12 are the facts of section 1)."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest

from tests.stores.plans import MARKER, PRESTASHOP
from tests.stores.prestashop.given import NOW, Notes, lost, new_shop, store_of
from tokbridge.core.errors import Refused, Retry, Unknown
from tokbridge.core.plan import PlanShipping
from tokbridge.core.wire import Request, Response
from tokbridge.stores.nouns import ParcelItem

line, plan = PRESTASHOP.line, PRESTASHOP.plan

GOODS = plan(shipping=PlanShipping("Free", "", 0, ()))


def test_naive_prestashop_01_input_is_xml_and_only_output_is_json() -> None:
    shop = new_shop()
    store = store_of(shop)
    order = store.create_order(plan(), Notes())
    store.add_parcel(order.ref, "DHL", "JD1", [])
    store.set_stock("6-0", 5)
    writes = [request for request in shop.requests if request.write]
    assert len(writes) > 8
    for request in writes:
        assert request.body.startswith(b"<?xml version='1.0' encoding='utf-8'?>\n<prestashop><")
        assert request.headers["Content-Type"] == "text/xml; charset=utf-8"
        assert request.url.endswith("output_format=JSON")


def test_naive_prestashop_02_the_order_is_made_of_the_cart_not_of_the_body() -> None:
    """Rows and prices stand in the cart before the order is asked for; the body brings only what must be there."""
    shop = new_shop()
    store_of(shop).create_order(plan(lines=(line(quantity=2),)), Notes())
    asked = next(request for request in shop.requests if request.operation == "orders.create").body.decode()
    for ignored in ("order_row", "<note>", "<reference>", "<current_state>", "<date_add>"):
        assert ignored not in asked
    assert shop.operations.index("carts.create") < shop.operations.index("specific_prices.create")
    assert shop.operations.index("specific_prices.create") < shop.operations.index("orders.create")
    (row,) = shop.table("carts")[1]["associations"]["cart_rows"]
    assert (row["id_product"], row["quantity"]) == ("6", "2")


def test_naive_prestashop_03_the_echo_of_the_answer_is_not_the_order() -> None:
    """The 201 repeats the request; number, state and total come from reading the order."""
    shop = new_shop()
    shop.after = lambda number, request: (
        shop.json({"order": {"id": 1, "reference": "ECHO", "total_paid": "9999.00", "current_state": ""}}, 201)
        if request.operation == "orders.create"
        else None
    )
    order = store_of(shop).create_order(plan(), Notes())
    assert (order.number, order.total, order.status) == ("REF000000", 2398, "Remote payment accepted")


def test_naive_prestashop_04_prices_come_from_the_catalogue_unless_the_cart_has_its_own() -> None:
    shop = new_shop()
    assert store_of(shop).create_order(GOODS, Notes()).total == 1999  # 14.28 in the catalogue
    asked = next(request for request in shop.requests if request.operation == "specific_prices.create").body.decode()
    assert "<id_cart>1</id_cart>" in asked and "<price>16.658333</price>" in asked
    assert "<id_currency>1</id_currency>" in asked  # with 0 the price would be converted


def test_naive_prestashop_05_one_cent_off_is_an_error_state_and_not_an_order() -> None:
    """Answered 201 all the same."""
    shop = new_shop()
    shop.tax = lambda product: Fraction("0.2006")  # type: ignore[method-assign]
    with pytest.raises(Refused, match=r"total of 20\.00\d*, while 19\.99 was paid") as refused:
        store_of(shop).create_order(GOODS, Notes())
    assert refused.value.code == "payment_error"
    assert shop.table("orders")[1]["current_state"] == "6"
    assert store_of(shop).find_order(MARKER) is None


def test_naive_prestashop_06_the_delivery_option_decides_the_carrier() -> None:
    shop = new_shop()
    store_of(shop).create_order(GOODS, Notes())
    cart = shop.table("carts")[1]
    assert cart["delivery_option"] == '{"1":"9,"}'
    assert "id_carrier" not in cart
    assert shop.table("orders")[1]["id_carrier"] == "9"


def test_naive_prestashop_07_there_is_no_key_against_doubles() -> None:
    """The same plan again, by another process with another journal, finds the order by its mark; asked for twice at the
    same moment, the second look names both."""
    shop = new_shop()
    first = store_of(shop).create_order(GOODS, Notes())
    assert store_of(shop).create_order(GOODS, Notes()) == first
    assert shop.writes.count("orders.create") == 1
    shop.add("orders", **(shop.table("orders")[1] | {"id": 2}))
    with pytest.raises(Refused) as refused:
        store_of(shop).create_order(GOODS, Notes())
    assert refused.value.code == "doubled"


def test_naive_prestashop_08_a_500_does_not_mean_that_nothing_happened() -> None:
    shop = new_shop()
    shop.after = lambda number, request: (
        Response(500, {}, b'{"errors":[{"code":3,"message":"[PHP Warning #2] Undefined array key"}]}')
        if request.operation == "orders.create"
        else None
    )
    assert store_of(shop).create_order(GOODS, Notes()).total == 1999
    assert shop.operations[shop.operations.index("orders.create") + 1] == "orders.read"  # by the cart, before all else
    assert len(shop.table("orders")) == 1


def test_naive_prestashop_09_the_shop_mails_whoever_stands_there() -> None:
    shop = new_shop()
    for email in ("buyer@mail.example", "buyer@tiktok.com", "buyer.invalid@tiktok.com"):
        with pytest.raises(Refused) as refused:
            store_of(shop).create_order(plan(email=email), Notes())
        assert refused.value.code == "mails_on"
    store_of(shop).create_order(GOODS, Notes())
    assert all(address.endswith(".invalid") for address in shop.mails) and shop.mails


def test_naive_prestashop_10_a_tracking_number_moves_no_date() -> None:
    """The feed is silent about it, so parcels of open orders are asked for."""
    shop = new_shop()
    store = store_of(shop)
    order = store.create_order(GOODS, Notes())
    page = store.changes_since(store.changes_since("").cursor)
    shop.table("order_carriers")[1]["tracking_number"] = "TRK1"
    assert store.changes_since(page.cursor).changes == ()
    assert store.poll_parcels
    assert [parcel.number for parcel in store.parcels_of([order.ref])] == ["TRK1"]


def test_naive_prestashop_11_stock_is_never_checked() -> None:
    shop = new_shop()
    store = store_of(shop)
    assert store.create_order(plan(lines=(line(quantity=500),)), Notes()).total == 500 * 1999 + 399
    assert store.stock(["6-0"])["6-0"].available == -200


def test_naive_prestashop_12_times_are_the_shops_and_have_no_zone() -> None:
    shop = new_shop()
    store = store_of(shop)
    ref = store.create_order(GOODS, Notes()).ref
    shop.table("orders")[1]["date_upd"] = "2026-11-22 01:00:00"
    assert store.read_order(ref).updated_at == NOW  # type: ignore[union-attr] # Paris is an hour ahead
    store.changes_since("")
    assert any("2026-11-21%2001%3A00%3A00" in request.url for request in shop.requests)  # a day back, in Paris


def test_naive_prestashop_13_a_redirect_is_not_an_answer() -> None:
    shop = new_shop()
    shop.before = lambda number, request: Response(302, {"location": "https://shop.example/?url=orders"}, b"")
    with pytest.raises(Refused, match="shop's own domain") as refused:
        store_of(shop).find_order(MARKER)
    assert refused.value.code == "wrong address"
    assert len(shop.requests) == 1


def test_naive_prestashop_14_an_empty_500_is_not_nothing() -> None:
    shop = new_shop()
    for body in (b"", b"<html>Fatal error"):
        shop.before = lambda number, request, body=body: (  # type: ignore[misc]
            Response(500, {"content-type": "text/html"}, body) if request.operation == "orders.create" else None
        )
        with pytest.raises(Unknown):
            store_of(shop).create_order(GOODS, Notes())
    shop.before = lambda number, request: Response(500, {}, b"")
    with pytest.raises(Retry):
        store_of(shop).find_order(MARKER)


def test_naive_prestashop_15_an_operator_that_does_not_exist_reads_everything() -> None:
    """`>=[x]` is dropped in silence. Every call of every verb keeps to the operators there are."""
    shop = new_shop()
    store = store_of(shop)
    order = store.create_order(plan(), Notes())
    store.changes_since(store.changes_since("").cursor)
    store.parcels_of([order.ref])
    store.find_products(["sku-6"])
    store.cancel_lines(order.ref, (ParcelItem("1", "", 1),), True, "k")
    assert not any(sign in request.url for request in shop.requests for sign in ("%3E%3D", "%3C%3D", ">=", "<="))
    filters = [part for request in shop.requests for part in request.url.split("&") if part.startswith("filter%5B")]
    assert len(filters) > 20
    assert all("=%5B" in part or "=%3E%5B" in part for part in filters)


def test_naive_prestashop_16_the_id_in_the_body_wins() -> None:
    shop = new_shop()
    store = store_of(shop)
    store.create_order(plan(), Notes())
    store.set_stock("6-0", 5)
    changed = [request for request in shop.requests if request.method in {"PATCH", "PUT"}]
    assert len(changed) >= 5
    for request in changed:
        ref = request.url.partition("?")[0].rpartition("/")[2]
        assert f"<id>{ref}</id>".encode() in request.body


def test_naive_prestashop_17_no_blank_of_ours_inside_a_value() -> None:
    for version in ("8.2.4", "1.7.8.10"):
        shop = new_shop(version)
        store_of(shop).create_order(plan(), Notes())
        for request in shop.requests:
            if request.write:
                text = request.body.decode().partition("?>\n")[2]
                assert ">\n<" not in text and "> " not in text and "\t" not in text


def test_naive_prestashop_18_an_empty_list_is_a_bare_bracket() -> None:
    shop = new_shop()
    shop.before = lambda number, request: shop.json([])
    store = store_of(shop)
    assert store.find_order(MARKER) is None
    assert store.read_order("1") is None
    assert store.parcels_of(["1"]) == []
    assert store.find_products(["x"]) == {"x": []}


def test_naive_prestashop_19_one_product_twice_in_a_cart_is_merged() -> None:
    shop = new_shop()
    twice = plan(
        lines=(line(), line(line_ids=("2",), unit_price=0, is_gift=True), line(line_ids=("3",), unit_price=500))
    )
    order = store_of(shop).create_order(twice, Notes())
    assert order.total == twice.total
    assert [(row.quantity, row.line_ids) for row in order.lines] == [(3, ("577086512123755123", "2", "3"))]


def test_naive_prestashop_20_rounding_per_item_makes_fifty_into_fifty_and_a_cent() -> None:
    """The cart's own total is paid, so the order is no payment error; then every total is put right."""
    shop = new_shop()
    shop.configure("PS_ROUND_TYPE", 1)
    lines = (line(quantity=2, unit_price=1667), line(line_ids=("9",), unit_price=1666))
    order = store_of(shop).create_order(replace(plan(lines=lines), shipping=GOODS.shipping, total=5000), Notes())
    asked = next(request for request in shop.requests if request.operation == "orders.create").body
    assert b"<total_paid>50.01</total_paid>" in asked
    assert (order.total, order.status) == (5000, "Remote payment accepted")
    assert Decimal(shop.table("order_payments")[1]["amount"]) == 50
    assert Decimal(shop.table("order_invoices")[1]["total_paid_tax_incl"]) == 50
    assert Decimal(shop.table("orders")[1]["total_products_wt"]) == 50


def test_naive_prestashop_21_a_carriers_id_is_not_for_ever() -> None:
    shop = new_shop()
    store = store_of(shop)
    store.create_order(GOODS, Notes())
    shop.table("carriers")[9]["deleted"] = "1"
    shop.add("carriers", id=30, id_reference=5, name="TikTok", is_free=1, deleted=0, active=1, url="")
    store.create_order(replace(GOODS, marker="2"), Notes())
    assert shop.table("carts")[2]["delivery_option"] == '{"2":"30,"}'


def test_naive_prestashop_22_an_order_is_never_moved_out_of_the_error_state() -> None:
    """It would book a second payment; and creating anew is not done with the same prices."""
    shop = new_shop()
    shop.tax = lambda product: Fraction(1, 10)  # type: ignore[method-assign]
    for _ in range(2):
        with pytest.raises(Refused):
            store_of(shop).create_order(GOODS, Notes())
    assert [row["id_order_state"] for row in shop.table("order_histories").values()] == ["8", "6"]
    assert len(shop.table("order_payments")) == len(shop.table("orders")) == 1


def test_naive_prestashop_23_refunded_gives_no_stock_back() -> None:
    """A cancellation therefore sets the cancelled state, also on an order that staff refunded."""
    shop = new_shop()
    store = store_of(shop)
    ref = store.create_order(GOODS, Notes()).ref
    store.set_status(ref, "7")
    assert store.stock(["6-0"])["6-0"].available == 299
    order = store.read_order(ref)
    assert order is not None and not order.cancelled
    assert store.cancel_order(ref, "", True)
    assert shop.table("orders")[1]["current_state"] == "6"
    assert store.stock(["6-0"])["6-0"].available == 300


def test_doubts_on_the_way_to_the_order_are_looked_up() -> None:
    """Each row before the order was made although its answer never came: made once."""
    for operation, resource in (
        ("customers.create", "customers"),
        ("addresses.create", "addresses"),
        ("carts.create", "carts"),
    ):
        shop = new_shop()
        shop.after = lost(operation)
        with pytest.raises(Retry):
            store_of(shop).create_order(GOODS, Notes())
        shop.after = _nothing
        store_of(shop).create_order(GOODS, Notes())
        assert len(shop.table(resource)) == 1


def _nothing(number: int, request: Request) -> Response | None:
    return None
