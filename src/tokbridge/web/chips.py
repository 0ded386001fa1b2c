"""The filters in force, each with a way to take it away."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.functional import Promise

from tokbridge.web import words
from tokbridge.web.filters import CARRIED, CREATED, DUE, STANDINGS, TITLES, problem_title
from tokbridge.web.span import Span
from tokbridge.web.templatetags.show import day_of_year
from tokbridge.web.wanted import Wanted

_WORDS: dict[str, Mapping[Any, Any]] = {
    "standing": STANDINGS,
    "mode": words.LOGISTICS,
    "fulfilment": words.FULFILMENT,
    "created": CREATED,
    "due": DUE,
    "carried": CARRIED,
}


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter in force; `without`: the address without it."""

    key: str
    title: str | Promise
    value: str
    without: str


def chips(wanted: Wanted, names: Mapping[str, Mapping[Any, Any]]) -> list[Chip]:
    """`names`: what to show for values of "account" and "store"."""
    known = {**_WORDS, **names}
    found = []
    for key, title in TITLES.items():
        value = getattr(wanted, key)
        if not value:
            continue
        if isinstance(value, date):
            shown = day_of_year(value)
        elif isinstance(value, Span):
            shown = value.words
        else:
            shown = problem_title(value) if key == "problem" else str(known.get(key, {}).get(value, value))
        found.append(Chip(key, title, shown, wanted.without(key).address()))
    return found
