"""Reading the feeds while they move: nothing is skipped, and the watermark never runs ahead."""

from __future__ import annotations

import pytest

from tests.sync.world import World
from tokbridge.core.errors import OutsideError
from tokbridge.records.models import Authorisation, Order, Watermark
from tokbridge.sync.feeds import OVERLAP, poll


def value(world: World, feed: str = "orders") -> int:
    return Watermark.objects.get(account=world.account, feed=feed).value


def stored() -> set[str]:
    return set(Order.objects.values_list("tiktok_id", flat=True))


def many(world: World, count: int) -> list[str]:
    made = []
    for _ in range(count):
        made.append(world.order())
        world.clock.sleep(1)
    return made


def test_three_pages(world: World) -> None:
    made = many(world, 230)
    before = world.tiktok.now()
    poll(world.account.pk, "orders", 60)
    assert stored() == set(made)
    assert before <= value(world) <= world.tiktok.now()
    world.tiktok.pages = 0
    poll(world.account.pk, "orders", 60)
    assert world.tiktok.pages == 1, "more than the overlap was read again"


def test_an_order_that_moves_while_one_pages_hides_no_other(world: World) -> None:
    made = many(world, 150)

    def move(page: int) -> None:
        if page == 2:
            world.tiktok.touch(made[0])

    world.tiktok.before_page = move
    poll(world.account.pk, "orders", 60)
    assert stored() == set(made)


def test_nor_when_a_new_one_arrives_at_the_same_moment(world: World) -> None:
    made = many(world, 150)

    def move(page: int) -> None:
        if page == 2:
            world.tiktok.touch(made[0])
            made.append(world.order(update_time=world.tiktok.now()))

    world.tiktok.before_page = move
    poll(world.account.pk, "orders", 60)
    assert stored() == set(made)


def test_a_feed_that_never_stands_still_moves_no_watermark(world: World) -> None:
    made = many(world, 150)

    def move(page: int) -> None:
        if page % 2 == 0:
            world.tiktok.touch(made[page])

    world.tiktok.before_page = move
    poll(world.account.pk, "orders", 60)
    assert value(world) == 0


@pytest.mark.parametrize("fault_at", [1, 2, 3])
def test_trouble_on_a_page_leaves_the_watermark(world: World, fault_at: int) -> None:
    many(world, 230)
    calls = iter(range(1, 100))
    world.tiktok_wire.faults = lambda _request: "before" if next(calls) == fault_at else ""
    with pytest.raises(OutsideError):
        poll(world.account.pk, "orders", 60)
    assert value(world) == 0
    assert len(stored()) == (fault_at - 1) * 100
    world.tiktok_wire.faults = lambda _request: ""
    poll(world.account.pk, "orders", 60)
    assert len(stored()) == 230


@pytest.mark.parametrize("minutes", [-10, 10])
def test_clocks_that_differ_by_ten_minutes(world: World, minutes: int) -> None:
    world.tiktok.offset = minutes * 60.0
    made = many(world, 3)
    poll(world.account.pk, "orders", 60)
    assert stored() == set(made)
    assert abs(value(world) - world.tiktok.now()) <= 2, "the watermark is not on TikTok's clock"
    for _ in range(3):
        world.clock.sleep(60)
        made.append(world.order(update_time=world.tiktok.now()))
        poll(world.account.pk, "orders", 60)
        assert stored() == set(made)


def test_what_changed_within_the_overlap_is_read_again(world: World) -> None:
    poll(world.account.pk, "orders", 60)
    late = world.order(update_time=value(world) - OVERLAP + 1)
    poll(world.account.pk, "orders", 60)
    assert stored() == {late}


def test_a_token_that_ends_between_two_pages(world: World) -> None:
    made = many(world, 150)

    def end(page: int) -> None:
        if page == 1:
            world.tiktok.token = "revoked"

    world.tiktok.before_page = end
    poll(world.account.pk, "orders", 60)
    assert stored() == set(made)
    assert world.tiktok.refreshes == 1
    assert Authorisation.objects.get().access_token == world.tiktok.token


def test_one_reads_at_a_time(world: World) -> None:
    world.order()
    answers: list[object] = []
    world.tiktok.before_page = lambda _page: answers.append(
        Watermark.objects.filter(lease_until__gt=world.clock()).exclude(lease_token="").count()
    )
    poll(world.account.pk, "orders", 60)
    assert answers == [1]
    Watermark.objects.update(lease_token="other", lease_until=world.clock() + 30)
    assert poll(world.account.pk, "orders", 60) is None


def test_a_cancellation_in_the_second_feed_reads_the_order(world: World) -> None:
    order_id = world.order()
    made = world.bring(order_id)
    world.tiktok.cancel(order_id)
    brought = poll(world.account.pk, "cancellations", 60)
    assert brought is not None
    assert brought.due == (world.row(order_id).pk,)
    world.carry(order_id)
    assert made.cancelled
