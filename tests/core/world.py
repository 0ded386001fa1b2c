"""A small world of one TikTok order, its store order, staff and clocks, and what Tokbridge has read of it.

The world knows what is true; `decide` sees only what was last read. What must never happen is asserted where the
world is changed.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from tokbridge.core.facts import BindingFacts, Do, Facts, ParcelFacts, Step, Tie, Wish
from tokbridge.core.order import FulfilmentType
from tokbridge.core.policy import Policy
from tokbridge.core.status import BEFORE_SHIPMENT, SHIPPABLE, Status

START = 1_700_000_000.0
SETTLE = 120.0
UNITS = ("a", "b", "c")


@dataclass
class Shipment:
    """A parcel as the store has it."""

    units: frozenset[str]
    number: str


@dataclass
class StoreTruth:
    """The store order, made of the units that lived when it was made."""

    units: frozenset[str]
    cancelled: bool = False
    off: set[str] = field(default_factory=set)
    shipments: dict[str, Shipment] = field(default_factory=dict)
    given_by_us: set[str] = field(default_factory=set)  # numbers that Tokbridge added
    address: str = ""
    status: str = "new"
    invoiced: set[str] = field(default_factory=set)


class World:
    hold_shop: bool
    cod: bool
    fulfilment: FulfilmentType
    policy: Policy
    invoices: bool

    def __init__(self) -> None:
        self.now = START
        # what is true
        self.status = Status.UNPAID
        self.paid_at: int | None = None
        self.cancelled: set[str] = set()
        self.tracking: dict[str, str] = {}
        self.address = "home"
        self.store: StoreTruth | None = None
        self.lands_at: float | None = None  # a creation without answer shows in the store at this time
        self.next_number = 0
        self.staff_cancelled = False
        self.released = 0  # store orders that were let go
        self.cancelled_by_connector = False
        # what Tokbridge has
        self.seen: Facts | None = None
        self.binding = BindingFacts()
        self.parcels: dict[str, ParcelFacts] = {}
        self.wishes: list[Wish] = []
        self.doubts: dict[tuple[Do, str], float] = {}
        self.waits: dict[tuple[Do, str], float] = {}
        self.store_read_at = 0.0
        self.creating_units: frozenset[str] = frozenset()
        self.status_done_for: set[Status] = set()  # TikTok statuses whose store status is known to be given
        self.staff_status = ""  # what staff made of the status since then

    def settle_world(self) -> None:
        if self.lands_at is not None and self.now >= self.lands_at:
            assert self.store is None, "a second store order landed"
            self.make_store()

    def make_store(self) -> None:
        self.store = StoreTruth(self.creating_units, address=self.binding.address_digest)
        self.lands_at = None

    def ship_on_tiktok(self, units: frozenset[str], number: str) -> None:
        for unit in units:
            self.tracking[unit] = number
        alive = set(UNITS) - self.cancelled
        self.status = Status.AWAITING_COLLECTION if alive <= self.tracking.keys() else Status.PARTIALLY_SHIPPING

    def read_tiktok(self) -> None:
        self.seen = Facts(
            status=self.status,
            placed_at=int(START),
            paid_at=self.paid_at,
            read_at=self.now,
            lines={unit: unit in self.cancelled for unit in UNITS},
            shipped_lines=frozenset(self.tracking),
            fulfilment_type=self.fulfilment,
            on_hold_shop=self.hold_shop,
            address_digest=self.address,
        )
        if self.binding.tie is not Tie.BOUND and not self.parcels:
            return
        for number in sorted(set(self.tracking.values())):
            units = frozenset(unit for unit, shown in self.tracking.items() if shown == number)
            ours = next((key for key, parcel in self.parcels.items() if parcel.number == number), None)
            if ours is None:
                old = any(parcel.tiktok_number == number for parcel in self.parcels.values())
                if not old:
                    self.parcels[f"t{number}"] = ParcelFacts(
                        f"t{number}", number, units, from_tiktok=True, tiktok_number=number
                    )
            else:
                self.parcels[ours] = replace(self.parcels[ours], tiktok_number=number)

    def read_store(self) -> None:
        if self.store is None or self.binding.tie is not Tie.BOUND:
            return
        self.store_read_at = self.now
        self.binding = replace(self.binding, store_cancelled=self.store.cancelled)
        for ref, shipment in self.store.shipments.items():
            same = next(
                (key for key, parcel in self.parcels.items() if key == ref or parcel.number == shipment.number != ""),
                None,
            )
            if same is None:
                self.parcels[ref] = ParcelFacts(ref, shipment.number, shipment.units, in_store=True)
            else:
                self.parcels[same] = replace(self.parcels[same], number=shipment.number, in_store=True)

    def facts(self) -> Facts:
        assert self.seen is not None
        return replace(
            self.seen,
            store_read_at=self.store_read_at,
            binding=self.binding,
            parcels=tuple(self.parcels.values()),
            wishes=tuple(self.wishes),
            doubts=dict(self.doubts),
        )

    def left_of(self, parcel: ParcelFacts) -> frozenset[str]:
        """Its units that live and have no parcel on TikTok."""
        return parcel.line_ids - self.cancelled - self.tracking.keys()

    def refuses(self, step: Step) -> bool:
        """Whether the other side says no: TikTok to a new parcel of which nothing is left to ship, which Tokbridge does not
        know as long as it has not read that somebody shipped there."""
        if step.do is not Do.SHIP or self.parcels[step.subject].tiktok_number:
            return False
        return not self.left_of(self.parcels[step.subject]) or self.status not in SHIPPABLE

    def change(self, step: Step) -> None:
        """What the other side does with a write that reaches it."""
        if step.do is Do.SHIP:
            parcel = self.parcels[step.subject]
            if parcel.tiktok_number:
                for unit in [unit for unit, number in self.tracking.items() if number == parcel.tiktok_number]:
                    self.tracking[unit] = parcel.number
                return
            if not self.refuses(step):
                self.ship_on_tiktok(self.left_of(parcel), parcel.number)
        elif step.do is Do.CANCEL_TIKTOK:
            if step.subject == "store":
                assert self.staff_cancelled, "nobody but ourselves cancelled it in the store"
                assert not self.cancelled_by_connector
            if self.status in BEFORE_SHIPMENT:
                self.status, self.cancelled = Status.CANCELLED, set(UNITS)
        else:
            assert self.store is not None
            self.change_store(step, self.store)

    def change_store(self, step: Step, store: StoreTruth) -> None:
        if step.do is Do.CANCEL_STORE:
            assert self.status is Status.CANCELLED, "cancelled a living order in the store"
            self.cancelled_by_connector |= not store.cancelled
            store.cancelled = True
        elif step.do is Do.CANCEL_LINES:
            seen = {unit for unit, cancelled in self.facts().lines.items() if cancelled}
            store.off |= seen & store.units
            assert store.off <= self.cancelled
        elif step.do is Do.UPDATE_ADDRESS:
            store.address = self.facts().address_digest
        elif step.do is Do.UPDATE_STATUS:
            self.give_status(step, store)
        elif step.do is Do.INVOICE:
            assert self.invoices
            assert self.facts().status is not Status.CANCELLED, "an order with an invoice can't be cancelled any more"
            assert not self.binding.store_cancelled
            assert store.shipments
            if not store.cancelled:
                store.invoiced |= {unit for shipment in store.shipments.values() for unit in shipment.units}
        else:
            assert step.do is Do.ADD_PARCEL
            parcel = self.parcels[step.subject]
            numbers = [shipment.number for shipment in store.shipments.values()]
            assert parcel.number not in numbers or parcel.number in store.given_by_us, "echoed the store's own parcel"
            if parcel.number not in numbers:  # the adapter looks what remains to fulfil
                store.shipments[f"own-{parcel.number}"] = Shipment(parcel.line_ids, parcel.number)
                store.given_by_us.add(parcel.number)

    def give_status(self, step: Step, store: StoreTruth) -> None:
        seen = self.facts().status
        assert seen is not None
        assert seen is not Status.CANCELLED, "cancelling gives the store order its status"
        assert not self.binding.store_cancelled, "gave a cancelled store order a status"
        assert (seen, step.subject) in self.policy.statuses
        assert seen not in self.status_done_for, "took back what staff made of it"
        if not store.cancelled:
            store.status, self.staff_status = step.subject, ""
