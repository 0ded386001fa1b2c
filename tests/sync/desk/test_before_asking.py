"""Before anything is asked at the desk: which orders are meant, and what would come of them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sync.world import World
from tokbridge.core.errors import Refused
from tokbridge.records.models import Attempt, Binding, Order, Problem
from tokbridge.sync.asked import NotPossible
from tokbridge.sync.desk import find
from tokbridge.sync.dryrun import validate

pytestmark = pytest.mark.django_db(transaction=True)


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


def test_find_by_any_id(world: World) -> None:
    row = world.take()
    Order.objects.filter(pk=row.pk).update(store_number="100000012")
    for key in (row.tiktok_id, "100000012", str(row.pk), f"#{row.pk}", f" {row.tiktok_id} "):
        assert [found.pk for found in find([key])] == [row.pk]
    assert len(find([row.tiktok_id, str(row.pk)])) == 1
    with pytest.raises(NotPossible, match=r"4711 is not known.*#0 is not known"):
        find(["4711", row.tiktok_id, "#0"])


def test_an_ambiguous_key_is_refused_with_the_candidates(world: World) -> None:
    first, second = world.take(), world.take(id="579000000000000009", line_items=[])
    Order.objects.filter(pk=second.pk).update(store_number=str(first.pk))
    with pytest.raises(NotPossible, match="name it by its #"):
        find([str(first.pk)])
    assert find([f"#{first.pk}"])[0].pk == first.pk
