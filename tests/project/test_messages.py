"""The catalogues hold every text of the pages and nothing else, each translated, and what is shipped is compiled."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.catalog import Message
from babel.messages.mofile import read_mo
from django.conf import settings

from scripts import messages

PLACE = re.compile(r"%(?:\(\w+\))?[sd]|{\w+}")
PLACES = {name: at for places in messages.FOLDERS.values() for name, at in places.items()}
CATALOGUES = pytest.mark.parametrize("path", messages.files(), ids=lambda path: path.parts[-3])


def key(message: Message) -> tuple[str, object]:
    context = message.context or ""
    return context.decode() if isinstance(context, bytes) else context, forms(message.id)  # a .mo's are bytes


def forms(text: object) -> tuple[str, ...]:
    return tuple(map(str, text)) if isinstance(text, tuple | list) else (str(text),)


def named(message: Message) -> str:
    return f"{forms(message.id)[0]} -> {forms(message.string)}"


def test_every_language_but_english_has_a_catalogue() -> None:
    assert {path.parts[-3] for path in messages.files()} == {code for code, _name in settings.LANGUAGES} - {"en"}


@CATALOGUES
def test_a_catalogue_holds_exactly_the_texts_of_the_sources(path: Path) -> None:
    """If this fails: `make messages`, then write the translations that are missing (docs/add-a-language.md)."""
    wanted = {key(message) for message in messages.template() if message.id}
    there = {key(message) for message in messages.catalogue(path) if message.id}
    assert (wanted - there, there - wanted) == (set(), set())
    assert messages.catalogue(path).obsolete == {}


@CATALOGUES
def test_every_text_is_translated_and_none_is_a_guess(path: Path) -> None:
    found = [message for message in messages.catalogue(path) if message.id]
    assert [named(message) for message in found if not all(forms(message.string)) or message.fuzzy] == []


@CATALOGUES
def test_a_translation_has_the_places_of_its_text(path: Path) -> None:
    """The last form of a plural has all of them; an earlier one may write its number out."""
    wrong = []
    for message in messages.catalogue(path):
        wanted = sorted(PLACE.findall(forms(message.id)[-1]))
        got = [sorted(PLACE.findall(form)) for form in forms(message.string)]
        if message.id and (got[-1] != wanted or not all(set(one) <= set(wanted) for one in got)):
            wrong.append(named(message))
    assert wrong == []


@CATALOGUES
def test_a_translation_begins_and_ends_as_its_text(path: Path) -> None:
    """Blanks around it, and the sign at its end, which the pages put together."""
    wrong = []
    for message in messages.catalogue(path):
        for text, other in zip(forms(message.id), forms(message.string), strict=False):
            ends = [re.sub(r"[^.…:]", "", one[-1:]) for one in (text, other)]
            if message.id and (
                other != other.strip() or (ends[0] != ends[1] and not text.endswith((" h", " min", " d")))
            ):
                wrong.append(named(message))
    assert wrong == []


@CATALOGUES
def test_what_is_shipped_is_compiled_from_it(path: Path) -> None:
    with path.with_suffix(".mo").open("rb") as file:
        shipped = {key(message): forms(message.string) for message in read_mo(file) if message.id}
    assert shipped == {key(message): forms(message.string) for message in messages.catalogue(path) if message.id}


def test_no_text_of_a_template_is_passed_over() -> None:
    for path in messages.SOURCE.glob("web/templates/**/*.html"):
        tags = re.findall(r"{%\s*(?:translate|blocktranslate|trans|blocktrans)\b", path.read_text())
        assert len(tags) == sum(1 for _ in messages.texts_of(path)), path


def calls(folder: str) -> list[tuple[str, ast.Call]]:
    return [
        (f"{path.relative_to(messages.ROOT)}:{node.lineno}", node)
        for path in sorted(messages.SOURCE.glob(f"{folder}/**/*.py"))
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call)
    ]


@pytest.mark.parametrize("folder", messages.FOLDERS)
def test_a_saying_names_every_value_and_no_other(folder: str) -> None:
    """Plain {names}, so that a text is recognised by them; what a value looks like is its maker's business."""
    wrong = []
    for where, call in calls(folder):
        if isinstance(call.func, ast.Name) and call.func.id == "say":
            assert isinstance(call.args[0], ast.Constant), where
            parts = [part[1:] for part in Formatter().parse(call.args[0].value) if part[1] is not None]
            names = {name for name, _spec, _conversion in parts}
            if names != {word.arg for word in call.keywords} or any(spec or turned for _name, spec, turned in parts):
                wrong.append(where)
    assert wrong == []


def test_the_pages_translate_texts_that_are_written_out() -> None:
    wrong = [
        where
        for where, call in calls("web")
        if isinstance(call.func, ast.Name)
        and call.func.id in messages.KEYWORDS
        and not all(isinstance(one, ast.Constant) for one in call.args[:1])
    ]
    assert wrong == []


def test_a_text_put_together_where_nobody_finds_it_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(messages, "ROOT", tmp_path)
    for source in (
        'NotPossible(f"no {x}")',
        'say("a" + x)',
        "say(text)",
        'Refused("code", f"{x}: y")',
        'Step(Do.X, why=f"{x}")',
        'Finding("shop", False, "missing: " + x)',
        'Need("x", (), f"{x}")',
        'ValueError(f"{x} must be a number")',
        'Refused("code", "a {brace}")',
        'Refused("code", x or f"code {y}")',
        'Finding("shop", True, "all" if x else f"{x}")',
        'def call(x): words = f"{x}: y"; raise Refused("code", words)',
    ):
        (tmp_path / "one.py").write_text(source)
        with pytest.raises(messages.NotFindable, match=r"one\.py:1"):
            list(messages.said(tmp_path / "one.py", PLACES))
    (tmp_path / "one.py").write_text(
        'say("a {b}", b=1); NotPossible("c"); Refused(code, words); Kind("d", "e", who, "f")\n'
        'def call(x):\n    words = "g" if x else say("h")\n    raise Refused("code", words) if x else Retry("code", "i")\n'
        'def other(words): raise Refused("code", words)'
    )
    assert sorted(messages.said(tmp_path / "one.py", PLACES)) == ["a {b}", "c", "d", "e", "f", "g", "h", "i"]
