"""What TikTok counts beside what is here."""

from __future__ import annotations

from django.db import models

from tokbridge.records.models.connections import Account


class Proof(models.Model):
    """The newest comparison of one account for one window: orders placed in [begin, end), by TikTok's clock. `theirs`:
    how many TikTok counted; `ours`: how many of those were here, once what was found missing had been read. `found`:
    how many only this comparison brought; `missing`: TikTok ids that are still not here, at most a hundred."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="proofs")
    window = models.CharField(max_length=10)  # see sync.prove
    begin = models.IntegerField()
    end = models.IntegerField()
    theirs = models.IntegerField()
    ours = models.IntegerField()
    found = models.IntegerField(default=0)
    missing = models.JSONField(default=list)
    at = models.FloatField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["account", "window"], name="one_proof_per_window"),)
