from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from tests.tiktok.scripted import APP, SHOP, ScriptedHttp, answer, client_of, done, failed, query_of
from tokbridge.core.errors import CredentialRefused, OutsideError, Unknown
from tokbridge.tiktok.app import App
from tokbridge.tiktok.errors import Unreadable
from tokbridge.tiktok.tokens import AuthorisedShop, authorised_shops, consent_url, exchange, refresh

PAIR: dict[str, Any] = {
    "access_token": "ROW_access",
    "access_token_expire_in": 1700604800,
    "refresh_token": "ROW_refresh",
    "refresh_token_expire_in": 1731000000,
    "open_id": "7010000000000000001",
    "seller_name": "Mill Lane Mugs",
    "seller_base_region": "GB",
    "user_type": 0,
    "granted_scopes": ["seller.order.info", "seller.authorization.info"],
}


def test_consent_url_by_region() -> None:
    state = "a b/ü"
    assert consent_url(App("k", "s", us=True, service_id="9"), state) == (
        "https://services.us.tiktokshop.com/open/authorize?service_id=9&state=a%20b%2F%C3%BC"
    )
    assert consent_url(App("k", "s", us=False, service_id="9"), "x") == (
        "https://services.tiktokshop.com/open/authorize?service_id=9&state=x"
    )
    here = App("k", "s", us=True, service_id="9", services_url="http://127.0.0.1:5")
    assert consent_url(here, "x") == "http://127.0.0.1:5/open/authorize?service_id=9&state=x"


def test_exchange_sends_a_get_with_everything_in_the_query() -> None:
    http = ScriptedHttp(done(PAIR))
    pair = exchange(http, APP, "code/1+=")
    assert http.only.method == "GET"
    assert http.only.body == b""
    assert http.only.url == (
        "https://auth.tiktok-shops.com/api/v2/token/get?app_key=68xu9ks5p4i8&app_secret=5f1d9a3c7b2e4860"
        "&auth_code=code%2F1%2B%3D&grant_type=authorized_code"
    )
    assert http.only.operation == "token.get"
    assert dataclasses.astuple(pair) == (
        "ROW_access",
        "ROW_refresh",
        1700604800,
        1731000000,
        "7010000000000000001",
        "Mill Lane Mugs",
        "GB",
        ("seller.order.info", "seller.authorization.info"),
    )


def test_refresh_has_its_own_grant_type() -> None:
    http = ScriptedHttp(done(PAIR))
    assert refresh(http, APP, "old-refresh").refresh == "ROW_refresh"
    assert http.only.url.startswith("https://auth.tiktok-shops.com/api/v2/token/refresh?")
    assert query_of(http.only) == {
        "app_key": APP.key,
        "app_secret": APP.secret,
        "refresh_token": "old-refresh",
        "grant_type": "refresh_token",
    }


def test_tokens_do_not_show_in_a_repr() -> None:
    shown = repr(exchange(ScriptedHttp(done(PAIR)), APP, "c"))
    assert "ROW_" not in shown


@pytest.mark.parametrize(
    ("code", "message"), [(36004004, "Invalid auth code."), (36004005, "can not find related auth record")]
)
def test_a_refusal_under_http_200_is_a_refusal(code: int, message: str) -> None:
    with pytest.raises(CredentialRefused) as caught:
        refresh(ScriptedHttp(failed(code, message)), APP, "junk")
    assert (caught.value.code, caught.value.words) == (str(code), message)


@pytest.mark.parametrize(
    "said",
    [
        failed(36004005, f"no record of junk-token for {APP.secret}"),
        answer(b"404 page not found https://auth.tiktok-shops.com/?app_secret=5f1d9a3c7b2e4860", status=404),
        done({**PAIR, "access_token_expire_in": None}),
        done({**PAIR, "access_token": ""}),
        done({}),
    ],
)
def test_no_error_of_the_token_host_carries_url_secret_or_token(said: Any) -> None:
    with pytest.raises(OutsideError) as caught:
        refresh(ScriptedHttp(said), APP, "junk-token")
    shown = f"{caught.value!r} {caught.value} {caught.value.words}"
    for secret in (APP.secret, "junk-token", "ROW_", "auth.tiktok-shops.com"):
        assert secret not in shown


def test_an_answer_without_tokens_leaves_the_refresh_in_doubt() -> None:
    with pytest.raises(Unknown) as caught:
        refresh(ScriptedHttp(done({})), APP, "r")
    assert "access_token" in caught.value.words


def test_authorised_shops() -> None:
    shop = {
        "id": "7495000000000000001",
        "name": "Mill Lane Mugs",
        "region": "GB",
        "seller_type": "LOCAL",
        "cipher": "GCP_abc",
        "code": "GBLC1",
    }
    http = ScriptedHttp(done({"shops": [shop, {**shop, "id": 7495000000000000002, "new_field": 1}]}), done({}))
    client = client_of(http)
    assert authorised_shops(client) == (
        AuthorisedShop("7495000000000000001", "Mill Lane Mugs", "GB", "LOCAL", "GCP_abc", "GBLC1"),
        AuthorisedShop("7495000000000000002", "Mill Lane Mugs", "GB", "LOCAL", "GCP_abc", "GBLC1"),
    )
    assert authorised_shops(client) == ()
    assert SHOP.cipher not in http.sent[0].url


def test_a_shop_without_cipher_is_named() -> None:
    http = ScriptedHttp(done({"shops": [{"id": "1", "region": "GB"}]}))
    with pytest.raises(Unreadable) as caught:
        authorised_shops(client_of(http))
    assert caught.value.field == "shops.0.cipher"
