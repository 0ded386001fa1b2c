"""The store's products by SKU, kept for a few minutes so that a burst of orders asks once."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping, Sequence

from tokbridge.core.matching import Match, normal
from tokbridge.sync.connections import WebStore

KEPT = 300.0  # seconds; a variant deleted meanwhile shows as a row without product in the read-back
KEPT_EMPTY = 10.0  # seconds for a SKU that was not found: it may be added any moment

_lock = threading.Lock()
_kept: dict[tuple[int, str], tuple[float, list[Match]]] = {}


def find_products(web: WebStore, skus: Sequence[str]) -> Mapping[str, Sequence[Match]]:
    """Variants by SKU as given; asks the store only for SKUs not asked for recently."""
    now = time.monotonic()
    with _lock:
        missing = [sku for sku in skus if _kept.get((web.row_id, normal(sku)), (0.0, []))[0] < now]
    if missing:
        found = web.store.find_products(missing)
        with _lock:
            for sku in missing:
                variants = [
                    Match(variant.ref, variant.title, variant.variant_title, variant.requires_shipping)
                    for variant in found.get(sku, ())
                ]
                until = now + (KEPT if len(variants) == 1 else KEPT_EMPTY)
                _kept[(web.row_id, normal(sku))] = (until, variants)
    with _lock:
        return {sku: _kept[(web.row_id, normal(sku))][1] for sku in skus}


def forget_products() -> None:
    """Ask the store again; for whoever has just been told that a SKU changed."""
    with _lock:
        _kept.clear()
