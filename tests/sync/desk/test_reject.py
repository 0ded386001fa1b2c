"""Rejecting an order at the desk: TikTok cancels it, with a reason that it offers the seller."""

from __future__ import annotations

import pytest

from tests.sync.running import one
from tests.sync.world import World
from tokbridge.records.models import Attempt, Instruction, Order
from tokbridge.sync.asked import NotPossible
from tokbridge.sync.desk import instruct
from tokbridge.sync.outcome import State

pytestmark = pytest.mark.django_db(transaction=True)


def test_reject_cancels_on_tiktok_with_an_offered_reason(world: World) -> None:
    row = world.take()
    result = one(instruct([row.pk], "reject", reason="pricing error"))
    words = "cancellation sent to TikTok, reason seller_cancel_reason_wrong_price"
    assert (result.state, result.words) == (State.DONE, words)
    attempt = Attempt.objects.get(step="cancel on tiktok")
    assert attempt.request == "seller_cancel_reason_wrong_price"
    assert Order.objects.get(pk=row.pk).status == "CANCELLED"
    assert instruct([row.pk], "reject", reason="out of stock")[0].refused == "it is cancelled on TikTok"


def test_a_reason_that_tiktok_does_not_offer_blocks(world: World) -> None:
    row = world.take()
    result = one(instruct([row.pk], "reject", reason="unable to deliver"))
    assert result.state is State.BLOCKED
    assert "seller_cancel_reason_out_of_stock" in result.words


def test_cancelled_by_somebody_else_meanwhile_counts_as_done(world: World) -> None:
    row = world.take()
    asked = instruct([row.pk], "reject", reason="out of stock")
    raw = world.tiktok.orders[row.tiktok_id]
    world.take(status="CANCELLED", update_time=raw["update_time"] + 1)
    assert one(asked).words == "TikTok shows it as cancelled"
    assert not Instruction.objects.filter(done_at=None).exists()
    assert "orders.cancel" not in world.tiktok_wire.sent


@pytest.mark.parametrize("reason", ["", "too cheap", "buyer asked"])
def test_reject_takes_only_a_sellers_reason(world: World, reason: str) -> None:
    row = world.take()
    with pytest.raises(NotPossible, match="out of stock, pricing error, unable to deliver"):
        instruct([row.pk], "reject", reason=reason)
