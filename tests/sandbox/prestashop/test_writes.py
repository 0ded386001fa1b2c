"""Writing what was read, and settings that change what an order costs (reference 3, 5)."""

import pytest

from tests.sandbox.prestashop.conftest import Api, xml


@pytest.mark.parametrize(
    "path", ["customers/2", "addresses/2", "orders/1", "order_carriers/1", "stock_availables/6", "carts/1"]
)
def test_what_was_read_can_be_put_back(api: Api, path: str) -> None:
    before = api.get(f"{path}?display=full")[0]
    whole = api.raw("GET", path).content
    response = api.http.put(f"/api/{path}", content=whole, auth=(api.key, ""))
    assert response.status_code == 200, response.text
    after = api.get(f"{path}?display=full")[0]
    assert after | {"date_upd": ""} == before | {"date_upd": ""}


def test_a_product_cannot_be_put_back(api: Api) -> None:
    response = api.http.put("/api/products/1?output_format=JSON", content=api.raw("GET", "products/1").content,
                            auth=(api.key, ""))  # fmt: skip
    assert (response.status_code, api.codes(response)) == (400, [93])


def test_put_empties_what_is_not_sent(api: Api) -> None:
    fields = {"id_country": 21, "alias": "x", "lastname": "A", "firstname": "B", "address1": "1 x", "city": "Town"}
    made = api.post("addresses", **fields, company="C", postcode="90001")
    api.write("PUT", "addresses", xml("address", id=made["id"], **fields))
    after = api.get(f"addresses/{made['id']}?display=full")[0]
    assert (after["company"], after["postcode"], after["city"]) == ("", "", "Town")
    api.patch("addresses", id=made["id"], company="D")
    after = api.get(f"addresses/{made['id']}?display=full")[0]
    assert (after["company"], after["city"]) == ("D", "Town")


def test_tax_by_the_invoice_address(api: Api) -> None:
    setting = api.get("configurations?filter[name]=PS_TAX_ADDRESS_TYPE")[0]["id"]
    api.patch("configurations", id=setting, value="id_address_invoice")
    sku = api.product("CUP", tax=20)
    made = api.cart((sku, 1), country=21)
    bill = api.post(
        "addresses", id_customer=made["customer"], id_country=8, alias="bill", lastname="A", firstname="B", address1="1 x",
        city="Paris",
    )  # fmt: skip
    api.patch("carts", id=made["cart"], id_address_invoice=bill["id"])
    order = api.order(made, "12.00")
    assert (order["current_state"], order["id_address_invoice"]) == ("11", bill["id"])


def test_a_state_rule_goes_before_the_country(api: Api) -> None:
    sku = api.product("CUP", tax=20)
    tax = api.post("taxes", rate="7.25", active=1, name="CA")["id"]
    for state, rate in (("0", 1), ("8", tax)):
        api.post("tax_rules", id_tax_rules_group=1, id_country=21, id_state=state, id_tax=rate)
    order = api.order(api.cart((sku, 4)), "42.90")
    assert (order["current_state"], order["total_paid_tax_excl"]) == ("11", "40.000000")


def test_a_quiet_target_state_keeps_any_amount(api: Api) -> None:
    setting = api.get("configurations?filter[name]=PS_OS_WS_PAYMENT")[0]["id"]
    api.patch("configurations", id=setting, value=10)
    order = api.order(api.cart((api.product("CUP"), 1)), "1.00")
    assert (order["current_state"], order["total_paid"], order["total_paid_real"]) == ("10", "10.000000", "0.000000")
    assert api.get(f"order_payments?filter[order_reference]={order['reference']}") == []
    api.post("order_histories", id_order=order["id"], id_order_state=2)
    paid = api.get(f"order_payments?filter[order_reference]={order['reference']}&display=full")
    assert [(one["amount"], one["payment_method"]) for one in paid] == [("10.000000", "Bank transfer")]


def test_names_and_texts_that_are_refused(api: Api) -> None:
    address = {"id_country": 21, "alias": "x", "lastname": "A", "firstname": "B", "address1": "1 x", "city": "Town"}
    for name, bad, good in (
        ("lastname", "A2", "J*** Ünal"),
        ("address1", "1 x @ home", "1 x, flat 2; #3"),
        ("city", "Town#1", "St. Town-2"),
        ("phone", "(+1)23***45", "(+1) 23/45.6-7"),
        ("postcode", "90001,", "SW1A 1AA"),
        ("other", "a {b}", "raw: J*** (1)"),
        ("alias", "a" * 33, "a" * 32),
        ("company", "a <b>", "Smith & Co; #1"),
    ):
        response = api.raw("POST", "addresses?output_format=JSON", xml("address", **{**address, name: bad}))
        assert (response.status_code, api.codes(response)) == (400, [85]), name
        assert api.post("addresses", **{**address, name: good})[name] == good
    for name in ("J.R", "A*", "O(K)", "a_b"):
        person = {"passwd": "Abcdef123", "lastname": "A", "firstname": name, "email": "x@y.invalid"}
        assert api.codes(api.raw("POST", "customers?output_format=JSON", xml("customer", **person))) == [85], name
    assert api.post(
        "customers", passwd="Abcdef123", lastname="O'Neil-Smith Jr.", firstname="太郎 😀", email="x@y.invalid"
    )
