"""Whole lives of one order, drawn at random: what both sides do, in any order, while calls fail, answers get lost and
workers die. Once all is quiet, both sides must say the same, and nothing happened twice.

Both sides only do what does not contradict the other (nobody cancels what is shipped): each life has one right end.
"""

from __future__ import annotations

import os
import random
from collections import Counter
from collections.abc import Callable

import pytest

from tests.sync.world import Crash, Made, World
from tests.sync.world.market import CLOSED, PENDING
from tokbridge.core.errors import Refused, Retry
from tokbridge.core.status import Status
from tokbridge.core.wire import Request

SEEDS = range(*map(int, os.environ.get("LIVES", "0 60").split()))  # "60 5000" for a long look
EVENTS = 9
UNITS = 4
WRITES = ("create_order", "cancel_lines", "cancel_order", "add_parcel", "update_address", "set_status")


class Life:
    """One order and its fate. `over`: one side cancelled all of it."""

    def __init__(self, world: World, seed: int) -> None:
        self.world = world
        self.rng = random.Random(seed)
        store = world.store
        store.lag = self.rng.choice([0.0, 0.0, 60.0])
        store.cancels_later = self.rng.random() < 0.3
        store.quiet_parcels = store.poll_parcels = self.rng.random() < 0.4
        store.invoices = self.rng.random() < 0.3
        self.id = world.order(UNITS, self.rng.choice([Status.ON_HOLD, Status.AWAITING_SHIPMENT]))
        self.street = "1 Mill Lane"
        self.numbers = 0
        self.over = self.answered = self.deleted = False
        self.story: list[str] = []

    # --- what is so

    @property
    def all_made(self) -> list[Made]:
        """Store orders of this order that are there, the second ones made for it ("-2") included."""
        return [one for one in self.world.store.made if one.plan.marker.startswith(self.id)]

    @property
    def made(self) -> Made | None:
        return next(iter(self.all_made), None)

    @property
    def lines(self) -> list[dict[str, str]]:
        return [one for one in self.world.tiktok.orders[self.id]["line_items"] if one["display_status"] != "CANCELLED"]

    @property
    def unshipped(self) -> list[str]:
        """Units that live on both sides and that neither shows in a parcel."""
        made = self.made
        gone = {*made.units_off, *made.units_shipped} if made else set()
        return [one["id"] for one in self.lines if not one.get("tracking_number") and one["id"] not in gone]

    @property
    def asked(self) -> str:
        """The buyer's request to cancel that is open, "" = none."""
        open_ones = [key for key, one in self.world.tiktok.cancellations.items() if one["cancel_status"] == PENDING]
        return next(iter(open_ones), "")

    @property
    def quiet(self) -> bool:
        """Neither side wants to end the order."""
        return not self.over and not self.asked

    @property
    def nothing_shipped(self) -> bool:
        return not any(one.get("tracking_number") for one in self.lines) and not (self.made and self.made.parcels)

    def number(self) -> str:
        self.numbers += 1
        return f"RM {self.numbers}"

    # --- what both sides do

    def release(self) -> bool:
        if self.world.tiktok.orders[self.id]["status"] != "ON_HOLD":
            return False
        self.world.tiktok.set_status(self.id, Status.AWAITING_SHIPMENT)
        return True

    def cancel_a_unit(self) -> bool:
        free = self.unshipped
        if not self.quiet or len(free) < 2:
            return False
        self.world.tiktok.cancel(self.id, [self.rng.choice(free)])
        return True

    def move(self) -> bool:
        if self.over or not self.nothing_shipped:
            return False
        self.street = f"{self.rng.randrange(2, 99)} Mill Lane"
        raw = self.world.tiktok.orders[self.id]
        address = {**raw["recipient_address"], "address_line1": self.street}
        self.world.tiktok.touch(self.id, recipient_address=address)
        return True

    def staff_ship(self) -> bool:
        made, free = self.made, self.unshipped
        if not self.quiet or made is None or not free or self.world.tiktok.orders[self.id]["status"] == "ON_HOLD":
            return False
        units = self.rng.sample(free, self.rng.randint(1, len(free)))
        self.world.store.staff_ship(made, units, self.number())
        return True

    def staff_ship_anew(self) -> bool:
        """Take a shipment back, and ship the same units under another number."""
        made = self.made
        own = [one for one in made.parcels if not one.number.startswith("SC") and not one.cancelled] if made else []
        if made is None or not own:
            return False
        old = self.rng.choice(own)
        self.world.store.staff_take_back(made, old.ref)
        self.world.store.staff_ship(made, [unit for item in old.items for unit in item.line_ids], self.number())
        return True

    def staff_delete(self) -> bool:
        made = self.made
        if made is None or not self.quiet or not self.nothing_shipped or self.rng.random() < 0.5:
            return False
        if self.world.binding(self.id).state != "bound":
            return False
        self.world.store.made.remove(made)
        self.deleted = True
        return True

    def person_creates_again(self) -> bool:
        if not self.deleted or self.over:
            return False
        self.deleted = False
        self.world.wish(self.id, "recreate")
        return True

    def staff_renumber(self) -> bool:
        made = self.made
        own = [one for one in made.parcels if not one.number.startswith("SC") and not one.cancelled] if made else []
        if made is None or not own:
            return False
        self.world.store.staff_number(made, self.rng.choice(own).ref, self.number())
        return True

    def ship_in_seller_center(self) -> bool:
        free = self.unshipped
        if not self.quiet or not free or self.world.tiktok.orders[self.id]["status"] == "ON_HOLD":
            return False
        self.numbers += 1
        self.world.tiktok.ship(self.id, self.rng.sample(free, self.rng.randint(1, len(free))), f"SC {self.numbers}")
        return True

    def buyer_cancels(self) -> bool:
        if not self.quiet or not self.nothing_shipped:
            return False
        self.world.tiktok.cancel(self.id)
        self.over = True
        return True

    def staff_cancels(self) -> bool:
        made = self.made
        if not self.quiet or made is None or not self.nothing_shipped or self.rng.random() < 0.5:
            return False
        if self.world.tiktok.orders[self.id]["status"] == "ON_HOLD":
            return False
        self.world.store.staff_cancel(made)
        self.over = True
        return True

    def person_rejects(self) -> bool:
        if not self.quiet or not self.nothing_shipped or not self.world.known(self.id) or self.rng.random() < 0.5:
            return False
        if self.world.tiktok.orders[self.id]["status"] == "ON_HOLD":
            return False
        self.world.wish(self.id, "reject", reason="pricing error")
        self.over = True
        return True

    def buyer_asks_to_cancel(self) -> bool:
        if not self.quiet or not self.nothing_shipped or self.world.tiktok.orders[self.id]["status"] == "ON_HOLD":
            return False
        self.world.tiktok.ask_to_cancel(self.id)
        self.answered = False
        return True

    def person_answers(self) -> bool:
        if not self.asked or not self.world.known(self.id) or self.answered:
            return False
        verb = self.rng.choice(["accept", "decline"])
        self.world.wish(self.id, verb)
        self.answered, self.over = True, verb == "accept"
        return True

    def seller_center_answers(self) -> bool:
        if not self.asked or self.answered:
            return False
        granted = self.rng.random() < 0.5
        self.world.tiktok.answer_request(self.asked, granted)
        self.answered, self.over = True, granted
        return True

    def ask_to_sync(self) -> bool:
        if not self.world.known(self.id):
            return False
        self.world.wish(self.id, "sync")
        return True

    # --- what the flow and the world between them do

    def step(self) -> None:
        """News of one side, or a look; under faults, and maybe to the death."""
        world = self.world
        doing: list[Callable[[], object]] = [world.poll, world.watch, lambda: world.read(self.id)]
        if world.known(self.id):
            doing += [self._look] * 5
        act = self.rng.choice(doing)
        try:
            if self.rng.random() < 0.25:
                with world.dying(self.rng.randint(1, 25)):
                    act()
            else:
                act()
        except Crash:
            self.story.append("death")
            world.new_process()
        except (Retry, Refused) as error:
            self.story.append(error.code)

    def _look(self) -> None:
        due_at = self.world.row(self.id).due_at
        if due_at is not None:
            self.world.clock.at = max(self.world.clock.at, due_at)
        self.world.look(self.id)

    def faults(self, request: Request) -> str:
        drawn = self.rng.random()
        self.world.store.errors.clear()
        if drawn < 0.18:
            fault = self.rng.choice(["before", "after", "after", "down"])
            self.story.append(f"{request.operation} {fault}")
            return fault
        if drawn < 0.24 and request.operation in WRITES:
            self.story.append(f"{request.operation} refused")
            self.world.store.errors[request.operation] = Refused("not now", "the store does not like it")
        return ""

    def live(self) -> None:
        events = [
            self.release,
            self.cancel_a_unit,
            self.cancel_a_unit,
            self.move,
            self.staff_ship,
            self.staff_ship,
            self.staff_renumber,
            self.staff_ship_anew,
            self.staff_delete,
            self.person_creates_again,
            self.person_creates_again,
            self.ship_in_seller_center,
            self.buyer_cancels,
            self.staff_cancels,
            self.person_rejects,
            self.buyer_asks_to_cancel,
            self.person_answers,
            self.person_answers,
            self.seller_center_answers,
            self.ask_to_sync,
        ]
        self.world.tiktok_wire.faults = self.world.store_wire.faults = self.faults
        for _ in range(EVENTS):
            event = self.rng.choice(events)
            if event():
                self.story.append(event.__name__)
            for _ in range(self.rng.randrange(4)):
                self.step()
            self.world.clock.sleep(self.rng.choice([0, 1, 30, 200]))
        self.world.tiktok_wire.faults = self.world.store_wire.faults = lambda _request: ""
        self.world.store.errors.clear()

    def rest(self) -> None:
        """Peace: all is tried again until nothing more is wanted."""
        world = self.world
        if world.tiktok.orders[self.id]["status"] == "ON_HOLD":
            world.tiktok.set_status(self.id, Status.AWAITING_SHIPMENT)
        if self.asked and not self.answered:
            world.tiktok.answer_request(self.asked, granted=False)
        self.person_creates_again()
        world.new_process()
        for _ in range(3):
            world.clock.sleep(3600)
            world.poll()
            world.read(self.id)
            world.watch()
            world.carry(self.id)


