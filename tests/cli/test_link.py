"""`tokbridge link`: lists what is unmatched, links, bundles, removes."""

from __future__ import annotations

import pytest

from tests.cli.conftest import Run
from tests.sync.world import World
from tokbridge.records.models import Link, Store

pytestmark = pytest.mark.django_db(transaction=True)


def blocked(world: World) -> str:
    world.store.skus = {"CUP", "LID", "2xBOX"}
    order_id = world.order()
    world.read(order_id)
    world.carry(order_id)
    return order_id


def test_what_is_unmatched_is_listed_and_linked(world: World, run: Run) -> None:
    assert "Every SKU of every order is found." in run("link").out
    order_id = blocked(world)
    assert run("link", "--json").json == [
        {
            "store": "ada.example",
            "sku_id": "s0",
            "seller_sku": "MUG-0",
            "product": "Mug",
            "variation": "Blue",
            "orders": 1,
        }
    ]
    assert "MUG-0" in run("link").out
    ran = run("link", "s0", "2xCUP", "LID")
    assert (ran.code, ran.out) == (0, "s0: 2 × CUP CUP + 1 × LID LID; 1 order is tried again\n")
    world.carry(order_id)
    assert world.problems(order_id) == []


def test_a_sku_that_looks_like_a_quantity_is_written_with_one(world: World, run: Run) -> None:
    blocked(world)
    assert run("link", "s0", "1x2xBOX", "--json").json["parts"][0]["sku"] == "2xBOX"


def test_a_link_is_removed_once(world: World, run: Run) -> None:
    blocked(world)
    run("link", "s0", "CUP")
    assert "removed" in run("link", "s0", "--remove").out
    assert Link.objects.get().ended_at is not None
    again = run("link", "s0", "--remove")
    assert (again.code, again.out) == (1, "") and "is not linked in ada.example" in again.err


def test_what_cannot_be_is_said_in_words(world: World, run: Run) -> None:
    blocked(world)
    assert "no product in the store has SKU GONE" in run("link", "s0", "GONE").err
    assert "at least one" in run("link", "s0").err
    Store.objects.create(
        connection=world.store_row.connection.__class__.objects.create(name="b"),
        platform="shopify",
        address="b.example",
        credentials="{}",
    )
    assert "there are: ada.example, b.example" in run("link", "s0", "CUP").err
    assert run("link", "s0", "CUP", "--store", "ada.example").code == 0
