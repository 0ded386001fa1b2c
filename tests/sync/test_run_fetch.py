"""Runs that fetch: what they bring, what they say of it, and what interrupts them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sync.running import die_at, form, lease_runs_out
from tests.sync.world import Crash, World
from tokbridge.core.errors import Refused, Retry
from tokbridge.records.models import Order, Run, RunState
from tokbridge.sync import runs
from tokbridge.sync.run_work import advance

pytestmark = pytest.mark.django_db(transaction=True)


def fetched(what: dict[str, Any]) -> Run:
    run = runs.start_fetch(what, token=form(), by=None)
    for _ in range(10):
        advance(run.pk)
        run.refresh_from_db()
        if run.ended_at is not None:
            break
    return run


def test_fetch_brings_what_is_new(world: World) -> None:
    world.tiktok.put(update_time=world.tiktok.now())
    run = fetched({})
    assert run.state == RunState.FINISHED
    (account,) = run.progress["accounts"]
    assert (account["name"], account["stored"], account["total"], account["done"]) == ("Mugs", 1, 1, True)
    assert run.progress["new"] == 1
    assert world.woken == [Order.objects.get().pk]


def test_fetch_of_a_range_and_of_ids(world: World) -> None:
    raw = world.tiktok.put(update_time=1_700_000_000)
    assert fetched({"start": 1_600_000_000, "end": 1_650_000_000}).progress["new"] == 0
    assert fetched({"start": 1_699_999_999, "end": None}).progress["new"] == 1
    assert fetched({"ids": [raw["id"], "579"]}).progress["not_found"] == ["579"]


def test_a_fetch_that_dies_reads_the_account_again(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.tiktok.put(update_time=1_700_000_000)
    run = runs.start_fetch({"start": 1, "end": None}, token="t", by=None)
    with monkeypatch.context() as patch:
        die_at(patch, 2)
        with pytest.raises(Crash):
            advance(run.pk)
    lease_runs_out(world)
    advance(run.pk)
    run.refresh_from_db()
    assert run.state == RunState.FINISHED
    assert Order.objects.count() == 1


def test_a_fetch_says_what_went_wrong(world: World) -> None:
    world.tiktok.answers["orders.search"] = Refused("36009004", "no such shop")
    run = fetched({"start": 1, "end": None})
    assert run.state == RunState.FAILED
    assert run.progress["accounts"][0]["words"] == "36009004: no such shop"
    assert fetched({"shop": "1"}).progress["words"].startswith("No shop 1 is connected")


def test_a_fetch_tries_again_when_tiktok_is_busy_and_gives_up_after_a_while(world: World) -> None:
    world.tiktok.answers["orders.search"] = Retry("http 503", "busy", after=0)
    run = runs.start_fetch({"start": 1, "end": None}, token="t", by=None)
    advance(run.pk)
    run.refresh_from_db()
    assert (run.state, run.words) == (RunState.RUNNING, "http 503: busy")
    for _ in range(4):
        advance(run.pk)
    run.refresh_from_db()
    assert run.state == RunState.FAILED


def test_a_fetch_can_be_stopped(world: World) -> None:
    run = runs.start_fetch({}, token="t", by=None)
    runs.stop(run)
    advance(run.pk)
    run.refresh_from_db()
    assert run.state == RunState.STOPPED
    assert not world.tiktok_wire.sent
