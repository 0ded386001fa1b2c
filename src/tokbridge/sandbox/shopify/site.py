"""The Shopify sandbox as a site: paths, headers, tokens, GraphQL (reference 1, 6)."""

import json
import re
import uuid
from typing import Any, ClassVar
from urllib.parse import parse_qsl

from tokbridge.sandbox.frame import Site
from tokbridge.sandbox.keep import Keep
from tokbridge.sandbox.shopify.access import CONNECTOR_SCOPES, Token, Tokens
from tokbridge.sandbox.shopify.book import book
from tokbridge.sandbox.shopify.cancel import finish_jobs
from tokbridge.sandbox.shopify.context import Context
from tokbridge.sandbox.shopify.control import add_controls
from tokbridge.sandbox.shopify.cost import Bucket
from tokbridge.sandbox.shopify.execute import Executor, Prepared, internal_error
from tokbridge.sandbox.shopify.read_shop import VERSIONS
from tokbridge.sandbox.shopify.refuse import access_denied, user_error
from tokbridge.sandbox.shopify.shop import Shop
from tokbridge.sandbox.shopify.staff import ship_due
from tokbridge.sandbox.shopify.subscriptions import Subscriptions
from tokbridge.sandbox.shopify.values import Doc
from tokbridge.sandbox.shopify.write_order import TOO_MANY
from tokbridge.sandbox.wire import Answer, Call, Operation, answer_json

TOKEN_PATH = "/admin/oauth/access_token"  # noqa: S105 - a path
GRAPHQL = re.compile(r"/admin/api/(\d{4}-(?:01|04|07|10)|unstable)/graphql\.json")
NO_TOKEN = "[API] Invalid API key or access token (unrecognized login or wrong password)"  # noqa: S105 - a text

SETTINGS: Doc = {
    "shop_id": 548380009,
    "shop_name": "Sandbox Shop",
    "shop_email": "owner@shop.invalid",
    "shop_domain": "sandbox-shop.myshopify.com",
    "country": "US",
    "currency": "USD",
    "timezone": "America/New_York",
    "taxes_included": False,
    "plan": "standard",
    "development_store": False,
    "throttle": True,
    "search_lag_seconds": 3.0,
    "unique_id_metafield": True,
    "auto_close": True,
    "job_seconds": 0.5,
    "auto_ship_seconds": None,
    "auto_ship_carrier": "UPS",
    "app_id": 1354745,
    "client_id": "sandbox-client-id",
    "client_secret": "sandbox-client-secret",
    "app_installed": True,
    "same_organisation": True,
    "token_seconds": 86399,
    "scopes": CONNECTOR_SCOPES,
    "loopback_webhooks": True,
    "webhook_version": "2026-07",
}


