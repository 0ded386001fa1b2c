"""Pictures of products: fetched by the workers and kept, so that a browser asks only us.

The address comes with the order, so it is somebody else's text: only HTTPS to a public address is fetched, no redirect
is followed, and what a picture is its own bytes say. Whatever goes wrong here, an order never waits for it.
"""

from __future__ import annotations

import ipaddress
import random
import re
import socket
import time
from collections.abc import Callable, Iterable
from urllib.parse import urlsplit

import httpcore2
import structlog
from django.db.models import Count, Sum

from tokbridge.core.errors import OutsideError
from tokbridge.core.wire import Request
from tokbridge.records.models import Authorisation, Line, Picture
from tokbridge.sync.deadline import Pool

LARGEST = 1024 * 1024
CALL_DEADLINE = 8.0
MOST_BYTES, MOST_ROWS = 200 * 1024 * 1024, 20_000
AT_ONCE = 8  # pictures in one round
NEWEST = 500  # lines that are looked at for new pictures in one round
CLAIM = 60.0  # seconds after which a picture whose worker died is fetched by another
RETRY_FIRST, RETRY_MOST, MOST_TRIES = 30.0, 86400.0, 6
USED_EVERY = 86400.0  # that a picture is used is written down once a day

_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_ADDRESS = re.compile(r"https?://[!-~]+")
_HOST = re.compile(r"[A-Za-z0-9.-]{1,253}")
_BEGINNINGS = {
    b"\xff\xd8\xff": "image/jpeg",
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"GIF87a": "image/gif",
    b"GIF89a": "image/gif",
}

log = structlog.get_logger()


def wanted(urls: Iterable[str]) -> dict[str, str]:
    """The keys of those of these pictures that are here, by address; the others are fetched soon. Asks nobody outside.
    One that was given up is tried again, at most once a day."""
    now = time.time()
    keys = {Picture.key_of(url): url for url in urls if _ADDRESS.fullmatch(url) and len(url) <= 500}
    rows = list(Picture.objects.filter(key__in=keys).only("key", "kind", "used_at", "next_at"))
    _note(now, {key: url for key, url in keys.items() if key not in {row.key for row in rows}})
    stale = [row for row in rows if row.used_at < now - USED_EVERY]
    if stale:
        Picture.objects.filter(key__in=[row.key for row in stale]).update(used_at=now)
        given_up = [row.key for row in stale if not row.kind and row.next_at is None]
        Picture.objects.filter(key__in=given_up).update(next_at=now, tries=0)
    return {keys[row.key]: row.key for row in rows if row.kind}


def note_new(seen: int | None) -> int:
    """Note the pictures of units that came after line `seen` (None: of the newest); returns up to which line that is
    done. What it misses is noted when somebody opens the order."""
    if seen is None:
        lines = list(Line.objects.order_by("-pk").values_list("pk", "image")[:NEWEST])
    else:
        lines = list(Line.objects.filter(pk__gt=seen).order_by("pk").values_list("pk", "image")[:NEWEST])
    keys = {Picture.key_of(url): url for _, url in lines if _ADDRESS.fullmatch(url)}
    known = set(Picture.objects.filter(key__in=keys).values_list("key", flat=True))
    _note(time.time(), {key: url for key, url in keys.items() if key not in known})
    return max((pk for pk, _ in lines), default=seen or 0)


def _note(now: float, pictures: dict[str, str]) -> None:
    rows = [Picture(key=key, url=url, used_at=now, next_at=now) for key, url in pictures.items()]
    if rows:
        Picture.objects.bulk_create(rows, ignore_conflicts=True)


def fetch_due(stopping: Callable[[], bool] = lambda: False) -> int:
    """Fetch a few of the pictures that are due, and make room; returns how many were fetched."""
    now = time.time()
    due = list(Picture.objects.filter(next_at__lte=now).order_by("next_at").defer("body")[:AT_ONCE])
    fetched = 0
    for row in due:
        if stopping():
            break
        if Picture.objects.filter(pk=row.pk, next_at=row.next_at).update(next_at=time.time() + CLAIM):
            fetched += _fetch(row)
    if fetched:
        _make_room()
    return fetched


