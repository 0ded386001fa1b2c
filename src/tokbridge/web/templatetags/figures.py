"""Figures for people: digits grouped as their language does it."""

from __future__ import annotations

from django import template
from django.utils.formats import number_format

register = template.Library()


@register.filter
def figure(number: float, decimals: int = 0) -> str:
    """1234567 -> "1,234,567" in English, "1.234.567" in German."""
    return number_format(number, decimal_pos=decimals, use_l10n=True, force_grouping=True)
