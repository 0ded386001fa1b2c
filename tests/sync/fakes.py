"""Both sides in memory: TikTok behind its HTTP, a store behind its contract, and rows that connect them.

The adapters are the real ones; only what they talk to is made up here. Change `tiktok.orders` (raw records by id),
`tiktok.answers` (operation -> data, envelope, or an error to raise), `store.products`, `store.errors` (verb -> error)
to set a scene.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from email.utils import formatdate
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.tiktok.given import order as raw_order
from tokbridge.core.errors import OutsideError
from tokbridge.core.plan import Plan, PlanAddress
from tokbridge.core.wire import Request, Response
from tokbridge.records.models import Account, Authorisation, Channel, Connection, Order
from tokbridge.records.models import Store as StoreRow
from tokbridge.stores.base import (
    Carrier,
    Change,
    Finding,
    Health,
    Hint,
    Journal,
    Page,
    Parcel,
    ParcelItem,
    Prepared,
    StoreLine,
    StoreOrder,
    StoreStatus,
    Variant,
)
from tokbridge.sync import catalogue, channels, connections
from tokbridge.sync.act import parcels
from tokbridge.sync.intake import store_orders
from tokbridge.sync.limits import Outside
from tokbridge.sync.tokens import app_of
from tokbridge.tiktok.transport import Client

SHOP_ID = "7495000000000000001"
WAREHOUSE, OPTION, PROVIDER = "6955000000000000001", "7091000000000000001", "7117858858072016001"


class FakeTikTok:
    """TikTok behind `Http`, told apart by the operation's name. `sent`: the operations, in order."""

    def __init__(self) -> None:
        self.orders: dict[str, dict[str, Any]] = {}
        self.answers: dict[str, Any] = {}
        self.sent: list[str] = []
        self.clock_ahead = 0.0

    def put(self, **changes: Any) -> dict[str, Any]:
        raw = raw_order(**changes)
        self.orders[raw["id"]] = raw
        return raw

    def send(self, request: Request) -> Response:
        self.sent.append(request.operation)
        told = self.answers.get(request.operation)
        if isinstance(told, OutsideError):
            raise told
        if told is None:
            told = getattr(self, "_" + request.operation.replace(".", "_"))(request)
        envelope = told if "code" in told else {"code": 0, "message": "Success", "request_id": "r", "data": told}
        headers = {"date": formatdate(time.time() + self.clock_ahead, usegmt=True)}
        return Response(200, headers, json.dumps(envelope).encode())

    def _orders_read(self, request: Request) -> Any:
        ids = parse_qs(urlsplit(request.url).query)["ids"][0].split(",")
        return {"orders": [self.orders[one] for one in ids if one in self.orders]}

    def _orders_search(self, request: Request) -> Any:
        start, end = (json.loads(request.body).get(f"update_time_{edge}") for edge in ("ge", "lt"))
        found = [one for one in self.orders.values() if start <= one["update_time"] < (end or 10**12)]
        return {"orders": found, "total_count": len(found), "next_page_token": ""}

    def _cancellations_search(self, _request: Request) -> Any:
        return {"cancellations": [], "total_count": 0}

    def _orders_cancel_eligibility(self, _request: Request) -> Any:
        lines = [line["id"] for one in self.orders.values() for line in one["line_items"]]
        names = ["seller_cancel_reason_out_of_stock", "seller_cancel_reason_wrong_price"]
        told = {
            "request_type": "CANCEL",
            "eligible": True,
            "available_reason_names": names,
            "order_line_items_ids": lines,
        }
        return {"sku_eligibility": [{"line_item_eligibility": [told]}]}

    def _orders_cancel(self, request: Request) -> Any:
        raw = self.orders[json.loads(request.body)["order_id"]]
        raw |= {"status": "CANCELLED", "update_time": raw["update_time"] + 1}
        return {"cancel_id": "4035", "cancel_status": "CANCELLATION_REQUEST_COMPLETE"}

    def _orders_mark_shipped(self, request: Request) -> Any:
        body = json.loads(request.body)
        raw = self.orders[urlsplit(request.url).path.split("/")[-2]]
        for line in raw["line_items"]:
            if line["id"] in body["order_line_item_ids"]:
                line |= {"tracking_number": body["tracking_number"], "package_id": "1153"}
        done = all(line.get("tracking_number") for line in raw["line_items"])
        raw["status"] = "AWAITING_COLLECTION" if done else "PARTIALLY_SHIPPING"
        raw["update_time"] += 1
        return {"package_id": "1153"}

    def _warehouses_list(self, _request: Request) -> Any:
        return {
            "warehouses": [{"id": WAREHOUSE, "name": "Leeds", "type": "SALES_WAREHOUSE", "effect_status": "ENABLED"}]
        }

    def _delivery_options_list(self, _request: Request) -> Any:
        return {"delivery_options": [{"id": OPTION, "name": "Shipped by seller", "type": "SEND_BY_SELLER"}]}

    def _providers_list(self, _request: Request) -> Any:
        return {
            "shipping_providers": [{"id": PROVIDER, "name": "Royal Mail"}, {"id": "7117858858072016002", "name": "DPD"}]
        }

    def _webhooks_list(self, _request: Request) -> Any:
        return {"webhooks": []}

    def _authorization_shops(self, _request: Request) -> Any:
        return {"shops": [{"id": SHOP_ID, "name": "Mugs", "region": "GB", "cipher": "c"}]}


class FixedTokens:
    def current(self) -> str:
        return "token"

    def renew(self, stale: str) -> str:
        return "token-2"


