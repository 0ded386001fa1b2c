"""Orders out of carts: exact prices, tax by country, currencies, rounding, races, and orders that die (reference 5)."""

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from random import Random

import pytest

from tests.sandbox.prestashop.conftest import Api, xml


def test_an_order_for_a_buyer_in_the_us(api: Api) -> None:
    sku = api.product("CUP")
    made = api.cart((sku, 3), marker="tts:577")
    api.price(made, sku, "6.633333")
    order = api.order(made, "19.90")
    assert (order["current_state"], order["total_paid"], order["id_carrier"]) == ("11", "19.900000", api.carrier)
    assert (order["gift_message"], order["total_shipping"], order["total_paid_tax_excl"]) == (
        "tts:577",
        "0.000000",
        "19.900000",
    )
    assert api.get(f"specific_prices?filter[id_cart]={made['cart']}") == []
    assert api.stock("CUP") == 2
    booked = api.booked("tts:577")
    assert (booked["ref"], booked["number"], booked["total"]) == (str(order["id"]), order["reference"], "19.90")
    assert booked["lines"][0] | {"id": ""} == {
        "id": "", "sku": "CUP", "variant": sku, "quantity": 3, "current_quantity": 3, "price": "6.633333", "total": "19.900000",
    }  # fmt: skip
    assert booked["fulfillments"] == []


@pytest.mark.parametrize(
    ("country", "gross"), [(8, "12.00"), (1, "12.00"), (17, "12.00"), (21, "10.00"), (11, "10.00")]
)
def test_tax_follows_the_country(api: Api, country: int, gross: str) -> None:
    sku = api.product("CUP", tax=20)
    order = api.order(api.cart((sku, 1), country=country), gross)
    assert (order["current_state"], order["total_products_wt"]) == ("11", f"{gross}0000")


def test_a_tax_the_shop_did_not_know(api: Api) -> None:
    sku = api.product("CUP", tax="8.25")
    order = api.order(api.cart((sku, 2)), "21.65")
    assert (order["current_state"], order["total_paid_tax_excl"]) == ("11", "20.000000")


def test_a_price_by_cart_needs_the_cart_and_the_currency(api: Api) -> None:
    sku = api.product("CUP")
    made, other = api.cart((sku, 1)), api.cart((sku, 1))
    api.price(made, sku, "3.00")
    assert api.order(other, "3.00")["current_state"] == "8"
    assert api.order(made, "3.00")["current_state"] == "11"
    euro, currency = (
        api.cart((sku, 1)),
        {"iso_code": "GBP", "name": "Pound", "conversion_rate": "0.5", "precision": "2"},
    )
    pound = api.post("currencies", **currency, active=1, names="Pound", symbol="P")["id"]
    api.price(euro, sku, "3.00", id_currency=pound)
    assert api.order(euro, "10.00")["current_state"] == "11"


def test_a_currency_without_decimals(api: Api) -> None:
    api.settings(currency="JPY")
    sku = api.product("CUP", price="1234")
    order = api.order(api.cart((sku, 2), country=11, marker="tts:1"), "2468")
    assert (order["current_state"], order["total_paid"]) == ("11", "2468.000000")
    assert (api.booked("tts:1")["total"], api.booked("tts:1")["currency"]) == ("2468", "JPY")
    api.control("PUT", "settings", {"currency": "USD"}, status=400)


@pytest.mark.parametrize(("kind", "total"), [("1", "50.01"), ("2", "50.00"), ("3", "50.00")])
def test_rounding_types(api: Api, kind: str, total: str) -> None:
    setting = api.get("configurations?filter[name]=PS_ROUND_TYPE")[0]["id"]
    api.patch("configurations", id=setting, value=kind)
    sku = api.product("CUP")
    made = api.cart((sku, 3))
    api.price(made, sku, "16.666667")
    order = api.order(made, total)
    assert (order["current_state"], order["total_paid"], order["round_type"]) == ("11", f"{total}0000", kind)


@pytest.mark.parametrize("kind", ["1", "2", "3"])
def test_six_decimals_keep_the_gross_to_the_cent(api: Api, kind: str) -> None:
    """The reference saw 68 random orders match: 1 to 4 lines, 1 to 9 pieces, four rates mixed, all rounding types."""
    setting = api.get("configurations?filter[name]=PS_ROUND_TYPE")[0]["id"]
    api.patch("configurations", id=setting, value=kind)
    rates = ("20", "10", "5.5", "2.1")
    goods = [(api.product(f"R{rate}", tax=rate, stock=999), Decimal(rate) / 100) for rate in rates]
    chance = Random(int(kind))
    for _ in range(8):
        lines = [
            (sku, chance.randint(1, 9), Decimal(chance.randint(1, 19999)) / 100, rate)
            for sku, rate in chance.sample(goods, chance.randint(1, 4))
        ]
        made = api.cart(*[(sku, pieces) for sku, pieces, _, _ in lines], country=8)
        for sku, _, gross, rate in lines:
            api.price(made, sku, str((gross / (1 + rate)).quantize(Decimal("0.000001"))))
        total = sum((gross * pieces for _, pieces, gross, _ in lines), Decimal(0))
        assert api.order(made, str(total))["current_state"] == "11", lines


