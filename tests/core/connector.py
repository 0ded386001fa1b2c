"""Tokbridge in the generated histories: carries out what `decide` says, whatever becomes of a call, and writes it down."""

from __future__ import annotations

from dataclasses import replace

from tests.core.world import SETTLE, World
from tokbridge.core.decide import DOUBT, RECHECK, decide
from tokbridge.core.facts import ON_TIKTOK, BindingFacts, Do, Facts, Step, Tie
from tokbridge.core.order import FulfilmentType
from tokbridge.core.standing import TokbridgeStatus, standing
from tokbridge.core.status import Status

OK, LOST_DONE, LOST_NOT_DONE, REFUSED = "ok", "done, answer lost", "never arrived", "refused"


class Connector(World):
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
        if step.do is Do.RELEASE:
            self.release(step, outcome)
            return
        if outcome == REFUSED or (outcome == OK and self.refuses(step)):
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

    def release(self, step: Step, outcome: str) -> None:
        """Only reads, so an answer that is lost has done nothing."""
        assert self.store is not None
        assert self.binding.tie is Tie.BOUND
        if outcome != OK:
            self.waits[step.do, step.subject] = self.now + 60
        elif not self.store.cancelled:
            self.wishes = [wish for wish in self.wishes if step.subject != f"wish {wish.id}"]
        else:
            self.let_go()

    def let_go(self) -> None:
        """What Tokbridge forgets with the old store order; the world forgets what was true of it alone."""
        self.store, self.binding = None, BindingFacts()
        self.store_read_at = self.now
        for key, parcel in self.parcels.items():
            unknown = not parcel.from_tiktok and not parcel.tiktok_number
            self.parcels[key] = replace(parcel, in_store=False, cancelled=parcel.cancelled or unknown)
        self.staff_cancelled = self.cancelled_by_connector = False
        self.status_done_for, self.staff_status = set(), ""
        self.released += 1

    def bind(self) -> None:
        assert self.store is not None
        self.binding = replace(
            self.binding, tie=Tie.BOUND, lines=self.store.units, store_cancelled=self.store.cancelled
        )
        self.wishes = [wish for wish in self.wishes if wish.verb not in {"create", "recreate"}]

    def create(self, facts: Facts, outcome: str) -> None:
        assert self.store is None, "a second store order"
        assert self.lands_at is None, "a creation is still under way"
        assert self.binding.tie in {Tie.NONE, Tie.ABSENT}
        assert facts.status not in {Status.UNPAID, Status.ON_HOLD, Status.CANCELLED}
        assert self.now - facts.read_at <= 60
        for (do, _), began in facts.doubts.items():
            assert (facts.read_at if do in ON_TIKTOK else facts.store_read_at) > began + DOUBT, "created in doubt"
        ours = facts.fulfilment_type is FulfilmentType.MERCHANT and facts.placed_at >= self.policy.start
        wanted = any(wish.verb in {"create", "recreate"} for wish in self.wishes)
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

    def commit(self, step: Step) -> None:
        """What Tokbridge writes down after an answer."""
        binding = self.binding
        if step.do is Do.SHIP:
            parcel = self.parcels[step.subject]
            self.parcels[step.subject] = replace(parcel, tiktok_number=parcel.number)
        elif step.do is Do.CANCEL_TIKTOK:
            if step.subject == "store":
                self.binding = replace(binding, cancel_sent_at=self.now)
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

    def go(self, outcomes: list[str], pace: float) -> None:
        """One go of a worker: at most a dozen steps, and the world's clock runs while it works."""
        for outcome in outcomes:
            if not self.do_one(outcome):
                return
            self.now += pace
            self.settle_world()

    def more_to_come(self) -> bool:
        """A wait of our own hour, of a settle time or of a doubt is not the end."""
        untils = [step.until for step in self.steps() if step.do is Do.WAIT and step.until is not None]
        soon = [until for until in untils if until < self.facts().read_at + RECHECK - 1]
        if soon:
            self.now = max(self.now, min(soon))
        return bool(soon or self.waits)
