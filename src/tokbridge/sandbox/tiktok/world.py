"""The state of the TikTok Shop sandbox: shops, orders, packages, cancellations, and what makes search fast."""

import heapq
from bisect import bisect_left, insort
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tokbridge.sandbox.tiktok.errors import NOT_YOURS, ApiError
from tokbridge.sandbox.wire import Json, Reject, dump

Store = Callable[[str, str, object], None]
TIMES = ("create_time", "update_time")


@dataclass
class Order:
    """One order. `doc` is what the API shows except the address, `address` the true one, `raw` a template's overrides.

    entered: when the present status began (float seconds). history: [{"status", "at"}]. tracking: events, newest last.
    external: references by platform.
    """

    shop_id: str
    doc: Json
    address: Json
    entered: float
    raw: Json = field(default_factory=dict)
    history: list[Json] = field(default_factory=list)
    tracking: list[Json] = field(default_factory=list)
    external: dict[str, Json] = field(default_factory=dict)

    @property
    def id(self) -> str:
        return str(self.doc["id"])

    @property
    def status(self) -> str:
        return str(self.doc["status"])

    @property
    def lines(self) -> list[Json]:
        lines: list[Json] = self.doc["line_items"]
        return lines

    @property
    def live_lines(self) -> list[Json]:
        """The lines that are not cancelled."""
        return [line for line in self.lines if line["display_status"] != "CANCELLED"]

    @property
    def waiting_lines(self) -> list[Json]:
        """Live lines that are not shipped yet."""
        return [line for line in self.live_lines if "rts_time" not in line]


Key = tuple[str, str, str]


class World:
    """Everything there is. Change an object, then call its `save_…`."""

    def __init__(self, store: Store, load: Callable[[str], dict[str, Any]], show: Callable[[Order], Json]) -> None:
        self._store = store
        self._show = show
        self._dumped: dict[str, bytes] = {}
        self._indexed: dict[str, list[tuple[Key, tuple[int, str]]]] = {}
        self._index: dict[Key, list[tuple[int, str]]] = defaultdict(list)
        self._due: dict[str, list[tuple[float, str]]] = defaultdict(list)
        self._number: int = load("meta").get("number", 0)
        self.shops: dict[str, Json] = load("shop")
        self.packages: dict[str, Json] = load("package")
        self.cancellations: dict[str, Json] = load("cancellation")
        self.hooks: dict[str, Json] = load("webhooks")
        self._products: dict[str, dict[str, Json]] = defaultdict(dict)
        for product in load("product").values():
            self._products[product["shop_id"]][product["id"]] = product
        self.orders: dict[str, Order] = {}
        for stored in load("order").values():
            order = Order(**stored)
            self.orders[order.id] = order
            self._reindex(order)
        for cancellation in self.cancellations.values():
            self._await_answer(cancellation)

    def number(self, prefix: str) -> str:
        """A fresh id: `prefix` and 15 digits, unique since the factor is coprime to ten."""
        self._number += 1
        self._store("meta", "number", self._number)
        return f"{prefix}{self._number * 7_919_000_017 % 10**15:015d}"

    def save_shop(self, shop: Json) -> None:
        self.shops[shop["id"]] = shop
        self._store("shop", shop["id"], shop)

    def save_product(self, product: Json) -> None:
        self._products[product["shop_id"]][product["id"]] = product
        self._store("product", f"{product['shop_id']}/{product['id']}", product)

    def product(self, shop_id: str, product_id: str) -> Json | None:
        return self._products[shop_id].get(product_id)

    def products_of(self, shop_id: str) -> list[Json]:
        return list(self._products[shop_id].values())

    def save_order(self, order: Order) -> None:
        self.orders[order.id] = order
        self._dumped.pop(order.id, None)
        self._store("order", order.id, vars(order))
        self._reindex(order)

    def save_package(self, package: Json) -> None:
        self.packages[package["id"]] = package
        self._store("package", package["id"], package)

    def save_cancellation(self, cancellation: Json) -> None:
        self.cancellations[cancellation["cancel_id"]] = cancellation
        self._store("cancellation", cancellation["cancel_id"], cancellation)
        self._await_answer(cancellation)

    def save_hooks(self, shop_id: str, hooks: Json) -> None:
        self.hooks[shop_id] = hooks
        self._store("webhooks", shop_id, hooks)

    def order(self, order_id: str) -> Order:
        """For control calls; an unknown id is refused."""
        if order_id not in self.orders:
            raise Reject(f"no order {order_id}")
        return self.orders[order_id]

    def order_of(self, shop: Json, order_id: str) -> Order:
        """For API calls: another seller's order looks like an unknown one (21008111)."""
        order = self.orders.get(order_id)
        if order is None or order.shop_id != shop["id"]:
            raise ApiError(NOT_YOURS)
        return order

    def package_of(self, shop: Json, package_id: str) -> Json:
        """For API calls, as `order_of`."""
        package = self.packages.get(package_id)
        if package is None or package["shop_id"] != shop["id"]:
            raise ApiError(NOT_YOURS)
        return package

    def cancellations_of(self, order: Order) -> list[Json]:
        """The order's cancellations, oldest first."""
        return [self.cancellations[one] for one in order.doc.get("_cancellations", ())]

    def packages_of(self, order: Order) -> list[Json]:
        """The order's packages that are not cancelled, oldest first."""
        packages = [self.packages[one["id"]] for one in order.doc.get("packages", ())]
        return [one for one in packages if one["status"] != "CANCELLED"]

    def dumped(self, order_id: str) -> bytes:
        """The order as the API shows it, as JSON; dumped once per change."""
        body = self._dumped.get(order_id)
        if body is None:
            body = self._dumped[order_id] = dump(self._show(self.orders[order_id]))
        return body

    def between(self, shop_id: str, status: str, time_field: str, since: int, until: int) -> list[tuple[int, str]]:
        """(time, order id) of a shop's orders in a status ("" = any) with since <= time < until, oldest first."""
        entries = self._index[(shop_id, status, time_field)]
        return entries[bisect_left(entries, (since, "")) : bisect_left(entries, (until, ""))]

    def overdue(self, status: str, before: float, limit: int) -> list[str]:
        """Orders whose present `status` (or cancellations, status "request") began at or before a time; each once."""
        found: list[str] = []
        heap = self._due[status]
        while heap and heap[0][0] <= before and len(found) < limit:
            began, key = heapq.heappop(heap)
            if status == "request":
                if self.cancellations[key]["cancel_status"] == "CANCELLATION_REQUEST_PENDING":
                    found.append(key)
            elif self.orders[key].status == status and self.orders[key].entered == began:
                found.append(key)
        return found

    def _await_answer(self, cancellation: Json) -> None:
        if cancellation["cancel_status"] == "CANCELLATION_REQUEST_PENDING":
            heapq.heappush(self._due["request"], (float(cancellation["create_time"]), cancellation["cancel_id"]))

    def _reindex(self, order: Order) -> None:
        entries = [
            ((order.shop_id, status, name), (int(order.doc[name]), order.id))
            for status in ("", order.status)
            for name in TIMES
        ]
        old = self._indexed.get(order.id, [])
        if entries == old:
            return
        for key, entry in old:
            listed = self._index[key]
            del listed[bisect_left(listed, entry)]
        for key, entry in entries:
            insort(self._index[key], entry)
        if not old or old[-1][0] != entries[-1][0]:
            heapq.heappush(self._due[order.status], (order.entered, order.id))
        self._indexed[order.id] = entries
