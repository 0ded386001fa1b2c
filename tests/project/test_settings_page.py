"""docs/settings.md, the platforms' pages and the list of names agree."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tokbridge.project.environment import NAMES
from tokbridge.stores.platform import Platform
from tokbridge.stores.registry import PLATFORMS

DOCS = Path(__file__).parents[2] / "docs"
PAGE = DOCS / "settings.md"
ROW = re.compile(r"^\| `(TOKBRIDGE_[A-Z_]+)` \| (.+?) \| (.+?) \| (.+?) \|$", re.MULTILINE)
STATUSES = (
    "store statuses to give, by TikTok's: `TIKTOK_STATUS=code`, separated by commas; each is given once, so what staff "
    "change afterwards stays"
)


def of(platform: Platform) -> dict[str, str]:
    """The rows that the platform's page must show."""
    rows = {f"TOKBRIDGE_{platform.name}_{one.name}".upper(): one.words for one in platform.settings}
    return {**rows, f"TOKBRIDGE_{platform.name}_STATUSES_FROM_TIKTOK".upper(): STATUSES}


OF_PLATFORMS = {name for platform in PLATFORMS.values() for name in of(platform)}


def rows() -> dict[str, tuple[str, ...]]:
    found = ROW.findall(PAGE.read_text())
    assert len({name for name, *_ in found}) == len(found), "a setting stands twice"
    return {name: tuple(cells) for name, *cells in found}


def test_every_setting_has_a_row_with_meaning_default_and_example() -> None:
    assert set(rows()) | OF_PLATFORMS == NAMES


def test_every_row_is_read_and_no_other_name_is_mentioned() -> None:
    text = PAGE.read_text()
    assert len(re.findall(r"^\| `TOKBRIDGE", text, re.MULTILINE)) == len(rows())
    assert set(re.findall(r"TOKBRIDGE_[A-Z_]+[A-Z]", text)) <= NAMES


@pytest.mark.parametrize("platform", PLATFORMS.values(), ids=lambda platform: platform.name)
def test_a_platforms_page_tells_its_settings_as_the_program_does(platform: Platform) -> None:
    page = (DOCS / f"{platform.name}.md").read_text()
    assert dict(re.findall(r"^\| `(TOKBRIDGE_[A-Z_]+)` \| (.+?) \|$", page, re.MULTILINE)) == of(platform)


def test_every_name_is_used() -> None:
    """A setting that nothing reads would be a lie. Those of the platforms are read by their list."""
    folder = Path(__file__).parents[2] / "src" / "tokbridge" / "project"
    code = (folder / "settings.py").read_text() + (folder / "environment.py").read_text().split("class Environment")[1]
    unused = {name for name in NAMES - OF_PLATFORMS if f'"{name.removeprefix("TOKBRIDGE_")}"' not in code}
    assert not unused
