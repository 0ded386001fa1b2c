"""A scripted Magento: answers in the order given, in the shapes of the recorded exchanges, and remembers what was
asked."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from tests.stores.plans import MARKER
from tokbridge.core.wire import Request, Response
from tokbridge.stores.magento import MagentoConfig, MagentoStore

SHOP = "https://shop.example"
NOW = 1_790_000_000.0  # 2026-09-21 14:13:20 UTC
ORDER = "9"

VIEW = {
    "id": 1,
    "code": "default",
    "website_id": 1,
    "locale": "en_US",
    "base_currency_code": "USD",
    "default_display_currency_code": "USD",
    "timezone": "UTC",
    "weight_unit": "lbs",
    "base_url": "https://shop.example/",
}
WEBSITES = [{"id": 0, "code": "admin"}, {"id": 1, "code": "base", "name": "Main Website", "default_group_id": 1}]
COUNTRY = {
    "id": "US",
    "two_letter_abbreviation": "US",
    "available_regions": [
        {"id": "6", "code": "AE", "name": "Armed Forces Africa"},
        {"id": "9", "code": "AE", "name": "Armed Forces Europe"},
        {"id": "57", "code": "TX", "name": "Texas"},
    ],
}
NO_ROUTE = "Request does not match any route."
NO_ENTITY = "The entity that was requested doesn't exist. Verify the entity and try again."
DENIED = "The consumer isn't authorized to access %resources."
MASKED = "Internal Error. Details are available in Magento log file. Report ID: webapi-6b02338e602db"


def ok(value: Any) -> Response:
    return Response(status=200, headers={"content-type": "application/json"}, body=json.dumps(value).encode())


def fail(status: int, message: str, parameters: Any = None, **other: Any) -> Response:
    body = {"message": message, **({"parameters": parameters} if parameters is not None else {}), **other}
    return Response(status=status, headers={}, body=json.dumps(body).encode())


def denied(resource: str = "Magento_Sales::actions_view") -> Response:
    return fail(401, DENIED, {"resources": resource})


def missing() -> Response:
    return fail(404, NO_ENTITY)


def raw(status: int, body: bytes, headers: Mapping[str, str] | None = None) -> Response:
    return Response(status=status, headers=headers or {}, body=body)


def rows(*items: Any, total: int | None = None) -> Response:
    return ok({"items": list(items), "search_criteria": {}, "total_count": len(items) if total is None else total})


@dataclass
class FakeHttp:
    """Each item of `script` is an answer, or an error to raise. Asking more often than scripted fails the test."""

    script: list[Response | Exception]
    requests: list[Request] = field(default_factory=list)

    def send(self, request: Request) -> Response:
        self.requests.append(request)
        assert self.script, f"nobody expected another call: {request.method} {request.url}"
        item = self.script.pop(0)
        if isinstance(item, Exception):
            raise item
        return item

    @property
    def operations(self) -> list[str]:
        return [request.operation for request in self.requests]

    @property
    def writes(self) -> list[str]:
        return [f"{request.method} {self.path(i)}" for i, request in enumerate(self.requests) if request.write]

    def path(self, index: int = -1) -> str:
        """Below /V1/, still encoded, without the query."""
        return urlsplit(self.requests[index].url).path.partition("/V1/")[2]

    def body(self, index: int = -1) -> Any:
        return json.loads(self.requests[index].body)

    def written(self, operation: str) -> Any:
        """The body of the one call with this operation."""
        found = [request for request in self.requests if request.operation == operation]
        assert len(found) == 1, f"{len(found)} calls {operation}"
        return json.loads(found[0].body)

    def asked(self, index: int = -1) -> dict[str, str]:
        return dict(parse_qsl(urlsplit(self.requests[index].url).query, keep_blank_values=True))

    def filters(self, index: int = -1) -> list[tuple[str, str, str]]:
        """(field, condition, value) of the search criteria."""
        asked = self.asked(index)
        found = []
        for group in range(20):
            name = f"searchCriteria[filter_groups][{group}][filters][0]"
            if f"{name}[field]" in asked:
                found.append((asked[f"{name}[field]"], asked[f"{name}[condition_type]"], asked[f"{name}[value]"]))
        return found


class NoJournal:
    """Magento needs none; using it would be a surprise."""

    def save(self, key: str, value: str) -> None:
        raise AssertionError(f"journal.save({key})")

    def get(self, key: str) -> str | None:
        raise AssertionError(f"journal.get({key})")


OAUTH = {"token": "", "consumer_key": "ck", "consumer_secret": "cs", "access_token": "at", "access_secret": "as"}


def config_with(**settings: Any) -> MagentoConfig:
    return MagentoConfig(**({"shop": SHOP, "token": "secret-token", "stock_remedy": "compensations"} | settings))


def store_with(*script: Response | Exception, **settings: Any) -> tuple[MagentoStore, FakeHttp]:
    http = FakeHttp(list(script))
    clock = settings.pop("clock", lambda: NOW)
    return MagentoStore(http, config_with(**settings), clock), http


def product_row(number: int = 1, sku: str = "TT-A", **other: Any) -> dict[str, Any]:
    row = {"id": number, "sku": sku, "name": f"Thing {sku}", "price": 20, "status": 1, "type_id": "simple", "weight": 1}
    return row | other


def item(number: int = 12, sku: str = "TT-A", ordered: float = 2, **other: Any) -> dict[str, Any]:
    """A row of an order. Counters by short names: invoiced, shipped, canceled, refunded."""
    counters = {
        f"qty_{name}": other.pop(name, 0) for name in ("invoiced", "shipped", "canceled", "refunded", "backordered")
    }
    row = {
        "item_id": number,
        "order_id": 9,
        "sku": sku,
        "name": "Shirt",
        "product_id": 1,
        "product_type": "simple",
        "qty_ordered": ordered,
        "price": 18,
        "ext_order_item_id": "",
    }
    return row | counters | other


def order(*items: dict[str, Any], **other: Any) -> dict[str, Any]:
    address = {
        "entity_id": 31,
        "parent_id": 9,
        "email": "buyer@tiktok.com",
        "city": "Austin",
        "address_type": "billing",
    }
    shipping = address | {"entity_id": 32, "address_type": "shipping"}
    node = {
        "entity_id": 9,
        "increment_id": f"TTS-{MARKER}",
        "ext_order_id": MARKER,
        "store_id": 1,
        "state": "new",
        "status": "pending",
        "order_currency_code": "USD",
        "base_currency_code": "USD",
        "customer_email": "buyer@tiktok.com",
        "grand_total": 43.88,
        "created_at": "2026-09-21 14:00:00",
        "updated_at": "2026-09-21 14:00:00",
        "items": list(items) or [item()],
        "billing_address": address,
        "payment": {"method": "checkmo", "additional_information": ["TikTok Shop: 43.88 USD"]},
        "status_histories": [],
        "extension_attributes": {
            "shipping_assignments": [{"shipping": {"address": shipping, "method": "flatrate_flatrate"}}]
        },
    }
    return node | other


def processing(*items: dict[str, Any], **other: Any) -> dict[str, Any]:
    return order(*items, state="processing", status="processing", **other)


def track(number: int, code: str = "ups", title: str = "UPS", tracking: str = "") -> dict[str, Any]:
    return {
        "entity_id": number,
        "parent_id": 5,
        "order_id": 9,
        "track_number": tracking or f"1Z{number}",
        "title": title,
        "carrier_code": code,
        "created_at": "2026-09-21 14:05:00",
        "updated_at": "2026-09-21 14:05:00",
        "weight": None,
        "qty": None,
        "description": None,
    }


def shipment(number: int, *tracks: dict[str, Any], **other: Any) -> dict[str, Any]:
    """`units`: (order item id, quantity) pairs."""
    units = other.pop("units", ((12, 1),))
    node = {
        "entity_id": number,
        "increment_id": f"{number:09}",
        "order_id": 9,
        "created_at": "2026-09-21 14:05:00",
        "updated_at": "2026-09-21 14:05:00",
        "items": [{"order_item_id": row, "sku": "TT-A", "qty": qty} for row, qty in units],
        "tracks": list(tracks),
    }
    return node | other


def comment(number: int, text: str, status: str = "pending") -> dict[str, Any]:
    return {"entity_id": number, "parent_id": 9, "comment": text, "status": status}
