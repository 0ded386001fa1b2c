"""TikTok's records become rows: nothing dropped, older news never over newer."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from tests.sync.world import World, together
from tokbridge.core.status import Status
from tokbridge.records.models import Channel, Document, Line, Order
from tokbridge.sync.channels import forget_channels
from tokbridge.sync.intake import Intake, store_orders


def take(world: World, *raws: dict[str, Any], read_at: float | None = None) -> Intake:
    return store_orders(world.account, copy.deepcopy(raws), world.clock() if read_at is None else read_at)


def test_older_news_never_over_newer(world: World) -> None:
    order_id = world.order()
    old = copy.deepcopy(world.tiktok.orders[order_id])
    world.tiktok.cancel(order_id)
    take(world, world.tiktok.orders[order_id])
    assert take(world, old) == Intake()
    assert world.row(order_id).status == "CANCELLED"
    assert all(Line.objects.values_list("cancelled", flat=True))


@pytest.mark.parametrize("newer_first", [True, False])
def test_at_the_same_time_only_forward(world: World, newer_first: bool) -> None:
    order_id = world.order()
    early = copy.deepcopy(world.tiktok.orders[order_id])
    late = {**copy.deepcopy(early), "status": "AWAITING_COLLECTION"}
    for raw in (late, early) if newer_first else (early, late):
        take(world, raw)
    assert world.row(order_id).status == "AWAITING_COLLECTION"


@pytest.mark.parametrize("newer_first", [True, False])
def test_a_second_unit_cancelled_within_the_same_second_is_not_lost(world: World, newer_first: bool) -> None:
    order_id = world.order(3)
    one = copy.deepcopy(world.tiktok.orders[order_id])
    one["line_items"][0]["display_status"] = "CANCELLED"
    two = copy.deepcopy(one)
    two["line_items"][1]["display_status"] = "CANCELLED"
    for raw in (two, one) if newer_first else (one, two):
        take(world, raw)
    gone = Line.objects.filter(cancelled=True).order_by("position")
    assert list(gone.values_list("tiktok_id", flat=True)) == world.units(order_id)[:2]
    assert world.row(order_id).due_at is not None


def test_the_same_record_again_only_says_that_it_still_holds(world: World) -> None:
    order_id = world.order()
    raw = world.tiktok.orders[order_id]
    take(world, raw)
    world.carry(order_id)
    row = world.row(order_id)
    later = world.clock() + 5
    assert take(world, raw, read_at=later) == Intake()
    again = world.row(order_id)
    assert again.read_at == later
    assert again.due_at == row.due_at


def test_an_unreadable_order_becomes_a_row_with_its_raw_text_and_a_problem(world: World) -> None:
    good, bad = world.order(), world.order()
    del world.tiktok.orders[bad]["payment"]
    brought = take(world, world.tiktok.orders[good], world.tiktok.orders[bad])
    assert (len(brought.new), brought.unreadable) == (2, 1)
    world.look(bad)
    assert world.problems(bad) == ["unreadable"]
    assert world.row(bad).tokbridge_status == "blocked"
    assert bad in Document.objects.get(order__tiktok_id=bad).raw
    assert world.row(good).status == "AWAITING_SHIPMENT"


def test_an_order_that_was_unreadable_at_first_is_carried_once_it_reads(world: World) -> None:
    order_id = world.order()
    raw = copy.deepcopy(world.tiktok.orders[order_id])
    del raw["status"]
    take(world, raw)
    world.look(order_id)
    made = world.bring(order_id)
    assert made.plan.total == 2200
    assert world.row(order_id).channel_id == world.channel.pk
    assert world.problems(order_id) == []


def test_a_glitch_of_tiktoks_ends_with_the_next_good_answer(world: World) -> None:
    order_id = world.order()
    world.bring(order_id)
    raw = copy.deepcopy(world.tiktok.orders[order_id])
    del raw["line_items"]
    take(world, raw)
    world.look(order_id)
    assert world.problems(order_id) == ["unreadable"]
    world.read(order_id)  # the same update_time, readable again
    world.look(order_id)
    assert world.problems(order_id) == []
    assert world.row(order_id).tokbridge_status == "created"


def test_an_older_unreadable_record_changes_nothing(world: World) -> None:
    order_id = world.order()
    old = copy.deepcopy(world.tiktok.orders[order_id])
    del old["line_items"]
    world.tiktok.cancel(order_id)
    take(world, world.tiktok.orders[order_id])
    take(world, old)
    assert world.row(order_id).unreadable == ""


def test_new_fields_are_tolerated(world: World) -> None:
    order_id = world.order()
    world.tiktok.orders[order_id] |= {"brand_new": {"deep": [1]}, "another": None}
    world.tiktok.orders[order_id]["line_items"][0]["novelty"] = 1.5
    world.bring(order_id)


def test_an_order_without_channel_takes_the_one_that_is_added(world: World) -> None:
    Channel.objects.filter(pk=world.channel.pk).update(rule="warehouse", value="elsewhere")
    forget_channels()
    order_id = world.order()
    world.read(order_id)
    world.look(order_id)
    assert world.problems(order_id) == ["no_channel"]
    Channel.objects.filter(pk=world.channel.pk).update(rule="all", value="")
    forget_channels()
    world.look(order_id)
    assert len(world.store_orders(order_id)) == 1
    assert world.problems(order_id) == []
    assert world.row(order_id).channel_id == world.channel.pk


def test_a_page_of_a_hundred_twice(world: World) -> None:
    raws = [world.tiktok.orders[world.order()] for _ in range(100)]
    assert len(take(world, *raws).new) == 100
    assert take(world, *raws) == Intake()
    assert Order.objects.count() == 100
    assert Line.objects.count() == 200


def test_two_intakes_at_once(world: World) -> None:
    raws = [world.tiktok.orders[world.order()] for _ in range(60)]
    later = copy.deepcopy(raws)
    for raw in later:
        raw["update_time"] += 1
        raw["status"] = Status.AWAITING_COLLECTION.value
    assert together(lambda: take(world, *raws), lambda: take(world, *reversed(later))) == []
    assert Order.objects.count() == 60
    assert set(Order.objects.values_list("status", flat=True)) == {"AWAITING_COLLECTION"}
    assert Line.objects.count() == 120


def test_an_order_twice_on_a_page(world: World) -> None:
    order_id = world.order()
    old = copy.deepcopy(world.tiktok.orders[order_id])
    world.tiktok.cancel(order_id)
    take(world, world.tiktok.orders[order_id], old)
    assert world.row(order_id).status == "CANCELLED"


def test_units_that_are_all_named_anew(world: World) -> None:
    """Both then have the same new name, which is kept once for the search."""
    raw = world.tiktok.orders[world.order()]
    take(world, raw)
    units = [{**unit, "seller_sku": "MUG-NEW"} for unit in raw["line_items"]]
    take(world, {**raw, "line_items": units, "update_time": raw["update_time"] + 1})
    assert list(Line.objects.values_list("seller_sku", flat=True)) == ["MUG-NEW"] * 2
