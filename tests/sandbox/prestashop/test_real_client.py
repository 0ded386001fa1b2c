"""A public client that nobody here wrote uses the sandbox: prestapyt from PyPI."""

import warnings
from collections.abc import Iterator
from typing import Any

import pytest

from tests.sandbox.prestashop.conftest import Api

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from prestapyt import PrestaShopWebServiceDict
    from prestapyt.prestapyt import PrestaShopAuthenticationError, PrestaShopWebServiceError


@pytest.fixture
def client(api: Api) -> Iterator[Any]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        api.settings(version="1.7.8")
        yield PrestaShopWebServiceDict(f"{api.url}/api", api.key)


def test_it_searches_and_gets(client: Any) -> None:
    assert client.search("orders") == [1, 2, 3, 4, 5]
    assert client.search("orders", options={"filter[current_state]": "[1]", "sort": "id_DESC"}) == [4, 2]
    assert client.search("orders", options={"filter[id]": "999"}) == []
    order = client.get("orders", 1)["order"]
    assert (order["reference"], order["total_paid"]) == ("XKBKNABJK", "61.800000")
    assert len(order["associations"]["order_rows"]["order_row"]) == 2
    found = client.get("products", options={"filter[reference]": "demo_11", "display": "[id,price]"})
    assert found["products"]["product"] == {"id": "6", "price": "11.900000"}
    state = client.get("order_states", 4)["order_state"]
    assert [one["value"] for one in state["name"]["language"]] == ["Shipped", "Expédié"]
    assert "orders" in client.get("")["api"]


def test_it_makes_an_order(api: Api, client: Any) -> None:
    sku = api.product("CUP")
    product = sku.split("-")[0]
    blank = client.get("customers", options={"schema": "blank"})
    assert blank["customer"]["email"] == ""
    person = {"lastname": "Buyer", "firstname": "Ann"}
    customer = client.add(
        "customers", {"customer": {**person, "passwd": "Abcdef123", "email": "ann@buyers.invalid", "active": "1",
                                   "id_default_group": "3"}})["prestashop"]["customer"]["id"]  # fmt: skip
    address = client.add(
        "addresses", {"address": {**person, "id_customer": customer, "id_country": "21", "alias": "TikTok",
                                  "address1": "1 Main St", "city": "Town"}})["prestashop"]["address"]["id"]  # fmt: skip
    row = {"id_product": product, "id_product_attribute": "0", "id_address_delivery": address, "quantity": "2"}
    cart = client.add(
        "carts", {"cart": {"id_currency": "1", "id_lang": "1", "id_customer": customer, "id_address_delivery": address,
                           "id_address_invoice": address, "gift_message": "tts:1",
                           "delivery_option": f'{{"{address}":"{api.carrier},"}}',
                           "associations": {"cart_rows": {"cart_row": [row]}}}})["prestashop"]["cart"]["id"]  # fmt: skip
    given = {
        "id_address_delivery": address, "id_address_invoice": address, "id_cart": cart, "id_currency": "1", "id_lang": "1",
        "id_customer": customer, "id_carrier": api.carrier, "module": "ps_wirepayment", "payment": "TikTok Shop",
        "total_paid": "20.00", "total_paid_real": "20.00", "total_products": "20.00", "total_products_wt": "20.00",
        "conversion_rate": "1",
    }  # fmt: skip
    made = client.add("orders", {"order": given})["prestashop"]["order"]
    assert client.search("orders", options={"filter[gift_message]": "[tts:1]"}) == [int(made["id"])]
    order = client.get("orders", made["id"])["order"]
    assert (order["current_state"], order["total_paid"]) == ("11", "20.000000")
    client.add("order_histories", {"order_history": {"id_order": made["id"], "id_order_state": "4"}})
    assert api.booked("tts:1")["status"] == "Shipped"
    assert api.stock("CUP") == 3


def test_it_edits_and_deletes(api: Api, client: Any) -> None:
    address = client.get("addresses", 2)
    address["address"]["city"] = "Lyon"
    client.edit("addresses", address)
    assert client.get("addresses", 2)["address"]["city"] == "Lyon"
    order = client.get("orders", 1)
    order["order"]["note"] = "seen"
    client.edit("orders", order)
    assert client.get("orders", 1)["order"]["note"] == "seen"
    level = client.get("stock_availables", 6)
    level["stock_available"]["quantity"] = "12"
    client.edit("stock_availables", level)
    assert api.stock("demo_11") == 12
    client.delete("addresses", 4)
    assert 4 not in client.search("addresses")


def test_it_understands_errors(api: Api, client: Any) -> None:
    with pytest.raises(PrestaShopWebServiceError) as refused:
        client.add("addresses", {"address": {"id_country": "21", "alias": "x"}})
    assert refused.value.error_code == 400
    assert (int(refused.value.ps_error_code), refused.value.ps_error_msg) == (41, 'parameter "lastname" required')
    with pytest.raises(PrestaShopWebServiceError):
        client.get("orders", 4711)
    stranger = PrestaShopWebServiceDict(f"{api.url}/api", "W" * 32)
    with pytest.raises(PrestaShopAuthenticationError):
        stranger.search("orders")
