"""The parcels that TikTok shows, recognised as ours or entered as made there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tokbridge.core.carriers import number_key
from tokbridge.records.models import Line, Order, Parcel


def with_shown(row: Order, lines: Sequence[Line], parcels: list[Parcel]) -> list[Parcel]:
    """The order's parcels, those among them that TikTok shows and nobody told it of included."""
    shown: dict[str, list[Line]] = {}
    for line in lines:
        if line.tracking_number and not line.cancelled:
            shown.setdefault(line.tracking_number, []).append(line)
    unshipped = {line.tiktok_id for line in lines if not line.tracking_number and not line.cancelled}
    for number, units in shown.items():
        key = number_key(number) or number  # one without a letter or digit, too, is a number
        parcel = _known(parcels, key, {unit.tiktok_id for unit in units})
        if parcel is not None and parcel.cancelled:
            parcel = _successor(parcels, parcel) or parcel
        if parcel is None:
            parcels.append(_enter(row, number, key, units))
        elif parcel.number_key == key:
            if parcel.tiktok_number != parcel.number and not unshipped.intersection(parcel.line_ids):
                _is_told(parcel, parcel.number, units, row.read_at)
        elif not parcel.tiktok_number:  # told of, and the store has another number by now
            _is_told(parcel, number, units, row.read_at)
    return parcels


def _known(parcels: Iterable[Parcel], key: str, units: set[str]) -> Parcel | None:
    """The parcel that has this number, or had it when TikTok was told; rather one of the same units, where staff gave
    a number from one parcel to another."""
    named = [one for one in parcels if key in {one.number_key, number_key(one.tiktok_number), *one.told}]
    return max(named, key=lambda one: (bool(units & set(one.line_ids)), one.number_key == key), default=None)


def _successor(parcels: Iterable[Parcel], gone: Parcel) -> Parcel | None:
    """The shipment of the very same units that staff made in place of one they took back: TikTok's package is now its."""
    units = set(gone.line_ids)
    living = (one for one in parcels if units and one.number and not one.cancelled)
    return next((one for one in living if set(one.line_ids) == units), None)


def _is_told(parcel: Parcel, number: str, units: list[Line], at: float) -> None:
    parcel.tiktok_number, parcel.package_id = number, units[0].package_id
    parcel.sent_at = parcel.sent_at or at
    parcel.save(update_fields=["tiktok_number", "package_id", "sent_at"])


def _enter(row: Order, number: str, key: str, units: list[Line]) -> Parcel:
    return Parcel.objects.create(
        order=row,
        origin="tiktok",
        number=number,
        number_key=key,
        carrier=units[0].provider_name,
        line_ids=[unit.tiktok_id for unit in units],
        package_id=units[0].package_id,
        tiktok_number=number,
        told=[key],
        seen_at=row.read_at,
    )
