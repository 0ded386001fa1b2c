"""What the adapters say is read in the reader's language, what the platforms say stays, and the code stands beside it."""

from __future__ import annotations

import ast
import re

import pytest
from django.test import Client
from django.utils.translation import override

from scripts import messages
from tests.web import factory
from tests.web.composed import COMPOSED
from tests.web.german import sayings
from tokbridge.core.saying import say
from tokbridge.records.models import Account, Connection, ItemState, Run, RunItem, User
from tokbridge.stores.prestashop.finishing import payment_error
from tokbridge.sync import journal
from tokbridge.web.tongue import told

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
