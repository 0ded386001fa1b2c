"""The connection test: credentials, store view, currency, every right by its ACL name, the stock remedy.

Rights can't be listed over REST; each is tried by a read of nothing, or by a write that can do nothing: an order id
that cannot exist, a body without content. Magento checks the right first (reference magento-rest.md 2, 3).
"""

from __future__ import annotations

from typing import NamedTuple

from tokbridge.core.errors import CredentialRefused, Refused
from tokbridge.core.saying import say
from tokbridge.stores.magento.answers import Json
from tokbridge.stores.magento.config import AT_CREATION, COMPENSATIONS, NO_REMEDY, MagentoConfig
from tokbridge.stores.magento.search import Where, criteria, query
from tokbridge.stores.magento.shop import Shop, StoreView
from tokbridge.stores.magento.transport import Transport
from tokbridge.stores.nouns import Finding, Health

PLATFORM = "magento"
VERSION = "unknown"  # Magento tells its version to nobody over REST
NO_ORDER = 4294967295  # the largest id the column holds

REMEDY_COMMAND = (
    "bin/magento inventory:reservation:list-inconsistencies -r"
    " | bin/magento inventory:reservation:create-compensations -r"
)


class Probe(NamedTuple):
    """A right and the harmless call that shows whether it is there. `right` is what Magento is expected to name."""

    right: str
    purpose: str
    method: str
    path: str
    body: Json | None = None  # none of a GET


def _rows(path: str) -> str:
    return f"{path}?{query(criteria(size=1, fields='total_count'))}"


_NOTHING: Json = {}
PROBES: tuple[Probe, ...] = (
    Probe("Magento_Backend::store", "read the store views", "GET", "store/storeConfigs"),
    Probe("Magento_Sales::actions_view", "find and read orders", "GET", _rows("orders")),
    Probe("Magento_Sales::create", "create orders", "PUT", "orders/create", _NOTHING),
    Probe("Magento_Sales::shipment", "read shipments", "GET", _rows("shipments")),
    Probe("Magento_Sales::ship", "add shipments", "POST", f"order/{NO_ORDER}/ship", _NOTHING),
    Probe("Magento_Sales::sales_invoice", "invoice orders", "POST", f"order/{NO_ORDER}/invoice", _NOTHING),
    Probe("Magento_Sales::cancel", "cancel orders", "POST", f"orders/{NO_ORDER}/cancel", _NOTHING),
    Probe("Magento_Sales::creditmemo", "refund cancelled units", "POST", f"order/{NO_ORDER}/refund", _NOTHING),
    Probe("Magento_Sales::comment", "set statuses", "POST", f"orders/{NO_ORDER}/comments", _NOTHING),
    Probe("Magento_Sales::create", "correct addresses", "PUT", f"orders/{NO_ORDER}", _NOTHING),
    Probe("Magento_Catalog::products", "find products", "GET", _rows("products")),
)
INVENTORY_PROBES: tuple[Probe, ...] = (
    Probe("Magento_InventoryApi::source", "read and set stock", "POST", "inventory/source-items", _NOTHING),
    Probe(
        "Magento_InventorySalesApi::stock",
        "read the salable quantity",
        "GET",
        "inventory/stock-resolver/website/base",
    ),
)

_GRANT = (
    "Add it under System > Integrations > the integration > API, save, and authorise the integration again"
    " (Reauthorize). If all rights are missing, the token is wrong or its use as bearer token is off."
)


def check(transport: Transport, config: MagentoConfig, shop: Shop) -> Health:
    """`ok` speaks of what stops the connection: credentials, store view, rights, the choice of a stock remedy. Other
    findings that are not ok are advice. Raises Retry when Magento can't be asked now."""
    shop.forget()
    view: StoreView | None = None
    try:
        view = shop.view()
    except CredentialRefused as error:
        if error.code != "http 401":  # else the rights say more
            return _refused(
                say("{code}: {words}", code=error.code, words=error.words), *_PLACES.get(error.code, _ADDRESS)
            )
    try:
        rights = [_right(transport, probe) for probe in (*PROBES, *INVENTORY_PROBES)]
    except CredentialRefused as error:
        return _refused(say("{code}: {words}", code=error.code, words=error.words))
    if not any(finding.ok for finding in rights):
        return _refused(_all_missing(config))
    required = (*rights, _remedy(config))
    advice = [] if view is None else [Finding(say("store view"), True, view.code), _currency(view)]
    advice += [*_null_statuses(transport, config), *_invoiced_early(config)]
    return Health(
        ok=all(finding.ok for finding in required),
        platform=PLATFORM,
        version=VERSION,
        currency=view.currency if view else "",
        shop_name=f"{config.shop} ({config.store_view})",
        findings=(Finding("credentials", True, "accepted"), *required, *advice),
    )


