"""What a run does to each of its orders, verb by verb, and what it tells of it."""

from __future__ import annotations

import pytest
from django.db import transaction

from tests.sync.running import begin, carry, states, take
from tests.sync.world import World
from tests.sync.world.market import ANSWER_WITHIN, CLOSED, COMPLETE
from tokbridge.core.errors import Refused
from tokbridge.records.direct import Upsert
from tokbridge.records.models import Attempt, Cancellation, Instruction, Order, Parcel, Problem, Run
from tokbridge.sync import desk, offers, runs
from tokbridge.sync.asked import NotPossible
from tokbridge.sync.run_work import advance

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> World:
    return World(monkeypatch, policy={"create_automatically": False})


def many(world: World, n: int) -> list[int]:
    """Rows and TikTok's records of n cancelled orders, made quickly."""
    raw = world.tiktok.put(status="CANCELLED", line_items=[])
    ids = [f"58{at:016}" for at in range(n)]
    world.tiktok.orders = {one: {**raw, "id": one} for one in ids}
    row = {"account_id": world.account.pk, "channel_id": world.channel.pk, "status": raw["status"]}
    row |= {"update_time": raw["update_time"], "imported_at": 0, "updated_at": 0}
    with transaction.atomic():  # composing the same by Django takes seconds
        Upsert(Order, unique=("account_id", "tiktok_id"), update=("status",)).run(
            {**row, "tiktok_id": one} for one in ids
        )
    return list(Order.objects.order_by("id").values_list("pk", flat=True))


def test_sync_of_5000_orders_asks_tiktok_100_times(world: World) -> None:
    ids = many(world, 5000)
    run = runs.start("sync", ids, token="t", by=None, chosen="all")
    while run.ended_at is None:
        advance(run.pk)
        run.refresh_from_db()
    assert world.tiktok_wire.sent == ["orders.read"] * 100
    assert runs.counts(run) == {"waiting": 0, "asked": 0, "done": 5000, "refused": 0, "blocked": 0, "later": 0}
    assert run.orders == []
    assert set(world.woken) == set(ids)


def test_sync_of_orders_in_the_store_reads_tiktok_together_and_the_store_each(world: World) -> None:
    rows = take(world, 3)
    carry(world, begin("create", rows))
    world.tiktok_wire.sent.clear()
    for raw in world.tiktok.orders.values():
        raw |= {"update_time": raw["update_time"] + 1, "status": "ON_HOLD"}
    run = carry(world, begin("sync", rows))
    assert states(run) == ["done"] * 3
    assert world.tiktok_wire.sent.count("orders.read") == 1
    assert all(row.store_read_at for row in Order.objects.all())


def test_sync_tells_what_tiktok_does_not_know_and_what_it_refuses(world: World) -> None:
    here, lost = take(world, 2)
    (away,) = take(world, 1)
    carry(world, begin("archive", [away]))
    del world.tiktok.orders[lost.tiktok_id]
    run = carry(world, begin("sync", [here, lost, away]))
    words = list(run.items.order_by("id").values_list("state", "words"))
    assert words == [
        ("done", "read from TikTok"),
        ("refused", "TikTok does not know it"),
        ("refused", "it is archived; restore it first"),
    ]
    world.tiktok.answers["orders.read"] = Refused("11000", "no")
    assert carry(world, begin("sync", [here])).items.get().words == "11000: no"


def test_sync_clears_the_back_off_of_what_stands_in_the_way(world: World) -> None:
    (row,) = take(world, 1)
    world.store.skus = set()
    carry(world, begin("create", [row]))
    assert Problem.objects.get(closed_at=None).next_at is not None
    run = begin("sync", [row])
    advance(run.pk)
    assert Problem.objects.get(closed_at=None).next_at is None
    assert world.woken == [row.pk]


def test_ship_tells_tiktok_of_each_parcel(world: World) -> None:
    first, second, third = take(world, 3)
    each = {
        first.pk: {"carrier": "royal mail", "number": " RM123456789GB "},
        second.pk: {"carrier": "Hermes", "number": "H-000001"},
        third.pk: {"carrier": "DPD", "number": "D-000001"},
    }
    world.take(id=third.tiktok_id, status="IN_TRANSIT", line_items=[], update_time=2_000_000_000)
    run = carry(world, begin("ship", [first, second, third], each=each))
    assert states(run) == ["done", "refused", "refused"]
    told = list(run.items.order_by("id").values_list("words", flat=True))
    package = world.tiktok.orders[first.tiktok_id]["line_items"][0]["package_id"]
    assert told[0] == f"TikTok has parcel RM123456789GB as package {package}"
    assert "it takes: DPD, Royal Mail" in told[1]
    assert "it is in transit" in told[2]
    assert world.tiktok_wire.sent.count("providers.list") == 1


def test_ship_takes_the_units_that_were_chosen(world: World) -> None:
    (row,) = take(world, 1)
    first, second = (line["id"] for line in world.tiktok.orders[row.tiktok_id]["line_items"])
    chosen = {"carrier": "DPD", "number": "D-000001", "line_ids": [second]}
    run = carry(world, begin("ship", [row], each={row.pk: chosen}))
    assert states(run) == ["done"]
    assert Parcel.objects.get().line_ids == [second]
    same_again = {**chosen, "number": "D-000002"}
    run = carry(world, begin("ship", [row], each={row.pk: same_again}))
    assert states(run) == ["refused"]
    assert f"units not left to ship: {second}; left are: {first}" in run.items.get().words
    again = runs.again(run, ["refused"], token="once-more", by=None)
    assert again.orders == [[row.pk, same_again]]


