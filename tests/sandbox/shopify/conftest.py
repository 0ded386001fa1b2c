"""A running Shopify sandbox and a plain client of it."""

import time
from collections.abc import Callable, Iterator
from typing import Any

import httpx2
import pytest

from tokbridge.sandbox.server import Running
from tokbridge.sandbox.shopify.site import ShopifySite

Json = dict[str, Any]

ORDER_FIELDS = """id name tags note email sourceIdentifier sourceName
  createdAt processedAt cancelledAt closed cancelReason
  displayFinancialStatus displayFulfillmentStatus taxesIncluded paymentGatewayNames canMarkAsPaid
  customer { id displayName email defaultAddress { address1 city } numberOfOrders }
  customAttributes { key value }
  subtotalPriceSet { shopMoney { amount currencyCode } } totalPriceSet { shopMoney { amount currencyCode } } totalPrice
  totalTaxSet { shopMoney { amount } } totalDiscountsSet { shopMoney { amount } }
  totalShippingPriceSet { shopMoney { amount } } totalOutstandingSet { shopMoney { amount } }
  currentTotalPriceSet { shopMoney { amount } }
  transactions(first: 5) { id kind gateway amountSet { shopMoney { amount } } }
  lineItems(first: 20) { nodes { id title sku quantity currentQuantity requiresShipping variant { id } } }
  fulfillments(first: 5) { id status trackingInfo(first: 5) { company number url } }
  fulfillmentOrders(first: 10) { nodes { id status requestStatus fulfillmentHolds { id reason heldByRequestingApp }
    supportedActions { action } lineItems(first: 20) { nodes { id remainingQuantity totalQuantity } } } }"""

CREATE = f"""mutation Create($order: OrderCreateOrderInput!, $options: OrderCreateOptionsInput) {{
  orderCreate(order: $order, options: $options) {{
    order {{ {ORDER_FIELDS} }} userErrors {{ field message code }} }} }}"""


def money(amount: str, currency: str = "USD") -> Json:
    return {"shopMoney": {"amount": amount, "currencyCode": currency}}


def line(**given: Any) -> Json:
    return {"title": "Cup", "quantity": 1, "priceSet": money("10.00"), **given}


def sale(amount: str, **given: Any) -> Json:
    return {"kind": "SALE", "status": "SUCCESS", "gateway": "TikTok Shop", "amountSet": money(amount), **given}


class Api:
    """The sandbox through its two doors."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.http = httpx2.Client(base_url=url, timeout=10, verify=False)
        self.token = "shpat_sandbox"
        self.version = "2026-07"

    def raw(self, query: str, variables: Json | None = None) -> httpx2.Response:
        return self.http.post(
            f"/admin/api/{self.version}/graphql.json",
            json={"query": query, "variables": variables or {}},
            headers={"X-Shopify-Access-Token": self.token},
        )

    def call(self, query: str, **variables: Any) -> Json:
        response = self.raw(query, variables)
        assert response.status_code == 200
        answer: Json = response.json()
        return answer

    def data(self, query: str, **variables: Any) -> Json:
        answer = self.call(query, **variables)
        assert "errors" not in answer, answer
        found: Json = answer["data"]
        return found

    def create(self, *, options: Json | None = None, **order: Any) -> Json:
        answer: Json = self.data(CREATE, order={"lineItems": [line()], **order}, options=options)["orderCreate"]
        return answer

    def order(self, **order: Any) -> Json:
        answer = self.create(**order)
        assert answer["userErrors"] == []
        made: Json = answer["order"]
        return made

    def read(self, key: str) -> Json:
        found: Json = self.data(f"query Read($id: ID!) {{ order(id: $id) {{ {ORDER_FIELDS} }} }}", id=key)["order"]
        return found

    def control(self, method: str, path: str, body: Json | None = None) -> Any:
        response = self.http.request(method, f"/_sandbox/{path}", json=body or {})
        assert response.status_code == 200, response.text
        return response.json()

    def settings(self, **changes: Any) -> None:
        self.control("PUT", "settings", changes)

    def product(self, sku: str, **given: Any) -> Json:
        made = self.control("POST", "products", {"sku": sku, "price": "10.00", "stock": 5, **given})
        variant: Json = made["products"][0]["variants"][0]
        return variant

    def stock(self, sku: str) -> Json:
        levels: Json = self.control("GET", "book")["stock"][sku][0]
        return {name: levels[name] for name in ("available", "committed", "on_hand")}


def until(met: Callable[[], Any]) -> Any:
    """What `met` gives once it is true."""
    end = time.monotonic() + 15
    while time.monotonic() < end:
        if found := met():
            return found
        time.sleep(0.02)
    raise AssertionError("it did not happen")


@pytest.fixture
def api() -> Iterator[Api]:
    with Running(ShopifySite) as running:
        client = Api(running.urls["shopify"])
        try:
            client.settings(search_lag_seconds=0, job_seconds=0, throttle=False)
            yield client
        finally:
            client.http.close()
