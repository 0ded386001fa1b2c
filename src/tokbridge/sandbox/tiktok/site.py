"""The TikTok Shop sandbox: routes a call through the gate to its endpoint and wraps what comes out."""

import json
import secrets
import time
from typing import Any, ClassVar

from tokbridge.sandbox.frame import Site
from tokbridge.sandbox.keep import Keep
from tokbridge.sandbox.tiktok import control, pictures, seed, shape
from tokbridge.sandbox.tiktok.api import Desk, Endpoint, Table
from tokbridge.sandbox.tiktok.consent import Consent
from tokbridge.sandbox.tiktok.errors import HTTP_STATUSES, PARAMETER, TOO_MANY, ApiError
from tokbridge.sandbox.tiktok.fulfilment_api import FulfilmentApi
from tokbridge.sandbox.tiktok.gate import Gate
from tokbridge.sandbox.tiktok.life import Life
from tokbridge.sandbox.tiktok.logistics_api import LogisticsApi
from tokbridge.sandbox.tiktok.notify import Notifier
from tokbridge.sandbox.tiktok.orders_api import OrdersApi
from tokbridge.sandbox.tiktok.packages_api import PackagesApi
from tokbridge.sandbox.tiktok.products_api import ProductsApi
from tokbridge.sandbox.tiktok.reverse_api import ReverseApi
from tokbridge.sandbox.tiktok.steps import Steps
from tokbridge.sandbox.tiktok.tokens import Tokens
from tokbridge.sandbox.tiktok.world import World
from tokbridge.sandbox.wire import Answer, Call, Json, Operation, Reject, Routes, dump

LIVE_SUFFIX = " For more details: https://m.tiktok.shop/s/AIu6dbFhs2XW"


class TikTokSite(Site):
    """One marketplace with any number of shops. The token host and the host of the pictures are the same address."""

    platform = "tiktok"
    default_settings: ClassVar[Json] = {
        "webhook_only_200": True,
        "app_webhook_url": "",
        "redirect_url": "",
        "auth_code_seconds": 1800,
        "access_token_seconds": 604_800,
        "refresh_token_seconds": 31_536_000,
        "refresh_rotates": True,
        "accept_unsigned_empty_object": False,
        "rate_limit_per_s": None,
        "retry_after_s": None,
        "http_statuses": HTTP_STATUSES,
        "error_http_default": 200,
        "live_error_text": False,
        "page_tokens": "offset",
        "page_token_bound": False,
        "end_without_token": False,
        "mark_without_lines": "refuse",
        "unpaid_seconds": None,
        "hold_seconds": 3600,
        "ship_within_seconds": None,
        "scan_seconds": None,
        "deliver_seconds": None,
        "complete_seconds": 14 * 86_400,
        "request_answer_seconds": 48 * 3600,
    }

    def __init__(self, keep: Keep) -> None:
        super().__init__(keep)
        self.world = World(self.store, self.load, shape.show)
        self.tokens = Tokens(self.store, self.load, self.settings, self.now)
        self.notifier = Notifier(self.hooks, self.world, self.settings, self._credentials, self.now)
        self.life = Life(self.world, Steps(self.world, self.notifier, self.now), self.settings)
        table: Table = Routes[Endpoint]()
        desk = Desk(self.world, self.life, self.settings, self.now)
        for api in (OrdersApi, FulfilmentApi, PackagesApi, ReverseApi, LogisticsApi, ProductsApi):
            api(desk, table)
        self._gate = Gate(table, self.tokens, self.world, self.settings, self.now)
        self._consent = Consent(self.tokens, self.settings)
        control.register(self)
        if not self.world.shops:
            shop = self.add_shop({"region": "US"})
            self.tokens.add_code(shop["open_id"], seed.AUTH_CODE)

    def add_shop(self, wanted: Json) -> Json:
        """A shop from its control template; `open_id` puts it under an existing seller, else it gets its own."""
        open_id = str(wanted.get("open_id") or seed.number_of("seller", str(len(self.tokens.sellers))))
        shop = seed.shop({"name": f"Sandbox shop {len(self.world.shops) + 1}", **wanted}, open_id)
        if shop["id"] in self.world.shops:
            raise Reject(f"shop {shop['id']} exists")
        app_key = str(wanted.get("app_key") or next(iter(self.tokens.apps)))
        self.tokens.add_seller(open_id, app_key, shop["name"], shop["region"])
        self.world.save_shop(shop)
        return shop

    def operation(self, call: Call) -> Operation:
        if name := self._consent.operation(call):
            return Operation((name,), write=True)
        if call.path.startswith(pictures.PREFIX):
            return Operation(("picture",), write=False)
        found = self._gate.find(call)
        if found is None:
            return Operation(("unknown",), write=False)
        return Operation((found.target.name,), found.target.write, self._subject(call, found.values))

    def answer(self, call: Call) -> Answer:
        if self._consent.operation(call):
            return self._consent.answer(call, self._success, self._error)
        if call.path.startswith(pictures.PREFIX):
            return pictures.answer(call)
        try:
            endpoint, request = self._gate.admit(call)
            data = endpoint.run(request)
        except ApiError as error:
            return self._error(error.code, error.message, None)
        except Reject as error:
            return self._error(PARAMETER, str(error), None)
        return self._success(data, "Success")

    def error(self, call: Call, code: Any, message: str, http: int | None) -> Answer:
        return self._error(int(code), message, http)

    def book(self) -> Json:
        return control.book(self)

    def tick(self) -> None:
        self.life.tick()

    def _credentials(self, shop_id: str) -> tuple[str, str]:
        return self.tokens.secret_of(self.world.shops[shop_id]["open_id"])

    def _success(self, data: Json | bytes, message: str) -> Answer:
        tail = dump({"message": message, "request_id": self._request_id()})
        body = data if isinstance(data, bytes) else dump(data)
        return Answer(200, b'{"code":0,"data":' + body + b"," + tail[1:])

    def _error(self, code: int, message: str, http: int | None) -> Answer:
        if self.settings["live_error_text"]:
            message = message.replace("`", "'") + LIVE_SUFFIX
        status = http or self.settings["http_statuses"].get(str(code)) or self.settings["error_http_default"]
        headers: dict[str, str] = {}
        if code == TOO_MANY and self.settings["retry_after_s"] is not None:
            headers["Retry-After"] = str(self.settings["retry_after_s"])
        body = {"code": code, "message": message, "request_id": self._request_id(), "data": None}
        return Answer(int(status), dump(body), headers=headers)

    def _request_id(self) -> str:
        return time.strftime("%Y%m%d%H%M%S", time.gmtime(self.now())) + secrets.token_hex(9).upper()

    def _subject(self, call: Call, path: dict[str, str]) -> str:
        """The order a call is about, for fault hits."""
        if "order_id" in path:
            return path["order_id"]
        if package := self.world.packages.get(path.get("package_id", "")):
            return str(package["order_id"])
        if cancellation := self.world.cancellations.get(path.get("cancel_id", "")):
            return str(cancellation["order_id"])
        if call.method == "GET":
            return call.first("ids") or call.first("order_ids")
        try:
            body = json.loads(call.body or b"{}")
            return str(body.get("order_id", "")) if isinstance(body, dict) else ""
        except ValueError:
            return ""
