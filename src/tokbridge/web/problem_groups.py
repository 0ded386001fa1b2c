"""What stands in the way as pages show it: groups of orders with the same cause, and connections that are stopped."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse

from tokbridge.core.errors import Actor
from tokbridge.core.problems import Kind, kind
from tokbridge.records import names
from tokbridge.records.models import Connection, Dismissal, Problem
from tokbridge.sync import trouble
from tokbridge.sync.trouble import Cause, Group
from tokbridge.web.lists import address, fields_of
from tokbridge.web.rows import fixed_at, foreign, refusal
from tokbridge.web.runs import Shown, shown

# code -> the actions that end it, of which a person chooses one
ANSWERS = {"many_cancellations": ("cancel", "recreate"), "store_order_gone": ("recreate",)}


@dataclass(frozen=True, slots=True)
class ShownGroup:
    """`where`: account and store. `platform_code`: the platform's own code, "" for one of ours. `fix`: the page that
    fixes it, "" when there is none. `answers`: the actions that end it, each with its page. `orders`: where
    its orders are listed; `in_list`: the same in the Orders list. `replay`: the run that tries them all again at this
    moment."""

    cause: Cause
    about: Kind
    actor: str
    platform_code: str
    where: str
    n: int
    since: float
    last_at: float
    words: tuple[tuple[str, int], ...]
    fix: str
    answers: tuple[tuple[str, str], ...]
    orders: str
    in_list: str
    dismissal: Dismissal | None = None
    replay: Shown | None = None


@dataclass(frozen=True, slots=True)
class ShownCause:
    """One cause with its group of each account and store, the largest first."""

    groups: list[ShownGroup]

    @property
    def first(self) -> ShownGroup:
        return self.groups[0]

    @property
    def n(self) -> int:
        return sum(group.n for group in self.groups)


@dataclass(frozen=True, slots=True)
class StoppedConnection:
    row: Problem
    connection: Connection
    about: Kind
    words: str
    code: str


def stopped() -> list[StoppedConnection]:
    """Open problems of whole connections, the oldest first."""
    rows = Problem.objects.filter(connection__isnull=False, order=None, closed_at__isnull=True)
    found = []
    for row in rows.select_related("connection").order_by("first_at"):
        about = kind(row.code)
        if row.connection is not None:
            found.append(
                StoppedConnection(
                    row,
                    row.connection,
                    about,
                    "" if row.words == about.explanation else row.words,
                    refusal(row, row.connection),
                )
            )
    return found


def _filters(cause: Cause) -> dict[str, str | int]:
    """The filters of the Orders list that come closest to the group."""
    return {
        "problem" if name == "code" else name: value for name, value in fields_of(cause).items() if name != "dismissal"
    }


def _answer(cause: Cause, verb: str) -> str:
    """The page that asks for this action for all of the group's orders."""
    chosen = urlencode({"all": "1", "filter": f"?{urlencode(_filters(cause))}"})
    return f"{reverse('act', args=[verb])}?{chosen}"


def shown_groups() -> list[ShownGroup]:
    """The open groups for which somebody must act, without the words of the platforms."""
    return [each for each in shown_of(trouble.groups(words=False)) if each.actor != Actor.NOBODY]


def folded(found: Iterable[ShownGroup]) -> list[ShownCause]:
    """Groups of the same cause together, the causes with the most orders first."""
    causes: dict[tuple[str, str], list[ShownGroup]] = {}
    for group in found:
        causes.setdefault((group.cause.code, group.actor), []).append(group)
    return sorted(map(ShownCause, causes.values()), key=lambda cause: -cause.n)


def shown_of(found: list[Group]) -> Iterator[ShownGroup]:
    accounts, stores = names.accounts(), names.stores()
    dismissals = Dismissal.objects.select_related("by").in_bulk(
        [one.cause.dismissal_id for one in found if one.cause.dismissal_id is not None]
    )
    going_on = {cause: shown(run) for cause, run in trouble.replays().items()}
    for one in found:
        cause, about = one.cause, kind(one.cause.code)
        where = [accounts.get(cause.account_id, ""), stores.get(cause.store_id or 0, "")]
        yield ShownGroup(
            cause=cause,
            about=about,
            actor=one.actor or about.actor.value,
            platform_code=foreign(cause.code),
            where=" → ".join(filter(None, where)),
            n=one.orders,
            since=one.since,
            last_at=one.last_at,
            words=tuple(pair for pair in one.words if pair[0] != about.explanation),
            fix=fixed_at(cause.code),
            answers=tuple((verb, _answer(cause, verb)) for verb in ANSWERS.get(cause.code, ())),
            orders=address(cause),
            in_list=f"{reverse('orders')}?{urlencode(_filters(cause))}",
            dismissal=dismissals.get(cause.dismissal_id or 0),
            replay=going_on.get(cause),
        )
