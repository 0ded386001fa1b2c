"""A whole small world for the flow: TikTok as an `Http`, a store in memory, a clock one can turn, faults on demand.

Every outside call goes through a `Wire`: it can refuse, lose the answer, or kill the process before or after the call
was carried out. The flow under test is the real one, with the real adapters for TikTok and real rows.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from email.utils import formatdate
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection, connections

from tokbridge.core.errors import OutsideError, Retry, Unknown
from tokbridge.core.plan import Plan, PlanAddress
from tokbridge.core.status import Status
from tokbridge.core.wire import Request, Response
from tokbridge.records.models import (
    Account,
    Authorisation,
    Binding,
    Channel,
    Connection,
    Instruction,
    Order,
    Problem,
)
from tokbridge.records.models import Parcel as ParcelRow
from tokbridge.records.models import Store as StoreRow
from tokbridge.stores.base import (
    Carrier,
    Change,
    Health,
    Hint,
    HookMalformed,
    HookRefused,
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
from tokbridge.sync import catalogue, channels, feeds, queue
from tokbridge.sync import connections as live
from tokbridge.sync.act import parcels as parcels_act
from tokbridge.sync.limits import Outside
from tokbridge.sync.tokens import RowTokens, app_of
from tokbridge.sync.work import work
from tokbridge.tiktok.transport import Client

SECRET = "5f1d9a3c7b2e4860"
KEY = "68xu9ks5p4i8"
SHOP_ID = "7495000000000000001"
ROYAL, PIGEON = "7100000000000000001", "7100000000000000002"
WRITES = ("INSERT", "UPDATE", "DELETE")


class Crash(BaseException):
    """The process dies here: nothing after this moment happens."""


class Clock:
    """Unix seconds that go on only when turned, plus a little with every look so that no two moments are equal."""

    def __init__(self, at: float) -> None:
        self.at = at
        self._lock = threading.Lock()

    def __call__(self) -> float:
        with self._lock:
            self.at += 0.0001
            return self.at

    def sleep(self, seconds: float) -> None:
        with self._lock:
            self.at += seconds


@dataclass
class Wire:
    """Implements `core.wire.Http`. `faults` is asked before each call for "", "down", "before", "after"; `count` is
    called at each moment at which a process may die."""

    handler: Callable[[Request], Response]
    count: Callable[[], None]
    faults: Callable[[Request], str] = lambda request: ""
    sent: list[str] = field(default_factory=list)
    on_send: Callable[[Request], None] = lambda request: None

    def send(self, request: Request) -> Response:
        fault = self.faults(request)
        if fault == "down":
            raise Retry("not reached", "connection refused")
        self.count()
        self.on_send(request)
        self.sent.append(request.operation)
        if fault == "before":
            raise self._lost(request)
        response = self.handler(request)
        if fault == "after":
            raise self._lost(request)
        return response

    def _lost(self, request: Request) -> OutsideError:
        return Unknown("no answer", "timed out") if request.write else Retry("no answer", "timed out")


class TikTok:
    """TikTok's side as an HTTP handler, of one shop. `offset`: its clock minus ours."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.offset = 0.0
        self.orders: dict[str, dict[str, Any]] = {}
        self.cancellations: dict[str, dict[str, Any]] = {}
        self.token, self.refresh_token = "access-1", "refresh-1"
        self.refreshes = 0
        self.before_page: Callable[[int], None] = lambda page: None
        self.pages = 0
        self.ended = False
        self.lag = False  # cancellations are accepted, the order follows later
        self._made = 0

    def now(self) -> int:
        return int(self.clock() + self.offset)

    def touch(self, order_id: str, **changes: Any) -> None:
        """Change an order; its update_time moves on by at least a second."""
        raw = self.orders[order_id]
        raw.update(changes)
        raw["update_time"] = max(self.now(), raw["update_time"] + 1)

    def set_status(self, order_id: str, status: Status) -> None:
        for line in self.orders[order_id]["line_items"]:
            if line["display_status"] != "CANCELLED":
                line["display_status"] = status.value
        self.touch(order_id, status=status.value)

    def cancel(self, order_id: str, line_ids: Sequence[str] = (), reason: str = "buyer changed mind") -> str:
        self._made += 1
        cancel_id = f"40000{self._made}"
        raw = self.orders[order_id]
        lines = [line for line in raw["line_items"] if not line_ids or line["id"] in line_ids]
        self.cancellations[cancel_id] = {
            "cancel_id": cancel_id,
            "order_id": order_id,
            "cancel_type": "CANCEL",
            "cancel_status": "CANCELLATION_REQUEST_COMPLETE",
            "role": "BUYER",
            "cancel_reason": reason,
            "create_time": self.now(),
            "update_time": self.now(),
            "cancel_line_items": [{"order_line_item_id": line["id"]} for line in lines],
        }
        for line in lines:
            line["display_status"] = "CANCELLED"
        alive = [line for line in raw["line_items"] if line["display_status"] != "CANCELLED"]
        if alive:
            amount = sum(float(line["sale_price"]) for line in alive)
            raw["payment"] |= {"sub_total": f"{amount:.2f}", "total_amount": f"{amount + 2:.2f}"}
            raw["payment"]["original_total_product_price"] = f"{amount:.2f}"
            self.touch(order_id)
        else:
            self.touch(order_id, status="CANCELLED", cancel_reason=reason)
        return cancel_id

    def ship(self, order_id: str, line_ids: Sequence[str], number: str, provider: str = "Royal Mail") -> str:
        self._made += 1
        package = f"115{self._made:06d}"
        for line in self.orders[order_id]["line_items"]:
            if line["id"] in line_ids:
                line |= {"tracking_number": number, "package_id": package, "shipping_provider_name": provider}
        self._after_shipping(order_id)
        return package

    def _after_shipping(self, order_id: str) -> None:
        alive = [line for line in self.orders[order_id]["line_items"] if line["display_status"] != "CANCELLED"]
        whole = all(line.get("tracking_number") for line in alive)
        self.set_status(order_id, Status.AWAITING_COLLECTION if whole else Status.PARTIALLY_SHIPPING)

    # --- the wire

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
        body = json.loads(request.body) if request.body else {}
        return self._route(request.method, parts.path, query, body)

    def _route(self, method: str, path: str, query: dict[str, str], body: dict[str, Any]) -> Response:
        words = path.strip("/").split("/")
        if words[-1] == "search":
            self.pages += 1
            self.before_page(self.pages)
        if path == "/order/202309/orders/search":
            return self._search("orders", list(self.orders.values()), query, body)
        if path == "/order/202507/orders":
            found = [self.orders[one] for one in query["ids"].split(",") if one in self.orders]
            return self._done({"orders": found, "total_count": len(found)})
        if path == "/return_refund/202602/cancellations/search":
            wanted = list(self.cancellations.values())
            if "order_ids" in body:
                wanted = [one for one in wanted if one["order_id"] in body["order_ids"]]
            return self._search("cancellations", wanted, query, body)
        if words[-1] == "aftersale_eligibility":
            return self._eligibility(words[-2])
        if path == "/return_refund/202602/cancellations" and method == "POST":
            return self._cancel(body)
        if words[-1] == "shipping_providers":
            named = [{"id": ROYAL, "name": "Royal Mail"}, {"id": PIGEON, "name": "Pigeon Post"}]
            return self._done({"shipping_providers": named})
        if words[-1] == "packages" and words[0] == "fulfillment":
            return self._mark(words[-2], body)
        if words[-2:] == ["shipping_info", "update"]:
            return self._renumber(words[-3], body)
        raise AssertionError(f"a call nobody expected: {method} {path}")

    def _search(self, name: str, rows: list[dict[str, Any]], query: dict[str, str], body: dict[str, Any]) -> Response:
        start, end = body.get("update_time_ge", 0), body.get("update_time_lt", 2**60)
        rows = sorted(
            (row for row in rows if start <= row["update_time"] < end), key=lambda row: (row["update_time"], str(row))
        )
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

    def _mark(self, order_id: str, body: dict[str, Any]) -> Response:
        raw = self.orders[order_id]
        wanted = [line for line in raw["line_items"] if line["id"] in body["order_line_item_ids"]]
        if raw["status"] not in {"AWAITING_SHIPMENT", "PARTIALLY_SHIPPING"} or any(
            line.get("tracking_number") or line["display_status"] == "CANCELLED" for line in wanted
        ):
            return self._failed(21011004, "order status does not allow it")
        if body["tracking_number"].startswith("BAD"):
            return self._failed(21011019, "tracking number is not valid")
        provider = "Royal Mail" if body["shipping_provider_id"] == ROYAL else "Pigeon Post"
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


