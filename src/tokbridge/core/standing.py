"""Where an order stands, in one word and a few more for people: from the same facts and steps that `decide` goes by."""

from __future__ import annotations

from enum import StrEnum

from tokbridge.core.facts import Do, Facts, Step, Tie
from tokbridge.core.ours import is_ours
from tokbridge.core.policy import Policy
from tokbridge.core.saying import say
from tokbridge.core.status import SHIPPABLE, Status


class TokbridgeStatus(StrEnum):
    WAITING = "waiting"
    READY = "ready"
    CREATING = "creating"
    UNKNOWN = "unknown"
    CREATED = "created"
    SHIPPED = "shipped"
    FINISHED = "finished"
    CANCELLED = "cancelled"
    BLOCKED = "blocked"
    NOT_OURS = "not ours"
    ARCHIVED = "archived"


def standing(facts: Facts, policy: Policy, steps: list[Step], problem: str) -> tuple[TokbridgeStatus, str]:
    """The Tokbridge status shown to people, and why in a few words. `problem` = code of the worst open problem."""
    binding = facts.binding
    if facts.archived:
        return TokbridgeStatus.ARCHIVED, ""
    if binding.tie is Tie.INTENDED:
        return TokbridgeStatus.UNKNOWN, say("a creation was begun, its outcome is being looked up")
    if facts.status is Status.CANCELLED and (binding.tie is not Tie.BOUND or binding.store_cancelled):
        return TokbridgeStatus.CANCELLED, ""
    if problem:
        return TokbridgeStatus.BLOCKED, problem
    if binding.tie is Tie.BOUND:
        return _bound_standing(facts, steps)
    if reason := is_ours(facts, policy):
        return TokbridgeStatus.NOT_OURS, reason
    if any(step.do is Do.CREATE for step in steps):
        return TokbridgeStatus.READY, ""
    waiting = next((step.why for step in steps if step.do is Do.WAIT), "")
    if facts.status is Status.UNPAID:
        waiting = say("not paid yet")
    elif facts.status is Status.ON_HOLD:
        waiting = say("TikTok holds it for an hour")
    return TokbridgeStatus.WAITING, waiting


def _bound_standing(facts: Facts, steps: list[Step]) -> tuple[TokbridgeStatus, str]:
    pending = [step for step in steps if step.do is not Do.WAIT]
    if facts.status is Status.CANCELLED:
        return TokbridgeStatus.CANCELLED, say("the store order is not cancelled")
    if facts.binding.store_cancelled and not pending:
        return TokbridgeStatus.CANCELLED, say("cancelled in the store")
    if facts.status is Status.COMPLETED and not pending:
        return TokbridgeStatus.FINISHED, ""
    alive = {line for line, cancelled in facts.lines.items() if not cancelled}
    told = {line for parcel in facts.parcels if parcel.tiktok_number for line in parcel.line_ids}
    if facts.status not in SHIPPABLE or (alive and alive <= (told | facts.shipped_lines)):
        return TokbridgeStatus.SHIPPED, ""
    return TokbridgeStatus.CREATED, ""
