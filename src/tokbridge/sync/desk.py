"""The order desk: a person asks for a verb on orders. The command line and the pages ask here, the normal flow does it.

Asking writes a row and wakes the order; `sync.outcome` tells what came of it. Everything that a person can get wrong is
refused here, at once, with words that say what and which choices there are.
"""

from __future__ import annotations

import time
from collections.abc import Sequence

from django.db import transaction

from tokbridge.core.saying import say
from tokbridge.core.standing import TokbridgeStatus
from tokbridge.records.models import Instruction, Order, Problem, User
from tokbridge.sync import queue
from tokbridge.sync.asked import DONE_AT_ONCE, Asked, NotPossible
from tokbridge.sync.channels import policy_for
from tokbridge.sync.keys import by_key
from tokbridge.sync.verbs import check_asked, why_not

READ = say("read from TikTok")
AT_ONCE = 50  # orders in one write transaction, at most four rows each


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

    `reason` belongs to reject (one of `verbs.REASONS`), to cancel ("" = the channel's) and to decline (one that TikTok offers,
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
    try_now(row.pk, columns)
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
        return {"reason": reason or policy_for(row).cancel_to_tiktok_reason}
    if verb == "decline":
        return {"reason": reason}
    return {"read_since": read_since} if read_since is not None else {}


def try_now(order_id: int, columns: dict[str, object]) -> None:
    """Due at once, and no step waits for its back-off: a person who asks has usually just changed something."""
    Problem.objects.filter(order_id=order_id, closed_at__isnull=True).update(next_at=None)
    Order.objects.filter(pk=order_id).update(**columns)
