"""What ties an order to its store order, and the parcels that travel between both sides."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from tokbridge.records.models.connections import Store
from tokbridge.records.models.orders import Order


class BindingState(models.TextChoices):
    INTENDED = "intended"  # a creation was begun; its outcome is not known
    ABSENT = "absent"  # looked after the settle time: it was not created
    BOUND = "bound"
    RELEASED = "released"  # by a person, after the old store order was proven cancelled


class Binding(models.Model):
    """The intention to create a store order, and later the tie to it. Its name-giving columns never change."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="bindings")
    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="bindings")
    state = models.CharField(max_length=10, choices=BindingState, default=BindingState.INTENDED)
    marker = models.CharField(max_length=40)
    number = models.CharField(max_length=60)
    view = models.CharField(max_length=20)  # how TikTok's discounts are booked
    expected_total = models.BigIntegerField()
    intended_at = models.FloatField()  # the last time a creation was begun
    journal = models.JSONField(default=dict)
    ref = models.CharField(max_length=120, null=True)
    read_total = models.BigIntegerField(null=True)
    read_currency = models.CharField(max_length=3, blank=True)
    faults = models.JSONField(default=list)  # problem codes that the read-back showed
    rows = models.JSONField(default=list)  # [{ref, sku, variant, line_ids}] of the store order
    cancelled_lines = models.JSONField(default=list)  # TikTok units taken off in the store
    address_digest = models.CharField(max_length=32, blank=True)
    status_given = models.CharField(max_length=120, blank=True)  # store status, by the channel's status map
    invoiced_lines = models.JSONField(default=list)  # TikTok units of which the store was told to invoice them
    parcels_read_at = models.FloatField(default=0)  # when the store was last asked for this order's parcels by poll
    bound_at = models.FloatField(null=True)
    cancelled_at = models.FloatField(null=True)  # the store order is cancelled
    cancelled_by_us = models.BooleanField(default=False)
    cancel_sent_at = models.FloatField(null=True)  # TikTok was asked to cancel because the store did
    referenced_at = models.FloatField(null=True)  # TikTok was told the store's number

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["order"], condition=~Q(state="released"), name="one_live_binding_per_order"
            ),
            models.UniqueConstraint(fields=["store", "marker"], name="one_binding_per_marker"),
            models.UniqueConstraint(
                fields=["store", "ref"], condition=Q(ref__isnull=False), name="one_binding_per_store_order"
            ),
        )


class Parcel(models.Model):
    """One package with carrier and number. Identity: the store's fulfilment id, and (order, normalised number)."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="parcels")
    origin = models.CharField(max_length=6)  # "store", "tiktok" or "desk": where it was first seen
    store_ref = models.CharField(max_length=160, null=True)
    number = models.CharField(max_length=80)
    number_key = models.CharField(max_length=80, null=True)
    carrier = models.CharField(max_length=120)
    provider_id = models.CharField(max_length=40, blank=True)  # chosen by a person at the desk
    line_ids = models.JSONField(default=list)
    package_id = models.CharField(max_length=40, blank=True)
    cancelled = models.BooleanField(default=False)
    tiktok_number = models.CharField(max_length=80, blank=True)  # the number TikTok has for it; "" = not told yet
    told = models.JSONField(default=list)  # keys of all numbers TikTok ever was or may have been told, or told us
    in_store = models.BooleanField(default=False)
    seen_at = models.FloatField()
    sent_at = models.FloatField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["order", "store_ref"], condition=Q(store_ref__isnull=False), name="one_parcel_per_fulfilment"
            ),
            models.UniqueConstraint(
                fields=["order", "number_key"], condition=Q(number_key__isnull=False), name="one_parcel_per_number"
            ),
        )
