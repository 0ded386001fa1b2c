"""OAuth 1.0a as Magento checks it (reference magento-rest.md 2): the URL without the port, HMAC-SHA256 only."""

import base64
import hashlib
import hmac
import re
from urllib.parse import quote, unquote, urlsplit

from tokbridge.sandbox.wire import Call

PARAMETER = re.compile(r'\s*(?:OAuth\s+)?([A-Za-z_]+)="([^"]*)"\s*')


def pct(text: str) -> str:
    """RFC 3986 encoding."""
    return quote(text, safe="-._~")


def header(text: str) -> dict[str, str]:
    """The parameters of an `Authorization: OAuth …` header, decoded; without realm."""
    found = (PARAMETER.fullmatch(part) for part in text.split(","))
    return {one[1]: unquote(one[2]) for one in found if one and one[1] != "realm"}


def query_pairs(raw: str) -> list[tuple[str, str]] | None:
    """Names and values of a query by raw decoding: a `+` stays a plus. None when Magento cannot sign it: a name
    without `=`, or one that comes twice."""
    pairs = []
    for part in raw.split("&") if raw else []:
        name, equals, value = part.partition("=")
        if not equals:
            return None
        pairs.append((unquote(name), unquote(value)))
    return pairs if len({name for name, _ in pairs}) == len(pairs) else None


def base_string(method: str, url: str, pairs: list[tuple[str, str]]) -> str:
    """METHOD & url & parameters, where the URL has lost its port."""
    parts = urlsplit(url)
    bare = f"{parts.scheme}://{parts.hostname}{parts.path}"
    encoded = sorted((pct(name), pct(value)) for name, value in pairs)
    return "&".join((method.upper(), pct(bare), pct("&".join(f"{name}={value}" for name, value in encoded))))


def signature(base: str, consumer_secret: str, token_secret: str) -> str:
    """HMAC-SHA256 in base64."""
    key = f"{pct(consumer_secret)}&{pct(token_secret)}"
    return base64.b64encode(hmac.new(key.encode(), base.encode(), hashlib.sha256).digest()).decode()


def agrees(call: Call, scheme: str, raw_query: str, given: dict[str, str], secrets: tuple[str, str]) -> bool:
    """Whether a call carries the signature that these (consumer, token) secrets give."""
    pairs = query_pairs(raw_query)
    if pairs is None:
        return False
    pairs += [(name, value) for name, value in given.items() if name != "oauth_signature"]
    url = f"{scheme}://{call.headers.get('Host', '')}{call.path}"
    expected = signature(base_string(call.method, url, pairs), *secrets)
    return hmac.compare_digest(expected, given.get("oauth_signature", ""))