def test_ship_checks_every_number_before_anything_is_sent(world: World) -> None:
    first, second = take(world, 2)
    each = {first.pk: {"carrier": "DPD", "number": "D-000001"}, second.pk: {"carrier": "DPD", "number": "no good"}}
    with pytest.raises(NotPossible, match="'no good' is not a tracking number"):
        begin("ship", [first, second], each=each)
    assert not Run.objects.exists()


def test_validate_says_what_would_be_created_or_why_not(world: World) -> None:
    (good,) = take(world, 1)
    (gone,) = take(world, 1, status="CANCELLED")
    run = carry(world, begin("validate", [good, gone]))
    first, second = run.items.order_by("id")
    assert first.state == "done" and f"would be created as TTS-{good.tiktok_id}, total" in first.words
    assert (second.state, second.words) == ("refused", "it is cancelled on TikTok")
    assert not world.store.made and not Instruction.objects.exists()


def test_reject_shows_the_reason_name_of_tiktok(world: World) -> None:
    run = carry(world, begin("reject", take(world, 1), reason="out of stock"))
    assert run.items.get().words == "cancellation sent to TikTok, reason seller_cancel_reason_out_of_stock"


def buyer_asks(world: World, row: Order) -> str:
    """The buyer asks to cancel, and the order was read since; returns TikTok's id of the request."""
    cancel_id = world.tiktok.ask_to_cancel(row.tiktok_id)
    world.read(row.tiktok_id)
    return cancel_id


@pytest.mark.parametrize(
    ("verb", "operation", "words", "status"),
    [
        ("accept", "cancellations.approve", "accepted", COMPLETE),
        ("decline", "cancellations.reject", "declined", CLOSED),
    ],
)
def test_a_buyers_request_is_answered(world: World, verb: str, operation: str, words: str, status: str) -> None:
    (row,) = take(world, 1)
    cancel_id = buyer_asks(world, row)
    run = carry(world, begin(verb, [row]))
    assert list(run.items.values_list("state", "words")) == [("done", words)]
    assert world.tiktok_wire.sent.count(operation) == 1
    assert world.tiktok.cancellations[cancel_id]["cancel_status"] == status
    kept = Cancellation.objects.get()
    assert (kept.tiktok_id, kept.status, kept.answer_by) == (cancel_id, status, None)
    assert (world.row(row.tiktok_id).status == "CANCELLED") == (verb == "accept")
    assert Attempt.objects.get(step="answer buyer").outcome == "done"


def test_a_request_that_ended_meanwhile_is_not_answered(world: World) -> None:
    (row,) = take(world, 1)
    cancel_id = buyer_asks(world, row)
    world.tiktok.lag = True
    world.tiktok.answer_request(cancel_id, granted=True)
    run = carry(world, begin("decline", [row]))
    assert list(run.items.values_list("state", "words")) == [("refused", "TikTok shows the request as accepted")]
    assert "cancellations.reject" not in world.tiktok_wire.sent


def test_declining_needs_one_of_tiktoks_reasons(world: World) -> None:
    (row,) = take(world, 1)
    buyer_asks(world, row)
    world.tiktok.reject_reasons = [{"name": "a", "text": "First"}, {"name": "b", "text": "Second"}]
    run = carry(world, begin("decline", [row]))
    item = run.items.get()
    assert (item.state, item.code) == ("blocked", "decline_reason")
    assert "a (First), b (Second)" in item.words
    assert "cancellations.reject" not in world.tiktok_wire.sent
    assert states(carry(world, begin("decline", [row], reason="second"))) == ["done"]
    assert Attempt.objects.get(step="answer buyer").request.endswith(": b")


def test_nobody_asks_to_cancel(world: World) -> None:
    run = carry(world, begin("accept", take(world, 1)))
    assert run.items.get().words == "the buyer does not ask to cancel it"


def test_a_request_that_the_feed_has_not_brought_yet_is_asked_for_once(world: World) -> None:
    (row,) = take(world, 1)
    deadline = world.tiktok.cancellations[buyer_asks(world, row)]["create_time"] + ANSWER_WITHIN
    assert offers.decline_reasons(row.pk) == ()
    offers.read_requests([row.pk])
    offers.read_requests([row.pk])
    assert world.tiktok_wire.sent.count("cancellations.search") == 1
    assert Cancellation.objects.get().answer_by == deadline
    assert [one.text for one in offers.decline_reasons(row.pk)] == ["The package was shipped"]


def test_both_answers_are_not_asked_at_once(world: World) -> None:
    (row,) = take(world, 1)
    buyer_asks(world, row)
    desk.instruct([row.pk], "accept")
    assert desk.instruct([row.pk], "decline")[0].refused == "the opposite was asked and is on its way"


def test_an_answer_whose_outcome_is_lost_is_looked_up_not_repeated(world: World) -> None:
    (row,) = take(world, 1)
    buyer_asks(world, row)
    world.tiktok_wire.faults = lambda request: "after" if request.operation == "cancellations.approve" else ""
    run = begin("accept", [row])
    advance(run.pk)
    world.look(row.tiktok_id)
    assert Attempt.objects.get(step="answer buyer").outcome == "unknown"
    world.carry(row.tiktok_id)
    carry(world, run)
    assert run.items.get().words == "TikTok shows the request as accepted"
    assert world.tiktok_wire.sent.count("cancellations.approve") == 1
