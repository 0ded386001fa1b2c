"""TikTok's statuses and which may follow which."""

from __future__ import annotations

import pytest

from tokbridge.core.status import Status, can_follow, parse


class TestGraph:
    PATH = (
        Status.UNPAID,
        Status.ON_HOLD,
        Status.AWAITING_SHIPMENT,
        Status.PARTIALLY_SHIPPING,
        Status.AWAITING_COLLECTION,
        Status.IN_TRANSIT,
        Status.DELIVERED,
        Status.COMPLETED,
    )

    def test_forward_with_missing_steps_and_never_back(self) -> None:
        for at, old in enumerate(self.PATH):
            for to, new in enumerate(self.PATH):
                assert can_follow(old, new) == (to >= at), (old, new)

    def test_cancelled_ends_everything(self) -> None:
        assert [status for status in Status if can_follow(Status.CANCELLED, status)] == [Status.CANCELLED]
        late = {Status.DELIVERED, Status.COMPLETED}
        assert {status for status in Status if not can_follow(status, Status.CANCELLED)} == late

    def test_reaching_is_transitive(self) -> None:
        for one in Status:
            for two in Status:
                for three in Status:
                    if can_follow(one, two) and can_follow(two, three):
                        assert can_follow(one, three)

    def test_the_webhooks_word(self) -> None:
        assert parse("CANCEL") is Status.CANCELLED
        with pytest.raises(ValueError, match="SHIPPED"):
            parse("SHIPPED")