def is_right(life: Life) -> None:
    world, raw = life.world, life.world.tiktok.orders[life.id]
    assert world.problems(life.id) == []
    all_made = life.all_made
    assert len(all_made) <= 1
    if life.over:
        assert raw["status"] == "CANCELLED"
        assert all(one.cancelled for one in all_made)
        known = [one for one in world.tiktok.cancellations.values() if one["cancel_status"] != CLOSED]
        whole = [one for one in known if len(one["cancel_line_items"]) > 1]
        assert len(whole) <= 1
        return
    (made,) = all_made
    assert not made.cancelled
    assert raw["status"] != "CANCELLED"
    cancelled = {one["id"] for one in raw["line_items"]} - {one["id"] for one in life.lines}
    planned = {unit for line in made.plan.lines for unit in line.line_ids}
    assert Counter(made.units_off) == Counter(cancelled & planned), "each cancelled unit came off once"
    assert planned - set(made.units_off) == {one["id"] for one in life.lines}
    if life.unshipped:
        assert made.address is not None and made.address.line1 == life.street
    shown = {one["id"]: one.get("tracking_number", "") for one in life.lines}
    living = [one for one in made.parcels if not one.cancelled]
    there = {unit: one.number for one in living for item in one.items for unit in item.line_ids}
    assert {unit: number for unit, number in shown.items() if number} == there
    assert sorted(made.units_invoiced) == (sorted(made.units_shipped) if world.store.invoices else [])
    assert max(Counter(made.units_shipped).values(), default=1) == 1, "no unit was shipped twice"


@pytest.mark.parametrize("seed", SEEDS)
def test_a_life(world: World, seed: int) -> None:
    life = Life(world, seed)
    life.live()
    try:
        life.rest()
        is_right(life)
    except AssertionError as error:
        raise AssertionError(f"seed {seed}: {' / '.join(life.story)}") from error
