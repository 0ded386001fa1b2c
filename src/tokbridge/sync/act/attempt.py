"""One write to the outside, journalled before and after."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from tokbridge.core.errors import OutsideError
from tokbridge.core.facts import Step
from tokbridge.core.saying import say
from tokbridge.records.models import Outcome
from tokbridge.sync import journal
from tokbridge.sync.facts import View
from tokbridge.sync.lease import LeaseLost


class Told:
    """Lets the block say what came of the call, for the timeline: as `answer`, or with `end` inside the transaction that
    commits the result."""

    answer = ""
    outcome = Outcome.DONE

    def __init__(self, attempt_id: int) -> None:
        self._id = attempt_id
        self.ended = False

    def end(self, answer: str) -> None:
        journal.end(self._id, self.outcome, answer)
        self.ended = True


def begin(view: View, step: Step, why: str, request: str = "") -> int:
    """Write down that a call is about to be made; for a caller that does so inside a transaction of its own."""
    return journal.begin(
        view.row.pk,
        step.do,
        step.subject,
        say("{why} ({occasion})", why=step.why, occasion=why) if step.why else why,
        request,
    )


@contextmanager
def attempt(view: View, step: Step, why: str, request: str = "", *, begun: int | None = None) -> Iterator[Told]:
    """The attempt stands in the database before the block runs (`begun`: it does already); its outcome is what the
    block ended with. The block holds the outside call *and* the commit of its result."""
    row = begin(view, step, why, request) if begun is None else begun
    told = Told(row)
    try:
        yield told
    except OutsideError as error:
        journal.end(row, journal.outcome_of(error), say("{code}: {words}", code=error.code, words=error.words))
        raise
    except LeaseLost:
        journal.end(row, Outcome.UNKNOWN, say("the lease was lost"))
        raise
    if not told.ended:
        told.end(told.answer)


def units_told(n: int) -> str:
    """What is asked for so many units."""
    return say("{n} unit", n=n) if n == 1 else say("{n} units", n=n)
