"""The connection test: is this the shop, may the key do what is needed, are the merchant's choices there (reference
prestashop-webservice.md 2, 5)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from tokbridge.core.errors import CredentialRefused, Refused, Retry
from tokbridge.core.saying import say
from tokbridge.stores.nouns import Finding, Health
from tokbridge.stores.prestashop.answers import flag
from tokbridge.stores.prestashop.config import PrestaShopConfig
from tokbridge.stores.prestashop.documents import parsed
from tokbridge.stores.prestashop.shopfacts import WS_PAYMENT, ShopFacts
from tokbridge.stores.prestashop.transport import Transport

PLATFORM = "prestashop"
_CHANGE = "PATCH"  # stands for PUT before 8.0


class Need(NamedTuple):
    resource: str
    verbs: tuple[str, ...]
    purpose: str
    required: bool = True


NEEDS: tuple[Need, ...] = (
    Need("configurations", ("GET",), "know the shop's states, language, currency, rounding"),
    Need("countries", ("GET",), "know the countries the shop delivers to"),
    Need("states", ("GET",), "name the state of an address"),
    Need("currencies", ("GET",), "know the shop's currencies"),
    Need("carriers", ("GET",), "find the carrier of TikTok orders"),
    Need("order_states", ("GET",), "know what the states mean"),
    Need("products", ("GET",), "find products by SKU"),
    Need("combinations", ("GET",), "find combinations by SKU"),
    Need("taxes", ("GET",), "know the tax inside a price"),
    Need("tax_rules", ("GET",), "know the tax inside a price"),
    Need("customers", ("GET", "POST"), "give the order a customer"),
    Need("addresses", ("GET", "POST"), "give the order an address"),
    Need("carts", ("GET", "POST"), "make the cart that becomes the order"),
    Need("specific_prices", ("GET", "POST"), "give the cart TikTok's prices"),
    Need("orders", ("GET", "POST", _CHANGE), "make orders, and put their totals right"),
    Need("order_histories", ("GET", "POST"), "see and set states"),
    Need("order_carriers", ("GET", _CHANGE), "see and write tracking numbers"),
    Need("order_payments", ("GET", _CHANGE), "write the TikTok order id onto the payment"),
    Need("order_invoices", ("GET", _CHANGE), "put shipping onto the invoice"),
    Need("stock_availables", ("GET", _CHANGE), "show and set stock", required=False),
    Need("order_details", ("GET", _CHANGE), "take cancelled units off an order", required=False),
    Need("order_carriers", ("POST",), "write a second parcel", required=False),
)

_REMEDY = "Advanced Parameters > Webservice > the key > Permissions: tick it."
_KEY_REMEDY = (
    "See that the webservice is switched on, that the key is active and copied whole, that the address is the shop's"
    " own, and that the web server passes the Authorization header."
)


def check(transport: Transport, facts: ShopFacts, config: PrestaShopConfig) -> Health:
    """Raises Retry when the shop does not answer; everything else is a finding."""
    try:
        listed = _permissions(transport)
    except Refused as error:
        found = Finding("webservice", False, say("{code}: {words}", code=error.code, words=error.words), _KEY_REMEDY)
        return Health(False, PLATFORM, transport.version, "", "", (found,))
    name, granted = listed
    required, optional = _missing(granted, transport)
    findings = [Finding("webservice", True, "the key is accepted"), *required]
    currency = ""
    if all(finding.ok for finding in required):
        try:
            currency = facts.currency_code(facts.settings.get("PS_CURRENCY_DEFAULT", ""))
        except CredentialRefused as error:
            findings.append(Finding("settings", False, error.words, _REMEDY))
        else:
            findings += [_carrier(facts), _currency(currency), _states(facts)]
    findings.append(_payment_module(config))
    ok = all(finding.ok for finding in findings)
    advice = [*optional, _mails(config), _version(transport)]
    if currency:
        advice += [_rounding(facts), _free(facts), _new_state(facts)]
    return Health(ok, PLATFORM, transport.version, currency, name, (*findings, *advice))


def _permissions(transport: Transport) -> tuple[str, Mapping[str, frozenset[str]]]:
    """The shop's name, and the verbs of the key by resource."""
    root = parsed(transport.root())
    api = root.find("api") if root is not None else None
    if api is None:
        raise Retry("not xml", "the webservice did not answer with its list of resources")
    verbs = ("GET", "POST", "PUT", "PATCH")
    granted = {
        resource.tag: frozenset(verb for verb in verbs if resource.get(verb.lower()) == "true") for resource in api
    }
    return api.get("shopName", ""), granted


