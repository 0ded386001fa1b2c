"""Figures for people: digits grouped, and per cent written, as their language does it."""

from __future__ import annotations

from django import template

from tokbridge.web import numbers

register = template.Library()

figure = register.filter(numbers.figure)
percent = register.filter(numbers.percent)
