"""What a person asks at the desk: refused at once with reasons, or done by the normal flow."""

from __future__ import annotations

import pytest

from tests.sync.running import one
from tests.sync.world import World
from tokbridge.core.errors import Retry
from tokbridge.records.models import Attempt, Binding, Instruction, Order, Problem
from tokbridge.sync.asked import NotPossible
from tokbridge.sync.desk import instruct
from tokbridge.sync.dryrun import validate
from tokbridge.sync.lease import Lease
from tokbridge.sync.outcome import State, came, follow
from tokbridge.sync.shipping import ship
from tokbridge.sync.work import work

pytestmark = pytest.mark.django_db(transaction=True)


class Nowhere:
    """A journal for a creation that nobody of us made."""

    def save(self, key: str, value: str) -> None:
        pass

    def get(self, key: str) -> str | None:
        return None


def test_create_is_done_by_the_asking_process_when_no_worker_runs(world: World) -> None:
    row = world.take()
    result = one(instruct([row.pk], "create"))
    assert (result.state, result.words) == (State.DONE, f"created as TTS-{row.tiktok_id}")
    assert world.store.markers == [row.tiktok_id]


def test_a_store_that_no_worker_ever_prepared_is_prepared_before_its_first_order(world: World) -> None:
    first, second = world.take(), world.take(id="579000000000000009", status="ON_HOLD", line_items=[])
    assert one(instruct([first.pk], "create")).state is State.DONE
    one(instruct([second.pk], "sync"))
    assert world.store_wire.sent.count("prepare") == 1


def test_asking_twice_creates_once(world: World) -> None:
    row = world.take()
    asked = [*instruct([row.pk], "create"), *instruct([row.pk], "create")]
    assert Instruction.objects.count() == 1
    assert {came.state for came in follow(asked, lambda _came: None)} == {State.DONE}
    assert Attempt.objects.filter(step="create").count() == 1
    (again,) = instruct([row.pk], "create")
    assert again.refused == f"it is already in the store as TTS-{row.tiktok_id}"


def test_create_of_an_order_that_is_found_in_the_store_fulfils_the_wish(world: World) -> None:
    row = world.take()
    plan = validate(row.pk).plan
    assert plan is not None
    world.store.create_order(plan, Nowhere())
    assert one(instruct([row.pk], "create")).state is State.DONE
    assert len(world.store.made) == 1


def test_a_missing_sku_blocks_with_the_problem_and_a_second_request_tries_at_once(world: World) -> None:
    world.store.skus = set()
    row = world.take()
    result = one(instruct([row.pk], "create"))
    assert result.state is State.BLOCKED
    assert result.problem is not None and result.problem.code == "unmatched_sku"
    assert "MUG-BLUE" in result.words
    problem = Problem.objects.get(closed_at=None)
    assert problem.next_at is not None and problem.next_at > problem.last_at + 30
    world.store.skus = None
    from tokbridge.sync.catalogue import forget_products

    forget_products()
    assert one(instruct([row.pk], "create")).state is State.DONE
    assert not Problem.objects.filter(closed_at=None).exists()


def test_create_on_hold_waits_and_says_so(world: World) -> None:
    row = world.take(status="ON_HOLD")
    result = one(instruct([row.pk], "create"))
    assert (result.state, result.words) == (State.WAITING, "TikTok holds it for an hour")
    assert not world.store.made


def test_trouble_that_outlasts_the_patience_is_not_called_done(world: World) -> None:
    row = world.take()
    world.store.errors["find_order"] = Retry("http 503", "busy")
    result = one(instruct([row.pk], "create"), patience=0.3)
    assert result.state is State.WAITING
    assert result.words == "busy"


def test_a_running_worker_is_left_to_its_work(world: World) -> None:
    row = world.take()
    asked = instruct([row.pk], "create")
    lease = Lease.take(row.pk)
    assert lease is not None
    assert one(asked, patience=0.2).state is State.WORKING
    assert not world.store.made
    lease.release(0)
    work(row.pk, "worker")
    assert came(asked[0]).state is State.DONE


def test_an_unknown_verb_names_the_choices(world: World) -> None:
    with pytest.raises(NotPossible, match="accept, archive, cancel, create, decline, recreate, reject, restore, sync"):
        instruct([world.take().pk], "delete")


def test_sync_reads_from_tiktok(world: World) -> None:
    row = world.take()
    assert one(instruct([row.pk], "sync")).words == "read from TikTok"
    assert world.tiktok_wire.sent == ["orders.read"]


def test_archive_and_restore(world: World) -> None:
    row = world.take()
    assert one(instruct([row.pk], "archive")).state is State.DONE
    work(row.pk, "worker")
    assert Order.objects.get(pk=row.pk).tokbridge_status == "archived"
    assert "restore it first" in instruct([row.pk], "create")[0].refused
    with pytest.raises(NotPossible, match="archived"):
        ship(row.pk, "Royal Mail", "RM123456789GB")
    assert not instruct([row.pk], "restore")[0].refused
    work(row.pk, "worker")
    assert Order.objects.get(pk=row.pk).tokbridge_status != "archived"
    assert instruct([row.pk], "restore")[0].refused == "it is not archived"


def test_an_order_whose_creation_is_in_doubt_is_not_archived(world: World) -> None:
    row = world.take()
    Binding.objects.create(
        order=row, store=world.channel.store, marker=row.tiktok_id, number="N", view="", expected_total=1, intended_at=0
    )
    assert "looked up" in instruct([row.pk], "archive")[0].refused


def test_bulk_refuses_order_by_order(world: World) -> None:
    good, gone = world.take(), world.take(id="579000000000000009", status="CANCELLED", line_items=[])
    asked = instruct([good.pk, gone.pk], "create")
    assert [item.refused for item in asked] == ["", "it is cancelled on TikTok"]
    assert [result.state for result in follow(asked, lambda _came: None)] == [State.DONE, State.BLOCKED]
