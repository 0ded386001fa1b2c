"""The Problems page: what stands in the way, by cause; and what can be done about a whole group at once."""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from tokbridge.core.errors import Actor
from tokbridge.core.problems import Kind, kind
from tokbridge.records.models import Account, Connection, Dismissal, Problem, Store
from tokbridge.sync import trouble
from tokbridge.sync.asked import NotPossible
from tokbridge.sync.trouble import Cause, Group
from tokbridge.web import lists
from tokbridge.web.acting import acting
from tokbridge.web.actions import is_token, new_token, user_of
from tokbridge.web.desk import may_see_buyers
from tokbridge.web.lists import address, fields_of
from tokbridge.web.numbers import grouped
from tokbridge.web.rows import fixed_at, foreign, read, refusal
from tokbridge.web.rows import rows as order_rows
from tokbridge.web.runs import Shown, shown

PAGE = 50
ANSWERS = {"many_cancellations": "cancel"}  # code -> the action that a person is asked for


@dataclass(frozen=True, slots=True)
class ShownGroup:
    """`where`: account and store. `platform_code`: the platform's own code, "" for one of ours. `fix`: the page that
    fixes it, "" when there is none. `answer`: the page of the action that ends it, "" when there is none. `orders`: where
    its orders are listed; `in_list`: the same in the Orders list. `replay`: the run that tries them all again at this
    moment."""

    cause: Cause
    about: Kind
    actor: str
    platform_code: str
    where: str
    n: int
    since: float
    last_at: float
    words: tuple[tuple[str, int], ...]
    fix: str
    answer: str
    orders: str
    in_list: str
    dismissal: Dismissal | None = None
    replay: Shown | None = None


@dataclass(frozen=True, slots=True)
class ShownCause:
    """One cause with its group of each account and store, the largest first."""

    groups: list[ShownGroup]

    @property
    def first(self) -> ShownGroup:
        return self.groups[0]

    @property
    def n(self) -> int:
        return sum(group.n for group in self.groups)


@dataclass(frozen=True, slots=True)
class StoppedConnection:
    row: Problem
    connection: Connection
    about: Kind
    words: str
    code: str


@require_safe
def problems(request: HttpRequest) -> HttpResponse:
    found = list(_shown(trouble.groups()))
    context = {
        "section": "problems",
        "stopped": stopped(),
        "causes": _folded(each for each in found if each.actor != Actor.NOBODY),
        "passing": _folded(each for each in found if each.actor == Actor.NOBODY),
        "dismissed": _folded(_shown(trouble.groups(dismissed=True))),
        "seen": time.time(),
        "token": new_token(),
    }
    return render(request, "web/problems/page.html", context)


@require_safe
def group(request: HttpRequest) -> HttpResponse:
    """The orders of one group, the newest problems first, a page at a time."""
    cause = _cause(request.GET)
    found = _shown(trouble.groups(dismissed=cause.dismissal_id is not None))
    this = [each for each in found if each.cause == cause]
    return _listed(request, trouble.problems_of(cause), cause.code, this, address(cause), "group")


@require_safe
def everywhere(request: HttpRequest) -> HttpResponse:
    """The orders of one cause, whatever their account and store; without those put aside."""
    code = _code(request.GET)
    these = [each for each in _shown(trouble.groups()) if each.cause.code == code]
    return _listed(request, trouble.problems_with(code), code, these, lists.everywhere(code), "")


def _listed(
    request: HttpRequest, of_cause: QuerySet[Problem], code: str, groups: list[ShownGroup], own: str, name: str
) -> HttpResponse:
    """`own`: the page's address; `name`: what its forms call it, "" when they lead back to all problems."""
    before = request.GET.get("before", "")
    part = of_cause.filter(pk__lt=int(before)) if re.fullmatch(r"[0-9]{1,18}", before) else of_cause
    found = list(part.order_by("-pk")[: PAGE + 1])
    found, more = found[:PAGE], len(found) > PAGE
    orders = read([problem.order_id for problem in found if problem.order_id is not None])
    about = order_rows(orders, {}, sees_buyers=may_see_buyers(request))
    context = {
        "section": "problems",
        "causes": _folded(groups),
        "from": name,
        "about": kind(code),
        "rows": list(zip(about, found, strict=True)),
        "older": f"{own}&before={found[-1].pk}" if more else "",
        "first": own if before else "",
        "seen": time.time(),
        "token": new_token(),
    }
    return render(request, "web/problems/group.html", context)


@require_POST
@acting
def replay(request: HttpRequest) -> HttpResponse:
    """Start a run over the group's orders and lead to it."""
    cause, token = _cause(request.POST), request.POST.get("token", "")
    if not is_token(token):
        messages.error(request, _("This form is not complete; try again."))
        return _back(request)
    # every group on the page has the page's token
    own = hashlib.sha256(f"{token} {fields_of(cause)}".encode()).hexdigest()
    try:
        return redirect("run", trouble.replay_group(cause, user_of(request), own).pk)
    except NotPossible:
        messages.success(request, _("No order has this problem any more."))
        return _back(request)


