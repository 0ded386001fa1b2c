"""Sentences of the adapters that were put together of words of ours and of a platform, and each in German."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest

from tokbridge.core.errors import CredentialRefused, OutsideError, Refused
from tokbridge.core.saying import say
from tokbridge.core.wire import Response
from tokbridge.stores.magento import answers as magento
from tokbridge.stores.magento.texts import identifying
from tokbridge.stores.prestashop import answers as prestashop
from tokbridge.stores.shopify import answers as shopify
from tokbridge.stores.shopify import queries
from tokbridge.tiktok.errors import Unreadable


def answer(status: int, body: object) -> Response:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Response(status, {}, content)


def of_magento(status: int, message: str, **more: object) -> OutsideError:
    told = answer(status, {"message": message, **more})
    error = magento.status_error(told, write=False, signed=True, store_view="ch")
    assert error is not None
    return error


def of_shopify(error: Mapping[str, object]) -> OutsideError:
    found = shopify.graphql_error({"errors": [error]}, queries.SHOP)
    assert found is not None
    return found


def of_prestashop(status: int, code: int, message: str) -> OutsideError:
    found = prestashop.failure(answer(status, {"errors": [{"code": code, "message": message}]}), write=False)
    assert found is not None
    return found


def too_long() -> OutsideError:
    with pytest.raises(Refused) as caught:
        identifying(say("order number"), "TTS-" + "9" * 40, 32)
    return caught.value


COMPOSED = {
    "a firewall": (
        of_magento(403, "Access denied: rule 7; ask your host"),
        "der Webserver oder die Firewall des Shops weist uns ab: Access denied: rule 7; ask your host",
    ),
    "maintenance": (
        of_magento(503, "Service Unavailable"),
        "der Shop ist im Wartungsmodus oder überlastet: Service Unavailable",
    ),
    "clocks": (
        of_magento(401, "An error occurred validating the nonce: too old"),
        "An error occurred validating the nonce: too old. Die Uhren dieses Rechners und des Shops gehen um mehr als"
        " 10 Minuten auseinander.",
    ),
    "a right": (
        of_magento(
            401,
            "The consumer isn't authorized to access %resources.",
            parameters={"resources": "Magento_Sales::create"},
        ),
        "The consumer isn't authorized to access Magento_Sales::create. Eines der vier Geheimnisse kann falsch oder"
        " widerrufen sein, oder der Integration fehlt dieses Recht.",
    ),
    "a view": (
        of_magento(400, "Specified request cannot be processed."),
        "der Shop hat keine Store View mit dem Code 'ch': Specified request cannot be processed.",
    ),
    "a page": (
        of_magento(400, ""),
        "keine Meldung",
    ),
    "a number": (
        too_long(),
        "Magento speichert höchstens 32 Zeichen ohne Emoji für: Bestellnummer."
        f" 'TTS-{'9' * 40}' hat 44. Kürzen Sie das Präfix der Nummern.",
    ),
    "a scope": (
        of_shopify({"message": "Access denied for fulfil: see docs.", "extensions": {"code": "ACCESS_DENIED"}}),
        "Access denied for fulfil: see docs.",
    ),
    "a scope that is named": (
        of_shopify(
            {
                "message": "Access denied for orders field.",
                "extensions": {"code": "ACCESS_DENIED", "requiredAccess": "`read_orders` access scope."},
            }
        ),
        "Zugriffsbereich (Scope) fehlt: read_orders. Access denied for orders field.",
    ),
    "a permission": (
        of_prestashop(401, 26, "Method POST is not allowed for the resource orders with this authentication key"),
        "dem Webservice-Schlüssel fehlt eine Berechtigung. Method POST is not allowed for the resource orders with this"
        " authentication key",
    ),
    "no key": (
        CredentialRefused("http 401", prestashop.CGI_WORDS),
        "der Shop hat keinen Schlüssel gesehen (401 als einfacher Text). Sein Webserver verwirft den"
        " Authorization-Header, wie Apache es mit CGI, FastCGI oder FPM tut: schalten Sie unter Erweiterte Einstellungen"
        " > Webservice den CGI-Modus ein, oder ergänzen Sie die .htaccess: RewriteRule .* -"
        " [E=HTTP_AUTHORIZATION:%{HTTP:Authorization}]",
    ),
    "an unknown field": (
        Unreadable("line_items.0.currency", say("{currency} in an order of {other}", currency="GBP", other="EUR")),
        "line_items.0.currency: GBP in einer Bestellung in EUR",
    ),
    "a carrier in the middle": (
        Refused(
            "several locations",
            say("{sku} lies at several locations ({places}); set it in Shopify", sku="MUG", places="Ulm 2, Köln 1"),
        ),
        "MUG liegt an mehreren Standorten (Ulm 2, Köln 1); setzen Sie den Bestand in Shopify",
    ),
    "a joint of ours": (
        Refused(
            "several locations",
            say("the parcel's items lie at several locations: {places}; move them to one", places="Ulm; Köln"),
        ),
        "die Artikel der Sendung liegen an mehreren Standorten: Ulm; Köln; legen Sie sie an einen",
    ),
    "a state": (
        Refused(
            "cancel_refused",
            say(
                "Magento's order {order} is in state {state}: {why}",
                order="TTS-1",
                state="holded",
                why=say("it is on hold; release the hold first"),
            ),
        ),
        "Zustand der Magento-Bestellung TTS-1 ist holded: sie ist angehalten; geben Sie sie zuerst frei",
    ),
    "words before ours": (
        Refused(
            "http 500",
            say(
                "{words}; no order of cart {cart} is seen yet. If this repeats: see that the payment module {module} is"
                " installed and active, and look into the shop's log",
                words="ReadTimeout: no answer; gave up",
                cart=7,
                module="ps_wirepayment",
            ),
        ),
        "ReadTimeout: no answer; gave up; zum Warenkorb 7 ist noch keine Bestellung zu sehen. Wenn sich das wiederholt:"
        " prüfen Sie, ob das Zahlungsmodul ps_wirepayment installiert und aktiv ist, und sehen Sie ins Protokoll des"
        " Shops",
    ),
}