@dataclass
class Made:
    """A store order as the store has it."""

    ref: str
    plan: Plan
    cancelled: bool = False
    off: dict[str, tuple[str, ...]] = field(default_factory=dict)  # key of a cancellation -> units
    parcels: list[Parcel] = field(default_factory=list)
    address: PlanAddress | None = None
    visible_at: float = 0.0
    updated_at: float = 0.0
    restocked: int = 0

    @property
    def units_off(self) -> list[str]:
        return [unit for units in self.off.values() for unit in units]


class FakeStore:
    """Implements `stores.base.Store` in memory, without a key of its own that would refuse a double."""

    platform = "shopify"
    settle = 120.0
    poll_parcels = False
    invoices = False
    stock_to_prove = False

    def __init__(self, outside: Outside, clock: Clock) -> None:
        self._outside = outside
        self._clock = clock
        self._local = threading.local()
        self.made: list[Made] = []
        self.lag = 0.0  # seconds until a new order shows in `find_order`
        self.cents_off = 0
        self.cancels_later = False
        self.skus: set[str] | None = None  # None: every SKU exists

    def handle(self, _request: Request) -> Response:
        self._local.answer = self._local.job()
        return Response(200, {}, b"")

    def _call(self, operation: str, write: bool, job: Callable[[], Any]) -> Any:
        self._local.job = job
        self._outside.send(Request(operation, "POST", "http://127.0.0.1/", write=write))
        return self._local.answer

    def of(self, marker: str) -> list[Made]:
        return [one for one in self.made if one.plan.marker == marker]

    def one(self, ref: str) -> Made | None:
        return next((one for one in self.made if one.ref == ref), None)

    def _read(self, one: Made) -> StoreOrder:
        lines = tuple(
            StoreLine(
                f"{one.ref}-{at}",
                line.seller_sku,
                line.variant,
                line.quantity,
                line.quantity - sum(unit in one.units_off for unit in line.line_ids),
                line.line_ids,
            )
            for at, line in enumerate(one.plan.lines)
        )
        return StoreOrder(
            ref=one.ref,
            number=one.plan.number,
            marker=one.plan.marker,
            url=f"http://127.0.0.1/admin/{one.ref}",
            currency=one.plan.currency,
            total=one.plan.total + self.cents_off,
            cancelled=one.cancelled,
            status="CANCELLED" if one.cancelled else "PAID",
            lines=lines,
            updated_at=one.updated_at,
        )

    def _touch(self, one: Made) -> None:
        one.updated_at = self._clock()

    # --- what staff do

    def staff_ship(self, one: Made, units: Sequence[str], number: str, carrier: str = "Royal Mail") -> str:
        ref = f"{one.ref}-f{len(one.parcels)}"
        one.parcels.append(Parcel(ref, one.ref, carrier, number, "", self._items(one, units), False))
        self._touch(one)
        return ref

    def staff_number(self, one: Made, ref: str, number: str) -> None:
        one.parcels = [replace(parcel, number=number) if parcel.ref == ref else parcel for parcel in one.parcels]
        self._touch(one)

    def staff_cancel(self, one: Made) -> None:
        one.cancelled = True
        self._touch(one)

    def _items(self, one: Made, units: Sequence[str]) -> tuple[ParcelItem, ...]:
        items = []
        for at, line in enumerate(one.plan.lines):
            held = tuple(unit for unit in line.line_ids if unit in units)
            if held:
                items.append(ParcelItem(f"{one.ref}-{at}", line.seller_sku, len(held), held))
        return tuple(items)

    # --- the contract

    def check(self) -> Health:
        return Health(True, self.platform, "1", "GBP", "Ada's store", ())

    def prepare(self, webhook_url: str | None) -> Prepared:
        return Prepared()

    def hints(self, headers: Mapping[str, str], body: bytes) -> Hint:
        if headers.get("X-Sign") != "right":
            raise HookRefused
        try:
            told = json.loads(body)
        except ValueError:
            raise HookMalformed("not JSON") from None
        return Hint(told["topic"], told["id"], tuple(told["refs"]))

    def find_products(self, skus: Sequence[str]) -> Mapping[str, Sequence[Variant]]:
        def job() -> dict[str, list[Variant]]:
            known = [sku for sku in skus if self.skus is None or sku in self.skus]
            return {sku: [Variant(f"v-{sku}", sku, sku, "", f"p-{sku}")] for sku in known}

        found: dict[str, list[Variant]] = self._call("find_products", False, job)
        return found

    def find_order(self, marker: str) -> StoreOrder | None:
        def job() -> StoreOrder | None:
            seen = [one for one in self.of(marker) if one.visible_at <= self._clock()]
            return self._read(seen[0]) if seen else None

        found: StoreOrder | None = self._call("find_order", False, job)
        return found

    def read_order(self, ref: str) -> StoreOrder | None:
        def job() -> StoreOrder | None:
            one = self.one(ref)
            return self._read(one) if one else None

        found: StoreOrder | None = self._call("read_order", False, job)
        return found

    def create_order(self, plan: Plan, journal: Journal) -> StoreOrder:
        def job() -> StoreOrder:
            one = Made(f"so-{len(self.made) + 1}", plan, address=plan.address, visible_at=self._clock() + self.lag)
            self.made.append(one)
            self._touch(one)
            return self._read(one)

        found: StoreOrder = self._call("create_order", True, job)
        return found

    def changes_since(self, cursor: str) -> Page:
        def job() -> Page:
            since = float(cursor or 0) - 5
            changes = tuple(
                Change(one.ref, one.plan.marker, "PAID", one.cancelled, "", tuple(one.parcels), one.updated_at)
                for one in self.made
                if one.updated_at >= since
            )
            return Page(changes, str(self._clock()), False)

        page: Page = self._call("changes_since", False, job)
        return page

    def parcels_of(self, order_refs: Sequence[str]) -> Sequence[Parcel]:
        def job() -> list[Parcel]:
            return [parcel for one in self.made if one.ref in order_refs for parcel in one.parcels]

        parcels: list[Parcel] = self._call("parcels_of", False, job)
        return parcels

    def add_parcel(self, order_ref: str, carrier: str, number: str, items: Sequence[ParcelItem]) -> Parcel:
        def job() -> Parcel:
            one = self.one(order_ref)
            assert one is not None
            same = next((parcel for parcel in one.parcels if parcel.number == number), None)
            if same is not None:
                return same
            one.parcels.append(
                Parcel(f"{one.ref}-f{len(one.parcels)}", one.ref, carrier, number, "", tuple(items), False)
            )
            self._touch(one)
            return one.parcels[-1]

        parcel: Parcel = self._call("add_parcel", True, job)
        return parcel

    def cancel_order(self, ref: str, reason: str, restock: bool) -> bool:
        def job() -> bool:
            one = self.one(ref)
            assert one is not None
            if one.cancelled:
                return True
            one.restocked += restock
            one.cancelled = True
            self._touch(one)
            return not self.cancels_later

        done: bool = self._call("cancel_order", True, job)
        return done

    def cancel_lines(self, ref: str, items: Sequence[ParcelItem], restock: bool, key: str) -> None:
        """Like Shopify: rows and quantities count, and only an equal key is recognised."""

        def job() -> None:
            one = self.one(ref)
            assert one is not None
            if key not in one.off:
                one.off[key] = tuple(unit for item in items for unit in item.line_ids)
                self._touch(one)

        self._call("cancel_lines", True, job)

    def update_address(self, ref: str, address: PlanAddress) -> None:
        def job() -> None:
            one = self.one(ref)
            assert one is not None
            one.address = address

        self._call("update_address", True, job)

    def carriers(self) -> Sequence[Carrier]:
        return ()

    def statuses(self) -> Sequence[StoreStatus]:
        return (StoreStatus("paid", "Paid"),)