def _right(transport: Transport, probe: Probe) -> Finding:
    lacking = transport.lacking("check", probe.method, probe.path, probe.body)
    if lacking is None:
        return Finding(say("right {right}", right=probe.right), True, probe.purpose)
    name = lacking or probe.right
    detail = say("missing: {right} ({purpose})", right=name, purpose=probe.purpose)
    return Finding(say("right {right}", right=name), False, detail, _GRANT)


_CREDENTIALS = (
    "See that the integration is active, that the credentials are its own and whole, and, for a bearer token, that"
    " Stores > Configuration > Services > OAuth > Consumer Settings > Allow OAuth Access Tokens to be used as standalone"
    " Bearer tokens says Yes (off since Magento 2.4.4); or use the four OAuth secrets, which need no such switch."
)
_VIEW = (say("store view"), "Set the code of a store view that the shop has (Stores > All Stores).")
_ADDRESS = ("address", "Set the address at which the shop itself answers, and let Tokbridge through its firewall.")
_PLACES = {"store_view": _VIEW, "http 400": _VIEW}


def _refused(detail: str, name: str = "credentials", remedy: str = _CREDENTIALS) -> Health:
    return Health(False, PLATFORM, VERSION, "", "", (Finding(name, False, detail, remedy),))


def _all_missing(config: MagentoConfig) -> str:
    if config.signed:
        return say(
            "http 401: Magento refuses every call: the secrets are not this integration's, or it has no rights at all"
        )
    return say(
        "http 401: Magento refuses every call: the token is wrong or revoked, or the setting that lets it be used as"
        " bearer token is off, or the integration has no rights at all"
    )


def _remedy(config: MagentoConfig) -> Finding:
    """Orders made over REST reserve no stock (reference 5): somebody must have decided what to do about it."""
    name = say("stock remedy")
    if not config.stock_remedy:
        detail = "not chosen: orders made over REST reserve no stock, and each one shipped or cancelled adds to it"
        return Finding(name, False, detail, f"Choose one of the remedies in the guide. Usually: {REMEDY_COMMAND}")
    if config.stock_remedy == NO_REMEDY:
        return Finding(name, True, "none, as chosen: the salable quantity grows too high with every order")
    if config.stock_remedy == COMPENSATIONS:
        return Finding(name, True, say("a scheduled command: {command}", command=REMEDY_COMMAND))
    return Finding(name, True, "a module in the shop that reserves stock when an order is saved")


def _currency(view: StoreView) -> Finding:
    if view.display_currency == view.currency:
        return Finding("currency", True, view.currency)
    detail = say(
        "{currency}; the store view shows {shown}, orders are kept in {currency}",
        currency=view.currency,
        shown=view.display_currency,
    )
    return Finding("currency", True, detail)


def _invoiced_early(config: MagentoConfig) -> list[Finding]:
    """A cancelled order that was invoiced is refunded, which takes the units off the source and reserves them back; the
    compensation command knows nothing of that (reference 9; what it then does was not seen on a running shop)."""
    if (config.stock_remedy, config.invoice) != (COMPENSATIONS, AT_CREATION):
        return []
    detail = "orders are invoiced at creation: one that is cancelled before it ships may leave the stock too low"
    return [
        Finding(say("invoice and stock"), False, detail, "Invoice when shipped, or correct the stock after cancelling.")
    ]


def _null_statuses(transport: Transport, config: MagentoConfig) -> list[Finding]:
    """One order without a status makes the compensation command crash for all (reference 5)."""
    if config.stock_remedy != COMPENSATIONS:
        return []
    pairs = criteria(Where("status", "null"), size=1, fields="total_count")
    try:
        _, total = transport.page("check", "orders", pairs)
    except Refused:
        return []  # the right is missing, which another finding says
    ok = total == 0
    detail = say("{n} orders have no status: the command crashes on them", n=total)
    detail = say("every order has a status") if ok else detail
    return [
        Finding(say("orders without status"), ok, detail, "" if ok else "Give each a status by a comment in its page.")
    ]
