"""The Problems page: what stands in the way, by cause; and what can be done about a whole group at once."""

from __future__ import annotations

import hashlib
import re
import time

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from tokbridge.core.errors import Actor
from tokbridge.core.problems import kind
from tokbridge.records.models import Connection, Problem
from tokbridge.sync import trouble
from tokbridge.sync.asked import NotPossible
from tokbridge.sync.trouble import Cause
from tokbridge.web import lists
from tokbridge.web.acting import acting
from tokbridge.web.actions import is_token, new_token, user_of
from tokbridge.web.desk import may_see_buyers
from tokbridge.web.lists import address, fields_of
from tokbridge.web.numbers import grouped
from tokbridge.web.problem_groups import ShownGroup, folded, shown_of, stopped
from tokbridge.web.rows import read
from tokbridge.web.rows import rows as order_rows

PAGE = 50


@require_safe
def problems(request: HttpRequest) -> HttpResponse:
    found = list(shown_of(trouble.groups()))
    context = {
        "section": "problems",
        "stopped": stopped(),
        "causes": folded(each for each in found if each.actor != Actor.NOBODY),
        "passing": folded(each for each in found if each.actor == Actor.NOBODY),
        "dismissed": folded(shown_of(trouble.groups(dismissed=True))),
        "seen": time.time(),
        "token": new_token(),
    }
    return render(request, "web/problems/page.html", context)


@require_safe
def group(request: HttpRequest) -> HttpResponse:
    """The orders of one group, the newest problems first, a page at a time."""
    cause = _cause(request.GET)
    found = shown_of(trouble.groups(dismissed=cause.dismissal_id is not None))
    this = [each for each in found if each.cause == cause]
    return _listed(request, trouble.problems_of(cause), cause.code, this, address(cause), "group")


@require_safe
def everywhere(request: HttpRequest) -> HttpResponse:
    """The orders of one cause, whatever their account and store; without those put aside."""
    code = _code(request.GET)
    these = [each for each in shown_of(trouble.groups()) if each.cause.code == code]
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
        "causes": folded(groups),
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
