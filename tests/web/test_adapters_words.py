"""What the adapters say is read in the reader's language, what the platforms say stays, and the code stands beside it."""

from __future__ import annotations

import ast
import json
import re
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from django.test import Client
from django.utils.translation import override

from scripts import messages
from tests.web import factory
from tests.web.test_language import sayings
from tokbridge import sandbox
from tokbridge.core.errors import CredentialRefused, OutsideError, Refused
from tokbridge.core.saying import say
from tokbridge.core.wire import Response
from tokbridge.records.models import Account, Connection, ItemState, Run, RunItem, User
from tokbridge.stores.magento import answers as magento
from tokbridge.stores.magento.texts import identifying
from tokbridge.stores.prestashop import answers as prestashop
from tokbridge.stores.prestashop.finishing import payment_error
from tokbridge.stores.shopify import answers as shopify
from tokbridge.stores.shopify import queries
from tokbridge.sync import journal
from tokbridge.tiktok.errors import Unreadable
from tokbridge.web import tongue
from tokbridge.web.sayings import Form
from tokbridge.web.tongue import told, told_whole

ADAPTERS = sorted(
    {
        text
        for folder in ("stores", "tiktok")
        for path in messages.SOURCE.glob(f"{folder}/**/*.py")
        for text in messages.said(path, messages.FOLDERS[folder])
    }
)
WORDS = "Fault 7: it broke down (again); call us. Thanks."
OF_A_PLATFORM = {"words", "why"}


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


@pytest.mark.parametrize("name", COMPOSED)
def test_an_adapters_sentence_is_german_and_the_platforms_words_in_it_stay(name: str) -> None:
    error, german = COMPOSED[name]
    with override("de"):
        assert told(error.words) == german
        assert told(say("{code}: {words}", code=error.code, words=error.words)) == f"{error.code}: {german}"
        inside = say("{code}: {words}", code=error.code, words=error.words)
        assert told(say("the store did not answer ({words})", words=inside)) == (
            f"der Store hat nicht geantwortet ({error.code}: {german})"
        )
    with override("en"):
        assert told(error.words) == error.words


def test_the_longest_sentence_is_not_cut_before_its_end() -> None:
    words = payment_error("123456", "1234.56", "1234.57").words
    with override("de"):
        assert "„Zahlungsfehler“." in told(words)


def test_there_are_as_many_as_the_adapters_say() -> None:
    assert len(ADAPTERS) > 250


@pytest.mark.parametrize("text", ADAPTERS)
def test_every_sentence_of_an_adapter_is_told(text: str) -> None:
    """As it stands in a problem, and behind its code as it stands in an attempt's answer and a run's result."""
    known = sayings()
    names = re.findall(r"{(\w+)}", text)
    samples = [
        {name: f"{name}7x" for name in names},
        {name: WORDS if name in OF_A_PLATFORM else "42" for name in names},
    ]
    for values in samples:
        english, german = say(text, **values), say(known[text], **values)
        with override("de"):
            assert told(english) == german
            assert told(f"no such thing: {english}") == f"no such thing: {german}"
        with override("en"):
            assert told(english) == english


def test_findings_side_by_side_are_each_told_even_when_the_last_is_cut_off() -> None:
    def finding(right: str, purpose: str) -> str:
        detail = say("missing: {right} ({purpose})", right=right, purpose=say(purpose))
        return say("{name}: {detail}", name=say("right {right}", right=right), detail=detail)

    both = [finding("Magento_Sales::create", "create orders"), finding("Magento_Sales::ship", "add shipments")]
    first = "Recht Magento_Sales::create: fehlt: Magento_Sales::create (Bestellungen anlegen)"
    with override("de"):
        assert told("; ".join(both)) == (
            f"{first}; Recht Magento_Sales::ship: fehlt: Magento_Sales::ship (Lieferungen anlegen)"
        )
        assert told("; ".join(both)[:-20]).startswith(f"{first}; ")


def said_by_platforms() -> Iterator[str]:
    """The sentences of the sandbox's four platforms: their errors, as recorded."""
    for path in sorted(Path(sandbox.__file__).parent.glob("**/*.py")):
        module = ast.parse(path.read_text())
        notes = {id(node.value) for node in ast.walk(module) if isinstance(node, ast.Expr)}
        for node in ast.walk(module):
            text = node.value if isinstance(node, ast.Constant) and id(node) not in notes else None
            if isinstance(text, str) and " " in text.strip() and text == text.strip():
                yield text


