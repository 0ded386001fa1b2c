"""Shopify as a store: joins the verbs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from tokbridge.core.plan import Plan, PlanAddress
from tokbridge.core.wire import Http
from tokbridge.stores.base import Journal, Throttle
from tokbridge.stores.nouns import (
    Carrier,
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
from tokbridge.stores.shopify import health, prepare, webhooks
from tokbridge.stores.shopify.cancellations import Cancellations
from tokbridge.stores.shopify.carriers import CARRIERS
from tokbridge.stores.shopify.catalogue import Catalogue
from tokbridge.stores.shopify.config import ShopifyConfig
from tokbridge.stores.shopify.orders import Orders
from tokbridge.stores.shopify.parcels import Parcels
from tokbridge.stores.shopify.statuses import STATUSES, Statuses
from tokbridge.stores.shopify.stock import StockLevels
from tokbridge.stores.shopify.transport import Transport


class ShopifyStore:
    """Implements `tokbridge.stores.base.Store`; see there for what each verb promises."""

    platform = health.PLATFORM
    poll_parcels = False  # a page of changes carries the parcels
    invoices = False
    stock_to_prove = False  # Shopify takes the stock itself when it creates the order

    def __init__(
        self, http: Http, config: ShopifyConfig, clock: Callable[[], float], limits: Throttle | None = None
    ) -> None:
        self.settle = config.settle_s
        self._config = config
        self._clock = clock
        self._transport = Transport(http, config, clock, limits)
        self._orders = Orders(self._transport)
        self._parcels = Parcels(self._transport, clock)
        self._cancellations = Cancellations(self._transport)
        self._catalogue = Catalogue(self._transport)
        self._statuses = Statuses(self._transport)
        self._stock = StockLevels(self._transport)

    def check(self) -> Health:
        return health.check(self._transport, self._config)

    def prepare(self, webhook_url: str | None) -> Prepared:
        return prepare.prepare(self._transport, webhook_url)

    def hints(self, headers: Mapping[str, str], body: bytes) -> Hint:
        return webhooks.hint(headers, body, self._config.shop, self._config.signing_secrets)

    def find_products(self, skus: Sequence[str]) -> Mapping[str, Sequence[Variant]]:
        return self._catalogue.find(skus)

    def find_variants(self, text: str, limit: int) -> Sequence[Variant]:
        return self._catalogue.search(text, limit)

    def find_order(self, marker: str) -> StoreOrder | None:
        return self._orders.find(marker)

    def read_order(self, ref: str) -> StoreOrder | None:
        return self._orders.read(ref)

    def create_order(self, plan: Plan, journal: Journal) -> StoreOrder:
        """One mutation makes the whole order, so the journal has nothing to keep."""
        return self._orders.create(plan, self._clock())

    def changes_since(self, cursor: str) -> Page:
        return self._parcels.changes_since(cursor)

    def parcels_of(self, order_refs: Sequence[str]) -> Sequence[Parcel]:
        return self._parcels.of(order_refs)

    def add_parcel(self, order_ref: str, carrier: str, number: str, items: Sequence[ParcelItem]) -> Parcel:
        return self._parcels.add(order_ref, carrier, number, items)

    def book_shipped(self, ref: str) -> None:
        """Shopify has no invoices; an order is paid when it is created."""

    def cancel_order(self, ref: str, reason: str, restock: bool) -> bool:
        return self._cancellations.order(ref, reason, restock)

    def cancel_lines(self, ref: str, items: Sequence[ParcelItem], restock: bool, key: str) -> None:
        self._cancellations.lines(ref, items, restock, key)

    def update_address(self, ref: str, address: PlanAddress) -> None:
        self._orders.update_address(ref, address)

    def carriers(self) -> Sequence[Carrier]:
        return CARRIERS

    def statuses(self) -> Sequence[StoreStatus]:
        """Beside these a tag can be added: "tag:NAME"."""
        return STATUSES

    def set_status(self, ref: str, status: str) -> None:
        self._statuses.give(ref, status)

    def stock(self, variants: Sequence[str]) -> Mapping[str, Stock]:
        return self._stock.read(variants)

    def set_stock(self, variant: str, on_hand: int) -> None:
        self._stock.put(variant, on_hand)
