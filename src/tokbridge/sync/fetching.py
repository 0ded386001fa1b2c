"""Fetching on demand, for one account at a time: what is new, a range of time, or named orders."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from django.conf import settings

from tokbridge.core.errors import Refused
from tokbridge.core.saying import say
from tokbridge.records.models import Account, Order
from tokbridge.sync.asked import NotPossible
from tokbridge.sync.feeds import DETAILS, Progress, fetch_ids, poll
from tokbridge.sync.intake import Intake
from tokbridge.tiktok.errors import NOT_YOURS

BUSY = 60.0  # seconds to wait for a worker that is reading the same feed
LOOK_EVERY = 0.5


@dataclass(frozen=True, slots=True)
class Answer:
    """What one call said of the orders that it named. `refused`: it named one alone, and that is not this seller's."""

    ids: Sequence[str]
    brought: Intake = field(default_factory=Intake)
    refused: Refused | None = None


def accounts_to_ask(shop_id: str = "") -> list[Account]:
    """The connected accounts, or the one with this shop id. Raises `NotPossible` when there is none."""
    rows = list(Account.objects.exclude(authorisation__access_token="").order_by("name"))
    wanted = [row for row in rows if not shop_id or row.shop_id == shop_id]
    if not rows:
        raise NotPossible("No TikTok shop is connected; `tokbridge check` says which settings are missing.")
    if not wanted:
        there = ", ".join(f"{row.shop_id} ({row.name})" for row in rows)
        raise NotPossible(say("No shop {shop} is connected. There are: {there}", shop=shop_id, there=there))
    return wanted


def fetch_news(account: Account, progress: Progress) -> Intake:
    """The feed's next window. A worker may be reading it at this moment: its turn first, then ours."""
    give_up = time.monotonic() + BUSY
    while True:
        brought = poll(account.pk, "orders", settings.POLL_SECONDS, progress)
        if brought is not None:
            return brought
        if time.monotonic() > give_up:
            raise NotPossible(
                say(
                    "A worker has been reading the orders of {account} for {seconds} s; they are being stored.",
                    account=account.name,
                    seconds=int(BUSY),
                )
            )
        progress(0, 0)
        time.sleep(LOOK_EVERY)


def fetch_named(account_id: int, tiktok_ids: Sequence[str], before_call: Callable[[], None]) -> Iterator[Answer]:
    """Read named orders of one account, 50 with a call. One that is not this seller's makes TikTok refuse all that were
    named with it, so each half is then asked for alone, down to that one: every id is in exactly one answer.
    `before_call` may raise to end it. Raises `OutsideError` for whatever else goes wrong."""
    asked_for = [tiktok_ids[first : first + DETAILS] for first in range(0, len(tiktok_ids), DETAILS)]
    while asked_for:
        ids = asked_for.pop(0)
        before_call()
        try:
            brought = fetch_ids(account_id, list(ids))
        except Refused as error:
            if error.code != NOT_YOURS:
                raise
            if len(ids) == 1:
                yield Answer(ids, refused=error)
            else:
                half = len(ids) // 2
                asked_for[:0] = [ids[:half], ids[half:]]
        else:
            yield Answer(ids, brought)


def not_there(tiktok_ids: Sequence[str], account_ids: Sequence[int], since: float) -> list[str]:
    """Those of the ids that none of the accounts has brought since then (our clock)."""
    there = Order.objects.filter(account__in=account_ids, tiktok_id__in=tiktok_ids, read_at__gte=since)
    known = set(there.values_list("tiktok_id", flat=True))
    return [tiktok_id for tiktok_id in tiktok_ids if tiktok_id not in known]
