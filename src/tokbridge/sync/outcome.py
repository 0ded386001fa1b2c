"""What came of what a person asked: done, blocked with the problem, or still waiting; and waiting for that."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from tokbridge.core.saying import say
from tokbridge.core.status import Status
from tokbridge.records.models import Instruction, Order, Parcel, Problem, Store
from tokbridge.sync.asked import DONE_AT_ONCE, Asked
from tokbridge.sync.prepare import prepare_store
from tokbridge.sync.rounds import PREPARE_EVERY
from tokbridge.sync.work import work

PATIENCE = 60.0  # seconds a person waits at most; the flow goes on without him
WORKER_STARTS = 3.0  # seconds within which a running worker has taken up a woken order
LOOK_EVERY = 0.1

PASSING = ("retry", "outcome_unknown")  # solved by the flow itself within seconds
CLEARED = say("nothing stands in its way any more")


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
    return came_of([asked])[0]


def came_of(asked: Sequence[Asked]) -> list[Came]:
    """How each of these stands now: four queries, however many there are."""
    now = time.time()
    rows = Order.objects.in_bulk({item.order_id for item in asked})
    wishes = Instruction.objects.in_bulk({int(item.subject[5:]) for item in asked if item.subject.startswith("wish ")})
    parcels = Parcel.objects.in_bulk({int(item.subject) for item in asked if item.verb == "ship" and item.subject})
    problems: dict[int, list[Problem]] = {}
    for problem in Problem.objects.filter(order_id__in=rows, closed_at__isnull=True):
        problems.setdefault(problem.order_id or 0, []).append(problem)
    return [
        _came(item, rows.get(item.order_id), wishes, parcels, problems.get(item.order_id, []), now) for item in asked
    ]


def _came(
    asked: Asked,
    row: Order | None,
    wishes: Mapping[int, Instruction],
    parcels: Mapping[int, Parcel],
    problems: Sequence[Problem],
    now: float,
) -> Came:
    if asked.refused:
        return Came(asked, State.BLOCKED, asked.refused)
    if row is None:
        return Came(asked, State.BLOCKED, say("it was erased meanwhile"))
    wish = wishes[int(asked.subject[5:])] if asked.subject.startswith("wish ") else None
    if wish is not None and wish.refused:
        return Came(asked, State.BLOCKED, wish.result)
    moving = row.lease_until > now or (row.due_at is not None and row.due_at <= now)
    if asked.verb == "replay":
        done = "" if moving or problems or row.archived_at is not None else CLEARED
    else:
        done = _done(asked, row, wish, parcels[int(asked.subject)] if asked.verb == "ship" else None)
    if done:
        return Came(asked, State.DONE, done)
    if moving:
        return Came(asked, State.WORKING, row.reason)
    if row.archived_at is not None:
        return Came(asked, State.BLOCKED, say("it was archived meanwhile"))
    problem = _problem(asked, problems)
    if problem is None:
        return Came(asked, State.WAITING, row.reason)
    if problem.code in PASSING:
        return Came(asked, State.WAITING, problem.words, problem)
    return Came(asked, State.BLOCKED, problem.words, problem)


def _done(asked: Asked, row: Order, wish: Instruction | None, parcel: Parcel | None) -> str:
    """In a few words what was done; "" when it is not done yet."""
    if parcel is not None:
        told = parcel.number and parcel.tiktok_number == parcel.number
        return (
            say("TikTok has parcel {number} as package {package}", number=parcel.number, package=parcel.package_id)
            if told
            else ""
        )
    if wish is None:
        return DONE_AT_ONCE[asked.verb]
    if wish.done_at is None and asked.verb in {"reject", "cancel"} and row.status == Status.CANCELLED:
        result = say("TikTok shows it as cancelled")  # by somebody else, while it was on its way
        Instruction.objects.filter(pk=wish.pk, done_at__isnull=True).update(done_at=time.time(), result=result)
        return result
    return wish.result if wish.done_at is not None else ""


def _problem(asked: Asked, open_ones: Sequence[Problem]) -> Problem | None:
    """The open problem that stands in the way of this request, seen since it was made."""
    steps = {"create", "look for order", "look", "block"}

    def in_the_way(one: Problem) -> bool:
        if asked.verb == "replay":
            return True
        if asked.verb in {"create", "recreate"}:
            return (one.step in steps and one.subject == "") or (one.step, one.subject) == ("release", asked.subject)
        return one.subject == asked.subject or (one.step, one.subject, one.code) == ("block", "", "unreadable")

    seen = [one for one in open_ones if one.last_at >= asked.at and in_the_way(one)]
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
