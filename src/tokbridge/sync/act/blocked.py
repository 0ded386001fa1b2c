from __future__ import annotations

from tokbridge.core.errors import Refused
from tokbridge.core.problems import kind


class Blocked(Exception):
    """A step cannot be done until somebody changes something. `code` is one of `core.problems`, `words` says of what."""

    def __init__(self, code: str, words: str) -> None:
        super().__init__(f"{code}: {words}")
        self.code = code
        self.cause_ = Refused(code, words, kind(code).actor)
