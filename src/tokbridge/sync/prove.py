"""The proof that no order is missing: TikTok's own count of the orders placed in a window, beside what is here.

A window of placing times that is closed no longer changes: an order keeps the time it was placed at. So the two counts
must be equal; one call says so. Where they are not, the window is read through, whatever was missing is stored as if
the poll had brought it, and what is still missing after that is kept by its id for people to see.
"""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass

import structlog
from django.conf import settings

from tokbridge.core.errors import OutsideError
from tokbridge.records.models import Account, Order, Proof, Watermark
from tokbridge.sync.connections import Marketplace, account_and_shop, marketplace
from tokbridge.sync.intake import store_orders
from tokbridge.sync.limits import note_credential
from tokbridge.tiktok import orders

FEED = "proof"  # the name of this round among the account's watermarks
DAY = 86400
WINDOWS = {"day": (1, 0), "before": (2, 1)}  # name -> days before the end, from and to
EVERY_POLLS, OPEN_POLLS = 5, 2  # in polls: how often a proof is made; how long an order may take to arrive
LEASE = 120.0
PAGE, PAGES = 100, 300  # orders of a page; pages that are read at most to find what is missing
NAMED = 100  # ids of missing orders that are kept

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class _Window:
    begin: int
    end: int


def every() -> float:
    """Seconds between two proofs of an account."""
    return EVERY_POLLS * settings.POLL_SECONDS


def prove(account_id: int) -> list[int]:
    """Compare every window of an account; returns the orders to look at that only this has brought. Nothing when another
    worker is at it. On trouble the proofs that stand stay, with their time, and the error is raised."""
    account, _shop = account_and_shop(account_id)
    token = secrets.token_hex(8)
    now = time.time()
    Watermark.objects.get_or_create(account=account, feed=FEED)
    mark = Watermark.objects.filter(account=account, feed=FEED)
    if not mark.filter(lease_until__lt=now).update(lease_token=token, lease_until=now + LEASE, next_at=now + every()):
        return []
    market = marketplace(account.authorisation_id)
    end = int(now + market.client.offset - OPEN_POLLS * settings.POLL_SECONDS)
    due: list[int] = []
    try:
        for name, (first, last) in WINDOWS.items():
            due += _compare(market, account, name, _Window(end - first * DAY, end - last * DAY))
        market.outside.accepted()
    except OutsideError as error:
        note_credential(market.outside, error)
        raise
    finally:
        mark.filter(lease_token=token).update(lease_token="", lease_until=0)
    return due


def _compare(market: Marketplace, account: Account, name: str, window: _Window) -> list[int]:
    _account, shop = account_and_shop(account.pk)
    told = orders.search_created(
        market.client, shop, create_from=window.begin, create_to=window.end, page_size=1
    ).total_count
    here = Order.objects.filter(account=account, placed_at__gte=window.begin, placed_at__lt=window.end).count()
    found = 0
    missing: list[str] = []
    due: list[int] = []
    if told != here:
        ids, found, due = _read_through(market, account, window)
        known = _known(account, ids)
        missing = [order_id for order_id in ids if order_id not in known]
        told, here = max(told, len(ids)), len(known)
    if found or missing:
        log.warning("orders were missing", account=account.name, found=found, still_missing=len(missing))
    values = {"theirs": told, "ours": here, "found": found, "missing": missing[:NAMED]}
    Proof.objects.update_or_create(
        account=account,
        window=name,
        defaults={"begin": window.begin, "end": window.end, "at": time.time(), **values},
    )
    return due


def _read_through(market: Marketplace, account: Account, window: _Window) -> tuple[list[str], int, list[int]]:
    """Every order of the window: (their ids, how many of them were not here, the rows to look at)."""
    _account, shop = account_and_shop(account.pk)
    ids: dict[str, None] = {}
    found, token = 0, ""
    due: list[int] = []
    for _ in range(PAGES):
        sent_at = time.time()
        page = orders.search_created(
            market.client, shop, create_from=window.begin, create_to=window.end, page_token=token, page_size=PAGE
        )
        known = _known(account, [str(raw.get("id")) for raw in page.orders])
        unknown = [raw for raw in page.orders if str(raw.get("id")) not in known]
        brought = store_orders(account, unknown, sent_at)
        found += len(brought.new)
        due += brought.due
        ids |= dict.fromkeys(str(raw.get("id")) for raw in page.orders)
        token = page.next_page_token
        if not token:
            break
    return list(ids), found, due


def _known(account: Account, ids: list[str]) -> set[str]:
    known: set[str] = set()
    for first in range(0, len(ids), 500):
        part = ids[first : first + 500]
        known |= set(Order.objects.filter(account=account, tiktok_id__in=part).values_list("tiktok_id", flat=True))
    return known
