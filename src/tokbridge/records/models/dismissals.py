"""Problems that a person has put aside."""

from __future__ import annotations

from django.db import models

from tokbridge.records.models.users import User


class Dismissal(models.Model):
    """A group of problems that a person put aside, and why. The problems point here; one that is opened later, or
    whose cause becomes another, does not, so it is shown again."""

    note = models.CharField(max_length=300)
    by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL)
    at = models.FloatField()
