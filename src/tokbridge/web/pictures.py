"""Pictures of products, from what the workers have fetched."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from tokbridge.records.models import Picture

KEPT = 365 * 86400  # seconds; a picture's address never gets another picture


@require_safe
def picture(_request: HttpRequest, key: str) -> HttpResponse:
    row = get_object_or_404(Picture.objects.exclude(kind=""), pk=key)
    answer = HttpResponse(bytes(row.body or b""), content_type=row.kind)
    answer.headers["Cache-Control"] = f"private, max-age={KEPT}, immutable"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer
