"""Whole lives of one order, drawn at random: what both sides do, in any order, while calls fail, answers get lost and
workers die. Once all is quiet, both sides must say the same, and nothing happened twice: each life has one right end.
"""

from __future__ import annotations

import os
import random
from collections import Counter
from collections.abc import Callable

import pytest

from tests.sync.sides import Sides
from tests.sync.world import Crash, World
from tests.sync.world.market import CLOSED
from tokbridge.core.errors import Refused, Retry
from tokbridge.core.status import Status
from tokbridge.core.wire import Request

SEEDS = range(*map(int, os.environ.get("LIVES", "0 60").split()))  # "60 5000" for a long look
EVENTS = 9
WRITES = ("create_order", "cancel_lines", "cancel_order", "add_parcel", "update_address", "set_status")


class Life(Sides):
    """The order's fate. `story`: what happened, for the reader of a failure."""

    def __init__(self, world: World, seed: int) -> None:
        super().__init__(world, random.Random(seed))
        self.story: list[str] = []

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
