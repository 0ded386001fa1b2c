"""Column types: what the database makes of a text it is given, and what stands there when nothing is given."""

from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import lru_cache

NO_DATE = "0000-00-00 00:00:00"
NO_DAY = "0000-00-00"

_STEPS = {"dec2": Decimal("0.01"), "dec3": Decimal("0.001"), "dec6": Decimal("0.000001")}
_EMPTY = {"int": "0", "date": NO_DATE, "day": NO_DAY, "zip": "0", "null": None}

NUMERIC = frozenset({"int", "dec2", "dec3", "dec6", "null", "blank", "zip"})
"""Kinds that are compared as numbers. "null" and "blank" are whole numbers that may be NULL (JSON null, or "");
"zip" is a text that defaults to 0."""


def number(value: object) -> Decimal:
    """What the database reads from a text: its leading number, else 0."""
    return _read("" if value is None else str(value))


@lru_cache(maxsize=65536)
def _read(text: str) -> Decimal:
    text = text.strip()
    for end in range(len(text), 0, -1):
        if text[end - 1].isdigit():
            try:
                return Decimal(text[:end])
            except InvalidOperation:
                continue
    return Decimal(0)


def stored(kind: str, value: object, size: int = 0) -> str | None:
    """The text of a value once saved."""
    if kind in _STEPS:
        return str(number(value).quantize(_STEPS[kind], rounding=ROUND_HALF_UP))
    if value is None or value == "":
        return _EMPTY.get(kind, "")
    if kind in ("int", "null", "blank"):
        return str(int(number(value)))
    if kind == "date":
        return str(value) if len(str(value)) > 10 else f"{value} 00:00:00"
    return str(value)[:size] if size else str(value)


def falsy(value: object) -> bool:
    """What PHP calls empty: 0, "0", "", nothing, an empty list."""
    return value in (0, "0", "", None) or value in ([], {})
