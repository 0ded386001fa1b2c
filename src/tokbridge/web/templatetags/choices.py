"""What can be chosen in a form. Composed in Python: in templates the choices of a list's filters took a quarter of its time."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from django import template
from django.utils.functional import Promise
from django.utils.safestring import SafeString, mark_safe

register = template.Library()


@register.simple_tag
def options(choices: Iterable[tuple[object, str | Promise]], chosen: object) -> SafeString:
    """An `<option>` for each (value, title); the chosen value is selected."""
    parts = [
        f'<option value="{escape(str(value))}"{" selected" if value == chosen else ""}>{escape(str(title))}</option>'
        for value, title in choices
    ]
    return mark_safe("".join(parts))  # noqa: S308 - both are escaped
