"""The order desk: what a person can ask of orders. The command line and the pages ask here, the normal flow does it.

Asking writes a row and wakes the order; `sync.outcome` tells what came of it. Everything that a person can get wrong is
refused here, at once, with words that say what and which choices there are.
"""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from typing import get_args

from django.db import transaction

from tokbridge.core.order import LogisticMode
from tokbridge.core.policy import Policy
from tokbridge.core.saying import say
from tokbridge.core.standing import TokbridgeStatus
from tokbridge.core.status import SHIPPABLE, Status, spoken
from tokbridge.records.models import (
    Binding,
    BindingState,
    Instruction,
    Line,
    Order,
    Parcel,
    Problem,
    User,
)
from tokbridge.sync import queue
from tokbridge.sync.asked import DONE_AT_ONCE, Asked, NotPossible
from tokbridge.sync.channels import policy_of
from tokbridge.sync.facts import number_key
from tokbridge.sync.keys import by_key
from tokbridge.sync.offers import choose_provider, offered
from tokbridge.tiktok.cancelling import PlainReason
from tokbridge.tiktok.logistics import Provider

REASONS: tuple[PlainReason, ...] = ("out of stock", "pricing error", "unable to deliver")
"""Why a person may reject an order; cancelling also takes "buyer asked"."""

VERBS = frozenset({"create", "reject", "cancel", "sync", "archive", "restore", "accept", "decline"})
TOO_LATE = frozenset({Status.IN_TRANSIT, Status.DELIVERED, Status.COMPLETED})  # a return is the buyer's to ask for
OPPOSITE = {"accept": "decline", "decline": "accept"}
READ = say("read from TikTok")
AT_ONCE = 50  # orders in one write transaction, at most four rows each

_NUMBER = re.compile(r"[A-Za-z0-9\-_./]{4,50}")


def find(keys: Sequence[str]) -> list[Order]:
    """The orders of these keys (`sync.keys`); each once, in the order asked.

    Raises `NotPossible` naming every key that no order has, or that several have.
    """
    named = by_key(key.strip() for key in keys).values()
    wrong = [words for words in named if isinstance(words, str)]
    if wrong:
        raise NotPossible("; ".join(wrong))
    return list({order.pk: order for order in named if isinstance(order, Order)}.values())


def instruct(
    order_ids: Sequence[int],
    verb: str,
    *,
    reason: str = "",
    by: User | None = None,
    read_since: float | None = None,
) -> list[Asked]:
    """Ask for one verb on these orders and wake them. What cannot be done is refused order by order.

    `reason` belongs to reject (one of `REASONS`), to cancel ("" = the channel's) and to decline (one that TikTok offers,
    "" = the only one). `read_since` belongs to sync: TikTok was asked about these orders at this moment (our clock), so
    it is not asked again. Asking twice is asking once. In the caller's transaction, if there is one: then the orders
    are woken when that is committed. Raises `NotPossible` for a verb or a reason that does not exist.
    """
    check_asked(verb, reason)
    asked: list[Asked] = []
    for start in range(0, len(order_ids), AT_ONCE):
        chunk = order_ids[start : start + AT_ONCE]
        with transaction.atomic():
            rows = Order.objects.in_bulk(chunk)
            asked += [_ask(rows[order_id], verb, reason, by, read_since) for order_id in chunk if order_id in rows]
    awake = [item.order_id for item in asked if not item.refused]
    transaction.on_commit(lambda: queue.wake(awake, say("a person asked to {verb}", verb=verb)))
    return asked


def check_asked(verb: str, reason: str = "") -> None:
    """Raises `NotPossible` for a verb or a reason that does not exist."""
    if verb not in VERBS:
        choices = ", ".join(sorted(VERBS))
        raise NotPossible(say("there is no {name}; a person can ask for {choices}", name=repr(verb), choices=choices))
    there = REASONS if verb == "reject" else get_args(PlainReason)
    if verb != "decline" and ((verb == "reject" and reason not in there) or (reason and reason not in there)):
        raise NotPossible(
            say("{reason} is not a reason; take one of: {choices}", reason=repr(reason), choices=", ".join(there))
        )


