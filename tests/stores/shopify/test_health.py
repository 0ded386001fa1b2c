"""The connection test, and what is made in the store."""

from __future__ import annotations

from typing import Any

import pytest

from tests.stores.shopify.fake import SHOP, VERSION, FakeHttp, answer, store_with
from tokbridge.core.errors import Retry
from tokbridge.core.wire import Response
from tokbridge.stores.nouns import Finding, Health
from tokbridge.stores.registry import PLATFORMS

URL = "https://bridge.example/hooks/shopify/1"
GRANTED = (
    "write_orders",
    "read_products",
    "read_locations",
    "read_fulfillments",
    "write_merchant_managed_fulfillment_orders",
    "write_third_party_fulfillment_orders",
    "write_fulfillments",
    "write_inventory",
)
TOPICS = (
    "FULFILLMENTS_CREATE",
    "FULFILLMENTS_UPDATE",
    "ORDERS_CANCELLED",
    "ORDERS_UPDATED",
    "REFUNDS_CREATE",
    "APP_UNINSTALLED",
)


def shop(*scopes: str, domain: str = SHOP, version: str = VERSION, development: bool = False) -> Response:
    data = {
        "shop": {
            "name": "Ribbon",
            "myshopifyDomain": domain,
            "currencyCode": "EUR",
            "plan": {"publicDisplayName": "Basic", "partnerDevelopment": development},
        },
        "currentAppInstallation": {"accessScopes": [{"handle": scope} for scope in scopes]},
    }
    return answer(data, headers={"x-shopify-api-version": version})


def definition(kind: str | None = "id") -> Response:
    node = {"id": "gid://shopify/MetafieldDefinition/1", "type": {"name": kind}} if kind else None
    return answer({"metafieldDefinitions": {"nodes": [node] if node else []}})


def webhooks(*topics: str, uri: str = URL) -> Response:
    nodes = [{"id": f"gid://shopify/WebhookSubscription/{n}", "topic": t, "uri": uri} for n, t in enumerate(topics)]
    return answer({"webhookSubscriptions": {"nodes": nodes}})


def done(root: str, *errors: dict[str, Any]) -> Response:
    return answer({root: {"userErrors": list(errors)}})


def by_name(health: Health) -> dict[str, Finding]:
    return {finding.name: finding for finding in health.findings}


def test_everything_is_right() -> None:
    store, http = store_with(shop(*GRANTED, "read_all_orders"), definition(), webhooks(*TOPICS))
    health = store.check()
    assert health.ok
    assert (health.platform, health.version, health.currency, health.shop_name) == ("shopify", VERSION, "EUR", "Ribbon")
    assert [finding for finding in health.findings if not finding.ok] == []
    assert http.operations == ["shop", "metafieldDefinitions", "webhookSubscriptions"]
    assert store.platform == "shopify"


def test_missing_scopes_are_named_and_write_implies_read() -> None:
    store, _ = store_with(shop("write_orders", "read_products"), definition(), webhooks(*TOPICS))
    health = store.check()
    assert not health.ok
    missing = {name for name, finding in by_name(health).items() if name.startswith("scope ") and not finding.ok}
    assert missing == {
        "scope read_locations",
        "scope read_fulfillments",
        "scope read_merchant_managed_fulfillment_orders",
        "scope write_merchant_managed_fulfillment_orders",
        "scope read_third_party_fulfillment_orders",
        "scope write_third_party_fulfillment_orders",
        "scope read_all_orders",
        "scope write_fulfillments",
        "scope read_inventory",
        "scope write_inventory",
    }
    assert by_name(health)["scope read_orders"].ok
    assert all(finding.remedy for finding in health.findings if not finding.ok)


def test_another_shop_s_credentials() -> None:
    store, _ = store_with(shop(*GRANTED, domain="other.myshopify.com"), definition(), webhooks(*TOPICS))
    health = store.check()
    assert not health.ok
    assert "do not belong" in by_name(health)["shop"].remedy


def test_refused_credentials_are_a_finding() -> None:
    store, _ = store_with(answer(errors="[API] Invalid API key or access token", status=401))
    health = store.check()
    assert not health.ok
    assert "http 401" in by_name(health)["credentials"].detail


def test_a_shop_that_does_not_answer_is_tried_again() -> None:
    store, _ = store_with(answer(errors="x", status=503))
    with pytest.raises(Retry):
        store.check()


def test_advice_does_not_stop_the_connection() -> None:
    store, _ = store_with(shop(*GRANTED, development=True), definition(None), webhooks("ORDERS_UPDATED"))
    health = store.check()
    assert health.ok
    findings = by_name(health)
    assert "five new orders a minute" in findings["plan"].detail
    assert not findings["order id field"].ok
    assert findings["webhooks"].detail == (
        "missing: fulfillments/create, fulfillments/update, orders/cancelled, refunds/create, app/uninstalled"
    )


