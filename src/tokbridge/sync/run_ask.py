"""How a run asks the next of its orders, by verb. Every function deals with one chunk and says how many that were."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence

from django.db import transaction

from tokbridge.core.errors import CredentialRefused, OutsideError, Refused
from tokbridge.core.money import show
from tokbridge.core.plan import Plan
from tokbridge.core.problems import kind
from tokbridge.core.saying import say
from tokbridge.records.models import Binding, BindingState, ItemState, Order, Run, RunItem
from tokbridge.sync import desk, offers, queue, shipping, verbs
from tokbridge.sync.asked import Asked, NotPossible
from tokbridge.sync.desk import AT_ONCE
from tokbridge.sync.dryrun import Verdict, validate
from tokbridge.sync.feeds import DETAILS
from tokbridge.sync.fetching import fetch_named
from tokbridge.sync.run_lease import RunLease
from tokbridge.sync.verbs import VERBS
from tokbridge.tiktok.logistics import Provider

SHIPPED_AT_ONCE = 25  # about seven rows each
VALIDATED_AT_ONCE = 10

Ask = Callable[[Run, RunLease, int], int]


def _waiting(run: Run) -> list[RunItem]:
    return list(run.items.filter(state=ItemState.WAITING).select_related("order").order_by("id")[:AT_ONCE])


def _instruct(run: Run, lease: RunLease, room: int) -> int:
    items = _waiting(run)[:room]
    with transaction.atomic():
        lease.check()
        _put(run, lease, items)
    return len(items)


def _put(run: Run, lease: RunLease, items: Sequence[RunItem], read_since: float | None = None) -> None:
    """Ask the desk for these orders and note it in their items, in the caller's transaction."""
    reason = str(run.args.get("reason", ""))
    ids = [item.order_id for item in items]
    asked = {one.order_id: one for one in desk.instruct(ids, run.verb, reason=reason, by=run.by, read_since=read_since)}
    for item in items:
        _note(item, asked[item.order_id])
    lease.write(items)


def _note(item: RunItem, asked: Asked) -> None:
    item.asked_at, item.subject, item.words = asked.at, asked.subject, asked.refused[:500]
    item.state = ItemState.REFUSED if asked.refused else ItemState.ASKED


def _end(item: RunItem, state: ItemState, words: str, code: str = "") -> None:
    item.state, item.words, item.code, item.asked_at = state, words[:500], code[:60], time.time()


def _sync(run: Run, lease: RunLease, room: int) -> int:
    """Read up to 50 orders of one account from TikTok with one call. An order that is in the store goes on as the desk's
    own "sync" does, which then looks at the store only; for any other that was all."""
    first = run.items.filter(state=ItemState.WAITING).select_related("order").order_by("id")[0]
    same = run.items.filter(state=ItemState.WAITING, order__account_id=first.order.account_id)
    items = list(same.select_related("order").order_by("id")[: min(DETAILS, room)])
    refused = {item.pk: why for item in items if (why := verbs.why_not(item.order, "sync"))}
    wanted = [item for item in items if item.pk not in refused]
    asked_at = time.time()
    words = _read(first.order.account_id, [item.order.tiktok_id for item in wanted], lease)
    fresh = {row.pk: row for row in Order.objects.filter(pk__in=[item.order_id for item in wanted])}
    bound = set(Binding.objects.filter(order_id__in=fresh, state=BindingState.BOUND).values_list("order_id", flat=True))
    go_on, ended = [], []
    for item in items:
        row = fresh.get(item.order_id)
        if row is None:
            _end(item, ItemState.REFUSED, refused[item.pk])
        elif row.read_at < asked_at:
            _end(item, ItemState.REFUSED, words.get(row.tiktok_id, say("TikTok does not know it")))
        elif item.order_id in bound:
            go_on.append(item)
            continue
        else:
            _end(item, ItemState.DONE, desk.READ)
        ended.append(item)
    with transaction.atomic():
        lease.check()
        _put(run, lease, go_on, asked_at)
        lease.write(ended)
        desk.try_again([item.order_id for item in ended if item.state == ItemState.DONE], "sync", desk.READ, run.by)
    return len(items)


