"""The catalogues of the pages' texts: `make messages` reads the texts from the sources into every `django.po` and
compiles it. What is new stands there without a translation; what is gone is taken out (docs/add-a-language.md)."""

from __future__ import annotations

import ast
import io
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import django
from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "tokbridge"
LOCALE = SOURCE / "web" / "locale"
TOLD = "told"  # the context of what the rest says to people, see tokbridge.web.tongue

KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
PLACES: dict[str, tuple[int | str, ...]] = {
    "say": (0,),
    "NotPossible": (0,),
    "Blocked": (1,),
    "Refused": (1,),
    "Retry": (1,),
    "Unknown": (1,),
    "OrderGone": (0,),
    "CredentialRefused": (1,),
    "NotSupported": (1,),
    "Unreadable": (1,),
    "ConnectionDown": (1,),
    "Step": ("why",),
}
"""Where a text for people is written: the positions or names of arguments. A constant there needs no `say`."""
OF_CORE: dict[str, tuple[int | str, ...]] = {"Kind": (0, 1, 3), "PaymentField": (2,), "ValueError": (0,)}
OF_STORES: dict[str, tuple[int | str, ...]] = {"Finding": (2,), "Need": (2,), "Probe": (1,), "ValueError": (0,)}
"""Besides in `stores`: what a connection test finds, and settings that cannot be right."""
FOLDERS = {"core": PLACES | OF_CORE, "sync": PLACES, "stores": PLACES | OF_STORES, "tiktok": PLACES}

Found = tuple[str | tuple[str, str], str, Path]  # text (or singular and plural), context, file


class NotFindable(Exception):
    """A text put together so that nobody can find it to translate it."""


def texts() -> Iterator[Found]:
    """Every text of the pages, in the order of the files."""
    for path in sorted(SOURCE.glob("web/templates/**/*.html")):
        yield from texts_of(path)
    for path in sorted(SOURCE.glob("web/**/*.py")):
        yield from _of_code(path.read_bytes(), path)
    for folder, places in FOLDERS.items():
        for path in sorted(SOURCE.glob(f"{folder}/**/*.py")):
            for text in said(path, places):
                yield text, TOLD, path


def texts_of(path: Path) -> Iterator[Found]:
    """Django turns a template into calls of gettext amid filling; within brackets its indentation means nothing."""
    calls = "".join(f"{line}\n" for line in templatize(path.read_text(), origin=str(path)).splitlines())
    yield from _of_code(f"(\n{calls})\n".encode(), path)


def _of_code(source: bytes, path: Path) -> Iterator[Found]:
    for _line, message, _comments, context in extract("python", io.BytesIO(source), keywords=KEYWORDS):
        yield message, context or "", path


def said(path: Path, places: Mapping[str, tuple[int | str, ...]]) -> Iterator[str]:
    """The texts and templates that a file says to people. Raises `NotFindable`."""
    for call, scope in _calls(ast.parse(path.read_text())):
        name = call.func.id if isinstance(call.func, ast.Name) else ""
        for place in places.get(name, ()):
            text = _argument(call, place)
            for part in _parts(text, None if name == "say" else scope):
                if isinstance(part, ast.Constant) and (name == "say" or "{" not in str(part.value)):
                    if isinstance(part.value, str) and part.value:
                        yield part.value
                elif name == "say" or isinstance(part, ast.Constant | ast.JoinedStr | ast.BinOp):
                    raise NotFindable(
                        f"{path.relative_to(ROOT)}:{part.lineno}: write the text out, with say() for its values"
                    )


def _calls(scope: ast.AST) -> Iterator[tuple[ast.Call, ast.AST]]:
    """Every call, with the function (or module) that it stands in."""
    for node in _within(scope):
        if isinstance(node, ast.Call):
            yield node, scope
        elif isinstance(node, ast.FunctionDef):
            yield from _calls(node)


def _within(scope: ast.AST) -> Iterator[ast.AST]:
    """What stands in a function; of functions inside it only that they are there."""
    for node in ast.iter_child_nodes(scope):
        yield node
        if not isinstance(node, ast.FunctionDef):
            yield from _within(node)


def _parts(text: ast.expr | None, scope: ast.AST | None) -> Iterator[ast.expr]:
    """What a text may be: either side of a condition, and what its function has given a name."""
    if isinstance(text, ast.IfExp):
        yield from [*_parts(text.body, scope), *_parts(text.orelse, scope)]
    elif isinstance(text, ast.BoolOp):
        for part in text.values:
            yield from _parts(part, scope)
    elif isinstance(text, ast.Name) and scope is not None:
        for node in _within(scope):
            if isinstance(node, ast.Assign) and any(
                isinstance(to, ast.Name) and to.id == text.id for to in node.targets
            ):
                yield from _parts(node.value, None)
    elif text is not None:
        yield text


def _argument(call: ast.Call, place: int | str) -> ast.expr | None:
    if isinstance(place, int):
        return call.args[place] if place < len(call.args) else None
    return next((one.value for one in call.keywords if one.arg == place), None)


def template() -> Catalog:
    """What every catalogue must hold."""
    found = Catalog(charset="utf-8")
    for text, context, path in texts():
        flags = ["python-brace-format"] if context == TOLD and "{" in text else []
        found.add(text, None, [(str(path.relative_to(ROOT)), 1)], flags=flags, context=context or None)
    return found


def catalogue(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=path.parts[-3])


def files() -> list[Path]:
    return sorted(LOCALE.glob("*/LC_MESSAGES/django.po"))


def update(path: Path) -> int:
    """Bring a catalogue up to date and compile it; returns how many texts have no translation."""
    known = catalogue(path)
    known.update(template(), no_fuzzy_matching=True, update_creation_date=False)
    with path.open("wb") as file:
        write_po(file, known, width=120, ignore_obsolete=True, include_lineno=False, sort_by_file=True)
    with path.with_suffix(".mo").open("wb") as file:
        write_mo(file, known)
    return sum(not all(one.string if one.pluralizable else [one.string]) for one in known if one.id)


def main() -> None:
    settings.configure(USE_I18N=True)
    django.setup()
    for language in sys.argv[1:]:  # to begin with a new one
        folder = LOCALE / language / "LC_MESSAGES"
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / "django.po").open("xb") as file:
            write_po(file, Catalog(locale=language, project="Tokbridge", charset="utf-8"))
    for path in files():
        print(f"{path.relative_to(ROOT)}: {update(path)} texts without a translation")


if __name__ == "__main__":
    main()
