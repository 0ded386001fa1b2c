"""Reading TikTok's feeds so that nothing is missed.

A window starts 120 s before the watermark and ends now. Paging by offsets skips records when one moves while it is
read, so a window is read again until as many different ids were stored as any of its pages had counted: then nothing
that was in it when the last page was sent is missing, also when others had arrived meanwhile. Only then does the
watermark move, to TikTok's own time of the first page. The next page is on its way while this one is stored.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import structlog
from django.db import connections

from tokbridge.core.errors import OutsideError
from tokbridge.records.models import Account, Cancellation, Order, Watermark
from tokbridge.sync.connections import account_and_shop, marketplace
from tokbridge.sync.intake import Intake, store_orders
from tokbridge.sync.limits import note_credential
from tokbridge.tiktok import cancellations, orders
from tokbridge.tiktok.shop import Shop
from tokbridge.tiktok.transport import Client

OVERLAP = 120
FIRST_LOOK_BACK = 90 * 86400  # seconds of history read at connecting
DAY = 86400
PASSES = 5
LEASE = 60.0
DETAILS = 50  # ids in one detail call (reference 3.3)

log = structlog.get_logger()
Progress = Callable[[int, int], None]  # stored so far, TikTok's count


def _ignore(_stored: int, _total: int) -> None:
    pass


def poll(account_id: int, feed: str, every: float, progress: Progress = _ignore) -> Intake | None:
    """Read one feed ("orders", "cancellations", or "day": the last 24 h of orders again) up to now.

    None when another worker is reading it. On trouble the watermark stays and the error is raised.
    """
    account, shop = account_and_shop(account_id)
    token = secrets.token_hex(8)
    now = time.time()
    mark, _ = Watermark.objects.get_or_create(account=account, feed=feed)
    mine = Watermark.objects.filter(pk=mark.pk, lease_token=token)
    if not Watermark.objects.filter(pk=mark.pk, lease_until__lt=now).update(
        lease_token=token, lease_until=now + LEASE, next_at=now + every
    ):
        return None

    def renew(stored: int, total: int) -> None:
        mine.update(lease_until=time.time() + LEASE)
        progress(stored, total)

    market = marketplace(account.authorisation_id)
    server_now = int(now + market.client.offset)
    mark.refresh_from_db()
    start = server_now - DAY if feed == "day" else (mark.value or server_now - FIRST_LOOK_BACK) - OVERLAP
    try:
        read = _cancellations if feed == "cancellations" else _orders
        brought, seen_at = read(market.client, account, shop, start, None, renew)
        mine.filter(value__lt=seen_at).update(value=seen_at)
        market.outside.accepted()
    except OutsideError as error:
        note_credential(market.outside, error)
        raise
    finally:
        mine.update(lease_token="", lease_until=0)
    return brought


def fetch_range(account_id: int, start: int, end: int | None, progress: Progress = _ignore) -> Intake:
    """Orders whose update time lies in [start, end), on demand; moves no watermark."""
    account, shop = account_and_shop(account_id)
    market = marketplace(account.authorisation_id)
    try:
        return _orders(market.client, account, shop, start, end, progress)[0]
    except OutsideError as error:
        note_credential(market.outside, error)
        raise


def fetch_ids(account_id: int, tiktok_ids: list[str]) -> Intake:
    """Read these orders from TikTok now. Ids that TikTok does not know simply bring nothing."""
    account, shop = account_and_shop(account_id)
    market = marketplace(account.authorisation_id)
    done = Intake()
    try:
        for first in range(0, len(tiktok_ids), DETAILS):
            sent_at = time.time()
            answer = orders.read(market.client, shop, tiktok_ids[first : first + DETAILS])
            done += store_orders(account, answer.orders, sent_at)
    except OutsideError as error:
        note_credential(market.outside, error)
        raise
    return done


def _orders(
    client: Client, account: Account, shop: Shop, start: int, end: int | None, progress: Progress
) -> tuple[Intake, int]:
    def page(token: str) -> Any:
        return orders.search(client, shop, update_from=start, update_to=end, page_token=token)

    def store(page: Any, sent_at: float) -> tuple[Intake, list[str]]:
        return store_orders(account, page.orders, sent_at), [str(raw.get("id")) for raw in page.orders]

    return _window(page, store, progress)


def _cancellations(
    client: Client, account: Account, shop: Shop, start: int, end: int | None, progress: Progress
) -> tuple[Intake, int]:
    def page(token: str) -> Any:
        return cancellations.search(client, shop, update_from=start, update_to=end, page_token=token)

    def store(page: Any, _sent_at: float) -> tuple[Intake, list[str]]:
        changed = store_cancellations(account, page.cancellations)
        return (fetch_ids(account.pk, changed) if changed else Intake()), [item.id for item in page.cancellations]

    return _window(page, store, progress)


def store_cancellations(account: Account, items: tuple[cancellations.Cancellation, ...]) -> list[str]:
    """Keep what the second feed says; returns the TikTok ids of orders that should be read again."""
    known = dict(
        Cancellation.objects.filter(account=account, tiktok_id__in=[item.id for item in items]).values_list(
            "tiktok_id", "update_time"
        )
    )
    news = [item for item in items if known.get(item.id, -1) < item.update_time]
    Cancellation.objects.bulk_create(
        [
            Cancellation(
                account=account,
                tiktok_id=item.id,
                order_tiktok_id=item.order_id,
                type=item.type,
                status=item.status,
                role=item.role,
                reason=item.reason,
                reason_text=item.reason_text[:300],
                line_ids=list(item.line_ids),
                answer_by=item.answer_by,
                update_time=item.update_time,
            )
            for item in news
        ],
        update_conflicts=True,
        unique_fields=["account", "tiktok_id"],
        update_fields=["status", "role", "reason", "reason_text", "line_ids", "answer_by", "update_time"],
    )
    order_ids = sorted({item.order_id for item in news})
    newer = {item.order_id: item.update_time for item in news}
    read = Order.objects.filter(account=account, tiktok_id__in=order_ids).values_list("tiktok_id", "update_time")
    seen = {order_id for order_id, update_time in read if update_time > newer[order_id]}
    return [order_id for order_id in order_ids if order_id not in seen]


def _window(
    page: Callable[[str], Any], store: Callable[[Any, float], tuple[Intake, list[str]]], progress: Progress
) -> tuple[Intake, int]:
    """Read a window until it is complete; returns what came and TikTok's time of the last pass's first page."""
    done = Intake()
    for _ in range(PASSES):
        ids: set[str] = set()
        first: Any = None
        counted = 0
        for answer, sent_at in _pages(page):
            first = first or answer
            brought, seen = store(answer, sent_at)
            done += brought
            ids.update(seen)
            counted = max(counted, answer.total_count)
            progress(len(ids), counted)
        if len(ids) >= counted:
            break
        log.info("window moved while it was read; reading it again", stored=len(ids), counted=counted)
    else:
        log.warning("window kept moving; the watermark stays", stored=len(ids), counted=counted)
        return done, 0
    return done, int(first.server_time or 0)


def _pages(page: Callable[[str], Any]) -> Iterator[tuple[Any, float]]:
    """All pages, each asked for while the one before is being stored."""

    def ask(token: str) -> tuple[Any, float]:
        sent_at = time.time()
        return page(token), sent_at

    with ThreadPoolExecutor(1, thread_name_prefix="page") as ahead:
        try:
            coming = ahead.submit(ask, "")
            while True:
                answer, sent_at = coming.result()
                token = answer.next_page_token
                if token:
                    coming = ahead.submit(ask, token)
                yield answer, sent_at
                if not token:
                    break
        finally:
            ahead.submit(connections.close_all)
