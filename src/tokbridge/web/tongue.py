"""What all below the pages said in English, in the language of whoever reads it (docs/adr/0011-texts.md).

Problems, reasons, answers and refusals are put together by `core.saying.say` and many are stored before a page shows
them. `told(text)` finds the text again among the catalogue's sayings: as it stands, or as one of the templates with its
values, which are told in their turn. What nobody here has said (a platform's own words) stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from django.utils.translation import get_language

from tokbridge.core import money
from tokbridge.core.status import spoken
from tokbridge.web import words
from tokbridge.web.acting import ACTIONS
from tokbridge.web.numbers import amount, grouped
from tokbridge.web.sayings import JOINT, Form, sayings_of

LONGEST, DEEPEST = 1000, 6  # letters of a text, sayings inside each other: beyond that it is a platform's
DEEPEST_PART = 3  # in one of several texts side by side
_SUM = re.compile(r"-?[0-9]+(?:\.[0-9]+)? [A-Z]{3}")
_COUNT = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+")
_WORDS: Mapping[str, words.Words] = {
    "status": {said: word for status, word in words.TIKTOK_STATUS.items() for said in (status, spoken(status))},
    "step": words.STEP,
    "kind": words.KIND,
    "fulfilment": words.FULFILMENT,
    "logistics": words.LOGISTICS,
    "verb": {verb: action.title for verb, action in ACTIONS.items()},
}
"""Places of templates whose values are words of the records."""


def told(text: str) -> str:
    """The text in the language in force; English, and what is not known, as it is."""
    language = get_language()
    if not text or language is None or language == "en" or len(text) > LONGEST:
        return text
    return _told(language, text, DEEPEST)


def told_whole(text: str) -> str:
    """As `told` for what is the store's own but for single texts of ours ("disabled in Magento" among the titles of
    variants): a title of "10 units" stays one."""
    language = get_language()
    return text if language is None or language == "en" else sayings_of(language).exact.get(text, text)


@lru_cache(maxsize=8192)
def _told(language: str, text: str, deep: int) -> str:
    """As `told`; `language` is the one in force. `deep`: so many sayings may stand inside each other.

    A text with joints may be one saying; or several side by side, of which the last may be cut off; or one with a
    platform's words in it, which hold the joints. In this order, since a form's values take whatever they get."""
    if not deep or not text:
        return text
    whole = _whole(language, text, deep)
    if whole is not None or JOINT not in text:
        return text if whole is None else whole
    parts = text.split(JOINT)
    each = [_told(language, part, min(deep - 1, DEEPEST_PART)) for part in parts]
    if all(one != part and _closed(part) for one, part in zip(each[:-1], parts, strict=False)):
        return JOINT.join(each)
    for form in sayings_of(language).fitting(text):
        values = _values(language, form, text)
        if values is not None:
            return _filled(language, form, values, deep)
    return JOINT.join(each)


@lru_cache(maxsize=8192)
def _whole(language: str, text: str, deep: int) -> str | None:
    """The text where it is one saying: each of its joints is the form's own, or belongs to a value that is one saying."""
    sayings = sayings_of(language)
    if text in sayings.exact:
        return sayings.exact[text]
    if not deep:
        return None
    joints = text.count(JOINT)
    for form in sayings.fitting(text):
        values = _values(language, form, text) if form.joints <= joints else None
        if values is not None and (
            form.joints == joints
            or all(JOINT not in said or _whole(language, said, deep - 1) is not None for said in values.values())
        ):
            return _filled(language, form, values, deep)
    return None


def _values(language: str, form: Form, text: str) -> dict[str, str] | None:
    """The form's values in the text; None when it does not fit. What stands before a saying ("http 403: " of an attempt's
    answer) would be taken for the value that it begins with: such a value must be a saying of ours itself."""
    values = form.values(text)
    if values is None or not form.lead or ": " not in values[form.lead]:
        return values
    return values if sayings_of(language).ours(values[form.lead]) else None


def _filled(language: str, form: Form, values: Mapping[str, str], deep: int) -> str:
    return form.other.format(**{name: _value(language, name, said, deep - 1) for name, said in values.items()})


def _closed(part: str) -> bool:
    """Whether it can stand alone; "the store cannot be asked (no; never)" is not two texts."""
    return part.count("(") == part.count(")")


def _value(language: str, name: str, said: str, deep: int) -> str:
    """What stands in a template's place: a word of the records, an amount, a count, or another saying. A code of one word
    stays: it is searched for."""
    if said in _WORDS.get(name, {}):
        return str(_WORDS[name][said])
    if name == "code" and " " not in said:
        return said
    if _SUM.fullmatch(said):
        figure, currency = said.split(" ")
        try:
            return amount(money.parse(figure, currency), currency)
        except ValueError:
            return said
    if _COUNT.fullmatch(said):
        return grouped(int(said.replace(",", "")))
    return _told(language, said, deep)
