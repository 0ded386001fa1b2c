"""Shopify's search syntax: values are always quoted, since an unquoted one is misread without an error."""

from __future__ import annotations

import re

_WORD = re.compile(r"[^\W_]+")


def quoted(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def beginnings(text: str) -> str:
    """A search for all of these words, each as the beginning of one. A beginning cannot stand in quotes, so only letters
    and digits are kept, in small letters: AND, OR and NOT would be operators."""
    return " ".join(f"{word}*" for word in _WORD.findall(text.casefold()))
