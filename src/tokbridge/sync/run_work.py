"""Advancing a run: orders become items, items are asked in chunks, and what came of each is written down.

Each chunk commits what it asked together with its items, under the run's lease: a worker that dies leaves a chunk
either asked or not asked, and whoever goes on asks no order twice.
"""

from __future__ import annotations

import time

import structlog
from django.db import transaction

from tokbridge.core.errors import OutsideError, Retry
from tokbridge.core.problems import kind
from tokbridge.core.saying import say
from tokbridge.records.models import ItemState, Order, Run, RunItem, RunState
from tokbridge.sync.asked import Asked
from tokbridge.sync.limits import ConnectionDown
from tokbridge.sync.outcome import Came, State, came_of
from tokbridge.sync.run_ask import ASK
from tokbridge.sync.run_fetch import advance_fetch
from tokbridge.sync.run_lease import RunLease, RunLost
from tokbridge.sync.run_products import advance_products

LAID_AT_ONCE = 200  # rows in one write transaction
MOST_ASKED = 200  # orders of one run that are on their way at a time: more would only make "stop" late
TURN = 20.0  # seconds a worker stays with one run; then others may have their turn
LOOK_EVERY = 0.5  # seconds between two looks at what is on its way
PATIENCE = 60.0  # an order that waits for something later than this is not waited for
MOST_PATIENCE = 600.0  # seconds after which a run follows an order no longer
PAUSE_AFTER_BUG = 60.0

WHOLE = {"fetch": advance_fetch, "products": advance_products}  # what has no items

log = structlog.get_logger()


def advance(run_id: int) -> None:
    """Do what the run needs now. Harmless when somebody else does so, or when there is nothing to do."""
    lease = RunLease.take(run_id)
    if lease is None:
        return
    next_at, words = time.time() + LOOK_EVERY, ""
    try:
        run = Run.objects.get(pk=run_id)
        WHOLE.get(run.verb, _turn)(run, lease)
    except RunLost:
        log.info("another worker advances the run", run=run_id)
        return
    except OutsideError as error:
        pause = error.after if isinstance(error, Retry | ConnectionDown) and error.after is not None else 15.0
        next_at = time.time() + max(1.0, pause)
        words = say("{code}: {words}", code=error.code, words=error.words)
        log.info("run waits", run=run_id, code=error.code)
    except Exception as error:  # a bug must not stop the worker, and must be seen
        log.exception("unexpected error", run=run_id)
        next_at = time.time() + PAUSE_AFTER_BUG
        words = say("unexpected error: {name}", name=type(error).__name__)
    lease.release(next_at, words)


def _turn(run: Run, lease: RunLease) -> None:
    lay_out(run, lease)
    give_up = time.monotonic() + TURN
    while time.monotonic() < give_up:
        lease.check()
        stopped = Run.objects.values_list("state", flat=True).get(pk=run.pk) != RunState.RUNNING
        moved = settle(run, lease)
        if not stopped:
            moved += ask(run, lease)
        waiting = not stopped and run.items.filter(state=ItemState.WAITING).exists()
        if not waiting and not run.items.filter(state=ItemState.ASKED).exists():
            over = RunState.STOPPED if stopped else RunState.FINISHED
            lease.update(state=over, ended_at=time.time(), total=run.items.count())  # without what was erased meanwhile
            return
        if not moved:
            return


def lay_out(run: Run, lease: RunLease) -> None:
    """The orders that were chosen become items, those that are erased by then left out. Those that are items already
    came first, in the same order."""
    if not run.orders:
        return
    for start in range(0, len(run.orders), LAID_AT_ONCE):
        part = run.orders[start : start + LAID_AT_ONCE]
        ids = [pk for pk, _ in part]
        with transaction.atomic():
            lease.check()
            laid = set(run.items.filter(order_id__in=ids).values_list("order_id", flat=True))
            there = set(Order.objects.filter(pk__in=ids).values_list("pk", flat=True)) - laid
            RunItem.objects.bulk_create([RunItem(run=run, order_id=pk, args=own) for pk, own in part if pk in there])
    lease.update(orders=[])
    run.orders = []


def ask(run: Run, lease: RunLease) -> int:
    """Ask the next orders; returns how many were dealt with."""
    room = MOST_ASKED - run.items.filter(state=ItemState.ASKED).count()
    if room <= 0 or not run.items.filter(state=ItemState.WAITING).exists():
        return 0
    return ASK[run.verb](run, lease, room)


def settle(run: Run, lease: RunLease) -> int:
    """Write down what came of the orders that were asked; returns how many are settled now."""
    items = list(run.items.filter(state=ItemState.ASKED).select_related("order").order_by("id"))
    if not items:
        return 0
    asked = [Asked(item.order_id, item.order.tiktok_id, run.verb, item.asked_at or 0.0, item.subject) for item in items]
    news = [item for item, came in zip(items, came_of(asked), strict=True) if _note(item, came)]
    for start in range(0, len(news), LAID_AT_ONCE):
        with transaction.atomic():
            lease.check()
            lease.write(news[start : start + LAID_AT_ONCE])
    return sum(item.state != ItemState.ASKED for item in news)


def _note(item: RunItem, came: Came) -> bool:
    """Set the item as it stands now; False when it stands as before."""
    before = (item.state, item.words, item.code)
    item.words, item.code = came.words[:500], ""
    if came.state is State.DONE:
        item.state = ItemState.DONE
    elif came.state is State.BLOCKED:
        item.state = ItemState.BLOCKED if came.problem is not None else ItemState.REFUSED
        item.code = came.problem.code if came.problem is not None else ""
    elif _is_later(item, came):
        item.state = ItemState.LATER
        item.words = item.words or kind("retry").fix
    return (item.state, item.words, item.code) != before


def _is_later(item: RunItem, came: Came) -> bool:
    """It waits for something that will not come while somebody looks at the run."""
    now = time.time()
    if came.state is State.WORKING:
        return False
    if now > (item.asked_at or 0) + MOST_PATIENCE:
        return True
    due_at = Order.objects.filter(pk=item.order_id).values_list("due_at", flat=True).first()
    return came.state is State.WAITING and (due_at is None or due_at > now + PATIENCE)
