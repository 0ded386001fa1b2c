"""The shop's memory: products, stock, customers, orders and what points at them."""

from collections import deque
from collections.abc import Callable
from typing import Any, Protocol

from tokbridge.sandbox.shopify.search import DATE, KEYWORD, NUMBER, TEXT, SearchIndex
from tokbridge.sandbox.shopify.totals import financial_status, fulfillment_status, settle_totals
from tokbridge.sandbox.shopify.values import Doc

ORDER_FILTERS = {
    "id": NUMBER, "name": TEXT, "email": KEYWORD, "source_identifier": KEYWORD, "source_name": KEYWORD, "tag": KEYWORD,
    "sku": TEXT, "status": KEYWORD, "financial_status": KEYWORD, "fulfillment_status": KEYWORD, "po_number": KEYWORD,
    "test": KEYWORD, "created_at": DATE, "updated_at": DATE, "processed_at": DATE,
}  # fmt: skip
VARIANT_FILTERS = {
    "id": NUMBER, "sku": TEXT, "barcode": TEXT, "title": TEXT, "product_id": NUMBER, "product_status": KEYWORD,
    "vendor": KEYWORD, "tag": KEYWORD, "inventory_quantity": NUMBER, "updated_at": DATE,
}  # fmt: skip
PRODUCT_FILTERS = {
    "id": NUMBER, "title": TEXT, "sku": TEXT, "vendor": KEYWORD, "status": KEYWORD, "tag": KEYWORD, "handle": KEYWORD,
    "product_type": KEYWORD, "created_at": DATE, "updated_at": DATE,
}  # fmt: skip

Event = Callable[[str, Doc, Doc], None]


class Store(Protocol):
    """Keeps a document for the next start."""

    def __call__(self, kind: str, key: str, document: object) -> None: ...


