"""Delivery events of a shipment, the credentials told, and staff without statuses (reference 4.3)."""

from tests.sandbox.shopify.conftest import Api, line, sale

EVENT = """mutation Event($e: FulfillmentEventInput!) { fulfillmentEventCreate(fulfillmentEvent: $e) {
  fulfillmentEvent { id status happenedAt } userErrors { field message } } }"""
EVENTS = """query Events($id: ID!) { fulfillment(id: $id) { displayStatus
  events(first: 5, sortKey: HAPPENED_AT, reverse: true) { nodes { status message } } } }"""
SCOPES = "{ currentAppInstallation { accessScopes { handle } } }"


def test_the_newest_event_is_the_display_status(api: Api) -> None:
    order = api.order(lineItems=[line(quantity=1)], transactions=[sale("10.00")])
    shipped = api.control("POST", f"orders/{order['id'].rpartition('/')[2]}/ship", {})["fulfillment"]
    assert api.data(EVENTS, id=shipped)["fulfillment"] == {"displayStatus": "FULFILLED", "events": {"nodes": []}}
    for event in (
        {"status": "IN_TRANSIT", "happenedAt": "2030-01-02T00:00:00Z", "message": "on its way"},
        {"status": "CONFIRMED", "happenedAt": "2030-01-01T00:00:00Z"},
    ):
        made = api.data(EVENT, e={"fulfillmentId": shipped, **event})["fulfillmentEventCreate"]
        assert (made["userErrors"], made["fulfillmentEvent"]["status"]) == ([], event["status"])
    found = api.data(EVENTS, id=shipped)["fulfillment"]
    assert found["displayStatus"] == "IN_TRANSIT"
    assert [one["status"] for one in found["events"]["nodes"]] == ["IN_TRANSIT", "CONFIRMED"]
    (book,) = api.control("GET", "book")["orders"]
    assert book["fulfillments"][0]["display_status"] == "IN_TRANSIT"


def test_what_an_event_is_refused_for(api: Api) -> None:
    stray = {"fulfillmentId": "gid://shopify/Fulfillment/1", "status": "DELIVERED"}
    (error,) = api.data(EVENT, e=stray)["fulfillmentEventCreate"]["userErrors"]
    assert "does not exist" in error["message"]
    api.token = "shpat_sandbox_read"
    denied = api.call(EVENT, e=stray)
    assert denied["errors"][0]["extensions"]["code"] == "ACCESS_DENIED"


def test_credentials_are_told(api: Api) -> None:
    told = api.control("GET", "credentials")
    texts = {name: told[name] for name in ("connect", "read_only", "wrong", "partial")}
    assert {entry["base_url"] for entry in texts.values()} == {api.url}
    app = {name: told["connect"][name] for name in ("client_id", "client_secret")}
    granting = api.http.post("/admin/oauth/access_token", json={**app, "grant_type": "client_credentials"})
    tokens = {"connect": granting.json()["access_token"]}
    tokens |= {name: told[name]["token"] for name in ("read_only", "partial")}
    scopes = {}
    for name, token in tokens.items():
        api.token = token
        granted = api.data(SCOPES)["currentAppInstallation"]["accessScopes"]
        scopes[name] = {one["handle"] for one in granted}
    assert scopes["read_only"] == {one for one in scopes["connect"] if one.startswith("read_")}
    assert set(told["partial"]["missing"]) < scopes["connect"] - scopes["partial"]
    api.token = told["wrong"]["token"]
    assert api.raw(SCOPES).status_code == 401


def test_staff_gives_no_status(api: Api) -> None:
    order = api.order()
    response = api.http.post(f"/_sandbox/orders/{order['id'].rpartition('/')[2]}/status", json={"status": "paid"})
    assert response.status_code == 400
    assert "computes" in response.text
