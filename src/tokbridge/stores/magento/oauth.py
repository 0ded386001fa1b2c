"""OAuth 1.0a as Magento checks it (reference magento-rest.md 2): HMAC-SHA256 over a URL without its port."""

from __future__ import annotations

from urllib.parse import urlsplit, urlunsplit

from oauthlib.oauth1 import SIGNATURE_HMAC_SHA256, Client  # type: ignore[import-untyped]

from tokbridge.stores.magento.config import MagentoConfig


def authorization(config: MagentoConfig, method: str, url: str, nonce: str, timestamp: int) -> str:
    """The value of the Authorization header. `url` is the one that is called; its query must be percent-encoded with
    %20 for blanks. The body is not part of the signature (JSON). Never use a nonce twice."""
    client = Client(
        config.consumer_key,
        client_secret=config.consumer_secret,
        resource_owner_key=config.access_token,
        resource_owner_secret=config.access_secret,
        signature_method=SIGNATURE_HMAC_SHA256,
        nonce=nonce,
        timestamp=str(timestamp),
    )
    _, headers, _ = client.sign(signed_url(url), http_method=method)
    return str(headers["Authorization"])


def signed_url(url: str) -> str:
    """The URL as Magento puts it into the base string: without the port, even an unusual one."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    return urlunsplit((parts.scheme, f"[{host}]" if ":" in host else host, parts.path, parts.query, ""))
