"""The seller's consent page and the two token calls: unsigned, GET only (reference tiktok-shop-api.md 1.2, 1.3)."""

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode

from tokbridge.sandbox.tiktok.errors import BAD_AUTH_CODE, BAD_REFRESH_TOKEN, ApiError
from tokbridge.sandbox.tiktok.tokens import Tokens
from tokbridge.sandbox.wire import Answer, Call, Json

TOKEN_CALLS = {"/api/v2/token/get": "token.get", "/api/v2/token/refresh": "token.refresh"}
PAGES = frozenset({"/open/authorize", "/oauth/authorize"})
REFRESH_GRANTS = frozenset({"refresh_token", "authorized_code"})
"""The official Node SDK sends authorized_code on refresh too; accepted, since the server's view is unknown."""


class Consent:
    """Everything on the token host."""

    def __init__(self, tokens: Tokens, settings: Mapping[str, Any]) -> None:
        self._tokens = tokens
        self._settings = settings

    def operation(self, call: Call) -> str | None:
        """The operation's name, None if the call belongs to the API host."""
        return TOKEN_CALLS.get(call.path) or ("consent" if call.path in PAGES else None)

    def answer(
        self,
        call: Call,
        success: Callable[[Json, str], Answer],
        error: Callable[[int, str, int | None], Answer],
    ) -> Answer:
        """POST meets a plain-text 404; a bad code or token an error envelope with HTTP 200."""
        if call.method != "GET":
            return Answer(404, b"404 page not found", "text/plain; charset=utf-8")
        if call.path in PAGES:
            return self._page(call)
        app = (call.first("app_key"), call.first("app_secret"))
        grant = call.first("grant_type")
        try:
            if call.path.endswith("/get"):
                if grant != "authorized_code":
                    raise ApiError(BAD_AUTH_CODE)
                return success(self._tokens.exchange(app, call.first("auth_code")), "success")
            if grant not in REFRESH_GRANTS:
                raise ApiError(BAD_REFRESH_TOKEN)
            return success(self._tokens.renew(app, call.first("refresh_token")), "success")
        except ApiError as refused:
            return error(refused.code, refused.message, 200)

    def _page(self, call: Call) -> Answer:
        """The sandbox's seller always agrees. `service_id` or `app_key` names the app; `seller` one of several."""
        app_key = call.first("app_key") or call.first("service_id")
        sellers = [one for one in self._tokens.sellers.values() if one["app_key"] == app_key]
        wanted = call.first("seller")
        seller = next((one for one in sellers if wanted in {"", one["open_id"]}), None)
        if seller is None:
            return Answer(404, b"no such app or seller", "text/plain; charset=utf-8")
        code = self._tokens.add_code(seller["open_id"])
        target = self._settings["redirect_url"]
        if not target:
            return Answer(200, code.encode(), "text/plain; charset=utf-8")
        back = {
            "app_key": app_key,
            "code": code,
            "locale": "en",
            "shop_region": seller["seller_base_region"],
            "state": call.first("state"),
        }
        joint = "&" if "?" in target else "?"
        return Answer(302, b"", "text/plain", {"Location": target + joint + urlencode(back)})
