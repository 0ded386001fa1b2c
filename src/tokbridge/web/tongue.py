"""What core and sync said in English, in the language of whoever reads it (docs/adr/0011-texts.md).

Problems, reasons, answers and refusals are put together by `core.saying.say` and many are stored before a page shows
them. `told(text)` finds the text again among the catalogue's sayings: as it stands, or as one of the templates with its
values, which are told in their turn. What nobody here has said (a platform's own words) stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from string import Formatter

from django.utils.translation import get_language
from django.utils.translation.trans_real import translation

from tokbridge.core import money
from tokbridge.core.status import spoken
from tokbridge.web import words
from tokbridge.web.acting import ACTIONS
from tokbridge.web.numbers import amount, grouped

CONTEXT = "told"  # of sayings in the catalogue, where they stand apart from what the pages themselves say
LONGEST, DEEPEST = 1000, 6  # letters of a text, sayings inside each other: beyond that it is a platform's
_SPLIT = "\x04"  # between context and text, in a compiled catalogue
_SUM = re.compile(r"-?[0-9]+(?:\.[0-9]+)? [A-Z]{3}")
_COUNT = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+")
_WORDS: Mapping[str, words.Words] = {
    "status": {said: word for status, word in words.TIKTOK_STATUS.items() for said in (status, spoken(status))},
    "step": words.STEP,
    "kind": words.KIND,
    "verb": {verb: action.title for verb, action in ACTIONS.items()},
}
"""Places of templates whose values are words of the records."""


@dataclass(frozen=True, slots=True)
class _Form:
    """A template to recognise a text by, and to say it again in another language."""

    shape: re.Pattern[str]
    other: str


@dataclass(frozen=True, slots=True)
class _Sayings:
    """`forms`: those with the most letters of their own first, since "{code}: {words}" fits almost anything."""

    exact: Mapping[str, str]
    forms: tuple[_Form, ...]


def told(text: str) -> str:
    """The text in the language in force; English, and what is not known, as it is."""
    language = get_language()
    if not text or language is None or language == "en" or len(text) > LONGEST:
        return text
    return _told(language, text, DEEPEST)


@lru_cache(maxsize=8192)
def _told(language: str, text: str, deep: int) -> str:
    """As `told`; `language` is the one in force. `deep`: so many sayings may stand inside each other."""
    if not deep:
        return text
    sayings = _sayings(language)
    if text in sayings.exact:
        return sayings.exact[text]
    for form in sayings.forms:
        if found := form.shape.fullmatch(text):
            values = found.groupdict().items()
            return form.other.format(**{name: _value(language, name, said, deep - 1) for name, said in values})
    parts = text.split("; ")
    return "; ".join(_told(language, part, deep - 1) for part in parts) if len(parts) > 1 else text


def _value(language: str, name: str, said: str, deep: int) -> str:
    """What stands in a template's place: a word of the records, an amount, a count, or another saying."""
    if said in _WORDS.get(name, {}):
        return str(_WORDS[name][said])
    if _SUM.fullmatch(said):
        figure, currency = said.split(" ")
        try:
            return amount(money.parse(figure, currency), currency)
        except ValueError:
            return said
    if _COUNT.fullmatch(said):
        return grouped(int(said.replace(",", "")))
    return _told(language, said, deep)


@lru_cache(maxsize=16)
def _sayings(language: str) -> _Sayings:
    """Django keeps a language's texts under "context, text"; the sayings are those with our context."""
    exact, forms = {}, {}
    for key, other in translation(language)._catalog.items():  # type: ignore[attr-defined]
        context, split, text = key.partition(_SPLIT) if isinstance(key, str) else ("", "", "")
        if not split or context != CONTEXT or not other:
            continue
        if "{" in text:
            forms[text] = _Form(shape_of(text), other)
        else:
            exact[text] = other
    return _Sayings(exact, tuple(forms[text] for text in sorted(forms, key=_own_letters, reverse=True)))


def shape_of(template: str) -> re.Pattern[str]:
    """What the texts made of a template look like; its values as groups."""
    seen: set[str] = set()
    parts = []
    for literal, name, _spec, _conversion in Formatter().parse(template):
        parts.append(re.escape(literal))
        if name:
            parts.append(f"(?P={name})" if name in seen else f"(?P<{name}>.*?)")
            seen.add(name)
    return re.compile("".join(parts), re.DOTALL)


def _own_letters(template: str) -> int:
    return sum(len(literal) for literal, *_ in Formatter().parse(template))
