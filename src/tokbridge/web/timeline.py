"""What happened to one order, newest first: calls to the outside, what people asked, and TikTok's own moments.

What was sent and what was answered is for users who see buyers: a platform may repeat an address in the words with which
it refuses it. Neither holds a secret (docs/guarantees/secrets.md).
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tokbridge.records.models import Attempt, Instruction, Order, Outcome
from tokbridge.web import words
from tokbridge.web.acting import ACTIONS, Words
from tokbridge.web.numbers import grouped

MOST = 200  # of each sort
ARGS: dict[str, Words] = {
    "reason": gettext_lazy("reason"),
    "carrier": gettext_lazy("carrier"),
    "number": gettext_lazy("tracking number"),
    "line_ids": gettext_lazy("units"),
}


@dataclass(frozen=True, slots=True)
class Event:
    """`key`: its id on the page. `tone`: the outcome's key, "" for what just happened. `who`: the worker or the person.
    `seconds`: how long it took, None where that says nothing. `request`, `answer`: None for users who may not see them.
    """

    key: str
    at: float
    title: Words
    outcome: str = ""
    tone: str = ""
    why: str = ""
    subject: str = ""
    who: str = ""
    request: str | None = None
    answer: str | None = None
    ended_at: float | None = None
    seconds: float | None = None
    folded: bool = False


@dataclass(frozen=True, slots=True)
class Timeline:
    """`cut`: there is more than is shown."""

    events: list[Event]
    cut: bool


def timeline_of(order: Order, *, sees_traffic: bool) -> Timeline:
    attempts = list(Attempt.objects.filter(order=order).order_by("-id")[:MOST])
    asked = list(Instruction.objects.filter(order=order).select_related("by").order_by("-id")[:MOST])
    events = [_attempt(one, sees_traffic) for one in attempts] + [_asked(one, sees_traffic) for one in asked]
    moments = (
        ("was-imported", order.imported_at, _("Imported from TikTok")),
        ("was-paid", order.paid_at, _("Paid")),
        ("was-placed", order.placed_at, _("Placed")),
    )
    events.sort(key=lambda event: event.at, reverse=True)
    events += [Event(key, at, title) for key, at, title in moments if at]
    return Timeline(events, len(attempts) == MOST or len(asked) == MOST)


def _attempt(row: Attempt, sees_traffic: bool) -> Event:
    return Event(
        key=f"attempt-{row.pk}",
        at=row.began_at,
        title=words.word(words.STEP, row.step),
        outcome=words.word(words.OUTCOME, row.outcome),
        tone=row.outcome,
        why=row.why,
        subject=row.subject,
        who=row.worker,
        request=row.request if sees_traffic else None,
        answer=row.answer if sees_traffic else None,
        ended_at=row.ended_at,
        seconds=row.ended_at - row.began_at if row.ended_at else None,
        folded=True,
    )


def _asked(row: Instruction, sees_traffic: bool) -> Event:
    action = ACTIONS.get(row.verb)
    who = row.by.get_username() if row.by else _("Command line")
    if row.done_at is None:
        tone, outcome = Outcome.OPEN, _("Not done yet")
    elif row.refused:
        tone, outcome = Outcome.REFUSED, words.word(words.OUTCOME, Outcome.REFUSED)
    else:
        tone, outcome = Outcome.DONE, words.word(words.OUTCOME, Outcome.DONE)
    told = ", ".join(f"{title}: {_told(name, row.args[name])}" for name, title in ARGS.items() if row.args.get(name))
    return Event(
        key=f"asked-{row.pk}",
        at=row.at,
        title=_("%(who)s asked: %(action)s") % {"who": who, "action": action.title if action else _("Try again")},
        outcome=outcome,
        tone=tone.value,
        who=who,
        request=told if sees_traffic else None,
        answer=row.result if sees_traffic else None,
        ended_at=row.done_at,
        folded=True,
    )


def _told(name: str, value: object) -> str:
    if isinstance(value, list):
        return grouped(len(value))
    return words.word(words.REASON, str(value)) if name == "reason" else str(value)
