"""Tokens, versions, scopes, cost, search, paging and the four families of errors (reference 1, 3.1, 6, 7)."""

from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.sandbox.shopify.conftest import CREATE, Api, line
from tokbridge.sandbox.server import Running
from tokbridge.sandbox.shopify.site import ShopifySite

ORDERS = "query O($q: String, $n: Int, $after: String) { orders(first: $n, after: $after, query: $q, sortKey: %s) {"
ORDERS += " nodes { id name } pageInfo { hasNextPage endCursor } } }"


def names(api: Api, query: str, sort: str = "ID") -> list[str]:
    found = api.data(ORDERS % sort, q=query, n=50)
    return [one["name"] for one in found["orders"]["nodes"]]


def test_tokens(api: Api) -> None:
    api.token = "wrong"
    denied = api.raw("{ shop { name } }")
    text = "[API] Invalid API key or access token (unrecognized login or wrong password)"
    assert (denied.status_code, denied.json()) == (401, {"errors": text})
    form = {"client_id": "sandbox-client-id", "client_secret": "sandbox-client-secret"}
    bad = api.http.post(
        "/admin/oauth/access_token", data={**form, "client_secret": "x", "grant_type": "client_credentials"}
    )
    assert (bad.status_code, bad.json()["error"]) == (400, "invalid_client")
    for how in ("json", "data"):
        given: Any = {how: {**form, "grant_type": "client_credentials"}}
        granted = api.http.post("/admin/oauth/access_token", **given).json()
        assert granted["expires_in"] == 86399
        api.token = granted["access_token"]
        assert api.data("{ shop { currencyCode } }") == {"shop": {"currencyCode": "USD"}}
    scopes = api.data("{ currentAppInstallation { accessScopes { handle } } }")["currentAppInstallation"][
        "accessScopes"
    ]
    assert ",".join(one["handle"] for one in scopes) == granted["scope"]
    api.control("DELETE", f"tokens/{api.token}")
    assert api.raw("{ shop { name } }").status_code == 401


def test_versions_fall_forward(api: Api) -> None:
    for asked, served in (("2024-07", "2026-01"), ("2026-04", "2026-04"), ("2026-10", "2026-10")):
        api.version = asked
        response = api.raw("{ shop { name } }")
        assert response.headers["x-shopify-api-version"] == served
        assert response.headers["x-request-id"]
    api.version = "2031-01"
    assert api.raw("{ shop { name } }").status_code == 404
    assert api.http.post("/admin/api/latest/graphql.json").status_code == 404


def test_a_missing_scope_is_a_partial_answer(api: Api) -> None:
    order = api.order(email="a@b.example")
    api.control("POST", "tokens", {"token": "thin", "scopes": ["write_orders"]})
    api.token = "thin"
    text = "query R($id: ID!) { order(id: $id) { name customer { id } fulfillmentOrders(first: 5) { nodes { id } } } }"
    answer = api.call(text, id=order["id"])
    assert answer["data"]["order"] == {"name": order["name"], "customer": None, "fulfillmentOrders": {"nodes": []}}
    error = answer["errors"][0]
    assert (error["path"], error["extensions"]["code"]) == (["order", "customer"], "ACCESS_DENIED")
    assert "read_customers" in error["extensions"]["requiredAccess"]
    text = """mutation S($id: ID!) { fulfillmentCreate(fulfillment: {lineItemsByFulfillmentOrder:
      [{fulfillmentOrderId: $id}]}) { userErrors { message } } }"""
    refused = api.data(text, id=order["fulfillmentOrders"]["nodes"][0]["id"])["fulfillmentCreate"]["userErrors"][0]
    assert refused["message"] == "The api_client does not have access to the fulfillment order."


