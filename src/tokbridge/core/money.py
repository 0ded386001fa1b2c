"""Money as integer minor units: from a platform's decimal text and back, without floats and without rounding.

The minor unit is ISO 4217's, for every currency: IDR and HUF have two decimals there although nobody pays with them;
VND, JPY and KRW have none. TikTok writes whole units for VND ("168000") and decimals elsewhere ("19.90"), always as
text (reference tiktok-shop-api.md 3.5, samples).
"""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation

from tokbridge.core.saying import say

MOST_RATE = 24  # characters of an exchange rate
_EXPONENTS = {
    # Asia
    **dict.fromkeys(("IDR", "MYR", "PHP", "SGD", "THB", "CNY", "HKD", "TWD"), 2),
    **dict.fromkeys(("JPY", "VND", "KRW"), 0),
    # America
    **dict.fromkeys(("USD", "MXN", "BRL", "CAD"), 2),
    # Europe
    **dict.fromkeys(("EUR", "GBP", "PLN", "CZK", "HUF", "SEK", "DKK", "RON", "BGN", "NOK", "CHF"), 2),
    # Elsewhere
    **dict.fromkeys(("AUD", "NZD", "AED", "SAR", "TRY", "ZAR"), 2),
}

_DECIMAL = re.compile(r"(?P<sign>-?)(?P<whole>[0-9]+)(?:\.(?P<part>[0-9]+))?")


def exponent(currency: str) -> int:
    """Number of decimals of the currency's minor unit. Raises ValueError naming a currency that is not in the table."""
    try:
        return _EXPONENTS[currency]
    except KeyError:
        raise ValueError(say("unknown currency {currency}", currency=repr(currency))) from None


def known(currency: str) -> bool:
    """Whether amounts in this currency can be counted in minor units here."""
    return currency in _EXPONENTS


def rate(text: object) -> str:
    """A platform's exchange rate as plain decimal text without needless zeros ("0.850000" is "0.85"); "" for anything
    that is no rate: absent, zero, negative, not a number."""
    try:
        value = Decimal(str(text))
    except InvalidOperation:
        return ""
    return format(value.normalize(), "f")[:MOST_RATE] if value.is_finite() and value > 0 else ""


def parse(text: str | None, currency: str) -> int:
    """A platform's decimal text in minor units; absent (None) and "" are 0, as TikTok leaves fields out or blank.

    Decimals beyond the minor unit are taken only when they are zeros ("168000.00" VND). Raises ValueError for anything
    else: signs other than "-", exponents, thousands separators, an unknown currency.
    """
    decimals = exponent(currency)
    if not text:
        return 0
    found = _DECIMAL.fullmatch(text)
    if found is None:
        raise ValueError(say("not an amount of money: {text}", text=repr(text[:40])))
    part = found["part"] or ""
    if part[decimals:].strip("0"):
        raise ValueError(
            say(
                "{text} has more decimals than {currency} has ({n})",
                text=repr(text[:40]),
                currency=currency,
                n=decimals,
            )
        )
    minor = int(found["whole"] + part[:decimals].ljust(decimals, "0"))
    return -minor if found["sign"] else minor


def show(minor: int, currency: str) -> str:
    """Minor units as the decimal text a platform takes: 1990 USD is "19.90", 657000 VND is "657000"."""
    decimals = exponent(currency)
    digits = str(abs(minor)).rjust(decimals + 1, "0")
    sign = "-" if minor < 0 else ""
    return f"{sign}{digits[:-decimals]}.{digits[-decimals:]}" if decimals else f"{sign}{digits}"


def share(amount: int, weights: list[int]) -> list[int]:
    """Split an amount (0 or more) by weights without losing a unit: the largest remainder gets the leftover, the
    earlier part first when remainders are equal. With no weight at all the parts are as equal as they can be."""
    if not weights:
        raise ValueError("nothing to share the amount among")
    if not any(weights):
        weights = [1] * len(weights)
    total = sum(weights)
    parts = [amount * weight // total for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda i: (-(amount * weights[i] % total), i))
    for i in by_remainder[: amount - sum(parts)]:
        parts[i] += 1
    return parts
