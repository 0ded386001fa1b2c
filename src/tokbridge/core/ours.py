"""Whether an order is Tokbridge's to carry, and what people asked of it."""

from __future__ import annotations

from tokbridge.core.facts import Facts, Tie, Wish
from tokbridge.core.order import FulfilmentType
from tokbridge.core.policy import Policy
from tokbridge.core.saying import say
from tokbridge.core.status import FINAL


def is_open(facts: Facts) -> bool:
    """Something may still happen to it, so it is read again from time to time."""
    return not facts.archived and facts.status not in FINAL


def is_ours(facts: Facts, policy: Policy) -> str:
    """ "" when Tokbridge carries this order, else the reason in a few words. A person's wish to create overrides."""
    if facts.binding.tie is not Tie.NONE or is_wanted(facts):
        return ""
    if facts.fulfilment_type is FulfilmentType.TIKTOK and not policy.carry_fbt:
        return say("fulfilled by TikTok")
    if facts.kind not in policy.kinds:
        return say("{kind} orders are not carried", kind=facts.kind)
    if facts.placed_at < policy.start:
        return say("before the channel's start")
    return ""


def wish_of(facts: Facts, verb: str) -> Wish | None:
    return next((wish for wish in facts.wishes if wish.verb == verb), None)


def is_wanted(facts: Facts) -> bool:
    """A person asked for the store order, or for a new one."""
    return bool(wish_of(facts, "create") or wish_of(facts, "recreate"))
