"""What a user sets for himself: the language of the pages, and the zone in which they show every time."""

from __future__ import annotations

import time
from functools import lru_cache
from zoneinfo import available_timezones

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tokbridge.records.models import User

PLACES = ("Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")


@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    user = request.user
    if not isinstance(user, User):
        raise Http404
    language, zone = user.language, user.time_zone
    errors: dict[str, str] = {}
    if request.method == "POST":
        language, zone = request.POST.get("language", ""), request.POST.get("time_zone", "").strip()
        errors = _wrong(user, language, zone)
        if not errors:
            User.objects.filter(pk=user.pk).update(language=language, time_zone=zone)
            with translation.override(language or translation.get_language_from_request(request)):
                messages.success(request, _("Your language and time zone were saved."))
            return redirect("profile")
    context = {
        "section": "profile",
        "language": language,
        "languages": settings.LANGUAGES,
        "zone": zone,
        "zones": zones() if user.time_zone in zones() else (user.time_zone, *zones()),
        "errors": errors,
        "now": time.time(),
    }
    return render(request, "web/profile.html", context)


def _wrong(user: User, language: str, zone: str) -> dict[str, str]:
    """What cannot be saved, by field."""
    errors = {}
    if language and language not in dict(settings.LANGUAGES):
        errors["language"] = _("There is no language “%s” here; choose one of the list.") % language[:20]
    if not zone:
        errors["time_zone"] = _("Choose a time zone.")
    elif zone not in zones() and zone != user.time_zone:
        errors["time_zone"] = _("There is no time zone “%s”; choose one of the list.") % zone[:64]
    return errors


@lru_cache(maxsize=1)
def zones() -> tuple[str, ...]:
    """Those named after a place, and UTC; the others are old names for them."""
    return ("UTC", *sorted(name for name in available_timezones() if name.split("/")[0] in PLACES))
