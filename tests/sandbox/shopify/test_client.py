"""A public client that nobody here wrote uses the sandbox: ShopifyAPI from PyPI."""

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
import shopify

from tests.sandbox.shopify.conftest import CREATE, Api, line, sale


@pytest.fixture
def client(api: Api) -> Iterator[Any]:
    shopify.Session.setup(
        api_key="k", secret="s", protocol="http", myshopify_domain="0.0.1", port=urlsplit(api.url).port
    )
    session = shopify.Session("127.0.0.1", "2026-07", api.token)
    shopify.ShopifyResource.activate_session(session)
    yield shopify.GraphQL()
    shopify.ShopifyResource.clear_session()


def test_it_creates_and_finds_an_order(client: Any) -> None:
    given = {"lineItems": [line(quantity=2)], "transactions": [sale("20.00")], "sourceIdentifier": "577"}
    made = json.loads(client.execute(CREATE, {"order": given}, "Create"))["data"]["orderCreate"]
    assert made["userErrors"] == []
    assert made["order"]["displayFinancialStatus"] == "PAID"
    text = 'query Find { orders(first: 1, query: "source_identifier:577") { nodes { id } } }'
    found = json.loads(client.execute(text, None, "Find"))["data"]["orders"]["nodes"]
    assert found == [{"id": made["order"]["id"]}]


def test_it_understands_the_scopes(api: Api, client: Any) -> None:
    scopes = json.loads(client.execute("{ currentAppInstallation { accessScopes { handle } } }"))
    handles = [one["handle"] for one in scopes["data"]["currentAppInstallation"]["accessScopes"]]
    assert str(shopify.ApiAccess(handles)).count("write_orders") == 1
