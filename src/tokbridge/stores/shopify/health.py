"""The connection test: shop, currency, plan, access scopes by name, served version, what `prepare` makes."""

from __future__ import annotations

from collections.abc import Iterable

from tokbridge.core.errors import CredentialRefused
from tokbridge.core.saying import say
from tokbridge.stores.nouns import Finding, Health
from tokbridge.stores.shopify import prepare, queries
from tokbridge.stores.shopify.config import ShopifyConfig
from tokbridge.stores.shopify.transport import Transport
from tokbridge.stores.shopify.webhooks import TOPICS

PLATFORM = "shopify"

# The least that works (reference shopify-admin-api.md 1.3): `write_x` implies `read_x`, and the granted list may name
# only the former. Without one of the two fulfilment order scopes Shopify hides that part of the orders in silence.
SCOPES: tuple[tuple[str, str], ...] = (
    ("read_orders", say("find and read orders")),
    ("write_orders", say("create, cancel and refund orders")),
    ("read_products", say("find products by SKU")),
    ("read_locations", say("know which location a shipment leaves")),
    ("read_fulfillments", say("hear of shipments by webhook")),
    ("read_merchant_managed_fulfillment_orders", say("see what is to be shipped from own locations")),
    ("write_merchant_managed_fulfillment_orders", say("ship from own locations")),
    ("read_third_party_fulfillment_orders", say("see what a fulfilment service is to ship")),
    ("write_third_party_fulfillment_orders", say("ship from a fulfilment service's location")),
)
OLD_ORDERS = "read_all_orders"

# Orders are carried without these; a status or a stock figure that needs one is refused for that order alone.
ADVISED: tuple[tuple[str, str], ...] = (
    ("write_fulfillments", say("tell Shopify how far a parcel has come")),
    ("read_inventory", say("compare stock")),
    ("write_inventory", say("set stock")),
)


def check(transport: Transport, config: ShopifyConfig) -> Health:
    """`ok` speaks of what stops the connection: credentials, shop, scopes. Other findings that are not ok are advice.

    Raises Retry when Shopify can't be asked now.
    """
    try:
        data = transport.call(queries.SHOP, {})
    except CredentialRefused as error:
        found = Finding("credentials", False, say("{code}: {words}", code=error.code, words=error.words), _CREDENTIALS)
        return Health(False, PLATFORM, transport.served_version, "", "", (found,))
    served = transport.served_version
    shop = data["shop"]
    handles = [scope["handle"] for scope in data["currentAppInstallation"]["accessScopes"]]
    required = (_shop(shop["myshopifyDomain"], config), *_scopes(handles))
    advice = (
        Finding("currency", True, shop["currencyCode"]),
        _plan(shop["plan"]),
        _version(served, config),
        _old_orders(handles),
        *_advised(handles),
        _definition(transport),
        _webhooks(transport),
    )
    return Health(
        ok=all(finding.ok for finding in required),
        platform=PLATFORM,
        version=served,
        currency=shop["currencyCode"],
        shop_name=shop["name"],
        findings=(Finding("credentials", True, "accepted"), *required, *advice),
    )


def implied(handles: Iterable[str]) -> frozenset[str]:
    granted = frozenset(handles)
    return granted | {f"read_{handle.removeprefix('write_')}" for handle in granted if handle.startswith("write_")}


_CREDENTIALS = (
    "See that the app is installed on this store, that the credentials are its own, that it has the scopes"
    " listed in the guide, and that the store is open."
)


def _shop(domain: str, config: ShopifyConfig) -> Finding:
    ok = domain.lower() == config.shop.lower()
    return Finding("shop", ok, domain, "" if ok else f"These credentials do not belong to {config.shop}.")


def _scopes(handles: Iterable[str]) -> list[Finding]:
    granted = implied(handles)
    remedy = "Add it to the app's scopes, release the version and accept it in the store."
    return [
        Finding(say("scope {scope}", scope=scope), scope in granted, purpose, "" if scope in granted else remedy)
        for scope, purpose in SCOPES
    ]


def _advised(handles: Iterable[str]) -> list[Finding]:
    granted = implied(handles)
    return [
        Finding(
            say("scope {scope}", scope=scope),
            scope in granted,
            purpose,
            "" if scope in granted else f"Only needed to {purpose}.",
        )
        for scope, purpose in ADVISED
    ]


def _plan(plan: dict[str, object]) -> Finding:
    name = str(plan["publicDisplayName"])
    if plan["partnerDevelopment"]:
        return Finding("plan", True, say("{plan}: a development store takes five new orders a minute", plan=name))
    return Finding("plan", True, name)


def _version(served: str, config: ShopifyConfig) -> Finding:
    """A retired version is served by another, in silence (reference 1.5)."""
    ok = served == config.api_version
    detail = say(
        "asked for {version}, served by {served}",
        version=config.api_version,
        served=served or say("an unnamed version"),
    )
    return Finding("version", ok, detail, "" if ok else "Set the API version to one that Shopify still supports.")


def _old_orders(handles: Iterable[str]) -> Finding:
    ok = OLD_ORDERS in handles
    detail = "granted" if ok else "not granted: orders over 60 days old are invisible, their absence proves nothing"
    return Finding(
        say("scope {scope}", scope=OLD_ORDERS), ok, detail, "" if ok else "Optional. Shopify grants it on request."
    )


def _definition(transport: Transport) -> Finding:
    try:
        found = prepare.definition_type(transport)
    except CredentialRefused as error:
        return Finding(say("order id field"), False, error.words, _CREDENTIALS)
    return prepare.definition_finding(found)


def _webhooks(transport: Transport) -> Finding:
    try:
        present = {node["topic"] for node in prepare.subscriptions(transport)}
    except CredentialRefused as error:
        return Finding("webhooks", False, error.words, _CREDENTIALS)
    missing = [name for name, (topic, _) in TOPICS.items() if topic not in present]
    if not missing:
        return Finding("webhooks", True, "all there")
    return Finding(
        "webhooks",
        False,
        say("missing: {names}", names=", ".join(missing)),
        "They are made when the connection is prepared.",
    )