def _fetch(row: Picture) -> bool:
    way = _way_to(row.url)
    if way is None:
        _change(row, tries=row.tries + 1, code="address not allowed", next_at=None)
        return False
    try:
        answer = way.send(
            Request("picture", "GET", row.url, {"Accept": "image/jpeg, image/png, image/webp, image/gif"})
        )
    except OutsideError as error:
        return _failed(row, error.code)
    if answer.status != 200:
        return _failed(row, f"http {answer.status}")
    kind = kind_of(answer.body)
    if not kind:
        return _failed(row, "not a picture")
    _change(row, kind=kind, size=len(answer.body), body=answer.body, fetched_at=time.time(), next_at=None, code="")
    return True


def _failed(row: Picture, code: str) -> bool:
    """Later and later, and at last no more until somebody opens such an order again."""
    pause = min(RETRY_MOST, RETRY_FIRST * 8.0**row.tries) * random.uniform(0.75, 1.25)  # noqa: S311 - jitter
    next_at = time.time() + pause if row.tries + 1 < MOST_TRIES else None
    _change(row, tries=row.tries + 1, code=code[:60], next_at=next_at)
    log.info("picture could not be fetched", code=code, tries=row.tries + 1)
    return False


def _change(row: Picture, **columns: object) -> None:
    Picture.objects.filter(pk=row.pk).update(**columns)


def kind_of(body: bytes) -> str:
    """The content type that these bytes are, "" when they are none of the four that we serve."""
    if body[:4] == b"RIFF" and body[8:12] == b"WEBP":
        return "image/webp"
    return next((kind for beginning, kind in _BEGINNINGS.items() if body.startswith(beginning)), "")


def _make_room() -> None:
    """Erase what was not used for longest, until the rest is small enough."""
    told = Picture.objects.aggregate(bytes=Sum("size"), rows=Count("pk"))
    if (told["bytes"] or 0) <= MOST_BYTES and told["rows"] <= MOST_ROWS:
        return
    room, kept, last = MOST_BYTES, 0, []
    for key, size in Picture.objects.order_by("-used_at", "key").values_list("key", "size"):
        room, kept = room - size, kept + 1
        if room < 0 or kept > MOST_ROWS:
            last.append(key)
    for start in range(0, len(last), 200):
        Picture.objects.filter(key__in=last[start : start + 200]).delete()


def _way_to(url: str) -> Pool | None:
    """Who may fetch this address; None when nobody may."""
    if not _ADDRESS.fullmatch(url):
        return None
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return None
    if "@" in parts.netloc or not _HOST.fullmatch(host):
        return None
    if parts.scheme == "https" and port in {None, 443}:
        return _outside
    if parts.scheme == "http" and (host, port) in _sandboxes():
        return _own_machine
    return None


def _sandboxes() -> set[tuple[str, int | None]]:
    """Hosts and ports of a TikTok that is a sandbox on this machine: pictures of its orders may come from there only."""
    urls = Authorisation.objects.values_list("api_url", flat=True).distinct()
    parts = [urlsplit(url) for url in urls]
    return {(one.hostname or "", one.port) for one in parts if one.scheme == "http"}


def is_public(address: str) -> bool:
    """Whether this IP address is one of the open internet, and not a way into a network that trusts us."""
    ip = ipaddress.ip_address(address)
    if isinstance(ip, ipaddress.IPv6Address) and (ip.ipv4_mapped or ip.sixtofour or ip.teredo or ip in _NAT64):
        return False
    return ip.is_global and not ip.is_multicast


def _resolve(host: str, port: int, fits: Callable[[str], bool]) -> str:
    """The connection goes to the very address that was checked; a name that also leads elsewhere is refused."""
    try:
        found = [str(one[4][0]) for one in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    except (OSError, UnicodeError) as error:
        raise httpcore2.ConnectError("the name does not resolve") from error
    if not found or not all(fits(address) for address in found):
        raise httpcore2.ConnectError("not an address that pictures may come from")
    return found[0]


def _choose_public(host: str, port: int) -> str:
    return _resolve(host, port, is_public)


def _choose_loopback(host: str, port: int) -> str:
    return _resolve(host, port, lambda address: ipaddress.ip_address(address).is_loopback)


_outside = Pool(connections=2, deadline=CALL_DEADLINE, largest=LARGEST, choose=_choose_public)
_own_machine = Pool(connections=2, deadline=CALL_DEADLINE, largest=LARGEST, choose=_choose_loopback)