def test_denied_details_are_findings() -> None:
    denied = answer({"metafieldDefinitions": None}, errors=[{"message": "No", "extensions": {"code": "ACCESS_DENIED"}}])
    store, _ = store_with(shop(*GRANTED), denied, denied)
    health = store.check()
    assert health.ok
    assert not by_name(health)["order id field"].ok
    assert not by_name(health)["webhooks"].ok


class TestPrepare:
    def test_all_is_made(self) -> None:
        creations = [done("webhookSubscriptionCreate")] * 6
        store, http = store_with(definition(None), done("metafieldDefinitionCreate"), webhooks(), *creations)
        prepared = store.prepare(URL)
        assert prepared.existing == prepared.findings == ()
        assert prepared.made == (
            "metafield tokbridge.order_id",
            "webhook fulfillments/create",
            "webhook fulfillments/update",
            "webhook orders/cancelled",
            "webhook orders/updated",
            "webhook refunds/create",
            "webhook app/uninstalled",
        )
        made = http.variables(1)["definition"]
        assert (made["namespace"], made["key"], made["type"], made["ownerType"]) == (
            "tokbridge",
            "order_id",
            "id",
            "ORDER",
        )
        assert [http.variables(n)["topic"] for n in range(3, 9)] == list(TOPICS)
        assert http.variables(3)["subscription"] == {"uri": URL, "format": "JSON"}

    def test_again_makes_nothing(self) -> None:
        store, http = store_with(definition(), webhooks(*TOPICS))
        prepared = store.prepare(URL)
        assert (len(prepared.existing), prepared.made, prepared.findings) == (7, (), ())
        assert not any(request.write for request in http.requests)

    def test_without_an_address_only_the_definition(self) -> None:
        store, http = store_with(definition())
        assert store.prepare(None).existing == ("metafield tokbridge.order_id",)
        assert http.operations == ["metafieldDefinitions"]

    def test_a_webhook_that_goes_elsewhere_is_turned_here(self) -> None:
        updates = [done("webhookSubscriptionUpdate")] * 6
        store, http = store_with(definition(), webhooks(*TOPICS, uri="https://old.example/"), *updates)
        prepared = store.prepare(URL)
        assert len(prepared.made) == 6
        assert http.variables(2) == {
            "id": "gid://shopify/WebhookSubscription/0",
            "subscription": {"uri": URL, "format": "JSON"},
        }

    def test_made_by_somebody_else_in_between(self) -> None:
        taken = {"field": ["definition", "key"], "message": "Key is in use", "code": "TAKEN"}
        address = {
            "field": ["webhookSubscription", "callbackUrl"],
            "message": "Address for this topic has already been taken",
        }
        store, _ = store_with(
            definition(None),
            done("metafieldDefinitionCreate", taken),
            webhooks(*TOPICS[1:]),
            done("webhookSubscriptionCreate", address),
        )
        prepared = store.prepare(URL)
        assert (len(prepared.existing), prepared.made, prepared.findings) == (7, (), ())

    def test_what_shopify_refuses_is_told(self) -> None:
        local = {
            "field": ["webhookSubscription", "callbackUrl"],
            "message": "Address protocol http:// is not supported",
        }
        limit = {"field": None, "message": "Too many definitions", "code": "RESOURCE_TYPE_LIMIT_EXCEEDED"}
        store, _ = store_with(
            definition(None),
            done("metafieldDefinitionCreate", limit),
            webhooks(*TOPICS[1:], uri="http://bridge.example/"),
            done("webhookSubscriptionCreate", local),
        )
        findings = store.prepare("http://bridge.example/").findings
        assert [(f.name, f.ok) for f in findings] == [("order id field", False), ("webhook fulfillments/create", False)]
        assert "http://" in findings[1].detail

    def test_a_definition_of_another_type_is_told(self) -> None:
        store, _ = store_with(definition("single_line_text_field"))
        (finding,) = store.prepare(None).findings
        assert "single_line_text_field" in finding.detail


def test_the_registry_opens_a_store() -> None:
    http = FakeHttp([shop(*GRANTED), definition(), webhooks(*TOPICS)])
    store = PLATFORMS["shopify"].open(http, {"shop": SHOP, "token": "t", "settle_s": "1"}, lambda: 0.0, None)
    assert store.check().ok
    assert (store.platform, store.settle) == ("shopify", 1.0)
    with pytest.raises(KeyError):
        PLATFORMS["shopify"].open(http, {}, lambda: 0.0, None)
