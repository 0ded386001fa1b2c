"""The pages in German: nothing English is left in them, figures and dates are written as there, and the user chooses."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html.parser import HTMLParser
from itertools import chain
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils.translation import override

from scripts.pages import FILLED, PARTS, pages
from tests.web import factory
from tests.web.everything import Everything, everything
from tests.web.everywhere import LOGGED_OUT, addresses
from tokbridge.core.days import day
from tokbridge.core.order import LineTax
from tokbridge.core.saying import say
from tokbridge.core.status import spoken
from tokbridge.records.models import Account, Authorisation, Connection, Order, User
from tokbridge.web import urls
from tokbridge.web.money_view import tax_title
from tokbridge.web.numbers import amount, figure, plain
from tokbridge.web.sayings import CONTEXT
from tokbridge.web.span import Span
from tokbridge.web.templatetags.show import Moments, rate, short_day, weekday
from tokbridge.web.tongue import told

CATALOGUE = Path(urls.__file__).parent / "locale" / "de" / "LC_MESSAGES" / "django.po"
ENGLISH = re.compile(
    r"\b(?:the|of|and|is|are|were|with|for|from|it|this|that|orders?|which|yet|been|by)\b", re.IGNORECASE
)
DATA = (  # what TikTok, a store or a person wrote
    "Store of Mug Shop UK",
    "Wool cap with a rather long name for a product",
    "Please wrap it.",
    "Buyer changed their mind",
    "Mug Shop UK",
)


class Texts(HTMLParser):
    """What people read or hear of a page: its texts, and the attributes that are shown or read out."""

    SKIPPED = ("script", "style", "pre")
    SPOKEN = ("title", "aria-label", "placeholder", "alt", "data-label")

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self._skips = 0
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._skips += tag in self.SKIPPED
        self.found += [value for name, value in attrs if name in self.SPOKEN and value]

    def handle_endtag(self, tag: str) -> None:
        self._skips -= tag in self.SKIPPED

    def handle_data(self, data: str) -> None:
        if data.strip() and not self._skips:
            self.found.append(data.strip())


def english() -> set[str]:
    """The texts that are said otherwise in German."""
    with CATALOGUE.open("rb") as file:
        found = [(message.id, message.string) for message in read_po(file) if message.id]
    alike = {text for text, other in found if text == other}
    both = [text if isinstance(text, tuple) else (text,) for text, _other in found]
    return {text for pair in both for text in pair} - alike - {"Export", "Problem", "Code", "Tag"}


def left_in(html: str, known: set[str]) -> list[str]:
    """What is still English in a page."""
    left = []
    for text in Texts(html).found:
        bare = text
        for data in DATA:
            bare = bare.replace(data, "")
        if bare.strip(" :.…,·()") in known or ENGLISH.search(bare):
            left.append(text)
    return left


@pytest.fixture
def german(client: Client, dora: User) -> Client:
    User.objects.filter(pk=dora.pk).update(language="de")
    dora.refresh_from_db()
    client.force_login(dora)
    return client


@pytest.fixture
def full(shop: Account, dora: User) -> Everything:
    return everything(shop, dora)


def english_of(client: Client, walk: Iterable[str]) -> dict[str, list[str]]:
    known, left = english(), {}
    for address in walk:
        answer = client.get(address)
        assert answer.status_code in {200, 286}, address
        if found := left_in(answer.content.decode(), known):
            left[address] = found
    return left


def test_every_page_in_german_holds_nothing_english(german: Client, full: Everything) -> None:
    assert english_of(german, chain(*addresses(full).values())) == {}


def test_nor_does_it_for_who_may_only_look(german: Client, dora: User, full: Everything) -> None:
    User.objects.filter(pk=dora.pk).update(may_act=False, sees_buyers=False)
    forms = {"act", "act-ship", "ship-table", "fetch", "order-actions"}
    assert english_of(german, chain(*(each for name, each in addresses(full).items() if name not in forms))) == {}


def test_nor_before_anything_is_connected(german: Client) -> None:
    walk = [address for name, address in pages().items() if name not in FILLED and name != LOGGED_OUT]
    assert english_of(german, walk) == {}
    Authorisation.objects.create(connection=Connection.objects.create(name="TikTok"), app_key="k", app_secret="s")
    assert english_of(german, ["/overview/"]) == {}


def test_the_walk_knows_every_page(full: Everything) -> None:
    assert set(addresses(full)) == set(pages()) - {LOGGED_OUT} | PARTS


@pytest.mark.parametrize("address", ["/nothing/", "/orders/999999/", "/problems/group/?code=", "/act/fly/"])
def test_errors_are_german_too(german: Client, address: str) -> None:
    answer = german.get(address)
    assert answer.status_code == 404
    assert "Seite nicht gefunden" in answer.content.decode()
    assert left_in(answer.content.decode(), english()) == []


def test_nor_is_the_page_for_what_can_only_be_sent_english(german: Client) -> None:
    answer = german.get("/products/import/")
    assert answer.status_code == 405
    assert left_in(answer.content.decode(), english()) == []


def _parcel(order: Order) -> dict[str, str]:
    pk = str(order.pk)
    return {"orders": pk, f"carrier-{pk}": "DPD", f"number-{pk}": "15501234567890", "start": "1", "token": "x" * 20}


def _table(*rows: str) -> dict[str, SimpleUploadedFile]:
    text = "\n".join(("store,tiktok_sku_id,store_sku", *rows))
    return {"table": SimpleUploadedFile("links.csv", text.encode())}


def test_what_is_refused_is_told_in_german(german: Client, shop: Account) -> None:
    order = factory.shipped(shop)
    ready = factory.created(shop)
    store = shop.channels.get().store
    factory.listed(store, "id-1")
    answers = [
        german.post("/act/ship/", {"orders": str(order.pk), "token": "x" * 20}),
        german.post("/act/ship/", {**_parcel(ready), f"units-{ready.lines.first().sku_id}": "7"}),
        german.post("/act/ship/", {**_parcel(ready), f"units-{ready.lines.first().sku_id}": "x"}),
        german.post(f"/orders/{order.pk}/notes/", {"text": " "}, follow=True),
        german.post(f"/orders/{order.pk}/notes/", {"text": "x" * 5000}, follow=True),
        german.post(f"/orders/{order.pk}/again/", follow=True),
        german.post("/problems/replay/", {"code": "clash", "account": "1"}, follow=True),
        german.post("/problems/replay/", {"code": "clash", "account": "1", "token": "x" * 20}, follow=True),
        german.post("/act/ship/", {"fill": "1", "pasted": "999;DPD;15501234567890", "token": "x" * 20}),
        german.post("/act/sync/", {"orders": "", "token": "x" * 20}),
        german.post("/fetch/", {"what": "ids", "ids": "abc", "token": "x" * 20}),
        german.post("/fetch/", {"what": "range", "from": "x", "token": "x" * 20}),
        german.post("/problems/dismiss/", {"code": "clash", "account": "1"}, follow=True),
        german.post("/products/import/", {}, follow=True),
        german.post("/products/import/", _table(*["nowhere.example,id-1,CUP"] * 12), follow=True),
        german.post("/products/import/", _table(f"{store.address},id-1,", f"{store.address},999,CUP"), follow=True),
        german.post(f"/products/{store.pk}/id-1/", {"sku": "", "quantity": "x"}),
    ]
    for answer in answers:
        html = answer.content.decode()
        assert re.search(r'class="(alert|message|wrong)', html), answer.request["PATH_INFO"]
        assert left_in(html, english()) == [], answer.request["PATH_INFO"]


def test_the_log_in_page_speaks_as_the_browser_asks(client: Client, db: None) -> None:
    asked = {
        "de-AT,de;q=0.9,en;q=0.5": ("de", "Anmelden"),
        "en-GB,de;q=0.5": ("en", "Log in"),
        "fr-FR": ("en", "Log in"),
        "": ("en", "Log in"),
    }
    for header, (language, words) in asked.items():
        answer = client.get("/login/", headers={"accept-language": header})
        html = answer.content.decode()
        assert f'<html lang="{language}">' in html, header
        assert words in html
        assert answer.headers["Content-Language"] == language
        assert "Accept-Language" in answer.headers["Vary"]


def test_the_users_choice_counts_more_than_the_browsers(client: Client, dora: User) -> None:
    client.force_login(dora)
    assert '<html lang="de">' in client.get("/", headers={"accept-language": "de"}).content.decode()
    User.objects.filter(pk=dora.pk).update(language="en")
    assert '<html lang="en">' in client.get("/", headers={"accept-language": "de"}).content.decode()
    User.objects.filter(pk=dora.pk).update(language="tlh")  # of an older installation that had it
    assert '<html lang="de">' in client.get("/", headers={"accept-language": "de"}).content.decode()


def test_you_choose_language_and_time_zone(desk: Client, dora: User) -> None:
    answer = desk.post("/profile/", {"language": "de", "time_zone": "Asia/Tokyo"}, follow=True)
    dora.refresh_from_db()
    assert (dora.language, dora.time_zone) == ("de", "Asia/Tokyo")
    html = answer.content.decode()
    assert "Ihre Sprache und Zeitzone wurden gespeichert." in html
    assert '<option value="de" lang="de" selected>Deutsch</option>' in html
    assert "<option selected>Asia/Tokyo</option>" in html
    assert "JST</" not in html
    assert " JST" in html  # now, exactly, on hover
    desk.post("/profile/", {"language": "", "time_zone": "UTC"})
    dora.refresh_from_db()
    assert (dora.language, dora.time_zone) == ("", "UTC")


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"language": "xx", "time_zone": "UTC"}, "There is no language “xx” here"),
        ({"language": "de", "time_zone": "Mars/Base"}, "There is no time zone “Mars/Base”"),
        ({"language": "de", "time_zone": "../etc/passwd"}, "There is no time zone “../etc/passwd”"),
        ({"language": "de"}, "Choose a time zone."),
        ({"language": "<b>", "time_zone": "\0"}, "There is no language “&lt;b&gt;” here"),
    ],
)
def test_what_cannot_be_chosen_is_said_and_nothing_is_saved(
    desk: Client, dora: User, sent: dict[str, str], said: str
) -> None:
    html = desk.post("/profile/", sent).content.decode()
    assert said in html
    assert 'role="alert"' in html
    assert 'aria-invalid="true"' in html
    dora.refresh_from_db()
    assert (dora.language, dora.time_zone) == ("", "Europe/Berlin")


def test_an_old_zone_of_the_user_stays_choosable(desk: Client, dora: User) -> None:
    User.objects.filter(pk=dora.pk).update(time_zone="CET")
    assert "<option selected>CET</option>" in desk.get("/profile/").content.decode()
    assert desk.post("/profile/", {"language": "", "time_zone": "CET"}).status_code == 302


def test_the_profile_needs_a_log_in_and_is_reached_from_the_name(client: Client, desk: Client) -> None:
    assert re.search(
        r'href="/profile/"[^>]*>.*?<span class="name">dora</span>', desk.get("/").content.decode(), re.DOTALL
    )
    assert Client().get("/profile/").headers["Location"] == "/login/?next=/profile/"


@pytest.mark.parametrize(
    ("minor", "currency", "in_english", "in_german"),
    [
        (123456, "EUR", "€1,234.56", "1.234,56\u00a0€"),
        (-123456, "GBP", "−£1,234.56", "−1.234,56\u00a0£"),
        (5, "USD", "$0.05", "0,05\u00a0$"),
        (1234567, "JPY", "¥1,234,567", "1.234.567\u00a0¥"),
        (99900, "SGD", "999.00 SGD", "999,00\u00a0SGD"),
        (123456789, "IDR", "1,234,567.89 IDR", "1.234.567,89\u00a0IDR"),
        (None, "EUR", "—", "—"),
        (1, "", "—", "—"),
    ],
)
def test_amounts_are_written_as_the_language_does(
    minor: int | None, currency: str, in_english: str, in_german: str
) -> None:
    with override("en"):
        assert amount(minor, currency) == in_english
    with override("de"):
        assert amount(minor, currency) == in_german


def test_figures_and_days_are_written_as_the_language_does() -> None:
    november = day("2023-11-14")
    assert november
    with override("de"):
        assert (figure(1234567), figure(1234.56, 1), figure(0), plain(-5, "EUR")) == (
            "1.234.567",
            "1.234,6",
            "0",
            "−0,05",
        )
        assert (weekday(november), short_day(november)) == ("Dienstag, 14. November 2023", "14. Nov.")
        assert 'title="Dienstag, 14. November 2023, 22:13:20 UTC">14. Nov. 2023<' in Moments().html(1_700_000_000)
    with override("en"):
        assert (figure(1234567), figure(1234.56, 1)) == ("1,234,567", "1,234.6")
        assert (weekday(november), short_day(november)) == ("Tuesday 14 November 2023", "14 Nov")


def test_the_list_writes_amounts_and_counts_in_german(german: Client, shop: Account) -> None:
    order = factory.order(shop)
    Order.objects.filter(pk=order.pk).update(buyer_total=123456, seller_total=234567)
    html = german.get("/").content.decode()
    assert "1.234,56\u00a0£" in html
    assert "Verkäufersicht: 2.345,67\u00a0£" in html


def test_rates_and_spans_are_written_as_the_language_does() -> None:
    span = Span(1_700_000_000, 1_700_003_600)
    said = {
        "de": ("Mehrwertsteuer 7,5\xa0%", "1 EUR = 0,85 GBP", "14. Nov. 2023, 22:13 – 14. Nov. 2023, 23:13"),
        "en": ("VAT 7.5%", "1 EUR = 0.85 GBP", "14 Nov 2023, 22:13 – 14 Nov 2023, 23:13"),
    }
    for language, wanted in said.items():
        with override(language):
            assert (tax_title(LineTax("VAT", 1, "0.075")), rate("0.85", "GBP", "EUR"), span.words) == wanted


def test_the_results_of_a_run_are_a_file_in_english(german: Client, full: Everything) -> None:
    sent = b"".join(german.get(f"/runs/{full.runs[0].pk}/results.csv").streaming_content).decode()
    assert "TikTok order,Store order,State,Problem" in sent
    assert ",Blocked,Carrier not mapped,http 503: server error," in sent


def test_files_do_not_depend_on_the_language(german: Client, shop: Account, dora: User) -> None:
    factory.desk(shop)
    in_german = b"".join(german.get("/orders/export.csv").streaming_content).decode()
    sheet = len(b"".join(german.get("/orders/export.xlsx").streaming_content))
    User.objects.filter(pk=dora.pk).update(language="en")
    in_english = b"".join(german.get("/orders/export.csv").streaming_content).decode()
    assert in_german == in_english
    assert "TikTok status" in in_english
    assert "Awaiting shipment" in in_english
    assert abs(sheet - len(b"".join(german.get("/orders/export.xlsx").streaming_content))) < 50


def sayings() -> dict[str, str]:
    with CATALOGUE.open("rb") as file:
        return {str(each.id): str(each.string) for each in read_po(file) if each.context == CONTEXT}


def test_every_saying_is_found_again_whatever_its_values() -> None:
    wrong = []
    for template, other in sayings().items():
        values = {name: f"{name}7x" for name in re.findall(r"{(\w+)}", template)}
        with override("de"):
            if told(say(template, **values)) != say(other, **values):
                wrong.append(template)
        with override("en"):
            assert told(say(template, **values)) == say(template, **values)
    assert wrong == []


def test_values_of_sayings_are_told_as_well() -> None:
    why = say("it is {status}", status=spoken("IN_TRANSIT"))
    nested = say("order {order} cannot be shipped: {why}", order="57601", why=why)
    several = "; ".join(
        [
            say("{sku}: {why}", sku="MUG", why=say("{n} products in the store have this SKU", n=2)),
            say("{sku}: {why}", sku="CAP", why=say("no product in the store has this SKU")),
        ]
    )
    with override("de"):
        assert told(nested) == "Bestellung 57601 kann nicht versandt werden: ihr Status ist „Unterwegs“"
        assert told(several) == "MUG: 2 Artikel im Store haben diese SKU; CAP: kein Artikel im Store hat diese SKU"
        sums = say(
            "{explanation}: expected {expected}, TikTok says {actual}",
            explanation="a = b",
            expected="1234.50 EUR",
            actual="-1 JPY",
        )
        assert told(sums) == "a = b: erwartet 1.234,50\u00a0€, TikTok sagt −1\u00a0¥"
        many = say("{n} orders are more than one run takes ({most}); narrow the choice", n="60,000", most="50,000")
        assert told(many).startswith("60.000 Bestellungen sind mehr, als ein Vorgang aufnimmt (50.000)")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Throttled: try later",
        "401",
        "a\nb",
        "{n} {",
        "(",
        "x" * 5000,
        "; ; ",
        "x: " * 300,
        "; " * 400,
        "(" * 900,
        "a (b) " * 150,
    ],
)
def test_what_nobody_here_said_stays_as_it_is(text: str) -> None:
    with override("de"):
        assert told(text) == text