def _ask(row: Order, verb: str, reason: str, by: User | None, read_since: float | None) -> Asked:
    now = time.time()
    refused = why_not(row, verb)
    if refused:
        return Asked(row.pk, row.tiktok_id, verb, now, refused=refused)
    columns: dict[str, object] = {"due_at": now}
    if verb in {"archive", "restore"}:
        columns |= {"archived_at": now if verb == "archive" else None, "updated_at": now}
        if verb == "archive":  # out of sight at once; a restored order is told where it stands by the next look
            columns |= {"tokbridge_status": TokbridgeStatus.ARCHIVED.value, "reason": ""}
        Instruction.objects.create(order=row, verb=verb, by=by, at=now, done_at=now, result=DONE_AT_ONCE[verb])
        subject = ""
    else:
        args = _args(row, verb, reason, read_since)
        wish = Instruction.objects.filter(order=row, verb=verb, done_at__isnull=True).first()
        if wish is None:
            wish = Instruction.objects.create(order=row, verb=verb, args=args, by=by, at=now)
        else:
            Instruction.objects.filter(pk=wish.pk).update(args=args, by=by, at=now)
        subject = f"wish {wish.pk}"
    _try_now(row.pk, columns)
    return Asked(row.pk, row.tiktok_id, verb, now, subject)


def try_again(order_ids: Sequence[int], verb: str, result: str, by: User | None) -> float:
    """Whatever stands in the way of these orders is tried now, and nothing else is asked of them: `verb` is done, with
    this result. In the caller's transaction, at most `AT_ONCE` of them. Returns when that was."""
    now = time.time()
    done = [Instruction(order_id=pk, verb=verb, by=by, at=now, done_at=now, result=result[:300]) for pk in order_ids]
    Instruction.objects.bulk_create(done)
    Problem.objects.filter(order_id__in=order_ids, closed_at__isnull=True).update(next_at=None)
    Order.objects.filter(pk__in=order_ids).update(due_at=now, woken_at=0)
    transaction.on_commit(lambda: queue.wake(list(order_ids), say("a person asked to {verb}", verb=verb)))
    return now


def _args(row: Order, verb: str, reason: str, read_since: float | None) -> dict[str, object]:
    if verb in {"reject", "cancel"}:
        return {"reason": reason or _policy(row).cancel_to_tiktok_reason}
    if verb == "decline":
        return {"reason": reason}
    return {"read_since": read_since} if read_since is not None else {}


def _try_now(order_id: int, columns: dict[str, object]) -> None:
    """Due at once, and no step waits for its back-off: a person who asks has usually just changed something."""
    Problem.objects.filter(order_id=order_id, closed_at__isnull=True).update(next_at=None)
    Order.objects.filter(pk=order_id).update(**columns)


def why_not(row: Order, verb: str) -> str:
    """Why the verb makes no sense for this order as it stands; "" when it does."""
    if verb == "ship":
        return _why_not_ship(row)
    tie = _tie(row) if verb in {"archive", "create"} else None
    bound, intended = tie == BindingState.BOUND, tie == BindingState.INTENDED
    archived = row.archived_at is not None
    reasons = (
        (verb == "restore" and not archived, say("it is not archived")),
        (verb != "restore" and archived, say("it is archived; restore it first")),
        (
            verb == "archive" and intended,
            say("its creation was begun and the outcome is being looked up; archive it later"),
        ),
        (verb == "create" and bound, say("it is already in the store as {number}", number=row.store_number)),
        (
            verb == "create" and not row.status,
            say("TikTok's record of it cannot be read: {words}", words=row.unreadable),
        ),
        (verb in {"create", "reject", "cancel"} and row.status == Status.CANCELLED, say("it is cancelled on TikTok")),
        (
            verb in {"reject", "cancel"} and row.status in TOO_LATE,
            say("the buyer's parcel is on its way or has arrived"),
        ),
        (verb in OPPOSITE and not row.buyer_requests_cancel, say("the buyer does not ask to cancel it")),
        (verb in OPPOSITE and _is_asked(row, OPPOSITE.get(verb, "")), say("the opposite was asked and is on its way")),
    )
    return next((why for holds, why in reasons if holds), "")


def _tie(row: Order) -> str | None:
    alive = Binding.objects.filter(order=row).exclude(state=BindingState.RELEASED)
    return alive.values_list("state", flat=True).first()


def _is_asked(row: Order, verb: str) -> bool:
    return Instruction.objects.filter(order=row, verb=verb, done_at__isnull=True).exists()


def _policy(row: Order) -> Policy:
    return policy_of(row.channel_id) if row.channel_id else Policy()


def ship(
    order_id: int, provider: str, number: str, line_ids: Sequence[str] | None = None, by: User | None = None
) -> Asked:
    """Ship units of an order (None: all that no parcel holds yet) with one of TikTok's carriers, by name or id.

    Makes a parcel that the normal flow tells TikTok of. The same number again corrects that parcel's carrier and units
    as long as TikTok was not told of it. Raises `NotPossible`, and the errors of `core.errors` when TikTok cannot be
    asked which carriers it takes.
    """
    number = tracking_number(number)
    row = Order.objects.get(pk=order_id)
    if refused := why_not(row, "ship"):
        raise NotPossible(say("order {order} cannot be shipped: {why}", order=row.tiktok_id, why=refused))
    return ship_with(row, choose_provider(offered(order_id), provider), number, line_ids, by)


