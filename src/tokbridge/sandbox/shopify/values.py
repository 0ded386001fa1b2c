"""The small change of the API: global ids, money in its two spellings, times."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

Doc = dict[str, Any]
"""A stored document: JSON only, so that it can be kept on disk. Money is text, times are Unix seconds."""

GID = re.compile(r"gid://shopify/(\w+)/([\w-]+)(?:\?.*)?")

DECIMALS = {"JPY": 0, "KRW": 0, "VND": 0, "CLP": 0, "ISK": 0, "HUF": 2}


def gid(kind: str, number: object) -> str:
    """gid://shopify/<kind>/<number>"""
    return f"gid://shopify/{kind}/{number}"


def parts(value: object) -> tuple[str, str]:
    """(kind, number) of a global id; ("", "") for anything else."""
    found = GID.fullmatch(str(value))
    return (found[1], found[2]) if found else ("", "")


def number(value: object, kind: str) -> int:
    """The number in a global id of this kind, or 0."""
    found, text = parts(value)
    return int(text) if found == kind and text.isdigit() else 0


def cents(amount: Decimal, currency: str = "") -> Decimal:
    """Rounded to the currency's smallest unit."""
    return amount.quantize(Decimal(1).scaleb(-DECIMALS.get(currency, 2)))


def plain_money(amount: Decimal) -> str:
    """The Money scalar: always two decimals, "31.90" (reference 2.2)."""
    return f"{amount:.2f}"


def short_money(amount: Decimal) -> str:
    """MoneyV2.amount: trailing zeros trimmed to one decimal, "31.9", "20.0" (reference 2.2)."""
    text = f"{amount:.2f}"
    return text[:-1] if text.endswith("0") else text


def money(amount: Decimal, currency: str) -> Doc:
    """A MoneyV2."""
    return {"amount": short_money(amount), "currencyCode": currency}


def bag(amount: Decimal | str, currency: str) -> Doc:
    """A MoneyBag whose two sides are the same money."""
    side = money(Decimal(amount), currency)
    return {"shopMoney": side, "presentmentMoney": side}


def utc(seconds: float | None) -> str | None:
    """A DateTime scalar."""
    if seconds is None:
        return None
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@lru_cache(maxsize=1000)
def seconds(text: str) -> float:
    """Unix seconds of an ISO 8601 date or time, UTC unless it says otherwise.

    Raises:
        ValueError: the text is no date.
    """
    moment = datetime.fromisoformat(text.strip().replace("Z", "+00:00"))
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def total(amounts: Sequence[Decimal]) -> Decimal:
    """The sum, zero for none."""
    return sum(amounts, Decimal(0))
