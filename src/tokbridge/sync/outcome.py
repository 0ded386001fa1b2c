"""What came of what a person asked: done, blocked with the problem, or still waiting; and waiting for that."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.db.models import Q

from tokbridge.core.status import Status
from tokbridge.records.models import Instruction, Order, Parcel, Problem, Store
from tokbridge.sync.desk import Asked
from tokbridge.sync.prepare import prepare_store
from tokbridge.sync.rounds import PREPARE_EVERY
from tokbridge.sync.work import work

PATIENCE = 60.0  # seconds a person waits at most; the flow goes on without him
WORKER_STARTS = 3.0  # seconds within which a running worker has taken up a woken order
LOOK_EVERY = 0.1

PASSING = ("retry", "outcome_unknown")  # solved by the flow itself within seconds


class State(StrEnum):
    DONE = "done"
    BLOCKED = "blocked"  # somebody must act
    WAITING = "waiting"  # goes on by itself, later
    WORKING = "working"  # goes on by itself, right now


@dataclass(frozen=True, slots=True)
class Came:
    """What came of it so far. `problem` when blocked."""

    asked: Asked
    state: State
    words: str
    problem: Problem | None = None


def came(asked: Asked) -> Came:
    """How it stands now."""
    if asked.refused:
        return Came(asked, State.BLOCKED, asked.refused)
    row = Order.objects.get(pk=asked.order_id)
    done = _done(asked, row)
    if done:
        return Came(asked, State.DONE, done)
    now = time.time()
    if row.lease_until > now or (row.due_at is not None and row.due_at <= now):
        return Came(asked, State.WORKING, row.reason)
    problem = _problem(asked)
    if problem is None:
        return Came(asked, State.WAITING, row.reason)
    if problem.code in PASSING:
        return Came(asked, State.WAITING, problem.words, problem)
    return Came(asked, State.BLOCKED, problem.words, problem)


def _done(asked: Asked, row: Order) -> str:
    """In a few words what was done; "" when it is not done yet."""
    if asked.verb in {"archive", "restore"}:
        return f"{asked.verb}d"
    if asked.verb == "ship":
        parcel = Parcel.objects.get(pk=int(asked.subject))
        told = parcel.number and parcel.tiktok_number == parcel.number
        return f"TikTok has parcel {parcel.number} as package {parcel.package_id}" if told else ""
    wish = Instruction.objects.get(pk=int(asked.subject.removeprefix("wish ")))
    if wish.done_at is None and asked.verb in {"reject", "cancel"} and row.status == Status.CANCELLED:
        result = "TikTok shows it as cancelled"  # by somebody else, while it was on its way
        Instruction.objects.filter(pk=wish.pk, done_at__isnull=True).update(done_at=time.time(), result=result)
        return result
    return wish.result if wish.done_at is not None else ""


def _problem(asked: Asked) -> Problem | None:
    """The open problem that stands in the way of this request, seen since it was made."""
    mine = Q(subject=asked.subject) | Q(step="block", subject="", code="unreadable")
    if asked.verb == "create":
        mine = Q(step__in=["create", "look for order", "look", "block"], subject="")
    seen = Problem.objects.filter(mine, order_id=asked.order_id, closed_at__isnull=True, last_at__gte=asked.at)
    return min(seen, key=lambda problem: (problem.code in PASSING, problem.first_at), default=None)


def follow(asked: Sequence[Asked], settled: Callable[[Came], None], patience: float = PATIENCE) -> list[Came]:
    """Wait until each request is done, blocked or waiting for something later; `settled` hears of each as it happens.

    When no worker takes the orders up within 3 s, this process does the work itself, so it also goes alone.
    """
    give_up = time.monotonic() + patience
    asked_at = time.monotonic()
    alone = False
    result: dict[int, Came] = {}
    while len(result) < len(asked):
        for place, item in enumerate(asked):
            if place in result:
                continue
            now = came(item)
            if now.state is State.WORKING and alone and _untouched(item):
                _prepare_stores()
                work(item.order_id, "command line")
                now = came(item)
            if now.state in {State.DONE, State.BLOCKED} or time.monotonic() > give_up or _later(now, give_up):
                result[place] = now
                settled(now)
        if len(result) < len(asked):
            waiting = [item for place, item in enumerate(asked) if place not in result]
            alone = alone or (time.monotonic() - asked_at > WORKER_STARTS and any(map(_untouched, waiting)))
            time.sleep(LOOK_EVERY)
    return [result[place] for place in range(len(asked))]


def _prepare_stores() -> None:
    """What must exist in a store before its first order; otherwise a worker's first round sees to it."""
    for store_id in Store.objects.filter(prepare_at=0).values_list("pk", flat=True):
        Store.objects.filter(pk=store_id).update(prepare_at=time.time() + PREPARE_EVERY)
        prepare_store(store_id)


def _untouched(asked: Asked) -> bool:
    """Due, and nobody works on it."""
    now = time.time()
    return Order.objects.filter(pk=asked.order_id, due_at__lte=now, lease_until__lt=now).exists()


def _later(now: Came, give_up: float) -> bool:
    """It waits for something that will not come while the person waits."""
    if now.state is not State.WAITING:
        return False
    due_at = Order.objects.values_list("due_at", flat=True).get(pk=now.asked.order_id)
    return due_at is None or due_at - time.time() > give_up - time.monotonic()
