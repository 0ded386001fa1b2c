"""Amounts, figures, rates and days: on pages as the reader's language writes them, in files always alike."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils.translation import override

from tests.web import factory
from tests.web.everything import Everything
from tokbridge.core.order import LineTax
from tokbridge.records.models import Account, Order, User
from tokbridge.web.money_view import tax_title
from tokbridge.web.numbers import amount, figure, plain
from tokbridge.web.span import Span
from tokbridge.web.templatetags.show import Moments, rate, short_day, weekday
from tokbridge.web.wanted import day


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
