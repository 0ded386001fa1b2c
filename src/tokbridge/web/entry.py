"""Logging in: who is not is led there and back, and told what was lost on the way."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode, urlsplit

from django.contrib import messages
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django_htmx.http import HttpResponseClientRedirect

from tokbridge.web.language import language_of

UNDONE = "undone"  # in the log-in page's address: something was sent that nobody was logged in for
_READS = {"GET", "HEAD", "OPTIONS"}


class LogInRequired(LoginRequiredMiddleware):
    """Leads to the log-in, and from there back to where a person can go on: what was only sent is no page to come back
    to, so a form leads back to the page it stood on. A part that a page's script asks for leads the whole page away."""

    def handle_no_permission(  # type: ignore[override]  # a part's script is led by a header, not by a status
        self, request: HttpRequest, view_func: Any
    ) -> HttpResponse:
        part = bool(request.headers.get("HX-Request"))
        sent = request.method not in _READS
        back = request.get_full_path()
        if part or sent:
            back = own_path(request, request.headers.get("HX-Current-URL" if part else "Referer", ""))
        query = {REDIRECT_FIELD_NAME: back} | ({UNDONE: "1"} if sent else {})
        address = f"{reverse('login')}?{urlencode(query, safe='/')}"
        return HttpResponseClientRedirect(address) if part else HttpResponseRedirect(address)


def own_path(request: HttpRequest, url: str) -> str:
    """Path and query of an address of this site; the orders' for any other, which is never led to."""
    if not url_has_allowed_host_and_scheme(url, {request.get_host()}, require_https=request.is_secure()):
        return reverse("orders")
    parts = urlsplit(url)
    path = f"{parts.path}?{parts.query}" if parts.query else parts.path
    return path if url_has_allowed_host_and_scheme(path, None) else reverse("orders")


class LogIn(LoginView):
    """Says before and after that what was sent was not done."""

    template_name = "web/login.html"
    redirect_authenticated_user = True

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        return super().get_context_data(**more, undone=UNDONE in self.request.GET)

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        answer = super().form_valid(form)
        if UNDONE in self.request.GET:
            with translation.override(language_of(self.request)):  # of who is logged in since a moment ago
                messages.error(self.request, _("You were logged out, so what you sent was not done. Do it again."))
        return answer
