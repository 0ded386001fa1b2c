"""Numbers, times and texts as Magento stores them (reference magento-rest.md 1, 6, 7)."""

import re
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

Doc = dict[str, Any]

STORED = Decimal("0.0001")
"""Amounts have four decimals in the tables (reference magento-rest.md 7)."""
CENT = Decimal("0.01")
ZERO = Decimal(0)
FOUR_BYTES = re.compile("[\U00010000-\U0010ffff]")
NO_CENTS = frozenset({"JPY", "VND", "KRW", "CLP"})
SYMBOLS = {"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥", "VND": "₫", "KRW": "₩", "INR": "₹", "PHP": "₱"}


def dec(value: Any) -> Decimal:
    """A stored number as Decimal; null counts as 0."""
    if value is None or value == "":
        return ZERO
    try:
        return Decimal(str(value))
    except InvalidOperation:
        return ZERO


def num(value: Decimal) -> int | float:
    """The JSON number of an amount: four decimals, `20` and not `20.0`. A double holds every such amount exactly."""
    stored = value.quantize(STORED, ROUND_HALF_UP)
    return int(stored) if stored == stored.to_integral_value() else float(stored)


def cents(value: Decimal) -> Decimal:
    """Rounded as Magento rounds prices: two decimals, whatever the currency."""
    return value.quantize(CENT, ROUND_HALF_UP)


def stamp(seconds: float) -> str:
    """`YYYY-MM-DD HH:MM:SS` in UTC."""
    return datetime.fromtimestamp(int(seconds), UTC).strftime("%Y-%m-%d %H:%M:%S")


def seconds_of(text: str) -> float:
    """Unix seconds of a stamp."""
    return datetime.strptime(text, "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC).timestamp()


def shown_price(amount: Decimal, currency: str) -> str:
    """`$19.44`, as order comments show an amount in locale en_US."""
    places = 0 if currency in NO_CENTS else 2
    return f"{SYMBOLS.get(currency, currency + chr(160))}{amount:,.{places}f}"


def kept_text(text: str, length: int | None, wide: bool) -> str:
    """A text as it is read back: four-byte characters become `????` unless `wide`, the rest is cut silently."""
    stored = text if wide else FOUR_BYTES.sub("????", text)
    return stored if length is None else stored[:length]


def present(row: Doc) -> Doc:
    """Null fields are absent from objects."""
    return {key: value for key, value in row.items() if value is not None}
