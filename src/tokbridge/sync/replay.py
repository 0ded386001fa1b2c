"""Trying orders again at once, after somebody has changed what stood in their way: a run, however many they are."""

from __future__ import annotations

import secrets
from collections.abc import Sequence

from tokbridge.records.models import User
from tokbridge.sync.runs import MOST, start_replay


def replay(order_ids: Sequence[int], *, by: User | None, cause: str, chosen: str, after: float = 0) -> int:
    """Start a run over these orders, if there are any, and one more for every `MOST` of them; returns how many orders
    are tried. The rest as `runs.start_replay`."""
    tried = 0
    for start in range(0, len(order_ids), MOST):
        part = order_ids[start : start + MOST]
        tried += start_replay(
            part, token=secrets.token_urlsafe(24), by=by, chosen=chosen, cause=cause, after=after
        ).total
    return tried
