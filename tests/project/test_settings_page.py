"""docs/settings.md and the list of names agree, and so do its defaults."""

from __future__ import annotations

import re
from pathlib import Path

from tokbridge.project.environment import NAMES

PAGE = Path(__file__).parents[2] / "docs" / "settings.md"
ROW = re.compile(r"^\| `(TOKBRIDGE_[A-Z_]+)` \| (.+?) \| (.+?) \| (.+?) \|$", re.MULTILINE)


def rows() -> dict[str, tuple[str, ...]]:
    found = ROW.findall(PAGE.read_text())
    assert len({name for name, *_ in found}) == len(found), "a setting stands twice"
    return {name: tuple(cells) for name, *cells in found}


def test_every_setting_has_a_row_with_meaning_default_and_example() -> None:
    assert set(rows()) == NAMES


def test_every_row_is_read_and_no_other_name_is_mentioned() -> None:
    text = PAGE.read_text()
    assert len(re.findall(r"^\| `", text, re.MULTILINE)) == len(rows())
    assert set(re.findall(r"TOKBRIDGE_[A-Z_]+[A-Z]", text)) == NAMES


def test_every_name_is_used() -> None:
    """A setting that nothing reads would be a lie."""
    folder = Path(__file__).parents[2] / "src" / "tokbridge" / "project"
    code = (folder / "settings.py").read_text() + (folder / "environment.py").read_text().split("class Environment")[1]
    unused = {name for name in NAMES if f'"{name.removeprefix("TOKBRIDGE_")}"' not in code}
    assert not unused
