"""Which variants of a store a TikTok SKU is."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from tokbridge.records.models.connections import Account, Store
from tokbridge.records.models.users import User


class Link(models.Model):
    """A TikTok SKU is these variants of this store. Never changed: another link takes its place, and this one keeps who
    set it, who ended it and when. TikTok's SKU ids are unique over all shops; `account` and the names tell people
    which product it is."""

    store = models.ForeignKey(Store, on_delete=models.CASCADE, related_name="links")
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="links")
    sku_id = models.CharField(max_length=32)
    seller_sku = models.CharField(max_length=120, blank=True)
    product_name = models.CharField(max_length=500, blank=True)
    sku_name = models.CharField(max_length=300, blank=True)
    parts = models.JSONField()  # [{variant, sku, title, variant_title, requires_shipping, quantity}]; not empty
    by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.FloatField()
    ended_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    ended_at = models.FloatField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["store", "sku_id"], condition=Q(ended_at__isnull=True), name="one_link_per_sku"
            ),
        )