class World:
    """Both sides, the rows between them, and the clock."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.monkeypatch = monkeypatch
        self.clock = Clock(1_700_100_000.0)
        monkeypatch.setattr(time, "time", self.clock)
        monkeypatch.setattr(time, "sleep", self.clock.sleep)
        self.woken: list[int] = []
        monkeypatch.setattr(queue, "wake", lambda ids, why: self.woken.extend(ids))
        self.die_at: int | None = None
        self.moments = 0
        self.dead = False
        self.tiktok = TikTok(self.clock)
        self._forget()
        self._rows()
        self.tiktok_wire = Wire(self.tiktok, self._moment)
        self.tiktok_out = Outside(self.tiktok_wire, self.authorisation.connection_id)
        tokens = RowTokens(self.authorisation.pk, self.tiktok_out)
        app = app_of(self.authorisation)
        self.client = Client(self.tiktok_out, app, tokens, self.clock)
        live._marketplaces[self.authorisation.pk] = live.Marketplace(self.client, self.tiktok_out, app)
        self.store_wire = Wire(lambda request: self.store.handle(request), self._moment)  # noqa: PLW0108 - made below
        self.store_out = Outside(self.store_wire, self.store_row.connection_id)
        self.store = FakeStore(self.store_out, self.clock)
        live._stores[self.store_row.pk] = live.WebStore(self.store, self.store_out, self.store_row.pk, "shopify")
        self._made = 0

    def _forget(self) -> None:
        live.forget_connections()
        channels.forget_channels()
        catalogue.forget_products()
        parcels_act._providers.clear()

    def _rows(self) -> None:
        now = self.clock()
        self.authorisation = Authorisation.objects.create(
            connection=Connection.objects.create(name="TikTok Shop", since=now, rate=1000, burst=1000),
            app_key=KEY,
            app_secret=SECRET,
            api_url="http://127.0.0.1",
            auth_url="http://127.0.0.1",
            access_token="access-1",
            refresh_token="refresh-1",
            access_expires=int(now) + 7 * 86400,
            refresh_expires=int(now) + 90 * 86400,
            open_id="open-1",
        )
        self.account = Account.objects.create(
            authorisation=self.authorisation, shop_id=SHOP_ID, name="Ada's shop", region="GB", cipher="cipher"
        )
        self.store_row = StoreRow.objects.create(
            connection=Connection.objects.create(name="Store", since=now, rate=1000, burst=1000),
            platform="shopify",
            address="ada.example",
            credentials="{}",
            currency="GBP",
        )
        self.channel = Channel.objects.create(account=self.account, store=self.store_row, start=0, policy={})

    # --- orders

    def order(self, units: int = 2, status: Status = Status.AWAITING_SHIPMENT, **changes: Any) -> str:
        """A new order on TikTok: units of 10.00 GBP, two of a SKU, 2.00 shipping."""
        self._made += 1
        order_id = f"5790000000{self._made:08d}"
        now = self.tiktok.now()
        lines = [
            {
                "id": f"{order_id}-{at}",
                "product_id": "1",
                "product_name": "Mug",
                "sku_id": f"s{at // 2}",
                "sku_name": "Blue",
                "seller_sku": f"MUG-{at // 2}",
                "currency": "GBP",
                "original_price": "10.00",
                "sale_price": "10.00",
                "display_status": status.value,
            }
            for at in range(units)
        ]
        self.tiktok.orders[order_id] = {
            "id": order_id,
            "status": status.value,
            "create_time": now - 100,
            "paid_time": now - 90,
            "update_time": now - 50,
            "fulfillment_type": "FULFILLMENT_BY_SELLER",
            "shipping_type": "SELLER",
            "delivery_option_id": "709",
            "delivery_option_name": "Shipped by seller",
            "is_on_hold_order": True,
            "user_id": "7021",
            "payment": {
                "currency": "GBP",
                "total_amount": f"{units * 10 + 2}.00",
                "sub_total": f"{units * 10}.00",
                "original_total_product_price": f"{units * 10}.00",
                "shipping_fee": "2.00",
                "original_shipping_fee": "2.00",
                "tax": "0",
            },
            "recipient_address": {
                "name": "Ada Byron",
                "address_line1": "1 Mill Lane",
                "postal_code": "LS1 1AA",
                "region_code": "GB",
                "post_town": "Leeds",
                "phone_number": "(+44)7700900123",
            },
            "line_items": lines,
            **changes,
        }
        return order_id

    def units(self, order_id: str) -> list[str]:
        return [line["id"] for line in self.tiktok.orders[order_id]["line_items"]]

    def row(self, order_id: str) -> Order:
        return Order.objects.get(tiktok_id=order_id)

    def binding(self, order_id: str) -> Binding:
        return Binding.objects.get(order__tiktok_id=order_id)

    def parcels(self, order_id: str) -> list[ParcelRow]:
        return list(ParcelRow.objects.filter(order__tiktok_id=order_id).order_by("id"))

    def problems(self, order_id: str) -> list[str]:
        rows = Problem.objects.filter(order__tiktok_id=order_id, closed_at__isnull=True)
        return sorted(rows.values_list("code", flat=True))

    def wish(self, order_id: str, verb: str, **args: Any) -> Instruction:
        return Instruction.objects.create(order=self.row(order_id), verb=verb, args=args, at=self.clock())

    def store_orders(self, order_id: str) -> list[Made]:
        return self.store.of(order_id)

    # --- the flow

    def read(self, order_id: str) -> None:
        """What a webhook does."""
        feeds.fetch_ids(self.account.pk, [order_id])

    def poll(self) -> None:
        feeds.poll(self.account.pk, "orders", 60)
        feeds.poll(self.account.pk, "cancellations", 60)

    def look(self, order_id: str) -> None:
        assert work(self.row(order_id).pk, "test")

    def carry(self, order_id: str, seconds: float = 1200.0) -> None:
        """Look, then look again whenever the row says so, until it wants nothing for `seconds`."""
        for _ in range(60):
            self.look(order_id)
            due_at = self.row(order_id).due_at
            if due_at is None or due_at > self.clock() + seconds:
                return
            self.clock.at = max(self.clock.at, due_at)
        raise AssertionError(f"no rest: {self.row(order_id).reason}, {self.problems(order_id)}")

    def bring(self, order_id: str) -> Made:
        """The usual way to a store order."""
        self.read(order_id)
        self.carry(order_id)
        (made,) = self.store_orders(order_id)
        return made

    # --- dying

    def _moment(self) -> None:
        """A moment at which a process may die; once dead, nothing is written any more."""
        if self.dead:
            raise Crash
        if self.die_at is not None:
            self.moments += 1
            if self.moments >= self.die_at:
                self.dead = True
                raise Crash

    @contextmanager
    def dying(self, at: int) -> Iterator[None]:
        """Die at the `at`-th moment: before an outside call or before a write to the database. After a call means
        before the write that follows it; inside a transaction what was written before is lost too."""

        def wrapper(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
            if not sql.lstrip().upper().startswith(WRITES):
                return execute(sql, params, many, context)
            self._moment()
            return execute(sql, params, many, context)

        self.die_at, self.moments, self.dead = at, 0, False
        try:
            with connection.execute_wrapper(wrapper):
                yield
        finally:
            self.die_at, self.dead = None, False

    def new_process(self) -> None:
        """Another process takes over: nothing in memory is left, the dead one's leases run out."""
        self.clock.sleep(61)
        catalogue.forget_products()
        parcels_act._providers.clear()


def together(*jobs: Callable[[], object]) -> list[BaseException]:
    """Run jobs at once in threads of their own; returns what they raised."""
    raised: list[BaseException] = []
    barrier = threading.Barrier(len(jobs))

    def run(job: Callable[[], object]) -> None:
        try:
            barrier.wait(20)
            job()
        except BaseException as error:  # noqa: BLE001 - handed to the test
            raised.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
        assert not thread.is_alive()
    return raised
