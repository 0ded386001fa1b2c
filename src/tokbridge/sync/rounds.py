"""The clock of a worker: every second it asks the rows what is due and wakes it. Any number of workers may do so;
leases on the rows make all but one of them harmless."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import structlog
from django.conf import settings
from django.db import close_old_connections, connection
from django.db.models import Q

from tokbridge.core.errors import OutsideError
from tokbridge.core.saying import say
from tokbridge.records.facets import compact
from tokbridge.records.models import Account, Event, Order, Run, Store, Watermark
from tokbridge.sync import pictures, prove, queue
from tokbridge.sync.feeds import poll
from tokbridge.sync.kept_runs import erase_old_runs
from tokbridge.sync.prepare import prepare_store, register_webhooks
from tokbridge.sync.references import send_references
from tokbridge.sync.stock_proof import look_for_reservations
from tokbridge.sync.watch import watch

DAY_EVERY = 3600.0  # the last 24 hours of orders are read again this often
PREPARE_EVERY = 86400.0
REWAKE = 60.0  # a woken order that nobody took up is woken again after this
EVENT_PATIENCE = 15.0  # a kept webhook that nobody followed is taken again after this
WAKE_AT_ONCE = 500
TALLY_EVERY = 10.0  # what the database noted of changed counts is added up
ERASE_EVERY = 3600.0  # what is old enough is erased
PICTURES_EVERY = 3.0

log = structlog.get_logger()


def sweep() -> int:
    """Wake every order that is due, and every order whose worker died; returns how many."""
    now = time.time()
    due = Q(due_at__lte=now, lease_until__lt=now) | (Q(lease_until__lt=now) & ~Q(lease_token=""))
    ids = list(
        Order.objects.filter(due, woken_at__lt=now - REWAKE)
        .order_by("due_at")
        .values_list("pk", flat=True)[:WAKE_AT_ONCE]
    )
    for start in range(0, len(ids), 200):
        Order.objects.filter(pk__in=ids[start : start + 200]).update(woken_at=now)
    queue.wake(ids, say("due"))
    return len(ids)


_POLLED = {
    "orders": say("poll of orders"),
    "cancellations": say("poll of cancellations"),
    "day": say("poll of the last day"),
}


def poll_feed(account_id: int, feed: str) -> None:
    """Poll a feed and wake what it brought."""
    if feed == prove.FEED:
        prove_account(account_id)
        return
    every = DAY_EVERY if feed == "day" else settings.POLL_SECONDS
    try:
        brought = poll(account_id, feed, every)
    except OutsideError as error:
        log.info("feed could not be read; it is read again", feed=feed, code=error.code)
        return
    if brought is not None:
        queue.wake(brought.due, _POLLED[feed])


def prove_account(account_id: int) -> None:
    """Compare an account's orders with TikTok's count, and wake what was missing."""
    try:
        due = prove.prove(account_id)
    except OutsideError as error:
        log.info("orders could not be counted; they are counted again", account=account_id, code=error.code)
        return
    queue.wake(due, say("missing until counted"))


def poll_store(store_id: int) -> None:
    """Poll a store and wake the orders it spoke of."""
    try:
        due = watch(store_id, settings.POLL_SECONDS)
    except OutsideError as error:
        log.info("store could not be read; it is read again", store=store_id, code=error.code)
        return
    queue.wake(due or [], say("poll of the store"))


def _tick_feeds() -> None:
    now = time.time()
    feeds = ("orders", "cancellations", "day", prove.FEED)
    wanted = {(account, feed) for account in _accounts() for feed in feeds}
    later = set(Watermark.objects.filter(next_at__gt=now).values_list("account_id", "feed"))
    for account_id, feed in sorted(wanted - later):
        # taken by the worker; until then the next tick must not ask again
        Watermark.objects.update_or_create(account_id=account_id, feed=feed, defaults={"next_at": now + 10})
        queue.read_feed(account_id, feed)


def _tick_accounts() -> None:
    now = time.time()
    for account_id in Account.objects.filter(prepare_at__lte=now, pk__in=_accounts()).values_list("pk", flat=True):
        Account.objects.filter(pk=account_id).update(prepare_at=now + PREPARE_EVERY)
        register_webhooks(account_id)


def _accounts() -> list[int]:
    return list(Account.objects.exclude(authorisation__access_token="").values_list("pk", flat=True))


def _tick_stores() -> None:
    now = time.time()
    for store_id in Store.objects.filter(next_at__lte=now).values_list("pk", flat=True):
        Store.objects.filter(pk=store_id).update(next_at=now + 10)
        queue.read_store(store_id)
    for store_id in Store.objects.filter(prepare_at__lte=now).values_list("pk", flat=True):
        Store.objects.filter(pk=store_id).update(prepare_at=now + PREPARE_EVERY)
        prepare_store(store_id)


def _tick_events() -> None:
    late = Event.objects.filter(state="new", received_at__lt=time.time() - EVENT_PATIENCE)
    for event_id in late.values_list("pk", flat=True)[:WAKE_AT_ONCE]:
        queue.take_event(event_id)


def _tick_runs() -> None:
    """Advance every run that is due, also one whose worker died."""
    now = time.time()
    due = Run.objects.filter(ended_at__isnull=True, next_at__lte=now, lease_until__lt=now)
    for run_id in due.order_by("next_at").values_list("pk", flat=True)[:20]:
        # taken by the worker; until then the next tick must not ask again
        Run.objects.filter(pk=run_id).update(next_at=now + 10)
        queue.advance_run(run_id)


class Rounds:
    """Runs the rounds in a thread of their own until stopped."""

    EVERY = 1.0

    def __init__(self) -> None:
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="rounds", daemon=True)
        self._aside = threading.Thread(target=self._pictures, name="pictures", daemon=True)
        self._newest_line: int | None = None
        self._event_at = 0.0
        self._reference_at = 0.0
        self._proof_at = 0.0
        self._tally_at = 0.0
        self._erase_at = -ERASE_EVERY  # at the start, whatever the machine's clock counts from

    def start(self) -> None:
        self._thread.start()
        self._aside.start()

    def stop(self) -> None:
        self._stop.set()
        self._thread.join(timeout=30)
        self._aside.join(timeout=30)

    def _run(self) -> None:
        while not self._stop.is_set():
            for task in (
                sweep,
                _tick_feeds,
                _tick_stores,
                _tick_accounts,
                _tick_runs,
                self._events,
                self._references,
                self._proofs,
                self._tallies,
                self._old_runs,
            ):
                self._safely(task)
            self._stop.wait(self.EVERY)
        connection.close()

    def _pictures(self) -> None:
        """In a thread of its own: however slow the host of the pictures is, nothing else waits for it."""
        while not self._stop.is_set():
            self._safely(self._fetch_pictures)
            self._stop.wait(PICTURES_EVERY)
        connection.close()

    def _fetch_pictures(self) -> None:
        self._newest_line = pictures.note_new(self._newest_line)
        pictures.fetch_due(self._stop.is_set)

    def _events(self) -> None:
        if time.monotonic() - self._event_at > EVENT_PATIENCE:
            self._event_at = time.monotonic()
            _tick_events()

    def _references(self) -> None:
        if time.monotonic() - self._reference_at > 5:
            self._reference_at = time.monotonic()
            send_references()

    def _proofs(self) -> None:
        if time.monotonic() - self._proof_at > 5:
            self._proof_at = time.monotonic()
            look_for_reservations()

    def _tallies(self) -> None:
        if time.monotonic() - self._tally_at > TALLY_EVERY:
            self._tally_at = time.monotonic()
            compact()

    def _old_runs(self) -> None:
        if time.monotonic() - self._erase_at > ERASE_EVERY and not erase_old_runs():
            self._erase_at = time.monotonic()

    def _safely(self, task: Callable[[], object]) -> None:
        try:
            task()
        except OutsideError as error:
            log.info("round could not be finished", round=task.__name__, code=error.code)
        except Exception:
            log.exception("unexpected error", round=task.__name__)
            close_old_connections()
