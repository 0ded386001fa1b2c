"""What was tried, what went wrong, what was received, and what people asked for."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from tokbridge.core.errors import Actor
from tokbridge.records.models.connections import Connection
from tokbridge.records.models.dismissals import Dismissal
from tokbridge.records.models.orders import Order
from tokbridge.records.models.users import User


class Outcome(models.TextChoices):
    OPEN = "open"  # begun; a crash leaves it so, and the look that follows finds out
    DONE = "done"
    FOUND = "found"  # looked and found
    EMPTY = "empty"  # looked and found nothing
    RETRY = "retry"
    REFUSED = "refused"
    UNKNOWN = "unknown"


class Attempt(models.Model):
    """One call that changed or tried to change something, or a look after doubt. Append-only: the outcome is written
    once, nothing is ever overwritten. `request` and `answer` hold no buyer's data and no secret."""

    order = models.ForeignKey(Order, null=True, on_delete=models.CASCADE, related_name="attempts")
    step = models.CharField(max_length=20)
    subject = models.CharField(max_length=80, blank=True)
    why = models.CharField(max_length=120)
    request = models.TextField(blank=True)
    answer = models.TextField(blank=True)
    outcome = models.CharField(max_length=10, choices=Outcome, default=Outcome.OPEN)
    worker = models.CharField(max_length=60)
    began_at = models.FloatField()
    ended_at = models.FloatField(null=True)

    class Meta:
        indexes = (
            models.Index(fields=["order", "id"], name="attempt_order"),
            models.Index(fields=["order"], name="attempt_open", condition=Q(outcome__in=["open", "unknown"])),
        )


class Problem(models.Model):
    """Why an order is not where it should be, or why a connection is stopped. Belongs to (order, step, subject)."""

    order = models.ForeignKey(Order, null=True, on_delete=models.CASCADE, related_name="problems")
    connection = models.ForeignKey(Connection, null=True, on_delete=models.CASCADE, related_name="problems")
    step = models.CharField(max_length=20, blank=True)
    subject = models.CharField(max_length=80, blank=True)
    code = models.CharField(max_length=60)
    words = models.CharField(max_length=500)
    actor = models.CharField(max_length=12, choices=[(actor.value, actor.value) for actor in Actor])
    tries = models.IntegerField(default=1)
    first_at = models.FloatField()
    last_at = models.FloatField()
    next_at = models.FloatField(null=True)  # back-off: this step is not tried before; None = when something changes
    closed_at = models.FloatField(null=True)
    dismissal = models.ForeignKey(Dismissal, null=True, on_delete=models.SET_NULL, related_name="problems")

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["order", "step", "subject"],
                condition=Q(closed_at__isnull=True, order__isnull=False),
                name="one_open_problem_per_step",
            ),
            models.UniqueConstraint(
                fields=["connection", "code"],
                condition=Q(closed_at__isnull=True, connection__isnull=False, order__isnull=True),
                name="one_open_problem_per_connection",
            ),
        )
        indexes = (models.Index(fields=["code"], name="problem_open_code", condition=Q(closed_at__isnull=True)),)


class Event(models.Model):
    """A webhook as received. `state`: new, done, refused (signature), malformed, unknown (type)."""

    source = models.CharField(max_length=40)  # "tiktok:<shop id>" or "store:<id>"
    event_id = models.CharField(max_length=120)
    topic = models.CharField(max_length=60)
    state = models.CharField(max_length=10)
    refs = models.JSONField(default=list)
    words = models.CharField(max_length=300, blank=True)
    body = models.TextField(blank=True)  # only of what could not be read
    received_at = models.FloatField()
    times = models.IntegerField(default=1)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["source", "event_id"], name="one_row_per_event"),)
        indexes = (models.Index(fields=["received_at"], name="event_new", condition=Q(state="new")),)


class Instruction(models.Model):
    """What a person asked for one order: verb = create, reject, cancel, ship, sync, archive, restore, accept, decline
    (a buyer's request to cancel). `refused`: it ended without being done; `result` says why."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="instructions")
    verb = models.CharField(max_length=12)
    args = models.JSONField(default=dict)
    by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL)
    at = models.FloatField()
    done_at = models.FloatField(null=True)
    result = models.CharField(max_length=300, blank=True)
    refused = models.BooleanField(default=False)

    class Meta:
        indexes = (models.Index(fields=["order"], name="instruction_open", condition=Q(done_at__isnull=True)),)
