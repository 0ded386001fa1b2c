"""One call: what is sent, and what each answer means (reference prestashop-webservice.md 2, 3)."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

import pytest

from tests.stores.plans import PRESTASHOP
from tests.stores.prestashop.given import Notes, new_shop, store_of
from tests.stores.prestashop.shop import KEY, SHOP
from tokbridge.core.errors import Actor, CredentialRefused, OutsideError, Refused, Retry, Unknown
from tokbridge.core.wire import Request, Response
from tokbridge.stores.base import OpenGate
from tokbridge.stores.prestashop import PrestaShopConfig
from tokbridge.stores.prestashop.transport import Transport, chunks

plan = PRESTASHOP.plan

XML_ERROR = """<?xml version="1.0" encoding="UTF-8"?>
<prestashop xmlns:xlink="http://www.w3.org/1999/xlink">
<errors>
<error>
<code><![CDATA[{code}]]></code>
<message><![CDATA[{words}]]></message>
</error>
</errors>
</prestashop>"""


@dataclass
class FakeHttp:
    script: list[Response | Exception]
    requests: list[Request] = field(default_factory=list)

    def send(self, request: Request) -> Response:
        self.requests.append(request)
        item = self.script.pop(0)
        if isinstance(item, Exception):
            raise item
        return item


def transport(*script: Response | Exception, **settings: str) -> tuple[Transport, FakeHttp]:
    http = FakeHttp(list(script))
    return Transport(http, PrestaShopConfig(shop=SHOP, key=KEY, **settings), OpenGate()), http


def answer(status: int, body: str = "", headers: Mapping[str, str] | None = None) -> Response:
    return Response(status, {"psws-version": "8.2.4", **(headers or {})}, body.encode())


def read_error(response: Response | Exception) -> OutsideError:
    web, _ = transport(response)
    with pytest.raises(OutsideError) as caught:
        web.read("orders")
    return caught.value


def write_error(response: Response | Exception) -> OutsideError:
    web, _ = transport(response)
    with pytest.raises(OutsideError) as caught:
        web.post("orders", {"id_cart": "1"})
    return caught.value


class TestWhatIsSent:
    def test_a_read(self) -> None:
        web, http = transport(answer(200, "[]"))
        assert web.read("orders", f_gift_message="[tts:1]", sort="[id_ASC]") == []
        (request,) = http.requests
        assert request.url == (
            f"{SHOP}/api/orders?display=full&output_format=JSON&filter%5Bgift_message%5D=%5Btts%3A1%5D&sort=%5Bid_ASC%5D"
        )
        assert (request.method, request.operation, request.write) == ("GET", "orders.read", False)
        assert request.headers == {"Authorization": "Basic " + base64.b64encode(f"{KEY}:".encode()).decode()}

    def test_a_write_has_no_blanks_and_escapes_everything(self) -> None:
        web, http = transport(answer(201, '{"customer":{"id":"7"}}'))
        groups = {"groups": {"group": [{"id": "3"}]}}
        assert web.post("customers", {"lastname": "A & <B>\x00", "note": "", "associations": groups})["id"] == "7"
        (request,) = http.requests
        assert request.write
        assert request.body.decode() == (
            "<?xml version='1.0' encoding='utf-8'?>\n<prestashop><customer><lastname>A &amp; &lt;B&gt;</lastname><note></note>"
            "<associations><groups><group><id>3</id></group></groups></associations></customer></prestashop>"
        )

    def test_from_eight_on_some_fields_are_patched(self) -> None:
        web, http = transport(answer(200, "[]"), answer(200, "{}"))
        web.read("orders")
        web.change("orders", "5", {"note": "x"})
        assert http.requests[1].method == "PATCH"
        assert b"<order><id>5</id><note>x</note></order>" in http.requests[1].body

    @pytest.mark.parametrize("version", ["1.7.8.10", "1.6.1.6", "0", ""])
    def test_before_that_the_whole_row_is_put_back(self, version: str) -> None:
        whole = (
            '<?xml version="1.0" encoding="UTF-8"?>\n<prestashop xmlns:xlink="http://www.w3.org/1999/xlink">\n<order>\n'
            '\t<id><![CDATA[5]]></id>\n\t<id_cart xlink:href="http://x/5"><![CDATA[10]]></id_cart>\n\t<note><![CDATA[]]></note>\n'
            '\t<associations>\n<order_rows nodeType="order_row">\n\t<order_row>\n\t<id><![CDATA[6]]></id>\n\t</order_row>\n'
            "</order_rows>\n</associations>\n</order>\n</prestashop>"
        )
        head = {"psws-version": version}
        web, http = transport(answer(200, "[]", head), answer(200, whole, head), answer(200, "{}", head))
        web.read("orders")
        web.change("orders", "5", {"note": "x"})
        assert http.requests[2].method == "PUT"
        body = http.requests[2].body.decode()
        assert "<order><id>5</id><id_cart>10</id_cart><note>x</note>" in body
        assert "<order_rows><order_row><id>6</id></order_row></order_rows>" in body

    def test_the_shop_of_a_multistore(self) -> None:
        web, http = transport(answer(200, "[]"), shop_id="3")
        web.read("orders")
        assert http.requests[0].url.endswith("&id_shop=3")

    def test_many_values_in_several_calls(self) -> None:
        skus = [f"SKU-{number:04}-ÄÖ" for number in range(500)]
        parts = chunks(skus)
        assert [sku for part in parts for sku in part] == skus
        web, http = transport(*[answer(200, "[]")] * len(parts))
        assert web.read_many("products", "reference", skus) == []
        assert max(len(request.url) for request in http.requests) < 4000
        assert chunks([]) == []


class TestAnswers:
    def test_no_key_arrived(self) -> None:
        error = read_error(Response(401, {"content-type": "text/html"}, b"401 Unauthorized"))
        assert isinstance(error, CredentialRefused)
        assert "Authorization header" in error.words and "CGI" in error.words

    @pytest.mark.parametrize(
        ("status", "code"), [(401, 18), (401, 20), (401, 21), (401, 26), (405, 25), (403, 132), (503, 22)]
    )
    @pytest.mark.parametrize("form", ["xml", "json"])
    def test_what_stops_the_connection(self, status: int, code: int, form: str) -> None:
        body = XML_ERROR.format(code=code, words="No &amp; never")
        if form == "json":
            body = f'{{"errors":[{{"code":{code},"message":"No &amp; never"}}]}}'
        for error in (read_error(answer(status, body)), write_error(answer(status, body))):
            assert isinstance(error, CredentialRefused)
            assert error.code == str(code)
            assert error.actor is Actor.OWNER

    def test_permissions_are_named(self) -> None:
        words = "Method PATCH is not allowed for the resource orders with this authentication key"
        assert words in write_error(answer(405, XML_ERROR.format(code=25, words=words))).words

    @pytest.mark.parametrize("status", [301, 302, 307])
    def test_elsewhere(self, status: int) -> None:
        for error in (read_error(answer(status)), write_error(answer(status))):
            assert isinstance(error, Refused) and not isinstance(error, CredentialRefused)
            assert error.code == "wrong address"

    @pytest.mark.parametrize(
        "body", ["", "<html><b>Fatal", "Cart cannot be loaded", XML_ERROR.format(code=46, words="no")]
    )
    @pytest.mark.parametrize("status", [500, 502, 503, 504])
    def test_a_server_that_fell_over(self, status: int, body: str) -> None:
        assert isinstance(read_error(answer(status, body)), Retry)
        assert isinstance(write_error(answer(status, body)), Unknown)

    def test_a_time_out(self) -> None:
        assert isinstance(read_error(Unknown("timeout", "no answer")), Retry)
        assert isinstance(write_error(Unknown("timeout", "no answer")), Unknown)

    def test_warnings_after_the_deed(self) -> None:
        """With debug off a PHP warning turns the answer into a 500, although the row is saved."""
        body = '{"errors":[{"code":3,"message":"[PHP Warning #2] Undefined array key <order><email>a@b.c</email>"}]}'
        error = write_error(answer(500, body))
        assert isinstance(error, Unknown)
        assert "a@b.c" not in error.words

    def test_our_document_is_never_quoted(self) -> None:
        error = write_error(answer(500, XML_ERROR.format(code=127, words="Original XML : <email>a@b.c</email>")))
        assert isinstance(error, Refused)
        assert error.actor is Actor.DEVELOPER
        assert "a@b.c" not in error.words

    def test_validation(self) -> None:
        body = (
            '{"errors":[{"code":85,"message":"Validation error: \\"Property Customer-&gt;lastname is not valid\\""}]}'
        )
        error = write_error(answer(400, body))
        assert isinstance(error, Refused)
        assert error.words == 'Validation error: "Property Customer->lastname is not valid"'

    @pytest.mark.parametrize("status", [400, 500])
    @pytest.mark.parametrize("code", [27, 32, 34, 38])
    def test_a_question_that_the_shop_does_not_have(self, status: int, code: int) -> None:
        """500 with debug off, 400 with it on; asking again is no use."""
        body = f'{{"errors":[{{"code":{code},"message":"This filter does not exist."}},{{"code":3,"message":"x"}}]}}'
        error = read_error(answer(status, body))
        assert isinstance(error, Refused) and error.actor is Actor.DEVELOPER

    def test_missing(self) -> None:
        assert read_error(answer(404)).code == "http 404"
        assert isinstance(write_error(answer(404, XML_ERROR.format(code=92, words="Invalid ID"))), Refused)

    def test_a_limit(self) -> None:
        error = write_error(answer(429, "", {"retry-after": "7"}))
        assert isinstance(error, Retry) and error.limited and error.after == 7

    def test_a_firewall(self) -> None:
        assert isinstance(read_error(answer(403, "<html>")), Refused)

    @pytest.mark.parametrize("body", ["", "<html>", '{"errors":[]}', '{"orders":7}', "{}", "null"])
    def test_a_list_that_is_none(self, body: str) -> None:
        assert isinstance(read_error(answer(200, body)), Retry)

    @pytest.mark.parametrize("body", ["", "<html>", "[]", '{"order":[]}', '{"order":{"id":""}}', '{"orders":{"id":1}}'])
    def test_a_write_that_names_nothing(self, body: str) -> None:
        assert isinstance(write_error(answer(201, body)), Unknown)

    def test_dangerous_xml_is_no_error_body(self) -> None:
        bomb = (
            '<!DOCTYPE a [<!ENTITY b "ccc">]><prestashop><errors><error><code>25</code></error></errors></prestashop>'
        )
        assert isinstance(read_error(answer(500, bomb)), Retry)

    def test_before_an_order_a_doubt_is_worth_another_try(self) -> None:
        web, _ = transport(Unknown("timeout", "no answer"), answer(500), answer(500))
        with pytest.raises(Retry):
            web.post("carts", {"id_currency": "1"}, lookup=True)
        with pytest.raises(Retry):
            web.post_several("specific_prices", [{"id_cart": "1"}])
        with pytest.raises(Unknown):
            web.change("orders", "1", {"note": "x"}) if web.patches else web.post("orders", {})


class TestConfig:
    GOOD: ClassVar = {"shop": "shop.example/store/", "key": KEY}

    def test_texts(self) -> None:
        config = PrestaShopConfig.from_settings(
            self.GOOD
            | {
                "shop_id": "2",
                "carrier": "5",
                "mails_off": "ON",
                "cancelled_states": "14, 15",
                "shipped_states": "16 17",
                "settle_s": "3",
            }
        )
        assert config.root == "https://shop.example/store/api/"
        assert config.cancelled_states == {"14", "15"} and config.shipped_states == {"16", "17"}
        assert config.mails_off and config.settle == 3
        assert KEY not in repr(config)

    def test_defaults(self) -> None:
        config = PrestaShopConfig.from_settings(self.GOOD | {"shop": "http://127.0.0.1:8801/api/"})
        assert config.root == "http://127.0.0.1:8801/api/"
        assert (config.settle, config.mails_off) == (120.0, False)

    @pytest.mark.parametrize(
        "wrong",
        [
            {"key": ""},
            {"key": "K" * 15 + " " + "K" * 16},
            {"shop": "ftp://shop.example"},
            {"shop": ""},
            {"shop": "https://user@shop.example"},
            {"shop_id": "all"},
            {"carrier": "TikTok"},
            {"cancelled_states": "Canceled"},
            {"mails_off": "perhaps"},
            {"settle_s": "soon"},
        ],
    )
    def test_what_cannot_be_right(self, wrong: dict[str, str]) -> None:
        with pytest.raises(ValueError):
            PrestaShopConfig.from_settings(self.GOOD | wrong)

    def test_the_key_is_sent_as_a_header_only(self) -> None:
        shop = new_shop()
        store_of(shop).create_order(plan(), Notes())
        assert not any(KEY in request.url or KEY.encode() in request.body for request in shop.requests)
