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

from tokbridge.core.days import FIRST_DAY, LAST_DAY, day
from tokbridge.records.models import Account
from tokbridge.sync import runs
from tokbridge.sync.asked import NotPossible
from tokbridge.web.acting import acting
from tokbridge.web.actions import new_token, user_of
from tokbridge.web.tongue import told

MOST_IDS = 500


class WrongField(NotPossible):
    """What stands in the form's input of this name cannot be fetched."""

    def __init__(self, field: str, words: str) -> None:
        super().__init__(words)
        self.field = field


@require_http_methods(["GET", "HEAD", "POST"])
@acting
def fetch(request: HttpRequest) -> HttpResponse:
    given = request.POST if request.method == "POST" else request.GET
    errors = {}
    if request.method == "POST":
        try:
            what = read(given)
            token = given.get("token", "")
            if not 16 <= len(token) <= 64:
                raise NotPossible(_("This form is not complete; go back to the orders and start again."))
            return redirect("run", runs.start_fetch(what, token=token, by=user_of(request)).pk)
        except WrongField as wrong:
            errors[wrong.field] = str(wrong)
        except NotPossible as refused:
            errors["form"] = told(str(refused))
    context = {
        "section": "orders",
        "accounts": Account.objects.order_by("name").values_list("shop_id", "name"),
        "given": given,
        "what": given.get("what", "new"),
        "token": given.get("token") or new_token(),
        "errors": errors,
    }
    return render(request, "web/act/fetch.html", context)


def read(given: QueryDict) -> dict[str, Any]:
    """For `runs.start_fetch`. Dates are days in the user's zone, the last one included. Raises `WrongField`."""
    shop = given.get("shop", "")
    what: dict[str, Any] = {"shop": shop} if shop else {}
    if given.get("what") == "range":
        start, end = _day(given, "from"), _day(given, "to")
        if start is None:
            raise WrongField("from", _("Say from which day on."))
        if start > timezone.localdate():
            raise WrongField("from", _("This day lies in the future: no order can have changed on it yet."))
        if end is not None and end < start:
            raise WrongField("to", _("The last day lies before the first."))
        what["start"] = _midnight(start)
        what["end"] = _midnight(end + timedelta(days=1)) if end else None
    elif given.get("what") == "ids":
        ids = list(dict.fromkeys(re.findall(r"[^\s,;]+", given.get("ids", ""))))
        wrong = [one for one in ids if not re.fullmatch(r"[0-9]{6,32}", one)]
        if not ids or len(ids) > MOST_IDS:
            raise WrongField("ids", _("Name one to %d TikTok order ids.") % MOST_IDS)
        if wrong:
            raise WrongField("ids", _("%s is not a TikTok order id: those are digits only.") % wrong[0][:40])
        what["ids"] = ids
    return what


def _day(given: QueryDict, field: str) -> date | None:
    text = given.get(field, "")
    found = day(text)
    if text and found is None:
        words = _("%(given)s is not a date from %(first)s to %(last)s, such as 2026-11-22.")
        raise WrongField(field, words % {"given": text[:40], "first": FIRST_DAY, "last": LAST_DAY})
    return found


def _midnight(of: date) -> int:
    return int(datetime.combine(of, time(), timezone.get_current_timezone()).timestamp())
