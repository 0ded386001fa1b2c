"""Every way a call can fail is the right one of our errors, and nothing is done twice because of it."""

from __future__ import annotations

from contextlib import suppress

import pytest

from tests.conformance.plans import plan, row
from tests.conformance.world import Notes as Journal
from tests.conformance.world import World
from tokbridge.core.errors import CredentialRefused, OutsideError, Refused, Retry, Unknown
from tokbridge.core.plan import Plan

PAGE = "<!DOCTYPE html><html><body><h1>Maintenance</h1></body></html>"


def wanted(world: World) -> Plan:
    found = world.store.find_products(["CUP"])["CUP"]
    cup = found[0] if found else world.product("CUP", stock=100)
    return plan(world.marker(), row(cup, 1000, 2), shipping=500)


def first_write(world: World) -> int:
    """How many calls a creation makes before its first write. What an adapter keeps in mind is asked for once before."""
    world.create(wanted(world))
    order = wanted(world)
    return world.writes_at(lambda: world.create(order))[0]


def making_write(world: World) -> int:
    """How many calls come before the write that makes the order: the first whose lost answer leaves one."""
    world.create(wanted(world))
    order = wanted(world)
    for place in world.writes_at(lambda: world.create(order)):
        lost = wanted(world)
        with world.struck(kind="drop_after", skip=place), suppress(OutsideError):
            world.store.create_order(lost, Journal())
        if world.booked(lost.marker):
            return place
    raise AssertionError("no write makes the order")


def doubted(world: World, order: Plan) -> None:
    """Create it: the answer may be a doubt, or, where the adapter looks it up at once, the order. Nothing else."""
    try:
        made = world.store.create_order(order, Journal())
    except Unknown as error:
        assert error.words
        return
    assert (made.marker, made.total) == (order.marker, order.total)


class TestCredentials:
    def test_wrong(self, world: World) -> None:
        order = wanted(world)
        store = world.open("wrong")
        with pytest.raises(CredentialRefused) as caught:
            store.find_products(["CUP"])
        assert caught.value.words
        with pytest.raises(CredentialRefused):
            store.find_order("1")
        with pytest.raises(CredentialRefused):
            world.open("wrong").create_order(order, Journal())
        assert world.booked(order.marker) == []

    def test_read_only(self, world: World) -> None:
        order = wanted(world)
        made = world.create(wanted(world))
        store = world.open("read_only")
        assert store.find_order(order.marker) is None
        assert len(store.find_products(["CUP"])["CUP"]) == 1
        with pytest.raises(Refused) as caught:
            store.create_order(order, Journal())
        assert caught.value.words
        assert world.booked(order.marker) == []
        before = world.the_order(made.marker)
        if "cancel_order" not in world.subject.cannot:
            with pytest.raises(Refused):
                store.cancel_order(made.ref, "Buyer changed mind", True)
        assert world.the_order(made.marker) == before
        if "read_only_stock" in world.subject.cannot:
            return
        with pytest.raises(Refused):
            store.set_stock(world.store.find_products(["CUP"])["CUP"][0].ref, 77)
        assert world.stock_of("CUP")["on_hand"] != 77