@pytest.mark.parametrize(
    ("text", "code", "message"),
    [
        ("{ shop { nme } }", "undefinedField", "Field 'nme' doesn't exist on type 'Shop'"),
        ("{ order { id } }", "missingRequiredArguments", "Field 'order' is missing required arguments: id"),
        ("{ shop(x: 1) { name } }", "argumentNotAccepted", "Field 'shop' doesn't accept argument 'x'"),
        ("query Q($x: Int) { shop { name } }", "variableNotUsed", "Variable $x is declared by Q but not used"),
        ("{ shop @nope { name } }", "undefinedDirective", "Directive @nope is not defined"),
        ("mutation { tagsAdd(id: 1, tags: []) { userErrors { code } } }", "undefinedField",
         "Field 'code' doesn't exist on type 'UserError'"),
        ("mutation { orderClose(input: {}) { order { id } } }", "missingRequiredInputObjectAttribute",
         "Argument 'id' on InputObject 'OrderCloseInput' is required."),
        ("mutation { orderClose(input: {id: 1, x: 2}) { order { id } } }", "argumentNotAccepted",
         "InputObject 'OrderCloseInput' doesn't accept argument 'x'"),
        ("{ shop }", "selectionMismatch",
         "Field must have selections (field 'shop' returns Shop! but has no selections. Did you mean 'shop { ... }'?)"),
        ("{ shop { ", "PARSE_ERROR", ""),
    ],
)  # fmt: skip
def test_what_validation_says(api: Api, text: str, code: str, message: str) -> None:
    answer = api.call(text)
    assert list(answer) == ["errors"]
    assert answer["errors"][0]["extensions"]["code"] == code
    assert not message or answer["errors"][0]["message"] == message


def test_what_wrong_variables_say(api: Api) -> None:
    answer = api.call(CREATE, order={"lineItems": [{"title": "x"}]})
    error = answer["errors"][0]
    assert error["extensions"]["code"] == "INVALID_VARIABLE"
    assert error["extensions"]["problems"][0]["path"] == ["lineItems", 0, "quantity"]
    money = {"priceSet": {"shopMoney": {"amount": "ten", "currencyCode": "USD"}}}
    assert (
        api.call(CREATE, order={"lineItems": [line(**money)]})["errors"][0]["extensions"]["code"] == "INVALID_VARIABLE"
    )


def test_cost_throttling_and_the_limits(api: Api) -> None:
    api.settings(throttle=True)
    text = """{ productVariants(first: 50, query: "sku:x") { nodes { id inventoryItem { id } product { id } } } }"""
    cost = api.call(text)["extensions"]["cost"]
    assert (cost["requestedQueryCost"], cost["actualQueryCost"]) == (23, 2)
    assert cost["throttleStatus"]["maximumAvailable"] == 2000.0
    api.control("POST", "bucket/empty")
    throttled = api.raw(text)
    body = throttled.json()
    assert (throttled.status_code, "data" in body, "retry-after" in throttled.headers) == (200, False, False)
    assert (body["errors"][0]["message"], body["errors"][0]["extensions"]["code"]) == ("Throttled", "THROTTLED")
    assert body["extensions"]["cost"]["actualQueryCost"] is None
    api.settings(throttle=False)
    huge = """{ products(first: 250) { nodes { variants(first: 250) { nodes { inventoryItem {
      inventoryLevels(first: 250) {
      nodes { id location { id } } } } } } } } }"""
    assert api.call(huge)["errors"][0]["extensions"]["code"] == "MAX_COST_EXCEEDED"
    many = api.call("{ orders(first: 251) { nodes { id } } }")
    assert many["errors"][0]["extensions"]["code"] == "BAD_REQUEST"


def test_sku_search_finds_neighbours(api: Api) -> None:
    for sku in ("ABC-1", "abc-1", "ABC 1 RED", "ABC-12", "XABC-1"):
        api.product(sku)
    text = "query V($q: String) { productVariants(first: 10, query: $q) { nodes { sku } } }"

    def skus(query: str) -> set[str]:
        return {one["sku"] for one in api.data(text, q=query)["productVariants"]["nodes"]}

    assert skus('sku:"ABC-1"') == {"ABC-1", "abc-1", "ABC 1 RED"}
    assert skus('sku:"ABC-12" OR sku:"XABC-1"') == {"ABC-12", "XABC-1"}
    assert skus("sku:ABC-1*") == {"ABC-1", "abc-1", "ABC 1 RED", "ABC-12"}
    assert skus('sku:"none"') == set()


