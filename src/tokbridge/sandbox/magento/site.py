"""The Magento sandbox as a site: base path, store in the URL, media types, rights, limits (reference magento-rest.md 1-3)."""

import json
import time
from typing import Any, ClassVar
from urllib.parse import unquote

from tokbridge.sandbox.frame import Site
from tokbridge.sandbox.keep import Keep
from tokbridge.sandbox.magento import manage, routes, store_api
from tokbridge.sandbox.magento.access import Access
from tokbridge.sandbox.magento.book import book
from tokbridge.sandbox.magento.context import Context, Route
from tokbridge.sandbox.magento.control import add_controls
from tokbridge.sandbox.magento.criteria import trimmed
from tokbridge.sandbox.magento.inventory_api import Crash
from tokbridge.sandbox.magento.refuse import MAINTENANCE, NO_ROUTE, Refused, masked, not_found, unauthorised
from tokbridge.sandbox.magento.shop import VERSIONS, Shop
from tokbridge.sandbox.magento.staff import Staff
from tokbridge.sandbox.magento.values import Doc
from tokbridge.sandbox.wire import Answer, Call, Operation, Reject, answer_json

SETTINGS: Doc = {
    "version": "2.4.7",
    "security_patch": False,
    "currency": "USD",
    "timezone": "UTC",
    "weight_unit": "lbs",
    "integration_as_bearer": False,
    "two_factor": False,
    "admin_users": {"admin": "Sandbox-admin-1"},
    "crypt_key": "sandbox-crypt-key",
    "statuses": {},
    "flat_rate": "5",
    "compensate_s": None,
    "maintenance": False,
    "rate_limit_per_s": None,
    "retry_after_s": None,
    "auto_ship_seconds": None,
    "auto_ship_carrier": "UPS",
    "path": "",
}
CRASHED = "An error has happened during application run. See exception log for details.\n"
TOO_MANY = "Too Many Requests"


