"""Finding, reading, creating and changing store orders (reference magento-rest.md 4 to 7)."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from tokbridge.core.errors import Actor, OrderGone, OutsideError, Refused, Unknown
from tokbridge.core.plan import Plan, PlanAddress
from tokbridge.core.saying import say
from tokbridge.stores.magento import readback
from tokbridge.stores.magento.addresses import NOWHERE, address_input
from tokbridge.stores.magento.answers import Json, Missing
from tokbridge.stores.magento.catalogue import Catalogue
from tokbridge.stores.magento.config import REMEDIES, MagentoConfig
from tokbridge.stores.magento.invoices import Invoices
from tokbridge.stores.magento.mapping import Place, order_input
from tokbridge.stores.magento.search import Where, criteria
from tokbridge.stores.magento.shop import Shop
from tokbridge.stores.magento.transport import Transport, as_id
from tokbridge.stores.nouns import StoreOrder

_MANY = 5  # of one marker: more than one is already too many


class Orders:
    def __init__(
        self, transport: Transport, config: MagentoConfig, shop: Shop, catalogue: Catalogue, invoices: Invoices
    ) -> None:
        self._transport = transport
        self._config = config
        self._shop = shop
        self._catalogue = catalogue
        self._invoices = invoices

    def find(self, marker: str) -> StoreOrder | None:
        """By ext_order_id, which has no unique key. Raises Refused when several orders carry the marker."""
        found = self._search(Where("ext_order_id", "eq", marker))
        found = [order for order in found if order.get("ext_order_id") == marker]
        if len(found) > 1:
            both = ", ".join(f"{order.get('increment_id')} ({order.get('entity_id')})" for order in found)
            words = say("several Magento orders carry the TikTok order {order}: {orders}", order=marker, orders=both)
            raise Refused("doubled", words, Actor.OPERATOR)
        return readback.store_order(found[0]) if found else None

    def read(self, ref: str) -> StoreOrder | None:
        order = self.node(ref)
        return readback.store_order(order) if order else None

    def node(self, ref: str) -> Json | None:
        """The whole order as Magento tells it, None when there is none."""
        try:
            return self._transport.read_object("orders.get", f"orders/{as_id(ref)}")
        except Missing:
            return None

    def known(self, ref: str) -> Json:
        """The whole order. Raises Refused when there is none."""
        order = self.node(ref)
        if order is None:
            raise OrderGone(say("Magento has no order with the id {order}", order=ref))
        return order

    def create(self, plan: Plan) -> StoreOrder:
        """Once. `PUT /V1/orders/create` needs Magento_Sales::create in every release, where `POST /V1/orders` needs a
        further right in newer ones (reference 4). The unique key makes a second attempt harmless."""
        if self._config.stock_remedy not in REMEDIES:
            words = say("say first how stock is reserved for TikTok's orders: {choices}", choices=", ".join(REMEDIES))
            raise Refused("stock_remedy", words, Actor.OWNER)
        body = order_input(plan, self._place(plan), self._config)
        try:
            answer = self._transport.write("orders.create", "PUT", "orders/create", body)
        except Refused as error:
            if error.code != "unique":
                raise
            ref = self._taken(plan, error)
        else:
            ref = _id_of(answer)
        return self._read_back(ref)

    def update_address(self, ref: str, address: PlanAddress) -> None:
        """Both addresses of the order, one call each: the only way to correct them (reference 9)."""
        order = self.known(ref)
        regions = self._shop.regions(address.country_code) if address.country_code else ()
        country = self._shop.view().country
        for kind, present in _addresses(order):
            email = str(present.get("email") or order.get("customer_email") or "")
            wanted = address_input(address, kind, email, regions, country)
            if all(present.get(name) == value for name, value in wanted.items()):
                continue
            entity = wanted | {"entity_id": present["entity_id"], "parent_id": int(ref)}
            self._transport.write("orders.address", "PUT", f"orders/{as_id(ref)}", {"entity": entity})

    def _place(self, plan: Plan) -> Place:
        view = self._shop.view()
        address = plan.address or NOWHERE
        country = address.country_code or view.country
        regions = self._shop.regions(country) if country and (address.province or address.province_code) else ()
        refs = [line.variant for line in plan.lines if line.variant]
        return Place(view, regions, self._catalogue.present(refs))

    def _taken(self, plan: Plan, error: Refused) -> str:
        """(increment_id, store_id) exists: the order of an earlier attempt, or a stranger's. The key also guards other
        tables, so an absent order is told as what Magento said."""
        view = self._shop.view()
        same_number = Where("increment_id", "eq", plan.number), Where("store_id", "eq", str(view.id))
        try:
            found = self._search(*same_number)
        except OutsideError as unread:
            words = say("the order number is taken, by which order was not read: {why}", why=unread)
            raise Unknown("not looked up", words) from unread
        for order in found:
            if order.get("ext_order_id") == plan.marker:
                return str(order["entity_id"])
        if found:
            words = say(
                "the order number {number} is taken by another order ({ref}) in Magento",
                number=plan.number,
                ref=found[0].get("entity_id"),
            )
            raise Refused("number_taken", words, Actor.OPERATOR) from error
        raise Refused("unique", error.words, Actor.OPERATOR) from error

    def _read_back(self, ref: str) -> StoreOrder:
        """The order exists: whatever fails from here on is doubt, never a refusal of the creation. The create answer
        itself proves nothing, it repeats what was sent even where Magento keeps it cut (reference 6)."""
        try:
            order = self.known(ref)
            # What is not invoiced now, book_shipped does later.
            with suppress(OutsideError):
                if self._invoices.book(order):
                    order = self.node(ref) or order
            return readback.store_order(order)
        except OutsideError as error:
            words = say("the order was created and could not be read: {why}", why=error)
            raise Unknown("not read back", words) from error

    def _search(self, *filters: Where) -> list[Json]:
        rows, _ = self._transport.page("orders.search", "orders", criteria(*filters, sort=("entity_id",), size=_MANY))
        return rows


def _id_of(answer: Any) -> str:
    ref = answer.get("entity_id") if isinstance(answer, dict) else None
    if not isinstance(ref, int):
        raise Unknown("no id", "the creation answered neither an order nor an error")
    return str(ref)


def _addresses(order: Json) -> list[tuple[str, Json]]:
    """(kind, address) of those that the order has: a virtual order has no shipping address."""
    found: list[tuple[str, Json]] = []
    for assignment in (order.get("extension_attributes") or {}).get("shipping_assignments") or ():
        address = (assignment.get("shipping") or {}).get("address") or {}
        if address.get("entity_id"):
            found.append(("shipping", address))
            break
    billing = order.get("billing_address") or {}
    if billing.get("entity_id"):
        found.append(("billing", billing))
    return found
