"""A small client of the sandbox: signs as the reference says, independently of the sandbox's own code."""

import hashlib
import hmac
import json
import time
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import quote

import httpx2

KEY, SECRET = "sandbox0appkey", "sandbox0appsecret0of0forty0characters000"


def signature(secret: str, path: str, query: dict[str, str], body: bytes) -> str:
    text = path + "".join(key + query[key] for key in sorted(query) if key not in {"sign", "access_token"})
    message = secret.encode() + text.encode() + body + secret.encode()
    return hmac.new(secret.encode(), message, hashlib.sha256).hexdigest()


class Shop:
    """One shop of a running sandbox, with a token; `call` answers (HTTP status, envelope)."""

    def __init__(self, url: str, shop: dict[str, Any] | None = None) -> None:
        self.http = httpx2.Client(base_url=url, timeout=10, verify=False)
        self.doc = self.control("POST", "shops", shop) if shop else self.control("GET", "credentials")["shops"][0]
        self.id, self.cipher, self.open_id = self.doc["id"], self.doc["cipher"], self.doc["open_id"]
        self.token = self.control("POST", "tokens", {"open_id": self.open_id})["access_token"]

    def control(self, method: str, name: str, body: dict[str, Any] | None = None) -> Any:
        answer = self.http.request(method, f"/_sandbox/{name}", json=body if body is not None else {})
        assert answer.status_code == 200, answer.text
        return answer.json()

    def settings(self, **changes: Any) -> None:
        self.control("PUT", "settings", changes)

    def place(self, **template: Any) -> str:
        return str(self.control("POST", "orders", {"order": {"shop_id": self.id, **template}})["ids"][0])

    def move(self, order_id: str, action: str, **body: Any) -> Any:
        return self.control("POST", f"orders/{order_id}/{action}", body)

    def raw(
        self,
        method: str,
        path: str,
        query: dict[str, str] | None = None,
        body: bytes = b"",
        *,
        without: tuple[str, ...] = (),
        secret: str = SECRET,
        headers: dict[str, str] | None = None,
    ) -> httpx2.Response:
        full = {"app_key": KEY, "timestamp": str(int(time.time())), "shop_cipher": self.cipher, **(query or {})}
        full = {key: value for key, value in full.items() if key not in without}
        if "sign" not in without:
            full["sign"] = signature(secret, path, full, body)
        url = path + "?" + "&".join(f"{quote(key, safe='')}={quote(value, safe='')}" for key, value in full.items())
        sent = {"x-tts-access-token": self.token, "Content-Type": "application/json", **(headers or {})}
        return self.http.request(method, url, content=body or None, headers=sent)

    def call(
        self, method: str, path: str, query: dict[str, str] | None = None, body: Any = None, **more: Any
    ) -> tuple[int, Any]:
        raw = b"" if body is None else json.dumps(body, ensure_ascii=False).encode()
        answer = self.raw(method, path, query, raw, **more)
        return answer.status_code, answer.json()

    def data(self, method: str, path: str, query: dict[str, str] | None = None, body: Any = None) -> Any:
        status, envelope = self.call(method, path, query, body)
        assert (status, envelope["code"]) == (200, 0), envelope
        return envelope["data"]

    def code(self, method: str, path: str, query: dict[str, str] | None = None, body: Any = None) -> int:
        return int(self.call(method, path, query, body)[1]["code"])

    def order(self, order_id: str) -> Any:
        return self.data("GET", "/order/202507/orders", {"ids": order_id})["orders"][0]

    def search(self, body: dict[str, Any] | None = None, **query: str) -> Any:
        return self.data("POST", "/order/202309/orders/search", {"page_size": "100", **query}, body or {})

    def ready(self, **template: Any) -> Any:
        """An order that awaits shipment."""
        return self.order(self.place(status="AWAITING_SHIPMENT", **template))

    def provider(self, order: Any, number: int = 0) -> str:
        path = f"/logistics/202309/delivery_options/{order['delivery_option_id']}/shipping_providers"
        return str(self.data("GET", path)["shipping_providers"][number]["id"])

    def mark(self, order: Any, lines: list[str] | None = None, number: str = "TRACK-0001", provider: str = "") -> Any:
        ids = lines if lines is not None else [line["id"] for line in order["line_items"]]
        body = {
            "order_line_item_ids": ids,
            "tracking_number": number,
            "shipping_provider_id": provider or self.provider(order),
        }
        return self.call("POST", f"/fulfillment/202309/orders/{order['id']}/packages", None, body)[1]

    def server_time(self) -> float:
        answer = self.raw("GET", "/order/202507/orders", {"ids": "1"})
        return parsedate_to_datetime(answer.headers["date"]).timestamp()