class ShopifySite(Site):
    """One shop with one app installed."""

    platform: ClassVar[str] = "shopify"
    default_settings: ClassVar[Doc] = SETTINGS

    def __init__(self, keep: Keep) -> None:
        super().__init__(keep)
        self.shop = Shop(self.settings, self.now, self.store, self.load)
        self.tokens = Tokens(self.settings, self.now, self.shop.keep, self.load("token"))
        self.subscriptions = Subscriptions(self.shop, self.hooks, self.load("subscription"))
        self.executor = Executor(Bucket(self.settings, self.now))
        self._read: tuple[Call, Doc] | None = None
        add_controls(self.controls, self.shop, self.tokens, self.executor.bucket, lambda: self.base_url)

    def operation(self, call: Call) -> Operation:
        """The GraphQL root fields, or `token`."""
        if call.path == TOKEN_PATH:
            return Operation(("token",), write=True)
        if not GRAPHQL.fullmatch(call.path):
            return Operation(("unknown",), write=False)
        given = self._request(call)
        prepared = self._prepared(given)
        names = tuple(dict.fromkeys(node.name.value for node in prepared.roots())) if prepared else ()
        write = prepared is not None and prepared.writes
        return Operation(names or ("unknown",), write=write, subject=_subject(given.get("variables")))

    def answer(self, call: Call) -> Answer:
        """Apply one call."""
        finish_jobs(self.shop)
        if call.path == TOKEN_PATH:
            return self._token(call)
        found = GRAPHQL.fullmatch(call.path)
        if found is None:
            return self._dress(answer_json({"errors": "Not Found"}, 404), "")
        if found[1] != "unstable" and found[1] > VERSIONS[-1]:
            return self._dress(answer_json({"errors": "Not Found"}, 404), "")
        version = VERSIONS[-1] if found[1] == "unstable" else max(found[1], VERSIONS[0])
        token = self.tokens.find(call.headers.get("X-Shopify-Access-Token", ""))
        if token is None:
            return self._dress(answer_json({"errors": NO_TOKEN}, 401), version)
        return self._dress(self._graphql(call, token, version), version)

    def error(self, call: Call, code: Any, message: str, http: int | None) -> Answer:
        """Codes: THROTTLED, INTERNAL_SERVER_ERROR, ACCESS_DENIED, userErrors, "Too many attempts", any other."""
        if http is not None:
            return answer_json({"errors": message or str(code)}, http)
        prepared = self._prepared(self._request(call))
        roots = [node.alias.value if node.alias else node.name.value for node in prepared.roots()] if prepared else []
        if code == "THROTTLED":
            return self._dress(answer_json(self.executor.throttled(10)), VERSIONS[-1])
        if code in ("userErrors", "Too many attempts"):
            errors = [user_error(None, message or TOO_MANY)]
            payload: Doc = {"order": None, "userErrors": errors, "orderCancelUserErrors": errors}
            return self._dress(answer_json({"data": dict.fromkeys(roots, payload)}), VERSIONS[-1])
        shown: Doc
        if code == "INTERNAL_SERVER_ERROR":
            shown = internal_error()
        elif code == "ACCESS_DENIED":
            denied = access_denied(roots[0] if roots else "", message or "the right access scope.")
            shown = {"message": denied.message, "extensions": denied.extensions}
        else:
            shown = {"message": message, "extensions": {"code": code}}
        shown["path"] = roots[:1]
        return self._dress(answer_json({"data": dict.fromkeys(roots), "errors": [shown]}), VERSIONS[-1])

    def book(self) -> Doc:
        """Orders, stock, jobs and subscriptions."""
        return book(self.shop, self.subscriptions)

    def tick(self) -> None:
        """Finish cancellations, let the staff ship."""
        finish_jobs(self.shop)
        ship_due(self.shop)
        self.shop.settle()

    def _graphql(self, call: Call, token: Token, version: str) -> Answer:
        if call.method != "POST":
            return answer_json({"errors": "Not Found"}, 404)
        given = self._request(call)
        prepared = self._prepared(given)
        if prepared is None:
            return answer_json({"errors": "Bad Request"}, 400)
        context = Context(self.shop, token, version, self.subscriptions)
        return answer_json(self.executor.run(prepared, given.get("variables") or {}, context))

    def _prepared(self, given: Doc) -> Prepared | None:
        text = given.get("query")
        if not isinstance(text, str) or not isinstance(given.get("variables") or {}, dict):
            return None
        return self.executor.prepare(text, given.get("operationName"))

    def _request(self, call: Call) -> Doc:
        """The body's JSON, {} when it is none; read once per call."""
        if self._read is None or self._read[0] is not call:
            try:
                given = json.loads(call.body)
            except ValueError:
                given = {}
            kind = call.headers.get("Content-Type", "")
            self._read = (call, given if isinstance(given, dict) and kind.startswith("application/json") else {})
        return self._read[1]

    def _token(self, call: Call) -> Answer:
        if call.headers.get("Content-Type", "").startswith("application/json"):
            given = self._request(call)
        else:
            given = dict(parse_qsl(call.body.decode("utf-8", "replace")))
        status, body = self.tokens.grant(given)
        return self._dress(answer_json(body, status), "")

    def _dress(self, answer: Answer, version: str) -> Answer:
        headers = {"X-Request-Id": str(uuid.uuid4()), **({"X-Shopify-API-Version": version} if version else {})}
        return Answer(answer.status, answer.body, answer.content_type, headers)


def _subject(value: object) -> str:
    """What a request is about: the source identifier of a new order, else the first id among the variables."""
    if not isinstance(value, dict):
        return ""
    for name in ("sourceIdentifier", "orderId", "id", "fulfillmentId", "value", "query"):
        if isinstance(value.get(name), str):
            return str(value[name])
    return next((found for inner in value.values() if (found := _subject(inner))), "")
