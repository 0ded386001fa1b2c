"""What a person asked for many orders at once, order by order, so that it survives whatever happens to the workers."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from tokbridge.records.models.orders import Order
from tokbridge.records.models.users import User


class RunState(models.TextChoices):
    RUNNING = "running"
    STOPPING = "stopping"  # a person stopped it; what was asked already is still followed
    STOPPED = "stopped"
    FINISHED = "finished"
    FAILED = "failed"  # as a whole; `words` says why


class Run(models.Model):
    """One action on many orders, or one fetch. Its orders are fixed when it starts.

    `args`: of the action, the same for all its orders. `chosen`: how the orders were chosen, for people.
    `token`: of the form it was started with; the same form starts it once. `orders`: [[order id, its own args]] that
    are not items yet; they become items in small transactions. `progress`: of what reads whole sides (a fetch, the
    products), by account and store.
    `next_at`, `lease_*`: who advances it, and when to look again.
    """

    verb = models.CharField(max_length=12)
    args = models.JSONField(default=dict)
    chosen = models.CharField(max_length=500, blank=True)
    token = models.CharField(max_length=64, unique=True)
    by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL)
    at = models.FloatField()
    state = models.CharField(max_length=10, choices=RunState, default=RunState.RUNNING)
    words = models.CharField(max_length=300, blank=True)
    total = models.IntegerField(default=0)
    orders = models.JSONField(default=list)
    progress = models.JSONField(default=dict)
    again_of = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="again")
    ended_at = models.FloatField(null=True)
    next_at = models.FloatField(default=0)
    lease_token = models.CharField(max_length=100, blank=True)
    lease_until = models.FloatField(default=0)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["verb"],
                condition=Q(verb="products", ended_at__isnull=True),
                name="one_reading_of_products",
            ),
        )
        indexes = (models.Index(fields=["next_at"], name="run_open", condition=Q(ended_at__isnull=True)),)


class ItemState(models.TextChoices):
    WAITING = "waiting"  # not asked yet
    ASKED = "asked"  # the normal flow is at it
    DONE = "done"
    REFUSED = "refused"  # it made no sense for this order, or the other side said no
    BLOCKED = "blocked"  # a problem stands in the way
    LATER = "later"  # goes on by itself, but not while anybody waits for it


class RunItem(models.Model):
    """One order of a run. `subject`: that of `sync.desk.Asked`. `code`: of the problem that blocks it."""

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="items")
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="run_items")
    args = models.JSONField(default=dict)
    state = models.CharField(max_length=8, choices=ItemState, default=ItemState.WAITING)
    subject = models.CharField(max_length=80, blank=True)
    code = models.CharField(max_length=60, blank=True)
    words = models.CharField(max_length=500, blank=True)
    asked_at = models.FloatField(null=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["run", "order"], name="one_item_per_order"),)
        indexes = (
            models.Index(fields=["run", "state", "id"], name="item_state"),
            models.Index(fields=["run", "id"], name="item_place"),
        )


class ParcelTable(models.Model):
    """A table of parcels that somebody sent, checked, and for which nobody has started a run yet.

    `token`: of the run that it becomes. `parcels`: [[order id, {"carrier": …, "number": …}]]. `wrong`: [[line of the
    table, why it cannot be shipped]]. `empty`: so many lines have no number and are left out. `words`: what could not be
    checked.
    """

    token = models.CharField(max_length=64, unique=True)
    by = models.ForeignKey(User, on_delete=models.CASCADE)
    at = models.FloatField(db_index=True)
    parcels = models.JSONField(default=list)
    wrong = models.JSONField(default=list)
    empty = models.IntegerField(default=0)
    words = models.CharField(max_length=500, blank=True)
