"""A person ships: units of an order, one of TikTok's carriers and a tracking number make a parcel, which the normal flow
tells TikTok of."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence

from django.db import transaction

from tokbridge.core.carriers import number_key
from tokbridge.core.saying import say
from tokbridge.records.models import Instruction, Line, Order, Parcel, User
from tokbridge.sync import queue
from tokbridge.sync.asked import Asked, NotPossible
from tokbridge.sync.desk import try_now
from tokbridge.sync.offers import choose_provider, offered
from tokbridge.sync.verbs import why_not
from tokbridge.tiktok.logistics import Provider

_NUMBER = re.compile(r"[A-Za-z0-9\-_./]{4,50}")


def ship(
    order_id: int, provider: str, number: str, line_ids: Sequence[str] | None = None, by: User | None = None
) -> Asked:
    """Ship units of an order (None: all that no parcel holds yet) with one of TikTok's carriers, by name or id.

    Makes a parcel that the normal flow tells TikTok of. The same number again corrects that parcel's carrier and units
    as long as TikTok was not told of it. Raises `NotPossible`, and the errors of `core.errors` when TikTok cannot be
    asked which carriers it takes.
    """
    number = tracking_number(number)
    row = Order.objects.get(pk=order_id)
    if refused := why_not(row, "ship"):
        raise NotPossible(say("order {order} cannot be shipped: {why}", order=row.tiktok_id, why=refused))
    return ship_with(row, choose_provider(offered(order_id), provider), number, line_ids, by)


def tracking_number(text: str) -> str:
    """The number without blanks around it. Raises `NotPossible` when TikTok would take it for none."""
    number = text.strip()
    if not _NUMBER.fullmatch(number):  # reference tiktok-shop-api.md 4.2
        raise NotPossible(
            say(
                "{number} is not a tracking number: 4 to 50 characters, letters, digits and - _ . /",
                number=repr(number),
            )
        )
    return number


def ship_with(
    row: Order, carrier: Provider, number: str, line_ids: Sequence[str] | None = None, by: User | None = None
) -> Asked:
    """As `ship`, with a carrier that TikTok offers for the order and a checked number; asks nothing outside, so that
    it may stand in a transaction of the caller's. Raises `NotPossible`."""
    if refused := why_not(row, "ship"):
        raise NotPossible(say("order {order} cannot be shipped: {why}", order=row.tiktok_id, why=refused))
    now = time.time()
    with transaction.atomic():
        parcel = _parcel(row, carrier, number, line_ids, now)
        Instruction.objects.create(
            order=row,
            verb="ship",
            args={"carrier": carrier.name, "number": number, "line_ids": parcel.line_ids},
            by=by,
            at=now,
            done_at=now,
            result=say("parcel {parcel}", parcel=parcel.pk),
        )
        try_now(row.pk, {"due_at": now, "updated_at": now})
    transaction.on_commit(lambda: queue.wake([row.pk], say("a person ships it")))
    return Asked(row.pk, row.tiktok_id, "ship", now, str(parcel.pk))


def _parcel(row: Order, carrier: Provider, number: str, line_ids: Sequence[str] | None, now: float) -> Parcel:
    key = number_key(number)
    same = Parcel.objects.filter(order=row, number_key=key).first()
    if same is not None and (same.origin != "desk" or same.tiktok_number):
        raise NotPossible(
            say("order {order} already has a parcel with number {number}", order=row.tiktok_id, number=same.number)
        )
    units = _units(row, line_ids, same)
    columns = {"number": number, "carrier": carrier.name, "provider_id": carrier.id, "line_ids": units}
    parcel, _ = Parcel.objects.update_or_create(
        order=row, number_key=key, defaults=columns, create_defaults={**columns, "origin": "desk", "seen_at": now}
    )
    return parcel


def _units(row: Order, line_ids: Sequence[str] | None, same: Parcel | None) -> list[str]:
    """The units to ship, checked to be left."""
    free = [line.tiktok_id for line in left_to_ship(row, same)]
    if line_ids is None:
        if not free:
            raise NotPossible(
                say(
                    "order {order} has no unit left to ship: each is cancelled, shipped or in a parcel",
                    order=row.tiktok_id,
                )
            )
        return free
    wrong = [line for line in line_ids if line not in free]
    if wrong or not line_ids:
        named = ", ".join(wrong) or say("none was named")
        choices = ", ".join(free) or say("none")
        raise NotPossible(say("units not left to ship: {units}; left are: {choices}", units=named, choices=choices))
    return list(dict.fromkeys(line_ids))


def left_to_ship(row: Order, same: Parcel | None = None) -> list[Line]:
    """The units that are live, without a number on TikTok and in no parcel (other than `same`)."""
    parcels = Parcel.objects.filter(order=row, cancelled=False).values_list("pk", "line_ids")
    taken = {line for key, ids in parcels if same is None or key != same.pk for line in ids}
    lines = Line.objects.filter(order=row, cancelled=False, tracking_number="").order_by("position")
    return [line for line in lines if line.tiktok_id not in taken]


def not_told(row: Order, number: str = "") -> Parcel | None:
    """A parcel that a person made and TikTok was not told of (it may have refused it): shipping its number again corrects
    it. `number`: only the one with this number."""
    mine = Parcel.objects.filter(order=row, origin="desk", tiktok_number="", cancelled=False)
    return (mine.filter(number_key=number_key(number)) if number else mine).order_by("id").first()
