"""Generated histories: a small world of TikTok, a store, staff and clocks, moved at random and driven by `decide`.

The world knows what is true; `decide` sees only what was last read. What must never happen is asserted where the
world is changed; what must have happened in the end is asserted once the world is quiet.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from tokbridge.core.decide import (
    DOUBT,
    ON_TIKTOK,
    RECHECK,
    BindingFacts,
    Do,
    Facts,
    ParcelFacts,
    Step,
    Tie,
    TokbridgeStatus,
    Wish,
    decide,
    standing,
)
from tokbridge.core.order import FulfilmentType
from tokbridge.core.policy import Policy
from tokbridge.core.status import BEFORE_SHIPMENT, FINAL, SHIPPABLE, Status, can_follow

START = 1_700_000_000.0
SETTLE = 120.0
UNITS = ("a", "b", "c")

NEXT = {
    Status.UNPAID: [Status.ON_HOLD, Status.AWAITING_SHIPMENT],
    Status.ON_HOLD: [Status.AWAITING_SHIPMENT],
    Status.AWAITING_COLLECTION: [Status.IN_TRANSIT, Status.COMPLETED],
    Status.IN_TRANSIT: [Status.DELIVERED],
    Status.DELIVERED: [Status.COMPLETED],
}
OK, LOST_DONE, LOST_NOT_DONE, REFUSED = "ok", "done, answer lost", "never arrived", "refused"
STATUS_MAPS: list[tuple[tuple[Status, str], ...]] = [
    (),
    (
        (Status.AWAITING_SHIPMENT, "packing"),
        (Status.PARTIALLY_SHIPPING, "packing"),
        (Status.AWAITING_COLLECTION, "sent"),
        (Status.DELIVERED, "done"),
        (Status.CANCELLED, "void"),
    ),
    tuple((status, f"says {status}") for status in Status),
]
OUTCOMES = st.sampled_from([OK, OK, OK, LOST_DONE, LOST_NOT_DONE, REFUSED])


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


class Histories(RuleBasedStateMachine):
    """One order's life."""

    def __init__(self) -> None:
        super().__init__()
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

    @initialize(
        status=st.sampled_from([Status.UNPAID, Status.ON_HOLD, Status.AWAITING_SHIPMENT, Status.AWAITING_SHIPMENT]),
        hold_shop=st.booleans(),
        cod=st.booleans(),
        odd=st.sampled_from(["", "", "", "", "fulfilled by TikTok", "before the start", "by hand"]),
        statuses=st.sampled_from(STATUS_MAPS),
        invoices=st.booleans(),
    )
    def connect(
        self,
        status: Status,
        hold_shop: bool,
        cod: bool,
        odd: str,
        statuses: tuple[tuple[Status, str], ...],
        invoices: bool,
    ) -> None:
        self.status, self.hold_shop, self.cod = status, hold_shop, cod
        self.paid_at = None if cod or status is Status.UNPAID else int(START) - 10
        self.fulfilment = FulfilmentType.TIKTOK if odd == "fulfilled by TikTok" else FulfilmentType.MERCHANT
        start = int(START) + 50_000 if odd == "before the start" else 0
        self.policy = Policy(start=start, create_automatically=odd != "by hand", hold=3600, statuses=statuses)
        self.invoices = invoices
        self.read_tiktok()

    # --- the world moves by itself

    @rule(seconds=st.sampled_from([0.5, 2.0, 10.0, 70.0, 600.0, 4000.0, 30_000.0]))
    def time_passes(self, seconds: float) -> None:
        self.now += seconds
        self.settle_world()

    @precondition(lambda self: self.status in NEXT)
    @rule(data=st.data())
    def tiktok_moves(self, data: st.DataObject) -> None:
        """Along the graph; shipping is done by somebody, cancelling has its own rule."""
        if self.paid_at is None and not self.cod:
            self.paid_at = int(self.now)
        self.status = data.draw(st.sampled_from(NEXT[self.status]))

    @precondition(lambda self: can_follow(self.status, Status.CANCELLED))
    @rule()
    def cancelled_on_tiktok(self) -> None:
        self.status = Status.CANCELLED
        self.cancelled = set(UNITS)

    @precondition(lambda self: self.status in BEFORE_SHIPMENT)
    @rule(unit=st.sampled_from(UNITS))
    def unit_cancelled_on_tiktok(self, unit: str) -> None:
        if len(self.cancelled | {unit}) < len(UNITS):
            self.cancelled.add(unit)

    @precondition(lambda self: self.status in SHIPPABLE)
    @rule()
    def shipped_in_seller_center(self) -> None:
        self.next_number += 1
        self.ship_on_tiktok(frozenset(UNITS) - self.cancelled - self.tracking.keys(), f"S{self.next_number}")

    @precondition(lambda self: self.status in SHIPPABLE)
    @rule(address=st.sampled_from(["home", "office"]))
    def buyer_moves(self, address: str) -> None:
        self.address = address

    @precondition(lambda self: self.store is not None and not self.store.cancelled)
    @rule(units=st.frozensets(st.sampled_from(UNITS), min_size=1), numbered=st.booleans())
    def staff_ship(self, units: frozenset[str], numbered: bool) -> None:
        assert self.store is not None
        free = units & self.store.units - self.store.off
        free -= {unit for shipment in self.store.shipments.values() for unit in shipment.units}
        if free:
            self.next_number += 1
            number = f"N{self.next_number}" if numbered else ""
            self.store.shipments[f"f{self.next_number}"] = Shipment(frozenset(free), number)

    @precondition(lambda self: self.store is not None and self.store.shipments)
    @rule(data=st.data())
    def staff_change_number(self, data: st.DataObject) -> None:
        assert self.store is not None
        ref = data.draw(st.sampled_from(sorted(self.store.shipments)))
        if self.store.shipments[ref].number not in self.store.given_by_us:
            self.next_number += 1
            self.store.shipments[ref].number = f"N{self.next_number}"

    @precondition(lambda self: self.store is not None and not self.store.cancelled and not self.store.shipments)
    @rule()
    def staff_cancel(self) -> None:
        assert self.store is not None
        self.store.cancelled = self.staff_cancelled = True

    @precondition(lambda self: self.store is not None and not self.store.cancelled)
    @rule(code=st.sampled_from(["packing", "on the shelf"]))
    def staff_give_status(self, code: str) -> None:
        assert self.store is not None
        self.store.status = self.staff_status = code

    @rule(verb=st.sampled_from(["create", "cancel", "sync"]))
    def person_asks(self, verb: str) -> None:
        if not any(wish.verb == verb for wish in self.wishes):
            self.wishes.append(Wish(len(self.wishes) + 1 + int(self.now), verb))

    # --- Tokbridge

    @rule()
    def poll_tiktok(self) -> None:
        self.read_tiktok()

    @rule()
    def poll_store(self) -> None:
        self.read_store()

    @rule(polls=st.booleans())
    def look_on_a_good_day(self, polls: bool) -> None:
        if polls:
            self.read_tiktok()
            self.read_store()
        self.go([OK] * 12, 0.0)

    @rule(outcomes=st.lists(OUTCOMES, min_size=12, max_size=12), pace=st.sampled_from([0.0, 0.5, 4.0]))
    def look(self, outcomes: list[str], pace: float) -> None:
        self.go(outcomes, pace)

    @rule(outcome=OUTCOMES, seconds=st.sampled_from([1.0, 4.0, 130.0, 4000.0]))
    def look_later(self, outcome: str, seconds: float) -> None:
        self.now += seconds
        self.settle_world()
        self.go([outcome] * 3, 0.5)

    def go(self, outcomes: list[str], pace: float) -> None:
        """One go of a worker: at most a dozen steps, and the world's clock runs while it works."""
        for outcome in outcomes:
            if not self.do_one(outcome):
                return
            self.now += pace
            self.settle_world()

    def teardown(self) -> None:
        if self.seen is None:
            return
        self.waits.clear()
        for _ in range(60):
            self.read_tiktok()
            self.read_store()
            idle = not self.do_one(OK)
            if idle and not self.more_to_come():
                break
            self.now += 10
            self.settle_world()
        else:
            raise AssertionError(f"no rest: {self.steps()}")
        self.rests()
        self.is_right()

    # --- in the end

    def more_to_come(self) -> bool:
        """A wait of our own hour, of a settle time or of a doubt is not the end."""
        untils = [step.until for step in self.steps() if step.do is Do.WAIT and step.until is not None]
        soon = [until for until in untils if until < self.facts().read_at + RECHECK - 1]
        if soon:
            self.now = max(self.now, min(soon))
        return bool(soon or self.waits)

    def rests(self) -> None:
        """Nothing is to be done, now or in an hour; after six hours one look, which finds nothing to do."""
        assert {step.do for step in self.steps()} <= {Do.WAIT, Do.BLOCK}
        self.now += 3600
        assert {step.do for step in self.steps()} <= {Do.WAIT, Do.BLOCK}, "wakes by itself"
        self.now += RECHECK
        woken = [step.do for step in self.steps() if step.do not in {Do.WAIT, Do.BLOCK}]
        assert woken == ([] if self.status in FINAL else [Do.LOOK_TIKTOK])
        self.read_tiktok()
        assert {step.do for step in self.steps()} <= {Do.WAIT, Do.BLOCK}, "its own look woke it"

    def is_right(self) -> None:
        facts = self.facts()
        status, _ = standing(facts, self.policy, self.steps(), "")
        ours = facts.fulfilment_type is FulfilmentType.MERCHANT and facts.placed_at >= self.policy.start
        wanted = any(wish.verb == "create" for wish in self.wishes)
        if self.status is Status.CANCELLED:
            assert self.store is None or self.store.cancelled
            assert status is TokbridgeStatus.CANCELLED
        elif self.status not in {Status.UNPAID, Status.ON_HOLD} and (
            wanted or (ours and self.policy.create_automatically)
        ):
            assert self.store is not None, "a paid order was never created"
        if self.store is None:
            return
        assert self.binding.tie is Tie.BOUND
        if self.status is not Status.CANCELLED and not self.store.cancelled:
            assert self.store.off == self.cancelled & self.store.units, "other units were taken off than were cancelled"
            if self.status in SHIPPABLE:
                assert self.store.address == self.address
            numbers = {shipment.number for shipment in self.store.shipments.values()}
            seller_center = {number for number in self.tracking.values() if number.startswith("S")}
            assert seller_center <= numbers, "a parcel of TikTok's never reached the store"
            wanted_status = dict(self.policy.statuses).get(self.status)
            if wanted_status is not None:
                assert self.binding.status_given == wanted_status
            if self.binding.status_given and self.status in self.status_done_for:
                assert self.store.status == (self.staff_status or self.binding.status_given)
            shipped = {unit for shipment in self.store.shipments.values() for unit in shipment.units}
            assert self.store.invoiced == (shipped if self.invoices else set())
        if self.status is Status.CANCELLED:
            return
        blocked = {step.subject for step in self.steps() if step.do is Do.BLOCK and step.code == "parcel_too_late"}
        for key, parcel in self.parcels.items():
            if parcel.number and not parcel.from_tiktok and self.status not in FINAL and key not in blocked:
                assert parcel.tiktok_number == parcel.number
                shown = {self.tracking.get(unit) for unit in parcel.line_ids - self.cancelled}
                assert not shown or parcel.number in shown

    # --- the machinery of the world

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

    def steps(self) -> list[Step]:
        return decide(self.facts(), self.policy, self.now)

    def do_one(self, outcome: str) -> bool:
        """The first step that is not backing off. False when there is none."""
        facts = self.facts()
        steps = decide(facts, self.policy, self.now)
        assert steps
        assert isinstance(standing(facts, self.policy, steps, "")[0], TokbridgeStatus)
        self.waits = {key: until for key, until in self.waits.items() if until > self.now}
        for step in steps:
            if step.do in {Do.WAIT, Do.BLOCK} or (step.do, step.subject) in self.waits:
                continue
            self.carry_out(step, facts, outcome)
            return True
        return False

    def carry_out(self, step: Step, facts: Facts, outcome: str) -> None:
        if step.do is Do.LOOK_TIKTOK:
            self.read_tiktok()
            self.wishes = [wish for wish in self.wishes if step.subject != f"wish {wish.id}"]
            return
        if step.do is Do.LOOK_STORE:
            self.read_store()
            return
        if step.do is Do.LOOK_MARKER:
            self.look_for_order(step)
            return
        if outcome == REFUSED:
            self.waits[step.do, step.subject] = self.now + 60
            if step.do is Do.CREATE:
                assert self.lands_at is None
                self.binding = replace(self.binding, tie=Tie.ABSENT)
            return
        if step.do is Do.CREATE:
            self.create(facts, outcome)
            return
        if outcome != LOST_NOT_DONE:
            self.change(step)
        if outcome == OK:
            self.commit(step)
            self.doubts.pop((step.do, step.subject), None)
        else:
            self.doubts[step.do, step.subject] = self.now

    def look_for_order(self, step: Step) -> None:
        assert self.binding.tie is Tie.INTENDED
        if self.store is not None:
            self.bind()
        elif self.now >= self.binding.intended_at + SETTLE:
            assert self.lands_at is None
            self.binding = replace(self.binding, tie=Tie.ABSENT)
        else:
            self.waits[step.do, step.subject] = self.now + 10

    def bind(self) -> None:
        assert self.store is not None
        self.binding = replace(
            self.binding, tie=Tie.BOUND, lines=self.store.units, store_cancelled=self.store.cancelled
        )
        self.wishes = [wish for wish in self.wishes if wish.verb != "create"]

    def create(self, facts: Facts, outcome: str) -> None:
        assert self.store is None, "a second store order"
        assert self.lands_at is None, "a creation is still under way"
        assert self.binding.tie in {Tie.NONE, Tie.ABSENT}
        assert facts.status not in {Status.UNPAID, Status.ON_HOLD, Status.CANCELLED}
        assert self.now - facts.read_at <= 60
        for (do, _), began in facts.doubts.items():
            assert (facts.read_at if do in ON_TIKTOK else facts.store_read_at) > began + DOUBT, "created in doubt"
        ours = facts.fulfilment_type is FulfilmentType.MERCHANT and facts.placed_at >= self.policy.start
        wanted = any(wish.verb == "create" for wish in self.wishes)
        assert wanted or (ours and self.policy.create_automatically)
        assert self.hold_shop or self.now >= (facts.paid_at or facts.placed_at) + 3600
        self.creating_units = frozenset(unit for unit, cancelled in facts.lines.items() if not cancelled)
        self.binding = BindingFacts(
            tie=Tie.INTENDED,
            intended_at=self.now,
            settle=SETTLE,
            address_digest=facts.address_digest,
            invoices=self.invoices,
        )
        if outcome == OK:
            self.make_store()
            self.bind()
        elif outcome == LOST_DONE:
            self.lands_at = self.now + (0 if int(self.now) % 2 else SETTLE - 1)
            self.settle_world()

    def change(self, step: Step) -> None:
        """What the other side does with a write that reaches it."""
        if step.do is Do.SHIP:
            parcel = self.parcels[step.subject]
            if parcel.tiktok_number:
                for unit in [unit for unit, number in self.tracking.items() if number == parcel.tiktok_number]:
                    self.tracking[unit] = parcel.number
                return
            units = parcel.line_ids - self.cancelled - self.tracking.keys()
            if units and self.status in SHIPPABLE:
                self.ship_on_tiktok(units, parcel.number)
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

    def commit(self, step: Step) -> None:
        """What Tokbridge writes down after an answer."""
        binding = self.binding
        if step.do is Do.SHIP:
            parcel = self.parcels[step.subject]
            self.parcels[step.subject] = replace(parcel, tiktok_number=parcel.number)
        elif step.do is Do.CANCEL_TIKTOK:
            if step.subject == "store":
                self.binding = replace(binding, cancel_sent=True)
            self.wishes = [wish for wish in self.wishes if step.subject != f"wish {wish.id}"]
            self.read_tiktok()
        elif step.do is Do.CANCEL_STORE:
            self.binding = replace(binding, store_cancelled=True, cancelled_by_us=True)
        elif step.do is Do.CANCEL_LINES:
            gone = frozenset(unit for unit, cancelled in self.facts().lines.items() if cancelled)
            self.binding = replace(binding, cancelled_lines=binding.cancelled_lines | gone & binding.lines)
        elif step.do is Do.UPDATE_ADDRESS:
            self.binding = replace(binding, address_digest=self.facts().address_digest)
        elif step.do is Do.UPDATE_STATUS:
            self.binding = replace(binding, status_given=step.subject)
            seen = self.facts().status
            assert seen is not None
            self.status_done_for.add(seen)
        elif step.do is Do.INVOICE:
            known = {unit for one in self.parcels.values() if one.in_store for unit in one.line_ids}
            self.binding = replace(binding, invoiced_lines=frozenset(known))
        elif step.do is Do.ADD_PARCEL:
            self.parcels[step.subject] = replace(self.parcels[step.subject], in_store=True)


TestHistories = Histories.TestCase
TestHistories.settings = settings(max_examples=250, stateful_step_count=30, deadline=None)
