"""Notes about an order: written by users who may act, read by all who may log in, erased by whoever wrote them."""

from __future__ import annotations

import time

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tokbridge.records.models import LONGEST_NOTE, Note, Order
from tokbridge.web.acting import acting
from tokbridge.web.actions import user_of
from tokbridge.web.numbers import grouped


@require_POST
@acting
def add(request: HttpRequest, order_id: int) -> HttpResponse:
    order = get_object_or_404(Order, pk=order_id)
    text = request.POST.get("text", "").replace("\r\n", "\n").replace("\0", "").strip()
    if not text:
        messages.error(request, _("The note is empty. Write something, then add it."))
    elif len(text) > LONGEST_NOTE:
        messages.error(
            request,
            _("The note has %(n)s characters; a note takes %(most)s. Shorten it, or make it two.")
            % {"n": grouped(len(text)), "most": grouped(LONGEST_NOTE)},
        )
    else:
        Note.objects.create(order=order, by=user_of(request), at=time.time(), text=text)
        return _to_notes(order.pk)
    return redirect("order", order.pk)


@require_POST
@acting
def delete(request: HttpRequest, order_id: int, note_id: int) -> HttpResponse:
    note = get_object_or_404(Note, pk=note_id, order_id=order_id)
    if note.by_id is None or note.by_id != request.user.pk:
        raise PermissionDenied
    note.delete()
    return _to_notes(order_id)


def _to_notes(order_id: int) -> HttpResponseRedirect:
    return HttpResponseRedirect(f"{reverse('order', args=[order_id])}#notes")
