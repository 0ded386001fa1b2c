"""Everything one installation keeps: scope, products, inventory, sales documents, running numbers."""

import copy
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tokbridge.sandbox.magento.inventory import Inventory
from tokbridge.sandbox.magento.refuse import not_found
from tokbridge.sandbox.magento.scope import Scope
from tokbridge.sandbox.magento.table import Load, Save, Table
from tokbridge.sandbox.magento.values import Doc, stamp

VERSIONS = ("2.4.4", "2.4.5", "2.4.6", "2.4.7", "2.4.8")


class Shop:
    """The data of the sandbox; services change it, `show` renders it."""

    def __init__(self, settings: Doc, clock: Callable[[], float], save: Save, load: Load) -> None:
        self.settings = settings
        self.clock = clock
        self.keep = save
        self.scope = Scope(settings, save, load)
        self.inventory = Inventory(save, load)
        self.orders = Table(
            "order",
            save,
            load,
            ("increment_id", "ext_order_id", "state", "status"),
            ("updated_at", "created_at"),
        )
        self.invoices = Table("invoice", save, load, ("order_id", "increment_id"), ("created_at", "updated_at"))
        self.shipments = Table("shipment", save, load, ("order_id", "increment_id"), ("created_at", "updated_at"))
        self.creditmemos = Table("creditmemo", save, load, ("order_id", "increment_id"), ("created_at", "updated_at"))
        self.products = Table("product", save, load, ("sku",))
        self.carts = Table("cart", save, load, ("masked_id",))
        self.bulks: dict[str, Doc] = load("bulk")
        self.customers: dict[str, Doc] = load("customer")
        self._numbers: dict[str, int] = load("numbers").get("all", {})

    def now(self) -> str:
        """The stamp of this moment."""
        return stamp(self.clock())

    def since(self, version: str) -> bool:
        """Whether the installed version is this one or later."""
        return VERSIONS.index(str(self.settings["version"])) >= VERSIONS.index(version)

    def next(self, kind: str) -> int:
        """The next running number of a kind; one that is not used is lost, as in the database."""
        self._numbers[kind] = self._numbers.get(kind, 0) + 1
        self.keep("numbers", "all", self._numbers)
        return self._numbers[kind]

    def next_increment(self, kind: str, store_id: int | None) -> str:
        """The next public number of a kind in a store view: 9 digits, from the second view on behind its id."""
        store = store_id or 1
        number = self.next(f"increment {kind} {store}")
        return f"{number:09d}" if store == 1 else f"{store}{number:09d}"

    def product(self, sku: str | None) -> Doc | None:
        """A product by SKU, in any case."""
        return self.products.one("sku", sku) if sku else None

    def need_order(self, number: int) -> Doc:
        """An order by its entity id; 404 when there is none."""
        found = self.orders.get(number)
        if found is None:
            raise not_found()
        return found

    def stock_for(self, order: Doc) -> Doc:
        """The stock that sells on the website of the order's store view."""
        return self.inventory.stock_of(self.scope.website_of(order["row"].get("store_id"))["code"])

    @contextmanager
    def changing(self, order: Doc) -> Iterator[None]:
        """Change an order. Its rows get a new updated_at exactly when something in them changed, as the tables do it
        (ON UPDATE CURRENT_TIMESTAMP): that is why tracks and comments do not move it (reference magento-rest.md 10)."""
        rows = [order["row"], *order["items"]]
        before = [copy.copy(row) for row in rows]
        yield
        for row, old in zip(rows, before, strict=True):
            if row != old:
                row["updated_at"] = self.now()
        self.orders.save(order)
