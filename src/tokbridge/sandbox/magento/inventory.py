"""Sources, stocks, source items and reservations: MSI (reference magento-rest.md 5, 9, 12)."""

import copy
from collections import defaultdict
from decimal import Decimal

from tokbridge.sandbox.magento.refuse import Refused
from tokbridge.sandbox.magento.table import Load, Save
from tokbridge.sandbox.magento.values import ZERO, Doc, dec, num

DEFAULT_SOURCE: Doc = {
    "source_code": "default",
    "name": "Default Source",
    "enabled": True,
    "description": "Default Source",
    "latitude": 0,
    "longitude": 0,
    "country_id": "US",
    "postcode": "00000",
    "use_default_carrier_config": True,
    "carrier_links": [],
    "extension_attributes": {"is_pickup_location_active": False, "frontend_name": ""},
}
DEFAULT_STOCK: Doc = {"stock_id": 1, "name": "Default Stock", "channels": ["base"], "links": [["default", 1]]}


class Inventory:
    """Quantities by source, and the reservations that make them salable quantities by stock."""

    def __init__(self, save: Save, load: Load) -> None:
        self._save = save
        self.sources: dict[str, Doc] = load("source") or {"default": copy.deepcopy(DEFAULT_SOURCE)}
        stocks = load("stock")
        self.stocks: dict[int, Doc] = {int(key): one for key, one in stocks.items()} or {
            1: copy.deepcopy(DEFAULT_STOCK)
        }
        items = sorted(load("source_item").values(), key=lambda one: int(one["id"]))
        self.items: dict[tuple[str, str], Doc] = {(one["sku"].lower(), one["source_code"]): one for one in items}
        self.reservations: list[Doc] = sorted(load("reservation").values(), key=lambda one: int(one["id"]))
        self._reserved: dict[tuple[str, int], Decimal] = defaultdict(Decimal)
        self._by_order: dict[int, dict[str, Decimal]] = {}
        for one in self.reservations:
            self._count(one)

    def set_quantity(self, sku: str, source: str, quantity: Decimal, status: int) -> None:
        """Set what lies at a source; the product need not exist."""
        if source not in self.sources:
            raise Refused("Could not save Source Item")
        key = (sku.lower(), source)
        before = self.items.get(key)
        item = {
            "id": before["id"] if before else len(self.items) + 1,
            "sku": before["sku"] if before else sku,
            "source_code": source,
            "quantity": num(quantity),
            "status": status,
        }
        self.items[key] = item
        self._save("source_item", str(item["id"]), item)

    def at(self, sku: str, source: str) -> Decimal | None:
        """What lies at a source; None when the SKU is not listed there."""
        item = self.items.get((sku.lower(), source))
        return None if item is None else dec(item["quantity"])

    def move(self, sku: str, source: str, by: Decimal) -> None:
        """Change what lies at a source."""
        item = self.items.get((sku.lower(), source))
        self.set_quantity(sku, source, (dec(item["quantity"]) if item else ZERO) + by, item["status"] if item else 1)

    def reserve(self, sku: str, stock_id: int, quantity: Decimal, order_id: int, event: str) -> None:
        """Append a reservation: negative when sold, positive when done with."""
        row = {
            "id": len(self.reservations) + 1,
            "stock_id": stock_id,
            "sku": sku,
            "quantity": num(quantity),
            "order": order_id,
            "event": event,
        }
        self.reservations.append(row)
        self._count(row)
        self._save("reservation", str(row["id"]), row)

    def reserved_for(self, order_id: int) -> dict[str, Decimal]:
        """The sum of an order's reservations by SKU in lower case."""
        return dict(self._by_order.get(order_id, {}))

    def unsettled(self) -> list[int]:
        """Orders whose reservations do not add up to nothing."""
        return [number for number, sums in self._by_order.items() if any(sums.values())]

    def stock_of(self, website: str) -> Doc:
        """The stock that sells on a website."""
        for stock in self.stocks.values():
            if website in stock["channels"]:
                return stock
        return self.stocks[1]

    def sources_of(self, stock: Doc) -> list[str]:
        """Codes of a stock's enabled sources by priority."""
        codes = [code for code, _ in sorted(stock["links"], key=lambda link: int(link[1]))]
        return [code for code in codes if self.sources[code]["enabled"]]

    def on_hand(self, sku: str, stock: Doc) -> Decimal:
        """Sum over the stock's sources, items marked as out of stock not counted."""
        found = (self.items.get((sku.lower(), code)) for code in self.sources_of(stock))
        return sum((dec(one["quantity"]) for one in found if one and one["status"] == 1), ZERO)

    def salable(self, sku: str, stock: Doc) -> Decimal:
        """Sum over the sources plus the sum of the reservations."""
        return self.on_hand(sku, stock) + self._reserved.get((sku.lower(), stock["stock_id"]), ZERO)

    def add_source(self, given: Doc) -> None:
        """A further source."""
        for name in ("source_code", "name", "country_id", "postcode"):
            if not given.get(name):
                raise Refused("Validation Failed", 400, None, [{"message": f'"{name}" can not be empty.'}])
        code = str(given["source_code"])
        if code in self.sources:
            raise Refused("Could not save Source")
        added = {**DEFAULT_SOURCE, "enabled": True, **given}
        added.pop("description", None) if "description" not in given else None
        self.sources[code] = added
        self._save("source", code, added)
        self._save("source", "default", self.sources["default"])

    def add_stock(self, name: str, websites: list[str]) -> int:
        """A further stock; it takes its websites over from the others."""
        number = max(self.stocks) + 1
        for stock in self.stocks.values():
            stock["channels"] = [code for code in stock["channels"] if code not in websites]
            self._save("stock", str(stock["stock_id"]), stock)
        self.stocks[number] = {"stock_id": number, "name": name, "channels": websites, "links": []}
        self._save("stock", str(number), self.stocks[number])
        return number

    def link(self, stock_id: int, source: str, priority: int) -> None:
        """Let a stock sell what lies at a source; `default` belongs to stock 1 alone."""
        if (source == "default") != (stock_id == 1):
            text = "Can not save link related to Default Source or Default Stock"
            raise Refused("Validation Failed", 400, None, [{"message": text, "parameters": []}])
        stock = self.stocks.get(stock_id)
        if stock is None or source not in self.sources:
            raise Refused("Could not save StockSourceLinks")
        stock["links"] = [link for link in stock["links"] if link[0] != source] + [[source, priority]]
        self._save("stock", str(stock_id), stock)

    def _count(self, row: Doc) -> None:
        sku, quantity = row["sku"].lower(), dec(row["quantity"])
        self._reserved[(sku, row["stock_id"])] += quantity
        of_order = self._by_order.setdefault(int(row["order"]), {})
        of_order[sku] = of_order.get(sku, ZERO) + quantity


def stock_shown(stock: Doc) -> Doc:
    """A stock as the API shows it."""
    channels = [{"type": "website", "code": code} for code in stock["channels"]]
    return {
        "stock_id": stock["stock_id"],
        "name": stock["name"],
        "extension_attributes": {"sales_channels": channels},
    }


def item_shown(item: Doc) -> Doc:
    """A source item as the API shows it."""
    return {name: item[name] for name in ("sku", "source_code", "quantity", "status")}
