"""TikTok's side in memory, behind its HTTP: searches, reads, cancelling, shipping, tokens."""

from __future__ import annotations

import json
from collections.abc import Callable
from email.utils import formatdate
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.sync.world.market import PENDING, Market
from tests.sync.world.wire import Clock
from tokbridge.core.errors import OutsideError
from tokbridge.core.wire import Request, Response

SHOP_ID = "7495000000000000001"
ROYAL, DPD = "7100000000000000001", "7100000000000000002"  # carriers, by TikTok's ids


class TikTok(Market):
    """TikTok's side as an HTTP handler, of one shop. `answers`: operation -> what is said instead of the truth: data, a
    whole envelope, or an error to raise."""

    def __init__(self, clock: Clock) -> None:
        super().__init__(clock)
        self.ciphers: dict[str, str] = {}  # order -> its shop's; once there is one, a stranger spoils its whole call
        self.products_on_page = 100
        self.answers: dict[str, Any] = {}
        self.token, self.refresh_token = "access-1", "refresh-1"
        self.refreshes = 0
        self.before_page: Callable[[int], None] = lambda page: None
        self.pages = 0
        self.ended = False

    def __call__(self, request: Request) -> Response:
        parts = urlsplit(request.url)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        if parts.path == "/api/v2/token/refresh":
            return self._refresh(query)
        if self.ended:
            return self._failed(105005, "access denied: deauthorized", 401)
        if request.headers.get("x-tts-access-token") != self.token:
            return self._failed(105002, "access token expired", 401)
        if abs(int(query["timestamp"]) - self.now()) > 290:
            return self._failed(36009004, "Invalid timestamp", 401)
        if request.operation in self.answers:
            return self._as_told(self.answers[request.operation])
        body = json.loads(request.body) if request.body else {}
        return self._route(request.method, parts.path, query, body)

    def _as_told(self, told: Any) -> Response:
        if isinstance(told, OutsideError):
            raise told
        return self._answer({"message": "", "request_id": "r", **told}, 200) if "code" in told else self._done(told)

    def _route(self, method: str, path: str, query: dict[str, str], body: dict[str, Any]) -> Response:
        words = path.strip("/").split("/")
        if words[-1] == "search":
            self.pages += 1
            self.before_page(self.pages)
        if path == "/order/202309/orders/search":
            return self._search("orders", list(self.orders.values()), query, body)
        if path == "/order/202507/orders":
            ids = query["ids"].split(",")
            if self.ciphers and any(self.ciphers.get(one) != query["shop_cipher"] for one in ids):
                return self._failed(21008111, "The order or package does not belong to the current seller.")
            found = [self.orders[one] for one in ids if one in self.orders]
            return self._done({"orders": found, "total_count": len(found)})
        if path == "/return_refund/202602/cancellations/search":
            wanted = list(self.cancellations.values())
            if "order_ids" in body:
                wanted = [one for one in wanted if one["order_id"] in body["order_ids"]]
            return self._search("cancellations", wanted, query, body)
        if path == "/product/202502/products/search":
            return self._products(query)
        if words[0] in {"authorization", "logistics", "event"}:
            return self._connection(words[-1])
        if words[-1] == "aftersale_eligibility":
            return self._eligibility(words[-2])
        if path == "/return_refund/202602/cancellations" and method == "POST":
            return self._cancel(body)
        if path == "/return_refund/202309/reject_reasons":
            return self._reject_reasons(query["return_or_cancel_id"])
        if words[:3] == ["return_refund", "202309", "cancellations"] and words[-1] in {"approve", "reject"}:
            return self._answer_request(words[3], words[-1], body)
        if words[-1] == "packages" and words[0] == "fulfillment":
            return self._mark(words[-2], body)
        if words[-2:] == ["shipping_info", "update"]:
            return self._renumber(words[-3], body)
        raise AssertionError(f"a call nobody expected: {method} {path}")

    def _products(self, query: dict[str, str]) -> Response:
        first, size = int(query.get("page_token") or 0), self.products_on_page
        more = str(first + size) if first + size < len(self.products) else ""
        page = {"products": self.products[first : first + size], "next_page_token": more}
        return self._done({**page, "total_count": len(self.products)})

    def _connection(self, noun: str) -> Response:
        """What the shop is and has, apart from orders."""
        warehouse = {"id": "6955", "name": "Leeds", "type": "SALES_WAREHOUSE", "effect_status": "ENABLED"}
        option = {"id": "709", "name": "Shipped by seller", "type": "SEND_BY_SELLER"}
        told: dict[str, dict[str, Any]] = {
            "shops": {"shops": [{"id": SHOP_ID, "name": "Mugs", "region": "GB", "cipher": "cipher"}]},
            "warehouses": {"warehouses": [warehouse]},
            "delivery_options": {"delivery_options": [option]},
            "shipping_providers": {
                "shipping_providers": [{"id": ROYAL, "name": "Royal Mail"}, {"id": DPD, "name": "DPD"}]
            },
            "webhooks": {"webhooks": []},
        }
        return self._done(told[noun])

    def _search(self, name: str, rows: list[dict[str, Any]], query: dict[str, str], body: dict[str, Any]) -> Response:
        field = query["sort_field"]  # what is searched by in all of our searches
        start, end = body.get(f"{field}_ge", 0), body.get(f"{field}_lt", 2**60)
        rows = sorted((row for row in rows if start <= row[field] < end), key=lambda row: (row[field], str(row)))
        first = int(query.get("page_token") or 0)
        size = int(query["page_size"])
        assert size <= (100 if name == "orders" else 50)
        more = str(first + size) if first + size < len(rows) else ""
        return self._done({name: rows[first : first + size], "total_count": len(rows), "next_page_token": more})

    def _eligibility(self, order_id: str) -> Response:
        raw = self.orders[order_id]
        ids = [line["id"] for line in raw["line_items"]]
        entry = {
            "request_type": "CANCEL",
            "order_line_items_ids": ids,
            "eligible": raw["status"] == "AWAITING_SHIPMENT",
        }
        if entry["eligible"]:
            entry["available_reason_names"] = ["seller_cancel_reason_out_of_stock", "seller_cancel_reason_wrong_price"]
        else:
            entry |= {"ineligible_code": "25001001", "ineligible_reason": "status does not allow it"}
        return self._done({"sku_eligibility": [{"line_item_eligibility": [entry]}]})

    def _cancel(self, body: dict[str, Any]) -> Response:
        raw = self.orders[body["order_id"]]
        if raw["status"] != "AWAITING_SHIPMENT":
            return self._failed(25001001, "status does not allow it")
        before = dict(raw), [dict(line) for line in raw["line_items"]]
        cancel_id = self.cancel(body["order_id"], reason=body["cancel_reason"])
        if self.lag:
            raw.update(before[0], line_items=before[1])
        return self._done({"cancel_id": cancel_id, "cancel_status": "CANCELLATION_REQUEST_COMPLETE"})

    def _reject_reasons(self, cancel_id: str) -> Response:
        if cancel_id not in self.cancellations:
            return self._failed(21008111, "no such request of this seller")
        return self._done({"reasons": self.reject_reasons})

    def _answer_request(self, cancel_id: str, verb: str, body: dict[str, Any]) -> Response:
        request = self.cancellations.get(cancel_id)
        if request is None:
            return self._failed(21008111, "no such request of this seller")
        if verb == "reject" and body["reject_reason"] not in [one["name"] for one in self.reject_reasons]:
            return self._failed(98001004, "reject_reason is unknown")
        if request["cancel_status"] != PENDING:
            return self._failed(25001001, "status does not allow it")
        self.answer_request(cancel_id, verb == "approve")
        return self._done({})

    def _mark(self, order_id: str, body: dict[str, Any]) -> Response:
        raw = self.orders[order_id]
        wanted = [line for line in raw["line_items"] if line["id"] in body["order_line_item_ids"]]
        if raw["status"] not in {"AWAITING_SHIPMENT", "PARTIALLY_SHIPPING"} or any(
            line.get("tracking_number") or line["display_status"] == "CANCELLED" for line in wanted
        ):
            return self._failed(21011004, "order status does not allow it")
        if body["tracking_number"].startswith("BAD"):
            return self._failed(21011019, "tracking number is not valid")
        provider = "Royal Mail" if body["shipping_provider_id"] == ROYAL else "DPD"
        return self._done(
            {"package_id": self.ship(order_id, body["order_line_item_ids"], body["tracking_number"], provider)}
        )

    def _renumber(self, package: str, body: dict[str, Any]) -> Response:
        for order_id, raw in self.orders.items():
            for line in raw["line_items"]:
                if package in {line.get("package_id"), order_id}:
                    line["tracking_number"] = body["tracking_number"]
                    self.touch(order_id)
        return self._done({})

    def _refresh(self, query: dict[str, str]) -> Response:
        if self.ended or query["refresh_token"] != self.refresh_token:
            return self._failed(36004005, "refresh token invalid")
        self.refreshes += 1
        self.token, self.refresh_token = f"access-{self.refreshes + 1}", f"refresh-{self.refreshes + 1}"
        return self._done(
            {
                "access_token": self.token,
                "access_token_expire_in": int(self.clock()) + 7 * 86400,
                "refresh_token": self.refresh_token,
                "refresh_token_expire_in": int(self.clock()) + 90 * 86400,
                "open_id": "open-1",
                "seller_name": "Ada's shop",
            }
        )

    def _done(self, data: Any) -> Response:
        return self._answer({"code": 0, "message": "Success", "request_id": "r", "data": data}, 200)

    def _failed(self, code: int, words: str, status: int = 200) -> Response:
        return self._answer({"code": code, "message": words, "request_id": "r", "data": None}, status)

    def _answer(self, envelope: dict[str, Any], status: int) -> Response:
        return Response(status, {"date": formatdate(self.now(), usegmt=True)}, json.dumps(envelope).encode())
