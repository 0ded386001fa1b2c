"""Token calls and consent: unsigned, GET only, absolute expiry, single use."""

import time
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.sandbox.tiktok.client import KEY, SECRET, Shop


def ask(shop: Shop, what: str, **more: str) -> Any:
    answer = shop.http.get(f"/api/v2/token/{what}", params={"app_key": KEY, "app_secret": SECRET, **more})
    assert answer.status_code == 200
    return answer.json()


def get(shop: Shop, code: str) -> Any:
    return ask(shop, "get", auth_code=code, grant_type="authorized_code")


def refresh(shop: Shop, token: str) -> Any:
    return ask(shop, "refresh", refresh_token=token, grant_type="refresh_token")


def test_the_seeded_code_gives_tokens_once(shop: Shop) -> None:
    first = get(shop, "sandbox-auth-code")
    data = first["data"]
    assert (first["code"], first["message"]) == (0, "success")
    assert abs(data["access_token_expire_in"] - time.time() - 604_800) < 60
    assert data["refresh_token_expire_in"] > data["access_token_expire_in"]
    assert (data["open_id"], data["seller_base_region"], data["user_type"]) == (shop.open_id, "US", 0)
    shop.token = data["access_token"]
    assert shop.search()["total_count"] == 0
    assert get(shop, "sandbox-auth-code")["code"] == 36004004


def test_codes_die_of_age_and_belong_to_their_app(shop: Shop) -> None:
    code = shop.control("POST", "auth_codes")["code"]
    shop.control("POST", "clock", {"advance_s": 1801})
    assert get(shop, code)["code"] == 36004004
    code = shop.control("POST", "auth_codes")["code"]
    answer = shop.http.get("/api/v2/token/get", params={"app_key": KEY, "app_secret": "wrong", "auth_code": code})
    assert (answer.status_code, answer.json()["code"]) == (200, 36004004)


def test_post_meets_a_plain_text_404(shop: Shop) -> None:
    answer = shop.http.post("/api/v2/token/refresh", json={"refresh_token": "x"})
    assert (answer.status_code, answer.headers["content-type"].split(";")[0]) == (404, "text/plain")


def test_refresh_rotates_and_keeps_the_authorisations_end(shop: Shop) -> None:
    old = get(shop, "sandbox-auth-code")["data"]
    new = refresh(shop, old["refresh_token"])["data"]
    assert new["refresh_token"] != old["refresh_token"]
    assert new["refresh_token_expire_in"] == old["refresh_token_expire_in"]
    assert refresh(shop, old["refresh_token"])["code"] == 36004005
    shop.settings(refresh_rotates=False)
    again = refresh(shop, new["refresh_token"])
    assert refresh(shop, new["refresh_token"])["code"] == again["code"] == 0


def test_expire_and_revoke(shop: Shop) -> None:
    tokens = get(shop, "sandbox-auth-code")["data"]
    shop.token = tokens["access_token"]
    shop.control("POST", "tokens/expire", {"open_id": shop.open_id})
    assert shop.code("GET", "/order/202507/orders", {"ids": "1"}) == 105002
    tokens = refresh(shop, tokens["refresh_token"])["data"]
    shop.token = tokens["access_token"]
    assert shop.search()["total_count"] == 0
    shop.control("POST", "tokens/revoke", {"open_id": shop.open_id})
    assert shop.code("GET", "/order/202507/orders", {"ids": "1"}) == 36009004
    assert refresh(shop, tokens["refresh_token"])["code"] == 36004005


def test_consent_redirects_back_with_code_and_state(shop: Shop) -> None:
    shop.settings(redirect_url="https://connector.example.com/back")
    answer = shop.http.get("/open/authorize", params={"service_id": KEY, "state": "s 1"}, follow_redirects=False)
    back = urlsplit(answer.headers["location"])
    query = parse_qs(back.query)
    assert (answer.status_code, back.netloc, query["state"]) == (302, "connector.example.com", ["s 1"])
    assert get(shop, query["code"][0])["code"] == 0
