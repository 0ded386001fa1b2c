"""`cancel`, `accept`, `decline`, `archive`, `restore`."""

from __future__ import annotations

import pytest

from tests.cli.conftest import Run
from tests.sync.world import World
from tokbridge.records.models import Attempt, Order

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> World:
    return World(monkeypatch, policy={"create_automatically": False})


@pytest.fixture
def asked(world: World) -> Order:
    """An order whose buyer asks to cancel."""
    row = world.take()
    world.tiktok.ask_to_cancel(row.tiktok_id)
    world.tiktok.reject_reasons = [
        {"name": "seller_reject_shipped", "text": "It was shipped"},
        {"name": "other", "text": "Other"},
    ]
    world.read(row.tiktok_id)
    return row


def test_accept(world: World, run: Run, asked: Order) -> None:
    ran = run("accept", asked.tiktok_id)
    assert (ran.code, ran.out) == (0, f"accept {asked.tiktok_id}: accepted\n")
    assert "cancellations.approve" in world.tiktok_wire.sent


def test_decline_by_the_reasons_text(world: World, run: Run, asked: Order) -> None:
    (told,) = run("decline", asked.tiktok_id, "--reason", "it was shipped", "--json").json
    assert (told["state"], told["words"]) == ("done", "declined")
    (cancel_id,) = world.tiktok.cancellations
    assert Attempt.objects.get(step="answer buyer").request == f"decline {cancel_id}: seller_reject_shipped"


def test_decline_names_the_reasons_when_one_is_needed(world: World, run: Run, asked: Order) -> None:
    ran = run("decline", asked.tiktok_id)
    assert ran.code == 1
    assert "seller_reject_shipped (It was shipped), other (Other)" in ran.err
    assert "cancellations.reject" not in world.tiktok_wire.sent


def test_nothing_to_answer(world: World, run: Run) -> None:
    ran = run("accept", world.take().tiktok_id)
    assert (ran.code, "the buyer does not ask to cancel it" in ran.err) == (1, True)


def test_cancel_archive_and_restore(world: World, run: Run) -> None:
    row = world.take()
    assert run("archive", row.tiktok_id).code == 0
    assert run("cancel", row.tiktok_id).code == 1
    assert run("restore", row.tiktok_id).code == 0
    assert "out_of_stock" in run("cancel", row.tiktok_id, "--reason", "out of stock").out
    assert Order.objects.get().status == "CANCELLED"
