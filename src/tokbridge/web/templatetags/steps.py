"""What is still to do before the first order, told on every page that has nothing to show because of it."""

from __future__ import annotations

from django import template

from tokbridge.web.connected import steps_left

register = template.Library()


@register.inclusion_tag("web/parts/first.html")
def first_steps() -> dict[str, int]:
    """Leads to the Overview page, which lists the steps; nothing once an order can be carried."""
    return {"left": steps_left()}
