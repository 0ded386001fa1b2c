"""Webhooks of both sides: checked, kept, answered at once, followed afterwards."""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Mapping

import structlog
from django.db.models import F

from tokbridge.core.errors import OutsideError, Refused
from tokbridge.core.saying import say
from tokbridge.records.models import Account, Authorisation, Event, Store
from tokbridge.stores.base import HookMalformed, HookRefused
from tokbridge.sync import queue
from tokbridge.sync.connections import web_store
from tokbridge.sync.feeds import fetch_ids
from tokbridge.sync.journal import note_connection_problem
from tokbridge.sync.tokens import app_of
from tokbridge.sync.watch import look_at
from tokbridge.sync.work import work
from tokbridge.tiktok.webhooks import BadSignature, Malformed, verify_and_parse

LARGEST_BODY = 1024 * 1024
KEPT_BODY = 20_000

DEAUTHORISED, EXPIRING = 6, 7  # TikTok's types (reference 7.3)

TOGETHER = 50  # events followed in one go: as many ids as one detail call takes (reference 3.3)

_followers: dict[str, threading.Lock] = {}
_followers_lock = threading.Lock()

log = structlog.get_logger()


class NotAccepted(Exception):
    """A webhook that is not from whom it claims to be; answered 401, counted, its body dropped."""


def take_tiktok(headers: Mapping[str, str], body: bytes) -> Event:
    """Check and keep a webhook of TikTok's. Raises `NotAccepted` for a wrong signature."""
    for row in Authorisation.objects.all():
        try:
            hook = verify_and_parse(app_of(row), headers, body)
        except BadSignature:
            continue
        except Malformed as error:
            return _keep("tiktok", _digest(body), "?", "malformed", [], str(error), body)
        account = Account.objects.filter(shop_id=hook.shop_id).first()
        refs = [*hook.order_ids]
        state = "new" if hook.known and account and refs else "done" if hook.known else "unknown"
        event_id = hook.notification_id or _digest(body)
        if account and hook.type in {DEAUTHORISED, EXPIRING}:
            words = str(hook.data.get("message") or hook.name)
            note_connection_problem(row.connection_id, "reauthorise", Refused(f"webhook {hook.type}", words))
        kept_body = body if state == "unknown" else b""
        event = _keep(f"tiktok:{hook.shop_id}"[:40], event_id, hook.name, state, refs, "", kept_body)
        if event.state == "new":
            queue.take_event(event.pk)
        return event
    log.warning("webhook with a wrong signature", source="tiktok", size=len(body))
    raise NotAccepted


def take_store(store_id: int, headers: Mapping[str, str], body: bytes) -> Event:
    """Check and keep a webhook of a store's. Raises `NotAccepted`, also for a store that does not exist."""
    source = f"store:{store_id}"
    if not Store.objects.filter(pk=store_id).exists():
        raise NotAccepted
    try:
        hint = web_store(store_id).store.hints(headers, body)
    except HookRefused:
        log.warning("webhook with a wrong signature", source=source, size=len(body))
        raise NotAccepted from None
    except HookMalformed as error:
        return _keep(source, _digest(body), "?", "malformed", [], str(error), body)
    state = "new" if hint.order_refs else "done"
    event = _keep(source, hint.event_id or _digest(body), hint.topic, state, list(hint.order_refs), "", b"")
    if event.state == "new":
        queue.take_event(event.pk)
    return event


def follow(event_id: int) -> None:
    """Look at what a kept webhook speaks of, and at what the other new ones of its source do, in one call; then mark
    them done. On trouble they stay new and the sweep takes them again."""
    source = Event.objects.values_list("source", flat=True).get(pk=event_id)
    with _follower_of(source):
        waiting = Event.objects.filter(source=source, state="new")
        own = waiting.filter(pk=event_id).first()
        if own is None:
            return  # whoever followed this source just now took it along
        together = [own, *waiting.exclude(pk=event_id).order_by("pk")[: TOGETHER - 1]]
        try:
            try:
                due = _read(source, together)
            except Refused:  # perhaps because of one of the others: this one alone
                together = [own]
                due = _read(source, together)
        except OutsideError as error:
            log.info("webhooks could not be followed yet", source=source, events=len(together), code=error.code)
            return
        Event.objects.filter(pk__in=[event.pk for event in together]).update(state="done")
    why = say("webhook {topics}", topics=", ".join(sorted({event.topic for event in together})))
    if len(due) == 1:
        work(due[0], why)
    else:
        queue.wake(due, why)


def _read(source: str, events: list[Event]) -> list[int]:
    """Read the orders these webhooks speak of where they came from; returns the rows to look at."""
    refs = list(dict.fromkeys(ref for event in events for ref in event.refs))
    kind, _, name = source.partition(":")
    if kind == "store":
        return look_at(int(name), refs)
    return list(fetch_ids(Account.objects.get(shop_id=name).pk, refs).due)


def _follower_of(source: str) -> threading.Lock:
    """One thread of a process follows a source at a time; the others find their events taken along."""
    with _followers_lock:
        return _followers.setdefault(source, threading.Lock())


def _keep(source: str, event_id: str, topic: str, state: str, refs: list[str], words: str, body: bytes) -> Event:
    """One row per event; a repeated delivery only counts."""
    event, made = Event.objects.get_or_create(
        source=source,
        event_id=event_id[:120],
        defaults={
            "topic": topic[:60],
            "state": state,
            "refs": refs,
            "words": words[:300],
            "body": body[:KEPT_BODY].decode("utf-8", "replace"),
            "received_at": time.time(),
        },
    )
    if not made:
        Event.objects.filter(pk=event.pk).update(times=F("times") + 1)
        event.state = "done"
    return event


def _digest(body: bytes) -> str:
    return "sha256:" + hashlib.sha256(body).hexdigest()
