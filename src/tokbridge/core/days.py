"""Days that people name as dates: those that every time zone, a day's end, and TikTok's Unix seconds can tell."""

from __future__ import annotations

from datetime import date

FIRST_DAY, LAST_DAY = date(1971, 1, 1), date(8999, 12, 31)


def day(text: str) -> date | None:
    """The day of a text such as "2026-11-22". None: it is no date, or lies outside of `FIRST_DAY` to `LAST_DAY`."""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if FIRST_DAY <= found <= LAST_DAY else None
