"""Fetching on demand, for one account at a time: what is new, a range of time, or named orders."""

from __future__ import annotations

import time
from collections.abc import Sequence

from django.conf import settings

from tokbridge.core.saying import say
from tokbridge.records.models import Account, Order
from tokbridge.sync.asked import NotPossible
from tokbridge.sync.feeds import Progress, poll
from tokbridge.sync.intake import Intake

BUSY = 60.0  # seconds to wait for a worker that is reading the same feed
LOOK_EVERY = 0.5


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


def not_there(tiktok_ids: Sequence[str], accounts: Sequence[Account], since: float) -> list[str]:
    """Those of the ids that TikTok did not know when it was asked, after `since` (our clock)."""
    there = Order.objects.filter(account__in=accounts, tiktok_id__in=tiktok_ids, read_at__gte=since)
    known = set(there.values_list("tiktok_id", flat=True))
    return [tiktok_id for tiktok_id in tiktok_ids if tiktok_id not in known]
