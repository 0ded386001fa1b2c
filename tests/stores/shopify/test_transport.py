"""Tokens, headers, limits, and the error table of reference 6.3."""

from __future__ import annotations

import json
from typing import Any, ClassVar

import pytest

from tests.stores.shopify.fake import NOW, SHOP, FakeHttp, Observed, answer, raw
from tokbridge.core.errors import Actor, CredentialRefused, OutsideError, Refused, Retry, Unknown
from tokbridge.core.wire import Response
from tokbridge.stores.shopify import ShopifyConfig
from tokbridge.stores.shopify.mutations import ORDER_UPDATE
from tokbridge.stores.shopify.queries import ORDER
from tokbridge.stores.shopify.transport import Transport

READ = {"id": "gid://shopify/Order/1", "rows": 1}
COST = {
    "cost": {
        "requestedQueryCost": 108,
        "actualQueryCost": None,
        "throttleStatus": {"maximumAvailable": 2000.0, "currentlyAvailable": 40, "restoreRate": 100.0},
    }
}


class Wall:
    """A clock one can move."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> float:
        return self.now


def open_with(
    *script: Response | Exception, limits: Observed | None = None, clock: Wall | None = None, **settings: Any
) -> tuple[Transport, FakeHttp]:
    http = FakeHttp(list(script))
    config = ShopifyConfig(shop=SHOP, **(settings or {"token": "secret-token"}))
    return Transport(http, config, clock or Wall(), limits), http


def token(value: str, expires_in: int = 86399) -> Response:
    return raw(200, json.dumps({"access_token": value, "scope": "write_orders", "expires_in": expires_in}).encode())


def gql_error(code: str | None, message: str = "No", **extensions: Any) -> dict[str, Any]:
    found: dict[str, Any] = {"message": message}
    if code is not None:
        found["extensions"] = {"code": code, **extensions}
    return found


def test_a_call_is_complete() -> None:
    transport, http = open_with(answer({"order": None}))
    assert transport.call(ORDER, READ, rows=250) == {"order": None}
    (request,) = http.requests
    assert request.url == f"https://{SHOP}/admin/api/2026-07/graphql.json"
    assert request.headers["X-Shopify-Access-Token"] == "secret-token"
    assert (request.operation, request.method, request.write, request.cost) == ("order", "POST", False, 26)
    assert json.loads(request.body) == {"query": ORDER.text, "variables": READ}
    assert transport.served_version == "2026-07"


def test_a_mutation_is_marked_as_a_write() -> None:
    transport, http = open_with(answer({"orderUpdate": {"order": None, "userErrors": []}}))
    transport.mutate(ORDER_UPDATE, {"input": {"id": "1"}})
    assert (http.requests[0].operation, http.requests[0].write, http.requests[0].cost) == ("orderUpdate", True, 10)


def test_secrets_do_not_show() -> None:
    config = ShopifyConfig(shop=SHOP, client_id="id", client_secret="s3cret", webhook_secrets=("s3cret2",))
    assert "s3cret" not in repr(config)
    assert "s3cret" not in repr(ShopifyConfig(shop=SHOP, token="s3cret"))


@pytest.mark.parametrize(
    "settings",
    [
        {"shop": "evil.example", "token": "t"},
        {"shop": "x.myshopify.com.evil.example", "token": "t"},
        {"shop": SHOP},
        {"shop": SHOP, "client_id": "only"},
        {"shop": SHOP, "token": "t", "api_version": "2026-7"},
    ],
)
def test_impossible_settings_are_refused(settings: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=r"the|either"):
        ShopifyConfig(**settings)  # type: ignore[arg-type]


def test_config_from_texts() -> None:
    config = ShopifyConfig.from_settings(
        {"shop": " Ribbon.MyShopify.com ", "client_id": "id", "client_secret": "a", "webhook_secrets": "b  c"}
    )
    assert (config.shop, config.api_version, config.settle_s) == (SHOP, "2026-07", 120.0)
    assert config.signing_secrets == ("a", "b", "c")
    other = {"shop": SHOP, "token": "t", "api_version": "2026-10", "settle_s": "5", "base_url": "http://127.0.0.1:1/"}
    config = ShopifyConfig.from_settings(other)
    assert (config.api_version, config.settle_s, config.root) == ("2026-10", 5.0, "http://127.0.0.1:1")


class TestClientCredentials:
    settings: ClassVar = {"client_id": "id", "client_secret": "s3cret"}

    def test_token_is_asked_for_once_and_again_before_its_end(self) -> None:
        clock = Wall()
        ok = answer({"order": None})
        transport, http = open_with(token("one"), ok, ok, token("two"), ok, clock=clock, **self.settings)
        transport.call(ORDER, READ)
        clock.now += 86000
        transport.call(ORDER, READ)
        clock.now += 200  # 199 s before its end: inside the margin
        transport.call(ORDER, READ)
        assert http.operations == ["oauth/access_token", "order", "order", "oauth/access_token", "order"]
        assert json.loads(http.requests[0].body) == {
            "client_id": "id",
            "client_secret": "s3cret",
            "grant_type": "client_credentials",
        }
        assert http.requests[0].url == f"https://{SHOP}/admin/oauth/access_token"
        assert [r.headers.get("X-Shopify-Access-Token") for r in http.requests[1:]] == ["one", "one", None, "two"]

    def test_renewed_once_on_401(self) -> None:
        gone = answer(errors="[API] Invalid API key or access token", status=401)
        transport, http = open_with(token("one"), gone, token("two"), answer({"order": None}), **self.settings)
        transport.call(ORDER, READ)
        assert http.requests[-1].headers["X-Shopify-Access-Token"] == "two"

    def test_401_after_renewal_stops(self) -> None:
        gone = answer(errors="[API] Invalid API key or access token", status=401)
        transport, http = open_with(token("one"), gone, token("two"), gone, **self.settings)
        with pytest.raises(CredentialRefused, match="Invalid API key"):
            transport.call(ORDER, READ)
        assert len(http.requests) == 4

    @pytest.mark.parametrize(
        ("given", "kind", "code"),
        [
            (raw(400, b'{"error":"shop_not_permitted"}'), CredentialRefused, "shop_not_permitted"),
            (raw(400, b"<html>Oauth error app_not_installed</html>"), CredentialRefused, "app_not_installed"),
            (raw(400, b'{"error":"invalid_client"}'), CredentialRefused, "invalid_client"),
            (raw(400, b"?"), CredentialRefused, "http 400"),
            (raw(404, b"Not Found"), CredentialRefused, "http 404"),
            (raw(503, b""), Retry, "http 503"),
            (raw(200, b"<html>"), Retry, "no access token"),
            (raw(200, b'{"scope":""}'), Retry, "no access token"),
            (Unknown("timeout", "no answer"), Retry, "timeout"),
        ],
    )
    def test_no_token(self, given: Response | Exception, kind: type[OutsideError], code: str) -> None:
        transport, _ = open_with(given, **self.settings)
        with pytest.raises(kind) as caught:
            transport.call(ORDER, READ)
        assert caught.value.code == code
        assert "s3cret" not in str(caught.value)


def test_permanent_token_is_not_renewed() -> None:
    transport, http = open_with(answer(errors="[API] Invalid API key or access token", status=401))
    with pytest.raises(CredentialRefused):
        transport.call(ORDER, READ)
    assert len(http.requests) == 1


HTML = b"<!DOCTYPE html><html><body>Something went wrong</body></html>"

# (answer, error on a read, error on a write, code)
TABLE: list[tuple[Response, type[OutsideError], type[OutsideError], str]] = [
    (answer(errors="bad", status=400), Refused, Refused, "http 400"),
    (answer(errors="token", status=401), CredentialRefused, CredentialRefused, "http 401"),
    (answer(errors="Unavailable Shop", status=402), CredentialRefused, CredentialRefused, "http 402"),
    (answer(errors="[API] This action requires", status=403), CredentialRefused, CredentialRefused, "http 403"),
    (answer(errors="Not Found", status=404), CredentialRefused, CredentialRefused, "http 404"),
    (raw(423, HTML), CredentialRefused, CredentialRefused, "http 423"),
    (raw(301, b"", {"location": "https://other"}), CredentialRefused, CredentialRefused, "http 301"),
    (raw(406, b""), Refused, Refused, "http 406"),
    (raw(422, b'{"errors":{"base":["x"]}}'), Refused, Refused, "http 422"),
    (raw(429, b"", {"retry-after": "4.0"}), Retry, Retry, "http 429"),
    (raw(430, HTML), Retry, Retry, "http 430"),
    *((raw(status, HTML), Retry, Unknown, f"http {status}") for status in (500, 501, 502, 503, 504, 530, 540, 783)),
    (raw(200, HTML), Retry, Unknown, "not json"),
    (raw(200, b"[]"), Retry, Unknown, "not json"),
    (raw(200, b"{}"), Retry, Unknown, "no data"),
    (answer(errors=[gql_error("undefinedField")]), Refused, Refused, "undefinedField"),
    (answer(errors=[gql_error("PARSE_ERROR")]), Refused, Refused, "PARSE_ERROR"),
    (answer(errors=[gql_error("INVALID_VARIABLE")]), Refused, Refused, "INVALID_VARIABLE"),
    (answer(errors=[gql_error("MAX_COST_EXCEEDED", cost=1200, maxCost=1000)]), Refused, Refused, "MAX_COST_EXCEEDED"),
    (answer(errors=[gql_error(None)]), Refused, Refused, "graphql"),
    (answer({"x": 1}, errors=[gql_error(None)]), Retry, Unknown, "unknown error"),
    (answer({"x": 1}, errors=[gql_error("BAD_REQUEST")]), Refused, Refused, "BAD_REQUEST"),
    (answer({"x": 1}, errors=[gql_error("RESOURCE_NOT_FOUND")]), Refused, Refused, "RESOURCE_NOT_FOUND"),
    (answer({"x": 1}, errors=[gql_error("INVALID_FIELD_ARGUMENTS")]), Refused, Refused, "INVALID_FIELD_ARGUMENTS"),
    (answer({"x": 1}, errors=[gql_error("MAX_INPUT_SIZE_EXCEEDED")]), Refused, Refused, "MAX_INPUT_SIZE_EXCEEDED"),
    (answer({"x": 1}, errors=[gql_error("SHOP_INACTIVE")]), CredentialRefused, CredentialRefused, "SHOP_INACTIVE"),
    (answer({"x": 1}, errors=[gql_error("ACCESS_DENIED")]), CredentialRefused, CredentialRefused, "ACCESS_DENIED"),
    (answer(errors=[gql_error("INTERNAL_SERVER_ERROR")]), Retry, Unknown, "INTERNAL_SERVER_ERROR"),
    (answer({"x": 1}, errors=[gql_error("INTERNAL_SERVER_ERROR")]), Retry, Unknown, "INTERNAL_SERVER_ERROR"),
    (answer(errors=[gql_error("THROTTLED")], extensions=COST), Retry, Retry, "THROTTLED"),
]


@pytest.mark.parametrize(("given", "on_read", "on_write", "code"), TABLE)
def test_error_table(given: Response, on_read: type[OutsideError], on_write: type[OutsideError], code: str) -> None:
    for document, kind in ((ORDER, on_read), (ORDER_UPDATE, on_write)):
        transport, http = open_with(given)
        with pytest.raises(OutsideError) as caught:
            transport.call(document, {})
        assert type(caught.value) is kind
        assert caught.value.code == code
        assert "<" not in caught.value.words
        assert len(http.requests) == 1


def test_waits_are_told() -> None:
    waits = {}
    for name, given in (("429", TABLE[9][0]), ("430", TABLE[10][0]), ("throttled", TABLE[-1][0])):
        transport, _ = open_with(given)
        with pytest.raises(Retry) as caught:
            transport.call(ORDER, {})
        waits[name] = (caught.value.after, caught.value.limited)
    assert waits == {"429": (4.0, True), "430": (600.0, False), "throttled": (pytest.approx(0.68), True)}


def test_unknown_of_the_wire_is_a_retry_for_reads_only() -> None:
    transport, _ = open_with(Unknown("timeout", "cut"))
    with pytest.raises(Retry):
        transport.call(ORDER, {})
    transport, _ = open_with(Unknown("timeout", "cut"))
    with pytest.raises(Unknown):
        transport.call(ORDER_UPDATE, {})


def test_the_limit_learns_from_every_answer() -> None:
    limits = Observed()
    transport, _ = open_with(
        answer({"order": None}, extensions=COST),
        answer(errors=[gql_error("THROTTLED")], extensions=COST),
        answer({"order": None}, extensions={"cost": {"throttleStatus": None}}),
        limits=limits,
    )
    transport.call(ORDER, {})
    with pytest.raises(Retry):
        transport.call(ORDER, {})
    transport.call(ORDER, {})
    assert limits.seen == [(40.0, 2000.0, 100.0)] * 2


def test_a_mutation_that_has_a_payload_beside_errors_was_carried_out() -> None:
    payload = {"orderUpdate": {"order": {"id": "1"}, "userErrors": []}}
    transport, _ = open_with(answer(payload, errors=[gql_error("ACCESS_DENIED")]))
    with pytest.raises(Unknown):
        transport.call(ORDER_UPDATE, {})


def test_a_mutation_without_payload_is_unknown() -> None:
    transport, _ = open_with(answer({"orderUpdate": None}))
    with pytest.raises(Unknown):
        transport.mutate(ORDER_UPDATE, {})


def test_developer_is_named_for_our_own_mistakes() -> None:
    transport, _ = open_with(answer(errors=[gql_error("undefinedField")]))
    with pytest.raises(Refused) as caught:
        transport.call(ORDER, {})
    assert caught.value.actor is Actor.DEVELOPER
