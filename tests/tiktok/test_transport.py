from __future__ import annotations

import pytest

from tests.tiktok.scripted import APP, NOW, FixedTokens, ScriptedHttp, answer, client_of, done, failed, query_of
from tokbridge.core.errors import CredentialRefused, OutsideError, Refused, Retry, Unknown
from tokbridge.tiktok.errors import ClockRefused

LATE = "Invalid timestamp. The value of the `timestamp` query parameter must not be earlier than 5 minutes before."
EXPIRED = "Expired credentials. The `access_token` or `x-tts-access-token` header has expired."


def test_an_answer_carries_data_server_time_and_request_id() -> None:
    client = client_of(ScriptedHttp(done({"a": "b"}, at=NOW + 7)))
    found = client.call("x", "GET", "/p")
    assert (found.data, found.server_time, found.request_id) == ({"a": "b"}, NOW + 7, "req1")
    assert client.offset == 7


@pytest.mark.parametrize("date", [None, "not a date"])
def test_without_a_date_header_the_offset_stays(date: str | None) -> None:
    odd = done({}, at=None) if date is None else done({}, at=None, date=date)
    client = client_of(ScriptedHttp(done(at=NOW + 7), odd))
    client.call("x", "GET", "/p")
    assert client.call("x", "GET", "/p").server_time is None
    assert client.offset == 7


def test_the_request_says_what_it_is() -> None:
    http = ScriptedHttp(done(), done())
    client = client_of(http)
    client.call("orders.search", "POST", "/p", body={})
    client.call("orders.cancel", "POST", "/p", body={}, write=True)
    assert [(sent.operation, sent.method, sent.write, sent.cost) for sent in http.sent] == [
        ("orders.search", "POST", False, 1),
        ("orders.cancel", "POST", True, 1),
    ]


@pytest.mark.parametrize("ahead", [-600.0, 600.0])
def test_a_wrong_clock_is_corrected_by_the_very_refusal(ahead: float) -> None:
    http = ScriptedHttp(failed(36009004, LATE, 400), done({"ok": "1"}), done())
    client = client_of(http, clock=lambda: NOW + ahead)
    assert client.call("x", "POST", "/p", body={"a": 1}, write=True).data == {"ok": "1"}
    assert client.offset == -ahead
    client.call("x", "GET", "/p")
    assert [int(query_of(sent)["timestamp"]) for sent in http.sent] == [NOW + ahead, NOW, NOW]
    assert http.sent[0].body == http.sent[1].body == b'{"a":1}'


def test_a_clock_still_refused_after_the_correction_is_an_error() -> None:
    http = ScriptedHttp(failed(36009004, LATE, 400), failed(36009004, LATE, 400))
    with pytest.raises(ClockRefused):
        client_of(http).call("x", "GET", "/p")
    assert len(http.sent) == 2


def test_a_refused_clock_without_a_date_header_is_an_error_at_once() -> None:
    http = ScriptedHttp(failed(36009004, LATE, 400, at=None))
    with pytest.raises(ClockRefused):
        client_of(http).call("x", "GET", "/p")
    assert len(http.sent) == 1


@pytest.mark.parametrize(
    "refusal",
    [
        failed(105002, EXPIRED, 401),
        failed(105002, EXPIRED),
        failed(36009004, "Invalid credentials. The `x-tts-access-token` header is invalid.", 400),
    ],
)
def test_a_refused_token_is_renewed_once_and_the_call_sent_again(refusal: object) -> None:
    assert isinstance(refusal, type(done()))
    tokens = FixedTokens()
    http = ScriptedHttp(refusal, done({"ok": "1"}))
    assert client_of(http, tokens).call("x", "POST", "/p", body={"a": 1}, write=True).data == {"ok": "1"}
    assert tokens.renewed == ["token-1"]
    assert [sent.headers["x-tts-access-token"] for sent in http.sent] == ["token-1", "token-2"]
    assert http.sent[0].body == http.sent[1].body


def test_a_renewed_token_refused_too_stops_the_connection() -> None:
    tokens = FixedTokens()
    http = ScriptedHttp(failed(105002, EXPIRED, 401), failed(105002, EXPIRED, 401))
    with pytest.raises(CredentialRefused):
        client_of(http, tokens).call("x", "GET", "/p")
    assert tokens.renewed == ["token-1"]


def test_token_and_clock_may_both_be_wrong() -> None:
    tokens = FixedTokens()
    http = ScriptedHttp(failed(36009004, LATE, 400), failed(105002, EXPIRED, 401), done({"ok": "1"}))
    assert client_of(http, tokens, clock=lambda: NOW - 900.0).call("x", "GET", "/p").data == {"ok": "1"}
    assert client_of(ScriptedHttp(done()), tokens).offset == 0


@pytest.mark.parametrize(
    ("code", "message", "status"),
    [
        (36009002, "Too many requests.", 429),
        (36009003, "Internal error.", 500),
        (106001, "Invalid credentials. The `sign` query parameter is invalid.", 500),
        (106013, "Missing identifier.", 400),
        (36009004, "Invalid credentials. Invalid `app_key` query parameter.", 400),
        (21011044, "Order status is on hold.", 200),
    ],
)
def test_nothing_else_is_sent_again(code: int, message: str, status: int) -> None:
    tokens = FixedTokens()
    http = ScriptedHttp(failed(code, message, status))
    with pytest.raises(OutsideError):
        client_of(http, tokens).call("x", "POST", "/p", write=True)
    assert (len(http.sent), tokens.renewed) == (1, [])


def test_no_answer_to_a_write_is_doubt_and_to_a_read_is_not() -> None:
    with pytest.raises(Unknown):
        client_of(ScriptedHttp(Unknown("timeout", "no answer"))).call("x", "POST", "/p", write=True)
    with pytest.raises(Retry) as again:
        client_of(ScriptedHttp(Unknown("timeout", "no answer"))).call("x", "GET", "/p")
    assert (again.value.code, again.value.words) == ("timeout", "no answer")
    with pytest.raises(Retry):
        client_of(ScriptedHttp(Retry("refused", "no connection"))).call("x", "POST", "/p", write=True)


def test_errors_and_reprs_carry_no_secret() -> None:
    http = ScriptedHttp(failed(77, f"token-1 and {APP.secret} were seen", 400))
    with pytest.raises(Refused) as caught:
        client_of(http).call("x", "GET", "/p")
    assert str(caught.value) == "77: *** and *** were seen"
    assert APP.secret not in repr(APP)


def test_a_read_may_come_without_body_and_data() -> None:
    http = ScriptedHttp(answer({"code": 0, "message": "Success"}))
    assert client_of(http).call("x", "GET", "/p").data == {}
    assert http.only.body == b""


def test_doubt_about_a_token_is_no_doubt_about_the_call() -> None:
    class Silent(FixedTokens):
        def renew(self, stale: str) -> str:
            raise Unknown("timeout", "the token host did not answer")

    http = ScriptedHttp(failed(105002, EXPIRED, 401))
    with pytest.raises(Retry) as again:
        client_of(http, Silent()).call("x", "POST", "/p", write=True)
    assert again.value.code == "timeout"