def tracking_number(text: str) -> str:
    """The number without blanks around it. Raises `NotPossible` when TikTok would take it for none."""
    number = text.strip()
    if not _NUMBER.fullmatch(number):  # reference tiktok-shop-api.md 4.2
        raise NotPossible(
            say(
                "{number} is not a tracking number: 4 to 50 characters, letters, digits and - _ . /",
                number=repr(number),
            )
        )
    return number


def ship_with(
    row: Order, carrier: Provider, number: str, line_ids: Sequence[str] | None = None, by: User | None = None
) -> Asked:
    """As `ship`, with a carrier that TikTok offers for the order and a checked number; asks nothing outside, so that
    it may stand in a transaction of the caller's. Raises `NotPossible`."""
    if refused := why_not(row, "ship"):
        raise NotPossible(say("order {order} cannot be shipped: {why}", order=row.tiktok_id, why=refused))
    now = time.time()
    with transaction.atomic():
        parcel = _parcel(row, carrier, number, line_ids, now)
        Instruction.objects.create(
            order=row,
            verb="ship",
            args={"carrier": carrier.name, "number": number, "line_ids": parcel.line_ids},
            by=by,
            at=now,
            done_at=now,
            result=say("parcel {parcel}", parcel=parcel.pk),
        )
        _try_now(row.pk, {"due_at": now, "updated_at": now})
    transaction.on_commit(lambda: queue.wake([row.pk], say("a person ships it")))
    return Asked(row.pk, row.tiktok_id, "ship", now, str(parcel.pk))


def _why_not_ship(row: Order) -> str:
    if row.archived_at is not None:
        return say("it is archived; restore it first")
    if row.logistic_mode != LogisticMode.SELLER or row.fulfilment_type != "merchant":
        return say("TikTok ships it, not you")
    if row.status not in SHIPPABLE:
        return say("it is {status}", status=spoken(row.status))
    if not _policy(row).parcels_to_tiktok:
        return say("its channel does not send parcels to TikTok")
    return ""


def _parcel(row: Order, carrier: Provider, number: str, line_ids: Sequence[str] | None, now: float) -> Parcel:
    key = number_key(number)
    same = Parcel.objects.filter(order=row, number_key=key).first()
    if same is not None and (same.origin != "desk" or same.tiktok_number):
        raise NotPossible(
            say("order {order} already has a parcel with number {number}", order=row.tiktok_id, number=same.number)
        )
    units = _units(row, line_ids, same)
    columns = {"number": number, "carrier": carrier.name, "provider_id": carrier.id, "line_ids": units}
    parcel, _ = Parcel.objects.update_or_create(
        order=row, number_key=key, defaults=columns, create_defaults={**columns, "origin": "desk", "seen_at": now}
    )
    return parcel


def _units(row: Order, line_ids: Sequence[str] | None, same: Parcel | None) -> list[str]:
    """The units to ship, checked to be left."""
    free = [line.tiktok_id for line in left_to_ship(row, same)]
    if line_ids is None:
        if not free:
            raise NotPossible(
                say(
                    "order {order} has no unit left to ship: each is cancelled, shipped or in a parcel",
                    order=row.tiktok_id,
                )
            )
        return free
    wrong = [line for line in line_ids if line not in free]
    if wrong or not line_ids:
        named = ", ".join(wrong) or say("none was named")
        choices = ", ".join(free) or say("none")
        raise NotPossible(say("units not left to ship: {units}; left are: {choices}", units=named, choices=choices))
    return list(dict.fromkeys(line_ids))


def left_to_ship(row: Order, same: Parcel | None = None) -> list[Line]:
    """The units that are live, without a number on TikTok and in no parcel (other than `same`)."""
    parcels = Parcel.objects.filter(order=row, cancelled=False).values_list("pk", "line_ids")
    taken = {line for key, ids in parcels if same is None or key != same.pk for line in ids}
    lines = Line.objects.filter(order=row, cancelled=False, tracking_number="").order_by("position")
    return [line for line in lines if line.tiktok_id not in taken]


def not_told(row: Order, number: str = "") -> Parcel | None:
    """A parcel that a person made and TikTok was not told of (it may have refused it): shipping its number again corrects
    it. `number`: only the one with this number."""
    mine = Parcel.objects.filter(order=row, origin="desk", tiktok_number="", cancelled=False)
    return (mine.filter(number_key=number_key(number)) if number else mine).order_by("id").first()
