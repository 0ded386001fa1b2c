"""What an answer of Magento's means: statuses and error envelopes (reference magento-rest.md 3), as our errors."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

from tokbridge.core.errors import Actor, CredentialRefused, OutsideError, Refused, Retry, Unknown
from tokbridge.core.saying import say
from tokbridge.core.wire import Response

Json = dict[str, Any]

NO_ROUTE = "Request does not match any route"
UNIQUE = "Unique constraint violation found"

_RESOURCE = re.compile(r"Magento_\w+::\w+")
_PLACEHOLDER = re.compile(r"%(\d+|[a-zA-Z_]\w*)")
# Magento repeats the value it can't read: it may be the buyer's.
_VALUE = re.compile(r'The ".*?" value\'s type is invalid', re.DOTALL)
_EMAIL = re.compile(r"[^\s\"'<>]+@[^\s\"'<>]+")
_OURS = ("Decoding error", "is not supported. Correct the field name", "type is invalid", "is required. Enter and try")
_LOCKED = ("deadlock", "lock wait timeout")


class Missing(Refused):
    """404 for a thing, not for the route: there is no such order, product, country …"""


def body_json(response: Response) -> tuple[bool, Any]:
    """(readable, value): numbers with decimals are Decimals. HTML and anything else is not readable."""
    try:
        return True, json.loads(response.body, parse_float=Decimal)
    except (ValueError, RecursionError):
        return False, None


def words_of(response: Response) -> str:
    """Magento's message with its parameters put in, without personal data; several errors joined."""
    readable, body = body_json(response)
    if not readable:
        return say("answered with a page instead of JSON") if response.body.strip() else say("empty answer")
    if isinstance(body, dict):
        texts = [_said(body)]
        errors = body.get("errors")
        texts += [_said(error) for error in errors if isinstance(error, dict)] if isinstance(errors, list) else []
        return "; ".join(text for text in texts if text) or say("no message")
    return _clean(str(body)) if body else say("no message")


def resource_of(response: Response) -> str:
    """The right (ACL id) that a 401 names, "" when it names none."""
    readable, body = body_json(response)
    parameters = body.get("parameters") if readable and isinstance(body, dict) else None
    told = parameters.get("resources") if isinstance(parameters, dict) else parameters
    return ", ".join(_RESOURCE.findall(str(told)))


def status_error(response: Response, *, write: bool, signed: bool, store_view: str) -> OutsideError | None:
    """The error of an answer whose HTTP status is not 200; None for 200."""
    status = response.status
    if status == 200:
        return None
    code, words = f"http {status}", words_of(response)
    if 300 <= status < 400:
        return CredentialRefused(code, _redirected(response.headers))
    if status == 401:
        return _unauthorised(response, words, signed=signed)
    if status == 403:
        return CredentialRefused(code, say("the shop's web server or firewall refuses us: {words}", words=words))
    if status == 404:
        return _not_found(response, words)
    if status == 429:
        return Retry(code, words, after=_retry_after(response.headers), limited=True)
    if status >= 500:
        told = say("the shop is in maintenance or overloaded: {words}", words=words) if status == 503 else words
        return Unknown(code, told) if write else Retry(code, told, after=_retry_after(response.headers))
    if status == 400:
        return _bad_request(words, write=write, store_view=store_view)
    return Refused(code, words, Actor.DEVELOPER)


def _unauthorised(response: Response, words: str, *, signed: bool) -> OutsideError:
    """One answer for a wrong token, the bearer setting and a missing right (reference 2): say all three."""
    code = "http 401"
    if "nonce is already" in words:
        return Retry(code, words)
    if "validating the nonce" in words:
        told = say("{words}. The clocks of this machine and of the shop differ by over 10 minutes.", words=words)
        return CredentialRefused(code, told)
    if resource_of(response):
        return CredentialRefused(code, _may_be(words, signed=signed))
    return CredentialRefused(code, words)


def _may_be(words: str, *, signed: bool) -> str:
    if signed:
        return say(
            "{words} One of the four secrets may be wrong or revoked, or the integration lacks this right.", words=words
        )
    return say(
        "{words} The token may be wrong or revoked; or, since Magento 2.4.4, tokens are not taken as bearer tokens unless"
        " Stores > Configuration > Services > OAuth > Consumer Settings > Allow OAuth Access Tokens to be used as"
        " standalone Bearer tokens says Yes; or the integration lacks this right.",
        words=words,
    )


def _not_found(response: Response, words: str) -> OutsideError:
    readable, body = body_json(response)
    if not readable or not isinstance(body, dict) or NO_ROUTE in words:
        told = say("no REST API of Magento answers at the shop's address: {words}", words=words)
        return CredentialRefused("http 404", told)
    return Missing("http 404", words)


def _bad_request(words: str, *, write: bool, store_view: str) -> OutsideError:
    code = "http 400"
    if "Specified request cannot be processed" in words:
        view = repr(store_view)
        told = say("the shop has no store view with the code {view}: {words}", view=view, words=words)
        return CredentialRefused(code, told)
    if "Signature method" in words or "oauth_" in words:
        return CredentialRefused(code, words)
    if any(sign in words.casefold() for sign in _LOCKED):
        return Unknown(code, words) if write else Retry(code, words)
    if UNIQUE in words:
        return Refused("unique", words)
    ours = any(sign in words for sign in _OURS)
    return Refused(code, words, Actor.DEVELOPER if ours else Actor.OPERATOR)


def _said(error: Mapping[str, Any]) -> str:
    """`message` is a template: %1 with a list of parameters, %name with an object."""
    parameters = error.get("parameters")
    values: dict[str, str] = {}
    if isinstance(parameters, list):
        values = {str(number): str(value) for number, value in enumerate(parameters, start=1)}
    elif isinstance(parameters, dict):
        values = {str(name): str(value) for name, value in parameters.items()}
    text = str(error.get("message") or "")
    return _clean(_PLACEHOLDER.sub(lambda found: values.get(found[1], found[0]), text))


def _clean(text: str) -> str:
    """On one line (some messages carry line breaks and blanks), without values that may be the buyer's."""
    told = _VALUE.sub("A value's type is invalid", text)
    return " ".join(_EMAIL.sub("(e-mail)", told).split())


def _redirected(headers: Mapping[str, str]) -> str:
    target = urlsplit(headers.get("location", ""))
    where = f"{target.scheme}://{target.netloc}" if target.netloc else say("another page")
    return say(
        "the shop's address redirects to {where}: set the address that answers itself (https, www or not)", where=where
    )


def _retry_after(headers: Mapping[str, str]) -> float | None:
    """Magento itself sends none; hosts' firewalls may. A date is ignored."""
    try:
        return max(0.0, float(headers.get("retry-after", "")))
    except ValueError:
        return None
