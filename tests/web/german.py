"""What is still English in a German page, and what the catalogue has in German."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

from babel.messages.pofile import read_po

from tokbridge.web import urls
from tokbridge.web.sayings import CONTEXT

CATALOGUE = Path(urls.__file__).parent / "locale" / "de" / "LC_MESSAGES" / "django.po"
ENGLISH = re.compile(
    r"\b(?:the|of|and|is|are|were|with|for|from|it|this|that|orders?|which|yet|been|by)\b", re.IGNORECASE
)
DATA = (  # what TikTok, a store or a person wrote
    "Store of Mug Shop UK",
    "Wool cap with a rather long name for a product",
    "Please wrap it.",
    "Buyer changed their mind",
    "Mug Shop UK",
)


class Texts(HTMLParser):
    """What people read or hear of a page: its texts, and the attributes that are shown or read out."""

    SKIPPED = ("script", "style", "pre")
    SPOKEN = ("title", "aria-label", "placeholder", "alt", "data-label")

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self._skips = 0
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._skips += tag in self.SKIPPED
        self.found += [value for name, value in attrs if name in self.SPOKEN and value]

    def handle_endtag(self, tag: str) -> None:
        self._skips -= tag in self.SKIPPED

    def handle_data(self, data: str) -> None:
        if data.strip() and not self._skips:
            self.found.append(data.strip())


def english() -> set[str]:
    """The texts that are said otherwise in German."""
    with CATALOGUE.open("rb") as file:
        found = [(message.id, message.string) for message in read_po(file) if message.id]
    alike = {text for text, other in found if text == other}
    both = [text if isinstance(text, tuple) else (text,) for text, _other in found]
    return {text for pair in both for text in pair} - alike - {"Export", "Problem", "Code", "Tag"}


def left_in(html: str, known: set[str]) -> list[str]:
    """What is still English in a page."""
    left = []
    for text in Texts(html).found:
        bare = text
        for data in DATA:
            bare = bare.replace(data, "")
        if bare.strip(" :.…,·()") in known or ENGLISH.search(bare):
            left.append(text)
    return left


def sayings() -> dict[str, str]:
    """The stored sentences, and each in German."""
    with CATALOGUE.open("rb") as file:
        return {str(each.id): str(each.string) for each in read_po(file) if each.context == CONTEXT}
