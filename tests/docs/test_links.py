"""What the documents name exists: files, headings, settings, commands, tests, and the texts of every problem."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import typer

from tokbridge.cli import asking, authorise, bench, check, demo, fetch, link, orders, processes, products, sandbox
from tokbridge.core.problems import KINDS
from tokbridge.project.environment import NAMES

ROOT = Path(__file__).parents[2]
PAGES = sorted([ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").rglob("*.md")])
DEPLOY = sorted((ROOT / "deploy").iterdir())
LINK = re.compile(r"\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)


def named(document: Path) -> str:
    return str(document.relative_to(ROOT))


def anchors(document: Path) -> set[str]:
    """Headings as a link names them: small letters, no punctuation, blanks as hyphens."""
    return {
        re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-")
        for heading in HEADING.findall(document.read_text())
    }


@pytest.mark.parametrize("document", PAGES, ids=named)
def test_every_relative_link_leads_somewhere(document: Path) -> None:
    wrong = []
    for each in LINK.findall(document.read_text()):
        if each.startswith(("https://", "http://", "mailto:")):
            continue
        path, _, anchor = each.partition("#")
        target = (document.parent / path).resolve() if path else document
        if not target.exists() or (anchor and anchor not in anchors(target)):
            wrong.append(each)
    assert wrong == []


@pytest.mark.parametrize("document", [*PAGES, *DEPLOY], ids=named)
def test_every_setting_that_is_named_exists(document: Path) -> None:
    assert set(re.findall(r"TOKBRIDGE_[A-Z_]*[A-Z]", document.read_text())) <= NAMES


@pytest.mark.parametrize("document", PAGES, ids=named)
def test_every_file_that_is_named_exists(document: Path) -> None:
    files = re.findall(r"`((?:src|tests|docs|deploy|requirements|scripts)/[\w./@-]+\.\w+)`", document.read_text())
    assert [file for file in files if not (ROOT / file).exists()] == []


@pytest.mark.parametrize("document", PAGES, ids=named)
def test_every_test_that_is_named_exists(document: Path) -> None:
    """The files named in the same paragraph hold it."""
    for paragraph in document.read_text().split("\n- "):
        for test in re.findall(r"`(test_\w+)`", paragraph):
            files = re.findall(r"`(tests/[\w/]+\.py)`", paragraph)
            assert any(f"def {test}(" in (ROOT / file).read_text() for file in files), test


def commands() -> set[str]:
    app = typer.Typer()
    for module in (processes, check, authorise, fetch, link, orders, asking, products, sandbox, demo, bench):
        module.add_commands(app)
    return set(typer.main.get_command(app).commands)  # type: ignore[attr-defined]


@pytest.mark.parametrize("document", PAGES, ids=named)
def test_every_command_that_is_named_exists(document: Path) -> None:
    """`tokbridge word` in code, or at the start of a line of a block."""
    text = document.read_text()
    used = re.findall(r"(?:`|^ *|\.venv/bin/|cli\.main )tokbridge ([a-z]+)", text, re.MULTILINE)
    assert set(used) <= commands()


def test_the_commands_are_all_known() -> None:
    assert {"serve", "web", "worker", "check", "authorise", "demo", "orders"} <= commands()


def test_operations_tells_of_every_problem_what_the_program_tells() -> None:
    document = (ROOT / "docs" / "operations.md").read_text()
    rows = [line for line in document.splitlines() if line.startswith("| `") and line.count(" | ") == 4]
    assert rows == [
        f"| `{code}` | {what.title} | {what.explanation} | {what.actor.value} | {what.fix} |"
        for code, what in KINDS.items()
    ]
