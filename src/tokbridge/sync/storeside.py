"""What a store says about an order of ours, turned into rows."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from typing import Any

from tokbridge.core.carriers import number_key
from tokbridge.core.errors import Refused
from tokbridge.core.matching import unit_of
from tokbridge.records.models import Binding, BindingState, Line, Parcel, Problem
from tokbridge.stores.nouns import Parcel as StoreParcel
from tokbridge.stores.nouns import ParcelItem, StoreOrder
from tokbridge.sync.connections import WebStore
from tokbridge.sync.facts import View


def store_of(view: View) -> WebStore:
    if view.web is None:
        raise Refused("no_channel", "no channel takes this order")
    return view.web


def out_of_sight(view: View) -> bool:
    """The store may hide an order of this age from us, so that finding none proves nothing (policy `oldest`)."""
    return view.policy.oldest is not None and view.row.placed_at < time.time() - view.policy.oldest


def bound_columns(binding: Binding, found: StoreOrder) -> dict[str, Any]:
    """Columns of a binding after its store order was read: totals, rows, and what is wrong with them."""
    faults = []
    if not found.cancelled and (found.total != binding.expected_total or not _same_currency(binding, found)):
        faults.append("total_differs")
    if found.unlinked:
        faults.append("line_unlinked")
    return {
        "state": BindingState.BOUND,
        "ref": found.ref,
        "read_total": found.total,
        "read_currency": found.currency,
        "faults": faults,
        "rows": [
            {"ref": row.ref, "sku": row.sku, "variant": row.variant, "line_ids": list(row.line_ids)}
            for row in found.lines
        ],
        "bound_at": time.time(),
        "cancelled_at": time.time() if found.cancelled else None,
    }


def base_columns(found: StoreOrder) -> dict[str, Any]:
    """Columns of an order after its store order was read: the total in the store's currency. A cancelled order keeps
    the one it had: what is left of it is nothing."""
    if found.cancelled:
        return {}
    base = found.base
    return {
        "base_total": base.total if base else None,
        "base_currency": base.currency if base else None,
        "base_rate": base.rate if base else None,
    }


def _same_currency(binding: Binding, found: StoreOrder) -> bool:
    return found.currency == binding.order.currency


def store_parcels(binding: Binding, parcels: Iterable[StoreParcel]) -> bool:
    """Keep the parcels of one store order; True when something changed. The store's fulfilment id and the order's
    number name a parcel: one that we wrote ourselves comes back as the same row, and further fulfilments under the
    same number only add their units to it."""
    changed = False
    parcels = sorted(parcels, key=lambda one: not one.cancelled)  # what is taken back gives its units to its successor
    living = {parcel.ref for parcel in parcels if not parcel.cancelled}
    rows = list(Parcel.objects.filter(order_id=binding.order_id))
    by_ref = {row.store_ref: row for row in rows if row.store_ref}
    by_key = {row.number_key: row for row in rows if row.number_key}
    for parcel in parcels:
        key = number_key(parcel.number) or None
        row = by_ref.get(parcel.ref) or (by_key.get(key) if key else None)
        if row is None:
            if parcel.cancelled:
                continue
            taken = {line for other in rows if not other.cancelled for line in other.line_ids}
            row = Parcel.objects.create(
                order_id=binding.order_id,
                origin="store",
                store_ref=parcel.ref,
                number=parcel.number,
                number_key=key,
                carrier=parcel.carrier[:120],
                line_ids=units_of(binding, parcel.items, taken),
                in_store=True,
                seen_at=time.time(),
            )
            rows.append(row)
            by_ref[parcel.ref] = row
            if key:
                by_key[key] = row
            changed = True
            continue
        if row.store_ref != parcel.ref and row.store_ref in living:
            changed |= not parcel.cancelled and _add_units(binding, row, parcel, rows)
            continue
        news: dict[str, Any] = {
            "store_ref": parcel.ref,
            "number": parcel.number or row.number,
            "number_key": key or row.number_key,
            "carrier": row.carrier if row.origin == "tiktok" else parcel.carrier[:120],
            "cancelled": parcel.cancelled and row.origin != "tiktok",
            "in_store": not parcel.cancelled,
        }
        news = {name: value for name, value in news.items() if getattr(row, name) != value}
        holder = by_key.get(key) if key else None
        if holder is not None and holder is not row and "number_key" in news:
            # Numbers moved up when staff deleted one of several: whoever held this one gets its own later in the list.
            holder.number_key = None
            holder.save(update_fields=["number_key"])
        if news:
            for name, value in news.items():
                setattr(row, name, value)
            row.save(update_fields=list(news))
            # What stood in the parcel's way may be just what was corrected: no step about it waits any longer.
            Problem.objects.filter(order_id=binding.order_id, subject=str(row.pk), closed_at=None).update(next_at=None)
            changed = True
    return changed


def _add_units(binding: Binding, row: Parcel, parcel: StoreParcel, rows: list[Parcel]) -> bool:
    """Units of another fulfilment under this parcel's number. TikTok is told of it anew: it knows the first ones."""
    own = {unit_of(piece) for item in parcel.items for piece in item.line_ids}
    if own and own <= set(row.line_ids):
        return False
    taken = {line for other in rows if not other.cancelled for line in other.line_ids}
    added = units_of(binding, parcel.items, taken)
    if added:
        row.line_ids = [*row.line_ids, *added]
        row.tiktok_number = "" if row.origin == "store" else row.tiktok_number
        row.save(update_fields=["line_ids", "tiktok_number"])
    return bool(added)


def units_of(binding: Binding, items: Sequence[ParcelItem], taken: set[str]) -> list[str]:
    """The TikTok units in a parcel: of each row of the store order as many as it holds, not yet in another parcel. A
    unit that is a bundle in the store goes with the first parcel that holds a piece of it."""
    cancelled = set(Line.objects.filter(order_id=binding.order_id, cancelled=True).values_list("tiktok_id", flat=True))
    rows = {row["ref"]: row["line_ids"] for row in binding.rows}
    units: list[str] = []
    for item in items:
        free = [
            piece
            for piece in (item.line_ids or rows.get(item.line_ref, []))
            if unit_of(piece) not in taken and unit_of(piece) not in cancelled and piece not in units
        ]
        units += free[: item.quantity]
    return list(dict.fromkeys(map(unit_of, units)))
