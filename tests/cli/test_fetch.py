"""`fetch` and `authorise`."""

from __future__ import annotations

import time

import pytest

from tests.cli.conftest import Run
from tests.sync.world import SHOP_ID, World
from tokbridge.core.errors import Retry
from tokbridge.records.models import Account, Order, Watermark

pytestmark = pytest.mark.django_db(transaction=True)


def test_new_orders_are_stored_and_counted(world: World, run: Run) -> None:
    now = int(time.time())
    world.tiktok.put(update_time=now)
    world.tiktok.put(id="579000000000000009", update_time=now, payment={})
    assert run("fetch", "--json").json == {"new": 2, "changed": 0, "unreadable": 1, "not_found": []}
    world.tiktok.put(update_time=now + 1, status="IN_TRANSIT")
    assert run("fetch", "--new").out == "new 0, changed 1, unreadable 0\n"
    assert Watermark.objects.get(feed="orders").value >= now


def test_a_range_takes_the_last_day_whole_and_moves_no_watermark(world: World, run: Run) -> None:
    for day, at in enumerate((1700000000, 1700089199, 1700092800)):  # 14 November 22:13, 15th 22:59:59, 16th 00:00 UTC
        world.tiktok.put(id=f"57900000000000000{day}", update_time=at)
    found = run("fetch", "--from", "2023-11-15", "--to", "2023-11-15", "--json").json
    assert found["new"] == 1
    assert Order.objects.get().tiktok_id == "579000000000000001"
    assert not Watermark.objects.exists()
    assert run("fetch", "--from", "2023-11-14T22:00:00+00:00", "--json").json["new"] == 2


def test_ids_that_tiktok_does_not_know_are_named(world: World, run: Run) -> None:
    raw = world.tiktok.put()
    ran = run("fetch", raw["id"], "579000000000009999", "--account", SHOP_ID, "--json")
    assert (ran.code, ran.json) == (1, {"new": 1, "changed": 0, "unreadable": 0, "not_found": ["579000000000009999"]})
    again = run("fetch", raw["id"])
    assert (again.code, again.out) == (0, "new 0, changed 0, unreadable 0\n")


def test_ids_of_several_shops_are_found_each_in_its_own(world: World, run: Run) -> None:
    second = Account.objects.create(
        authorisation=world.authorisation, shop_id="7495000000000000002", name="Plates", region="GB", cipher="cipher-2"
    )
    mug, plate = world.order(), world.order()
    world.tiktok.ciphers.update({mug: "cipher", plate: "cipher-2"})
    ran = run("fetch", mug, plate, "579000000000009999", "--json")
    assert (ran.code, ran.json) == (1, {"new": 2, "changed": 0, "unreadable": 0, "not_found": ["579000000000009999"]})
    assert Order.objects.get(tiktok_id=plate).account == second
    assert run("fetch", mug, plate).code == 0


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["--new", "579000000000000001"], "Take one of"),
        (["--to", "2023-11-15"], "--to needs --from"),
        (["--from", "yesterday"], "is not a date"),
        (["--from", "2023-11-15", "--to", "2023-11-01"], "before --from"),
        (["--from", "0001-01-01"], "--from: '0001-01-01' is not a date from 1971-01-01 to 8999-12-31"),
        (["--from", "1970-12-31T23:59:59+00:00"], "--from: '1970-12-31T23:59:59+00:00' is not a date from 1971-01-01"),
        (["--from", "2023-11-15", "--to", "9999-12-31"], "--to: '9999-12-31' is not a date from 1971-01-01"),
        (["--from", "2023-11-17"], "--from lies in the future"),  # it is the 16th
        (["--from", "8999-12-30", "--to", "8999-12-31"], "--from lies in the future"),
        (["--account", "1"], f"There are: {SHOP_ID} (Mugs)"),
    ],
)
def test_wrong_arguments_are_told(world: World, run: Run, args: list[str], words: str) -> None:
    ran = run("fetch", *args)
    assert (ran.code, ran.out) == (1, "")
    assert words in ran.err
    assert not world.tiktok_wire.sent


def test_the_widest_range_is_read(world: World, run: Run) -> None:
    world.tiktok.put(update_time=int(time.time()))
    assert run("fetch", "--from", "1971-01-01", "--to", "8999-12-31", "--json").json["new"] == 1


def test_trouble_is_told(world: World, run: Run) -> None:
    world.tiktok.answers["orders.search"] = Retry("http 503", "busy")
    ran = run("fetch", "--json")
    assert (ran.code, ran.out) == (1, "")
    assert "busy" in ran.err


def test_without_a_shop_it_says_where_to_look(run: Run) -> None:
    assert "tokbridge check" in run("fetch").err