class MagentoSite(Site):
    """One Magento installation with MSI on."""

    platform: ClassVar[str] = "magento"
    default_settings: ClassVar[Doc] = SETTINGS

    def __init__(self, keep: Keep) -> None:
        super().__init__(keep)
        self.shop = Shop(self.settings, self.now, self.store, self.load)
        self.access = Access(self.settings, self.now, self.store, self.load)
        self._staff = Staff(self.shop)
        self._compensated = time.monotonic()
        self._calls_of: tuple[int, int] = (0, 0)
        add_controls(self.controls, self)

    def change_settings(self, changes: Doc) -> Doc:
        """Merge settings; the version must be a known one, the currency may only change before the first order."""
        if changes.get("version", VERSIONS[0]) not in VERSIONS:
            raise Reject(f"version must be one of {', '.join(VERSIONS)}")
        if "currency" in changes and changes["currency"] != self.settings["currency"] and len(self.shop.orders):
            raise Reject("there are orders already")
        return super().change_settings(changes)

    def operation(self, call: Call) -> Operation:
        """The route's name; the subject of a creation is its increment_id."""
        where = self._where(call)
        if where is None:
            return Operation(("unknown",), write=False)
        route, values, _, is_async = where
        subject = values.get(route.subject, "")
        if route.operation == "orders.create":
            subject = _increment(call)
        name = f"async.{route.operation}" if is_async else route.operation
        return Operation((name,), write=route.write, subject=subject)

    def answer(self, call: Call) -> Answer:
        """Apply one call."""
        if self.settings["maintenance"]:
            return Answer(503, MAINTENANCE.encode(), "text/html; charset=UTF-8", self._after())
        if self._over_limit():
            return Answer(429, json.dumps({"message": TOO_MANY}).encode(), headers=self._after())
        try:
            return self._served(call)
        except Refused as refused:
            return refused.answer()
        except Crash:
            return answer_json(CRASHED, 500)

    def error(self, call: Call, code: Any, message: str, http: int | None) -> Answer:
        """Codes: "masked" (500 as in production), "unauthorized" (401 with the route's right), else a plain message."""
        where = self._where(call)
        if code == "masked":
            return masked().answer()
        if code == "unauthorized":
            return unauthorised(message or (where[0].resource if where else "self")).answer()
        status = http if http is not None else code if isinstance(code, int) and 400 <= code < 600 else 400
        return answer_json({"message": message or str(code)}, status)

    def book(self) -> Doc:
        """Orders, stock, reservations, integrations."""
        return book(self.shop)

    def tick(self) -> None:
        """The merchant's cron and staff: compensations every `compensate_s`, shipping after `auto_ship_seconds`."""
        self._staff.ship_due()
        every = self.settings["compensate_s"]
        if every is not None and time.monotonic() - self._compensated >= float(every):
            self._compensated = time.monotonic()
            manage.compensate(self.shop)

    def _served(self, call: Call) -> Answer:
        if _media(call.headers.get("Accept", "")) == "text/html":
            raise Refused(
                "Server cannot match any of the given Accept HTTP header media type(s) from the request.", 406
            )
        where = self._where(call)
        if where is None:
            if self._parts(call) is not None and self._store(self._parts(call) or []) is None:
                raise Refused("Specified request cannot be processed.")
            raise not_found(NO_ROUTE)
        route, values, store, is_async = where
        if store is None:
            raise Refused("Specified request cannot be processed.")
        context = Context(self.shop, self.access, call, values, store, self.base_url + self.settings["path"])
        self._authorise(call, route)
        if is_async:
            return store_api.accept(context)
        document = route.service(context)
        wanted = call.first("fields")
        return answer_json(trimmed(document, wanted) if wanted else document)

    def _authorise(self, call: Call, route: Route) -> None:
        if not route.resource:
            return
        resource = route.resource
        if route.method == "POST" and route.pattern == "orders" and self._patched():
            resource = routes.API_ACTIONS
        scheme = call.headers.get("X-Forwarded-Proto", "http")
        if not self.access.caller(call, scheme, resource, call.raw_query).may(resource):
            raise unauthorised(resource)

    def _patched(self) -> bool:
        """Whether POST /V1/orders needs the right of its own (reference magento-rest.md 13)."""
        return bool(self.settings["security_patch"]) or self.shop.since("2.4.8")

    def _parts(self, call: Call) -> list[str] | None:
        """The path's segments behind /rest, None when it is no REST path."""
        path = call.path.removeprefix(str(self.settings["path"])).removeprefix("/index.php")
        parts = [part for part in path.split("/") if part]
        return parts[1:] if parts[:1] == ["rest"] else None

    def _store(self, parts: list[str]) -> Doc | None:
        """The store view that the path names: `all` is the admin, none the default view; None = unknown."""
        code = "" if parts[:1] in (["V1"], ["async"]) else unquote(parts[0]) if parts else ""
        return self.shop.scope.store({"": "default", "all": "admin"}.get(code, code))

    def _where(self, call: Call) -> tuple[Route, dict[str, str], Doc | None, bool] | None:
        parts = self._parts(call)
        if parts is None or "V1" not in parts[:3]:
            return None
        place = parts.index("V1")
        is_async = "async" in parts[:place]
        found = routes.find(call.method, [*parts[place + 1 :]])
        return None if found is None else (*found, self._store(parts), is_async)

    def _over_limit(self) -> bool:
        """A limit as hosts put before Magento: calls within one second."""
        limit = self.settings["rate_limit_per_s"]
        if limit is None:
            return False
        second, count = self._calls_of
        now = int(time.monotonic())
        self._calls_of = (now, count + 1 if second == now else 1)
        return self._calls_of[1] > int(limit)

    def _after(self) -> dict[str, str]:
        """Retry-After where a host sends one; Magento itself does not."""
        wait = self.settings["retry_after_s"]
        return {} if wait is None else {"Retry-After": str(wait)}


def _media(accept: str) -> str:
    return accept.partition(",")[0].partition(";")[0].strip().lower()


def _increment(call: Call) -> str:
    try:
        entity = json.loads(call.body)["entity"]
        return str(entity.get("increment_id") or entity.get("incrementId") or "")
    except (ValueError, KeyError, TypeError, AttributeError):
        return ""
