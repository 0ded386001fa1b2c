"""What the buyer, the seller and the staff of both sides may do to one order, as long as it makes sense to them."""

from __future__ import annotations

import random

from tests.sync.world import Made, World
from tests.sync.world.market import PENDING
from tokbridge.core.status import Status
from tokbridge.stores.nouns import Parcel

UNITS = 4


class Sides:
    """One order, as both sides see it. `over`: one of them cancelled all of it; `answered`: somebody decided what the
    buyer asks; `deleted`: staff deleted the store order. Every deed returns whether there was an occasion for it. Nobody
    does what contradicts the other side (cancels what is shipped)."""

    def __init__(self, world: World, rng: random.Random) -> None:
        self.world = world
        self.rng = rng
        store = world.store
        store.lag = self.rng.choice([0.0, 0.0, 60.0])
        store.cancels_later = self.rng.random() < 0.3
        store.quiet_parcels = store.poll_parcels = self.rng.random() < 0.4
        store.invoices = self.rng.random() < 0.3
        self.id = world.order(UNITS, self.rng.choice([Status.ON_HOLD, Status.AWAITING_SHIPMENT]))
        self.street = "1 Mill Lane"
        self.numbers = 0
        self.over = self.answered = self.deleted = False

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
    def parcels_of_staff(self) -> list[Parcel]:
        """What the store shipped by itself and did not take back; Seller Center's numbers begin with SC."""
        return (
            [one for one in self.made.parcels if not one.number.startswith("SC") and not one.cancelled]
            if self.made
            else []
        )

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
        made, own = self.made, self.parcels_of_staff
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
        made, own = self.made, self.parcels_of_staff
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
