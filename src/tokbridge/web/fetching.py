"""Fetch orders: what is new, a range of dates, or named ids."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tokbridge.records.models import Account
from tokbridge.sync import runs
from tokbridge.sync.asked import NotPossible
from tokbridge.web.acting import acting
from tokbridge.web.actions import new_token, user_of
from tokbridge.web.tongue import told

MOST_IDS = 500


@require_http_methods(["GET", "HEAD", "POST"])
@acting
def fetch(request: HttpRequest) -> HttpResponse:
    given = request.POST if request.method == "POST" else request.GET
    error = ""
    if request.method == "POST":
        try:
            what = read(given)
            token = given.get("token", "")
            if not 16 <= len(token) <= 64:
                raise NotPossible(_("This form is not complete; go back to the orders and start again."))
            return redirect("run", runs.start_fetch(what, token=token, by=user_of(request)).pk)
        except NotPossible as refused:
            error = told(str(refused))
    context = {
        "section": "orders",
        "accounts": Account.objects.order_by("name").values_list("shop_id", "name"),
        "given": given,
        "what": given.get("what", "new"),
        "token": given.get("token") or new_token(),
        "error": error,
    }
    return render(request, "web/act/fetch.html", context)


def read(given: QueryDict) -> dict[str, Any]:
    """For `runs.start_fetch`. Dates are days in the user's zone, the last one included. Raises `NotPossible`."""
    shop = given.get("shop", "")
    what: dict[str, Any] = {"shop": shop} if shop else {}
    if given.get("what") == "range":
        start, end = _day(given.get("from", "")), _day(given.get("to", ""))
        if start is None:
            raise NotPossible(_("Say from which day on."))
        if end is not None and end < start:
            raise NotPossible(_("The last day lies before the first."))
        what["start"] = _midnight(start)
        what["end"] = _midnight(end + timedelta(days=1)) if end else None
    elif given.get("what") == "ids":
        ids = list(dict.fromkeys(re.findall(r"[^\s,;]+", given.get("ids", ""))))
        wrong = [one for one in ids if not re.fullmatch(r"[0-9]{6,32}", one)]
        if not ids or len(ids) > MOST_IDS:
            raise NotPossible(_("Name one to %d TikTok order ids.") % MOST_IDS)
        if wrong:
            raise NotPossible(_("%s is not a TikTok order id: those are digits only.") % wrong[0][:40])
        what["ids"] = ids
    return what


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise NotPossible(_("%s is not a date such as 2026-11-22.") % text[:40]) from error


def _midnight(day: date) -> int:
    return int(datetime.combine(day, time(), timezone.get_current_timezone()).timestamp())
