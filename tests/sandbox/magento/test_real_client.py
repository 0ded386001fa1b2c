"""The public client my-magento 2.2.0, which nobody here wrote, against the running sandbox.

It knows admin tokens only, reads orders, lines, invoices and products, and writes products and stock. It has no calls
of its own for creating, billing and shipping orders: those go through its general `post`.

Odd in the client itself, and so worked around here: `post` refuses an empty body, so actions without one are sent with
something Magento ignores; importing it opens a log file where it stands, so it is imported in a directory of the test's
own; without `user_agent` it asks a public site; and it drops the port of an address.
"""

import itertools
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.sandbox.magento.conftest import Api, entity

if TYPE_CHECKING:
    import magento


COUNT = itertools.count(1)


def sign_in(api: Api, password: str = "Sandbox-admin-1") -> "magento.Client":
    import magento

    more = {"local": True, "user_agent": "test", "log_level": "ERROR", "log_requests": False, "login": False}
    made = magento.Client(f"shop{next(COUNT)}.invalid", "admin", password, **more)
    made.BASE_URL = f"{api.url}/rest/V1/"
    made.authenticate()
    return made


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """One directory for the client's log files; it looks them up by where it stands."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path_factory.mktemp("client"))
        yield


@pytest.fixture
def client(api: Api, place: None) -> "magento.Client":
    """Signed in as the sandbox's admin."""
    return sign_in(api)


def test_it_signs_in_and_a_wrong_password_does_not(api: Api, client: "magento.Client") -> None:
    assert client.validate()
    from magento.exceptions import AuthenticationError

    with pytest.raises(AuthenticationError):
        sign_in(api, "wrong")


def test_it_reads_the_store_and_products_and_writes_them(api: Api, client: "magento.Client") -> None:
    api.control("POST", "products", {"sku": "A/B-1", "title": "Odd", "price": "9.99", "stock": 3})
    assert client.store.is_single_store
    cup = client.products.by_sku("CUP")
    assert (cup.name, cup.price, cup.stock) == ("Cup", 10, 100)
    assert client.products.by_sku("A/B-1").price == 9.99
    assert [one.sku for one in client.products.by_skulist(["CUP", "A/B-1", "NOPE"])] == ["CUP", "A/B-1"]
    assert cup.update_stock(40) and cup.stock == 40
    assert api.salable("CUP") == 40
    assert cup.update_price(12) and client.products.by_sku("CUP").price == 12


def test_it_takes_an_order_through_its_life(api: Api, client: "magento.Client") -> None:
    made = client.post(client.url_for("orders"), {"entity": entity(increment_id="TTS-1", ext_order_id="E1")})
    order = client.orders.by_id(made.json()["entity_id"])
    assert (order.number, order.status, order.total_qty_outstanding) == ("TTS-1", "pending", 2)
    assert client.orders.by_number("TTS-1").id == order.id
    assert [one.sku for one in order.items] == ["CUP"]
    assert order.shipping_address["city"] == "Austin"
    client.post(client.url_for(f"order/{order.id}/invoice"), {"capture": True})
    invoice = client.invoices.by_order(order)
    assert (invoice.grand_total, invoice.order.number) == (25, "TTS-1")
    tracks = [{"track_number": "1Z", "title": "UPS", "carrier_code": "ups"}]
    client.post(client.url_for(f"order/{order.id}/ship"), {"tracks": tracks})
    order.refresh()
    assert (order.status, order.total_qty_shipped, order.total_qty_invoiced) == ("complete", 2, 2)
    shipment = client.search("shipments").add_criteria("order_id", order.id).execute()
    assert shipment.tracks[0]["track_number"] == "1Z"
    assert client.order_items.by_sku("CUP").order.number == "TTS-1"


def test_it_searches_and_cancels(api: Api, client: "magento.Client") -> None:
    for number in range(3):
        api.place(increment_id=f"TTS-{number}")
    assert len(client.orders.get_all()) == 3
    assert len(client.orders.since("2020-01-01").until("2099-01-01").execute()) == 3
    found = client.orders.by_list("increment_id", "TTS-0,TTS-2")
    assert [one.number for one in found] == ["TTS-0", "TTS-2"]
    assert client.orders.by_number("none") is None
    assert client.post(client.url_for(f"orders/{found[0].id}/cancel"), {"ignored": True}).json() is True
    assert client.orders.by_id(found[0].id).status == "canceled"
