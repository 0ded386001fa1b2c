"""The PrestaShop store: joins the parts to the contract."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from tokbridge.core.errors import Actor, OrderGone, Refused
from tokbridge.core.plan import Plan, PlanAddress
from tokbridge.core.saying import say
from tokbridge.core.wire import Http
from tokbridge.stores.base import HookRefused, Journal, OpenGate, StockGate
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
from tokbridge.stores.prestashop import health
from tokbridge.stores.prestashop.cancellations import Cancellations
from tokbridge.stores.prestashop.catalogue import Catalogue
from tokbridge.stores.prestashop.changes import Changes
from tokbridge.stores.prestashop.config import PrestaShopConfig
from tokbridge.stores.prestashop.creation import Creation
from tokbridge.stores.prestashop.orders import Orders
from tokbridge.stores.prestashop.parcels import Parcels
from tokbridge.stores.prestashop.shelf import Shelf
from tokbridge.stores.prestashop.shopfacts import ShopFacts
from tokbridge.stores.prestashop.transport import Transport


class PrestaShopStore:
    """One shop behind its webservice. `limits` is there because every platform's factory is given one: PrestaShop tells
    no limits of its own."""

    platform = "prestashop"
    invoices = False
    poll_parcels = True  # a tracking number touches nothing that the feed could see (reference 1, fact 10)
    stock_to_prove = False  # an order takes stock by itself

    def __init__(
        self,
        http: Http,
        config: PrestaShopConfig,
        clock: Callable[[], float],
        limits: object | None = None,
        gate: StockGate | None = None,
    ) -> None:
        self.settle = config.settle
        self._config = config
        gate = gate or OpenGate()
        self._transport = Transport(http, config, gate)
        self._facts = ShopFacts(self._transport, config, clock)
        self._orders = Orders(self._transport, self._facts)
        self._creation = Creation(self._transport, self._facts, self._orders, config)
        self._parcels = Parcels(self._transport, self._facts)
        self._changes = Changes(self._transport, self._facts, self._parcels, clock)
        self._catalogue = Catalogue(self._transport, self._facts, config)
        self._cancellations = Cancellations(
            self._transport, self._facts, Shelf(self._transport, self._facts, self._catalogue, gate)
        )

    def check(self) -> Health:
        self._facts.forget()
        return health.check(self._transport, self._facts, self._config)

    def prepare(self, webhook_url: str | None) -> Prepared:
        """PrestaShop needs nothing made, and has no webhooks in its core; findings only."""
        return Prepared(findings=tuple(finding for finding in self.check().findings if not finding.ok))

    def hints(self, headers: Mapping[str, str], body: bytes) -> Hint:
        raise HookRefused("PrestaShop has no webhooks: changes are polled")

    def find_products(self, skus: Sequence[str]) -> Mapping[str, Sequence[Variant]]:
        return self._catalogue.find(skus)

    def find_variants(self, text: str, limit: int) -> Sequence[Variant]:
        return self._catalogue.search(text, limit)

    def find_order(self, marker: str) -> StoreOrder | None:
        return self._orders.find(marker)

    def read_order(self, ref: str) -> StoreOrder | None:
        return self._orders.read(ref)

    def create_order(self, plan: Plan, journal: Journal) -> StoreOrder:
        return self._creation.create(plan, journal)

    def changes_since(self, cursor: str) -> Page:
        return self._changes.since(cursor)

    def parcels_of(self, order_refs: Sequence[str]) -> Sequence[Parcel]:
        return self._parcels.of(order_refs)

    def add_parcel(self, order_ref: str, carrier: str, number: str, items: Sequence[ParcelItem]) -> Parcel:
        return self._parcels.add(order_ref, carrier, number, items)

    def book_shipped(self, ref: str) -> None:
        """The shop invoices by the order's state, by itself."""

    def cancel_order(self, ref: str, reason: str, restock: bool) -> bool:
        return self._cancellations.order(ref, restock)

    def cancel_lines(self, ref: str, items: Sequence[ParcelItem], restock: bool, key: str) -> None:
        self._cancellations.lines(ref, items, restock, key)

    def update_address(self, ref: str, address: PlanAddress) -> None:
        self._orders.update_address(ref, address)

    def carriers(self) -> Sequence[Carrier]:
        return self._parcels.carriers()

    def statuses(self) -> Sequence[StoreStatus]:
        return [StoreStatus(state.id, state.name) for state in self._facts.states.values() if not state.deleted]

    def set_status(self, ref: str, status: str) -> None:
        """By a line of order_histories, which mails nobody; a PATCH of the order would (reference 6). An unknown state or
        order would answer an empty 500, so both are looked at first."""
        state = self._facts.states.get(status)
        if state is None or state.deleted:
            raise Refused("no such status", say("PrestaShop has no order state {id}", id=status), Actor.OPERATOR)
        order = self._transport.one("orders", ref)
        if order is None:
            raise OrderGone(say("PrestaShop has no order {order}", order=ref))
        if str(order.get("current_state")) != status:
            self._transport.post("order_histories", {"id_order": ref, "id_order_state": status})

    def stock(self, variants: Sequence[str]) -> Mapping[str, Stock]:
        return self._catalogue.stock(variants)

    def set_stock(self, variant: str, on_hand: int) -> None:
        self._catalogue.set_stock(variant, on_hand)