def test_what_platforms_say_is_never_taken_for_ours() -> None:
    texts = set(said_by_platforms()) - {"fulfilled by TikTok"}  # which the flow says as well
    assert len(texts) > 100
    with override("de"):
        assert [text for text in texts if told(text) != text] == []
        assert [text for text in texts if told(f"http 400: {text}") != f"http 400: {text}"] == []


@pytest.mark.parametrize(
    "text",
    ["scope of the request is too wide", "right of way", "Too many units", "code is not valid", "10 units of it"],
)
def test_a_platforms_sentence_that_begins_or_ends_like_ours_stays(text: str) -> None:
    with override("de"):
        assert told(text) == text


def test_no_code_is_a_text_that_would_be_translated() -> None:
    """Codes are searched for, and support asks for them."""
    kinds = {"Refused", "Retry", "Unknown", "CredentialRefused", "Missing", "Blocked"}
    codes = {
        call.args[0].value
        for folder in messages.FOLDERS
        for path in messages.SOURCE.glob(f"{folder}/**/*.py")
        for call in ast.walk(ast.parse(path.read_text()))
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Name)
        and call.func.id in kinds
        and call.args
        and isinstance(call.args[0], ast.Constant)
    }
    assert len(codes) > 50
    with override("de"):
        shown = [told(say("{code}: {words}", code=code, words="Fault")) for code in sorted(codes)]
        assert shown == [f"{code}: Fault" for code in sorted(codes)]


def test_the_stores_own_titles_stay_and_ours_is_told() -> None:
    with override("de"):
        assert (told_whole("disabled in Magento"), told_whole("10 units"), told_whole("")) == (
            "in Magento deaktiviert",
            "10 units",
            "",
        )
    with override("en"):
        assert told_whole("disabled in Magento") == "disabled in Magento"


@pytest.mark.parametrize(
    "text",
    [
        "The order could not be found: please check the id (42) and try again, or contact support; request 2026112200.",
        "Nobody has seen this sentence. " * 16,
        "(" * 900,
    ],
)
def test_a_sentence_nobody_has_seen_costs_less_than_two_milliseconds(text: str) -> None:
    times = []
    with override("de"):
        told("warm")  # the forms are made once for each process
        for _ in range(20):
            tongue._told.cache_clear()
            tongue._whole.cache_clear()
            begun = time.perf_counter()
            told(text)
            times.append(time.perf_counter() - begun)
    assert min(times) < 0.002


@pytest.mark.parametrize("text", ["a: b; " * 160, "A; b (c): " * 95, "x: " * 300, "it is on; " * 95, "(a; b): " * 120])
def test_no_sentence_makes_it_look_again_and_again(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    looks = []
    fits = Form.values
    monkeypatch.setattr(Form, "values", lambda form, said: looks.append(said) or fits(form, said))
    tongue._told.cache_clear()
    tongue._whole.cache_clear()
    with override("de"):
        told(text)
    assert len(looks) < 50_000


@pytest.fixture
def german(client: Client, dora: User) -> Client:
    User.objects.filter(pk=dora.pk).update(language="de")
    client.force_login(dora)
    return client


def test_pages_show_the_code_beside_the_words(german: Client, shop: Account, dora: User) -> None:
    error = COMPOSED["a firewall"][0]
    shown = "der Webserver oder die Firewall des Shops weist uns ab: Access denied"
    order = factory.blocked(shop, error.code, error.words)
    store = Connection.objects.get(name=f"Store of {shop.name}")
    Connection.objects.filter(pk=store.pk).update(state="refused", code=error.code, words=error.words)
    journal.note_connection_problem(store.pk, "credential", error)
    run = Run.objects.create(verb="validate", token="t", at=1, total=1, by=dora, ended_at=2)
    RunItem.objects.create(run=run, order=order, state=ItemState.BLOCKED, words=error.words, code=error.code)
    wanted = '<small class="code">http 403</small>'
    for page, times in {"/": 2, "/problems/": 2, f"/orders/{order.pk}/": 0, f"/runs/{run.pk}/": 1}.items():
        html = german.get(page).content.decode()
        assert html.count(wanted) == times, page
        assert shown in html, page
    assert "Code http 403" in german.get(f"/orders/{order.pk}/").content.decode()
    assert f'<q class="code">http 403: {shown}' in german.get("/overview/").content.decode()
