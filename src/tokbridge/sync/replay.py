"""Trying orders again at once, after somebody has changed what stood in their way: a run, however many they are."""

from __future__ import annotations

import secrets
from collections.abc import Sequence

from tokbridge.records.models import User
from tokbridge.sync.runs import start_replay


def replay(order_ids: Sequence[int], *, by: User | None, cause: str, chosen: str, after: float = 0) -> int:
    """Start a run over these orders, if there are any; returns how many they are. The rest as `runs.start_replay`."""
    if not order_ids:
        return 0
    return start_replay(
        order_ids, token=secrets.token_urlsafe(24), by=by, chosen=chosen, cause=cause, after=after
    ).total
