"""Wake-ups of orders, in the real engine."""

from __future__ import annotations

from tokbridge.sync import queue


def test_waking_asks_for_a_look_at_each_order() -> None:
    queue.wake([41, 42], "a test")
    mine = [task for task in queue.huey.pending() if task.args[1:] == ("a test",)]
    assert sorted(task.args[0] for task in mine) == [41, 42]
