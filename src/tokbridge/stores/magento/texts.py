"""What Magento can keep of a text: three-byte UTF-8 and a limited length (reference magento-rest.md 6, 7). Pure."""

from __future__ import annotations

import re

from tokbridge.core.errors import Actor, Refused
from tokbridge.core.saying import say

# Emoji and rare CJK signs have four bytes; 2.4.4 and 2.4.7 store them as "????". Joiners and variants that belong to
# an emoji go with it, so that one emoji becomes one sign.
_FOUR_BYTES = re.compile("[\U00010000-\U0010ffff][\ufe0f\u200d\U00010000-\U0010ffff]*")
REPLACEMENT = "?"

MAX_NUMBER = 32  # increment_id of 2.4.4; 50 since 2.4.5, but the version can't be told over REST
MAX_EXT_ID = 32
MAX_TEXT = 255
MAX_CARRIER = 32


def storable(text: str) -> str:
    """Each run of four-byte characters as one "?"."""
    return _FOUR_BYTES.sub(REPLACEMENT, text)


def short(text: str, most: int = MAX_TEXT) -> str:
    """For shown texts only, never for something that is looked up: what is too long ends in an ellipsis."""
    kept = storable(text).strip()
    return kept if len(kept) <= most else kept[: most - 1].rstrip() + "…"


def identifying(what: str, text: str, most: int) -> str:
    """A text that must come back as it was sent: Magento cuts longer ones without a word. Raises Refused."""
    if not text or len(text) > most or storable(text) != text:
        raise Refused(
            "too_long",
            say(
                "Magento keeps at most {most} characters of the {what}, without emoji: {text} has {n}."
                " Shorten the number prefix.",
                most=most,
                what=what,
                text=repr(text[:60]),
                n=len(text),
            ),
            Actor.OPERATOR,
        )
    return text
