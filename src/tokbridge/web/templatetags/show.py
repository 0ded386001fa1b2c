"""How moments and amounts are shown."""

from __future__ import annotations

from datetime import datetime

from django import template
from django.utils import timezone
from django.utils.dateformat import format as date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString

from tokbridge.core import money
from tokbridge.web import words

register = template.Library()

EXACT = "l j F Y, H:i:s T"


def local(moment: float) -> datetime:
    """Unix seconds in the zone of whoever looks."""
    return datetime.fromtimestamp(moment, timezone.get_current_timezone())


@register.simple_tag
def moment(seconds: float | None) -> str | SafeString:
    """Short, in the user's zone (of another year the day only); the exact time on hover. None and 0: unknown."""
    if not seconds:
        return "—"
    when = local(seconds)
    short = "j M, H:i" if when.year == timezone.localtime().year else "j M Y"
    return format_html(
        '<time datetime="{}" title="{}">{}</time>', when.isoformat(), date_format(when, EXACT), date_format(when, short)
    )


@register.filter
def amount(minor: int | None, currency: str) -> str:
    """Minor units with thousands separators and the currency: "1,234.50 GBP"; "—" when there is no figure."""
    if minor is None or not currency:
        return "—"
    return f"{plain(minor, currency)} {currency}"


@register.filter
def plain(minor: int, currency: str) -> str:
    """As `amount`, without the currency and with a real minus sign."""
    whole, dot, part = money.show(abs(minor), currency).partition(".")
    return f"{'−' if minor < 0 else ''}{int(whole):,}{dot}{part}"


@register.filter
def word(key: str, of: str) -> str:
    """The text for a stored word: `{{ parcel.origin|word:"ORIGIN" }}` (tables in `web.words`)."""
    return words.word(getattr(words, of), key)
