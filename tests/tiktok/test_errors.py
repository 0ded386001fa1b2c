from __future__ import annotations

import json

import pytest

from tokbridge.core.errors import Actor, CredentialRefused, OutsideError, Refused, Retry, Unknown
from tokbridge.tiktok.errors import ClockRefused, TokenRefused, classify, part_faults


def verdict(
    code: int | str,
    message: str = "words of TikTok",
    status: int = 200,
    write: bool = False,
    headers: dict[str, str] | None = None,
) -> OutsideError:
    body = json.dumps({"code": code, "message": message, "request_id": "r", "data": None}).encode()
    with pytest.raises(OutsideError) as caught:
        classify(status, headers or {}, body, write)
    return caught.value


@pytest.mark.parametrize(
    ("code", "status", "kind", "actor"),
    [
        (105002, 401, TokenRefused, Actor.OWNER),
        (105002, 200, TokenRefused, Actor.OWNER),
        (105005, 200, CredentialRefused, Actor.OWNER),
        (106001, 200, CredentialRefused, Actor.OWNER),
        (106001, 500, CredentialRefused, Actor.OWNER),
        (106013, 400, Refused, Actor.DEVELOPER),
        (101000, 200, CredentialRefused, Actor.OWNER),
        (36004004, 200, CredentialRefused, Actor.OWNER),
        (36004005, 200, CredentialRefused, Actor.OWNER),
        (36009009, 404, Refused, Actor.DEVELOPER),
        (36009010, 405, Refused, Actor.DEVELOPER),
        (36009014, 200, Refused, Actor.DEVELOPER),
        (36009021, 200, Refused, Actor.DEVELOPER),
        (36009022, 200, Refused, Actor.DEVELOPER),
        (36009023, 200, Refused, Actor.DEVELOPER),
        (36009033, 403, CredentialRefused, Actor.OWNER),
        (98001004, 400, Refused, Actor.DEVELOPER),
        (21008111, 200, Refused, Actor.OPERATOR),
        (21011044, 200, Retry, Actor.NOBODY),
        (21011007, 200, Refused, Actor.OPERATOR),
        (10007014, 200, Refused, Actor.OPERATOR),
        (25001001, 200, Refused, Actor.OPERATOR),
        (25001011, 200, Refused, Actor.OPERATOR),
        (25001021, 200, Refused, Actor.OPERATOR),
        (25001045, 200, Refused, Actor.OPERATOR),
        (25001051, 200, Refused, Actor.OPERATOR),
        (25011014, 200, Refused, Actor.OPERATOR),
        (77777777, 200, Refused, Actor.DEVELOPER),
        (77777777, 400, Refused, Actor.DEVELOPER),
        ("21011007", 200, Refused, Actor.OPERATOR),
    ],
)
@pytest.mark.parametrize("write", [False, True])
def test_codes(code: int | str, status: int, kind: type[OutsideError], actor: Actor, write: bool) -> None:
    error = verdict(code, status=status, write=write)
    assert type(error) is kind
    assert error.actor is actor
    assert error.code == str(code)
    assert error.words == "words of TikTok"


@pytest.mark.parametrize(
    ("message", "kind", "actor"),
    [
        ("Missing credentials. The request does not include a required signature in the query.", Refused, "developer"),
        ("Invalid credentials. Invalid `app_key` query parameter.", CredentialRefused, "shop owner"),
        ("Invalid credentials. The `access_token` header is invalid.", TokenRefused, "shop owner"),
        (
            "Invalid credentials. The 'x-tts-access-token' header is invalid. For more details: x",
            TokenRefused,
            "shop owner",
        ),
        (
            "Invalid timestamp. The value of the `timestamp` query parameter must not be lesser than 0.",
            ClockRefused,
            "shop owner",
        ),
        (
            "Invalid timestamp. The value must not be earlier than 5 minutes before the current time.",
            ClockRefused,
            "shop owner",
        ),
        (
            "Invalid timestamp. The value must not exceed the current time by more than 30 seconds.",
            ClockRefused,
            "shop owner",
        ),
        ("Unexpected identifier. The `shop_cipher` query parameter is not required.", Refused, "developer"),
        ("Invalid identifier. The `shop_id` query parameter is invalid.", Refused, "developer"),
        ("Invalid API version. The `version` value is invalid or unsupported.", Refused, "developer"),
        ("Invalid page_token.", Refused, "developer"),
    ],
)
def test_36009004_is_told_apart_by_its_message(message: str, kind: type[OutsideError], actor: str) -> None:
    error = verdict(36009004, message, status=400, write=True)
    assert type(error) is kind
    assert error.actor == actor