class Shop:
    """All of it lives in memory; every change goes through a `save_…` that keeps it, indexes it and tells the hooks."""

    def __init__(
        self,
        settings: Doc,
        now: Callable[[], float],
        store: Store,
        load: Callable[[str], dict[str, Any]],
    ) -> None:
        self.settings = settings
        self.now = now
        self._store = store
        self.listeners: list[Event] = []
        self.recent_creates: deque[float] = deque()
        lag = self._lag
        self.order_index = SearchIndex(ORDER_FILTERS, now, lag)
        self.variant_index = SearchIndex(VARIANT_FILTERS, now, lag)
        self.product_index = SearchIndex(PRODUCT_FILTERS, now, lag)
        self.locations: dict[int, Doc] = _numbered(load("location"))
        self.products: dict[int, Doc] = {}
        self.variants: dict[int, Doc] = {}
        self.items: dict[int, Doc] = {}
        self.by_sku: dict[str, set[int]] = {}
        self.customers: dict[int, Doc] = {}
        self.customer_by_email: dict[str, int] = {}
        self.orders: dict[int, Doc] = {}
        self.unshipped: set[int] = set()
        self.parents: dict[tuple[str, int], int] = {}
        self.by_metafield: dict[tuple[str, str, str], int] = {}
        self.definitions: dict[int, Doc] = _numbered(load("definition"))
        self.jobs: dict[str, Doc] = load("job")
        self.keys: dict[str, Doc] = load("key")
        self._counters: Doc = load("counter").get("all", {"id": 5_000_000_000, "order": 1000})
        for product in load("product").values():
            self._place_product(product, at_once=True)
        for customer in load("customer").values():
            self._place_customer(customer)
        for order in load("order").values():
            for shipment in order["fulfillments"]:
                shipment.setdefault("events", [])  # files of before this field
            self._place_order(order, at_once=True)
        if not self.locations:
            self.add_location("Main warehouse")

    def _lag(self) -> float:
        return float(self.settings["search_lag_seconds"])

    def keep(self, kind: str, key: object, document: object) -> None:
        """Keep a document that needs no index."""
        self._store(kind, str(key), document)

    def next_id(self) -> int:
        """A number no object has yet."""
        self._counters["id"] += 1
        self._store("counter", "all", self._counters)
        return int(self._counters["id"])

    def next_order_number(self) -> int:
        """The shop's own counter of orders."""
        self._counters["order"] += 1
        return int(self._counters["order"])

    def tell(self, topic: str, subject: Doc, order: Doc) -> None:
        """An event for webhooks: topic as in the header, the object, and the order it belongs to ({} if none)."""
        for listener in self.listeners:
            listener(topic, subject, order)

    def settle(self) -> None:
        """Make searchable what is old enough, little by little rather than all at once in a search."""
        for index in (self.order_index, self.variant_index, self.product_index):
            index.settle()

    def add_location(self, name: str) -> Doc:
        """An active location of the merchant."""
        location: Doc = {"id": self.next_id(), "name": name, "isActive": True, "createdAt": self.now()}
        self.locations[location["id"]] = location
        self.keep("location", location["id"], location)
        return location

    def default_location(self) -> int:
        """Where an order is fulfilled when stock does not decide it."""
        return min(self.locations)

    def save_product(self, product: Doc, *, at_once: bool = False) -> None:
        """Keep a product with its variants and their stock; searchable after the lag, or at once."""
        product["updatedAt"] = self.now()
        self._place_product(product, at_once=at_once)
        self.keep("product", product["id"], product)

    def save_customer(self, customer: Doc) -> None:
        """Keep a customer."""
        customer["updatedAt"] = self.now()
        self._place_customer(customer)
        self.keep("customer", customer["id"], customer)

    def save_order(self, order: Doc, *topics: str) -> None:
        """Keep a changed order; orders/updated and the given topics go out."""
        order["updatedAt"] = self.now()
        self._place_order(order)
        self.keep("order", order["id"], order)
        for topic in topics:
            self.tell(topic, order, order)
        if "orders/create" not in topics:
            self.tell("orders/updated", order, order)

    def order_of(self, kind: str, number: int) -> Doc | None:
        """The order a part (Fulfillment, FulfillmentOrder, LineItem, …) belongs to."""
        found = self.parents.get((kind, number))
        return None if found is None else self.orders[found]

    def definition(self, namespace: str, key: str, owner: str = "ORDER") -> Doc | None:
        """The metafield definition of that name."""
        return next(
            (
                found
                for found in self.definitions.values()
                if (found["namespace"], found["key"], found["ownerType"]) == (namespace, key, owner)
            ),
            None,
        )

    def _place_product(self, product: Doc, *, at_once: bool = False) -> None:
        self.products[product["id"]] = product
        for variant in product["variants"]:
            self.variants[variant["id"]] = variant
            self.items[variant["itemId"]] = variant
            self.by_sku.setdefault(variant["sku"] or "", set()).add(variant["id"])
            row = {
                "id": variant["id"], "sku": variant["sku"], "barcode": variant["barcode"], "title": variant["title"],
                "product_id": product["id"], "product_status": product["status"], "vendor": product["vendor"],
                "tag": product["tags"], "updated_at": product["updatedAt"],
                "inventory_quantity": sum(level["available"] for level in variant["levels"].values()),
            }  # fmt: skip
            self.variant_index.put(variant["id"], row, at_once=at_once)
        row = {
            "id": product["id"], "title": product["title"], "sku": [item["sku"] for item in product["variants"]],
            "vendor": product["vendor"], "status": product["status"], "tag": product["tags"],
            "handle": product["handle"], "product_type": "", "created_at": product["createdAt"],
            "updated_at": product["updatedAt"],
        }  # fmt: skip
        self.product_index.put(product["id"], row, at_once=at_once)

    def _place_customer(self, customer: Doc) -> None:
        self.customers[customer["id"]] = customer
        if customer["email"]:
            self.customer_by_email[customer["email"].lower()] = customer["id"]

    def _place_order(self, order: Doc, *, at_once: bool = False) -> None:
        self.orders[order["id"]] = order
        if order["cancelledAt"] is None and any(one["status"] != "CLOSED" for one in order["fulfillmentOrders"]):
            self.unshipped.add(order["id"])
        settle_totals(order)
        for kind, part in (
            ("LineItem", "lines"), ("FulfillmentOrder", "fulfillmentOrders"), ("Fulfillment", "fulfillments"),
            ("Refund", "refunds"), ("OrderTransaction", "transactions"),
        ):  # fmt: skip
            for item in order[part]:
                self.parents[(kind, item["id"])] = order["id"]
        for field in order["metafields"]:
            self.by_metafield.setdefault((field["namespace"], field["key"], field["value"]), order["id"])
        self.order_index.put(order["id"], self._order_row(order), at_once=at_once)

    def _order_row(self, order: Doc) -> Doc:
        closed, cancelled = order["closedAt"] is not None, order["cancelledAt"] is not None
        status = ["any", "closed" if closed else "open"]
        status += [*(["cancelled"] if cancelled else []), *([] if closed else ["not_closed"])]
        return {
            "id": order["id"], "name": order["name"], "email": order["email"], "po_number": order["poNumber"],
            "source_identifier": order["sourceIdentifier"], "source_name": order["sourceName"],
            "tag": list(order["tags"]), "sku": [line["sku"] for line in order["lines"] if line["sku"]],
            "status": status, "financial_status": (financial_status(order) or "").lower(),
            "fulfillment_status": rest_word(fulfillment_status(order)), "test": str(order["test"]).lower(),
            "created_at": order["createdAt"], "updated_at": order["updatedAt"], "processed_at": order["processedAt"],
            "total": float(order["totals"]["total"]),
        }  # fmt: skip


def rest_word(status: str) -> str:
    """The fulfilment status in the words of search and REST."""
    return {"FULFILLED": "fulfilled", "PARTIALLY_FULFILLED": "partial", "ON_HOLD": "on_hold"}.get(status, "unfulfilled")


def _numbered(documents: dict[str, Any]) -> dict[int, Doc]:
    return {int(key): document for key, document in documents.items()}
