"""Addresses of the Orders list, for the figures that stand for some of its orders."""

from __future__ import annotations

from urllib.parse import urlencode

from django.urls import reverse


def orders(**asked: str | int) -> str:
    """The Orders list with these filters."""
    return f"{reverse('orders')}?{urlencode(asked)}"
