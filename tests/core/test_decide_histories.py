"""Generated histories: one order's world, moved at random and driven by `decide`.

What must have happened in the end is asserted once the world is quiet.
"""

from __future__ import annotations

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from tests.core.connector import LOST_DONE, LOST_NOT_DONE, OK, REFUSED, Connector
from tests.core.world import START, UNITS, Shipment
from tokbridge.core.decide import RECHECK
from tokbridge.core.facts import Do, Tie, Wish
from tokbridge.core.order import FulfilmentType
from tokbridge.core.policy import Policy
from tokbridge.core.standing import TokbridgeStatus, standing
from tokbridge.core.status import BEFORE_SHIPMENT, FINAL, SHIPPABLE, Status, can_follow

NEXT = {
    Status.UNPAID: [Status.ON_HOLD, Status.AWAITING_SHIPMENT],
    Status.ON_HOLD: [Status.AWAITING_SHIPMENT],
    Status.AWAITING_COLLECTION: [Status.IN_TRANSIT, Status.COMPLETED],
    Status.IN_TRANSIT: [Status.DELIVERED],
    Status.DELIVERED: [Status.COMPLETED],
}
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


class Histories(Connector, RuleBasedStateMachine):
    """One order's life."""

    def __init__(self) -> None:
        RuleBasedStateMachine.__init__(self)
        Connector.__init__(self)

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

    @precondition(lambda self: self.binding.tie is Tie.BOUND and self.binding.store_cancelled)
    @rule()
    def person_asks_for_another_one(self) -> None:
        if not any(wish.verb == "recreate" for wish in self.wishes):
            self.wishes.append(Wish(len(self.wishes) + 1 + int(self.now), "recreate"))

    @precondition(lambda self: self.store is not None and self.store.cancelled and self.binding.tie is Tie.BOUND)
    @rule()
    def staff_take_their_cancellation_back(self) -> None:
        assert self.store is not None
        if not self.cancelled_by_connector:
            self.store.cancelled = False

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
        wanted = any(wish.verb in {"create", "recreate"} for wish in self.wishes)
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


TestHistories = Histories.TestCase
TestHistories.settings = settings(max_examples=250, stateful_step_count=30, deadline=None)
