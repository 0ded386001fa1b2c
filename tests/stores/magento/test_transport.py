"""Every way in which a call can fail, as the error the flow acts upon (reference magento-rest.md 1 to 3)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.stores.magento.fake import (
    MASKED,
    NO_ROUTE,
    OAUTH,
    config_with,
    denied,
    fail,
    missing,
    ok,
    order,
    raw,
    store_with,
)
from tokbridge.core.errors import Actor, CredentialRefused, OutsideError, Refused, Retry, Unknown
from tokbridge.core.wire import Response
from tokbridge.stores.magento import SETTINGS, MagentoConfig
from tokbridge.stores.magento.answers import words_of
from tokbridge.stores.magento.search import batches, criteria, query
from tokbridge.stores.nouns import ParcelItem

HTML = b"<html><body>Maintenance</body></html>"


def reading(answer: Response | Exception, **settings: Any) -> OutsideError:
    store, http = store_with(answer, **settings)
    with pytest.raises(OutsideError) as caught:
        store.read_order("9")
    assert len(http.requests) == 1
    assert not http.requests[0].write
    return caught.value


def writing(answer: Response | Exception) -> OutsideError:
    """A status is set: the second call is the write."""
    store, http = store_with(ok(order()), answer, statuses=(("packed", "Packed"),))
    with pytest.raises(OutsideError) as caught:
        store.set_status("9", "packed")
    assert [request.write for request in http.requests] == [False, True]
    return caught.value


@pytest.mark.parametrize(
    "answer",
    [
        raw(500, HTML),
        fail(500, MASKED),
        raw(502, b""),
        raw(503, HTML),
        raw(504, b""),
        raw(200, HTML),
        raw(200, b""),
        Unknown("timeout", "no answer"),
        fail(400, "SQLSTATE[40001]: Serialization failure: 1213 Deadlock found when trying to get lock"),
    ],
)
def test_doubt_is_unknown_when_writing_and_harmless_when_reading(answer: Response | Exception) -> None:
    assert isinstance(reading(answer), Retry)
    assert isinstance(writing(answer), Unknown)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (
            raw(302, b"", {"location": "https://www.shop.example/rest/default/V1/orders/9?x=1"}),
            "https://www.shop.example",
        ),
        (raw(301, b""), "another page"),
        (raw(403, HTML), "firewall"),
        (raw(404, HTML), "no REST API"),
        (fail(404, NO_ROUTE), "no REST API"),
        (fail(400, "Specified request cannot be processed."), "store view with the code 'default'"),
        (fail(400, "Signature method %1 is not supported", ["HMAC-SHA1"]), "HMAC-SHA1 is not supported"),
        (fail(401, "The signature is invalid. Verify and try again."), "signature is invalid"),
        (fail(401, "Specified token does not exist"), "token does not exist"),
        (fail(401, "An error occurred validating the nonce"), "clocks"),
        (denied("Magento_Sales::actions_view"), "Magento_Sales::actions_view"),
    ],
)
def test_what_stops_the_connection(answer: Response, words: str) -> None:
    for error in (reading(answer), writing(answer)):
        assert isinstance(error, CredentialRefused)
        assert words in error.words
        assert "secret-token" not in error.words


def test_a_redirect_tells_the_host_and_nothing_else() -> None:
    error = reading(raw(302, b"", {"location": "https://user:pw@www.shop.example/x?token=secret"}))
    assert "token=secret" not in error.words


@pytest.mark.parametrize(("header", "after"), [("7", 7.0), ("0.5", 0.5), ("", None), ("Wed, 21 Oct 2026", None)])
def test_a_limit_of_the_host_is_waited_for(header: str, after: float | None) -> None:
    for error in (reading(raw(429, b"", {"retry-after": header})), writing(raw(429, b"", {"retry-after": header}))):
        assert isinstance(error, Retry)
        assert (error.limited, error.after) == (True, after)


def test_a_nonce_used_twice_has_done_nothing() -> None:
    answer = fail(401, "The nonce is already being used by the consumer with ID %1", [1])
    assert isinstance(reading(answer, **OAUTH), Retry)


@pytest.mark.parametrize(
    ("answer", "words", "actor"),
    [
        (fail(400, "Decoding error."), "Decoding error.", Actor.DEVELOPER),
        (
            fail(400, '"%fieldName" is not supported. Correct the field name and try again.', {"fieldName": "Foo"}),
            '"Foo" is not supported',
            Actor.DEVELOPER,
        ),
        (
            fail(400, '"%fieldName" is required. Enter and try again.', {"fieldName": "entity"}),
            '"entity" is required',
            Actor.DEVELOPER,
        ),
        (
            fail(
                400,
                'Unable to add comment: The status "%1" is not part of the order\n       status history.',
                ["packed"],
            ),
            'The status "packed" is not part of the order status history.',
            Actor.OPERATOR,
        ),
        (fail(405, "no"), "no", Actor.DEVELOPER),
    ],
)
def test_refusals_say_magentos_words(answer: Response, words: str, actor: Actor) -> None:
    error = writing(answer)
    assert type(error) is Refused
    assert words in error.words
    assert error.actor is actor


def test_aggregated_errors_are_told_together() -> None:
    inner = [{"message": "Source %code missing", "parameters": {"code": "zz"}}, {"message": "Quantity wrong"}]
    assert (
        words_of(fail(400, "Validation Failed", errors=inner)) == "Validation Failed; Source zz missing; Quantity wrong"
    )


def test_values_that_may_be_the_buyers_are_not_repeated() -> None:
    told = words_of(
        fail(
            400,
            'Error occurred during "telephone" processing. The "+1 512 555" value\'s type is invalid. The "int" type.',
        )
    )
    assert "512" not in told
    assert "telephone" in told
    address = fail(
        404, "No such entity with %fieldName = %fieldValue", {"fieldName": "email", "fieldValue": "ann@x.test"}
    )
    assert words_of(address) == "No such entity with email = (e-mail)"


def test_messages_of_other_shapes() -> None:
    assert words_of(fail(400, "%1 and %2", ["a"])) == "a and %2"
    assert words_of(raw(500, b'"An error has happened during application run."')) == (
        "An error has happened during application run."
    )
    assert words_of(raw(500, b"{}")) == "no message"
    assert words_of(raw(500, b"  ")) == "empty answer"


@pytest.mark.parametrize("answer", [ok([]), ok("text"), ok(None), ok(3), ok({"entity_id": 9})])
def test_json_of_another_shape_is_no_order(answer: Response) -> None:
    assert isinstance(reading(answer), Retry)


@pytest.mark.parametrize(
    "wrong",
    [
        {"updated_at": "soon"},
        {"grand_total": "much"},
        {"order_currency_code": "XXX"},
        {"items": [{"item_id": 1, "qty_ordered": "two"}]},
    ],
)
def test_fields_of_another_kind_are_told(wrong: dict[str, Any]) -> None:
    assert isinstance(reading(ok(order(**wrong))), Retry)


def test_nothing_reached_the_shop() -> None:
    assert isinstance(writing(Retry("connect", "refused")), Retry)


def test_a_thing_that_is_not_there() -> None:
    store, _ = store_with(missing())
    assert store.read_order("9") is None
    store, http = store_with()
    for ref in ("9/cancel", "", "-1", "٩", "9?x"):
        with pytest.raises(Refused, match="not an id"):
            store.read_order(ref)
    assert http.requests == []


def test_what_every_call_carries() -> None:
    store, http = store_with(
        ok(order()), ok(True), shop="https://shop.example/sub", store_view="fr", statuses=(("p", "P"),)
    )
    store.set_status("9", "p")
    assert http.requests[0].url == "https://shop.example/sub/rest/fr/V1/orders/9"
    assert "Content-Type" not in http.requests[0].headers
    assert http.requests[1].headers["Content-Type"] == "application/json"
    assert http.operations == ["orders.get", "order.comment"]


def test_a_list_that_never_ends_is_given_up() -> None:
    class Endless:
        def send(self, _request: object) -> Response:
            return ok({"items": [{"entity_id": 1, "order_id": 9, "items": []}], "total_count": 10**9})

    from tokbridge.stores.magento import MagentoStore

    with pytest.raises(Retry, match="1000 pages"):
        MagentoStore(Endless(), config_with(), lambda: 0.0).parcels_of(["9"])


def test_queries_are_encoded() -> None:
    text = query(criteria(fields="items[a]", size=1))
    assert text == "searchCriteria%5BpageSize%5D=1&searchCriteria%5BcurrentPage%5D=1&fields=items%5Ba%5D"
    assert query([("a b", "c+d/é,%~")]) == "a%20b=c%2Bd%2F%C3%A9%2C%25~"


def test_batches_keep_count_and_length() -> None:
    assert batches(["a"] * 5, 2, 100) == [["a", "a"], ["a", "a"], ["a"]]
    assert batches(["aaaa", "bbbb", "c"], 9, 11) == [["aaaa"], ["bbbb", "c"]]
    assert batches(["x" * 50], 9, 10) == [["x" * 50]]
    assert batches([], 9, 10) == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"shop": "shop.example"},
        {"shop": "http://shop.example"},
        {"shop": "https://shop.example?x=1"},
        {"shop": "https://user:pw@shop.example"},
        {"shop": "ftp://shop.example"},
        {"token": ""},
        {"token": "", "consumer_key": "a", "consumer_secret": "b", "access_token": "c"},
        {"store_view": "all"},
        {"store_view": "de/x"},
        {"invoice": "later"},
        {"stock_remedy": "prayer"},
        {"settle_s": "-1"},
        {"settle_s": "soon"},
    ],
)
def test_settings_that_cannot_be_right(wrong: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=r"must|either|float"):
        MagentoConfig.from_settings({"shop": "https://shop.example", "token": "t"} | wrong)


def test_settings_as_texts() -> None:
    names = {setting.name for setting in SETTINGS}
    found = MagentoConfig.from_settings(
        dict.fromkeys(names, "") | {"shop": " https://shop.example/ ", "token": "t", "statuses": "a=A, b ,c=C d"}
    )
    assert found == MagentoConfig(
        shop="https://shop.example", token="t", statuses=(("a", "A"), ("b", "b"), ("c", "C d"))
    )
    assert (found.settle, found.invoice, found.stock_remedy, found.store_view) == (0.0, "shipped", "", "default")
    assert {setting.name for setting in SETTINGS if setting.secret} == {
        "token",
        "consumer_key",
        "consumer_secret",
        "access_token",
        "access_secret",
    }
    assert MagentoConfig.from_settings({"shop": "http://127.0.0.1:8801", "token": "t"}).shop == "http://127.0.0.1:8801"


def test_secrets_do_not_show() -> None:
    assert "hidden" not in repr(config_with(token="hidden-1", consumer_secret="hidden-2", access_secret="hidden-3"))


def test_items_in_a_parcel_are_only_of_the_order() -> None:
    store, http = store_with(ok({"items": [], "total_count": 0}), ok(order()))
    with pytest.raises(Refused, match="no row 99"):
        store.add_parcel("9", "UPS", "1", [ParcelItem("99", "X", 1)])
    assert http.writes == []
