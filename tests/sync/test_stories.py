"""Every story, with a process that dies or an answer that is lost at every moment of it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sync.stories import STORIES, afterwards
from tests.sync.world import Crash, World


@pytest.mark.parametrize("story", STORIES)
def test_a_process_dies_at_every_moment_of(world: World, story: Any) -> None:
    at = 0
    died = True
    while died:
        at += 1
        order_id = story(world)
        world.read(order_id)
        try:
            with world.dying(at):
                world.look(order_id)
            died = False
        except Crash:
            world.new_process()
        afterwards(world, order_id, story)
    assert at > 3


@pytest.mark.parametrize("story", STORIES)
@pytest.mark.parametrize("fault", ["before", "after", "down"])
def test_an_answer_is_lost_in(world: World, story: Any, fault: str) -> None:
    """Every outside call in turn fails once: not reached, lost on the way there, or lost on the way back."""
    at = 0
    failed = True
    while failed:
        at += 1
        order_id = story(world)
        world.read(order_id)
        calls = 0

        def once(_request: object, turn: int = at) -> str:
            nonlocal calls
            calls += 1
            return fault if calls == turn else ""

        world.tiktok_wire.faults = world.store_wire.faults = once
        world.carry(order_id)
        failed = calls >= at
        world.tiktok_wire.faults = world.store_wire.faults = lambda _request: ""
        afterwards(world, order_id, story)
    assert at > 1
