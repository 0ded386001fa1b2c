"""orderCreate as measured on real stores (reference 2.2)."""

from typing import Any

import pytest

from tests.sandbox.shopify.conftest import CREATE, Api, line, money, sale


def amount(order: dict[str, Any], field: str) -> str:
    found: str = order[field]["shopMoney"]["amount"]
    return found


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ({}, None),
        ({"financialStatus": "PENDING"}, "PENDING"),
        ({"transactions": [sale("10.00")]}, "PAID"),
        ({"transactions": [sale("4.00")]}, "PARTIALLY_PAID"),
        ({"transactions": [sale("10.00", kind="AUTHORIZATION")]}, "AUTHORIZED"),
        ({"transactions": [sale("10.00", kind="AUTHORIZATION", status="FAILURE")]}, None),
        ({"financialStatus": "PENDING", "transactions": [sale("10.00")]}, "PENDING"),
    ],
)
def test_the_financial_status(api: Api, given: dict[str, Any], status: str | None) -> None:
    assert api.order(**given)["displayFinancialStatus"] == status


def test_the_totals_of_an_order_with_everything(api: Api) -> None:
    order = api.order(
        lineItems=[
            line(quantity=3, taxLines=[{"title": "VAT", "rate": 0.1, "priceSet": money("2.50")}]),
            line(title="Plate", priceSet=money("1.99")),
        ],
        shippingLines=[{"title": "Standard", "priceSet": money("4.90"), "taxLines": [
            {"title": "VAT", "rate": "0.1", "priceSet": money("0.49")}]}],
        discountCode={"itemFixedDiscountCode": {"code": "TIKTOK", "amountSet": money("5.00")}},
        transactions=[sale("34.88")],
    )  # fmt: skip
    assert amount(order, "subtotalPriceSet") == "26.99"
    assert amount(order, "totalTaxSet") == "2.99"
    assert amount(order, "totalDiscountsSet") == "5.0"
    assert amount(order, "totalPriceSet") == "34.88"
    assert order["totalPrice"] == "34.88"
    assert (order["displayFinancialStatus"], amount(order, "totalOutstandingSet")) == ("PAID", "0.0")
    assert order["paymentGatewayNames"] == ["TikTok Shop"]


def test_taxes_included_are_not_added(api: Api) -> None:
    tax = [{"title": "VAT", "rate": 0.19, "priceSet": money("1.60")}]
    order = api.order(taxesIncluded=True, lineItems=[line(taxLines=tax)])
    assert (amount(order, "totalPriceSet"), amount(order, "totalTaxSet")) == ("10.0", "1.6")


def test_a_shared_email_is_one_customer_whose_address_every_order_overwrites(api: Api) -> None:
    first = api.order(email="buyerid@tiktok.com", shippingAddress={"address1": "Oak 1", "city": "Bonn"})
    second = api.order(email="BuyerId@tiktok.com", shippingAddress={"address1": "Elm 2", "city": "Kiel"})
    assert first["customer"]["displayName"] == "buyerid@tiktok.com"
    assert second["customer"]["id"] == first["customer"]["id"]
    assert second["customer"]["defaultAddress"] == {"address1": "Elm 2", "city": "Kiel"}
    assert second["customer"]["numberOfOrders"] == "2"
    assert api.order()["customer"] is None


def test_an_upserted_customer_has_a_name(api: Api) -> None:
    order = api.order(customer={"toUpsert": {"email": "a@b.example", "firstName": "Ann", "lastName": "Bo"}})
    assert order["customer"]["displayName"] == "Ann Bo"
    wrong = api.create(customer={"toUpsert": {"email": "a@b.example"}}, customerId="gid://shopify/Customer/1")
    assert wrong["userErrors"][0]["code"] == "REDUNDANT_CUSTOMER_FIELDS"


def test_a_wrong_variant_without_title_is_refused_and_with_title_is_a_silent_custom_line(api: Api) -> None:
    gone = "gid://shopify/ProductVariant/1"
    refused = api.create(lineItems=[{"variantId": gone, "quantity": 1}])
    assert refused["order"] is None
    assert [(one["field"], one["message"]) for one in refused["userErrors"]] == [
        (["order"], "Order Line items is invalid"),
        (["order", "lineItems"], "Line items Name can't be blank"),
        (["order", "lineItems"], "Line items Title can't be blank"),
    ]
    order = api.order(lineItems=[line(variantId=gone)])
    assert order["lineItems"]["nodes"][0]["variant"] is None


def test_a_variant_line_keeps_the_given_title_and_takes_the_catalogues_price(api: Api) -> None:
    variant = api.product("ABC-1", title="Mug", price="7.25")
    order = api.order(lineItems=[{"variantId": variant["id"], "quantity": 2, "title": "TikTok mug"}])
    node = order["lineItems"]["nodes"][0]
    assert (node["title"], node["sku"], node["variant"]) == ("TikTok mug", "ABC-1", {"id": variant["id"]})
    assert (amount(order, "totalPriceSet"), node["requiresShipping"]) == ("14.5", False)


@pytest.mark.parametrize(
    ("behaviour", "stock"),
    [("BYPASS", (5, 0, 5)), ("DECREMENT_IGNORING_POLICY", (3, 2, 5)), ("DECREMENT_OBEYING_POLICY", (3, 2, 5))],
)
def test_what_creating_does_to_stock(api: Api, behaviour: str, stock: tuple[int, int, int]) -> None:
    variant = api.product("S")
    api.create(options={"inventoryBehaviour": behaviour}, lineItems=[{"variantId": variant["id"], "quantity": 2}])
    assert tuple(api.stock("S").values()) == stock


