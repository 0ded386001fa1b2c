"""Where a listing belongs on the Products page, and what changes that."""

from __future__ import annotations

from collections.abc import Iterable

from tokbridge.records.models import Found, Link, Listing, ListingKind

_BY_FOUND = {
    Found.UNREAD: ListingKind.UNREAD,
    Found.NONE: ListingKind.UNMATCHED,
    Found.ONE: ListingKind.MATCHED,
    Found.SEVERAL: ListingKind.UNMATCHED,
    Found.NO_SKU: ListingKind.UNMATCHED,
}


def kind_of(found: str, *, on_sale: bool, linked: bool) -> ListingKind:
    """A link counts first, as it does for orders."""
    if linked:
        return ListingKind.LINKED
    return _BY_FOUND[Found(found)] if on_sale else ListingKind.RESTING


def linked_among(store_id: int, sku_ids: Iterable[str]) -> set[str]:
    living = Link.objects.filter(store_id=store_id, sku_id__in=list(sku_ids), ended_at__isnull=True)
    return set(living.values_list("sku_id", flat=True))


def note_links(store_id: int, sku_ids: Iterable[str]) -> None:
    """The links of these SKUs changed. In the caller's transaction."""
    wanted = list(sku_ids)
    linked = linked_among(store_id, wanted)
    rows = Listing.objects.filter(store_id=store_id, sku_id__in=wanted)
    for pk, sku_id, found, on_sale, kind in rows.values_list("pk", "sku_id", "found", "on_sale", "kind"):
        fresh = kind_of(found, on_sale=on_sale, linked=sku_id in linked)
        if fresh != kind:
            Listing.objects.filter(pk=pk).update(kind=fresh)
