"""What a user keeps of the Orders list: which columns are shown, and questions under a name."""

from __future__ import annotations

from urllib.parse import parse_qsl

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tokbridge.records.models import SavedView, User
from tokbridge.web.columns import BY_KEY, USUAL
from tokbridge.web.wanted import Wanted

MOST_VIEWS = 100
LONGEST = 1000  # letters of a question


@require_POST
def columns(request: HttpRequest) -> HttpResponse:
    """Keep the ticked columns; none, or the usual ones, is the list as it comes."""
    user = _user(request)
    ticked = [key for key in BY_KEY if key in request.POST.getlist("column")]
    user.columns = [] if tuple(ticked) == USUAL else ticked
    user.save(update_fields=["columns"])
    return _back(request)


@require_POST
def save_view(request: HttpRequest) -> HttpResponse:
    """Keep the question that the list answers; an old one of the same name is replaced."""
    user = _user(request)
    name = request.POST.get("name", "").strip()[:60]
    query = _question(request)
    if not name:
        messages.error(request, _("Nothing was saved: a view needs a name."))
    elif len(query) > LONGEST:
        messages.error(request, _("Nothing was saved: the filters are too long to be kept."))
    elif user.saved_views.exclude(name=name).count() >= MOST_VIEWS:
        messages.error(request, _("Nothing was saved: you have %s views already. Delete one first.") % MOST_VIEWS)
    else:
        SavedView.objects.update_or_create(user=user, name=name, defaults={"query": query})
    return _back(request)


@require_POST
def delete_view(request: HttpRequest, view_id: int) -> HttpResponse:
    SavedView.objects.filter(user=_user(request), pk=view_id).delete()
    return _back(request)


def _user(request: HttpRequest) -> User:
    if not isinstance(request.user, User):
        raise Http404
    return request.user


def _question(request: HttpRequest) -> str:
    """The address that the form was on, as we write it ourselves."""
    asked = QueryDict(mutable=True)
    asked.update(dict(parse_qsl(request.POST.get("query", "")[:4000])))
    return Wanted.read(asked).query()


def _back(request: HttpRequest) -> HttpResponse:
    return redirect(f"/?{_question(request)}")
