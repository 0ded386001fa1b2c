"""A dry run says what would be created and writes nothing."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sync.world import World
from tokbridge.core.errors import Refused
from tokbridge.records.models import Attempt, Binding, Order, Problem
from tokbridge.sync.dryrun import validate

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> World:
    return World(monkeypatch, policy={"create_automatically": False})


def test_dry_run_plans_and_writes_nothing(world: World) -> None:
    row = world.take()
    before = Order.objects.values().get(pk=row.pk)
    verdict = validate(row.pk)
    assert verdict.plan is not None and verdict.plan.number == f"TTS-{row.tiktok_id}"
    assert (verdict.code, verdict.words) == ("", "not by itself: the channel creates by hand")
    assert Order.objects.values().get(pk=row.pk) == before
    assert not world.store.made
    assert not Binding.objects.exists() and not Attempt.objects.exists() and not Problem.objects.exists()


def test_dry_run_says_why_not(world: World) -> None:
    world.store.skus = set()
    row = world.take()
    assert validate(row.pk).code == "unmatched_sku"
    world.store.errors["find_products"] = Refused("ACCESS_DENIED", "no scope")
    from tokbridge.sync.catalogue import forget_products

    forget_products()
    verdict = validate(row.pk)
    assert (verdict.plan, verdict.code, verdict.words) == (None, "ACCESS_DENIED", "no scope")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"status": "CANCELLED"}, "it is cancelled on TikTok"),
        ({"status": "ON_HOLD"}, "not by itself: the channel creates by hand"),
    ],
)
def test_dry_run_of_orders_that_are_not_created_now(world: World, changes: dict[str, Any], words: str) -> None:
    assert validate(world.take(**changes).pk).words == words


def test_dry_run_of_an_order_that_is_due(world: World) -> None:
    world.set_policy()
    assert validate(world.take().pk).words == ""
    assert validate(world.take(id="579000000000000003", status="UNPAID", line_items=[]).pk).code != ""
