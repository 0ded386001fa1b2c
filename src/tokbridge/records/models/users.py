from __future__ import annotations

from django.contrib.auth.models import AbstractUser
from django.db import models


class User(AbstractUser):
    """Somebody who may log in. `sees_buyers`: may read buyers' names and addresses unmasked. `may_act`: may ask for
    something at the desk; without it one may only look."""

    sees_buyers = models.BooleanField(default=True)
    may_act = models.BooleanField(default=True)
    time_zone = models.CharField(max_length=64, default="UTC")
