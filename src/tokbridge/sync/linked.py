"""The links that a person set, as matching takes them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from tokbridge.core.matching import Match, Part
from tokbridge.records.models import Link


def links_of(store_id: int, sku_ids: Collection[str]) -> dict[str, tuple[Part, ...]]:
    """The links in force of these TikTok SKUs. Read anew every time: a link holds from the moment it is saved."""
    rows = Link.objects.filter(store_id=store_id, sku_id__in=sku_ids, ended_at__isnull=True)
    return {sku_id: parts_of(parts) for sku_id, parts in rows.values_list("sku_id", "parts")}


def parts_of(told: Sequence[Mapping[str, Any]]) -> tuple[Part, ...]:
    """Parts as `Link.parts` keeps them."""
    return tuple(
        Part(Match(one["variant"], one["title"], one["variant_title"], one["requires_shipping"]), one["quantity"])
        for one in told
    )