def test_obeying_the_policy_refuses_what_is_not_there(api: Api) -> None:
    variant = api.product("S", stock=1)
    wanted = [{"variantId": variant["id"], "quantity": 2}]
    refused = api.create(options={"inventoryBehaviour": "DECREMENT_OBEYING_POLICY"}, lineItems=wanted)
    assert refused["userErrors"][0]["code"] == "INVENTORY_CLAIM_FAILED"
    api.create(options={"inventoryBehaviour": "DECREMENT_IGNORING_POLICY"}, lineItems=wanted)
    assert api.stock("S")["available"] == -1
    free = api.product("C", stock=0, policy="CONTINUE")
    wanted = [{"variantId": free["id"], "quantity": 1}]
    taken = api.create(options={"inventoryBehaviour": "DECREMENT_OBEYING_POLICY"}, lineItems=wanted)
    assert taken["userErrors"] == []


def test_names_tags_dates_and_the_counter(api: Api) -> None:
    order = api.order(name="TTS-1", tags=["b", "A", "c"], processedAt="2026-01-02T03:04:05Z", sourceIdentifier="577")
    again = api.order(name="TTS-1")
    assert (order["name"], again["name"], order["id"] != again["id"]) == ("TTS-1", "TTS-1", True)
    assert (order["tags"], order["processedAt"]) == (["A", "b", "c"], "2026-01-02T03:04:05Z")
    assert order["createdAt"] > order["processedAt"]
    assert api.order()["name"] == "#1003"
    node = order["fulfillmentOrders"]["nodes"][0]
    assert (node["status"], node["requestStatus"]) == ("OPEN", "UNSUBMITTED")


def test_a_date_in_the_future(api: Api) -> None:
    assert api.order(processedAt="2199-01-01T00:00:00Z")["processedAt"] < "2199"
    api.version = "2026-04"
    assert api.create(processedAt="2199-01-01T00:00:00Z")["userErrors"][0]["code"] == "PROCESSED_AT_INVALID"


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"lineItems": []}, "Line items must have at least one line item"),
        ({"tags": ["x" * 41]}, "Tags cannot be longer than 40 characters"),
        (
            {"currency": "EUR", "lineItems": [line(taxLines=[{"title": "T", "rate": 0.1, "priceSet": money("1")}])]},
            "Line items tax lines currency does not match the order currency"
            " (which defaults to the shop currency if not given)",
        ),
        (
            {"taxLines": [{"title": "T", "rate": 0.1}], "lineItems": [line(taxLines=[{"title": "T", "rate": 0.1}])]},
            "Tax lines can be set on the order or on its lines, not on both",
        ),
    ],
)
def test_what_is_refused(api: Api, given: dict[str, Any], message: str) -> None:
    refused = api.create(**given)
    assert (refused["order"], refused["userErrors"][0]["message"]) == (None, message)
    assert api.control("GET", "book")["orders"] == []


def test_at_most_250_of_anything(api: Api) -> None:
    answer = api.call(CREATE, order={"lineItems": [line()] * 251})
    assert answer["data"] == {"orderCreate": None}
    assert answer["errors"][0]["extensions"]["code"] == "MAX_INPUT_SIZE_EXCEEDED"


def test_five_creates_a_minute_on_a_development_store(api: Api) -> None:
    api.settings(development_store=True)
    answers = [api.create()["userErrors"] for _ in range(6)]
    assert answers[:5] == [[]] * 5
    assert answers[5][0]["message"] == "Too many attempts. Please try again later."


DEFINE = """mutation Define($definition: MetafieldDefinitionInput!) {
  metafieldDefinitionCreate(definition: $definition) {
  createdDefinition { id type { name } } userErrors { field message code } } }"""
FIND = """query Find($value: String!) { orderByIdentifier(identifier: {customId: {namespace: "tokbridge", key: "marker",
  value: $value}}) { id } }"""


def define(api: Api) -> dict[str, Any]:
    wanted = {"namespace": "tokbridge", "key": "marker", "name": "Marker", "type": "id", "ownerType": "ORDER"}
    found: dict[str, Any] = api.data(DEFINE, definition=wanted)["metafieldDefinitionCreate"]
    return found


def test_an_id_metafield_finds_its_order_at_once_and_is_unique_by_a_switch(api: Api) -> None:
    assert define(api)["createdDefinition"]["type"] == {"name": "id"}
    assert define(api)["userErrors"][0]["code"] == "TAKEN"
    api.settings(search_lag_seconds=60)
    mark = [{"namespace": "tokbridge", "key": "marker", "type": "id", "value": "577"}]
    order = api.order(metafields=mark, sourceIdentifier="577")
    assert api.data(FIND, value="577")["orderByIdentifier"] == {"id": order["id"]}
    assert api.data(FIND, value="578")["orderByIdentifier"] is None
    assert api.data('{orders(first: 1, query: "source_identifier:\\"577\\"") {nodes {id}}}')["orders"]["nodes"] == []
    twice = api.create(metafields=mark)
    assert (twice["order"], twice["userErrors"][0]["field"]) == (None, ["order", "metafields", "0", "value"])
    api.settings(unique_id_metafield=False)
    assert api.create(metafields=mark)["userErrors"] == []
    assert api.data(FIND, value="577")["orderByIdentifier"] == {"id": order["id"]}
