"""Every reason that Tokbridge itself gives for standing still has its texts for people."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import tokbridge.core
import tokbridge.sync
from tokbridge.core.problems import KINDS

# calls whose argument at this place (or keyword `code`) is one of our own codes
PLACES = {"Blocked": 0, "note_connection_problem": 1, "note_block": 2, "close_connection_problem": 1, "Step": None}


def _codes(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if name not in PLACES:
            continue
        place = PLACES[name]
        given = [keyword.value for keyword in node.keywords if keyword.arg == "code"]
        if place is not None and len(node.args) > place:
            given.append(node.args[place])
        for value in given:
            for part in ast.walk(value):
                if isinstance(part, ast.Constant) and isinstance(part.value, str) and part.value:
                    yield part.value


def test_every_code_of_ours_has_texts() -> None:
    found: dict[str, str] = {}
    for package in (tokbridge.core, tokbridge.sync):
        for path in Path(package.__path__[0]).rglob("*.py"):
            for code in _codes(ast.parse(path.read_text())):
                found.setdefault(code, path.name)
    assert len(found) > 10, "the search finds nothing any more"
    assert {code: where for code, where in found.items() if code not in KINDS} == {}


def test_texts_are_whole() -> None:
    for code, kind in KINDS.items():
        assert kind.title, code
        assert kind.explanation.endswith("."), code
        assert kind.fix.endswith("."), code