@dataclass
class FakeStore:
    """A store in memory. Knows every SKU in `products`; an error in `errors` is raised by the verb of that name."""

    platform: str = "shopify"
    settle: float = 0
    poll_parcels: bool = False
    invoices: bool = False
    stock_to_prove: bool = False
    currency: str = "GBP"
    products: set[str] = field(default_factory=lambda: {"MUG-BLUE"})
    orders: dict[str, StoreOrder] = field(default_factory=dict)
    shipped: list[Parcel] = field(default_factory=list)
    errors: dict[str, OutsideError] = field(default_factory=dict)
    prepared: int = 0
    findings: tuple[Finding, ...] = (Finding("credentials", True, "accepted"),)

    def _may(self, verb: str) -> None:
        if verb in self.errors:
            raise self.errors[verb]

    def check(self) -> Health:
        self._may("check")
        return Health(all(one.ok for one in self.findings), self.platform, "1", self.currency, "Mugs", self.findings)

    def prepare(self, webhook_url: str | None) -> Prepared:
        self.prepared += 1
        return Prepared()

    def hints(self, headers: Mapping[str, str], body: bytes) -> Hint:
        return Hint("orders", "", (body.decode(),))

    def find_products(self, skus: Sequence[str]) -> Mapping[str, Sequence[Variant]]:
        self._may("find_products")
        return {sku: [Variant(f"v-{sku}", sku, sku, "", f"p-{sku}")] if sku in self.products else [] for sku in skus}

    def find_order(self, marker: str) -> StoreOrder | None:
        self._may("find_order")
        return self.orders.get(marker)

    def read_order(self, ref: str) -> StoreOrder | None:
        return next((one for one in self.orders.values() if one.ref == ref), None)

    def create_order(self, plan: Plan, journal: Journal) -> StoreOrder:
        self._may("create_order")
        lines = tuple(
            StoreLine(f"row-{at}", line.seller_sku, line.variant, line.quantity, line.quantity, line.line_ids)
            for at, line in enumerate(plan.lines)
        )
        ref = f"ref-{len(self.orders) + 1}"
        url = f"https://store.example.invalid/{ref}"
        made = StoreOrder(ref, plan.number, plan.marker, url, plan.currency, plan.total, False, "PAID", lines)
        self.orders[plan.marker] = made
        return made

    def changes_since(self, cursor: str) -> Page:
        found = (
            Change(o.ref, o.marker, o.status, o.cancelled, "", self.parcels_of([o.ref])) for o in self.orders.values()
        )
        return Page(tuple(found), "now", False)

    def parcels_of(self, order_refs: Sequence[str]) -> tuple[Parcel, ...]:
        return tuple(one for one in self.shipped if one.order_ref in order_refs)

    def add_parcel(self, order_ref: str, carrier: str, number: str, items: Sequence[ParcelItem]) -> Parcel:
        self._may("add_parcel")
        made = Parcel(f"parcel-{len(self.shipped) + 1}", order_ref, carrier, number, "", tuple(items), False)
        self.shipped.append(made)
        return made

    def cancel_order(self, ref: str, reason: str, restock: bool) -> bool:
        self._may("cancel_order")
        marker = next(one.marker for one in self.orders.values() if one.ref == ref)
        self.orders[marker] = replace(self.orders[marker], cancelled=True)
        return True

    def cancel_lines(self, ref: str, items: Sequence[ParcelItem], restock: bool, key: str) -> None:
        self._may("cancel_lines")

    def update_address(self, ref: str, address: PlanAddress) -> None:
        self._may("update_address")

    def carriers(self) -> Sequence[Carrier]:
        return [Carrier("rm", "Royal Mail")]

    def statuses(self) -> Sequence[StoreStatus]:
        return [StoreStatus("paid", "Paid")]


@dataclass
class World:
    """One account with one channel to one store."""

    tiktok: FakeTikTok
    store: FakeStore
    account: Account
    channel: Channel

    def take(self, **changes: Any) -> Order:
        """TikTok has this order, and it was just read."""
        raw = self.tiktok.put(**changes)
        store_orders(self.account, [raw], time.time())
        return Order.objects.get(account=self.account, tiktok_id=raw["id"])


def build_world(*, start: int = 0, policy: dict[str, Any] | None = None) -> World:
    """Rows and adapters of a connected installation; needs the test database."""
    forget()
    tiktok, store = FakeTikTok(), FakeStore()
    month = int(time.time()) + 60 * 86400
    authorisation = Authorisation.objects.create(
        connection=Connection.objects.create(name="TikTok Shop"),
        app_key="68xu9ks5p4i8",
        app_secret="5f1d9a3c7b2e4860",
        api_url="https://tiktok.example.invalid",
        auth_url="https://auth.example.invalid",
        access_token="token",
        refresh_token="refresh",
        access_expires=month,
        refresh_expires=month,
        open_id="seller-1",
        seller_name="Mug seller",
    )
    account = Account.objects.create(
        authorisation=authorisation, shop_id=SHOP_ID, name="Mugs", region="GB", cipher="GCP_cipher"
    )
    row = StoreRow.objects.create(
        connection=Connection.objects.create(name="Fake store"),
        platform="shopify",
        address="mugs.example.invalid",
        credentials="{}",
        currency="GBP",
    )
    channel = Channel.objects.create(account=account, store=row, start=start, policy=policy or {})
    outside = Outside(tiktok, authorisation.connection_id)
    app = app_of(authorisation)
    client = Client(outside, app, FixedTokens(), time.time)
    connections._marketplaces[authorisation.pk] = connections.Marketplace(client, outside, app)
    web = connections.WebStore(store, Outside(tiktok, row.connection_id), row.pk, store.platform)
    connections._stores[row.pk] = web
    return World(tiktok, store, account, channel)


def forget() -> None:
    """Nothing of another test's world stays in the caches."""
    connections.forget_connections()
    channels.forget_channels()
    catalogue.forget_products()
    parcels._providers.clear()
