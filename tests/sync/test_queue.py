"""Wake-ups of orders, in the real engine."""

from __future__ import annotations

import uuid

from tokbridge.sync import queue


def test_waking_asks_for_a_look_at_each_order() -> None:
    """The engine may hold what other tests, or an earlier run, have left there."""
    why = f"a test {uuid.uuid4()}"
    queue.wake([41, 42], why)
    mine = [task for task in queue.huey.pending() if task.args[1:] == (why,)]
    assert sorted(task.args[0] for task in mine) == [41, 42]
