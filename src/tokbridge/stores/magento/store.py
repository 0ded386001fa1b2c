"""Magento as a store: joins the verbs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from tokbridge.core.plan import Plan, PlanAddress
from tokbridge.core.wire import Http
from tokbridge.stores.base import HookRefused, Journal
from tokbridge.stores.magento import health
from tokbridge.stores.magento.cancellations import Cancellations
from tokbridge.stores.magento.carriers import CARRIERS
from tokbridge.stores.magento.catalogue import Catalogue
from tokbridge.stores.magento.changes import Changes
from tokbridge.stores.magento.config import MagentoConfig
from tokbridge.stores.magento.invoices import Invoices
from tokbridge.stores.magento.orders import Orders
from tokbridge.stores.magento.parcels import Parcels
from tokbridge.stores.magento.shop import Shop
from tokbridge.stores.magento.statuses import Statuses
from tokbridge.stores.magento.stock import Stocks
from tokbridge.stores.magento.transport import Transport
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


class MagentoStore:
    """Implements `tokbridge.stores.base.Store`; see there for what each verb promises. `limits` is not used: Magento
    tells no quota."""

    platform = health.PLATFORM
    invoices = True
    poll_parcels = True  # late tracking numbers move no timestamp (reference magento-rest.md 10)

    def __init__(
        self, http: Http, config: MagentoConfig, clock: Callable[[], float], limits: object | None = None
    ) -> None:
        self.settle = config.settle
        self.stock_to_prove = config.remedied
        self._config = config
        self._transport = Transport(http, config, clock)
        self._shop = Shop(self._transport, config, clock)
        self._catalogue = Catalogue(self._transport, clock)
        self._invoices = Invoices(self._transport, config)
        self._orders = Orders(self._transport, config, self._shop, self._catalogue, self._invoices)
        self._parcels = Parcels(self._transport, config, self._orders, self._invoices)
        self._changes = Changes(self._transport, self._parcels, clock)
        self._cancellations = Cancellations(self._transport, config, self._orders, self._invoices)
        self._statuses = Statuses(self._transport, config, self._orders)
        self._stocks = Stocks(self._transport, config, self._shop)

    def check(self) -> Health:
        return health.check(self._transport, self._config, self._shop)

    def prepare(self, webhook_url: str | None) -> Prepared:
        """Nothing has to exist in the shop, and Magento Open Source has no webhooks: what is not right is told."""
        return Prepared(findings=tuple(finding for finding in self.check().findings if not finding.ok))

    def hints(self, headers: Mapping[str, str], body: bytes) -> Hint:
        raise HookRefused("Magento Open Source sends no webhooks")

    def find_products(self, skus: Sequence[str]) -> Mapping[str, Sequence[Variant]]:
        return self._catalogue.find(skus)

    def find_variants(self, text: str, limit: int) -> Sequence[Variant]:
        return self._catalogue.search(text, limit)

    def find_order(self, marker: str) -> StoreOrder | None:
        return self._orders.find(marker)

    def read_order(self, ref: str) -> StoreOrder | None:
        return self._orders.read(ref)

    def create_order(self, plan: Plan, journal: Journal) -> StoreOrder:
        """One call makes the whole order, so the journal has nothing to keep."""
        return self._orders.create(plan)

    def book_shipped(self, ref: str) -> None:
        """Invoice what is due: what is shipped and not yet invoiced, or all of a paid order where that is the policy.
        Beside the contract, for whoever sees that staff shipped something. Safe to repeat."""
        self._invoices.book(self._orders.known(ref))

    def changes_since(self, cursor: str) -> Page:
        return self._changes.since(cursor)

    def parcels_of(self, order_refs: Sequence[str]) -> Sequence[Parcel]:
        return self._parcels.of(order_refs)

    def add_parcel(self, order_ref: str, carrier: str, number: str, items: Sequence[ParcelItem]) -> Parcel:
        return self._parcels.add(order_ref, carrier, number, items)

    def cancel_order(self, ref: str, reason: str, restock: bool) -> bool:
        return self._cancellations.order(ref, reason, restock)

    def cancel_lines(self, ref: str, items: Sequence[ParcelItem], restock: bool, key: str) -> None:
        self._cancellations.lines(ref, items, restock, key)

    def update_address(self, ref: str, address: PlanAddress) -> None:
        self._orders.update_address(ref, address)

    def carriers(self) -> Sequence[Carrier]:
        return CARRIERS

    def statuses(self) -> Sequence[StoreStatus]:
        return self._statuses.all()

    def set_status(self, ref: str, status: str) -> None:
        self._statuses.give(ref, status)

    def stock(self, variants: Sequence[str]) -> Mapping[str, Stock]:
        return self._stocks.of(variants)

    def set_stock(self, variant: str, on_hand: int) -> None:
        self._stocks.set(variant, on_hand)
