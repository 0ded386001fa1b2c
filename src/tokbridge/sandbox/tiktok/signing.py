"""The signatures of requests and webhooks (reference tiktok-shop-api.md 2 and 7.2)."""

import hashlib
import hmac
from collections.abc import Iterable


def sign(secret: str, path: str, query: Iterable[tuple[str, str]], body: bytes, content_type: str) -> str:
    """The hex signature of a request: `path` as sent, `query` decoded; a repeated key's values are joined by commas."""
    joined: dict[str, str] = {}
    for key, value in query:
        if key not in {"sign", "access_token"}:
            joined[key] = f"{joined[key]},{value}" if key in joined else value
    text = path + "".join(key + joined[key] for key in sorted(joined))
    signed_body = b"" if content_type.lower().startswith("multipart/form-data") else body
    return _hex(secret, secret.encode() + text.encode() + signed_body + secret.encode())


def sign_webhook(app_key: str, secret: str, body: bytes) -> str:
    """The value of the Authorization header of a webhook."""
    return _hex(secret, app_key.encode() + body)


def _hex(secret: str, message: bytes) -> str:
    return hmac.new(secret.encode(), message, hashlib.sha256).hexdigest()