def test_order_search(api: Api) -> None:
    api.order(name="A", sourceIdentifier="577", tags=["TikTok"])
    api.order(name="B", sourceIdentifier="578", tags=["other"])
    assert names(api, 'source_identifier:"577"') == ["A"]
    assert names(api, "tag:tiktok OR tag:other") == ["A", "B"]
    assert names(api, "-tag:tiktok") == ["B"]
    assert names(api, "tag:tiktok AND updated_at:>='2020-01-01T00:00:00Z'") == ["A"]
    assert names(api, "updated_at:>'2999-01-01'") == []
    assert names(api, "(name:A OR name:B) status:open") == ["A", "B"]
    for wrong in ("updated_at:>2999-01-01", "sourceidentifier:577"):
        answer = api.call(ORDERS % "ID", q=wrong, n=5)
        assert len(answer["data"]["orders"]["nodes"]) == 2
        assert len(answer["extensions"]["search"][0]["warnings"]) == 1


def test_the_index_lags(api: Api) -> None:
    api.settings(search_lag_seconds=60)
    order = api.order(name="A", sourceIdentifier="577")
    assert names(api, 'source_identifier:"577"') == []
    assert api.read(order["id"])["name"] == "A"


def test_pages_join_without_gap(api: Api) -> None:
    made = [api.order(name=f"T{number}")["id"] for number in range(7)]
    seen: list[str] = []
    after = None
    while True:
        found = api.data(ORDERS % "UPDATED_AT", n=3, after=after)["orders"]
        seen += [one["id"] for one in found["nodes"]]
        after = found["pageInfo"]["endCursor"]
        if not found["pageInfo"]["hasNextPage"]:
            break
    assert seen == made


def test_old_orders_are_absent_without_the_scope(api: Api) -> None:
    order = api.order(name="OLD", sourceIdentifier="577")
    api.control("POST", "orders/OLD/age", {"days": 61})
    text = "query R($id: ID!) { order(id: $id) { id } }"
    assert names(api, "source_identifier:577") == []
    assert api.data(text, id=order["id"]) == {"order": None}
    api.control("POST", "tokens", {"token": "all", "scopes": ["read_orders", "read_all_orders"]})
    api.token = "all"
    assert names(api, "source_identifier:577") == ["OLD"]
    assert api.data(text, id=order["id"]) == {"order": {"id": order["id"]}}


def test_faults_by_root_field(api: Api) -> None:
    fault = {"operation": "orderCreate", "kind": "error", "code": "INTERNAL_SERVER_ERROR"}
    api.control("POST", "faults", fault)
    api.control("POST", "faults", {**fault, "code": "THROTTLED"})
    api.control("POST", "faults", {**fault, "code": "Too many attempts"})
    api.control("POST", "faults", {"operation": "orderCreate", "kind": "drop_after", "subject": "577"})
    broken = api.call(CREATE, order={"lineItems": [line()]})
    assert broken["errors"][0]["extensions"]["code"] == "INTERNAL_SERVER_ERROR"
    assert api.call(CREATE, order={"lineItems": [line()]})["errors"][0]["message"] == "Throttled"
    assert api.create()["userErrors"][0]["message"].startswith("Too many attempts")
    with pytest.raises(httpx2.TransportError):
        api.create(sourceIdentifier="577")
    assert [one["source_identifier"] for one in api.control("GET", "book")["orders"]] == ["577"]


def test_a_second_start_remembers(tmp_path: Path) -> None:
    for turn in (1, 2):
        with Running(ShopifySite, data=tmp_path / "sandbox.sqlite3") as running:
            api = Api(running.urls["shopify"])
            with api.http:
                if turn == 1:
                    api.product("S")
                    api.settings(search_lag_seconds=0)
                    api.order(name="A", sourceIdentifier="577", email="a@b.example")
                else:
                    assert names(api, "source_identifier:577") == ["A"]
                    assert api.stock("S")["available"] == 5
                    assert api.order(email="a@b.example")["customer"]["numberOfOrders"] == "2"
