"""TikTok's count beside ours: what is missing is found, brought, and told."""

from __future__ import annotations

import pytest
from django.conf import settings

from tests.sync.world import World
from tokbridge.core.errors import Retry
from tokbridge.records.models import Connection, Order, Proof, Watermark
from tokbridge.sync import prove, rounds
from tokbridge.sync.feeds import poll
from tokbridge.sync.intake import Intake

HOUR = 3600


def made(world: World, ages: list[float]) -> list[str]:
    """Orders placed so many hours ago."""
    now = world.tiktok.now()
    return [world.order(create_time=int(now - age * HOUR)) for age in ages]


def proofs(world: World) -> dict[str, tuple[int, int]]:
    return {one.window: (one.theirs, one.ours) for one in Proof.objects.filter(account=world.account)}


def test_what_was_polled_is_all_there_and_costs_a_call_for_each_window(world: World) -> None:
    made(world, [1, 2, 23, 25, 47, 49])
    poll(world.account.pk, "orders", 60)
    world.tiktok_wire.sent.clear()
    assert prove.prove(world.account.pk) == []
    assert proofs(world) == {"day": (3, 3), "before": (2, 2)}
    assert list(world.tiktok_wire.sent) == ["orders.search"] * 2


def test_what_only_the_count_finds_is_brought_and_looked_at(world: World) -> None:
    old, new = made(world, [30, 3])
    poll(world.account.pk, "orders", 60)
    lost = made(world, [4, 31, 5])
    rounds.poll_feed(world.account.pk, prove.FEED)
    assert proofs(world) == {"day": (3, 3), "before": (2, 2)}
    day = Proof.objects.get(window="day")
    assert (day.found, day.missing, day.at) == (2, [], pytest.approx(world.clock(), abs=1))
    rows = Order.objects.filter(tiktok_id__in=lost)
    assert set(rows.values_list("pk", flat=True)) <= set(world.woken)
    assert Order.objects.count() == len([old, new, *lost])
    rounds.poll_feed(world.account.pk, prove.FEED)
    assert Proof.objects.get(window="day").found == 0, "found once, it is no news any more"


def test_what_stays_missing_is_named(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    _here, lost = made(world, [3, 4])
    poll(world.account.pk, "orders", 60)
    Order.objects.filter(tiktok_id=lost).delete()
    monkeypatch.setattr(prove, "store_orders", lambda *_args: Intake())
    prove.prove(world.account.pk)
    day = Proof.objects.get(window="day")
    assert (day.theirs, day.ours, day.missing) == (2, 1, [lost])


def test_an_order_of_this_moment_is_not_missed_yet_and_one_that_nobody_can_read_is_here(world: World) -> None:
    made(world, [0])
    broken = world.order(create_time=world.tiktok.now() - HOUR)
    world.tiktok.orders[broken]["payment"] = "none"
    poll(world.account.pk, "orders", 60)
    made(world, [0.02])  # half a poll ago
    prove.prove(world.account.pk)
    assert Order.objects.get(tiktok_id=broken).status == ""
    assert proofs(world)["day"] == (1, 1)


def test_the_window_is_tiktoks_time(world: World) -> None:
    world.tiktok.offset = -600.0
    made(world, [0.1])
    poll(world.account.pk, "orders", 60)
    prove.prove(world.account.pk)
    day = Proof.objects.get(window="day")
    assert day.end == world.tiktok.now() - prove.OPEN_POLLS * int(settings.POLL_SECONDS)
    assert day.ours == 1


def test_one_worker_at_a_time_and_trouble_leaves_what_stands(world: World) -> None:
    made(world, [1])
    poll(world.account.pk, "orders", 60)
    prove.prove(world.account.pk)
    before = Proof.objects.get(window="day").at
    world.clock.sleep(600)
    Watermark.objects.filter(feed=prove.FEED).update(lease_until=world.clock() + 30)
    assert prove.prove(world.account.pk) == []
    assert Proof.objects.get(window="day").at == before
    Watermark.objects.filter(feed=prove.FEED).update(lease_until=0)
    world.tiktok.answers["orders.search"] = Retry("36009003", "busy")
    rounds.poll_feed(world.account.pk, prove.FEED)
    assert Proof.objects.get(window="day").at == before
    assert Watermark.objects.get(feed=prove.FEED).lease_until == 0


def test_the_round_asks_every_account_that_is_authorised(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr(rounds.queue, "read_feed", lambda _account, feed: asked.append(feed))
    rounds._tick_feeds()
    assert prove.FEED in asked
    asked.clear()
    rounds._tick_feeds()
    assert asked == []


def test_a_whole_answer_is_remembered_as_the_connections_last(world: World) -> None:
    prove.prove(world.account.pk)
    assert Connection.objects.get(pk=world.authorisation.connection_id).answered_at == pytest.approx(
        world.clock(), abs=1
    )
