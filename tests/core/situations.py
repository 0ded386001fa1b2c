"""Situations to decide: one ordinary order, and changes to it."""

from __future__ import annotations

from typing import Any

from tokbridge.core.decide import decide
from tokbridge.core.facts import BindingFacts, Do, Facts, Tie
from tokbridge.core.policy import Policy
from tokbridge.core.standing import TokbridgeStatus, standing
from tokbridge.core.status import Status

NOW = 1_700_000_000.0
POLICY = Policy(start=0, hold=3600)
SHOWN = [status for status in Status if status is not Status.CANCELLED]
BOUND = BindingFacts(tie=Tie.BOUND, lines=frozenset({"a", "b"}), address_digest="home")


def facts(**changes: Any) -> Facts:
    plain: dict[str, Any] = {
        "status": Status.AWAITING_SHIPMENT,
        "placed_at": int(NOW) - 7200,
        "paid_at": int(NOW) - 7000,
        "read_at": NOW - 1,
        "store_read_at": NOW - 1,
        "lines": {"a": False, "b": False},
        "address_digest": "home",
    }
    return Facts(**(plain | changes))


def doing(given: Facts, policy: Policy = POLICY, now: float = NOW) -> list[str]:
    """What is to be done in order, waits left out."""
    return [
        f"{step.do} {step.code or step.subject}".strip()
        for step in decide(given, policy, now)
        if step.do is not Do.WAIT
    ]


def status_of(given: Facts, policy: Policy = POLICY, problem: str = "") -> TokbridgeStatus:
    return standing(given, policy, decide(given, policy, NOW), problem)[0]
