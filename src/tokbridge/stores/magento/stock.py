"""Units of products: what may be sold, what lies on the shelf (reference magento-rest.md 5, 12)."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_FLOOR, Decimal, InvalidOperation
from typing import Any

from tokbridge.core.errors import Refused, Retry
from tokbridge.core.saying import say
from tokbridge.stores.magento.answers import Json, Missing
from tokbridge.stores.magento.config import MagentoConfig
from tokbridge.stores.magento.products import split_ref
from tokbridge.stores.magento.search import Where, segment
from tokbridge.stores.magento.shop import Shop
from tokbridge.stores.magento.transport import Transport
from tokbridge.stores.nouns import Stock

DEFAULT_SOURCE = "default"
_FIELDS = "id,sku,type_id,extension_attributes[stock_item]"
_IN_STOCK = 1


class Stocks:
    def __init__(self, transport: Transport, config: MagentoConfig, shop: Shop) -> None:
        self._transport = transport
        self._config = config
        self._shop = shop

    def of(self, variants: Sequence[str]) -> dict[str, Stock]:
        """`available` is the salable quantity of the stock that the store view's website sells from, reservations taken
        off; `on_hand` the sum over all sources, since REST does not tell simply which of them the website uses."""
        found: dict[str, Stock] = {}
        for ref in dict.fromkeys(variants):
            item = self._item(ref)
            if item is not None:
                found[ref] = self._stock(ref, item)
        return found

    def set(self, ref: str, on_hand: int) -> None:
        """Set the shelf of one source so that all sources together hold `on_hand`. Never used for reservations: a
        shipment takes from the source again (reference 5)."""
        item = self._item(ref)
        if item is None:
            raise Refused("no such product", say("the shop no longer has {sku}", sku=split_ref(ref)[1] or ref))
        if on_hand < 0:
            raise Refused("below_zero", "a stock below zero can't be set")
        sku = split_ref(ref)[1]
        if not _counted(item):
            words = say("Magento does not count the stock of {sku} (Manage Stock is No)", sku=sku)
            raise Refused("not_counted", words)
        if self._shop.stock_id() is None:
            self._set_legacy(sku, item, on_hand)
        else:
            self._set_source(sku, on_hand)

    def _stock(self, ref: str, item: Json) -> Stock:
        sku = split_ref(ref)[1]
        if not _counted(item):
            return Stock(ref, sku, None, None)
        stock_id = self._shop.stock_id()
        if stock_id is None:
            units = _units(item.get("qty"))
            return Stock(ref, sku, units, units)
        path = f"inventory/get-product-salable-quantity/{segment(sku)}/{stock_id}"
        available = _units(self._transport.read("inventory.salable", path))
        return Stock(ref, sku, available, sum(_units(row.get("quantity")) for row in self._sources(sku)))

    def _set_source(self, sku: str, on_hand: int) -> None:
        code = self._config.source or DEFAULT_SOURCE
        rows = self._sources(sku)
        own = next((row for row in rows if row.get("source_code") == code), None)
        if own is None and rows:
            codes = ", ".join(sorted(str(row.get("source_code")) for row in rows))
            words = say(
                "{sku} does not lie at source {source} but at {sources}; set the right one in the setting source",
                sku=sku,
                source=code,
                sources=codes,
            )
            raise Refused("other_source", words)
        others = sum(_units(row.get("quantity")) for row in rows if row is not own)
        if on_hand < others:
            raise Refused("other_source", say("{sku}: other sources alone hold {n} units", sku=sku, n=others))
        quantity = on_hand - others
        # A source item that is marked out of stock stays so only while it is empty: backorders of a merchant go on.
        status = _IN_STOCK if quantity else int((own or {}).get("status") or 0)
        items = [{"sku": sku, "source_code": code, "quantity": quantity, "status": status}]
        self._transport.write("inventory.set", "POST", "inventory/source-items", {"sourceItems": items})

    def _set_legacy(self, sku: str, item: Json, on_hand: int) -> None:
        """Without MSI: by the stock item of the product (in the published schema; not tried on such a shop)."""
        path = f"products/{segment(sku)}/stockItems/{int(item['item_id'])}"
        body = {"stockItem": {"qty": on_hand, "is_in_stock": on_hand > 0}}
        self._transport.write("stockItem.set", "PUT", path, body)

    def _sources(self, sku: str) -> list[Json]:
        where = Where("sku", "eq", sku)
        rows = self._transport.pages("inventory.source-items", "inventory/source-items", where, sort="source_code")
        return [row for row in rows if str(row.get("sku", "")).casefold() == sku.casefold()]

    def _item(self, ref: str) -> Json | None:
        """The stock item of the product, empty when it has none; None when the shop has no product of this reference."""
        number, sku = split_ref(ref)
        if not sku:
            return None
        try:
            found = self._transport.read_object("products.get", f"products/{segment(sku)}", [("fields", _FIELDS)])
        except Missing:
            return None
        if str(found.get("id")) != number:
            return None
        return (found.get("extension_attributes") or {}).get("stock_item") or {}


def _counted(item: Json) -> bool:
    return bool(item) and item.get("manage_stock") is not False


def _units(value: Any) -> int:
    """Quantities may have decimals (sold by weight): only whole units can be sold."""
    try:
        return int(Decimal(str(value or 0)).to_integral_value(ROUND_FLOOR))
    except InvalidOperation as error:
        words = say("Magento answered {text} for a quantity", text=repr(str(value)[:40]))
        raise Retry("not a quantity", words) from error
