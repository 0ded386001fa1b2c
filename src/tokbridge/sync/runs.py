"""Runs: one action on many orders, started by a person and advanced by the workers (`sync.run_work`).

What a run does to an order is what `sync.desk` and `sync.shipping` do to one; a run only remembers which orders, and
what came of each.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Count

from tokbridge.core.saying import say
from tokbridge.records import direct
from tokbridge.records.models import ItemState, Order, Run, RunItem, RunState, User
from tokbridge.sync import queue
from tokbridge.sync.asked import NotPossible
from tokbridge.sync.run_lease import LEASE
from tokbridge.sync.shipping import tracking_number
from tokbridge.sync.verbs import VERBS, check_asked

MOST = 50_000  # orders in one run
RUN_VERBS = VERBS | {"validate", "ship"}
FAILED = (ItemState.BLOCKED, ItemState.REFUSED)
PATIENCE = 60.0  # a run that is due and that nobody has taken up for so long has no worker

_KNOWN_AT_ONCE = 500
_ANY_OPEN = "SELECT 1 FROM records_run WHERE ended_at IS NULL LIMIT 1"


def start(
    verb: str,
    order_ids: Iterable[int],
    *,
    token: str,
    by: User | None,
    chosen: str,
    reason: str = "",
    each: Mapping[int, Mapping[str, Any]] | None = None,
) -> Run:
    """Begin a run over these orders, each once, in this order. The same `token` again gives the run it began.

    `chosen`: how the orders were chosen, for people. `each`: what belongs to one order alone; of a shipment
    {"carrier": name or id, "number": tracking number, checked here for its form} and, unless all that is left goes,
    "line_ids": [units]. Raises `NotPossible`.
    """
    if verb not in RUN_VERBS:
        choices = ", ".join(sorted(RUN_VERBS))
        raise NotPossible(say("there is no {name}; a run can {choices}", name=repr(verb), choices=choices))
    if verb in VERBS:
        check_asked(verb, reason)
    own = each or {}
    orders = [[order_id, _own(verb, own.get(order_id, {}))] for order_id in dict.fromkeys(order_ids)]
    args = {"reason": reason} if reason else {}
    return _over(verb, args, orders, token=token, by=by, chosen=chosen)


def start_replay(
    order_ids: Iterable[int],
    *,
    token: str,
    by: User | None,
    chosen: str,
    cause: str,
    group: Mapping[str, Any] | None = None,
    after: float = 0,
) -> Run:
    """Begin to try these orders again, whatever stands in their way. `cause`: what the person did, for each order's
    record. `group`: names the group of problems that they belong to. `after`: seconds until the first is tried, for a
    change that other processes notice only then. Raises `NotPossible`."""
    args = {"cause": cause, **({"group": dict(group)} if group else {})}
    orders: list[list[Any]] = [[order_id, {}] for order_id in dict.fromkeys(order_ids)]
    return _over("replay", args, orders, token=token, by=by, chosen=chosen, after=after)


def start_fetch(what: Mapping[str, Any], *, token: str, by: User | None) -> Run:
    """Begin a fetch. `what`: {"ids": [...]}, or {"start": unix seconds, "end": … or None}, or {} for what is new; with
    "shop" only that TikTok shop."""
    return _create("fetch", dict(what), [], token=token, by=by, chosen="")


def start_products(*, by: User | None) -> Run:
    """Begin to read both sides' products (`sync.run_products`). While that goes on, there is no second one: the one that
    goes on is given."""
    begun = open_products()
    return begun or _create("products", {}, [], token=secrets.token_hex(16), by=by, chosen="")


def open_products() -> Run | None:
    return Run.objects.filter(verb="products", ended_at__isnull=True).first()


def again(run: Run, states: Sequence[str], *, token: str, by: User | None) -> Run:
    """A new run over those orders of `run` that stand in one of these states, with what belonged to each."""
    if run.ended_at is None:
        raise NotPossible("the run is not over yet")
    items = run.items.filter(state__in=states).order_by("id").values_list("order_id", "args")
    orders = [list(pair) for pair in items]
    return _over(run.verb, run.args, orders, token=token, by=by, chosen=run.chosen, again_of=run)


def stop(run: Run) -> None:
    """Ask no further order. What was asked already goes its way and is still followed."""
    Run.objects.filter(pk=run.pk, state=RunState.RUNNING).update(state=RunState.STOPPING, next_at=time.time())
    queue.advance_run(run.pk)


def counts(run: Run) -> dict[str, int]:
    """How many of its orders stand in each state; all of them together are `run.total`."""
    found = dict(run.items.order_by().values_list("state").annotate(n=Count("pk")))
    told = {state.value: found.get(state.value, 0) for state in ItemState}
    told[ItemState.WAITING.value] += run.total - sum(told.values())  # no items yet
    return told


def left_of(ended: Sequence[Run]) -> dict[int, dict[str, int]]:
    """Of runs that are over, by run: how many of their orders stand in each state but "done", states without any left
    out. Reads no item that is done, so a page of runs costs little."""
    found: dict[int, dict[str, int]] = {run.pk: {} for run in ended}
    others = [state for state in ItemState if state is not ItemState.DONE]
    items = RunItem.objects.filter(run__in=found, state__in=others).order_by()
    for run_id, state, n in items.values_list("run", "state").annotate(n=Count("pk")):
        found[run_id][state] = n
    return found


def _own(verb: str, args: Mapping[str, Any]) -> dict[str, Any]:
    if verb != "ship":
        return {}
    own = {"carrier": args.get("carrier", "").strip(), "number": tracking_number(args.get("number", ""))}
    return {**own, "line_ids": list(args["line_ids"])} if "line_ids" in args else own


def _over(verb: str, args: dict[str, Any], orders: list[list[Any]], **more: Any) -> Run:
    """A run over [order id, its own args] of those that there are. `more`: as `_create`. Raises `NotPossible`."""
    if len(orders) > MOST:
        raise NotPossible(
            say(
                "{n} orders are more than one run takes ({most}); narrow the choice",
                n=f"{len(orders):,}",
                most=f"{MOST:,}",
            )
        )
    known = _known(orders)
    if not known:
        raise NotPossible(say("no order was chosen"))
    return _create(verb, args, known, **more)


def _create(
    verb: str,
    args: dict[str, Any],
    orders: list[list[Any]],
    *,
    token: str,
    by: User | None,
    chosen: str,
    again_of: Run | None = None,
    after: float = 0,
) -> Run:
    begun = Run.objects.filter(token=token).first()
    if begun is not None:
        return begun
    now = time.time()
    try:
        with transaction.atomic():
            run = Run.objects.create(
                verb=verb,
                args=args,
                chosen=chosen[:500],
                token=token,
                by=by,
                at=now,
                total=len(orders),
                orders=orders,
                again_of=again_of,
                next_at=now + after,
            )
    except IntegrityError:  # the same form, sent twice at once; or the reading of products
        same = Run.objects.filter(token=token).first()
        return same or Run.objects.get(verb=verb, ended_at__isnull=True)
    if not after:
        transaction.on_commit(lambda: queue.advance_run(run.pk))
    return run


def _known(orders: list[list[Any]]) -> list[list[Any]]:
    """Without ids that no order has."""
    ids = [order_id for order_id, _ in orders]
    known: set[int] = set()
    for first in range(0, len(ids), _KNOWN_AT_ONCE):
        known.update(Order.objects.filter(pk__in=ids[first : first + _KNOWN_AT_ONCE]).values_list("pk", flat=True))
    return [pair for pair in orders if pair[0] in known]


def open_runs() -> list[Run]:
    """Those that are not over, newest first; without their orders. Mostly there are none, and pages ask all the time."""
    if direct.row_of(_ANY_OPEN, []) is None:
        return []
    return list(Run.objects.filter(ended_at__isnull=True).defer("orders").select_related("by").order_by("-id")[:20])


def free_runs_of(worker: str) -> int:
    """As `lease.free_leases_of`, for the runs that a dead worker of this name was advancing."""
    mine = Run.objects.filter(lease_token__startswith=f"{worker}:", ended_at__isnull=True)
    return mine.update(lease_token="", lease_until=0, next_at=time.time())


def unattended(run: Run) -> float:
    """For how many seconds no worker has looked at a run that is due; 0 when one does, or when it is over."""
    if run.ended_at is not None:
        return 0
    now = time.time()
    late = now - max(run.next_at, run.lease_until)
    if late < PATIENCE:
        return 0
    return now - max(run.next_at, run.lease_until - LEASE)


def items_of(run: Run, state: str) -> Any:
    """Those that stand so, with what a list of them shows, in the run's order."""
    found = RunItem.objects.filter(run=run, state=state).select_related("order").order_by("id")
    return found.only("state", "code", "words", "args", "asked_at", "order__tiktok_id", "order__store_number")
