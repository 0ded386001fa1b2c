"""Where TikTok and the stores send their webhooks. Kept first, answered at once, followed by the workers."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib.auth.decorators import login_not_required
from django.db import OperationalError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from tokbridge.records.models import Event
from tokbridge.sync.events import LARGEST_BODY, NotAccepted, take_store, take_tiktok

DROPPED_MB = 16  # of a body that is too large; what comes after is cut off
PATIENCE_MS = 2000  # a webhook that cannot be kept within this is answered 503, so that it is sent again


@login_not_required
@csrf_exempt
@require_POST
def tiktok(request: HttpRequest) -> HttpResponse:
    return _take(request, lambda body: take_tiktok(request.headers, body))


@login_not_required
@csrf_exempt
@require_POST
def store(request: HttpRequest, store_id: int) -> HttpResponse:
    return _take(request, lambda body: take_store(store_id, request.headers, body))


def _take(request: HttpRequest, take: Callable[[bytes], Event]) -> HttpResponse:
    length = request.headers.get("Content-Length") or "0"
    if not length.isdecimal():
        return JsonResponse({"code": 400, "message": "the Content-Length is not a number"}, status=400)
    body = b"" if int(length) > LARGEST_BODY else request.read(LARGEST_BODY + 1)
    if int(length) > LARGEST_BODY or len(body) > LARGEST_BODY:
        _drop(request)
        return JsonResponse({"code": 413, "message": "the body is larger than 1 MB"}, status=413)
    try:
        with _patience():
            take(body)
    except NotAccepted:
        return JsonResponse({"code": 401, "message": "the signature does not fit"}, status=401)
    except OperationalError:
        return JsonResponse({"code": 503, "message": "busy, send it again"}, status=503, headers={"Retry-After": "5"})
    return JsonResponse({"code": 0})


def _drop(request: HttpRequest) -> None:
    """Let the sender finish, within reason: one that is cut off in the midst of its body never hears the answer."""
    for _ in range(DROPPED_MB):
        if not request.read(1024 * 1024):
            return


class _patience:
    """Waits for SQLite's writer no longer than a webhook may wait."""

    def __enter__(self) -> None:
        if connection.vendor == "sqlite":
            connection.cursor().execute(f"PRAGMA busy_timeout={PATIENCE_MS}")

    def __exit__(self, *_exc: object) -> None:
        if connection.vendor == "sqlite":
            connection.cursor().execute("PRAGMA busy_timeout=30000")
