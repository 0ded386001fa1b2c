"""The sayings of a language's catalogue, in the shape in which a text is recognised by them (docs/adr/0011-texts.md)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from string import Formatter

from django.utils.translation.trans_real import translation

CONTEXT = "told"  # of sayings in the catalogue, where they stand apart from what the pages themselves say
JOINT = "; "  # between texts that stand side by side
_SPLIT = "\x04"  # between context and text, in a compiled catalogue
_NAME = re.compile(r"\?P<\w+>")  # of a group
_FEW = 4  # own letters; a form with fewer fits almost anything
_ONE_WORD = frozenset({"field", "http", "id", "n", "package", "right", "scope"})
"""Places of templates whose values hold no blank: else "scope {scope}" would take a platform's sentence for ours."""


@dataclass(frozen=True, slots=True)
class Form:
    """A template to recognise a text by, and to say it again in another language. `begin`, `end`, `middle`: what the
    text begins and ends with, and the longest of all its own parts; they are looked for first, since most forms are
    not the one. `letters` and `joints`: how many of its own. `lead`: the name of the value it begins with, or ""."""

    shape: re.Pattern[str]
    other: str
    begin: str
    end: str
    middle: str
    letters: int
    joints: int
    lead: str

    def values(self, text: str) -> dict[str, str] | None:
        """By the names of the template's places; None when the text is not made of it."""
        if not (text.startswith(self.begin) and text.endswith(self.end) and self.middle in text):
            return None
        found = self.shape.fullmatch(text)
        return found.groupdict() if found else None


@dataclass(frozen=True, slots=True)
class Sayings:
    """`exact`: those without values. `forms`: by the first letter of a text those that may fit it, "" for any other
    letter; those with the most letters of their own first, since "{code}: {words}" fits almost anything."""

    exact: Mapping[str, str]
    forms: Mapping[str, tuple[Form, ...]]

    def fitting(self, text: str) -> tuple[Form, ...]:
        """The forms that a text with this first letter may be made of."""
        return self.forms.get(text[:1], self.forms[""])

    def ours(self, text: str) -> bool:
        """Whether nobody but us says so."""
        if text in self.exact:
            return True
        return any(form.letters >= _FEW and form.values(text) is not None for form in self.fitting(text))


def _letters(form: Form) -> int:
    return -form.letters


@lru_cache(maxsize=16)
def sayings_of(language: str) -> Sayings:
    """Django keeps a language's texts under "context, text"; the sayings are those with our context. Of forms that differ
    in the names of their values only ("{code}: {words}", "{sku}: {why}") one is enough."""
    exact, forms = {}, []
    for key, other in sorted(
        (key, other)
        for key, other in translation(language)._catalog.items()  # type: ignore[attr-defined]
        if isinstance(key, str) and isinstance(other, str)
    ):
        context, split, text = key.partition(_SPLIT)
        if not split or context != CONTEXT or not other:
            continue
        if "{" in text:
            forms.append(_form(text, other))
        else:
            exact[text] = other
    forms = sorted({_NAME.sub("", form.shape.pattern): form for form in reversed(forms)}.values(), key=_letters)
    letters = {form.begin[:1] for form in forms} | {""}
    return Sayings(exact, {letter: tuple(one for one in forms if one.begin[:1] in {"", letter}) for letter in letters})


def _form(template: str, other: str) -> Form:
    parts = list(Formatter().parse(template))
    literals, begin = [literal for literal, *_ in parts], parts[0][0]
    return Form(
        shape=_shape(template),
        other=other,
        begin=begin,
        end=literals[-1] if parts[-1][1] is None else "",
        middle=max(literals, key=len),
        letters=sum(map(len, literals)),
        joints=sum(literal.count(JOINT) for literal in literals),
        lead="" if begin else parts[0][1] or "",
    )


def _shape(template: str) -> re.Pattern[str]:
    """What the texts made of a template look like; its values as groups."""
    seen: set[str] = set()
    parts = []
    for literal, name, _spec, _conversion in Formatter().parse(template):
        parts.append(re.escape(literal))
        if name:
            letter = r"\S" if name in _ONE_WORD else "."
            parts.append(f"(?P={name})" if name in seen else f"(?P<{name}>{letter}*?)")
            seen.add(name)
    return re.compile("".join(parts), re.DOTALL)
