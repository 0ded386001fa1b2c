"""The page for an address that was opened although one can only send something to it."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

NOT_ALLOWED = 405


class MethodNotAllowedPage:
    """Django answers with an empty page, which tells nobody what to do."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer = self._get_response(request)
        if answer.status_code != NOT_ALLOWED or answer.streaming or answer.content:
            return answer
        page = render(request, "405.html", status=NOT_ALLOWED)
        page.headers["Allow"] = answer.headers["Allow"]
        return page
