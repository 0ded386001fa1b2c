"""Cancelling: in the store because of TikTok, on TikTok because of the store or a person."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterable
from typing import get_args

from django.db import transaction

from tokbridge.core.errors import OrderGone, Refused, Retry
from tokbridge.core.facts import Step
from tokbridge.core.matching import unit_of
from tokbridge.core.saying import say
from tokbridge.records.models import Attempt, Binding, Instruction, Problem
from tokbridge.stores.nouns import ParcelItem
from tokbridge.sync.act.attempt import attempt, units_told
from tokbridge.sync.act.blocked import Blocked
from tokbridge.sync.act.create import RowJournal
from tokbridge.sync.facts import View
from tokbridge.sync.feeds import fetch_ids
from tokbridge.sync.lease import Lease
from tokbridge.sync.storeside import out_of_sight, store_of
from tokbridge.tiktok import cancellations, cancelling
from tokbridge.tiktok.cancellations import Cancellation

STILL_OPEN = ("CANCELLATION_REQUEST_PENDING", "CANCELLATION_REQUEST_SUCCESS", "CANCELLATION_REQUEST_COMPLETE")
TAKING_OFF = "units being taken off"  # in the binding's journal
ASK_AGAIN = 1.0  # seconds until a store that cancels in its own time is asked whether it has


def cancel_store(view: View, step: Step, lease: Lease, why: str) -> None:
    """Cancel the store order because TikTok cancelled the order. One that staff deleted needs no cancelling."""
    binding = view.binding
    assert binding is not None and binding.ref is not None  # noqa: S101 - decide() cancels bound orders only
    Binding.objects.filter(pk=binding.pk).update(cancelled_by_us=True)
    with attempt(view, step, why, binding.number) as told:
        told.answer = say("cancelled")
        reason = view.row.cancel_reason or "cancelled on TikTok"
        try:
            if not store_of(view).store.cancel_order(binding.ref, reason, view.policy.restock):
                raise Retry("accepted", "the store cancels it in its own time", after=ASK_AGAIN)
        except OrderGone:
            if out_of_sight(view):
                raise
            told.answer = say("the store no longer has it")
        with transaction.atomic():
            lease.check()
            Binding.objects.filter(pk=binding.pk).update(cancelled_at=time.time())


def cancel_lines(view: View, step: Step, lease: Lease, why: str) -> None:
    """Take the units that TikTok cancelled off the store order."""
    binding = view.binding
    assert binding is not None and binding.ref is not None  # noqa: S101 - decide() cancels bound orders only
    begun = RowJournal(binding)
    in_doubt = set((begun.get(TAKING_OFF) or "").split())  # begun before, outcome never known: the same units once more
    gone = in_doubt or {line.tiktok_id for line in view.lines if line.cancelled} - set(binding.cancelled_lines)
    items = [
        ParcelItem(row["ref"], row["sku"], len(units), tuple(units))
        for row in binding.rows
        if (units := [piece for piece in row["line_ids"] if unit_of(piece) in gone])
    ]
    units = sorted({unit_of(piece) for item in items for piece in item.line_ids})
    key = hashlib.sha256(f"{binding.marker} {' '.join(units)}".encode()).hexdigest()[:32]
    begun.save(TAKING_OFF, " ".join(units))
    with attempt(view, step, why, units_told(len(units))) as told:
        try:
            store_of(view).store.cancel_lines(binding.ref, items, view.policy.restock, key)
        except (Refused, Retry):
            if not in_doubt:  # that this call did nothing says nothing of the one before
                begun.save(TAKING_OFF, "")
            raise
        with transaction.atomic():
            lease.check()
            Binding.objects.filter(pk=binding.pk).update(
                cancelled_lines=[*binding.cancelled_lines, *units], journal={**binding.journal, TAKING_OFF: ""}
            )
        told.answer = say("taken off")


def cancel_tiktok(view: View, step: Step, lease: Lease, why: str) -> None:
    """Cancel the order on TikTok, with a reason name that TikTok itself offers for it."""
    client, shop, order_id = view.market.client, view.shop, view.row.tiktok_id
    wish = next((wish for wish in view.wishes if step.subject == f"wish {wish.pk}"), None)
    if wish is None:
        _refuse_many(view)
    plain = str(wish.args.get("reason", "")) if wish else view.policy.cancel_to_tiktok_reason
    result = say("TikTok already has a cancellation of it")
    if not _covered(view, cancellations.of_orders(client, shop, [order_id])):
        told_by_tiktok = cancelling.eligible_reasons(client, shop, order_id)
        name = cancelling.pick_reason(told_by_tiktok.reasons, _plain(plain))
        if name is None:
            raise Blocked("cancel_refused", _why_not(told_by_tiktok, plain))
        with attempt(view, step, why, name) as told:
            cancel_id, status = cancelling.cancel(client, shop, order_id, name)
            told.answer = say("cancellation {cancellation}: {state}", cancellation=cancel_id, state=status)
        result = say("cancellation sent to TikTok, reason {reason}", reason=name)
    with transaction.atomic():
        lease.check()
        if wish is not None:
            Instruction.objects.filter(pk=wish.pk).update(done_at=time.time(), result=result)
        elif view.binding is not None:
            Binding.objects.filter(pk=view.binding.pk).update(cancel_sent_at=time.time())
    fetch_ids(view.account.pk, [order_id])


def _covered(view: View, known: Iterable[Cancellation]) -> bool:
    """Every unit that we know to live is in some cancellation. One of single units, whose news may not have come yet,
    says nothing of the others."""
    living = [item for item in known if item.status in STILL_OPEN]
    units = {unit for item in living for unit in item.line_ids}
    alive = {line.tiktok_id for line in view.lines if not line.cancelled}
    return any(not item.line_ids for item in living) or alive <= units


def _plain(word: str) -> cancelling.PlainReason:
    for plain in get_args(cancelling.PlainReason):
        if plain == word:
            return plain  # type: ignore[no-any-return]
    known = ", ".join(get_args(cancelling.PlainReason))
    words = say("{reason} is not a reason; take one of: {choices}", reason=repr(word), choices=known)
    raise Blocked("cancel_refused", words)


def _why_not(told: cancelling.Eligibility, plain: str) -> str:
    if told.ineligible:
        return "; ".join(say("{code}: {words}", code=item.code, words=item.words) for item in told.ineligible)
    offered = ", ".join(reason.name for reason in told.reasons)
    return say("TikTok does not offer {reason} here, only: {choices}", reason=repr(plain), choices=offered)


def _refuse_many(view: View) -> None:
    """Somebody cancelling a whole store by mistake must not cancel it on TikTok too: from then on a person decides,
    until none of the stopped orders waits for that any more. A person who has an order tried again decides so for this
    order; as many as before at once are still too many."""
    stopped = Problem.objects.filter(code="many_cancellations", closed_at__isnull=True, order__channel=view.row.channel)
    own = stopped.filter(order=view.row).order_by("-last_at").first()
    decided = own is not None and view.row.instructions.filter(verb="replay", at__gt=own.last_at).exists()
    if not decided and stopped.exists():
        raise Blocked("many_cancellations", "more store orders were cancelled at once than the channel carries over")
    recent = (
        Attempt.objects.filter(
            step="cancel on tiktok",
            subject="store",
            began_at__gt=time.time() - view.policy.cancel_window,
            order__channel=view.row.channel,
        )
        .exclude(order_id=view.row.pk)
        .values("order_id")
        .distinct()
        .count()
    )
    if recent >= view.policy.cancel_to_tiktok_limit:
        minutes = view.policy.cancel_window // 60
        words = say("{n} orders were cancelled on TikTok within {minutes} minutes", n=recent, minutes=minutes)
        raise Blocked("many_cancellations", words)
