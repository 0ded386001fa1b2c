"""`tokbridge products`: reads both sides by itself, says what is not found, and what could not be read."""

from __future__ import annotations

import pytest

from tests.cli.conftest import Run
from tests.sync.world import World
from tokbridge.core.errors import Refused
from tokbridge.records.models import Listing
from tokbridge.records.models import Run as Row
from tokbridge.sync import runs

pytestmark = pytest.mark.django_db(transaction=True)


def test_both_sides_are_read_without_a_worker(world: World, run: Run) -> None:
    world.store.skus = {"CUP"}
    for sku in ("CUP", "GONE"):
        world.tiktok.sell(sku)
    ran = run("products", "--json")
    assert (ran.code, ran.err) == (0, "")
    assert ran.json == {
        "state": "finished",
        "kinds": {"unread": 0, "unmatched": 1, "matched": 1, "linked": 0, "resting": 0},
        "troubles": {},
        "words": "",
    }
    assert run("products").out == "unmatched 1, matched 1\n"
    assert Listing.objects.count() == 2


def test_a_reading_that_goes_on_is_joined(world: World, run: Run) -> None:
    begun = runs.start_products(by=None)
    Row.objects.filter(pk=begun.pk).update(lease_token="other:1", lease_until=world.clock() + 60)
    assert run("products").code == 0
    assert Row.objects.count() == 1


def test_what_could_not_be_read_is_told(world: World, run: Run) -> None:
    world.tiktok.sell("CUP")
    world.store.errors["find_products"] = Refused("403", "no [right] to read products")
    ran = run("products")
    assert (ran.code, ran.out) == (1, "unread 1\n")
    assert "Store: 403: no [right] to read products" in ran.err
    world.authorisation.access_token = ""
    world.authorisation.save()
    assert "No TikTok shop is connected" in run("products").err