def _missing(granted: Mapping[str, frozenset[str]], transport: Transport) -> tuple[list[Finding], list[Finding]]:
    required: list[Finding] = []
    optional: list[Finding] = []
    for need in NEEDS:
        for verb in need.verbs:
            wanted = "PUT" if verb == _CHANGE and not transport.patches else verb
            ok = wanted in granted.get(need.resource, frozenset())
            name = say("{resource}: {method}", resource=need.resource, method=wanted)
            finding = Finding(name, ok, need.purpose, "" if ok else _REMEDY)
            (required if need.required else optional).append(finding)
    return required, optional


def _told(name: str, look: Callable[[], str], remedy: str) -> Finding:
    try:
        return Finding(name, True, look())
    except Refused as error:
        return Finding(name, False, error.words, remedy)


def _carrier(facts: ShopFacts) -> Finding:
    remedy = "Shipping > Carriers: take a free carrier for all zones and groups, and put its id into the settings."
    return _told("carrier", lambda: str(facts.carriers.ours().get("name") or ""), remedy)


def _currency(code: str) -> Finding:
    return Finding("currency", bool(code), code or "the shop tells no default currency")


def _states(facts: ShopFacts) -> Finding:
    names = ("PS_OS_CANCELED", "PS_OS_ERROR", "PS_OS_SHIPPING", WS_PAYMENT)
    missing = [name for name in names if facts.settings.get(name, "0") in {"", "0"}]
    if missing:
        detail = say("not set: {names}", names=", ".join(missing))
        return Finding(say("order states"), False, detail, "Let the shop's developer set them.")
    return Finding(
        say("order states"), True, say("new orders get: {state}", state=facts.status(facts.settings[WS_PAYMENT]))
    )


def _payment_module(config: PrestaShopConfig) -> Finding:
    remedy = "Modules > Module Manager: take an installed payment module's technical name, e.g. ps_wirepayment."
    if not config.payment_module:
        return Finding(say("payment module"), False, "none is named", remedy)
    detail = say("{module} (the webservice can't tell whether it is installed)", module=config.payment_module)
    return Finding(say("payment module"), True, detail)


def _mails(config: PrestaShopConfig) -> Finding:
    if config.mails_off:
        return Finding("mails", True, "you confirmed that the shop mails no TikTok buyer")
    return Finding("mails", True, "the shop mails at creation: only orders with an e-mail under .invalid are made")


def _version(transport: Transport) -> Finding:
    if transport.patches:
        return Finding("version", True, transport.version)
    version = transport.version or "unknown"
    detail = say("{version}: whole rows are put back; units can't be taken off an order", version=version)
    return Finding("version", True, detail)


def _rounding(facts: ShopFacts) -> Finding:
    words = {"1": "each item", "2": "each line", "3": "the total"}
    kind = facts.settings.get("PS_ROUND_TYPE") or "2"
    advice = "Shop Parameters > General > Round type: 'each line' needs the fewest corrections." if kind == "1" else ""
    detail = say("PS_ROUND_TYPE {type}: rounds {what}", type=kind, what=words.get(kind, "unknown"))
    return Finding("rounding", True, detail, advice)


def _free(facts: ShopFacts) -> Finding:
    try:
        carrier = facts.carriers.ours()
    except Refused:
        return Finding(say("free carrier"), False, "no carrier", "")
    if flag(carrier.get("is_free")):
        return Finding(say("free carrier"), True, str(carrier.get("name") or ""))
    detail = say(
        "{carrier} is not free: an order whose shipping is not exactly its price ends in payment error",
        carrier=carrier.get("name"),
    )
    return Finding(
        say("free carrier"), False, detail, "Take a free carrier; the buyer's shipping is written onto the order."
    )


def _new_state(facts: ShopFacts) -> Finding:
    state = facts.states.get(facts.settings.get(WS_PAYMENT, ""))
    if state is not None and state.paid:
        detail = say("{state}: paid. Orders paid on delivery can't be made", state=state.name)
        return Finding(say("new orders"), True, detail)
    name = state.name if state else "unknown"
    return Finding(say("new orders"), True, say("{state}: not paid, without invoice and payment", state=name))
