"""JSON as a tree that folds at every level, without a script. Its text, tags taken away, is the JSON itself: what
somebody selects or copies is whole."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import ngettext

_STEP = "  "


def tree(value: Any) -> SafeString:
    """The first level is open."""
    return mark_safe("".join(_node(value, "", "", "")))  # noqa: S308 - every text is escaped below


def _node(value: Any, name: str, pad: str, end: str) -> Iterator[str]:
    """`name`: the key with its colon, as HTML. `end`: what follows the value, a comma or nothing."""
    if not isinstance(value, dict | list) or not value:
        yield f'<div class="leaf">{pad}{name}<span class="{_sort(value)}">{escape(_text(value))}</span>{end}\n</div>'
        return
    first, last = ("{", "}") if isinstance(value, dict) else ("[", "]")
    pairs = list(value.items()) if isinstance(value, dict) else [("", inner) for inner in value]
    count = escape(ngettext("%d entry", "%d entries", len(pairs)) % len(pairs))
    fold = f' data-rest="{count} {last}{end}"'
    yield f"<details{'' if pad else ' open'}><summary{fold}>{pad}{name}{first}\n</summary><div>"
    for at, (key, inner) in enumerate(pairs):
        named = f'<span class="key">{escape(_text(key))}</span>: ' if isinstance(value, dict) else ""
        yield from _node(inner, named, pad + _STEP, "," if at + 1 < len(pairs) else "")
    yield f'</div><span class="close">{pad}{last}{end}\n</span></details>'


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _sort(value: Any) -> str:
    if isinstance(value, str):
        return "text"
    return "none" if value is None or isinstance(value, bool | dict | list) else "number"
