"""Today's proof on the Overview page: for each account TikTok's own count beside what is here and where it stands.

Nothing is asked outside here: the workers count every few minutes (`sync.prove`) and this shows what they kept. Where
the orders of a window stand is read anew, so that every figure is the length of the list that it leads to.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tokbridge.core.standing import TokbridgeStatus
from tokbridge.records import overview as figures
from tokbridge.records.facets import Facet
from tokbridge.records.models import Account, Proof
from tokbridge.sync import prove
from tokbridge.web import words
from tokbridge.web.lists import counted, orders
from tokbridge.web.span import Span
from tokbridge.web.tabs import ALL, STATUS_TABS, Tab

MOST_ACCOUNTS = 50
KEPT = 10.0  # seconds a process trusts where the orders of a window stand
LATE_ROUNDS = 3  # so many rounds without a count and the proof is called old
WINDOWS = {"day": _("last 24 hours"), "before": _("the 24 hours before")}
ON_THE_WAY = (TokbridgeStatus.WAITING, TokbridgeStatus.READY, TokbridgeStatus.CREATING, TokbridgeStatus.UNKNOWN)

_lock = threading.Lock()
_stand: dict[tuple[int, int, int], tuple[float, dict[Facet, int]]] = {}


@dataclass(frozen=True, slots=True)
class Part:
    """So many orders and where they are listed."""

    n: int
    title: str | Promise
    address: str


@dataclass(frozen=True, slots=True)
class Window:
    """One account's orders of one window. `missing`: TikTok has them and we do not; `fetch`: the form that brings them;
    `old`: the last count is longer ago than it should be."""

    title: str | Promise
    proof: Proof
    here: Part
    carried: Part
    waiting: list[Part]
    blocked: Part
    others: list[Part]
    missing: int
    fetch: str
    old: bool


@dataclass(frozen=True, slots=True)
class Proven:
    """`windows`: none while TikTok was not asked yet."""

    account: Account
    windows: list[Window]


def proven() -> list[Proven]:
    accounts = Account.objects.order_by("name", "pk")[:MOST_ACCOUNTS]
    proofs: dict[int, dict[str, Proof]] = {}
    for one in Proof.objects.filter(account__in=list(accounts)):
        proofs.setdefault(one.account_id, {})[one.window] = one
    late = time.time() - LATE_ROUNDS * prove.every()
    found = []
    for account in accounts:
        own = proofs.get(account.pk, {})
        found.append(Proven(account, [_window(account, own[name], late) for name in WINDOWS if name in own]))
    return found


def missing(found: Iterable[Proven]) -> int:
    return sum(window.missing for one in found for window in one.windows)


def counted_at(found: Iterable[Proven]) -> float | None:
    """When the count that is longest ago was made."""
    return min((window.proof.at for one in found for window in one.windows), default=None)


def forget() -> None:
    """Count anew."""
    with _lock:
        _stand.clear()


def _window(account: Account, proof: Proof, late: float) -> Window:
    standing = _standing(account.pk, proof.begin, proof.end)
    asked: dict[str, str | int] = {"account": account.pk, "span": str(Span(proof.begin, proof.end))}

    def listed(**more: str) -> str:
        return orders(**asked, **more)

    def tally(standings: Iterable[str]) -> list[Part]:
        """Not carried: by Tokbridge status, and those that wait also by their TikTok status, which says why."""
        counted: Counter[tuple[str, Tab]] = Counter()
        for facet, n in standing.items():
            if not facet.created and facet.standing in standings:
                counted[facet.standing, _tab(facet) if facet.standing == TokbridgeStatus.WAITING else ALL] += n
        parts = []
        for (name, tab), n in counted.most_common():
            title = words.TOKBRIDGE_STATUS[name] if tab is ALL else tab.title
            parts.append(Part(n, title, listed(created="no", standing=name, tab=tab.key)))
        return parts

    carried = sum(n for facet, n in standing.items() if facet.created)
    others = [one.value for one in TokbridgeStatus if one not in (*ON_THE_WAY, TokbridgeStatus.BLOCKED)]
    blocked = TokbridgeStatus.BLOCKED.value
    # a record that nobody can read has no time of placing: it is here, and in no list of a day
    here = max(sum(standing.values()), proof.ours)
    lost = max(0, proof.theirs - here)
    return Window(
        title=WINDOWS[proof.window],
        proof=proof,
        here=Part(here, "", counted(**asked)),
        carried=Part(carried, "", counted(**asked, created="yes")),
        waiting=tally([one.value for one in ON_THE_WAY]),
        blocked=Part(sum(one.n for one in tally([blocked])), "", listed(created="no", standing=blocked)),
        others=tally(others),
        missing=lost,
        fetch=_fetch(account, proof) if lost else "",
        old=proof.at < late,
    )


def _tab(facet: Facet) -> Tab:
    return next((tab for tab in STATUS_TABS if tab.walked.fits(facet)), ALL)


def _fetch(account: Account, proof: Proof) -> str:
    """The form that fetches what is missing, filled in: by id where the ids are known."""
    asked = {"shop": account.shop_id, "what": "new"}
    if proof.missing:
        asked |= {"what": "ids", "ids": " ".join(proof.missing)}
    return f"{reverse('fetch')}?{urlencode(asked)}"


def _standing(account_id: int, begin: int, end: int) -> dict[Facet, int]:
    now = time.monotonic()
    key = (account_id, begin, end)
    with _lock:
        until, found = _stand.get(key, (0.0, {}))
    if until > now:
        return found
    found = figures.placed_at(account_id, begin, end)
    with _lock:
        for old in [one for one, (until, _found) in _stand.items() if until <= now]:
            del _stand[old]
        _stand[key] = (now + KEPT, found)
    return found
