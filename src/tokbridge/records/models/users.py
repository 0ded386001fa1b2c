from __future__ import annotations

from django.contrib.auth.models import AbstractUser
from django.db import models


class User(AbstractUser):
    """Somebody who may log in. `sees_buyers`: may read buyers' names and addresses unmasked. `may_act`: may ask for
    something at the desk; without it one may only look."""

    sees_buyers = models.BooleanField(default=True)
    may_act = models.BooleanField(default=True)
    time_zone = models.CharField(max_length=64, default="UTC")
    language = models.CharField(max_length=10, blank=True, default="")  # of the pages; "" = what the browser asks for
    columns = models.JSONField(default=list, blank=True)  # of the Orders list, by key; [] = the usual ones


class SavedView(models.Model):
    """A question to the Orders list that a user keeps under a name. `query`: the address without its "?"."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="saved_views")
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=1000)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["user", "name"], name="one_view_per_name"),)
