"""What the store has: orders, shelves, and the people who work there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from tests.sync.world.wire import Clock
from tokbridge.core.plan import Plan, PlanAddress
from tokbridge.stores.nouns import Base, Parcel, ParcelItem, Stock, StoreLine, StoreOrder

SHELF = 100  # units of every SKU that nobody counted yet


@dataclass
class Made:
    """A store order as the store has it."""

    ref: str
    plan: Plan
    cancelled: bool = False
    off: dict[str, tuple[str, ...]] = field(default_factory=dict)  # key of a cancellation -> units
    parcels: list[Parcel] = field(default_factory=list)
    address: PlanAddress | None = None
    visible_at: float = 0.0
    updated_at: float = 0.0
    restocked: int = 0
    made_at: float = 0.0
    status: str = "PAID"
    statuses: list[str] = field(default_factory=list)  # every status it was really given, by whomever
    invoices: list[tuple[str, ...]] = field(default_factory=list)  # units of each

    @property
    def units_off(self) -> list[str]:
        return [unit for units in self.off.values() for unit in units]

    @property
    def units_shipped(self) -> list[str]:
        living = [parcel for parcel in self.parcels if not parcel.cancelled]
        return [unit for parcel in living for item in parcel.items for unit in item.line_ids]

    @property
    def units_invoiced(self) -> list[str]:
        return [unit for units in self.invoices for unit in units]

    def units_of(self, sku: str) -> list[str]:
        return [unit for line in self.plan.lines if line.seller_sku == sku for unit in line.line_ids]


class Shop:
    """The store as its own people see it."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.made: list[Made] = []
        self.ever_made = 0  # orders, deleted ones included
        self.lag = 0.0  # seconds until a new order shows in `find_order`
        self.cents_off = 0
        self.base: Base | None = None  # what each order amounts to in the store's own currency
        self.cancels_later = False
        self.quiet_parcels = False  # shipments and their numbers do not move an order's date of change
        self.skus: set[str] | None = None  # None: every SKU exists
        self.twins: dict[str, int] = {}  # how many variants have a SKU, where that is not one
        self.titles: dict[str, str] = {}  # of SKUs whose product is not called like them
        self.uncounted: set[str] = set()  # SKUs whose stock nobody counts
        self.shelves: dict[str, int] = {}  # units of a SKU, those that were shipped included
        self.reserves_after: float | None = (
            0.0  # seconds until an order takes its units off what is on offer; None: never
        )

    def of(self, marker: str) -> list[Made]:
        return [one for one in self.made if one.plan.marker == marker]

    def one(self, ref: str) -> Made | None:
        return next((one for one in self.made if one.ref == ref), None)

    @property
    def markers(self) -> list[str]:
        """Of all store orders, in the order of their making."""
        return [one.plan.marker for one in self.made]

    def _read(self, one: Made) -> StoreOrder:
        lines = tuple(
            StoreLine(
                f"{one.ref}-{at}",
                line.seller_sku,
                line.variant,
                line.quantity,
                line.quantity - sum(unit in one.units_off for unit in line.line_ids),
                line.line_ids,
            )
            for at, line in enumerate(one.plan.lines)
        )
        return StoreOrder(
            ref=one.ref,
            number=one.plan.number,
            marker=one.plan.marker,
            currency=one.plan.currency,
            total=one.plan.total + self.cents_off,
            cancelled=one.cancelled,
            status=self._status(one),
            lines=lines,
            updated_at=one.updated_at,
            base=self.base,
        )

    def _status(self, one: Made) -> str:
        return "CANCELLED" if one.cancelled else one.status

    def _touch(self, one: Made) -> None:
        one.updated_at = self._clock()

    # --- what staff do

    def staff_ship(self, one: Made, units: Sequence[str], number: str, carrier: str = "Royal Mail") -> str:
        ref = f"{one.ref}-f{len(one.parcels)}"
        one.parcels.append(Parcel(ref, one.ref, carrier, number, "", self._items(one, units), False))
        self._shipped(one)
        return ref

    def staff_number(self, one: Made, ref: str, number: str) -> None:
        one.parcels = [replace(parcel, number=number) if parcel.ref == ref else parcel for parcel in one.parcels]
        self._shipped(one)

    def staff_take_back(self, one: Made, ref: str) -> None:
        one.parcels = [replace(parcel, cancelled=True) if parcel.ref == ref else parcel for parcel in one.parcels]
        self._shipped(one)

    def staff_status(self, one: Made, code: str) -> None:
        one.status = code
        one.statuses.append(code)
        self._touch(one)

    def _shipped(self, one: Made) -> None:
        if not self.quiet_parcels:
            self._touch(one)

    def staff_cancel(self, one: Made) -> None:
        one.cancelled = True
        self._touch(one)

    def _items(self, one: Made, units: Sequence[str]) -> tuple[ParcelItem, ...]:
        items = []
        for at, line in enumerate(one.plan.lines):
            held = tuple(unit for unit in line.line_ids if unit in units)
            if held:
                items.append(ParcelItem(f"{one.ref}-{at}", line.seller_sku, len(held), held))
        return tuple(items)

    # --- the shelves

    def knows(self, sku: str) -> bool:
        return self.skus is None or sku in self.skus

    def stock_of(self, sku: str) -> Stock:
        """What lies there now; what open orders took off what is on offer lies there still."""
        if sku in self.uncounted:
            return Stock(f"v-{sku}", sku, None, None)
        on_hand = self.shelves.get(sku, SHELF) - self._gone(sku)
        return Stock(f"v-{sku}", sku, on_hand - self._reserved(sku), on_hand)

    def count(self, sku: str, on_hand: int) -> None:
        """So many lie there now."""
        self.shelves[sku] = on_hand + self._gone(sku)

    def _gone(self, sku: str) -> int:
        return sum(unit in one.units_shipped for one in self.made for unit in one.units_of(sku))

    def _reserved(self, sku: str) -> int:
        if self.reserves_after is None:
            return 0
        now = self._clock()
        held = [one for one in self.made if not one.cancelled and one.made_at + self.reserves_after <= now]
        return sum(unit not in {*one.units_shipped, *one.units_off} for one in held for unit in one.units_of(sku))
