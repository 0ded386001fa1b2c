"""Figures and amounts of money as the language in force writes them. Pages show hundreds of them, so what a language
does is looked up once."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from django.utils.formats import get_format
from django.utils.translation import get_language, pgettext

from tokbridge.core import money

SYMBOLS = {  # each stands for one currency only; all others are told by their code
    "EUR": "€",
    "GBP": "£",
    "USD": "$",
    "JPY": "¥",
    "BRL": "R$",
    "MXN": "MX$",
    "PHP": "₱",
    "VND": "₫",
}


@dataclass(frozen=True, slots=True)
class _Signs:
    """`symbol` and `code`: where the currency stands, `percent`: where the sign of per cent stands, as templates."""

    decimal: str
    group: str
    symbol: str
    code: str
    percent: str


@lru_cache(maxsize=16)
def _signs(language: str | None) -> _Signs:
    """Of the language, which is in force."""
    return _Signs(
        decimal=get_format("DECIMAL_SEPARATOR", lang=language),
        group=get_format("THOUSAND_SEPARATOR", lang=language),
        symbol=pgettext("an amount with the sign of its currency", "{sign}{figure}"),
        code=pgettext("an amount with the code of its currency", "{figure} {code}"),
        percent=pgettext("so many per cent", "{figure}%"),
    )


def grouped(number: int) -> str:
    """1234567 -> "1,234,567" in English, "1.234.567" in German."""
    return f"{number:,}".replace(",", _signs(get_language()).group)


def figure(number: float, decimals: int = 0) -> str:
    """As `grouped`, with this many decimals."""
    whole, _, part = f"{number:.{decimals}f}".partition(".")
    return grouped(int(whole)) + (_signs(get_language()).decimal + part if part else "")


def exact(number: Decimal) -> str:
    """With all of its decimals and no more: a rate, a share. Raises `InvalidOperation` for what is no number."""
    told = f"{number.normalize():f}"
    return told.replace(".", _signs(get_language()).decimal)


def percent(figure: str) -> str:
    """A figure as `figure` or `exact` writes it, of a hundred: "7.5%" in English, "7,5 %" in German."""
    return _signs(get_language()).percent.format(figure=figure)


def plain(minor: int, currency: str) -> str:
    """Minor units as a figure without its currency, with a real minus sign."""
    told = _units(abs(minor), currency, _signs(get_language()))
    return f"−{told}" if minor < 0 else told


def amount(minor: int | None, currency: str) -> str:
    """Minor units with the currency: "£1,234.50" in English, "1.234,50 £" in German; "—" when there is no figure."""
    if minor is None or not currency:
        return "—"
    signs = _signs(get_language())
    shown = _units(abs(minor), currency, signs)
    sign = SYMBOLS.get(currency)
    told = signs.symbol.format(sign=sign, figure=shown) if sign else signs.code.format(figure=shown, code=currency)
    return f"−{told}" if minor < 0 else told


def _units(minor: int, currency: str, signs: _Signs) -> str:
    whole, dot, part = money.show(minor, currency).partition(".")
    grouped_whole = f"{int(whole):,}".replace(",", signs.group)
    return f"{grouped_whole}{signs.decimal}{part}" if dot else grouped_whole