@pytest.mark.parametrize("code", [36009003, 36009007, 10002014, 10002015, 10006402, 10037002, 10037003, 10037004])
@pytest.mark.parametrize("status", [200, 500])
def test_their_own_failures_leave_a_write_in_doubt(code: int, status: int) -> None:
    assert type(verdict(code, status=status, write=True)) is Unknown
    assert type(verdict(code, status=status, write=False)) is Retry


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_an_unknown_code_with_a_5xx_leaves_a_write_in_doubt(status: int) -> None:
    assert type(verdict(77777777, status=status, write=True)) is Unknown
    assert type(verdict(77777777, status=status, write=False)) is Retry
    assert type(verdict(0, status=status, write=True)) is Unknown


@pytest.mark.parametrize(
    ("given", "after"),
    [("2", 2.0), ("0.75", 0.75), ("Wed, 21 Oct 2026 07:28:00 GMT", None), ("nan", None), (None, None)],
)
@pytest.mark.parametrize("write", [False, True])
def test_limits(given: str | None, after: float | None, write: bool) -> None:
    headers = {} if given is None else {"retry-after": given}
    for error in (
        verdict(36009002, status=429, write=write, headers=headers),
        verdict(36009002, status=200, write=write, headers=headers),
        verdict(77777777, status=429, write=write, headers=headers),
    ):
        assert isinstance(error, Retry)
        assert error.limited
        assert error.after == after


def test_a_5xx_may_say_when_to_come_back() -> None:
    error = verdict(36009003, status=503, headers={"retry-after": "12"})
    assert isinstance(error, Retry)
    assert (error.after, error.limited) == (12.0, False)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html><body>Bad Gateway for ada@example.com</body></html>",
        b"[]",
        b'"text"',
        b'{"message":"no code"}',
        b'{"code":null}',
        b'{"code":0,"data":[1]}',
        b'{"code":0,"data":{"orders":[',
        b"\xff\xfe",
        b"[" * 100_000,
    ],
)
@pytest.mark.parametrize("status", [200, 404, 502])
def test_what_is_not_tiktoks_envelope_is_doubt(body: bytes, status: int) -> None:
    with pytest.raises(Unknown) as doubt:
        classify(status, {}, body, True)
    with pytest.raises(Retry) as again:
        classify(status, {}, body, False)
    for error in (doubt.value, again.value):
        assert error.code == f"http {status}"
        assert "ada" not in str(error)
    with pytest.raises(Retry) as limited:
        classify(429, {"retry-after": "1.5"}, body, True)
    assert (limited.value.limited, limited.value.after) == (True, 1.5)


@pytest.mark.parametrize(
    ("body", "data", "request_id"),
    [
        (b'{"code":0,"message":"Success","request_id":"r1","data":{"a":1}}', {"a": 1}, "r1"),
        (b'{"code":0,"message":"success","data":null}', {}, ""),
        (b'{"code":"0"}', {}, ""),
        (
            b'{"code":0,"data":{"price":19.90,"id":1729592969712207013}}',
            {"price": "19.90", "id": 1729592969712207013},
            "",
        ),
    ],
)
def test_success(body: bytes, data: dict[str, object], request_id: str) -> None:
    envelope = classify(200, {}, body, True)
    assert (envelope.data, envelope.request_id) == (data, request_id)


def test_secrets_are_taken_out_of_tiktoks_words() -> None:
    body = b'{"code":36004005,"message":"no record for REFRESH-1 of s3cret"}'
    with pytest.raises(CredentialRefused) as caught:
        classify(200, {}, body, True, hide=("s3cret", "REFRESH-1", ""))
    assert caught.value.words == "no record for *** of ***"


def test_parts_of_a_batch_may_fail_under_code_0() -> None:
    data = {
        "errors": [
            {"code": "21008111", "message": "not yours", "detail": {"order_id": "1"}},
            {"code": 36009003, "message": "internal", "detail": {"order_id": "2"}},
            {"code": 99, "message": "whose?"},
            "odd",
        ]
    }
    found = part_faults(data, "order_id")
    assert {key: type(error) for key, error in found.items()} == {"1": Refused, "2": Unknown, "": Refused}
    assert found["1"].words == "not yours"
    assert part_faults({}, "order_id") == {}
    assert part_faults({"errors": None}, "order_id") == {}
