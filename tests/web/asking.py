"""Asking for actions in a test: the form that is sent, the run that it begins, and what comes of its orders."""

from __future__ import annotations

import re
import time
from typing import Any

from django.test import Client

from tokbridge.records.models import Order, Run, RunItem, RunState

TOKEN = "a-token-of-a-form-1"


def post(client: Client, address: str, **data: Any) -> Run:
    """Send a form; the run that it begins."""
    answer = client.post(address, {"token": TOKEN, **data})
    assert answer.status_code == 302, answer.content.decode()
    return Run.objects.get(pk=int(answer.headers["Location"].strip("/").split("/")[-1]))


def hidden(html: str) -> dict[str, str]:
    """What the form of a page sends by itself."""
    return dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', html))


def made(run: Run, rows: list[Order], state: str, **more: Any) -> None:
    """These orders came to a state; the run has no others left."""
    RunItem.objects.bulk_create([RunItem(run=run, order=row, state=state, **more) for row in rows])
    Run.objects.filter(pk=run.pk).update(orders=[])


def finish(run: Run, state: str = RunState.FINISHED) -> None:
    Run.objects.filter(pk=run.pk).update(state=state, ended_at=time.time())
