"""The result of each order of a run: a page at a time, failed ones first, and all of them as a file."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import override
from django.views.decorators.http import require_safe

from tokbridge.core.problems import kind
from tokbridge.records.models import ItemState, Run, RunItem
from tokbridge.sync.runs import items_of
from tokbridge.web import words
from tokbridge.web.csv_file import STEADY, Value, csv_file
from tokbridge.web.rows import foreign
from tokbridge.web.templatetags.show import local

PAGE = 50
AT_ONCE = 1000
HEAD = (
    "TikTok order",
    "Store order",
    "State",
    "Problem",
    "Result",
    "Carrier",
    "Tracking number",
    "Asked",
)  # of the file
ORDER = (ItemState.BLOCKED, ItemState.REFUSED, ItemState.LATER, ItemState.ASKED, ItemState.DONE, ItemState.WAITING)
"""In which results are told: what failed first."""


@dataclass(frozen=True, slots=True)
class ShownItem:
    item: RunItem
    problem: str  # its title, "" when there is none
    code: str  # the other side's, "" for one of ours


def page_of(run: Run, states: Sequence[str], after: str) -> tuple[list[ShownItem], str]:
    """Up to `PAGE` results in these states; and what the next page comes after, "" when there is none."""
    found = next(_parts(run, states, after, PAGE + 1), [])
    more = f"{found[PAGE - 1].state}-{found[PAGE - 1].pk}" if len(found) > PAGE else ""
    return [ShownItem(item, _problem(item), foreign(item.code)) for item in found[:PAGE]], more


@require_safe
def as_csv(request: HttpRequest, run_id: int) -> HttpResponseBase:
    """All results, or those of one state, in the order of the page; in English, as every export."""
    run = get_object_or_404(Run.objects.defer("orders"), pk=run_id)
    state = state_of(request)
    return csv_file(f"run-{run.pk}", HEAD, _records(run, [state] if state else ORDER))


def state_of(request: HttpRequest) -> str:
    """The state that was asked for, "" for all."""
    state = request.GET.get("state", "")
    return state if state in ItemState.values else ""


def _parts(run: Run, states: Sequence[str], after: str, size: int) -> Iterator[list[RunItem]]:
    """Results in parts of `size`. Each query walks the index `item_state`, however many there are."""
    found = re.fullmatch(r"([a-z]+)-([0-9]{1,18})", after)
    begin = ORDER.index(ItemState(found[1])) if found is not None and found[1] in ItemState.values else 0
    part: list[RunItem] = []
    for place, each in enumerate(ORDER):
        if each not in states or place < begin:
            continue
        last = int(found[2]) if found is not None and each == found[1] else 0
        while True:
            items = list(items_of(run, each).filter(pk__gt=last)[: size - len(part)])
            part += items
            if len(part) < size:
                break
            yield part
            part, last = [], items[-1].pk
    if part:
        yield part


def _records(run: Run, states: Sequence[str]) -> Iterator[list[Value]]:
    zone = timezone.get_current_timezone()  # of whoever asks; a stream is written after the request's middleware

    def written() -> Iterator[list[Value]]:
        for part in _parts(run, states, "", AT_ONCE):
            with timezone.override(zone), override(STEADY):
                records = [_record(item) for item in part]
            yield from records

    return written()


def _record(item: RunItem) -> list[Value]:
    asked = local(item.asked_at) if item.asked_at else None
    return [
        item.order.tiktok_id,
        item.order.store_number or "",
        words.word(words.ITEM, item.state),
        _problem(item),
        item.words,
        item.args.get("carrier", ""),
        item.args.get("number", ""),
        f"{asked:%Y-%m-%d %H:%M:%S}" if asked else "",
    ]


def _problem(item: RunItem) -> str:
    return kind(item.code).title if item.code else ""
