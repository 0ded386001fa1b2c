"""The tabs of the Orders list as HTML, composed in Python as its rows are (`web.cells`): eleven includes in each other took a
tenth of a page."""

from __future__ import annotations

from html import escape

from django import template
from django.utils.safestring import SafeString, mark_safe

from tokbridge.web.tabs import ShownTab

register = template.Library()


@register.simple_tag
def tab(shown: ShownTab) -> SafeString:
    """The link with its count. The tab of what cannot be read hides while nothing is on it."""
    key, address = shown.tab.key, escape(shown.address)
    state = ""
    if shown.current:
        state = ' aria-current="page"'
    elif key == "unreadable" and not shown.tally.n:
        state = " hidden"
    return mark_safe(  # noqa: S308 - keys are ours, everything else is escaped
        f'<a id="tab-{key}" class="tab tab-{key}" href="{address}" hx-get="{address}"{state}>'
        f"{escape(str(shown.tab.title))}{_tally(shown)}</a>"
    )


@register.simple_tag
def fresh_tally(shown: ShownTab) -> SafeString:
    """The count alone, which replaces the one that is shown."""
    return mark_safe(_tally(shown, ' hx-swap-oob="true"'))  # noqa: S308 - as above


def _tally(shown: ShownTab, swap: str = "") -> str:
    some = " data-any" if shown.tally.n else ""
    return f'<span class="count live" id="count-{shown.tab.key}"{swap}{some}>{escape(str(shown.tally))}</span>'
