"""What is on sale on TikTok, and what the store has for it."""

from __future__ import annotations

from django.db import models

from tokbridge.records.models.connections import Account, Store


class Found(models.TextChoices):
    """What the store has with a SKU."""

    UNREAD = "unread"  # it was not asked yet
    NONE = "none"
    ONE = "one"
    SEVERAL = "several"
    NO_SKU = "no sku"  # on TikTok it has none


class ListingKind(models.TextChoices):
    """Where the Products page shows it."""

    UNREAD = "unread"  # the store was not asked yet
    UNMATCHED = "unmatched"  # on sale, and the next order of it would be blocked
    MATCHED = "matched"  # by its SKU
    LINKED = "linked"
    RESTING = "resting"  # nobody can buy it now


class Listing(models.Model):
    """A TikTok SKU and the store that its orders go to, as both were last read. An account with several channels has a
    row for each store that may get the SKU. Nothing is carried by these rows: creation asks the store itself.

    `read_at`: when TikTok last told of it; `gone`: later readings did not. `looked_at`: when the store was last asked.
    `words`: what it is searched by, folded (`records.folding`).
    """

    store = models.ForeignKey(Store, on_delete=models.CASCADE, related_name="listings")
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="listings")
    product_id = models.CharField(max_length=32)
    sku_id = models.CharField(max_length=32)
    seller_sku = models.CharField(max_length=120)
    product_name = models.CharField(max_length=500)
    sku_name = models.CharField(max_length=300, blank=True)  # from orders: TikTok's product search does not tell it
    status = models.CharField(max_length=40)  # TikTok's word
    on_sale = models.BooleanField()
    read_at = models.FloatField()
    gone = models.BooleanField(default=False)
    found = models.CharField(max_length=8, choices=Found, default=Found.UNREAD)
    variants = models.JSONField(default=list)  # [{variant, sku, title, variant_title}], the first few
    looked_at = models.FloatField(default=0)
    kind = models.CharField(max_length=10, choices=ListingKind, default=ListingKind.UNREAD)
    words = models.CharField(max_length=400)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["store", "sku_id"], name="one_listing_per_sku"),)
        indexes = (
            models.Index(fields=["kind", "-id"], name="listing_kind"),
            models.Index(fields=["store", "looked_at"], name="listing_looked"),
        )
