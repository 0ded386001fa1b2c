"""Where a new order belongs and stands, before there is anything of it but TikTok's record."""

from __future__ import annotations

from tokbridge.core.decide import OWN_WAIT, decide
from tokbridge.core.facts import Do, Facts
from tokbridge.core.order import Order as Neutral
from tokbridge.core.policy import Policy
from tokbridge.core.standing import standing
from tokbridge.records.models import Account
from tokbridge.sync.channels import Route, policy_of, route
from tokbridge.sync.connections import marketplace
from tokbridge.sync.order_rows import Columns


def place(account: Account, order: Neutral, read_at: float, now: float) -> Columns:
    """A new order's channel and standing; one that needs nothing now (on hold, too old, done) wakes nobody."""
    where = route(account, order)
    policy = policy_of(where.channel_id) if where.channel_id else Policy()
    facts = first_facts(order, where, read_at, marketplace(account.authorisation_id).client.offset)
    steps = decide(facts, policy, now)
    status, reason = standing(facts, policy, steps, "")
    placed: Columns = {
        "channel_id": where.channel_id,
        "tokbridge_status": status.value,
        "reason": reason[:200],
        "due_at": steps[0].until if steps[0].do is Do.WAIT else now,
    }
    if steps[0].why == OWN_WAIT:
        placed["ready_at"] = steps[0].until
    return placed


def first_facts(order: Neutral, where: Route, read_at: float, clock_ahead: float) -> Facts:
    """Facts of an order of which there is nothing yet but TikTok's record."""
    return Facts(
        status=order.status,
        placed_at=order.create_time,
        paid_at=order.paid_time,
        read_at=read_at,
        lines={line.id: line.cancelled for line in order.lines},
        fulfilment_type=order.fulfilment_type,
        logistic_mode=order.logistic_mode,
        kind=order.kind,
        on_hold_shop=order.on_hold_shop,
        buyer_requests_cancel=order.buyer_requests_cancel,
        channels=where.matches,
        clock_ahead=clock_ahead,
    )