def test_rounding_modes(api: Api) -> None:
    setting = api.get("configurations?filter[name]=PS_PRICE_ROUND_MODE")[0]["id"]
    sku = api.product("CUP", price="10.005")
    for mode, total in (("0", "10.01"), ("1", "10.00"), ("2", "10.01"), ("3", "10.00"), ("4", "10.00"), ("5", "10.01")):
        api.patch("configurations", id=setting, value=mode)
        assert api.order(api.cart((sku, 1)), total)["current_state"] == "11", mode


def test_a_reduction_of_the_catalogue(api: Api) -> None:
    assert api.order(api.cart(("1-2", 1)), "19.12")["total_products"] == "19.120000"
    row = api.get("products?filter[id]=1&price[g][use_tax]=1&price[g][country]=8&price[n][use_tax]=0&display=[g,n]")[0]
    assert row == {"g": "22.940000", "n": "19.120000"}


@pytest.mark.parametrize("module", ["ps_checkpayment", "ps_cashondelivery"])
def test_other_payment_modules(api: Api, module: str) -> None:
    order = api.order(api.cart((api.product("CUP"), 1)), "10.00", module=module)
    assert (order["module"], order["current_state"]) == (module, "11")


def test_orders_that_die_leave_nothing(api: Api) -> None:
    sku = api.product("CUP")
    made = api.cart((sku, 1))
    unknown, gone = api.cart(("999-0", 1)), api.cart((sku, 1))
    api.patch("countries", id=2, active=0)
    inactive = api.cart((sku, 1), country=2)
    cases = [
        (made, {"module": "nopay"}, ""),
        (unknown, {}, ""),
        (inactive, {}, ""),
        ({**gone, "cart": "4711"}, {}, "Cart cannot be loaded or an order has already been placed using this cart"),
        ({**made, "customer": gone["customer"]}, {}, "Error processing order. Secure key does not match."),
    ]
    for given, more, text in cases:
        response = api.raw("POST", "orders", api.order_body(given, "10.00", **more))
        assert (response.status_code, response.headers["content-type"], response.text) == (
            500,
            "text/html; charset=utf-8",
            text,
        )
    assert api.control("GET", "book")["orders"] == []
    assert api.order(made, "10.00")["current_state"] == "11"


def test_one_cart_gives_one_order(api: Api) -> None:
    made = api.cart((api.product("CUP"), 1))
    body = api.order_body(made, "10.00")
    with ThreadPoolExecutor(4) as pool:
        statuses = list(pool.map(lambda _: api.raw("POST", "orders", body).status_code, range(4)))
    assert sorted(statuses) == [201, 500, 500, 500]


def test_a_race_makes_several_orders_of_one_cart(api: Api) -> None:
    sku = api.product("CUP")
    made = api.cart((sku, 1), marker="tts:9")
    api.price(made, sku, "7.00")
    api.settings(order_race=4)
    body = api.order_body(made, "7.00")
    with ThreadPoolExecutor(4) as pool:
        statuses = list(pool.map(lambda _: api.raw("POST", "orders", body).status_code, range(4)))
    assert statuses == [201] * 4
    states = [one["current_state"] for one in api.get(f"orders?filter[id_cart]={made['cart']}&display=full")]
    assert sorted(states) == ["11", "8", "8", "8"]
    assert api.raw("POST", "orders", body).status_code == 500


def test_price_rows_in_one_post_stop_at_the_bad_one(api: Api) -> None:
    sku = api.product("CUP")
    made = api.cart((sku, 1))
    api.price(made, sku, "7.00")
    rows = api.get(f"specific_prices?filter[id_cart]={made['cart']}&display=full")
    again = {name: value for name, value in rows[0].items() if name != "id"}
    fresh = {**again, "id_product": "7"}
    response = api.raw("POST", "specific_prices", xml("specific_price", **fresh) + xml("specific_price", **again))
    assert (response.status_code, response.text) == (500, "")
    assert len(api.get(f"specific_prices?filter[id_cart]={made['cart']}")) == 2


def test_spain_wants_an_identification_number(api: Api) -> None:
    made = api.cart((api.product("CUP"), 1))
    fields = {"id_customer": made["customer"], "id_country": 6, "alias": "x", "lastname": "A", "firstname": "B"}
    body = xml("address", **fields, address1="1 x", city="Madrid")
    assert api.codes(api.raw("POST", "addresses?output_format=JSON", body)) == [85]
    assert api.post("addresses", **fields, address1="1 x", city="Madrid", dni="X1234567")["dni"] == "X1234567"
