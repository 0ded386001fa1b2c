"""What people write down about an order for each other."""

from __future__ import annotations

from django.db import models

from tokbridge.records.models.orders import Order
from tokbridge.records.models.users import User

LONGEST_NOTE = 4000


class Note(models.Model):
    """Stays here: it goes neither to TikTok nor to the store, nor into an export."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="notes")
    by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL)
    at = models.FloatField()
    text = models.CharField(max_length=LONGEST_NOTE)
