"""What the platforms say stays as it is in every language, and looking for ours in it costs little."""

from __future__ import annotations

import ast
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils.translation import override

from tokbridge import sandbox
from tokbridge.web import tongue
from tokbridge.web.sayings import Form
from tokbridge.web.tongue import told, told_whole


def said_by_platforms() -> Iterator[str]:
    """The sentences of the sandbox's four platforms: their errors, as recorded."""
    for path in sorted(Path(sandbox.__file__).parent.glob("**/*.py")):
        module = ast.parse(path.read_text())
        notes = {id(node.value) for node in ast.walk(module) if isinstance(node, ast.Expr)}
        for node in ast.walk(module):
            text = node.value if isinstance(node, ast.Constant) and id(node) not in notes else None
            if isinstance(text, str) and " " in text.strip() and text == text.strip():
                yield text


def test_what_platforms_say_is_never_taken_for_ours() -> None:
    texts = set(said_by_platforms()) - {"fulfilled by TikTok"}  # which the flow says as well
    assert len(texts) > 100
    with override("de"):
        assert [text for text in texts if told(text) != text] == []
        assert [text for text in texts if told(f"http 400: {text}") != f"http 400: {text}"] == []


@pytest.mark.parametrize(
    "text",
    ["scope of the request is too wide", "right of way", "Too many units", "code is not valid", "10 units of it"],
)
def test_a_platforms_sentence_that_begins_or_ends_like_ours_stays(text: str) -> None:
    with override("de"):
        assert told(text) == text


def test_the_stores_own_titles_stay_and_ours_is_told() -> None:
    with override("de"):
        assert (told_whole("disabled in Magento"), told_whole("10 units"), told_whole("")) == (
            "in Magento deaktiviert",
            "10 units",
            "",
        )
    with override("en"):
        assert told_whole("disabled in Magento") == "disabled in Magento"


@pytest.mark.parametrize(
    "text",
    [
        "The order could not be found: please check the id (42) and try again, or contact support; request 2026112200.",
        "Nobody has seen this sentence. " * 16,
        "(" * 900,
    ],
)
def test_a_sentence_nobody_has_seen_costs_less_than_two_milliseconds(text: str) -> None:
    times = []
    with override("de"):
        told("warm")  # the forms are made once for each process
        for _ in range(20):
            tongue._told.cache_clear()
            tongue._whole.cache_clear()
            begun = time.perf_counter()
            told(text)
            times.append(time.perf_counter() - begun)
    assert min(times) < 0.002


@pytest.mark.parametrize("text", ["a: b; " * 160, "A; b (c): " * 95, "x: " * 300, "it is on; " * 95, "(a; b): " * 120])
def test_no_sentence_makes_it_look_again_and_again(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    looks = []
    fits = Form.values
    monkeypatch.setattr(Form, "values", lambda form, said: looks.append(said) or fits(form, said))
    tongue._told.cache_clear()
    tongue._whole.cache_clear()
    with override("de"):
        told(text)
    assert len(looks) < 50_000
