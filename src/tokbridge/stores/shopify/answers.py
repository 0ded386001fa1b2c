"""What an answer of Shopify's means: the four families of errors of reference shopify-admin-api.md 6.3, as ours."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from tokbridge.core.errors import Actor, CredentialRefused, OrderGone, OutsideError, Refused, Retry, Unknown
from tokbridge.core.saying import say
from tokbridge.core.wire import Response
from tokbridge.stores.shopify.documents import Document

Json = dict[str, Any]

_SCOPE = re.compile(r"\b(?:read|write)_[a-z_]+")
# Besides token, payment, scope, address and lock: a redirect, since the shop's address then leads elsewhere.
_CONNECTION_STATUSES = frozenset({301, 302, 307, 308, 401, 402, 403, 404, 423})
_CONNECTION_CODES = frozenset({"ACCESS_DENIED", "SHOP_INACTIVE"})
_UNCERTAIN_CODES = frozenset({"INTERNAL_SERVER_ERROR", "TIMEOUT", ""})
_NO_ORDER = "Order does not exist"  # of orderCancel and orderMarkAsPaid (reference 5); another text stays Refused
_SECURITY_PAUSE = 600.0  # seconds after a 430, which says that hammering makes it worse


def body_json(response: Response) -> Json | None:
    """The body as an object, or None for HTML and anything else."""
    try:
        value = json.loads(response.body)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None


def status_error(response: Response, *, write: bool) -> OutsideError | None:
    """The error of an answer whose HTTP status is not 200; None for 200."""
    status = response.status
    if status == 200:
        return None
    code, words = f"http {status}", _words_of(response)
    if status in _CONNECTION_STATUSES:
        return CredentialRefused(code, words)
    if status == 429:
        return Retry(code, words, after=_retry_after(response.headers), limited=True)
    if status == 430:
        return Retry(code, words, after=_SECURITY_PAUSE)
    if status >= 500:
        return Unknown(code, words) if write else Retry(code, words)
    return Refused(code, words, Actor.DEVELOPER)


def graphql_error(answer: Json, document: Document, *, accept: frozenset[str] = frozenset()) -> OutsideError | None:
    """The error in a GraphQL answer, also where `data` stands beside it; None when all is well.

    `accept` names codes that the caller wants to read himself. A mutation whose root field has a payload was carried
    out, whatever stands in `errors`.
    """
    errors = [error for error in _errors(answer) if _code(error) not in accept]
    if not errors:
        return _search_warning(answer)
    data = answer.get("data")
    done = document.write and isinstance(data, dict) and data.get(document.root) is not None
    error = min(errors, key=_rank)
    code, words = _code(error), str(error.get("message", ""))
    if done:
        return Unknown(code or "errors beside data", words)
    if code in _CONNECTION_CODES:
        return CredentialRefused(code, _with_scope(error, words))
    if code == "THROTTLED":
        return Retry(code, words, after=_bucket_wait(answer), limited=True)
    if code == "INTERNAL_SERVER_ERROR" or (code in _UNCERTAIN_CODES and "data" in answer):
        return Unknown(code or "unknown error", words) if document.write else Retry(code or "unknown error", words)
    return Refused(code or "graphql", words, Actor.DEVELOPER)


def user_errors(payload: Mapping[str, Any], name: str = "userErrors") -> list[tuple[str, str]]:
    """(code or "", message with its field) of the payload's own errors."""
    found = []
    for error in payload.get(name) or ():
        where = ".".join(str(part) for part in error.get("field") or ())
        message = str(error.get("message", ""))
        found.append((str(error.get("code") or ""), f"{message} ({where})" if where else message))
    return found


def refused(errors: Sequence[tuple[str, str]], actor: Actor = Actor.OPERATOR) -> Refused:
    told = "; ".join(words for _, words in errors)
    if any(words.startswith(_NO_ORDER) for _, words in errors):
        return OrderGone(told)
    return Refused(next((code for code, _ in errors if code), "userErrors"), told, actor)


@contextmanager
def one_verb_only() -> Iterator[None]:
    """A scope that only this verb needs stops this verb, and not the whole connection."""
    try:
        yield
    except CredentialRefused as error:
        if error.code != "ACCESS_DENIED":
            raise
        raise Refused(error.code, error.words, Actor.OWNER) from error


def throttle_state(answer: Json) -> tuple[float, float, float] | None:
    """(points available, bucket size, points per second) as the answer tells them."""
    state = _cost(answer).get("throttleStatus")
    if not isinstance(state, dict):
        return None
    try:
        return float(state["currentlyAvailable"]), float(state["maximumAvailable"]), float(state["restoreRate"])
    except (KeyError, TypeError, ValueError):
        return None


def _words_of(response: Response) -> str:
    """`errors` is a text here, a list in GraphQL answers; an HTML page has nothing worth repeating."""
    body = body_json(response)
    if body is None:
        return say("answered with a page instead of JSON") if response.body.strip() else say("empty answer")
    errors = body.get("errors") or body.get("error_description") or body.get("error") or ""
    if isinstance(errors, list):
        return "; ".join(str(e.get("message", "")) if isinstance(e, dict) else str(e) for e in errors)
    return str(errors)


def _retry_after(headers: Mapping[str, str]) -> float | None:
    """Shopify sends a decimal ("4.0")."""
    try:
        return float(headers.get("retry-after", ""))
    except ValueError:
        return None


def _errors(answer: Json) -> list[Json]:
    errors = answer.get("errors")
    if not errors:
        return []
    if isinstance(errors, list):
        return [error if isinstance(error, dict) else {"message": str(error)} for error in errors]
    return [{"message": str(errors)}]


def _extensions(error: Json) -> Json:
    extensions = error.get("extensions")
    return extensions if isinstance(extensions, dict) else {}


def _code(error: Json) -> str:
    return str(_extensions(error).get("code") or "")


def _rank(error: Json) -> int:
    """Which of several errors tells best what is wrong: the connection, then the limit, then doubt, then the rest."""
    code = _code(error)
    if code in _CONNECTION_CODES:
        return 0
    if code == "THROTTLED":
        return 1
    return 2 if code in _UNCERTAIN_CODES else 3


def _with_scope(error: Json, words: str) -> str:
    told = f"{_extensions(error).get('requiredAccess') or ''} {words}"
    scopes = ", ".join(dict.fromkeys(_SCOPE.findall(told)))
    return say("access scope missing: {scopes}. {words}", scopes=scopes, words=words) if scopes else words


def _cost(answer: Json) -> Json:
    extensions = answer.get("extensions")
    cost = extensions.get("cost") if isinstance(extensions, dict) else None
    return cost if isinstance(cost, dict) else {}


def _bucket_wait(answer: Json) -> float | None:
    """Seconds until the bucket holds what the query asks for."""
    state, requested = throttle_state(answer), _cost(answer).get("requestedQueryCost")
    if state is None or not isinstance(requested, int | float) or state[2] <= 0:
        return None
    return max(0.0, (requested - state[0]) / state[2])


def _search_warning(answer: Json) -> OutsideError | None:
    """A filter that Shopify did not understand is dropped, and the query returns everything (reference 3.1)."""
    extensions = answer.get("extensions")
    searches = extensions.get("search") if isinstance(extensions, dict) else None
    for search in searches if isinstance(searches, list) else ():
        warnings = search.get("warnings") if isinstance(search, dict) else None
        if warnings:
            words = "; ".join(str(w.get("message", w)) if isinstance(w, dict) else str(w) for w in warnings)
            return Refused("search warning", words, Actor.DEVELOPER)
    return None
