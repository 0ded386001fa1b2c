"""Open problems by cause: which groups there are, whose orders they are, and what a person does about a whole group."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass

from django.db import transaction
from django.db.models import Count, Max, Min, Q, QuerySet

from tokbridge.core.saying import say
from tokbridge.records.models import Connection, ConnectionState, Dismissal, Problem, Run, User
from tokbridge.sync import runs

AT_ONCE = 200  # rows in one write transaction
EXAMPLES = 3
LOOKED_AT = 500  # newest problems of a group whose words are counted


@dataclass(frozen=True, slots=True)
class Cause:
    """What the problems of a group have in common: the code, the account, and the store their channel leads to (None:
    no channel). `dismissal`: the dismissal they were put aside with; None = not put aside."""

    code: str
    account_id: int
    store_id: int | None
    dismissal_id: int | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """`actor`: who must act. `orders`: how many. `since`, `last_at`: Unix seconds, of the first and the last try.
    `words`: the commonest words of the platform among the newest problems, and how many said so."""

    cause: Cause
    actor: str
    orders: int
    since: float
    last_at: float
    words: tuple[tuple[str, int], ...]


def groups(*, dismissed: bool = False, words: bool = True) -> list[Group]:
    """All groups, the largest first. Reads the open problems only (index `problem_open_code`), never the orders."""
    rows = (
        _open()
        .filter(dismissal__isnull=not dismissed)
        .values("code", "order__account_id", "order__channel__store_id", "dismissal_id")
        .annotate(n=Count("order_id", distinct=True), since=Min("first_at"), last=Max("last_at"), who=Max("actor"))
        .order_by("-n", "code")
    )
    found = []
    for row in rows:
        cause = Cause(row["code"], row["order__account_id"], row["order__channel__store_id"], row["dismissal_id"])
        said = _words(cause) if words else ()
        found.append(Group(cause, row["who"], row["n"], row["since"], row["last"], said))
    return found


def problems_of(cause: Cause) -> QuerySet[Problem]:
    """The open problems of a group."""
    found = _open().filter(code=cause.code, order__account_id=cause.account_id)
    none = Q(order__channel__store_id__isnull=True)
    found = found.filter(none if cause.store_id is None else Q(order__channel__store_id=cause.store_id))
    none = Q(dismissal_id__isnull=True)
    return found.filter(none if cause.dismissal_id is None else Q(dismissal_id=cause.dismissal_id))


def problems_with(code: str) -> QuerySet[Problem]:
    """The open problems with this code, whatever their account and store; without those put aside."""
    return _open().filter(code=code, dismissal_id__isnull=True)


def replay_group(cause: Cause, by: User | None, token: str) -> Run:
    """Begin to try all orders of the group again: a run (`token`: its form's). While one goes on, that one. Raises
    `NotPossible` when no order has the problem any more."""
    begun = replays().get(cause)
    if begun is not None:
        return begun
    orders = problems_of(cause).order_by("order_id").values_list("order_id", flat=True).distinct()
    return runs.start_replay(
        [pk for pk in orders[: runs.MOST] if pk is not None],
        token=token,
        by=by,
        chosen=f"problem {cause.code}",
        cause=say("tried again with all of {code}", code=cause.code),
        group=asdict(cause),
    )


def replays() -> dict[Cause, Run]:
    """The runs that try a whole group again at this moment."""
    going_on = Run.objects.filter(verb="replay", ended_at__isnull=True).defer("orders").order_by("id")
    return {Cause(**run.args["group"]): run for run in going_on if "group" in run.args}


def dismiss(cause: Cause, note: str, by: User | None, seen_at: float) -> int:
    """Put the group aside, as far as it was there at `seen_at`; returns how many problems that were. What happens anew
    is shown again."""
    ids = list(problems_of(cause).filter(first_at__lte=seen_at).values_list("pk", flat=True))
    if not ids:
        return 0
    made = Dismissal.objects.create(note=note[:300], by=by, at=time.time())
    return _point_to(ids, made.pk)


def recall(cause: Cause) -> int:
    """Show a group again that was put aside; returns how many problems."""
    return _point_to(list(problems_of(cause).values_list("pk", flat=True)), None)


def try_connection(connection_id: int) -> None:
    """Let the next call to a refused or broken connection through now, instead of when its pause is over."""
    down = [ConnectionState.REFUSED, ConnectionState.BROKEN]
    Connection.objects.filter(pk=connection_id, state__in=down).update(retry_at=time.time())


def _point_to(ids: list[int], dismissal_id: int | None) -> int:
    changed = 0
    for part in _parts(ids):
        with transaction.atomic():
            changed += Problem.objects.filter(pk__in=part, closed_at__isnull=True).update(dismissal_id=dismissal_id)
    return changed


def _parts(ids: list[int]) -> Iterator[list[int]]:
    return (ids[start : start + AT_ONCE] for start in range(0, len(ids), AT_ONCE))


def _open() -> QuerySet[Problem]:
    return Problem.objects.filter(closed_at__isnull=True, order__isnull=False)


def _words(cause: Cause) -> tuple[tuple[str, int], ...]:
    newest = problems_of(cause).order_by("-pk").values_list("words", flat=True)[:LOOKED_AT]
    return tuple(Counter(text for text in newest if text).most_common(EXAMPLES))