def _read(account_id: int, tiktok_ids: Sequence[str], lease: RunLease) -> dict[str, str]:
    """Read these orders; returns TikTok's words by the order that it refuses. Raises `OutsideError` for what passes or
    concerns the whole connection."""
    words = {}
    try:
        for answer in fetch_named(account_id, tiktok_ids, lease.check):
            queue.wake(list(answer.brought.due), say("a person asked to {verb}", verb="sync"))
            if answer.refused is not None:
                words.update(dict.fromkeys(answer.ids, _words(answer.refused)))
    except CredentialRefused:
        raise
    except Refused as error:
        return dict.fromkeys(tiktok_ids, _words(error)) | words
    return words


def _words(error: Refused) -> str:
    return say("{code}: {words}", code=error.code, words=error.words)


def _replay(run: Run, lease: RunLease, room: int) -> int:
    """Whatever stands in their way is tried now."""
    items = _waiting(run)[:room]
    refused = {item.pk: why for item in items if (why := verbs.why_not(item.order, "replay"))}
    tried = [item.order_id for item in items if item.pk not in refused]
    with transaction.atomic():
        lease.check()
        at = desk.try_again(tried, "replay", str(run.args["cause"]), run.by)
        for item in items:
            _note(item, Asked(item.order_id, item.order.tiktok_id, "replay", at, refused=refused.get(item.pk, "")))
        lease.write(items)
    return len(items)


def _ship(run: Run, lease: RunLease, room: int) -> int:
    """Carriers are asked for first, outside the transaction that makes the parcels."""
    items = _waiting(run)[: min(room, SHIPPED_AT_ONCE)]
    chosen: dict[int, Provider] = {}
    for item in items:
        lease.check()
        try:
            if why := verbs.why_not(item.order, "ship"):
                raise NotPossible(why)
            chosen[item.pk] = offers.choose_provider(offers.offered(item.order_id), item.args["carrier"])
        except NotPossible as error:
            _end(item, ItemState.REFUSED, str(error))
        except CredentialRefused:
            raise
        except Refused as error:
            _end(item, ItemState.REFUSED, _words(error))
    with transaction.atomic():
        lease.check()
        for item in items:
            if item.pk in chosen:
                _make_parcel(run, item, chosen[item.pk])
        lease.write(items)
    return len(items)


def _make_parcel(run: Run, item: RunItem, carrier: Provider) -> None:
    row, units = Order.objects.get(pk=item.order_id), item.args.get("line_ids")
    try:
        _note(item, shipping.ship_with(row, carrier, item.args["number"], units, by=run.by))
    except NotPossible as error:
        _end(item, ItemState.REFUSED, str(error))


def _validate(run: Run, lease: RunLease, _room: int) -> int:
    """The dry run: asks the store, writes only the verdict."""
    items = _waiting(run)[:VALIDATED_AT_ONCE]
    for item in items:
        lease.check()
        try:
            verdict = validate(item.order_id)
        except OutsideError as error:
            verdict = Verdict(None, error.code, error.words)
        _judge(item, verdict)
    with transaction.atomic():
        lease.check()
        lease.write(items)
    return len(items)


def _judge(item: RunItem, verdict: Verdict) -> None:
    if verdict.plan is not None:
        _end(item, ItemState.DONE, "; ".join(filter(None, (_planned(verdict.plan), verdict.words))))
    elif verdict.code:
        _end(item, ItemState.BLOCKED, verdict.words or kind(verdict.code).explanation, verdict.code)
    else:
        _end(item, ItemState.REFUSED, verdict.words)


def _planned(plan: Plan) -> str:
    """The store order that would be made, without the buyer."""
    rows = ", ".join(f"{line.quantity} × {line.seller_sku or line.title}" for line in plan.lines[:5])
    if len(plan.lines) > 5:
        rows = say("{told} and {n} more", told=rows, n=len(plan.lines) - 5)
    total = f"{show(plan.total, plan.currency)} {plan.currency}"
    return say("would be created as {number}, total {total}: {rows}", number=plan.number, total=total, rows=rows)


ASK: Mapping[str, Ask] = {
    **dict.fromkeys(VERBS - {"sync"}, _instruct),
    "sync": _sync,
    "replay": _replay,
    "ship": _ship,
    "validate": _validate,
}
