"""The orders of the demo: each case says what is placed, what people do to it, and how it must end."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]

SKUS = [f"SKU-{number}" for number in range(1, 31)]
SOLD_OUT = "SOLD-OUT-1"
UNKNOWN_SKU = "NOT-IN-STORE"
CARRIERS = ["USPS", "UPS", "FedEx"]
STOCK = 100_000
RECEIVED = 100  # units that arrive when something sold out is to be shipped


@dataclass(frozen=True)
class Case:
    """`weight`: share of all orders, per mille. `deed`: what is done to it (see `director`)."""

    name: str
    weight: int
    deed: str
    end: str  # created, cancelled, cancelled or never created, blocked, not ours, before start, unpaid
    template: Callable[[random.Random], Json]
    tiktok_status: str = "COMPLETED"
    code: str = ""
    hold_shop: bool | None = None  # None = either
    not_on: frozenset[str] = frozenset()  # platforms whose own facts rule it out
    sold_out: bool = False  # see SHIPS_ONLY_WHAT_IT_HAS


@dataclass
class Placed:
    """One placed order: its case, TikTok id, store's platform, and what the director still has to remember."""

    case: Case
    id: str
    platform: str
    units: Json
    memory: Json = field(default_factory=dict)


def _unit(rng: random.Random, **extra: Any) -> Json:
    sku = rng.choice(SKUS)
    spelling = rng.choice([sku, sku, sku, f" {sku.lower()} "])
    price = rng.randrange(500, 9000)
    discount = rng.choice([0, 0, price // 10])
    platform = rng.choice([0, 0, price // 20])
    tax = rng.choice([0, 8250])
    return {
        "sku": spelling,
        "title": f"Demo article {sku[4:]}",
        "quantity": rng.choice([1, 1, 2]),
        "price": _money(price),
        "seller_discount": _money(discount),
        "platform_discount": _money(platform),
        "tax": _money((price - discount - platform) * tax // 100_000),
        **extra,
    }


def _money(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02d}"


def normal(rng: random.Random) -> Json:
    units = [_unit(rng) for _ in range(rng.choice([1, 1, 2, 3]))]
    return {
        "units": units,
        "shipping_fee": _money(rng.choice([0, 499, 799])),
        "fees": rng.choice([{}, {}, {"retail_delivery_fee": "0.29"}]),
        "buyer": {"name": rng.choice(["Alex Demo", "Zoë Beispiel", "Trần Mẫu", "Łukasz Próbny"])},
    }


def _one_sku(sku: str) -> Callable[[random.Random], Json]:
    return lambda rng: {"units": [_unit(rng, sku=sku)], "shipping_fee": "4.99"}


def _two_units(rng: random.Random) -> Json:
    return {"units": [_unit(rng, sku=rng.choice(SKUS), quantity=3)], "shipping_fee": "4.99"}


def _with(**extra: Any) -> Callable[[random.Random], Json]:
    return lambda rng: {**normal(rng), **extra}


def _sample(rng: random.Random) -> Json:
    return {"units": [{"sku": rng.choice(SKUS), "quantity": 1}], "sample": True}


def _wrong_sum(rng: random.Random) -> Json:
    return {**normal(rng), "payment": {"total_amount": "123456.78"}}


def _old(rng: random.Random) -> Json:
    status = rng.choice(["AWAITING_SHIPMENT", "IN_TRANSIT", "DELIVERED", "COMPLETED", "CANCELLED"])
    return {**normal(rng), "age_seconds": rng.randrange(3, 40) * 86_400, "status": status}


SHIPPED = "COMPLETED"
STAYS = "AWAITING_SHIPMENT"

SHIPS_ONLY_WHAT_IT_HAS = frozenset({"magento"})  # a source that is too short refuses the shipment (reference 9)
PAID_ONLY = frozenset({"prestashop"})  # its webservice books every new order as paid (reference 5.6)
ONE_PARCEL = frozenset({"prestashop"})  # it cannot say which units are in a parcel (reference 7)

CASES = [
    Case("plain", 600, "ship", "created", normal),
    Case("cash on delivery", 30, "ship", "created", _with(cod=True), not_on=PAID_ONLY),
    Case("sample", 20, "ship", "created", _sample),
    Case("sold out in the store", 20, "ship", "created", _one_sku(SOLD_OUT), sold_out=True),
    Case("two parcels", 40, "ship twice", "created", _two_units, not_on=ONE_PARCEL),
    Case("shipped in Seller Center", 20, "ship on tiktok", "created", normal),
    Case("number corrected later", 20, "refused, then corrected", "created", normal),
    Case("number changed after shipping", 20, "ship, then another number", "created", normal),
    Case("carrier without counterpart", 20, "ship with unknown carrier", "created", normal, STAYS, "unmapped_carrier"),
    Case("a unit cancelled", 30, "cancel a unit, ship the rest", "created", _two_units),
    Case("buyer cancels in the hold", 40, "cancel at once", "cancelled", normal, "CANCELLED", hold_shop=True),
    Case("cancelled in flight", 30, "cancel in flight", "cancelled or never created", normal, "CANCELLED"),
    Case("cancelled after creation", 30, "cancel after creation", "cancelled", normal, "CANCELLED"),
    Case("staff cancels in the store", 25, "cancel in the store", "cancelled", normal, "CANCELLED"),
    Case("SKU not in the store", 20, "nothing", "blocked", _one_sku(UNKNOWN_SKU), STAYS, "unmatched_sku"),
    Case("figures contradict", 10, "nothing", "blocked", _wrong_sum, STAYS, "does_not_add_up"),
    Case("fulfilled by TikTok", 20, "nothing", "not ours", _with(fbt=True), STAYS),
    Case("never paid", 5, "nothing", "unpaid", _with(status="UNPAID"), "UNPAID"),
]
OLD = Case("older than the channel", 0, "nothing", "before start", _old)
MOST_STORE_CANCELLATIONS = 8  # the channel stops and asks above 10 in 10 minutes


def draw(count: int, rng: random.Random) -> list[Case]:
    """`count` cases in a random order, every case at least once when there is room."""
    drawn: list[Case] = []
    for case in CASES:
        share = round(count * case.weight / 1000)
        if count >= len(CASES):
            share = max(1, share)
        if case.deed == "cancel in the store":
            share = min(share, MOST_STORE_CANCELLATIONS)
        drawn += [case] * share
    while len(drawn) > count:
        drawn.remove(CASES[0]) if CASES[0] in drawn else drawn.pop()
    drawn += [CASES[0]] * (count - len(drawn))
    rng.shuffle(drawn)
    return drawn
