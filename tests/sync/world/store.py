"""The store's side in memory: the contract of a store, answered through a wire that can fail."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from tests.sync.world.shop import Made, Shop
from tests.sync.world.wire import Clock
from tokbridge.core.errors import OrderGone, OutsideError, Refused
from tokbridge.core.matching import has_words
from tokbridge.core.plan import Plan, PlanAddress
from tokbridge.core.wire import Request, Response
from tokbridge.stores.base import HookMalformed, HookRefused, Journal
from tokbridge.stores.nouns import (
    Carrier,
    Change,
    Finding,
    Health,
    Hint,
    Page,
    Parcel,
    ParcelItem,
    Prepared,
    Stock,
    StoreOrder,
    StoreStatus,
    Variant,
)
from tokbridge.sync.limits import Outside

STATUSES = ("PAID", "PACKING", "SHIPPED", "DONE")


class FakeStore(Shop):
    """Implements `stores.base.Store` in memory, without a key of its own that would refuse a double. `errors`: what a
    verb raises instead of doing anything. Whatever has a verb for it, staff may do as well (see `Shop`)."""

    platform = "shopify"
    settle = 120.0
    poll_parcels = False
    invoices = False
    stock_to_prove = False

    def __init__(self, outside: Outside, clock: Clock) -> None:
        super().__init__(clock)
        self._outside = outside
        self._local = threading.local()
        self.errors: dict[str, OutsideError] = {}
        self.findings: tuple[Finding, ...] = (Finding("credentials", True, "accepted"),)
        self.parcels_asked: list[list[str]] = []  # the store orders of each `parcels_of`

    def handle(self, request: Request) -> Response:
        if request.operation in self.errors:
            raise self.errors[request.operation]
        self._local.answer = self._local.job()
        return Response(200, {}, b"")

    def _call(self, operation: str, write: bool, job: Callable[[], Any]) -> Any:
        self._local.job = job
        self._outside.send(Request(operation, "POST", "http://127.0.0.1/", write=write))
        return self._local.answer

    # --- the contract

    def _there(self, ref: str) -> Made:
        one = self.one(ref)
        if one is None:
            raise OrderGone(f"the store has no order {ref}")
        return one

    def check(self) -> Health:
        def job() -> Health:
            return Health(all(one.ok for one in self.findings), self.platform, "1", "GBP", "Ada's store", self.findings)

        health: Health = self._call("check", False, job)
        return health

    def prepare(self, webhook_url: str | None) -> Prepared:
        prepared: Prepared = self._call("prepare", True, Prepared)
        return prepared

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
            return {sku: [*self._variants(sku)] for sku in skus}

        found: dict[str, list[Variant]] = self._call("find_products", False, job)
        return found

    def _variants(self, sku: str) -> Iterator[Variant]:
        """As many as have it, the others beside the first under references of their own."""
        for n in range(self.twins.get(sku, 1) if self.knows(sku) else 0):
            yield Variant(f"v-{sku}" + "x" * n, sku, self.titles.get(sku, sku), "", f"p-{sku}")

    def find_variants(self, text: str, limit: int) -> Sequence[Variant]:
        def job() -> list[Variant]:
            named = (
                Variant(f"v-{sku}", sku, self.titles.get(sku, sku), "", f"p-{sku}") for sku in sorted(self.skus or ())
            )
            return [one for one in named if has_words(text, one.title, one.sku)][:limit] if text.strip() else []

        found: list[Variant] = self._call("find_variants", False, job)
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
            now = self._clock()
            self.ever_made += 1
            one = Made(f"so-{self.ever_made}", plan, address=plan.address, visible_at=now + self.lag, made_at=now)
            self.made.append(one)
            self._touch(one)
            return self._read(one)

        found: StoreOrder = self._call("create_order", True, job)
        return found

    def changes_since(self, cursor: str) -> Page:
        def job() -> Page:
            since = float(cursor or 0) - 5
            changes = tuple(
                Change(
                    one.ref, one.plan.marker, self._status(one), one.cancelled, "", tuple(one.parcels), one.updated_at
                )
                for one in self.made
                if one.updated_at >= since
            )
            return Page(changes, str(self._clock()), False)

        page: Page = self._call("changes_since", False, job)
        return page

    def parcels_of(self, order_refs: Sequence[str]) -> Sequence[Parcel]:
        def job() -> list[Parcel]:
            self.parcels_asked.append(list(order_refs))
            return [parcel for one in self.made if one.ref in order_refs for parcel in one.parcels]

        parcels: list[Parcel] = self._call("parcels_of", False, job)
        return parcels

    def add_parcel(self, order_ref: str, carrier: str, number: str, items: Sequence[ParcelItem]) -> Parcel:
        def job() -> Parcel:
            one = self._there(order_ref)
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
            one = self._there(ref)
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
            one = self._there(ref)
            if key not in one.off:
                one.off[key] = tuple(unit for item in items for unit in item.line_ids)
                self._touch(one)

        self._call("cancel_lines", True, job)

    def update_address(self, ref: str, address: PlanAddress) -> None:
        def job() -> None:
            one = self._there(ref)
            one.address = address

        self._call("update_address", True, job)

    def book_shipped(self, ref: str) -> None:
        """Like Magento: what was shipped and is on no invoice yet; nothing when there is no such unit."""

        def job() -> None:
            one = self._there(ref)
            left = tuple(unit for unit in one.units_shipped if unit not in one.units_invoiced)
            if left:
                one.invoices.append(left)
                self._touch(one)

        self._call("book_shipped", True, job)

    def carriers(self) -> Sequence[Carrier]:
        return [Carrier("rm", "Royal Mail")]

    def statuses(self) -> Sequence[StoreStatus]:
        def job() -> list[StoreStatus]:
            return [StoreStatus(code, code.title()) for code in STATUSES]

        found: list[StoreStatus] = self._call("statuses", False, job)
        return found

    def set_status(self, ref: str, status: str) -> None:
        def job() -> None:
            one = self._there(ref)
            if status not in STATUSES:
                raise Refused("no such status", f"the store has no status {status!r}")
            if one.cancelled:
                raise Refused("cancelled", "a cancelled order keeps its status")
            if one.status != status:
                self.staff_status(one, status)

        self._call("set_status", True, job)

    def stock(self, variants: Sequence[str]) -> Mapping[str, Stock]:
        def job() -> dict[str, Stock]:
            return {one: self.stock_of(sku) for one in variants if self.knows(sku := one.removeprefix("v-"))}

        found: dict[str, Stock] = self._call("stock", False, job)
        return found

    def set_stock(self, variant: str, on_hand: int) -> None:
        def job() -> None:
            sku = variant.removeprefix("v-")
            if not self.knows(sku) or sku in self.uncounted:
                raise Refused("no stock", f"{variant} is not there, or is not counted")
            self.count(sku, on_hand)

        self._call("set_stock", True, job)
