"""Bar charts as SVG. Colours and letters are the stylesheet's; nothing is inline."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from tokbridge.web.numbers import figure

WIDTH, HEIGHT = 720, 230
LEFT, BOTTOM, TOP = 58, 28, 12
GAP = 8


@dataclass(frozen=True, slots=True)
class Bar:
    """`label` stands under it, `title` says it all, `address` is where it leads."""

    value: int
    label: str
    title: str
    address: str


def bars(found: Sequence[Bar], title: str) -> SafeString:
    """A chart with an axis from 0; every bar is a link that says its figure."""
    top = ceiling(max((bar.value for bar in found), default=0))
    plot = HEIGHT - TOP - BOTTOM
    lines = [(TOP + plot - plot * part // 4, figure(top * part // 4)) for part in range(5)]
    axis = format_html_join(
        "",
        '<line class="rule" x1="{}" x2="{}" y1="{}" y2="{}"/><text class="tick" x="{}" y="{}">{}</text>',
        ((LEFT, WIDTH, y, y, LEFT - 8, y + 4, words) for y, words in lines),
    )
    step = (WIDTH - LEFT) / max(1, len(found))
    drawn = format_html_join("", "{}", ((_bar(bar, at, step, top, plot),) for at, bar in enumerate(found)))
    return format_html(
        '<svg class="chart" viewBox="0 0 {} {}" role="group" aria-label="{}">{}{}</svg>',
        WIDTH,
        HEIGHT,
        title,
        axis,
        drawn,
    )


def spark(values: Sequence[int], title: str) -> SafeString:
    """Small bars without letters, for a row of a list."""
    top = max([1, *values])
    width = 100 / max(1, len(values))
    drawn = format_html_join(
        "",
        '<rect x="{}" y="{}" width="{}" height="{}" rx="1"/>',
        (
            (f"{at * width:.1f}", 24 - _height(v, top, 24), f"{width - 1.5:.1f}", _height(v, top, 24))
            for at, v in enumerate(values)
        ),
    )
    return format_html('<svg class="spark" viewBox="0 0 100 24" role="img" aria-label="{}">{}</svg>', title, drawn)


def ceiling(value: int) -> int:
    """The end of an axis with four equal steps of whole numbers: 4, 8, 20, 40, 80, 200 …"""
    if value <= 4:
        return 4
    size: int = 10 ** (len(str(value // 4)) - 1)
    return next(4 * size * n for n in (1, 2, 5, 10, 20) if 4 * size * n >= value)


def _bar(bar: Bar, at: int, step: float, top: int, plot: int) -> SafeString:
    x = LEFT + at * step + GAP / 2
    height = _height(bar.value, top, plot)
    return format_html(
        '<a class="bar{}" href="{}" aria-label="{}"><title>{}</title>'
        '<rect class="hit" x="{}" y="{}" width="{}" height="{}"/>'
        '<rect class="fill" x="{}" y="{}" width="{}" height="{}" rx="3"/>'
        '<text class="day" x="{}" y="{}">{}</text></a>',
        " odd" if at % 2 else "",
        bar.address,
        bar.title,
        bar.title,
        f"{LEFT + at * step:.1f}",
        TOP,
        f"{step:.1f}",
        plot,
        f"{x:.1f}",
        TOP + plot - height,
        f"{step - GAP:.1f}",
        height,
        f"{x + (step - GAP) / 2:.1f}",
        HEIGHT - 8,
        bar.label,
    )


def _height(value: int, top: int, plot: int) -> int:
    """Something is never nothing."""
    return max(1, value * plot // top) if value > 0 else 0
