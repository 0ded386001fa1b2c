"""TikTok's record of an order: to read on the order's page, and as a file. The buyer's fields are masked in both for users
who may not see buyers."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tokbridge.records.models import Document
from tokbridge.web import masking
from tokbridge.web.desk import may_see_buyers
from tokbridge.web.json_tree import tree


@dataclass(frozen=True, slots=True)
class Raw:
    """The record as a tree, or, where it is no JSON, as text. `file`: it can be had as a file."""

    tree: SafeString | None = None
    text: str = ""
    file: bool = False


def shown(raw: str | None, *, sees_buyers: bool) -> Raw:
    """The document for reading. One that is no JSON is shown only to those who may see what it might hold."""
    if raw is None:
        return Raw()
    try:
        return Raw(tree(_read(raw, sees_buyers=sees_buyers)), file=True)
    except ValueError:
        hidden = _("Hidden: it cannot be read, so it is not known where it names the buyer.")
        return Raw(text=raw if sees_buyers else hidden, file=sees_buyers)


@require_safe
def record(request: HttpRequest, order_id: int) -> HttpResponse:
    """What the page shows, as a file: JSON, or text where it is none."""
    kept = get_object_or_404(Document.objects.select_related("order"), order_id=order_id)
    sees_buyers = may_see_buyers(request)
    try:
        found = json.dumps(_read(kept.raw, sees_buyers=sees_buyers), indent=2, ensure_ascii=False)
        sort, ending = "application/json", "json"
    except ValueError:
        if not sees_buyers:
            raise PermissionDenied from None
        found, sort, ending = kept.raw, "text/plain", "txt"
    name = f"tiktok-order-{kept.order.tiktok_id}.{ending}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store"}
    return HttpResponse(found, content_type=f"{sort}; charset=utf-8", headers=headers)


def _read(raw: str, *, sees_buyers: bool) -> Any:
    """Raises `ValueError` when it is no JSON."""
    found: Any = json.loads(raw)
    return found if sees_buyers else masking.document(found)
