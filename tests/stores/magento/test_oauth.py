"""OAuth 1.0a: our header against the reference's rules (magento-rest.md 2), computed anew here without any library."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from urllib.parse import quote, unquote, urlsplit

import pytest

from tests.stores.magento.fake import OAUTH, config_with, ok, order, rows, store_with
from tokbridge.stores.magento.oauth import authorization, signed_url

SECRETS = {
    "token": "",
    "consumer_key": "ck1",
    "consumer_secret": "c&s/1",
    "access_token": "at1",
    "access_secret": "a+s=1",
}


def pct(text: str) -> str:
    return quote(text, safe="-._~")


def parse(header: str) -> dict[str, str]:
    assert header.startswith("OAuth ")
    return {name: unquote(value) for name, value in re.findall(r'(\w+)="([^"]*)"', header)}


def expected(method: str, url: str, sent: dict[str, str], consumer_secret: str, token_secret: str) -> str:
    """The signature as Magento makes it: raw decoding of the query, the URL without its port."""
    parts = urlsplit(url)
    pairs = [tuple(map(unquote, pair.split("=", 1))) for pair in parts.query.split("&") if pair]
    pairs += [(name, value) for name, value in sent.items() if name != "oauth_signature"]
    encoded = sorted((pct(name), pct(value)) for name, value in pairs)
    joined = "&".join(f"{name}={value}" for name, value in encoded)
    base = "&".join((method, pct(f"{parts.scheme}://{parts.hostname}{parts.path}"), pct(joined)))
    key = f"{pct(consumer_secret)}&{pct(token_secret)}"
    return base64.b64encode(hmac.new(key.encode(), base.encode(), hashlib.sha256).digest()).decode()


@pytest.mark.parametrize(
    "url",
    [
        "https://shop.example/rest/default/V1/orders/9",
        "http://127.0.0.1:8081/rest/default/V1/orders/9",
        "https://shop.example:8443/sub/rest/default/V1/products/TT%2FC%201%2B2?fields=id%2Csku",
        "https://shop.example/rest/default/V1/orders?searchCriteria%5Bfilter_groups%5D%5B0%5D%5Bfilters%5D%5B0%5D"
        "%5Bvalue%5D=2026-01-01%2000%3A00%3A00&searchCriteria%5BpageSize%5D=100",
        "https://shop.example/rest/default/V1/products?searchCriteria%5Bvalue%5D=%25%C3%A9%2C~%26",
    ],
)
def test_golden_signature(url: str) -> None:
    header = authorization(config_with(**SECRETS), "GET", url, "nonce1", 1_790_000_000)
    sent = parse(header)
    assert sent["oauth_signature"] == expected("GET", url, sent, "c&s/1", "a+s=1")
    assert (sent["oauth_nonce"], sent["oauth_timestamp"]) == ("nonce1", "1790000000")
    assert (sent["oauth_consumer_key"], sent["oauth_token"]) == ("ck1", "at1")
    assert sent["oauth_signature_method"] == "HMAC-SHA256"


def test_a_fixed_vector() -> None:
    """Computed once with openssl, so that a change of library or code shows."""
    url = "http://127.0.0.1:8081/rest/default/V1/orders/9"
    sent = parse(authorization(config_with(**SECRETS), "GET", url, "nonce1", 1_790_000_000))
    assert sent["oauth_signature"] == "UBydNFp9Kfz0FLMvUAxZWsGWMfmOjzyCGXeaTgSLnt8="


@pytest.mark.parametrize(
    ("url", "without"),
    [
        ("http://127.0.0.1:8081/a?b=c", "http://127.0.0.1/a?b=c"),
        ("https://shop.example:443/a", "https://shop.example/a"),
        ("https://Shop.Example/a", "https://shop.example/a"),
        ("http://[::1]:8081/a", "http://[::1]/a"),
    ],
)
def test_the_port_is_left_out(url: str, without: str) -> None:
    assert signed_url(url) == without


def test_every_call_has_a_nonce_of_its_own_and_our_time() -> None:
    store, http = store_with(ok(order()), ok(order()), rows(), **OAUTH)
    store.read_order("9")
    store.read_order("9")
    store.parcels_of(["9"])
    sent = [parse(request.headers["Authorization"]) for request in http.requests]
    assert len({one["oauth_nonce"] for one in sent}) == 3
    assert {one["oauth_timestamp"] for one in sent} == {"1790000000"}
    for request, one in zip(http.requests, sent, strict=True):
        assert one["oauth_signature"] == expected("GET", request.url, one, "cs", "as")


def test_a_body_is_not_signed() -> None:
    store, http = store_with(ok(order()), ok(True), **OAUTH)
    store.set_status("9", "pending")
    assert len(http.requests) == 1
    store, http = store_with(ok(order(state="processing", status="fraud")), ok(True), **OAUTH)
    store.set_status("9", "processing")
    sent = parse(http.requests[1].headers["Authorization"])
    assert sent["oauth_signature"] == expected("POST", http.requests[1].url, sent, "cs", "as")


def test_with_a_token_it_goes_as_bearer() -> None:
    store, http = store_with(ok(order()))
    store.read_order("9")
    assert http.requests[0].headers["Authorization"] == "Bearer secret-token"
