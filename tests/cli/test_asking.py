"""`cancel`, `accept`, `decline`, `archive`, `restore`."""

from __future__ import annotations

from typing import Any

import pytest
from tests.sync.fakes import World, build_world

from tests.cli.conftest import Run
from tokbridge.records.models import Attempt, Order

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world() -> World:
    return build_world(policy={"create_automatically": False})


@pytest.fixture
def asked(world: World) -> Order:
    """An order whose buyer asks to cancel."""
    row = world.take(is_buyer_request_cancel=True)
    request: dict[str, Any] = {
        "cancel_id": "4035",
        "order_id": row.tiktok_id,
        "cancel_type": "BUYER_CANCEL",
        "cancel_status": "CANCELLATION_REQUEST_PENDING",
        "role": "BUYER",
        "create_time": 1,
        "update_time": 1,
    }
    world.tiktok.answers["cancellations.search"] = {"cancellations": [request], "total_count": 1}
    reasons = [{"name": "seller_reject_shipped", "text": "It was shipped"}, {"name": "other", "text": "Other"}]
    world.tiktok.answers["cancellations.reject_reasons"] = {"reasons": reasons}
    world.tiktok.answers["cancellations.approve"] = world.tiktok.answers["cancellations.reject"] = {}
    return row


def test_accept(world: World, run: Run, asked: Order) -> None:
    ran = run("accept", asked.tiktok_id)
    assert (ran.code, ran.out) == (0, f"accept {asked.tiktok_id}: accepted\n")
    assert "cancellations.approve" in world.tiktok.sent


def test_decline_by_the_reasons_text(world: World, run: Run, asked: Order) -> None:
    (told,) = run("decline", asked.tiktok_id, "--reason", "it was shipped", "--json").json
    assert (told["state"], told["words"]) == ("done", "declined")
    assert Attempt.objects.get(step="answer buyer").request == "decline 4035: seller_reject_shipped"


def test_decline_names_the_reasons_when_one_is_needed(world: World, run: Run, asked: Order) -> None:
    ran = run("decline", asked.tiktok_id)
    assert ran.code == 1
    assert "seller_reject_shipped (It was shipped), other (Other)" in ran.err
    assert "cancellations.reject" not in world.tiktok.sent


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
