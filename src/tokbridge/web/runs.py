"""Runs to look at: one with its progress and the result of each order, and all of them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_POST, require_safe

from tokbridge.core.problems import kind
from tokbridge.records.models import ItemState, Run, RunState
from tokbridge.sync import runs
from tokbridge.sync.asked import NotPossible
from tokbridge.web import words
from tokbridge.web.acting import ACTIONS, acting, may_act
from tokbridge.web.actions import is_token, new_token, user_of
from tokbridge.web.product_lists import KINDS
from tokbridge.web.run_results import page_of, state_of
from tokbridge.web.tabs import TABS
from tokbridge.web.tongue import told

PAGE = 50
WHOLE: words.Words = {"fetch": _lazy("Fetch orders"), "products": _lazy("Read products")}  # runs without items
OVER = 286  # htmx polls no further after this status


@dataclass(frozen=True, slots=True)
class Shown:
    """A run as pages tell it. `done` of `total`: orders that are settled, what a reading has stored, or how many of the
    named orders it has found; `percent` None: nobody knows yet how many there are. `failed`: so many orders. `idle`:
    whole minutes for which no worker has looked at it, 0 when one does."""

    run: Run
    title: str
    chosen: str
    done: int
    total: int
    percent: int | None
    failed: int
    idle: int

    @property
    def whole(self) -> bool:
        """It reads whole sides, so no order has a result of its own."""
        return self.run.verb in WHOLE

    @property
    def over(self) -> bool:
        return self.run.ended_at is not None


def shown(run: Run, counts: Mapping[str, int] | None = None) -> Shown:
    """`counts`: its orders by state, all but the done ones; asked for when they are not given."""
    idle = int(runs.unattended(run) // 60)
    if run.verb in WHOLE:
        accounts = run.progress.get("accounts", [])
        done, named = sum(one["stored"] for one in accounts), run.args.get("ids", [])
        total = len(named) or sum(one["total"] for one in accounts)
        chosen = _fetched(run.args) if run.verb == "fetch" else _("both sides")
        return Shown(run, str(WHOLE[run.verb]), chosen, done, total, _percent(run, accounts), 0, idle)
    counted = counts if counts is not None else runs.counts(run)
    done = run.total - counted.get(ItemState.WAITING, 0) - counted.get(ItemState.ASKED, 0)
    percent = int(100 * done / run.total) if run.total else 100
    title = str(ACTIONS[run.verb].title) if run.verb in ACTIONS else _("Try again")
    failed = sum(counted.get(state, 0) for state in runs.FAILED)
    return Shown(run, title, chosen_words(run.chosen), done, run.total, percent, failed, idle)


def _percent(run: Run, accounts: Sequence[Mapping[str, Any]]) -> int | None:
    """How much of a reading is done; what could not be read is not, however the run has ended."""
    if run.state == RunState.FINISHED:
        return 100
    parts = [_share(one) for one in accounts]
    if not any(parts):
        return 0 if run.ended_at else None
    return int(100 * sum(parts) / len(parts))


def _share(one: Mapping[str, Any]) -> float:
    if one["done"] and not one["words"]:
        return 1.0
    settled = one["stored"] + len(one.get("without", ()))
    return float(settled / one["total"]) if one["total"] else 0.0


def all_shown(found: Sequence[Run]) -> list[Shown]:
    """Many of them, without counting what is done in those that are over."""
    left = runs.left_of([run for run in found if run.ended_at is not None])
    return [shown(run, left.get(run.pk)) for run in found]


def _fetched(what: dict[str, Any]) -> str:
    if "ids" in what:
        return _("by id: %s") % ", ".join(what["ids"][:3]) + (" …" if len(what["ids"]) > 3 else "")
    return _("a range of dates") if "start" in what else _("what is new")


def chosen_words(chosen: str) -> str:
    if chosen == "carriers":
        return _("parcels that waited for their carrier")
    if chosen == "links":
        return _("orders that waited for a product")
    if chosen == "parcels":
        return _("named in a table")
    if chosen.startswith("problem "):
        return _("all with the problem “%s”") % told(kind(chosen.removeprefix("problem ")).title)
    if re.fullmatch(r"[0-9]+", chosen):
        return chosen  # one order, by its TikTok id
    found = re.fullmatch(r"tab (\w+)(, filtered)?", chosen)
    if not found:
        return _("selected in the list")
    tab = TABS.get(found[1])
    title = str(tab.title) if tab else found[1]
    return (_("all on the tab %s that fitted a filter") if found[2] else _("all on the tab %s")) % title


def _context(request: HttpRequest, run: Run) -> dict[str, Any]:
    counted = runs.counts(run)
    wanted, after = state_of(request), request.GET.get("after", "")
    states = [wanted] if wanted else [state for state, n in counted.items() if n]
    items, more = page_of(run, states, after)
    whole = shown(run, counted)
    return {
        "section": "activity",
        "shown": whole,
        "run": run,
        "counts": [(state, words.ITEM[state], counted[state]) for state in ItemState.values],
        "state": wanted,
        "items": items,
        "after": after,
        "next": more,
        "kinds": [(kind, title, run.progress.get("kinds", {}).get(kind, 0)) for kind, title in KINDS.items()],
        "failed": whole.failed if run.ended_at else 0,
        "left": counted[ItemState.WAITING] if run.ended_at else 0,
        "may_act": may_act(request),
        "may_stop": may_act(request) and run.state == RunState.RUNNING,
        "token": new_token(),
    }


@require_safe
def run(request: HttpRequest, run_id: int) -> HttpResponse:
    return render(request, "web/runs/page.html", _context(request, _get(run_id)))


@require_safe
def live(request: HttpRequest, run_id: int) -> HttpResponse:
    """The parts that change, for the poll; the last answer ends it."""
    found = _get(run_id)
    status = OVER if found.ended_at else 200
    return render(request, "web/runs/live.html", {**_context(request, found), "live": True}, status=status)


def _get(run_id: int) -> Run:
    return get_object_or_404(Run.objects.defer("orders").select_related("by"), pk=run_id)


@require_POST
@acting
def stop(request: HttpRequest, run_id: int) -> HttpResponse:
    runs.stop(_get(run_id))
    return redirect("run", run_id)


@require_POST
@acting
def again(request: HttpRequest, run_id: int) -> HttpResponse:
    """A new run of what failed, or of what a stopped run left out."""
    found = _get(run_id)
    states = [ItemState.WAITING] if request.POST.get("what") == "left" else runs.FAILED
    token = request.POST.get("token", "")
    if not is_token(token):
        return redirect("run", run_id)
    try:
        return redirect("run", runs.again(found, states, token=token, by=user_of(request)).pk)
    except NotPossible:  # nothing is left to try: somebody was faster, and the page shows it
        return redirect("run", run_id)


@require_safe
def activity(request: HttpRequest) -> HttpResponse:
    """All runs, newest first."""
    before = request.GET.get("before", "")
    found = Run.objects.defer("orders").select_related("by").order_by("-id")
    if re.fullmatch(r"[0-9]{1,18}", before):
        found = found.filter(pk__lt=int(before))
    page = list(found[: PAGE + 1])
    context = {
        "section": "activity",
        "runs": all_shown(page[:PAGE]),
        "before": before,
        "older": page[PAGE - 1].pk if len(page) > PAGE else None,
    }
    return render(request, "web/runs/activity.html", context)


@require_safe
def active(request: HttpRequest) -> HttpResponse:
    """Runs that go on now, beside the heading of the orders."""
    found = [shown(each) for each in runs.open_runs()[:3]]
    return render(request, "web/runs/active.html", {"active": found}, status=200 if found else OVER)