class TestReads:
    @pytest.mark.parametrize("status", [500, 502, 503, 504])
    def test_a_server_that_fails(self, world: World, status: int) -> None:
        with world.struck(kind="http", status=status, body=PAGE), pytest.raises(Retry) as caught:
            world.store.find_order("1")
        assert not caught.value.limited

    def test_a_page_instead_of_an_answer(self, world: World) -> None:
        with world.struck(kind="http", status=200, body=PAGE), pytest.raises(Retry):
            world.store.find_order("1")

    def test_an_empty_answer(self, world: World) -> None:
        with world.struck(kind="http", status=200, body=""), pytest.raises(Retry):
            world.store.find_products(["CUP"])

    def test_half_an_answer(self, world: World) -> None:
        body, kind = '{"data": {"orders": [', "application/json"
        with world.struck(kind="http", status=200, body=body, content_type=kind), pytest.raises(Retry):
            world.store.find_products(["CUP"])

    @pytest.mark.parametrize("kind", ["drop_before", "drop_after"])
    def test_a_broken_line(self, world: World, kind: str) -> None:
        with world.struck(kind=kind), pytest.raises(Retry):
            world.store.find_order("1")

    def test_too_many_calls(self, world: World) -> None:
        with world.struck(kind="http", status=429, headers={"Retry-After": "3"}), pytest.raises(Retry) as caught:
            world.store.find_order("1")
        assert (caught.value.limited, caught.value.after) == (True, 3)

    def test_too_many_calls_without_a_time(self, world: World) -> None:
        with world.struck(kind="http", status=429), pytest.raises(Retry) as caught:
            world.store.find_order("1")
        assert caught.value.limited

    def test_too_slow(self, world: World) -> None:
        world.hurry(0.5)
        with world.struck(kind="timeout_before", seconds=30), pytest.raises(Retry):
            world.store.find_order("1")

    def test_elsewhere(self, world: World) -> None:
        mark = len(world.wire.sent)
        headers = {"Location": f"{world.url}/elsewhere"}
        with world.struck(kind="http", status=302, headers=headers), pytest.raises(Refused) as caught:
            world.store.find_order("1")
        assert caught.value.words
        assert len(world.wire.since(mark)) == 1


class TestWrites:
    @pytest.mark.parametrize("status", [500, 503, 504])
    def test_a_server_that_fails_before(self, world: World, status: int) -> None:
        at, order = first_write(world), wanted(world)
        with world.struck(kind="http", status=status, body=PAGE, skip=at), pytest.raises((Unknown, Retry)):
            world.create(order)
        assert world.booked(order.marker) == []
        world.carry(order, Journal())
        world.the_order(order.marker)

    @pytest.mark.parametrize(
        "answer",
        [
            {"status": 500, "body": PAGE},
            {"status": 503, "body": ""},
            {"status": 200, "body": PAGE},
            {"status": 200, "body": ""},
            {"status": 200, "body": '{"da', "content_type": "application/json"},
        ],
        ids=["500", "503", "page", "empty", "half"],
    )
    def test_an_answer_that_says_nothing_of_what_was_done(self, world: World, answer: dict[str, object]) -> None:
        at, order = making_write(world), wanted(world)
        with world.struck(kind="http_after", skip=at, **answer):
            doubted(world, order)
        made = world.carry(order, Journal())
        assert made.total == order.total
        assert world.the_order(order.marker)["ref"] == made.ref

    def test_a_limit_does_nothing(self, world: World) -> None:
        at, order = first_write(world), wanted(world)
        headers = {"Retry-After": "2"}
        with world.struck(kind="http", status=429, headers=headers, skip=at), pytest.raises(Retry) as caught:
            world.create(order)
        assert (caught.value.limited, caught.value.after) == (True, 2)
        assert world.booked(order.marker) == []

    def test_too_slow(self, world: World) -> None:
        at, order = making_write(world), wanted(world)
        world.hurry(1.5)
        with world.struck(kind="timeout_after", seconds=30, skip=at):
            doubted(world, order)
        world.hurry(20.0)
        assert world.carry(order, Journal()).total == order.total
        world.the_order(order.marker)

    def test_elsewhere(self, world: World) -> None:
        at, order = first_write(world), wanted(world)
        mark = len(world.wire.sent)
        headers = {"Location": f"{world.url}/elsewhere"}
        with world.struck(kind="http", status=302, headers=headers, skip=at), pytest.raises(OutsideError) as caught:
            world.create(order)
        assert isinstance(caught.value, Refused | Unknown)
        assert caught.value.words
        assert len(world.wire.since(mark)) == at + 1
        assert world.booked(order.marker) == []
