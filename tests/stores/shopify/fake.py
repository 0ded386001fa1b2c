"""A scripted other side: answers in the order given, remembers what was asked."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tokbridge.core.wire import Request, Response
from tokbridge.stores.shopify import ShopifyConfig, ShopifyStore

SHOP = "ribbon.myshopify.com"
NOW = 1_790_000_000.0  # 2026-09-21T14:13:20Z
VERSION = "2026-07"
ORDER = "gid://shopify/Order/1001"


def answer(
    data: Any = None, *, errors: Any = None, extensions: Any = None, status: int = 200, headers: Any = None
) -> Response:
    body = {name: value for name, value in (("data", data), ("errors", errors), ("extensions", extensions)) if value}
    return Response(
        status=status, headers={"x-shopify-api-version": VERSION, **(headers or {})}, body=json.dumps(body).encode()
    )


def raw(status: int, body: bytes, headers: Mapping[str, str] | None = None) -> Response:
    return Response(status=status, headers=headers or {}, body=body)


@dataclass
class FakeHttp:
    """Each item of `script` is an answer, or an error to raise. Asking more often than scripted fails the test."""

    script: list[Response | Exception]
    requests: list[Request] = field(default_factory=list)

    def send(self, request: Request) -> Response:
        self.requests.append(request)
        assert self.script, f"nobody expected another call: {request.operation}"
        item = self.script.pop(0)
        if isinstance(item, Exception):
            raise item
        return item

    @property
    def operations(self) -> list[str]:
        return [request.operation for request in self.requests]

    def variables(self, index: int = -1) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.requests[index].body)["variables"]
        return found


@dataclass
class Observed:
    seen: list[tuple[float, float, float]] = field(default_factory=list)

    def observe(self, available: float, maximum: float, restore_rate: float) -> None:
        self.seen.append((available, maximum, restore_rate))


class NoJournal:
    """Shopify needs none; using it would be a surprise."""

    def save(self, key: str, value: str) -> None:
        raise AssertionError(f"journal.save({key})")

    def get(self, key: str) -> str | None:
        raise AssertionError(f"journal.get({key})")


def store_with(*script: Response | Exception, **settings: Any) -> tuple[ShopifyStore, FakeHttp]:
    http = FakeHttp(list(script))
    limits = settings.pop("limits", None)
    config = ShopifyConfig(shop=SHOP, **({"token": "secret-token"} | settings))
    return ShopifyStore(http, config, lambda: NOW, limits), http


def money(amount: str, currency: str = "EUR") -> dict[str, Any]:
    return {"shopMoney": {"amount": amount, "currencyCode": currency}}


def row(number: int, sku: str = "SKU-1", quantity: int = 1, **other: Any) -> dict[str, Any]:
    """A line item. `ids` are the TikTok units; `variant` None = it lost its variant; `extra` more custom attributes."""
    ids = other.pop("ids", ())
    attributes = [{"key": "_tiktok_line_ids", "value": ",".join(ids)}] if ids else []
    node = {
        "id": f"gid://shopify/LineItem/{number}",
        "sku": sku,
        "quantity": quantity,
        "currentQuantity": quantity,
        "unfulfilledQuantity": quantity,
        "title": f"Thing {number}",
        "variant": {"id": f"gid://shopify/ProductVariant/{number}"},
        "customAttributes": attributes + other.pop("extra", []),
    }
    return node | other


def order_node(*rows: dict[str, Any], **other: Any) -> dict[str, Any]:
    node = {
        "id": ORDER,
        "name": "TTS-1",
        "updatedAt": "2026-09-21T14:00:00Z",
        "cancelledAt": None,
        "cancelReason": None,
        "sourceIdentifier": "576461413038785752",
        "currencyCode": "EUR",
        "displayFinancialStatus": "PAID",
        "displayFulfillmentStatus": "UNFULFILLED",
        "currentTotalPriceSet": money("20.0"),
        "lineItems": {"nodes": list(rows), "pageInfo": {"hasNextPage": False}},
        "fulfillments": [],
    }
    return node | other


def fulfilment(number: int, *items: tuple[dict[str, Any], int], **other: Any) -> dict[str, Any]:
    node = {
        "id": f"gid://shopify/Fulfillment/{number}",
        "status": "SUCCESS",
        "updatedAt": "2026-09-21T14:05:00Z",
        "trackingInfo": [{"company": "DHL Express", "number": f"JD{number}", "url": None}],
        "fulfillmentLineItems": {"nodes": [{"quantity": quantity, "lineItem": line} for line, quantity in items]},
    }
    return node | other


def fulfilment_order(number: int, *lines: tuple[int, int, int], **other: Any) -> dict[str, Any]:
    """`lines` are (number of the FO line, number of the order's row, units remaining)."""
    place = other.pop("place", 1)
    node = {
        "id": f"gid://shopify/FulfillmentOrder/{number}",
        "status": "OPEN",
        "assignedLocation": {"name": f"Place {place}", "location": {"id": f"gid://shopify/Location/{place}"}},
        "lineItems": {
            "nodes": [
                {
                    "id": f"gid://shopify/FulfillmentOrderLineItem/{line}",
                    "remainingQuantity": remaining,
                    "lineItem": {"id": f"gid://shopify/LineItem/{of}"},
                }
                for line, of, remaining in lines
            ]
        },
    }
    return node | other


def open_page(*groups: dict[str, Any], fulfilments: tuple[dict[str, Any], ...] = ()) -> Response:
    return answer(
        {
            "order": {
                "id": ORDER,
                "fulfillments": list(fulfilments),
                "fulfillmentOrders": {"nodes": list(groups), "pageInfo": {"hasNextPage": False, "endCursor": None}},
            }
        }
    )
