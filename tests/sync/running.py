"""Runs and requests in a test: orders for them, the workers that advance them, and a worker that dies."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from tests.sync.world import Crash, World
from tests.tiktok.given import line
from tokbridge.records.models import Order, Run
from tokbridge.sync import run_lease, runs
from tokbridge.sync.asked import Asked
from tokbridge.sync.outcome import Came, follow
from tokbridge.sync.run_lease import RunLease
from tokbridge.sync.run_work import advance
from tokbridge.sync.work import work

_numbers = itertools.count(1)


def take(world: World, n: int, **changes: Any) -> list[Order]:
    """So many orders of two units of MUG-BLUE, each with lines of its own."""
    return [world.take(id=f"5790000000001{next(_numbers):05}", **_own_lines(changes)) for _ in range(n)]


def _own_lines(changes: dict[str, Any]) -> dict[str, Any]:
    fresh = [line(id=f"57900000000020{next(_numbers):05}") for _ in range(2)]
    return {"line_items": fresh, **changes}


def form() -> str:
    """The token of a form that nobody sent yet."""
    return f"form-{next(_numbers)}"


def begin(verb: str, orders: list[Order], **more: Any) -> Run:
    more.setdefault("token", form())
    return runs.start(verb, [order.pk for order in orders], by=None, chosen="selected", **more)


def states(run: Run) -> list[str]:
    return list(run.items.order_by("id").values_list("state", flat=True))


def carry(world: World, run: Run) -> Run:
    """Workers do what is to do, until the run is over."""
    for _ in range(50):
        advance(run.pk)
        while world.woken:
            work(world.woken.pop(), "worker")
        run.refresh_from_db()
        if run.ended_at is not None:
            return run
    raise AssertionError(f"the run does not end: {runs.counts(run)}, {run.words}")


def carry_all(world: World) -> None:
    """As `carry`, with every run that is open, also those that were begun for later."""
    for run in Run.objects.filter(ended_at=None).order_by("id"):
        world.clock.sleep(max(0.0, run.next_at - world.clock()))
        carry(world, run)


def die_at(monkeypatch: pytest.MonkeyPatch, nth: int) -> None:
    """The worker dies when it renews the lease of a run for the nth time: nothing after it is done."""
    real, count = RunLease.check, itertools.count(1)

    def check(self: RunLease) -> None:
        if next(count) == nth:
            raise Crash
        real(self)

    monkeypatch.setattr(RunLease, "check", check)
    monkeypatch.setattr(RunLease, "release", lambda *_args: None)


def lease_runs_out(world: World) -> None:
    """So much time goes by that a dead worker has no run any more."""
    world.clock.sleep(run_lease.LEASE + 1)


def one(asked: list[Asked], **more: Any) -> Came:
    """What came of the one thing that was asked."""
    (result,) = follow(asked, lambda _came: None, **more)
    return result
