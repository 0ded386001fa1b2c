"""The dry run: what would be created for an order now, or why not. Writes nothing, takes no lease."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

from django.db import transaction

from tokbridge.core.decide import decide
from tokbridge.core.errors import OutsideError
from tokbridge.core.facts import Do, Step, Tie
from tokbridge.core.ours import is_ours
from tokbridge.core.plan import Plan
from tokbridge.core.problems import kind
from tokbridge.core.saying import say
from tokbridge.core.standing import standing
from tokbridge.core.status import Status
from tokbridge.sync.act import Blocked
from tokbridge.sync.act.create import plan_of
from tokbridge.sync.facts import View, load


@dataclass(frozen=True, slots=True)
class Verdict:
    """`plan`: the store order that would be made, None when none can. `code` (of `core.problems`) and `words` say what
    stands in the way; `words` alone may say why it is not made yet, or not by itself, although it could be."""

    plan: Plan | None
    code: str
    words: str


def validate(order_id: int) -> Verdict:
    """Plan the order against the store as it is now. Calls the store (reading only); raises nothing for its trouble."""
    with transaction.atomic():
        view = load(order_id)
        transaction.set_rollback(True)  # loading may note parcels that TikTok shows; a dry run leaves that to the flow
    stands = _stands(view)
    if stands:
        return Verdict(None, "", stands)
    steps = _steps(view)
    block = next((step for step in steps if step.do is Do.BLOCK), None)
    if block is not None:
        return Verdict(None, block.code, kind(block.code).explanation)
    if view.web is None:
        return Verdict(None, "no_channel", kind("no_channel").explanation)
    try:
        plan = plan_of(view, view.web)
    except Blocked as error:
        return Verdict(None, error.code, error.cause_.words)
    except OutsideError as error:
        return Verdict(None, error.code, error.words)
    return Verdict(plan, "", _not_yet(view, steps))


def _steps(view: View) -> list[Step]:
    """What the flow would do if it had read the order from TikTok just now, as it does right before creating."""
    now = time.time()
    return decide(replace(view.facts, read_at=now), view.policy, now)


def _stands(view: View) -> str:
    """Why there is nothing to create."""
    if view.facts.archived:
        return say("it is archived")
    if view.facts.status is Status.CANCELLED:
        return say("it is cancelled on TikTok")
    if view.binding is not None and view.facts.binding.tie is Tie.BOUND:
        return say("it is already in the store as {number}", number=view.row.store_number or view.binding.number)
    if view.facts.binding.tie is Tie.INTENDED:
        return say("a creation was begun and its outcome is being looked up")
    return ""


def _not_yet(view: View, steps: list[Step]) -> str:
    """Why the order, right as it is, is not created at this moment; "" when it is."""
    if any(step.do is Do.CREATE for step in steps):
        return ""
    reason = is_ours(view.facts, view.policy)
    if reason:
        return say("not by itself: {why}", why=reason)
    if not view.policy.create_automatically:
        return say("not by itself: the channel creates by hand")
    _, why = standing(view.facts, view.policy, steps, "")
    return say("not yet: {why}", why=why)
