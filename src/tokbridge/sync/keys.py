"""Orders by what people call them: TikTok id, store number, the store's id where people use it, or own id ("#12" is always
an own id)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tokbridge.core.saying import say
from tokbridge.records.models import Binding, Order, Store
from tokbridge.stores.registry import PLATFORMS

AT_ONCE = 500  # keys in one query

Named = dict[str, Order | str]
"""By key: its order, or in words why it names none."""


def by_key(keys: Iterable[str]) -> Named:
    """Any number of keys, each as it was given. A TikTok id goes before all other names."""
    wanted = list(dict.fromkeys(keys))
    found: Named = {}
    for first in range(0, len(wanted), AT_ONCE):
        hits = _hits(wanted[first : first + AT_ONCE])
        found |= {key: _one(key, [orders[pk] for pk in sorted(orders)]) for key, orders in hits.items()}
    return found


def _hits(keys: Sequence[str]) -> dict[str, dict[int, Order]]:
    hits: dict[str, dict[int, Order]] = {key: {} for key in keys}
    names = [key for key in keys if not key.startswith("#")]
    for order in Order.objects.filter(tiktok_id__in=names):
        hits[order.tiktok_id][order.pk] = order
    others = [key for key in names if not hits[key]]
    for order in Order.objects.filter(store_number__in=others):
        hits[str(order.store_number)][order.pk] = order
    for binding in Binding.objects.filter(store__in=_stores_with_ids(), ref__in=others).select_related("order"):
        hits[str(binding.ref)][binding.order_id] = binding.order
    own: dict[int, list[str]] = {}
    for key in (*others, *(key for key in keys if key.startswith("#"))):
        digits = key.removeprefix("#")
        if digits.isdecimal() and digits.isascii() and len(digits) < 16:
            own.setdefault(int(digits), []).append(key)
    for order in Order.objects.filter(pk__in=own):
        for key in own[order.pk]:
            hits[key][order.pk] = order
    return hits


def _stores_with_ids() -> list[int]:
    platforms = [platform.name for platform in PLATFORMS.values() if platform.shows_ids]
    return list(Store.objects.filter(platform__in=platforms).values_list("pk", flat=True))


def _one(key: str, orders: Sequence[Order]) -> Order | str:
    if len(orders) == 1:
        return orders[0]
    if orders:
        names = ", ".join(f"#{order.pk} (TikTok {order.tiktok_id})" for order in orders[:3])
        return say("{key} may be {names}: name it by its # or its TikTok id", key=key, names=names)
    return say("{key} is not known; fetch it by its TikTok id if it is new", key=key)
