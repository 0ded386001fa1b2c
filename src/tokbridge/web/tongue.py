"""What all below the pages said in English, in the language of whoever reads it (docs/adr/0011-texts.md).

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
from tokbridge.web import words
from tokbridge.web.acting import ACTIONS
from tokbridge.web.numbers import amount, grouped

CONTEXT = "told"  # of sayings in the catalogue, where they stand apart from what the pages themselves say
LONGEST, DEEPEST = 1000, 6  # letters of a text, sayings inside each other: beyond that it is a platform's
JOINT = "; "  # between texts that stand side by side
_SPLIT = "\x04"  # between context and text, in a compiled catalogue
_SUM = re.compile(r"-?[0-9]+(?:\.[0-9]+)? [A-Z]{3}")
_COUNT = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+")
_WORDS: Mapping[str, words.Words] = {
    "status": words.TIKTOK_STATUS,
    "step": words.STEP,
    "kind": words.KIND,
    "fulfilment": words.FULFILMENT,
    "logistics": words.LOGISTICS,
    "verb": {verb: action.title for verb, action in ACTIONS.items()},
}
"""Places of templates whose values are words of the records."""


_ONE_WORD = frozenset({"field", "http", "id", "n", "right", "scope"})
"""Places of templates whose values hold no blank: else "scope {scope}" would take a platform's sentence for ours."""


@dataclass(frozen=True, slots=True)
class _Form:
    """A template to recognise a text by, and to say it again in another language. `begin`, `end`, `middle`: what the
    text begins and ends with, and the longest of all its own parts; they are looked for first, since most forms are
    not the one. `joints`: how many are among its own letters. `lead`: the name of the value it begins with, or ""."""

    shape: re.Pattern[str]
    other: str
    begin: str
    end: str
    middle: str
    joints: int
    lead: str

    def values(self, text: str) -> dict[str, str] | None:
        if not (text.startswith(self.begin) and text.endswith(self.end) and self.middle in text):
            return None
        found = self.shape.fullmatch(text)
        return found.groupdict() if found else None


@dataclass(frozen=True, slots=True)
class _Sayings:
    """`forms`: by the first letter of a text those that may fit it, "" for any other letter. Those with the most letters
    of their own stand first, since "{code}: {words}" fits almost anything."""

    exact: Mapping[str, str]
    forms: Mapping[str, tuple[_Form, ...]]


def told(text: str) -> str:
    """The text in the language in force; English, and what is not known, as it is."""
    language = get_language()
    if not text or language is None or language == "en" or len(text) > LONGEST:
        return text
    return _told(language, text, DEEPEST)


@lru_cache(maxsize=8192)
def _told(language: str, text: str, deep: int) -> str:
    """As `told`; `language` is the one in force. `deep`: so many sayings may stand inside each other.

    A text with joints is one saying whose own letters hold them; or several side by side, of which the last may be cut
    off; or a saying whose values (a platform's words) hold them. In this order: a value takes whatever it gets."""
    if not deep:
        return text
    sayings = _sayings(language)
    if text in sayings.exact:
        return sayings.exact[text]
    forms = sayings.forms.get(text[0], sayings.forms[""]) if text else ()
    joints = text.count(JOINT)
    for form in forms:
        if form.joints == joints and (found := _said(language, form, text, deep)) is not None:
            return found
    if not joints:
        return text
    parts = text.split(JOINT)
    each = [_told(language, part, deep - 1) for part in parts]
    if all(one != part for one, part in zip(each[:-1], parts, strict=False)):
        return JOINT.join(each)
    for form in forms:
        if form.joints < joints and (found := _said(language, form, text, deep)) is not None:
            return found
    return JOINT.join(each)


def _said(language: str, form: _Form, text: str, deep: int) -> str | None:
    """The text by this form; None when it does not fit. What stands before a saying ("http 403: " of an attempt's
    answer) would be taken for the value that it begins with: such a value must be a saying itself."""
    values = form.values(text)
    if values is None:
        return None
    told = {name: _value(language, name, said, deep - 1) for name, said in values.items()}
    if form.lead and ": " in values[form.lead] and told[form.lead] == values[form.lead]:
        return None
    return form.other.format(**told)


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
            forms[text] = _form(text, other)
        else:
            exact[text] = other
    ordered = [forms[text] for text in sorted(forms, key=_own_letters, reverse=True)]
    letters = {form.begin[:1] for form in ordered} | {""}
    return _Sayings(
        exact, {letter: tuple(one for one in ordered if one.begin[:1] in {"", letter}) for letter in letters}
    )


def _form(template: str, other: str) -> _Form:
    parts = list(Formatter().parse(template))
    begin, end = parts[0][0], parts[-1][0] if parts[-1][1] is None else ""
    lead = parts[0][1] or "" if not begin else ""
    middle = max((literal for literal, *_ in parts), key=len)
    return _Form(shape_of(template), other, begin, end, middle, sum(part[0].count(JOINT) for part in parts), lead)


def shape_of(template: str) -> re.Pattern[str]:
    """What the texts made of a template look like; its values as groups."""
    seen: set[str] = set()
    parts = []
    for literal, name, _spec, _conversion in Formatter().parse(template):
        parts.append(re.escape(literal))
        if name:
            any_ = r"\S" if name in _ONE_WORD else "."
            parts.append(f"(?P={name})" if name in seen else f"(?P<{name}>{any_}*?)")
            seen.add(name)
    return re.compile("".join(parts), re.DOTALL)


def _own_letters(template: str) -> int:
    return sum(len(literal) for literal, *_ in Formatter().parse(template))