@require_POST
@acting
def dismiss(request: HttpRequest) -> HttpResponse:
    note = request.POST.get("note", "").strip()
    if not note:
        messages.error(request, _("Say in a few words why this can be put aside; others will read it."))
        return _back(request)
    seen = request.POST.get("seen", "")
    seen_at = float(seen) if re.fullmatch(r"[0-9]{1,12}(\.[0-9]{1,9})?", seen) else time.time()
    n = trouble.dismiss(_cause(request.POST), note, user_of(request), seen_at)
    messages.success(request, ngettext("%s problem was put aside.", "%s problems were put aside.", n) % grouped(n))
    return redirect("problems")


@require_POST
@acting
def recall(request: HttpRequest) -> HttpResponse:
    n = trouble.recall(_cause(request.POST))
    messages.success(request, ngettext("%s problem is shown again.", "%s problems are shown again.", n) % grouped(n))
    return redirect("problems")


@require_POST
@acting
def try_connection(request: HttpRequest, connection_id: int) -> HttpResponse:
    row = get_object_or_404(Connection, pk=connection_id)
    trouble.try_connection(row.pk)
    messages.success(request, _("%s is tried with the next call.") % row.name)
    return redirect("problems")


def stopped() -> list[StoppedConnection]:
    """Open problems of whole connections, the oldest first."""
    rows = Problem.objects.filter(connection__isnull=False, order=None, closed_at__isnull=True)
    found = []
    for row in rows.select_related("connection").order_by("first_at"):
        about = kind(row.code)
        if row.connection is not None:
            found.append(
                StoppedConnection(
                    row,
                    row.connection,
                    about,
                    "" if row.words == about.explanation else row.words,
                    refusal(row, row.connection),
                )
            )
    return found


def _filters(cause: Cause) -> dict[str, str | int]:
    """The filters of the Orders list that come closest to the group."""
    return {
        "problem" if name == "code" else name: value for name, value in fields_of(cause).items() if name != "dismissal"
    }


def _answer(cause: Cause) -> str:
    """The page that asks for the action that ends the problem, for all of the group's orders."""
    if cause.code not in ANSWERS:
        return ""
    chosen = urlencode({"all": "1", "filter": f"?{urlencode(_filters(cause))}"})
    return f"{reverse('act', args=[ANSWERS[cause.code]])}?{chosen}"


def shown_groups() -> list[ShownGroup]:
    """The open groups for which somebody must act, without the words of the platforms."""
    return [each for each in _shown(trouble.groups(words=False)) if each.actor != Actor.NOBODY]


def _folded(found: Iterable[ShownGroup]) -> list[ShownCause]:
    """Groups of the same cause together, the causes with the most orders first."""
    causes: dict[tuple[str, str], list[ShownGroup]] = {}
    for group in found:
        causes.setdefault((group.cause.code, group.actor), []).append(group)
    return sorted(map(ShownCause, causes.values()), key=lambda cause: -cause.n)


def _shown(found: list[Group]) -> Iterator[ShownGroup]:
    accounts = dict(Account.objects.values_list("pk", "name"))
    stores = dict(Store.objects.values_list("pk", "connection__name"))
    dismissals = Dismissal.objects.select_related("by").in_bulk(
        [one.cause.dismissal_id for one in found if one.cause.dismissal_id is not None]
    )
    going_on = {cause: shown(run) for cause, run in trouble.replays().items()}
    for one in found:
        cause, about = one.cause, kind(one.cause.code)
        names = [accounts.get(cause.account_id, ""), stores.get(cause.store_id or 0, "")]
        yield ShownGroup(
            cause=cause,
            about=about,
            actor=one.actor or about.actor.value,
            platform_code=foreign(cause.code),
            where=" → ".join(filter(None, names)),
            n=one.orders,
            since=one.since,
            last_at=one.last_at,
            words=tuple(pair for pair in one.words if pair[0] != about.explanation),
            fix=fixed_at(cause.code),
            answer=_answer(cause),
            orders=address(cause),
            in_list=f"{reverse('orders')}?{urlencode(_filters(cause))}",
            dismissal=dismissals.get(cause.dismissal_id or 0),
            replay=going_on.get(cause),
        )


def _cause(asked: QueryDict) -> Cause:
    """Raises `Http404` for what cannot name a group."""

    def number(name: str) -> int | None:
        text = asked.get(name, "")
        if text and not re.fullmatch(r"[0-9]{1,18}", text):
            raise Http404(name)
        return int(text) if text else None

    code, account = _code(asked), number("account")
    if account is None:
        raise Http404("account")
    return Cause(code, account, number("store"), number("dismissal"))


def _code(asked: QueryDict) -> str:
    code = asked.get("code", "")
    if not code or len(code) > 60 or "\0" in code:
        raise Http404("code")
    return code


def _back(request: HttpRequest) -> HttpResponseRedirect:
    """To the group's own page when the form stood there and it still has orders, else to all problems."""
    cause = _cause(request.POST)
    if request.POST.get("from") == "group" and trouble.problems_of(cause).exists():
        return HttpResponseRedirect(address(cause))
    return redirect("problems")
