"""The table of `decide`, one situation a test; generated histories are in test_decide_histories."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tokbridge.core.decide import (
    DOUBT,
    RECHECK,
    BindingFacts,
    Do,
    Facts,
    ParcelFacts,
    Tie,
    TokbridgeStatus,
    Wish,
    decide,
    is_open,
    is_ours,
    standing,
)
from tokbridge.core.order import FulfilmentType, Kind, LogisticMode
from tokbridge.core.policy import Policy
from tokbridge.core.status import Status, can_follow, parse

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


class TestCancellation:
    def test_cancelled_on_tiktok_is_cancelled_in_the_store(self) -> None:
        given = facts(status=Status.CANCELLED, binding=BOUND)
        assert doing(given) == ["cancel"]
        assert status_of(given) is TokbridgeStatus.CANCELLED

    def test_unless_the_channel_keeps_it_and_it_still_reads_as_cancelled(self) -> None:
        keep = replace(POLICY, cancel_to_store=False)
        given = facts(status=Status.CANCELLED, binding=BOUND)
        assert doing(given, keep) == []
        assert status_of(given, keep) is TokbridgeStatus.CANCELLED

    def test_before_a_parcel_and_an_address(self) -> None:
        parcel = ParcelFacts("1", "N1", frozenset({"b"}))
        given = facts(lines={"a": True, "b": False}, binding=BOUND, parcels=(parcel,), address_digest="new")
        assert doing(given) == ["cancel lines", "ship 1", "update address new"]

    def test_only_units_that_are_in_the_store_order_and_not_yet_off_it(self) -> None:
        given = facts(lines={"a": True, "b": False}, binding=replace(BOUND, lines=frozenset({"b"})))
        assert doing(given) == []
        given = facts(lines={"a": True, "b": False}, binding=replace(BOUND, cancelled_lines=frozenset({"a"})))
        assert doing(given) == []

    def test_cancelled_by_staff_is_cancelled_on_tiktok_once(self) -> None:
        binding = replace(BOUND, store_cancelled=True)
        assert doing(facts(binding=binding)) == ["cancel on tiktok store"]
        assert doing(facts(binding=replace(binding, cancel_sent=True))) == []
        assert doing(facts(binding=replace(binding, cancelled_by_us=True))) == []
        assert doing(facts(binding=binding), replace(POLICY, cancel_to_tiktok=False)) == []

    def test_cancelled_by_staff_after_part_was_shipped_is_a_persons_matter(self) -> None:
        given = facts(status=Status.PARTIALLY_SHIPPING, binding=replace(BOUND, store_cancelled=True))
        assert doing(given) == ["block store_cancelled_partly_shipped"]

    @pytest.mark.parametrize("verb", ["reject", "cancel"])
    def test_a_persons_wish(self, verb: str) -> None:
        assert doing(facts(wishes=(Wish(7, verb),)))[0] == "cancel on tiktok wish 7"
        assert doing(facts(status=Status.CANCELLED, wishes=(Wish(7, verb),))) == []


class TestParcels:
    PARCEL = ParcelFacts("1", "N1", frozenset({"a"}), in_store=True)

    def test_shipped_in_the_store_is_told_once(self) -> None:
        assert doing(facts(binding=BOUND, parcels=(self.PARCEL,))) == ["ship 1"]
        assert doing(facts(binding=BOUND, parcels=(replace(self.PARCEL, tiktok_number="N1"),))) == []

    def test_without_a_number_it_waits_for_one(self) -> None:
        assert doing(facts(binding=BOUND, parcels=(replace(self.PARCEL, number=""),))) == []

    def test_a_changed_number_is_told_also_after_shipment(self) -> None:
        parcel = replace(self.PARCEL, number="N2", tiktok_number="N1")
        assert doing(facts(status=Status.AWAITING_COLLECTION, binding=BOUND, parcels=(parcel,))) == ["ship 1"]

    def test_units_that_tiktok_already_shows_as_shipped(self) -> None:
        given = facts(binding=BOUND, parcels=(self.PARCEL,), shipped_lines=frozenset({"a"}))
        assert doing(given) == ["block parcel_too_late"]

    def test_platform_logistics_take_no_number_of_ours(self) -> None:
        given = facts(logistic_mode=LogisticMode.PLATFORM, binding=BOUND, parcels=(self.PARCEL,))
        assert doing(given) == []

    def test_shipped_on_tiktok_goes_to_the_store_once(self) -> None:
        parcel = replace(self.PARCEL, from_tiktok=True, tiktok_number="N1", in_store=False)
        given = facts(status=Status.AWAITING_COLLECTION, binding=BOUND, parcels=(parcel,))
        assert doing(given) == ["add parcel 1"]
        assert doing(replace(given, parcels=(replace(parcel, in_store=True),))) == []

    def test_shipped_at_the_desk_is_told_to_tiktok_and_then_to_the_store(self) -> None:
        parcel = replace(self.PARCEL, in_store=False)
        assert doing(facts(binding=BOUND, parcels=(parcel,))) == ["ship 1"]
        assert doing(facts(binding=BOUND, parcels=(replace(parcel, tiktok_number="N1"),))) == ["add parcel 1"]

    def test_a_cancelled_parcel_and_a_cancelled_order_ship_nothing(self) -> None:
        assert doing(facts(binding=BOUND, parcels=(replace(self.PARCEL, cancelled=True),))) == []
        given = facts(status=Status.CANCELLED, binding=replace(BOUND, store_cancelled=True), parcels=(self.PARCEL,))
        assert doing(given) == []


class TestStoreStatus:
    MAP = replace(
        POLICY,
        statuses=(
            (Status.AWAITING_SHIPMENT, "packing"),
            (Status.PARTIALLY_SHIPPING, "packing"),
            (Status.IN_TRANSIT, "sent"),
            (Status.CANCELLED, "void"),
        ),
    )

    @pytest.mark.parametrize(
        ("status", "given", "steps"),
        [
            (Status.AWAITING_SHIPMENT, "", ["update status packing"]),
            (Status.AWAITING_SHIPMENT, "packing", []),
            (Status.PARTIALLY_SHIPPING, "packing", []),
            (Status.AWAITING_COLLECTION, "packing", []),
            (Status.IN_TRANSIT, "packing", ["update status sent"]),
            (Status.IN_TRANSIT, "", ["update status sent"]),
            (Status.DELIVERED, "sent", []),
            (Status.COMPLETED, "sent", []),
        ],
    )
    def test_each_mapped_status_is_given_once(self, status: Status, given: str, steps: list[str]) -> None:
        assert doing(facts(status=status, binding=replace(BOUND, status_given=given)), self.MAP) == steps

    def test_without_a_map_nothing_is_given(self) -> None:
        assert [doing(facts(status=status, binding=BOUND)) for status in SHOWN] == [[]] * len(SHOWN)

    @pytest.mark.parametrize("tie", [Tie.NONE, Tie.ABSENT, Tie.INTENDED])
    def test_only_to_a_store_order_that_is_known(self, tie: Tie) -> None:
        steps = doing(facts(status=Status.IN_TRANSIT, binding=replace(BOUND, tie=tie)), self.MAP)
        assert "update status sent" not in steps

    @pytest.mark.parametrize("status", list(Status))
    def test_never_to_a_cancelled_store_order(self, status: Status) -> None:
        given = facts(status=status, binding=replace(BOUND, store_cancelled=True, cancel_sent=True))
        for policy in (self.MAP, replace(self.MAP, cancel_to_store=False)):
            assert not [step for step in doing(given, policy) if step.startswith("update status")]

    def test_cancelling_gives_the_store_order_its_status_unless_the_channel_does_not_cancel(self) -> None:
        given = facts(status=Status.CANCELLED, binding=BOUND)
        assert doing(given, self.MAP) == ["cancel"]
        assert doing(given, replace(self.MAP, cancel_to_store=False)) == ["update status void"]

    def test_an_order_is_not_finished_before_its_status_is_given(self) -> None:
        done = replace(POLICY, statuses=((Status.COMPLETED, "done"),))
        given = facts(status=Status.COMPLETED, binding=BOUND)
        assert status_of(given, done) is TokbridgeStatus.SHIPPED
        assert status_of(replace(given, binding=replace(BOUND, status_given="done")), done) is TokbridgeStatus.FINISHED


class TestInvoice:
    ASKS = replace(BOUND, invoices=True)
    PARCEL = ParcelFacts("1", "", frozenset({"a"}), in_store=True)

    def test_what_was_shipped_in_the_store_once(self) -> None:
        given = facts(binding=self.ASKS, parcels=(self.PARCEL,))
        assert doing(given) == ["invoice"]
        assert doing(replace(given, binding=replace(self.ASKS, invoiced_lines=frozenset({"a"})))) == []

    def test_the_next_parcel_is_invoiced_too(self) -> None:
        second = replace(self.PARCEL, key="2", line_ids=frozenset({"b"}))
        binding = replace(self.ASKS, invoiced_lines=frozenset({"a"}))
        assert doing(facts(binding=binding, parcels=(self.PARCEL, second))) == ["invoice"]

    def test_only_where_the_store_wants_it(self) -> None:
        assert doing(facts(binding=BOUND, parcels=(self.PARCEL,))) == []

    @pytest.mark.parametrize("changes", [{"in_store": False}, {"cancelled": True}])
    def test_only_what_is_shipped_there(self, changes: dict[str, Any]) -> None:
        assert doing(facts(binding=self.ASKS, parcels=(replace(self.PARCEL, **changes),))) == []

    def test_after_a_parcel_of_tiktoks_was_added_there(self) -> None:
        parcel = ParcelFacts("1", "N1", frozenset({"a"}), from_tiktok=True, tiktok_number="N1")
        given = facts(status=Status.AWAITING_COLLECTION, binding=self.ASKS, parcels=(parcel,))
        assert doing(given) == ["add parcel 1"]
        assert doing(replace(given, parcels=(replace(parcel, in_store=True),))) == ["invoice"]

    def test_a_cancelled_order_is_not_invoiced_even_while_its_cancellation_waits(self) -> None:
        """The first step that does not back off is done; an invoice would make the cancellation impossible."""
        cancelled = facts(status=Status.CANCELLED, binding=self.ASKS, parcels=(self.PARCEL,))
        assert doing(cancelled) == ["cancel"]
        assert doing(cancelled, replace(POLICY, cancel_to_store=False)) == []
        gone = facts(binding=replace(self.ASKS, store_cancelled=True, cancel_sent=True), parcels=(self.PARCEL,))
        assert "invoice" not in doing(gone)

    def test_before_the_status_which_the_invoice_may_change(self) -> None:
        policy = replace(POLICY, statuses=((Status.AWAITING_SHIPMENT, "packing"),))
        assert doing(facts(binding=self.ASKS, parcels=(self.PARCEL,)), policy) == ["invoice", "update status packing"]


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
