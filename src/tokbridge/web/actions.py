"""Asking for an action: a page that says what will happen on both sides, and the start of its run."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tokbridge.core.errors import OutsideError
from tokbridge.records import names
from tokbridge.records.models import Cancellation, Order, Run, User
from tokbridge.sync import offers, runs, verbs
from tokbridge.sync.act.answer import PENDING
from tokbridge.sync.asked import NotPossible
from tokbridge.web import masking
from tokbridge.web.acting import ACTIONS, Action, Choice, acting
from tokbridge.web.choice import Chosen
from tokbridge.web.desk import may_see_buyers
from tokbridge.web.tongue import told

SHOWN = 20  # of the chosen orders, on the page that asks


@dataclass(frozen=True, slots=True)
class Meant:
    """One of the chosen orders. `why_not`: why the action will refuse it. `answer_by`: until when the buyer's request
    to cancel wants an answer, in Unix seconds."""

    order: Order
    account: str
    customer: str
    why_not: str
    answer_by: int | None


@require_http_methods(["GET", "HEAD", "POST"])
@acting
def ask(request: HttpRequest, verb: str) -> HttpResponse:
    """GET asks, POST starts the run and leads to it."""
    action = ACTIONS.get(verb)
    if action is None or verb == "ship":
        raise Http404
    given = request.POST if request.method == "POST" else request.GET
    chosen = Chosen.read(given)
    if request.method != "POST":
        chosen = chosen.as_it_stands()
    ids = chosen.order_ids(by_buyer=may_see_buyers(request))
    error = ""
    if request.method == "POST":
        try:
            return redirect("run", _start(request, action, chosen, ids).pk)
        except NotPossible as refused:
            error = told(str(refused))
    many = len(ids) > runs.MOST
    if verb in verbs.OPPOSITE:
        with suppress(OutsideError):  # then the deadline is not known yet
            offers.read_requests(ids[:SHOWN])
    context = {
        "section": "orders",
        "action": _with_reasons(action, ids),
        "chosen": chosen,
        "n": len(ids),
        "too_many": many,
        "most": runs.MOST,
        "meant": meant(ids[:SHOWN], verb, sees_buyers=may_see_buyers(request)),
        "more": max(0, len(ids) - SHOWN),
        "token": given.get("token") or new_token(),
        "reason": given.get("reason", ""),
        "error": error,
    }
    return render(request, "web/act/ask.html", context)


def new_token() -> str:
    return secrets.token_urlsafe(24)


def is_token(token: str) -> bool:
    """Whether it may be one of a form's."""
    return 16 <= len(token) <= 64


def user_of(request: HttpRequest) -> User | None:
    return request.user if isinstance(request.user, User) else None


def _start(request: HttpRequest, action: Action, chosen: Chosen, ids: list[int]) -> Run:
    token = request.POST.get("token", "")
    if not is_token(token):
        raise NotPossible(_("This form is not complete; go back to the orders and start again."))
    if action.danger and chosen.filter and request.POST.get("n") != str(len(ids)):
        raise NotPossible(_("Other orders fit the filter now than when you were asked. Look again before it is done."))
    reason = request.POST.get("reason", "") if action.verb in {"reject", "cancel", "decline"} else ""
    if not reason and action.reasons and all(choice.value for choice in action.reasons):
        raise NotPossible(_("Nothing was done: choose a reason, TikTok requires one."))
    return runs.start(
        action.verb,
        ids,
        token=token,
        by=user_of(request),
        chosen=chosen.told,
        reason=reason,
    )


def _with_reasons(action: Action, ids: Sequence[int]) -> Action:
    """Declining needs one of TikTok's reasons, which it is asked for; when it does not answer, none can be chosen, and
    the result will name them."""
    if action.verb != "decline":
        return action
    order = Order.objects.filter(pk__in=ids[:SHOWN], buyer_requests_cancel=True).first()
    try:
        offered = offers.decline_reasons(order.pk) if order else ()
    except OutsideError:
        return action
    return replace(action, reasons=tuple(Choice(one.name, one.text or one.name) for one in offered))


def meant(ids: Sequence[int], verb: str, *, sees_buyers: bool) -> list[Meant]:
    rows = Order.objects.in_bulk(ids)
    accounts = names.accounts()
    pending = Cancellation.objects.filter(
        order_tiktok_id__in=[row.tiktok_id for row in rows.values()], status=PENDING, type="BUYER_CANCEL"
    )
    deadlines = {one.order_tiktok_id: one.answer_by for one in pending}
    return [
        Meant(
            order=rows[pk],
            account=accounts[rows[pk].account_id],
            customer=rows[pk].customer if sees_buyers else masking.name(rows[pk].customer),
            why_not=told(verbs.why_not(rows[pk], verb)) if verb != "validate" else "",
            answer_by=deadlines.get(rows[pk].tiktok_id),
        )
        for pk in ids
    ]


@require_safe
@acting
def menu(request: HttpRequest, order_id: int) -> HttpResponse:
    """What can be asked for one order; the list shows it beside the row, without a script it is a page."""
    order = get_object_or_404(Order, pk=order_id)
    possible = [action for action in ACTIONS.values() if not verbs.why_not(order, action.verb)]
    return render(request, "web/act/menu.html", {"section": "orders", "order": order, "possible": possible})
