"""The tags of the icon library, each picture composed once: the library copies and writes out its tree every time, which
took a tenth of a page."""

from __future__ import annotations

from functools import lru_cache

from django import template
from heroicons.templatetags import heroicons as library

register = template.Library()

for _tag in (library.heroicon_micro, library.heroicon_mini, library.heroicon_outline):
    register.simple_tag(lru_cache(maxsize=256)(_tag), name=_tag.__name__)
