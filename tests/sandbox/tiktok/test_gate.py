"""The checks before an endpoint: which, in which order, with which code and HTTP status."""

import time

import pytest

from tests.sandbox.tiktok.client import Shop

SEARCH = "/order/202309/orders/search"
DETAIL = "/order/202507/orders"
SHOPS = "/authorization/202309/shops"


def refused(
    shop: Shop, method: str, path: str, query: dict[str, str] | None = None, **more: object
) -> tuple[int, int, str]:
    answer = shop.raw(method, path, query, **more)  # type: ignore[arg-type]
    envelope = answer.json()
    assert envelope["request_id"]
    return answer.status_code, envelope["code"], envelope["message"]


def test_unknown_path_then_method_then_key(shop: Shop) -> None:
    assert refused(shop, "GET", "/order/202309/orders/list", {"app_key": "x"})[:2] == (404, 36009009)
    assert refused(shop, "POST", "/order/209901/orders/search")[:2] == (404, 36009009)
    assert refused(shop, "GET", SEARCH, {"app_key": "x"})[:2] == (200, 36009010)
    status, code, message = refused(shop, "POST", SEARCH, {"app_key": "x", "timestamp": "1"})
    assert (status, code) == (400, 36009004)
    assert "app_key" in message


@pytest.mark.parametrize(
    ("offset", "words"), [(-310, "earlier than 5 minutes"), (40, "exceed"), (-9e9, "lesser than 0")]
)
def test_the_clock_window_comes_before_the_signature(shop: Shop, offset: float, words: str) -> None:
    stamp = str(int(time.time() + offset))
    status, code, message = refused(shop, "GET", DETAIL, {"timestamp": stamp, "ids": "1"}, secret="wrong")
    assert (status, code) == (400, 36009004)
    assert words in message


def test_within_the_window_and_with_a_moved_clock(shop: Shop) -> None:
    for offset in (-280, 20):
        shop.data("POST", SEARCH, {"page_size": "1", "timestamp": str(int(time.time() + offset))}, {})
    shop.control("POST", "clock", {"advance_s": 3600})
    assert "earlier" in refused(shop, "GET", DETAIL, {"ids": "1"})[2]
    shop.data("POST", SEARCH, {"page_size": "1", "timestamp": str(int(shop.server_time()))}, {})


def test_signature_missing_wrong_and_over_the_raw_bytes(shop: Shop) -> None:
    assert "required signature" in refused(shop, "GET", DETAIL, {"ids": "1"}, without=("sign",))[2]
    assert refused(shop, "GET", DETAIL, {"ids": "1"}, secret="wrong", headers={"x-tts-access-token": "no"})[1] == 106001
    assert shop.raw("POST", SEARCH, {"page_size": "1"}, b'{ "order_status" :\n"UNPAID"}').json()["code"] == 0


def test_an_unsigned_empty_object_passes_only_by_setting(shop: Shop) -> None:
    def send() -> int:
        query = {"app_key": "sandbox0appkey", "timestamp": str(int(time.time())), "shop_cipher": shop.cipher}
        query["page_size"] = "1"
        from tests.sandbox.tiktok.client import SECRET, signature

        query["sign"] = signature(SECRET, SEARCH, query, b"")
        headers = {"x-tts-access-token": shop.token, "Content-Type": "application/json"}
        return int(shop.http.post(SEARCH, params=query, content=b"{}", headers=headers).json()["code"])

    assert send() == 106001
    shop.settings(accept_unsigned_empty_object=True)
    assert send() == 0


def test_token_unknown_expired_without_scope(shop: Shop) -> None:
    status, code, message = refused(shop, "GET", DETAIL, {"ids": "1"}, headers={"x-tts-access-token": "no"})
    assert (status, code) == (400, 36009004)
    assert "x-tts-access-token" in message
    shop.control("POST", "tokens/scopes", {"scopes": ["seller.authorization.info"]})
    assert refused(shop, "GET", DETAIL, {"ids": "1"}, without=("shop_cipher",))[1] == 105005
    shop.control("POST", "tokens/expire", {})
    assert refused(shop, "GET", DETAIL, {"ids": "1"})[:2] == (401, 105002)


def test_cipher_missing_forbidden_unknown(shop: Shop) -> None:
    assert refused(shop, "GET", DETAIL, {"ids": "1"}, without=("shop_cipher",))[1] == 106013
    status, code, message = refused(shop, "GET", SHOPS)
    assert (status, code) == (400, 36009004)
    assert "Unexpected identifier" in message
    assert refused(shop, "GET", DETAIL, {"ids": "1", "shop_cipher": "TTP_no"})[1] == 36009004
    assert shop.raw("GET", SHOPS, without=("shop_cipher",)).json()["data"]["shops"][0]["cipher"] == shop.cipher


def test_body_must_be_a_json_object(shop: Shop) -> None:
    for body in (b"[1]", b"{", b"text"):
        assert shop.raw("POST", SEARCH, {"page_size": "1"}, body).json()["code"] == 36009022
    plain = shop.raw("POST", SEARCH, {"page_size": "1"}, b"{}", headers={"Content-Type": "text/plain"})
    assert plain.json()["code"] == 36009022


def test_statuses_and_texts_of_errors_are_settings(shop: Shop) -> None:
    shop.settings(http_statuses={"106013": 403}, live_error_text=True, error_http_default=422)
    status, code, message = refused(shop, "GET", DETAIL, {"ids": "1"}, without=("shop_cipher",))
    assert (status, code) == (403, 106013)
    assert "'shop_cipher'" in message
    assert "For more details" in message
    assert refused(shop, "GET", SEARCH)[:2] == (422, 36009010)


def test_rate_limit(shop: Shop) -> None:
    shop.settings(rate_limit_per_s=0, retry_after_s=3)
    answer = shop.raw("GET", DETAIL, {"ids": "1"})
    assert (answer.status_code, answer.json()["code"], answer.headers["retry-after"]) == (429, 36009002, "3")
    shop.settings(rate_limit_per_s=None)
    assert shop.search()["total_count"] == 0


def test_faults_name_operation_and_order(shop: Shop) -> None:
    order = shop.ready()
    shop.control("POST", "faults", {"operation": "orders.packages", "kind": "error", "code": 36009003, "message": "x"})
    shop.control("POST", "faults", {"operation": "orders.search", "kind": "http", "status": 502, "body": "<html>"})
    assert shop.mark(order)["code"] == 36009003
    assert shop.order(order["id"])["status"] == "AWAITING_SHIPMENT"
    assert shop.raw("POST", SEARCH, {"page_size": "1"}, b"{}").text == "<html>"
    hits = [fault["hits"][0] for fault in shop.control("GET", "faults")["faults"]]
    assert [(hit["operation"], hit["subject"]) for hit in hits] == [
        ("orders.packages", order["id"]),
        ("orders.search", ""),
    ]
