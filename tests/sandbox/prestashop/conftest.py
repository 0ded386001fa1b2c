"""A running PrestaShop sandbox and a plain client of it."""

from collections.abc import Iterator
from typing import Any

import httpx2
import pytest

from tokbridge.sandbox.prestashop.site import PrestaShopSite
from tokbridge.sandbox.server import Running

Json = dict[str, Any]


def xml(node: str, **fields: object) -> str:
    """One entity; a list of rows under a name is an association of `name` items."""
    parts, lists = "", ""
    for name, value in fields.items():
        if isinstance(value, list):
            item = name.removesuffix("s")
            rows = "".join(
                f"<{item}>{''.join(f'<{key}>{part}</{key}>' for key, part in row.items())}</{item}>" for row in value
            )
            lists += f"<{name}>{rows}</{name}>"
        else:
            parts += f"<{name}><![CDATA[{value}]]></{name}>"
    return f"<{node}>{parts}{f'<associations>{lists}</associations>' * bool(lists)}</{node}>"


NODES = {"addresses": "address", "order_histories": "order_history", "countries": "country", "taxes": "tax"}


class Api:
    """The sandbox through its two doors."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.http = httpx2.Client(base_url=url, timeout=10, follow_redirects=False)
        self.settings_texts = self.control("GET", "credentials")
        self.key = "E" * 32
        self.control("POST", "keys", {"key": self.key})
        self.carrier = self.settings_texts["connect"]["carrier"]

    def raw(self, method: str, path: str, body: str | None = None, **more: Any) -> httpx2.Response:
        content = f"<prestashop>{body}</prestashop>".encode() if body is not None else None
        return self.http.request(method, f"/api/{path}", content=content, auth=(self.key, ""), **more)

    def get(self, path: str) -> Any:
        response = self.raw("GET", f"{path}{'&' if '?' in path else '?'}output_format=JSON")
        assert response.status_code == 200, response.text
        document = response.json()
        return next(iter(document.values())) if document else []

    def write(self, method: str, resource: str, body: str, query: str = "") -> Json:
        response = self.raw(method, f"{resource}?output_format=JSON{query}", body)
        assert response.status_code in (200, 201), response.text
        found: Json = next(iter(response.json().values()))
        return found

    def post(self, resource: str, **fields: object) -> Json:
        return self.write("POST", resource, xml(NODES.get(resource, resource.removesuffix("s")), **fields))

    def patch(self, resource: str, **fields: object) -> Json:
        return self.write("PATCH", resource, xml(NODES.get(resource, resource.removesuffix("s")), **fields))

    def control(self, method: str, path: str, body: Json | None = None, status: int = 200) -> Any:
        response = self.http.request(method, f"/_sandbox/{path}", json=body or {})
        assert response.status_code == status, response.text
        return response.json()

    def settings(self, **changes: Any) -> None:
        self.control("PUT", "settings", changes)

    def product(self, sku: str, **given: Any) -> str:
        made = self.control("POST", "products", {"sku": sku, "price": "10.00", "stock": 5, **given})
        return str(made["products"][0]["variants"][0]["id"])

    def stock(self, sku: str) -> int:
        return int(self.control("GET", "book")["stock"][sku][0]["available"])

    def cart(self, *lines: tuple[str, int], country: int = 21, marker: str = "", **more: object) -> Json:
        """A cart of a new buyer: {"cart", "customer", "address"} ids. A line is (product-combination, pieces)."""
        place = len(self.get("customers"))
        customer = self.post(
            "customers", passwd="Abcdef123", lastname="Buyer", firstname="Ann", email=f"b{place}@buyers.invalid", active=1,
            id_default_group=3, id_lang=1,
        )["id"]  # fmt: skip
        state = {"id_state": 8} if country == 21 else {}
        address = self.post(
            "addresses", id_customer=customer, id_country=country, alias="TikTok", lastname="Buyer", firstname="Ann",
            address1="1 Main St", city="Town", postcode="90001", **state,
        )["id"]  # fmt: skip
        rows = [
            {"id_product": sku.split("-")[0], "id_product_attribute": sku.split("-")[1], "id_address_delivery": address,
             "quantity": pieces} for sku, pieces in lines
        ]  # fmt: skip
        given: Json = {"delivery_option": f'{{"{address}":"{self.carrier},"}}', "id_currency": 1, **more}
        cart = self.post(
            "carts", id_lang=1, id_customer=customer, id_address_delivery=address, id_address_invoice=address,
            gift_message=marker, **given, cart_rows=rows,
        )["id"]  # fmt: skip
        return {"cart": cart, "customer": customer, "address": address}

    def price(self, made: Json, sku: str, net: str, **more: object) -> Json:
        product, attribute = sku.split("-")
        given: Json = {"id_currency": 1, "id_customer": made["customer"], **more}
        return self.post(
            "specific_prices", id_shop=1, id_cart=made["cart"], id_product=product, id_product_attribute=attribute,
            id_country=0, id_group=0, price=net, from_quantity=1, reduction=0, reduction_tax=0, reduction_type="amount",
            **{"from": "0000-00-00 00:00:00", "to": "0000-00-00 00:00:00"}, **given,
        )  # fmt: skip

    def order_body(self, made: Json, total: str, **more: object) -> str:
        given: Json = {"module": "ps_wirepayment", "payment": "TikTok Shop", "id_currency": 1, **more}
        return xml(
            "order", id_address_delivery=made["address"], id_address_invoice=made["address"], id_cart=made["cart"], id_lang=1,
            id_customer=made["customer"], id_carrier=1, total_paid=total, total_paid_real=total, total_products=total,
            total_products_wt=total, conversion_rate=1, **given,
        )  # fmt: skip

    def order(self, made: Json, total: str, **more: object) -> Json:
        """Make the order of a cart and read it back."""
        key = self.write("POST", "orders", self.order_body(made, total, **more))["id"]
        return self.read(key)

    def read(self, key: object) -> Json:
        found: Json = self.get(f"orders/{key}?display=full")[0]
        return found

    def booked(self, marker: str) -> Json:
        orders = self.control("GET", "book")["orders"]
        found: Json = next(one for one in orders if one["source_identifier"] == marker)
        return found

    def codes(self, response: httpx2.Response) -> list[int]:
        return [one["code"] for one in response.json()["errors"]]


@pytest.fixture
def api() -> Iterator[Api]:
    with Running(PrestaShopSite) as running:
        client = Api(running.urls["prestashop"])
        yield client
        client.http.close()
