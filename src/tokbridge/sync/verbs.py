"""What a person can ask of an order, for which reasons, and why it makes no sense for an order as it stands."""

from __future__ import annotations

from typing import get_args

from django.db.models import QuerySet

from tokbridge.core.order import LogisticMode
from tokbridge.core.saying import say
from tokbridge.core.status import SHIPPABLE, Status, spoken
from tokbridge.records.models import Binding, BindingState, Instruction, Order, Problem
from tokbridge.sync.asked import NotPossible
from tokbridge.sync.channels import policy_for
from tokbridge.tiktok.cancelling import PlainReason

REASONS: tuple[PlainReason, ...] = ("out of stock", "pricing error", "unable to deliver")
"""Why a person may reject an order; cancelling also takes "buyer asked"."""

VERBS = frozenset({"create", "recreate", "reject", "cancel", "sync", "archive", "restore", "accept", "decline"})
TOO_LATE = frozenset({Status.IN_TRANSIT, Status.DELIVERED, Status.COMPLETED})  # a return is the buyer's to ask for
OPPOSITE = {"accept": "decline", "decline": "accept"}


def check_asked(verb: str, reason: str = "") -> None:
    """Raises `NotPossible` for a verb or a reason that does not exist."""
    if verb not in VERBS:
        choices = ", ".join(sorted(VERBS))
        raise NotPossible(say("there is no {name}; a person can ask for {choices}", name=repr(verb), choices=choices))
    there = REASONS if verb == "reject" else get_args(PlainReason)
    if verb != "decline" and ((verb == "reject" and reason not in there) or (reason and reason not in there)):
        raise NotPossible(
            say("{reason} is not a reason; take one of: {choices}", reason=repr(reason), choices=", ".join(there))
        )


def why_not(row: Order, verb: str) -> str:
    """Why the verb makes no sense for this order as it stands; "" when it does."""
    if verb == "ship":
        return _why_not_ship(row)
    tie = _tie(row) if verb in {"archive", "create"} else None
    bound, intended = tie == BindingState.BOUND, tie == BindingState.INTENDED
    archived = row.archived_at is not None
    reasons = (
        (verb == "restore" and not archived, say("it is not archived")),
        (verb != "restore" and archived, say("it is archived; restore it first")),
        (
            verb == "archive" and intended,
            say("its creation was begun and the outcome is being looked up; archive it later"),
        ),
        (verb == "create" and bound, say("it is already in the store as {number}", number=row.store_number)),
        (
            verb == "create" and not row.status,
            say("TikTok's record of it cannot be read: {words}", words=row.unreadable),
        ),
        (
            verb in {"create", "recreate", "reject", "cancel"} and row.status == Status.CANCELLED,
            say("it is cancelled on TikTok"),
        ),
        (
            verb in {"reject", "cancel"} and row.status in TOO_LATE,
            say("the buyer's parcel is on its way or has arrived"),
        ),
        (verb in OPPOSITE and not row.buyer_requests_cancel, say("the buyer does not ask to cancel it")),
        (verb in OPPOSITE and _is_asked(row, OPPOSITE.get(verb, "")), say("the opposite was asked and is on its way")),
    )
    refused = next((why for holds, why in reasons if holds), "")
    return refused or (_why_not_again(row) if verb == "recreate" else "")


def _why_not_again(row: Order) -> str:
    """What the store says when it is asked decides; this keeps a person from asking for what we know to be alive."""
    binding = _alive(row).first()
    if binding is None or binding.state == BindingState.ABSENT:
        return say("it has no store order yet")
    if binding.state == BindingState.INTENDED:
        return say("its creation was begun and the outcome is being looked up")
    gone = Problem.objects.filter(order=row, code="store_order_gone", closed_at__isnull=True)
    if binding.cancelled_at is None and not gone.exists():
        return say("its store order {number} is not known to be cancelled or gone", number=row.store_number)
    return ""


def _why_not_ship(row: Order) -> str:
    if row.archived_at is not None:
        return say("it is archived; restore it first")
    if row.logistic_mode != LogisticMode.SELLER or row.fulfilment_type != "merchant":
        return say("TikTok ships it, not you")
    if row.status not in SHIPPABLE:
        return say("it is {status}", status=spoken(row.status))
    if not policy_for(row).parcels_to_tiktok:
        return say("its channel does not send parcels to TikTok")
    return ""


def _alive(row: Order) -> QuerySet[Binding]:
    """The binding in force, if there is one."""
    return Binding.objects.filter(order=row).exclude(state=BindingState.RELEASED)


def _tie(row: Order) -> str | None:
    return _alive(row).values_list("state", flat=True).first()


def _is_asked(row: Order, verb: str) -> bool:
    return Instruction.objects.filter(order=row, verb=verb, done_at__isnull=True).exists()
