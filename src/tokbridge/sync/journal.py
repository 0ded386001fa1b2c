"""Writing down what was tried and what stands in the way."""

from __future__ import annotations

import random
import time

from django.conf import settings
from django.db.models import Case, F, When

from tokbridge.core.errors import Actor, OutsideError, Refused, Retry, Unknown
from tokbridge.core.problems import kind
from tokbridge.records import direct
from tokbridge.records.models import Attempt, Outcome, Problem

RETRY_FIRST, RETRY_MOST = 2.0, 600.0  # seconds: trouble of the platform
REFUSED_FIRST, REFUSED_MOST = 60.0, 6 * 3600.0  # seconds: somebody must change something first


def begin(order_id: int, step: str, subject: str, why: str, request: str = "") -> int:
    """Written before the call is made, so that a crash leaves its trace. Returns the attempt's id."""
    return direct.insert(
        Attempt,
        {
            "order_id": order_id,
            "step": step,
            "subject": subject,
            "why": why[:120],
            "request": request,
            "worker": settings.WORKER_NAME,
            "began_at": time.time(),
        },
    )


def end(attempt_id: int, outcome: Outcome, answer: str = "") -> None:
    """The outcome is written once; a second one is ignored."""
    still_open = {"id": attempt_id, "outcome": Outcome.OPEN}
    direct.update(Attempt, still_open, {"outcome": outcome, "answer": answer[:4000], "ended_at": time.time()})


def outcome_of(error: OutsideError) -> Outcome:
    if isinstance(error, Unknown):
        return Outcome.UNKNOWN
    return Outcome.RETRY if isinstance(error, Retry) else Outcome.REFUSED


def backoff(error: OutsideError, tries: int) -> float:
    """Seconds until the same step is tried again; grows with the tries, with jitter."""
    if isinstance(error, Retry) and error.after is not None:
        return error.after + random.uniform(0, 1)  # noqa: S311 - jitter
    first, most = (REFUSED_FIRST, REFUSED_MOST) if isinstance(error, Refused) else (RETRY_FIRST, RETRY_MOST)
    return min(most, first * 2.0 ** min(tries, 20)) * random.uniform(0.75, 1.25)  # noqa: S311 - jitter


def note_problem(order_id: int, step: str, subject: str, code: str, error: OutsideError) -> float:
    """Open the problem of this step, or count another try. Returns when the step may be tried again. One that a person
    put aside stays so only while its cause is the same."""
    now = time.time()
    open_ones = Problem.objects.filter(order_id=order_id, step=step, subject=subject, closed_at__isnull=True)
    tries = open_ones.values_list("tries", flat=True).first() or 0
    next_at = now + backoff(error, tries)
    values = {"code": code[:60], "words": error.words, "actor": error.actor.value, "last_at": now, "next_at": next_at}
    put_aside = Case(When(code=code[:60], then=F("dismissal")), default=None)
    if not open_ones.update(tries=F("tries") + 1, dismissal=put_aside, **values):
        Problem.objects.create(order_id=order_id, step=step, subject=subject, first_at=now, **values)
    return next_at


def note_block(order_id: int, subject: str, code: str) -> None:
    """A standing reason that `decide` itself names; it closes when `decide` no longer names it."""
    now = time.time()
    same = Problem.objects.filter(order_id=order_id, step="block", subject=subject, closed_at__isnull=True)
    if not same.filter(code=code).update(last_at=now):
        same.update(closed_at=now)
        what = kind(code)
        Problem.objects.create(
            order_id=order_id,
            step="block",
            subject=subject,
            code=code,
            words=what.explanation,
            actor=what.actor.value,
            first_at=now,
            last_at=now,
        )


def close_problems(order_id: int, keep: set[tuple[str, str]]) -> None:
    """Close every open problem whose step is no longer to be done."""
    for row in Problem.objects.filter(order_id=order_id, closed_at__isnull=True):
        if (row.step, row.subject) not in keep:
            Problem.objects.filter(pk=row.pk).update(closed_at=time.time())


def worst_problem(order_id: int) -> str | None:
    """The code people see: of the open problem that stands longest and is not just being tried again."""
    return (
        Problem.objects.filter(order_id=order_id, closed_at__isnull=True)
        .exclude(code__in=["retry", "outcome_unknown"])
        .order_by("first_at")
        .values_list("code", flat=True)
        .first()
    )


def note_connection_problem(connection_id: int, code: str, error: OutsideError) -> None:
    """One banner for the whole connection."""
    now = time.time()
    same = Problem.objects.filter(connection_id=connection_id, order=None, code=code, closed_at__isnull=True)
    if not same.update(tries=F("tries") + 1, last_at=now, words=error.words):
        actor = error.actor if error.actor is not Actor.NOBODY else kind(code).actor
        Problem.objects.create(
            connection_id=connection_id, code=code, words=error.words, actor=actor.value, first_at=now, last_at=now
        )


def connection_problem_is_open(connection_id: int, code: str) -> bool:
    return Problem.objects.filter(connection_id=connection_id, order=None, code=code, closed_at__isnull=True).exists()


def close_connection_problem(connection_id: int, *codes: str) -> None:
    Problem.objects.filter(connection_id=connection_id, order=None, code__in=codes, closed_at__isnull=True).update(
        closed_at=time.time()
    )
