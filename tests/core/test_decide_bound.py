"""The table of `decide` for an order that is in the store: cancellations, parcels, invoices, its status."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.core.situations import BOUND, NOW, POLICY, SHOWN, doing, facts, status_of
from tokbridge.core.decide import CANCEL_PATIENCE, decide
from tokbridge.core.facts import BindingFacts, Do, ParcelFacts, Tie, Wish
from tokbridge.core.order import LogisticMode
from tokbridge.core.standing import TokbridgeStatus
from tokbridge.core.status import Status


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
        assert doing(facts(binding=replace(binding, cancel_sent_at=NOW))) == []
        assert doing(facts(binding=replace(binding, cancelled_by_us=True))) == []
        assert doing(facts(binding=binding), replace(POLICY, cancel_to_tiktok=False)) == []

    def test_cancelled_by_staff_after_part_was_shipped_is_a_persons_matter(self) -> None:
        for status in (Status.PARTIALLY_SHIPPING, Status.AWAITING_COLLECTION, Status.IN_TRANSIT):
            given = facts(status=status, binding=replace(BOUND, store_cancelled=True))
            assert doing(given) == ["block store_cancelled_shipped"]
        given = facts(status=Status.DELIVERED, binding=replace(BOUND, store_cancelled=True))
        assert doing(given) == []

    def test_what_was_cancelled_must_show_on_tiktok(self) -> None:
        sent = replace(BOUND, store_cancelled=True, cancel_sent_at=NOW)
        later = NOW + CANCEL_PATIENCE
        (waiting, *_) = decide(facts(binding=sent, read_at=NOW), POLICY, NOW)
        assert (waiting.do, waiting.until) == (Do.WAIT, later)
        assert doing(facts(binding=sent, read_at=NOW), now=later) == ["look store"]
        assert doing(facts(binding=sent, read_at=later), now=later) == ["block not_cancelled_on_tiktok"]
        shown = facts(status=Status.CANCELLED, binding=sent, read_at=later)
        assert doing(shown, now=later) == []

    @pytest.mark.parametrize("verb", ["reject", "cancel"])
    def test_a_persons_wish(self, verb: str) -> None:
        assert doing(facts(wishes=(Wish(7, verb),)))[0] == "cancel on tiktok wish 7"
        assert doing(facts(status=Status.CANCELLED, wishes=(Wish(7, verb),))) == []

    def test_a_person_who_wants_a_new_store_order_keeps_the_old_ones_cancellation_off_tiktok(self) -> None:
        """Also while the store cannot be asked yet."""
        given = facts(binding=replace(BOUND, store_cancelled=True), wishes=(Wish(7, "recreate"),))
        assert doing(given) == ["release wish 7"]
        assert doing(replace(given, status=Status.CANCELLED)) == []
        alone = replace(given, binding=BindingFacts())
        assert doing(alone) == ["create"]
        assert doing(alone, replace(POLICY, create_automatically=False)) == ["create"]

    def test_it_is_let_go_before_anybody_asks_what_became_of_a_write_to_it(self) -> None:
        doubts = {(Do.ADD_PARCEL, "3"): NOW - 60}
        given = facts(binding=BOUND, wishes=(Wish(7, "recreate"),), doubts=doubts, store_read_at=NOW - 600)
        assert doing(given) == ["release wish 7", "look at store"]
        assert doing(replace(given, binding=BindingFacts())) == ["create"], "what nobody knows of it no longer matters"

    @pytest.mark.parametrize("verb", ["accept", "decline"])
    def test_a_persons_answer_to_the_buyer_comes_before_the_creation(self, verb: str) -> None:
        given = facts(buyer_requests_cancel=True, wishes=(Wish(7, verb),))
        assert doing(given) == ["answer buyer wish 7", "block buyer_requests_cancel"]

    def test_a_request_of_the_buyer_stands_out_after_the_creation_too_and_stops_nothing_else(self) -> None:
        parcel = ParcelFacts("1", "N1", frozenset({"a"}), in_store=True)
        given = facts(buyer_requests_cancel=True, binding=BOUND, parcels=(parcel,))
        assert doing(given) == ["block buyer_requests_cancel", "ship 1"]
        assert doing(replace(given, status=Status.IN_TRANSIT, parcels=())) == []
        assert doing(facts(buyer_requests_cancel=True, binding=replace(BOUND, store_cancelled=True))) == [
            "cancel on tiktok store"
        ]


class TestParcels:
    PARCEL = ParcelFacts("1", "N1", frozenset({"a"}), in_store=True)

    def test_shipped_in_the_store_is_told_once(self) -> None:
        assert doing(facts(binding=BOUND, parcels=(self.PARCEL,))) == ["ship 1"]
        assert doing(facts(binding=BOUND, parcels=(replace(self.PARCEL, tiktok_number="N1"),))) == []

    def test_without_a_number_it_waits_for_one(self) -> None:
        parcel = replace(self.PARCEL, number="", seen_at=NOW - 899)
        given = facts(binding=BOUND, parcels=(parcel,))
        assert doing(given) == []
        waits = next(step for step in decide(given, POLICY, NOW) if step.do is Do.WAIT)
        assert waits.until == NOW + 1 and waits.why == "shipped in the store, without a tracking number yet"

    def test_without_a_number_for_too_long_it_is_a_problem_until_tiktok_knows_one(self) -> None:
        parcel = replace(self.PARCEL, number="", seen_at=NOW - 900)
        assert doing(facts(binding=BOUND, parcels=(parcel,))) == ["block shipped_without_tracking"]
        other = replace(self.PARCEL, key="2", number="N2")
        assert doing(facts(binding=BOUND, parcels=(parcel, other))) == ["ship 2", "block shipped_without_tracking"]
        told = {"parcels": (parcel,), "binding": BOUND}
        assert doing(facts(**told, shipped_lines=frozenset({"a"}))) == []
        assert doing(facts(**told, logistic_mode=LogisticMode.PLATFORM)) == []
        assert doing(facts(**told, status=Status.AWAITING_COLLECTION)) == []
        assert doing(facts(binding=BOUND, parcels=(replace(parcel, cancelled=True),))) == []
        assert doing(facts(**told), replace(POLICY, parcels_to_tiktok=False)) == []

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
        given = facts(status=status, binding=replace(BOUND, store_cancelled=True, cancel_sent_at=NOW))
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
    PARCEL = ParcelFacts("1", "", frozenset({"a"}), in_store=True, seen_at=NOW)

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
        gone = facts(binding=replace(self.ASKS, store_cancelled=True, cancel_sent_at=NOW), parcels=(self.PARCEL,))
        assert "invoice" not in doing(gone)

    def test_before_the_status_which_the_invoice_may_change(self) -> None:
        policy = replace(POLICY, statuses=((Status.AWAITING_SHIPMENT, "packing"),))
        assert doing(facts(binding=self.ASKS, parcels=(self.PARCEL,)), policy) == ["invoice", "update status packing"]
