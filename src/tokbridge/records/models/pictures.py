"""Pictures of products, fetched by the workers so that no browser has to ask anybody but us."""

from __future__ import annotations

import hashlib

from django.db import models
from django.db.models import Q


class Picture(models.Model):
    """One picture by the address that TikTok gives for it. `kind`: what its own bytes say it is (an image/… that
    browsers draw and that cannot hold a script), "" while there is none. `next_at`: when to fetch it (None: it is here,
    or was given up). `used_at`: when an order asked for it last, to the day; the longest unused go first."""

    key = models.CharField(max_length=64, primary_key=True)
    url = models.CharField(max_length=500)
    kind = models.CharField(max_length=20, blank=True)
    size = models.IntegerField(default=0)
    tries = models.IntegerField(default=0)
    code = models.CharField(max_length=60, blank=True)  # why the last try brought nothing
    fetched_at = models.FloatField(null=True)
    used_at = models.FloatField()
    next_at = models.FloatField(null=True)
    body = models.BinaryField(null=True)

    class Meta:
        indexes = (
            models.Index(fields=["next_at"], name="picture_due", condition=Q(next_at__isnull=False)),
            models.Index(fields=["used_at", "size"], name="picture_used"),
        )

    @staticmethod
    def key_of(url: str) -> str:
        return hashlib.sha256(url.encode()).hexdigest()
