"""How moments, amounts and stored texts are shown."""

from __future__ import annotations

import time
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from html import escape

from django import template
from django.utils import timezone
from django.utils.dateformat import format as date_format
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, pgettext

from tokbridge.web import numbers, tongue, words

register = template.Library()


def local(moment: float) -> datetime:
    """Unix seconds in the zone of whoever looks."""
    return datetime.fromtimestamp(moment, timezone.get_current_timezone())


@lru_cache(maxsize=4096)
def _day(day: date, _language: str | None) -> tuple[str, str, str]:
    """A day in words, long, short, and short with its year. Composing them costs more than all else of a moment."""
    return (
        date_format(day, pgettext("date format: weekday, day, month, year", "l j F Y")),
        date_format(day, pgettext("date format: day and short month", "j M")),
        date_format(day, pgettext("date format: day, short month, year", "j M Y")),
    )


class Moments:
    """Moments in words, for whoever looks now: zone, language and year are looked up once and not per moment."""

    def __init__(self) -> None:
        self._zone = timezone.get_current_timezone()
        self._language = get_language()
        self._year = datetime.fromtimestamp(time.time(), self._zone).year

    def exact(self, seconds: float) -> str:
        """ "Tuesday 14 November 2023, 23:13:20 CET"."""
        when = datetime.fromtimestamp(seconds, self._zone)
        return f"{_day(when.date(), self._language)[0]}, {when:%H:%M:%S} {when.tzname()}"

    def html(self, seconds: float | None) -> str:
        """Short (of another year the day only), the exact time on hover. None and 0: unknown."""
        if not seconds:
            return "—"
        when = datetime.fromtimestamp(seconds, self._zone)
        long, short, with_year = _day(when.date(), self._language)
        shown = f"{short}, {when.hour:02}:{when.minute:02}" if when.year == self._year else with_year
        clock = f"{when.hour:02}:{when.minute:02}:{when.second:02}"
        return (
            f'<time datetime="{when.isoformat(timespec="seconds")}" '
            f'title="{escape(long)}, {clock} {escape(when.tzname() or "")}">{escape(shown)}</time>'
        )


@register.simple_tag
def moment(seconds: float | None) -> str | SafeString:
    """`Moments.html` in a template."""
    return mark_safe(Moments().html(seconds))  # noqa: S308 - escaped there


@register.filter
def weekday(day: date) -> str:
    """ "Tuesday 14 November 2023"."""
    return _day(day, get_language())[0]


@register.simple_tag
def rate(told: str | None, currency: str, base: str | None) -> str:
    """ "1 EUR = 0.85 GBP"; "" when the store told no rate, or when both are the same currency."""
    return f"1 {base} = {numbers.exact(Decimal(told))} {currency}" if told and base != currency else ""


@register.filter
def short_day(day: date) -> str:
    """ "14 Nov"."""
    return _day(day, get_language())[1]


@register.filter
def day_of_year(day: date) -> str:
    """ "14 Nov 2023"."""
    return _day(day, get_language())[2]


amount = register.filter(numbers.amount)
plain = register.filter(numbers.plain)
told = register.filter(tongue.told)
told_whole = register.filter(tongue.told_whole)


@register.filter
def word(key: str, of: str) -> str:
    """The text for a stored word: `{{ parcel.origin|word:"ORIGIN" }}` (tables in `web.words`)."""
    return words.word(getattr(words, of), key)
