"""The table of `decide`, one situation a test: from nothing to the store order, doubts, and rest.

What a store order needs is in test_decide_bound; generated histories are in test_decide_histories.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.core.situations import BOUND, NOW, POLICY, doing, facts, status_of
from tokbridge.core.decide import DOUBT, RECHECK, decide
from tokbridge.core.facts import BindingFacts, Do, ParcelFacts, Tie, Wish
from tokbridge.core.order import FulfilmentType, Kind
from tokbridge.core.ours import is_open, is_ours
from tokbridge.core.standing import TokbridgeStatus
from tokbridge.core.status import Status


class TestCreation:
    def test_a_paid_order_read_just_now_is_created(self) -> None:
        assert doing(facts()) == ["create"]
        assert status_of(facts()) is TokbridgeStatus.READY

    @pytest.mark.parametrize("status", [Status.UNPAID, Status.ON_HOLD])
    def test_neither_unpaid_nor_on_hold(self, status: Status) -> None:
        assert doing(facts(status=status)) == []
        assert doing(facts(status=status, wishes=(Wish(1, "create"),))) == []
        assert doing(facts(status=status), replace(POLICY, create_from=Status.UNPAID)) == []
        assert status_of(facts(status=status)) is TokbridgeStatus.WAITING

    def test_cash_on_delivery_has_no_paid_time_and_is_created_all_the_same(self) -> None:
        assert doing(facts(paid_at=None)) == ["create"]

    def test_cancelled_before_creation_stays_uncreated(self) -> None:
        for tie in (Tie.NONE, Tie.ABSENT):
            given = facts(status=Status.CANCELLED, binding=BindingFacts(tie=tie))
            assert doing(given) == []
            assert status_of(given) is TokbridgeStatus.CANCELLED

    def test_facts_older_than_a_minute_are_read_again_first(self) -> None:
        assert doing(facts(read_at=NOW - 60)) == ["create"]
        assert doing(facts(read_at=NOW - 60.1)) == ["look"]

    @pytest.mark.parametrize(("paid", "since"), [(int(NOW) - 3599, 3599), (None, 3599)])
    def test_where_the_shop_has_no_hold_we_wait_the_hour_ourselves(self, paid: int | None, since: int) -> None:
        given = facts(on_hold_shop=False, paid_at=paid, placed_at=int(NOW) - since)
        assert doing(given) == []
        assert decide(given, POLICY, NOW)[0].until == int(NOW) - since + 3600
        assert doing(given, now=NOW + 1.1) == ["create"]

    def test_the_hour_counts_from_payment_not_from_placing(self) -> None:
        given = facts(on_hold_shop=False, paid_at=int(NOW) - 10, placed_at=int(NOW) - 90000)
        assert doing(given) == []

    def test_an_open_request_of_the_buyer_blocks_until_a_person_wants_it(self) -> None:
        given = facts(buyer_requests_cancel=True)
        assert doing(given) == ["block buyer_requests_cancel"]
        assert doing(replace(given, wishes=(Wish(1, "create"),))) == ["create"]

    @pytest.mark.parametrize(("channels", "code"), [(0, "no_channel"), (2, "several_channels")])
    def test_exactly_one_channel(self, channels: int, code: str) -> None:
        assert doing(facts(channels=channels)) == [f"block {code}"]

    def test_not_automatically_when_the_channel_says_so(self) -> None:
        manual = replace(POLICY, create_automatically=False)
        assert doing(facts(), manual) == []
        assert doing(facts(wishes=(Wish(1, "create"),)), manual) == ["create"]

    def test_from_a_later_status(self) -> None:
        late = replace(POLICY, create_from=Status.AWAITING_COLLECTION)
        assert doing(facts(), late) == []
        assert doing(facts(status=Status.IN_TRANSIT), late) == ["create"]

    @pytest.mark.parametrize(
        ("changes", "reason"),
        [
            ({"fulfilment_type": FulfilmentType.TIKTOK}, "fulfilled by TikTok"),
            ({"placed_at": 5}, "before the channel's start"),
            ({"kind": Kind.SAMPLE}, "sample orders are not carried"),
        ],
    )
    def test_what_is_not_ours_is_created_only_by_a_person(self, changes: dict[str, Any], reason: str) -> None:
        policy = replace(POLICY, start=10, kinds=frozenset({Kind.NORMAL}))
        given = facts(**changes)
        assert is_ours(given, policy) == reason
        assert doing(given, policy) == []
        assert status_of(given, policy) is TokbridgeStatus.NOT_OURS
        assert doing(replace(given, wishes=(Wish(1, "create"),)), policy) == ["create"]


class TestIntention:
    @pytest.mark.parametrize("status", list(Status))
    def test_an_open_intention_is_looked_up_first_whatever_the_order_became(self, status: Status) -> None:
        given = facts(status=status, binding=BindingFacts(tie=Tie.INTENDED, intended_at=NOW - 1, settle=120))
        assert doing(given)[0] == "look for order"
        assert "create" not in doing(given)
        assert status_of(given) is TokbridgeStatus.UNKNOWN

    def test_found_absent_it_may_be_created(self) -> None:
        assert doing(facts(binding=BindingFacts(tie=Tie.ABSENT))) == ["create"]


class TestDoubt:
    def test_a_write_without_answer_holds_everything_else_until_that_side_was_read(self) -> None:
        parcel = ParcelFacts("1", "N1", frozenset({"a"}))
        given = facts(binding=BOUND, parcels=(parcel,), doubts={(Do.SHIP, "1"): NOW - 1})
        assert doing(given) == []
        assert decide(given, POLICY, NOW)[0].until == pytest.approx(NOW - 1 + DOUBT, abs=0.2)
        assert doing(given, now=NOW + DOUBT) == ["look"]
        assert doing(replace(given, read_at=NOW + DOUBT), now=NOW + DOUBT) == ["ship 1"]

    def test_the_stores_side_is_read_for_the_stores_writes(self) -> None:
        given = facts(status=Status.CANCELLED, binding=BOUND, doubts={(Do.CANCEL_STORE, ""): NOW - 5})
        assert doing(given, now=NOW) == ["cancel"]
        assert doing(replace(given, store_read_at=NOW - 6)) == ["look at store"]


class TestRest:
    def test_archived_is_left_alone(self) -> None:
        assert doing(facts(archived=True, read_at=0)) == []
        assert status_of(facts(archived=True)) is TokbridgeStatus.ARCHIVED

    @pytest.mark.parametrize("changes", [{"status": None}, {"unreadable": True}])
    def test_unreadable_blocks_and_is_read_again(self, changes: dict[str, Any]) -> None:
        assert doing(facts(**changes)) == ["block unreadable"]
        assert doing(facts(**changes, read_at=NOW - RECHECK)) == ["block unreadable", "look"]

    def test_an_open_order_is_read_every_six_hours_and_a_finished_one_never(self) -> None:
        assert doing(facts(binding=BOUND, read_at=NOW - RECHECK)) == ["look"]
        done = facts(status=Status.COMPLETED, binding=BOUND, read_at=0)
        assert doing(done) == []
        assert not is_open(done)
        assert status_of(done) is TokbridgeStatus.FINISHED

    def test_faults_of_the_read_back_stand_until_they_are_gone(self) -> None:
        binding = replace(BOUND, faults=frozenset({"total_differs", "line_unlinked"}))
        assert doing(facts(binding=binding)) == ["block line_unlinked", "block total_differs"]

    def test_created_then_shipped(self) -> None:
        assert status_of(facts(binding=BOUND)) is TokbridgeStatus.CREATED
        assert status_of(facts(binding=BOUND, shipped_lines=frozenset({"a", "b"}))) is TokbridgeStatus.SHIPPED
        assert status_of(facts(binding=BOUND, status=Status.IN_TRANSIT)) is TokbridgeStatus.SHIPPED

    @pytest.mark.parametrize("status", [*Status, None])
    @pytest.mark.parametrize("tie", list(Tie))
    @pytest.mark.parametrize("gone", [False, True])
    @pytest.mark.parametrize("problem", ["", "refused"])
    def test_every_state_has_a_standing(self, status: Status | None, tie: Tie, gone: bool, problem: str) -> None:
        given = facts(status=status, binding=replace(BOUND, tie=tie, store_cancelled=gone))
        found = status_of(given, problem=problem)
        assert isinstance(found, TokbridgeStatus)
        if status is Status.CANCELLED and found is not TokbridgeStatus.UNKNOWN and not problem:
            assert found is TokbridgeStatus.CANCELLED
        if found in {TokbridgeStatus.CREATED, TokbridgeStatus.SHIPPED, TokbridgeStatus.FINISHED}:
            assert tie is Tie.BOUND

    @pytest.mark.parametrize("status", [*Status, None])
    def test_there_is_always_an_answer(self, status: Status | None) -> None:
        assert decide(facts(status=status), POLICY, NOW)
