"""TikTok's answers told apart: success, and who must do what about a failure (reference tiktok-shop-api.md 8).

The code decides, then keywords of the message, then the HTTP status: an envelope comes with any status, and the same
code 36009004 means five different things.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from tokbridge.core.errors import Actor, CredentialRefused, OutsideError, Refused, Retry, Unknown
from tokbridge.core.saying import say

TOO_MANY_REQUESTS = "36009002"
OVERLOADED = "36009004"
TOKEN_EXPIRED = "105002"  # noqa: S105 - an error code
ON_HOLD = "21011044"
NOT_YOURS = "21008111"  # not this seller's order or package

_CREDENTIALS = frozenset({"101000", "105005", "106001", "36004004", "36004005", "36009033"})
_NOT_FINISHED = frozenset(  # the order service's and the gateway's own failures
    {"36009003", "36009007", "10002014", "10002015", "10006402", "10037002", "10037003", "10037004"}
)
_DEVELOPER = frozenset({"106013", "36009009", "36009010", "36009014", "36009021", "36009022", "36009023", "98001004"})
_OPERATOR = frozenset(
    {
        "10007014",  # package in freeze status, cannot be combined
        NOT_YOURS,
        "21011007",  # item has an after-sale request
        "25001001",  # order status does not allow it
        "25001011",  # a cancellation or return is already open
        "25001021",  # reason does not fit the status
        "25001045",  # already shipped
        "25001051",  # already finished
        "25011014",  # wrong state of the return
    }
)
_KNOWN = _CREDENTIALS | _DEVELOPER | _OPERATOR | {TOKEN_EXPIRED, ON_HOLD}
_SECONDS = re.compile(r"\d+(\.\d+)?")


class TokenRefused(CredentialRefused):
    """The access token has expired or is not known: a renewed one may be accepted."""


class ClockRefused(Refused):
    """The `timestamp` was outside TikTok's window (300 s back, 30 s ahead): our clock, or the offset, is wrong."""

    def __init__(self, code: str, words: str) -> None:
        super().__init__(code, words, Actor.OWNER)


class Unreadable(Refused):
    """TikTok's answer lacks `field`, or holds something there that nobody has seen before."""

    def __init__(self, field: str, words: str) -> None:
        super().__init__("unreadable", say("{field}: {words}", field=field, words=words), Actor.DEVELOPER)
        self.field = field


_KINDS: dict[str, Callable[[str, str], OutsideError]] = {
    TOKEN_EXPIRED: TokenRefused,
    ON_HOLD: Retry,
    **dict.fromkeys(_CREDENTIALS, CredentialRefused),
    **dict.fromkeys(_OPERATOR, Refused),
}


@dataclass(frozen=True, slots=True)
class Envelope:
    """A success: `data` is {} when TikTok sent none. It may still hold `errors` for parts of a batch."""

    data: dict[str, Any]
    request_id: str


def classify(
    http_status: int, headers: Mapping[str, str], body: bytes, write: bool, hide: Iterable[str] = ()
) -> Envelope:
    """The envelope of a success; raises one of `core.errors` for everything else.

    Header names are lower case. `hide` are secrets that TikTok's words might repeat: they become "***".
    """
    after = _retry_after(headers)
    envelope = _envelope(body)
    if envelope is None:
        words = say("The answer is not one of TikTok's (HTTP {http}, {n} bytes).", http=http_status, n=len(body))
        if http_status == 429:
            raise Retry("http 429", words, after=after, limited=True)
        raise _in_doubt(f"http {http_status}", words, write, after)
    code = str(envelope["code"])
    if code == "0" and http_status < 300:
        return Envelope(envelope.get("data") or {}, str(envelope.get("request_id") or ""))
    words = str(envelope.get("message") or "")
    for secret in hide:
        words = words.replace(secret, "***") if secret else words
    raise fault(code, words, write=write, http_status=http_status, after=after)


def fault(code: str, words: str, *, write: bool, http_status: int = 200, after: float | None = None) -> OutsideError:
    """The error that stands for one of TikTok's codes (table 8.3); also for a part of a batch."""
    if code == TOO_MANY_REQUESTS or http_status == 429:
        return Retry(code, words, after=after, limited=True)
    if code == OVERLOADED:
        return _overloaded(words)
    if code in _NOT_FINISHED or (http_status >= 500 and code not in _KNOWN):
        return _in_doubt(code, words, write, after)
    kind = _KINDS.get(code)
    return kind(code, words) if kind else Refused(code, words, Actor.DEVELOPER)


def part_faults(data: Mapping[str, Any], key: str, *, write: bool = True) -> dict[str, OutsideError]:
    """The failures that a success hides in `data.errors[]`, by `detail[key]` ("" when TikTok did not say which)."""
    found: dict[str, OutsideError] = {}
    errors = data.get("errors")
    for error in errors if isinstance(errors, list) else []:
        told = error if isinstance(error, dict) else {}
        detail = told.get("detail")
        part = detail.get(key) if isinstance(detail, dict) else None
        found[str(part or "")] = fault(str(told.get("code")), str(told.get("message") or ""), write=write)
    return found


def _overloaded(words: str) -> OutsideError:
    """36009004 by its message: token, clock, app key; anything else is a request that nobody should have sent."""
    lower = words.lower()
    if "access-token" in lower or "access_token" in lower:
        return TokenRefused(OVERLOADED, words)
    if "timestamp" in lower:
        return ClockRefused(OVERLOADED, words)
    if "app_key" in lower:
        return CredentialRefused(OVERLOADED, words)
    return Refused(OVERLOADED, words, Actor.DEVELOPER)


def _in_doubt(code: str, words: str, write: bool, after: float | None) -> OutsideError:
    return Unknown(code, words) if write else Retry(code, words, after=after)


def _envelope(body: bytes) -> dict[str, Any] | None:
    """The body as TikTok's envelope, decimals kept as text; None when it is something else."""
    try:
        found = json.loads(body, parse_float=str)
    except (ValueError, RecursionError):
        return None
    if not isinstance(found, dict) or not isinstance(found.get("code"), int | str):
        return None
    return found if isinstance(found.get("data"), dict | None) else None


def _retry_after(headers: Mapping[str, str]) -> float | None:
    text = headers.get("retry-after", "").strip()
    return float(text) if _SECONDS.fullmatch(text) else None
