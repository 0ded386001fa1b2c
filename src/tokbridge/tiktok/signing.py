"""TikTok's request and webhook signatures (reference tiktok-shop-api.md 2 and 7.2)."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping

_NOT_SIGNED = frozenset({"sign", "access_token"})


def sign_request(
    secret: str, path: str, query: Mapping[str, str], body: bytes = b"", content_type: str = "application/json"
) -> str:
    """The `sign` of a request, lowercase hex.

    `path` is the path exactly as sent, `query` the decoded values (a list is one comma-joined value), `body` the
    exact bytes sent; a multipart body does not count.
    """
    pairs = "".join(name + query[name] for name in sorted(query) if name not in _NOT_SIGNED)
    signed = b"" if content_type.startswith("multipart/form-data") else body
    return _hex(secret, secret.encode() + path.encode() + pairs.encode() + signed + secret.encode())


def sign_webhook(key: str, secret: str, body: bytes) -> str:
    """What TikTok puts into the `Authorization` header of a webhook, lowercase hex, over the raw body."""
    return _hex(secret, key.encode() + body)


def _hex(secret: str, message: bytes) -> str:
    return hmac.new(secret.encode(), message, hashlib.sha256).hexdigest()
