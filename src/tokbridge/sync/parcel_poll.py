"""Parcels that a store's feed of changes does not show: a late tracking number, a shipment in the middle of an order.

Magento and PrestaShop move no date for them (references magento-rest.md 10, prestashop-webservice.md 7), so every
order that may still get one is asked for, a batch at a time, those not asked for longest first.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable

from django.db import transaction
from django.db.models import Q

from tokbridge.core.status import SHIPPABLE, Status
from tokbridge.records.models import Binding, BindingState, Order
from tokbridge.stores.nouns import Parcel
from tokbridge.sync.connections import WebStore
from tokbridge.sync.storeside import store_parcels

BATCH = 50  # orders in one question
MOST = 1000  # orders in one round; the rest come first in the next
ON_THE_WAY = (Status.AWAITING_COLLECTION, Status.IN_TRANSIT)
CORRECTED_WITHIN = 3600.0  # seconds between two looks at an order that is on its way
FRESH = 3600.0  # one that was shipped so recently is asked for every time: that is when people see a mistyped number


def poll_parcels(web: WebStore, still_ours: Callable[[], bool]) -> list[int]:
    """Ask for the parcels of this store's open orders; returns the orders to look at. `still_ours` is asked before each
    batch, and renews the lease under which the store is read: a round may take longer than that lasts."""
    now = time.time()
    on_the_way = Q(order__status__in=ON_THE_WAY)
    long_ago, just_shipped = Q(parcels_read_at__lt=now - CORRECTED_WITHIN), Q(order__update_time__gt=now - FRESH)
    open_ones = Q(order__status__in=SHIPPABLE) | on_the_way & (long_ago | just_shipped)
    bindings = list(
        Binding.objects.filter(
            open_ones, store_id=web.row_id, state=BindingState.BOUND, cancelled_at=None, order__archived_at=None
        ).order_by("parcels_read_at", "pk")[:MOST]
    )
    due: list[int] = []
    for start in range(0, len(bindings), BATCH):
        if not still_ours():
            break
        due += _ask(web, bindings[start : start + BATCH])
    return due


def _ask(web: WebStore, bindings: list[Binding]) -> list[int]:
    began = time.time()
    found: defaultdict[str, list[Parcel]] = defaultdict(list)
    for parcel in web.store.parcels_of([str(binding.ref) for binding in bindings]):
        found[parcel.order_ref].append(parcel)
    touched = []
    with transaction.atomic():
        for binding in bindings:
            parcels = found.get(str(binding.ref))
            if parcels and store_parcels(binding, parcels):
                touched.append(binding.order_id)
        Binding.objects.filter(pk__in=[binding.pk for binding in bindings]).update(parcels_read_at=began)
        Order.objects.filter(pk__in=touched).update(due_at=began, updated_at=began)
    return touched
