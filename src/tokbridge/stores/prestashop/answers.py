"""PrestaShop's answers: bodies, and how they say no (reference prestashop-webservice.md 2, 3).

Words shown to people are the shop's own, except where they may quote the document that was sent (codes 3 and 127), or
are a page: these could hold a buyer's data.
"""

from __future__ import annotations

import html
import json
from typing import Any, NamedTuple

from tokbridge.core.errors import Actor, CredentialRefused, OutsideError, Refused, Retry, Unknown
from tokbridge.core.saying import say
from tokbridge.core.wire import Response
from tokbridge.stores.prestashop.documents import parsed

CGI_WORDS = say(
    "the shop saw no key (401 in plain text). Its web server drops the Authorization header, as Apache does with CGI,"
    " FastCGI or FPM: switch on 'CGI mode' under Advanced Parameters > Webservice, or add to .htaccess:"
    " RewriteRule .* - [E=HTTP_AUTHORIZATION:{variable}]",
    variable="%{HTTP:Authorization}",
)
_REDIRECT_WORDS = say(
    "the shop sends us elsewhere: the address in the settings must be the shop's own domain, with port and folder as"
    " under Shop Parameters > Traffic & SEO, with https if the shop uses it, and shop_id must exist"
)
_KEY_CODES = frozenset({"18", "20", "21", "132"})
_PERMISSION_CODES = frozenset({"25", "26"})
_QUERY_CODES = frozenset({"27", "28", "31", "32", "34", "35", "36", "37", "38", "79", "80", "81"})
_QUOTING_CODES = frozenset({"3", "127"})
CART_USED = "an order has already been placed using this cart"
_SENTENCES = (CART_USED, "Secure key does not match")


class Fault(NamedTuple):
    code: str
    words: str


def faults(response: Response) -> list[Fault]:
    """The errors an answer lists, in XML or JSON; none when the body is a page or empty."""
    found = _json_faults(response.body) if response.body[:1] in {b"{", b"["} else _xml_faults(response.body)
    return [Fault(code, "" if code in _QUOTING_CODES else html.unescape(words).strip()[:300]) for code, words in found]


def _json_faults(body: bytes) -> list[tuple[str, str]]:
    try:
        value = json.loads(body)
    except ValueError:
        return []
    errors = value.get("errors") if isinstance(value, dict) else None
    if not isinstance(errors, list):
        return []
    return [(str(item.get("code", "")), str(item.get("message", ""))) for item in errors if isinstance(item, dict)]


def _xml_faults(body: bytes) -> list[tuple[str, str]]:
    root = parsed(body) if body.lstrip()[:1] == b"<" else None
    if root is None:
        return []
    return [
        ((item.findtext("code") or "").strip(), item.findtext("message") or "")
        for item in root.iterfind("errors/error")
    ]


def failure(response: Response, *, write: bool) -> OutsideError | None:
    """None for 200 and 201. A 500 never proves that nothing was done: a write is then unknown, a read is useful again
    (reference 1, fact 8)."""
    status = response.status
    if status in {200, 201}:
        return None
    listed = faults(response)
    codes = {fault.code for fault in listed}
    words = "; ".join(
        fault.words or say("code {id}", id=fault.code) for fault in listed if fault.code != "3" or len(listed) == 1
    )
    code = next((fault.code for fault in listed if fault.code != "3"), f"http {status}")
    if 300 <= status < 400:
        return Refused("wrong address", _REDIRECT_WORDS, Actor.OWNER)
    if status == 429:
        return Retry("http 429", "too many calls for this shop's host", after=_after(response), limited=True)
    if codes & _PERMISSION_CODES:
        return CredentialRefused(code, say("the webservice key lacks a permission. {words}", words=words))
    if status == 401:
        return CredentialRefused(code, words if listed else CGI_WORDS)
    if codes & _KEY_CODES:
        return CredentialRefused(code, words)
    if "22" in codes:
        return CredentialRefused("22", "the shop's webservice is switched off: Advanced Parameters > Webservice")
    if "127" in codes:
        return Refused("127", "the shop could not read the XML that was sent", Actor.DEVELOPER)
    if codes & _QUERY_CODES and not write:
        told = say("the shop does not understand the question: {words}", words=words)
        return Refused(code, told, Actor.DEVELOPER)
    if status >= 500:
        return _server(response, code, words, write=write)
    if status == 404 and not listed:
        text = "the shop does not know this row, or has no webservice at this address"
        return Refused("http 404", text, Actor.OPERATOR)
    if status == 403 and not listed:
        text = "the shop's host turns us away (a firewall, or a protected folder)"
        return Refused("http 403", text, Actor.OWNER)
    return Refused(
        code, words or say("answered {http}", http=status), Actor.DEVELOPER if "101" in codes else Actor.OPERATOR
    )


def _server(response: Response, code: str, words: str, *, write: bool) -> OutsideError:
    if not words:
        text = response.body[:400].decode("utf-8", "replace")
        words = next(
            (sentence for sentence in _SENTENCES if sentence in text), say("a page or nothing instead of an answer")
        )
    if write:
        return Unknown(code, words)
    return Retry(code, words, after=_after(response))


def _after(response: Response) -> float | None:
    text = response.headers.get("retry-after", "")
    return float(text) if text.isdecimal() else None


def rows(response: Response, resource: str) -> list[dict[str, Any]] | None:
    """The rows of a list asked with `display`; an empty list is `[]` (reference 3). None for anything else."""
    value = body_json(response)
    if value == []:
        return []
    found = value.get(resource) if isinstance(value, dict) else None
    return [row for row in found if isinstance(row, dict)] if isinstance(found, list) else None


def body_json(response: Response) -> Any:
    try:
        return json.loads(response.body)
    except ValueError:
        return None


def flag(value: object) -> bool:
    """A yes or no of a row."""
    return str(value or "0") not in {"0", "false", "False"}
